//===- BuffersTest.cpp - Device memory for launches that are made up ------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "verify/Buffers.h"

#include "llvm/ADT/StringExtras.h"

#include <gtest/gtest.h>

using namespace llvm;
using namespace reprise;

namespace {

Buffers made(std::vector<std::string> Specs) {
  auto B = Buffers::create(Specs, 1);
  EXPECT_TRUE(static_cast<bool>(B)) << toString(B.takeError());
  return std::move(*B);
}

std::string errorOf(std::vector<std::string> Specs) {
  auto B = Buffers::create(Specs, 1);
  return B ? "" : toString(B.takeError());
}

std::string hexOf(uint64_t Address) {
  return "hex:" +
         toHex(StringRef(reinterpret_cast<const char *>(&Address), 8), true);
}

TEST(Buffers, LieApartAndHoldTheirContents) {
  Buffers B = made({"A=int[3]:iota", "B=double[2]:const=2"});
  ASSERT_EQ(B.allocations().size(), 2u);
  emulator::Allocation First = B.allocations()[0], Second = B.allocations()[1];
  EXPECT_EQ(First.Size, 12u);
  EXPECT_EQ(Second.Size, 16u);
  EXPECT_GE(Second.Address, First.Address + First.Size + 4096);
  EXPECT_EQ(First.Address % 256, 0u);
  EXPECT_EQ(reinterpret_cast<const int *>(First.Address)[2], 2);
  EXPECT_EQ(reinterpret_cast<const double *>(Second.Address)[1], 2.0);
}

TEST(Buffers, LieAtTheSameAddressesAgain) {
  uint64_t Address = made({"A=int[3]"}).allocations()[0].Address;
  EXPECT_EQ(made({"A=int[3]"}).allocations()[0].Address, Address);
}

TEST(Buffers, TwoSetsAtOnce) {
  Buffers One = made({"A=int[1]:const=1"}), Two = made({"A=int[1]:const=2"});
  EXPECT_EQ(*reinterpret_cast<const int *>(One.allocations()[0].Address), 1);
  EXPECT_EQ(*reinterpret_cast<const int *>(Two.allocations()[0].Address), 2);
}

TEST(Buffers, NamesBecomeAddresses) {
  Buffers B = made({"A=int[3]", "B2=int[3]"});
  uint64_t A = B.allocations()[0].Address, B2 = B.allocations()[1].Address;
  EXPECT_EQ(*B.resolve("A"), hexOf(A));
  EXPECT_EQ(*B.resolve("B2+0x10"), hexOf(B2 + 16));
  EXPECT_EQ(*B.resolve("B2-8"), hexOf(B2 - 8));
}

TEST(Buffers, ValuesWithoutNamesStay) {
  Buffers B = made({"A=int[3]"});
  for (const char *Value : {"12", "-3", "1e5", "0x7f00", "hex:00ff", "nan",
                            "inf", "-inf", "+1.5", ""})
    EXPECT_EQ(*B.resolve(Value), Value);
}

TEST(Buffers, AddressesInsideOfBytes) {
  Buffers B = made({"A=int[3]"});
  std::string Bytes = hexOf(B.allocations()[0].Address + 4).substr(4);
  EXPECT_EQ(*B.resolve("hex:01{A+4}02{A+4}"), "hex:01" + Bytes + "02" + Bytes);
}

TEST(Buffers, UnknownNamesAreErrors) {
  Buffers B = made({"A=int[3]", "B=int[3]"});
  for (const char *Value : {"C", "C+4", "hex:{C}"})
    EXPECT_EQ(toString(B.resolve(Value).takeError()),
              "'C' is no buffer; there are: A, B");
  EXPECT_EQ(toString(B.resolve("A+x").takeError()),
            "'A+x': the offset is not a number of bytes");
}

TEST(Buffers, AddressesBecomeNames) {
  Buffers B = made({"A=int[3]", "B=int[3]"});
  uint64_t A = B.allocations()[0].Address;
  EXPECT_EQ(B.describe(A + 4), "A+4");
  EXPECT_EQ(B.describe(A + 12), "A+12") << "one past the end";
  EXPECT_EQ(B.describe(B.allocations()[1].Address), "B+0");
  EXPECT_EQ(B.describe(0x10), "0x10");
}

TEST(Buffers, PointersToEarlierBuffers) {
  Buffers B = made({"A=int[3]", "T=ptr[2]:list=A+4,A"});
  const auto *Table =
      reinterpret_cast<const uint64_t *>(B.allocations()[1].Address);
  EXPECT_EQ(Table[0], B.allocations()[0].Address + 4);
  EXPECT_EQ(Table[1], B.allocations()[0].Address);
}

TEST(Buffers, ErrorsNameTheBuffer) {
  for (const char *Bad : {"A", "A=float", "A=float[", "A=float[x]",
                          "A=float[4]zero", "=float[4]", "4=float[4]"})
    EXPECT_EQ(errorOf({Bad}), "--buffer takes NAME=TYPE[COUNT] or "
                              "NAME=TYPE[COUNT]:INIT, not '" +
                                  std::string(Bad) + "'");
  EXPECT_EQ(errorOf({"A=float[0]"}),
            "--buffer A: a buffer has at least one element");
  EXPECT_EQ(errorOf({"A=float[0x10000001]"}), "--buffer A: more than 1 GiB");
  EXPECT_EQ(errorOf({"A=byte[0x20000000]", "B=byte[0x20000000]"}),
            "the buffers have more than 1 GiB together");
  EXPECT_EQ(errorOf({"A=int[1]", "A=int[2]"}),
            "--buffer A: there are two of that name");
  EXPECT_EQ(errorOf({"A=int[1]:const=x"}), "--buffer A: 'x' is not an integer");
}

TEST(Buffers, PlaceTakesTheGivenAddresses) {
  // Two that share a page, in any order, and one far away.
  uint64_t Base = uint64_t(3) << 44;
  std::vector<emulator::Allocation> Where = {
      {Base + 0x100, 8}, {Base, 0x100}, {Base + 0x100000, 0x3001}};
  auto B = Buffers::place(Where, "const=7", 1);
  ASSERT_TRUE(static_cast<bool>(B)) << toString(B.takeError());
  for (const emulator::Allocation &A : Where) {
    EXPECT_EQ(*reinterpret_cast<const uint8_t *>(A.Address), 7);
    EXPECT_EQ(*reinterpret_cast<const uint8_t *>(A.Address + A.Size - 1), 7);
  }
  EXPECT_EQ(B->describe(Base + 0x101), "allocation1+1");
}

TEST(Buffers, PlaceFillsWithElements) {
  uint64_t Base = uint64_t(3) << 44;
  auto B = Buffers::place(emulator::Allocation{Base, 9}, "float:const=1.5", 1);
  ASSERT_TRUE(static_cast<bool>(B)) << toString(B.takeError());
  EXPECT_EQ(reinterpret_cast<const float *>(memoryAt(Base))[1], 1.5F);
  EXPECT_EQ(*memoryAt(Base + 8), 0);
  auto Bad = Buffers::place(emulator::Allocation{Base + 4096, 9}, "f:zero", 1);
  ASSERT_FALSE(static_cast<bool>(Bad));
  EXPECT_EQ(toString(Bad.takeError()).rfind("'f' is no type", 0), 0u);
}

TEST(Buffers, PlaceLeavesTheProcessAlone) {
  int Mine = 5;
  auto Address = reinterpret_cast<uint64_t>(&Mine);
  auto B = Buffers::place(emulator::Allocation{Address, 4}, "zero", 1);
  ASSERT_FALSE(static_cast<bool>(B));
  EXPECT_NE(toString(B.takeError()).find("cannot have memory at 0x"),
            std::string::npos);
  EXPECT_EQ(Mine, 5);
}

} // namespace
