//===- FatbinTest.cpp - Entries of fatbins and their payloads -------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Builder.h"
#include "Listing.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/SHA256.h"

#include <gtest/gtest.h>

#include <memory>

using namespace reprise;
using namespace reprise::test;

namespace {

bool has(const std::string &Text, const std::string &Part) {
  return Text.find(Part) != std::string::npos;
}

TEST(Fatbin, GivesEveryHeaderField) {
  Entry E{1, ptx({"k"}), 90, Zstd | ArchOnly, "unit", 8, 5, 24};
  std::string File = fatbin({E});
  Listing L(File);
  ASSERT_EQ(L.Images.size(), 1u);
  EXPECT_TRUE(L.Problems.empty());
  const Image &I = L.Images[0];
  EXPECT_EQ(I.Kind, ImageKind::Ptx);
  EXPECT_EQ(I.RawKind, 1);
  EXPECT_EQ(I.Target.str(), "sm_90a");
  EXPECT_EQ(I.Major, 8);
  EXPECT_EQ(I.Minor, 5);
  EXPECT_EQ(I.Name, "unit");
  EXPECT_EQ(I.Flags, Zstd | ArchOnly);
  EXPECT_EQ(I.Pack, Packing::Zstd);
  EXPECT_EQ(I.Size, E.Payload.size());
  EXPECT_EQ(I.StoredSize, packZstd(E.Payload).size());
  EXPECT_FALSE(I.Relocatable);
  EXPECT_EQ(I.path(), "0/0");
  EXPECT_EQ(L.payload(0), E.Payload);
}

TEST(Fatbin, GivesKindsAndVariants) {
  std::string File =
      fatbin({{2, "x", 80, Family}, {8, "x", 75}, {64, "x", 100}});
  Listing L(File);
  ASSERT_EQ(L.Images.size(), 3u);
  EXPECT_EQ(kindName(L.Images[0]), "cubin");
  EXPECT_EQ(L.Images[0].Target.str(), "sm_80f");
  EXPECT_EQ(kindName(L.Images[1]), "lto-ir");
  EXPECT_TRUE(has(L.payload(1), "not documented"));
  EXPECT_EQ(kindName(L.Images[2]), "unknown kind 64");
}

TEST(Fatbin, PayloadIsTheSameHoweverItIsPacked) {
  std::string Text = ptx({"a", "b", "c"});
  std::string File = fatbin({{1, Text, 80, 0},
                             {1, Text, 80, Lz4},
                             {1, Text, 80, Zstd},
                             {1, Text + std::string(5, '\0'), 80, Zstd}});
  Listing L(File);
  ASSERT_EQ(L.Images.size(), 4u);
  for (size_t I = 0; I < 4; ++I) {
    EXPECT_EQ(L.payload(I), Text) << I;
    EXPECT_EQ(contentHash(L.payload(I)), contentHash(Text)) << I;
  }
}

TEST(Fatbin, HashIsSha256) {
  EXPECT_EQ(contentHash("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9"
            "cb410ff61f20015ad");
}

TEST(Fatbin, HashIsThatOfLlvmForEveryLength) {
  std::string Text;
  for (unsigned Length = 0; Length < 300; ++Length) {
    EXPECT_EQ(contentHash(Text),
              llvm::toHex(llvm::SHA256::hash(llvm::arrayRefFromStringRef(Text)),
                          /*LowerCase=*/true))
        << Length;
    Text += static_cast<char>(Length * 37 + 11);
  }
}

TEST(Fatbin, UnpackedPayloadIsNotCopied) {
  std::string File = fatbin({{2, "machine code", 80}});
  Listing L(File);
  auto B = load(L.Images.at(0));
  ASSERT_TRUE(bool(B));
  EXPECT_GE(B->get().data(), File.data());
  EXPECT_LT(B->get().data(), File.data() + File.size());
}

TEST(Fatbin, SeveralFollowEachOtherWithPadding) {
  std::string One = fatbin({{1, "a", 80}, {2, "b", 90}});
  std::string File = One + std::string(40, '\0') + One + std::string(8, '\0');
  Listing L(File);
  ASSERT_EQ(L.Images.size(), 4u);
  EXPECT_TRUE(L.Problems.empty());
  EXPECT_EQ(L.Images[3].path(), "1/1");
  EXPECT_TRUE(L.Images[0].sameFatbin(L.Images[1]));
  EXPECT_FALSE(L.Images[1].sameFatbin(L.Images[2]));
}

TEST(Fatbin, GarbageBetweenFatbinsIsReportedOnce) {
  std::string One = fatbin({{1, "a", 80}});
  std::string File = One + "garbage!garbage!" + One + "garbage!" + One;
  Listing L(File);
  EXPECT_EQ(L.Images.size(), 3u);
  ASSERT_EQ(L.Problems.size(), 1u);
  EXPECT_TRUE(has(L.Problems[0].What, "other than fatbins"));
}

TEST(Fatbin, ASizeThatLiesDoesNotHideTheNextFatbin) {
  std::string Good = fatbin({{1, "good", 90}});
  std::string File = fatbin({{1, "a", 80}}, INT64_MAX) + Good;
  Listing L(File);
  ASSERT_EQ(L.Images.size(), 2u);
  EXPECT_EQ(L.payload(1), "good");
  ASSERT_EQ(L.Problems.size(), 1u);
  EXPECT_TRUE(has(L.Problems[0].What, "cut off"));
}

TEST(Fatbin, AnEntryThatLiesEndsItsFatbinOnly) {
  Entry Good{1, "good", 90};
  for (int64_t Header : {0, 63, 1000000}) {
    Entry Bad{1, "bad", 80};
    Bad.ClaimedHeader = Header;
    std::string File = fatbin({Good, Bad, Good}) + fatbin({Good});
    Listing L(File);
    ASSERT_EQ(L.Images.size(), 2u) << Header;
    EXPECT_EQ(L.Images[1].path(), "1/0");
    ASSERT_EQ(L.Problems.size(), 1u);
    EXPECT_EQ(L.Problems[0].Where, "0/1");
  }
  Entry Bad{1, "bad", 80};
  Bad.ClaimedPayload = INT64_MAX;
  std::string File = fatbin({Good, Bad});
  Listing L(File);
  EXPECT_EQ(L.Images.size(), 1u);
  EXPECT_EQ(L.Problems.size(), 1u);
}

TEST(Fatbin, APackedSizeBeyondThePayloadLosesOneEntry) {
  Entry Bad{1, "bad", 80, Zstd}, Good{1, "good", 90};
  Bad.ClaimedPacked = 1 << 20;
  std::string File = fatbin({Bad, Good});
  Listing L(File);
  ASSERT_EQ(L.Images.size(), 1u);
  EXPECT_EQ(L.payload(0), "good");
  EXPECT_EQ(L.Problems.size(), 1u);
}

TEST(Fatbin, ANameOutsideTheHeaderIsNone) {
  std::string File = fatbin({{1, "a", 80, 0, "name"}});
  File[16 + 36] = '\x7f'; // Longer than the header.
  Listing L(File);
  ASSERT_EQ(L.Images.size(), 1u);
  EXPECT_EQ(L.Images[0].Name, "");
}

TEST(Fatbin, ClaimsOfTheUnpackedSizeAreHeldAgainstTheTruth) {
  std::string Text(1000, 'x');
  for (uint64_t Flags : {Lz4, Zstd})
    for (int64_t Claim : {0, 1, 999, 1001, 1 << 20}) {
      Entry E{1, Text, 80, Flags};
      E.ClaimedSize = Claim;
      std::string File = fatbin({E});
      Listing L(File);
      ASSERT_EQ(L.Images.size(), 1u);
      EXPECT_TRUE(has(L.payload(0), "error: ")) << Flags << ' ' << Claim;
    }
}

TEST(Fatbin, BombsAreRefused) {
  // A million zeros pack well: the limit holds for what comes out.
  for (uint64_t Flags : {Lz4, Zstd}) {
    std::string File = fatbin({{1, std::string(1 << 20, 'z'), 80, Flags}});
    Listing L(File);
    EXPECT_TRUE(has(L.payload(0, 1 << 19), "more than the limit of 524288"));
    EXPECT_EQ(L.payload(0, 1 << 20).size(), size_t(1) << 20);
  }
  // LZ4 cannot make this much of so little; no memory is taken for it.
  Entry E{1, "tiny", 80, Lz4};
  E.ClaimedSize = int64_t(1) << 29;
  std::string File = fatbin({E});
  EXPECT_TRUE(has(Listing(File).payload(0), "cannot hold what it claims"));
}

TEST(Fatbin, BrokenPayloadsAreErrors) {
  for (uint64_t Flags : {Lz4, Zstd}) {
    std::string File = fatbin({{1, ptx({"a", "b", "c"}), 80, Flags}});
    for (size_t I = 80; I < File.size(); ++I) {
      std::string Broken = File;
      Broken[I] = static_cast<char>(~Broken[I]);
      Listing L(Broken);
      ASSERT_EQ(L.Images.size(), 1u);
      L.payload(0); // Any answer, no crash.
    }
  }
}

/// A copy on the heap of exactly this size: reading past it is found by the
/// address sanitizer.
TEST(Fatbin, AnyTruncationIsSurvived) {
  std::string File = fatbin({{1, ptx({"a"}), 90, Zstd, "name"},
                             {2, cubin({{"k", {{0, 0, 8}}}}), 80, Lz4},
                             {8, "opaque", 75}}) +
                     fatbin({{1, ptx({"b"}), 90}});
  for (size_t Size = 0; Size <= File.size(); ++Size) {
    auto Copy = std::make_unique<char[]>(Size + 1);
    File.copy(Copy.get(), Size);
    Listing L(llvm::StringRef(Copy.get(), Size));
    EXPECT_LE(L.Images.size(), 4u);
    for (size_t I = 0; I < L.Images.size(); ++I)
      L.payload(I);
    if (Size == File.size())
      EXPECT_EQ(L.Images.size(), 4u);
  }
}

} // namespace
