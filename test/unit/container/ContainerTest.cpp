//===- ContainerTest.cpp - Files around fatbins ---------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Builder.h"
#include "Listing.h"

#include <gtest/gtest.h>

#include <memory>

using namespace reprise;
using namespace reprise::test;

namespace {

bool has(const std::string &Text, const std::string &Part) {
  return Text.find(Part) != std::string::npos;
}

std::string sample() { return fatbin({{1, ptx({"k"}), 80}}); }

TEST(Container, ReadsHostSections) {
  std::string File = elf({{".nv_fatbin", sample()},
                          {"__nv_relfatbin", sample()},
                          {".text", sample(), 1, 6}});
  Listing L(File);
  ASSERT_EQ(L.Images.size(), 2u) << "code is not searched";
  EXPECT_EQ(L.Images[0].path(), ".nv_fatbin/0/0");
  EXPECT_FALSE(L.Images[0].Relocatable);
  EXPECT_EQ(L.Images[1].path(), "__nv_relfatbin/0/0");
  EXPECT_TRUE(L.Images[1].Relocatable);
  EXPECT_EQ(L.payload(1), ptx({"k"}));
}

TEST(Container, FindsFatbinsInOtherData) {
  std::string Data(20, 'x'); // At address 4, the fatbin is at 24.
  std::string File = elf({{".data", Data + sample(), 1, 3, 4},
                          {".rodata", Data + sample(), 1, 3, 0},
                          {".comment", sample(), 1, 0}});
  Listing L(File);
  ASSERT_EQ(L.Images.size(), 1u);
  EXPECT_EQ(L.Images[0].path(), ".data/0/0");
  EXPECT_TRUE(L.Problems.empty());
}

TEST(Container, DataThatOnlyLooksLikeAFatbinIsNoProblem) {
  std::string Header = Bytes().u32(0xBA55ED50).u16(1).u16(16).u64(0).Text;
  std::string Cut = sample();
  Cut.resize(Cut.size() - 8);
  std::string File = elf({{".rodata", Header + Header + Cut}});
  Listing L(File);
  EXPECT_TRUE(L.Images.empty());
  EXPECT_TRUE(L.Problems.empty());
}

TEST(Container, ReadsCubins) {
  std::string File = cubin({{"k", {}}});
  Listing L(File);
  ASSERT_EQ(L.Images.size(), 1u);
  EXPECT_EQ(L.Images[0].Kind, ImageKind::Cubin);
  EXPECT_EQ(L.Images[0].Target.str(), "sm_90");
  EXPECT_EQ(L.Images[0].path(), "");
  EXPECT_FALSE(L.Images[0].Relocatable);
  std::string Old = cubin({{"k", {}}}, 1, 0x500550, 7);
  Listing O(Old);
  ASSERT_EQ(O.Images.size(), 1u);
  EXPECT_EQ(O.Images[0].Target.str(), "sm_80");
  EXPECT_TRUE(O.Images[0].Relocatable);
}

TEST(Container, ReadsPtx) {
  std::string File = ptx({"k"}, "sm_100f, texmode_independent");
  Listing L(File);
  ASSERT_EQ(L.Images.size(), 1u);
  EXPECT_EQ(L.Images[0].Kind, ImageKind::Ptx);
  EXPECT_EQ(L.Images[0].Target.str(), "sm_100f");
  EXPECT_EQ(L.Images[0].Major, 8);
  EXPECT_EQ(L.Images[0].Minor, 5);
}

TEST(Container, ReadsArchivesInArchives) {
  std::string Object = elf({{".nv_fatbin", sample()}}, 62, 1);
  std::string Inner = archive({{"b.o", Object}, {"note", "text"}});
  std::string File = archive({{"a.o", Object}, {"in.a", Inner}});
  Listing L(File);
  ASSERT_EQ(L.Images.size(), 2u);
  EXPECT_TRUE(L.Problems.empty());
  EXPECT_EQ(L.Images[0].path(), "a.o/.nv_fatbin/0/0");
  EXPECT_EQ(L.Images[1].path(), "in.a/b.o/.nv_fatbin/0/0");
}

TEST(Container, ArchivesNestToALimit) {
  std::string File = sample();
  for (int I = 0; I < 20; ++I)
    File = archive({{"x.a", File}});
  Listing L(File);
  EXPECT_TRUE(L.Images.empty());
  ASSERT_EQ(L.Problems.size(), 1u);
  EXPECT_TRUE(has(L.Problems[0].What, "nested too deeply"));
}

TEST(Container, ABrokenMemberDoesNotHideTheOthers) {
  std::string Object = elf({{".nv_fatbin", sample()}}, 62, 1);
  std::string File =
      archive({{"bad.o", Object.substr(0, 40)}, {"good.o", Object}});
  Listing L(File);
  ASSERT_EQ(L.Images.size(), 1u);
  EXPECT_EQ(L.Images[0].Member, "good.o");
  ASSERT_EQ(L.Problems.size(), 1u);
  EXPECT_EQ(L.Problems[0].Where, "bad.o");
}

TEST(Container, AMemberThatIsCutOffIsNotReadPastTheEnd) {
  std::string Whole = archive({{"k.ptx", ptx({"k"})}});
  auto Copy = std::make_unique<char[]>(Whole.size() - 8);
  Whole.copy(Copy.get(), Whole.size() - 8);
  Listing L(llvm::StringRef(Copy.get(), Whole.size() - 8));
  EXPECT_TRUE(L.Images.empty());
  ASSERT_EQ(L.Problems.size(), 1u);
  EXPECT_TRUE(has(L.Problems[0].What, "cut off"));
}

TEST(Container, RefusesWhatItIsNot) {
  EXPECT_TRUE(has(Listing("!<thin>\n").Refusal, "thin archive"));
  EXPECT_TRUE(has(Listing("MZ").Refusal, "neither"));
  EXPECT_TRUE(has(Listing("").Refusal, "neither"));
  std::string Big = elf({});
  Big[5] = 2;
  EXPECT_TRUE(has(Listing(Big).Refusal, "big-endian"));
}

TEST(Container, ACutOffExecutableStillGivesItsFatbins) {
  std::string File = elf({{".nv_fatbin", sample()}});
  File.resize(File.size() - 64);
  Listing L(File);
  EXPECT_EQ(L.Problems.size(), 1u);
  ASSERT_EQ(L.Images.size(), 1u);
  EXPECT_EQ(L.payload(0), ptx({"k"}));
}

/// All sections name the same bytes: they are read once.
TEST(Container, OverlappingSectionsAreReadOnce) {
  std::vector<Section> Sections(100, {".nv_fatbin", sample()});
  std::string File = elf(Sections);
  uint64_t Table = 0;
  for (int I = 7; I >= 0; --I)
    Table =
        Table << 8 | static_cast<uint8_t>(File[40 + static_cast<size_t>(I)]);
  for (size_t S = 2; S <= 100; ++S)
    File.replace(Table + S * 64 + 24, 8, File, Table + 64 + 24, 8);
  Listing L(File);
  EXPECT_EQ(L.Images.size(), 1u);
  ASSERT_EQ(L.Problems.size(), 99u);
  EXPECT_TRUE(has(L.Problems[0].What, "overlaps"));
}

TEST(Container, AnyTruncationIsSurvived) {
  std::string Object =
      elf({{".nv_fatbin", sample()}, {".data", "data"}}, 62, 1);
  std::string Inputs[] = {Object, cubin({{"k", {{0, 0, 8}}}}),
                          archive({{"a.o", Object}}), ptx({"k"})};
  for (const std::string &File : Inputs)
    for (size_t Size = 0; Size <= File.size(); ++Size) {
      auto Copy = std::make_unique<char[]>(Size + 1);
      File.copy(Copy.get(), Size);
      Listing L(llvm::StringRef(Copy.get(), Size));
      EXPECT_LE(L.Images.size(), 1u);
      for (size_t I = 0; I < L.Images.size(); ++I)
        L.payload(I);
    }
}

TEST(Container, AnyWrongByteIsSurvived) {
  std::string Object =
      elf({{".nv_fatbin", sample()}, {".data", "data"}}, 62, 1);
  std::string Inputs[] = {Object, archive({{"a.o", Object}})};
  for (const std::string &Input : Inputs)
    for (size_t I = 0; I < Input.size(); ++I)
      for (char Value : {'\0', '\x01', '\x7f', '\xff'}) {
        std::string File = Input;
        File[I] = Value;
        Listing L(File);
        for (size_t K = 0; K < L.Images.size(); ++K)
          L.payload(K);
      }
}

} // namespace
