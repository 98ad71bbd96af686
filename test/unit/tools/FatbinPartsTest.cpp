//===- FatbinPartsTest.cpp - Take a fatbin apart and put it together ------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "instrument/FatbinParts.h"
#include "../container/Builder.h"
#include "Container.h"

#include <gtest/gtest.h>

using namespace reprise;

namespace {

std::string textOf(const Image &I) {
  auto Bytes = load(I);
  EXPECT_TRUE(bool(Bytes));
  Bytes->trimPadding();
  return std::string(Bytes->get());
}

std::string sample() {
  test::Entry Code, Packed, Plain;
  Code.Kind = 2;
  Code.Payload = "machine code....";
  Code.Name = "a.cu";
  Packed.Payload = ".version 7.0 // packed";
  Packed.Flags = test::Zstd;
  Packed.ExtraHeader = 24;
  Plain.Payload = ".version 7.0 // plain";
  return test::fatbin({Code, Packed, Plain});
}

} // namespace

TEST(FatbinPartsTest, RoundTrip) {
  std::string Bytes = sample() + "what is behind it";
  auto Parts = takeApart(Bytes, Image());
  ASSERT_TRUE(Parts);
  EXPECT_EQ(Parts->Size, sample().size());
  ASSERT_EQ(Parts->Entries.size(), 3u);
  EXPECT_EQ(Parts->Entries[0].Where.Kind, ImageKind::Cubin);
  EXPECT_EQ(Parts->Entries[1].Where.Kind, ImageKind::Ptx);
  std::vector<std::string> Entries;
  for (const FatbinEntry &E : Parts->Entries)
    Entries.push_back((E.Header + E.Payload).str());
  EXPECT_EQ(putTogether(Parts->Header, Entries), sample());
}

TEST(FatbinPartsTest, OtherText) {
  std::string Bytes = sample();
  auto Parts = takeApart(Bytes, Image());
  ASSERT_TRUE(Parts);
  std::string Long(1000, 'x');
  std::vector<std::string> Entries;
  for (const FatbinEntry &E : Parts->Entries)
    Entries.push_back(E.Where.Kind == ImageKind::Ptx
                          ? withText(E, Long)
                          : (E.Header + E.Payload).str());
  std::string New = putTogether(Parts->Header, Entries);
  auto Again = takeApart(New, Image());
  ASSERT_TRUE(Again);
  ASSERT_EQ(Again->Entries.size(), 3u);
  EXPECT_EQ(Again->Entries[0].Payload, Parts->Entries[0].Payload);
  EXPECT_EQ(Again->Entries[0].Where.Name, "a.cu");
  EXPECT_EQ(Again->Entries[1].Where.Pack, Packing::Zstd);
  EXPECT_EQ(Again->Entries[2].Where.Pack, Packing::None);
  EXPECT_EQ(textOf(Again->Entries[1].Where), Long);
  EXPECT_EQ(textOf(Again->Entries[2].Where), Long);
  EXPECT_EQ(Again->Entries[1].Header.size(), Parts->Entries[1].Header.size());
}

TEST(FatbinPartsTest, Broken) {
  std::string Bytes = sample();
  // Cut off, at any place.
  for (size_t Size = 0; Size < Bytes.size(); ++Size)
    EXPECT_FALSE(takeApart(llvm::StringRef(Bytes).take_front(Size), Image()));
  // An entry that claims more than there is.
  test::Entry E;
  E.Payload = "text";
  E.ClaimedPayload = 1 << 20;
  EXPECT_FALSE(takeApart(test::fatbin({E}), Image()));
}
