//===- ImageChoiceTest.cpp - Which image answers for a kernel -------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ImageChoice.h"

#include <gtest/gtest.h>

using namespace reprise;

namespace {

Arch arch(llvm::StringRef Text) {
  auto A = parseArch(Text);
  if (A)
    return *A;
  llvm::consumeError(A.takeError());
  return {};
}

Image image(ImageKind Kind, llvm::StringRef Target, uint16_t Major = 9) {
  Image I;
  I.Kind = Kind;
  I.Target = arch(Target);
  I.Major = Major;
  I.InFatbin = true;
  return I;
}
Image ptx(llvm::StringRef Target, uint16_t Major = 9) {
  return image(ImageKind::Ptx, Target, Major);
}
Image cubin(llvm::StringRef Target) { return image(ImageKind::Cubin, Target); }

TEST(ImageChoice, ParsesArchitectures) {
  EXPECT_EQ(arch("sm_90a").str(), "sm_90a");
  EXPECT_EQ(arch("compute_100f").str(), "sm_100f");
  EXPECT_EQ(arch("75").str(), "sm_75");
  for (const char *Bad :
       {"", "sm_", "sm_90b", "gfx90", "sm_90aa", "0", "-1", "sm_99999"})
    EXPECT_EQ(arch(Bad).Sm, 0u) << Bad;
}

TEST(ImageChoice, PtxComesFirstThenTheHighestArchitecture) {
  std::vector<Image> F = {cubin("80"), ptx("80"), cubin("120"), ptx("90"),
                          image(ImageKind::LtoIr, "120")};
  EXPECT_EQ(orderImages(F), (std::vector<size_t>{3, 1, 2, 0}));
}

TEST(ImageChoice, NarrowerAndNewerPtxWins) {
  std::vector<Image> F = {ptx("100"), ptx("100a"), ptx("100f"), ptx("100", 10)};
  EXPECT_EQ(orderImages(F), (std::vector<size_t>{1, 2, 3, 0}));
}

TEST(ImageChoice, EqualImagesKeepTheirOrder) {
  std::vector<Image> F(20, ptx("80"));
  auto Order = orderImages(F);
  for (size_t I = 0; I < Order.size(); ++I)
    EXPECT_EQ(Order[I], I);
}

TEST(ImageChoice, PtxRunsOnLaterArchitecturesWithinItsVariant) {
  EXPECT_TRUE(runsOn(ptx("80"), arch("90")));
  EXPECT_TRUE(runsOn(ptx("80"), arch("80")));
  EXPECT_FALSE(runsOn(ptx("90"), arch("80")));
  EXPECT_TRUE(runsOn(ptx("90a"), arch("90a")));
  EXPECT_TRUE(runsOn(ptx("90a"), arch("90")));
  EXPECT_FALSE(runsOn(ptx("90a"), arch("100")));
  EXPECT_TRUE(runsOn(ptx("100f"), arch("103")));
  EXPECT_FALSE(runsOn(ptx("100f"), arch("120")));
}

TEST(ImageChoice, MachineCodeRunsWithinItsMajorNumber) {
  EXPECT_TRUE(runsOn(cubin("80"), arch("86")));
  EXPECT_FALSE(runsOn(cubin("86"), arch("80")));
  EXPECT_FALSE(runsOn(cubin("80"), arch("90")));
  EXPECT_FALSE(runsOn(cubin("100a"), arch("103")));
  EXPECT_TRUE(runsOn(cubin("100f"), arch("103")));
  EXPECT_TRUE(runsOn(cubin(""), arch("103"))) << "not known";
}

TEST(ImageChoice, RequestsByNumberPathAndArchitecture) {
  Image I = ptx("80");
  I.Section = ".nv_fatbin";
  I.Fatbin = 3;
  EXPECT_TRUE(isRequested(I, 7, {}));
  EXPECT_TRUE(isRequested(I, 7, {{}, {"1", "7"}}));
  EXPECT_FALSE(isRequested(I, 7, {{}, {"8"}}));
  EXPECT_TRUE(isRequested(I, 7, {{}, {"*fatbin/3/*"}}));
  EXPECT_FALSE(isRequested(I, 7, {{}, {"*fatbin/4/*"}}));
  EXPECT_FALSE(isRequested(I, 7, {arch("75"), {"7"}}));
  EXPECT_TRUE(isRequested(I, 7, {arch("86"), {"7"}}));
}

TEST(ImageChoice, ABadGlobIsSaid) {
  EXPECT_FALSE(bool(checkRequest({{}, {"1", "*/0"}})));
  llvm::Error E = checkRequest({{}, {"[a"}});
  EXPECT_TRUE(bool(E));
  llvm::consumeError(std::move(E));
}

} // namespace
