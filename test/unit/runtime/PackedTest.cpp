//===- PackedTest.cpp - The compact form of summaries ---------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EveryField.h"

#include "Json.h"
#include "Names.h"
#include "Packed.h"
#include "Reference.h"

#include <gtest/gtest.h>

using namespace reprise;
using namespace reprise::test;

namespace {

Module several() {
  Module M = moduleOf(everyField());
  M.Kernels.push_back(vectorAdd());
  M.Kernels.push_back(Kernel());
  M.Kernels.back().Name = "nothing";
  M.Kernels.back().Notes = {"\xff is no UTF-8", std::string("a\0b", 3), ""};
  return M;
}

reprise_status statusOf(const std::string &Bytes, std::string &Error) {
  Module M;
  reprise_status Status = readSummary(Bytes, M, Error);
  EXPECT_TRUE(Status == REPRISE_OK || M == Module()) << "set on failure";
  EXPECT_EQ(Status == REPRISE_OK, Error.empty());
  return Status;
}

std::string errorOf(const std::string &Bytes) {
  std::string Error;
  EXPECT_EQ(statusOf(Bytes, Error), REPRISE_ERROR_FORMAT);
  return Error;
}

TEST(Packed, RoundTripKeepsEveryField) {
  Module M = several(), Back;
  std::string Error, Bytes = writePacked(M);
  ASSERT_EQ(readPacked(Bytes, Back, Error), REPRISE_OK) << Error;
  EXPECT_TRUE(Back == M);
  EXPECT_EQ(writePacked(Back), Bytes) << "deterministic";
}

TEST(Packed, OneReaderForBothForms) {
  Module M = moduleOf(everyField());
  for (const std::string &Bytes : {writePacked(M), writeJson(M)}) {
    Module Back;
    std::string Error;
    EXPECT_EQ(readSummary(Bytes, Back, Error), REPRISE_OK) << Error;
    EXPECT_TRUE(Back == M);
  }
  EXPECT_TRUE(isPacked(writePacked(Module())));
  EXPECT_FALSE(isPacked(writeJson(M)));
  EXPECT_FALSE(isPacked("\x7f"
                        "ELF"));
}

TEST(Packed, KernelsAreDecodedAlone) {
  Module M = several();
  std::string Bytes = writePacked(M), Error;
  PackedFile File;
  ASSERT_EQ(File.open(Bytes, Error), REPRISE_OK) << Error;
  ASSERT_EQ(File.size(), M.Kernels.size());
  EXPECT_EQ(File.Producer, M.Producer);
  EXPECT_EQ(File.Source, M.Source);
  EXPECT_EQ(File.Target, M.Target);
  for (size_t I = File.size(); I-- > 0;) {
    Kernel K;
    EXPECT_EQ(File.name(I), M.Kernels[I].Name);
    EXPECT_EQ(File.kernel(I, K, Error), REPRISE_OK) << Error;
    EXPECT_TRUE(K == M.Kernels[I]);
  }
}

TEST(Packed, NumbersAtTheirLimits) {
  KernelBuilder B("limits");
  for (int64_t V : {INT64_MIN, INT64_MIN + 1, int64_t{-64}, int64_t{-1},
                    int64_t{0}, int64_t{63}, int64_t{64}, INT64_MAX})
    B.constant(V);
  B.symbol("large", UINT64_MAX);
  Module M = moduleOf(B.K), Back;
  std::string Error;
  ASSERT_EQ(readPacked(writePacked(M), Back, Error), REPRISE_OK) << Error;
  EXPECT_TRUE(Back == M);
}

TEST(Packed, EveryCutIsRefused) {
  std::string Bytes = writePacked(several());
  for (size_t Size = 0; Size < Bytes.size(); ++Size)
    errorOf(Bytes.substr(0, Size));
  errorOf(Bytes + '\0');
}

/// What is accepted is a module like any other: it can be written and read.
TEST(Packed, NoChangedByteGetsThrough) {
  const std::string Good = writePacked(several());
  size_t Accepted = 0;
  for (size_t At = 0; At < Good.size(); ++At)
    for (int Value : {0x00, 0x01, 0x7f, 0x80, 0xff, Good[At] ^ 1}) {
      std::string Bytes = Good;
      Bytes[At] = static_cast<char>(Value);
      Module M, Back;
      std::string Error;
      if (readPacked(Bytes, M, Error) != REPRISE_OK)
        continue;
      ++Accepted;
      ASSERT_EQ(readPacked(writePacked(M), Back, Error), REPRISE_OK) << Error;
      ASSERT_TRUE(M == Back);
    }
  EXPECT_GT(Accepted, Good.size()) << "each byte may stay what it is";
}

TEST(Packed, RandomBytesDoNoHarm) {
  Random R(7);
  const std::string Good = writePacked(several());
  for (int Round = 0; Round < 20'000; ++Round) {
    std::string Bytes = Good;
    for (int64_t I = R.in(1, 12); I > 0; --I)
      Bytes[static_cast<size_t>(
          R.in(8, static_cast<int64_t>(Bytes.size()) - 1))] =
          static_cast<char>(R.in(0, 255));
    std::string Error;
    statusOf(Bytes, Error);
  }
}

TEST(Packed, TablesThatLieAreRefused) {
  const std::string Good = writePacked(several());
  auto With = [&](size_t At, const std::string &Field) {
    return std::string(Good).replace(At, Field.size(), Field);
  };
  const std::string All4(4, '\xff'), All8(8, '\xff');
  EXPECT_NE(errorOf(With(16, All8)).find("size"), std::string::npos);
  EXPECT_NE(errorOf(With(24, All4)).find("tables"), std::string::npos);
  EXPECT_NE(errorOf(With(28, All4)).find("tables"), std::string::npos);
  EXPECT_NE(errorOf(With(32, All8)).find("tables"), std::string::npos);
  EXPECT_NE(errorOf(With(40, All4)).find("string"), std::string::npos);
  EXPECT_NE(errorOf(With(56, All8)).find("outside"), std::string::npos);
  EXPECT_NE(errorOf(With(64, All4)).find("outside"), std::string::npos);
  EXPECT_NE(errorOf(With(68, All4)).find("name"), std::string::npos);
}

TEST(Packed, NewerMajorIsRefusedAsSuch) {
  std::string Bytes = writePacked(several()), Error;
  Bytes[8] = PackedMajor + 1;
  EXPECT_EQ(statusOf(Bytes, Error), REPRISE_ERROR_VERSION);
  EXPECT_NE(Error.find("newer"), std::string::npos);
}

TEST(Packed, WhatValidateRefusesIsRefused) {
  Kernel K = vectorAdd();
  K.Accesses[0].Domain = 77;
  EXPECT_NE(errorOf(writePacked(moduleOf(K))).find("accesses[0]"),
            std::string::npos);
}

TEST(Packed, NamesMustBeDistinct) {
  Module M = moduleOf(vectorAdd());
  M.Kernels.push_back(M.Kernels[0]);
  EXPECT_NE(errorOf(writePacked(M)).find("twice"), std::string::npos);
}

/// Files hold the numbers: a new enumerator goes to the end, or PackedMajor is
/// raised.
TEST(Packed, NumbersOfNamesAreFixed) {
  auto Names = [](auto Last) {
    std::string All;
    for (int I = 0; I <= static_cast<int>(Last); ++I)
      All += std::string(I ? " " : "") + name(static_cast<decltype(Last)>(I));
    return All;
  };
  EXPECT_EQ(
      Names(Op::SymbolBytes),
      "const param ntid nctaid dynshared add sub mul mulhiu mulhis udiv sdiv "
      "urem srem and or xor shl lshr ashr umin umax smin smax zext sext trunc "
      "eq ne ult ule slt sle select cadd csub cmul cfloordiv cmin cmax "
      "symbolbytes");
  EXPECT_EQ(Names(VarKind::Sum), "range sum");
  EXPECT_EQ(Names(StepKind::Check), "define require check");
  EXPECT_EQ(Names(RootKind::Surface), "param symbol unknown texture surface");
  EXPECT_EQ(Names(PairKind::Linked), "test linked");
}

} // namespace
