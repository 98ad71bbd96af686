//===- FillTest.cpp - What a buffer holds ---------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "verify/Fill.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/raw_ostream.h"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

using namespace llvm;
using namespace reprise;

namespace {

Expected<uint64_t> noNames(StringRef Name) {
  if (Name == "A+8")
    return 0x1008;
  return createStringError("no such name");
}

template <typename T>
std::vector<T> filled(const char *Type, const char *Init, size_t Count,
                      uint64_t Seed = 1) {
  auto Element = parseElementType(Type);
  EXPECT_TRUE(static_cast<bool>(Element)) << toString(Element.takeError());
  EXPECT_EQ(Element->Bytes, sizeof(T));
  std::vector<uint8_t> Bytes(Count * sizeof(T), 0xee);
  if (Error E = fill(Bytes, *Element, Init, Seed, noNames))
    ADD_FAILURE() << toString(std::move(E));
  std::vector<T> Result(Count);
  std::memcpy(Result.data(), Bytes.data(), Bytes.size());
  return Result;
}

std::string errorOf(const char *Type, const char *Init) {
  auto Element = parseElementType(Type);
  if (!Element)
    return toString(Element.takeError());
  std::vector<uint8_t> Bytes(2 * Element->Bytes);
  return toString(fill(Bytes, *Element, Init, 1, noNames));
}

TEST(Fill, Zero) {
  EXPECT_EQ(filled<int>("int", "zero", 2), (std::vector<int>{0, 0}));
}

TEST(Fill, IotaCountsInTheElementsType) {
  EXPECT_EQ(filled<float>("float", "iota", 3), (std::vector<float>{0, 1, 2}));
  EXPECT_EQ(filled<uint8_t>("uint8", "iota", 258)[257], 1);
  // 1.0 and 2.0 as IEEE half precision.
  EXPECT_EQ(filled<uint16_t>("half", "iota", 3),
            (std::vector<uint16_t>{0, 0x3c00, 0x4000}));
}

TEST(Fill, Const) {
  EXPECT_EQ(filled<double>("double", "const=-1.5", 2),
            (std::vector<double>{-1.5, -1.5}));
  EXPECT_EQ(filled<int8_t>("char", "const=-128", 1)[0], -128);
  EXPECT_EQ(filled<uint64_t>("ulong", "const=0xffffffffffffffff", 1)[0],
            UINT64_MAX);
}

TEST(Fill, ListEndsWithZeros) {
  EXPECT_EQ(filled<int>("int", "list=3,-1", 4),
            (std::vector<int>{3, -1, 0, 0}));
  EXPECT_EQ(filled<uint64_t>("ptr", "list=A+8,16", 2),
            (std::vector<uint64_t>{0x1008, 16}));
}

TEST(Fill, RandomStaysInItsLimitsAndReachesThem) {
  auto Values = filled<int>("int", "random=-2,3", 1000);
  for (int V : Values)
    EXPECT_TRUE(V >= -2 && V <= 3) << V;
  for (int Wanted = -2; Wanted <= 3; ++Wanted)
    EXPECT_NE(std::find(Values.begin(), Values.end(), Wanted), Values.end())
        << Wanted;
  for (float F : filled<float>("float", "random", 1000))
    EXPECT_TRUE(F >= 0 && F <= 1) << F;
  for (double D : filled<double>("double", "random=5,6", 1000))
    EXPECT_TRUE(D >= 5 && D < 6) << D;
}

TEST(Fill, RandomFollowsTheSeed) {
  EXPECT_EQ(filled<int>("int", "random", 8, 7),
            filled<int>("int", "random", 8, 7));
  EXPECT_NE(filled<int>("int", "random", 8, 7),
            filled<int>("int", "random", 8, 8));
}

TEST(Fill, FileEndsWithZeros) {
  SmallString<128> Path;
  ASSERT_FALSE(sys::fs::createTemporaryFile("fill", "bin", Path));
  FileRemover Cleanup(Path);
  std::error_code Code;
  raw_fd_ostream(Path, Code) << "abc";
  EXPECT_EQ(filled<uint8_t>("byte", ("file=" + Path.str().str()).c_str(), 4),
            (std::vector<uint8_t>{'a', 'b', 'c', 0}));
  EXPECT_NE(errorOf("byte", ("file=" + Path.str().str()).c_str())
                .find("has 3 bytes, more than 2"),
            std::string::npos);
}

TEST(Fill, ErrorsSayWhatIsWrong) {
  EXPECT_EQ(errorOf("int", "const=1.5"), "'1.5' is not an integer");
  EXPECT_EQ(errorOf("uint8", "const=256"), "'256' does not fit 8 bits");
  EXPECT_EQ(errorOf("char", "const=-129"), "'-129' does not fit 8 bits");
  EXPECT_EQ(errorOf("uint", "const=0x1ffffffffffffffffffff"),
            "'0x1ffffffffffffffffffff' does not fit 32 bits");
  EXPECT_EQ(errorOf("float", "const=x"), "'x' is not a number");
  EXPECT_EQ(errorOf("int", "list=1,2,3"), "3 values do not fit 2 elements");
  EXPECT_EQ(errorOf("int", "random=2,1"),
            "'2,1' has its limits in the wrong order");
  EXPECT_EQ(errorOf("ptr", "list=B"), "no such name");
  EXPECT_EQ(errorOf("int", "ones").rfind("'ones' is no content; there are", 0),
            0u);
  EXPECT_EQ(errorOf("int3", "zero").rfind("'int3' is no type; there are", 0),
            0u);
}

} // namespace
