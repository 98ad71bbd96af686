//===- PtxTextTest.cpp - Counting kernels without parsing -----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PtxText.h"

#include <gtest/gtest.h>

using namespace reprise;

namespace {

std::vector<std::string> entries(llvm::StringRef Text) {
  std::vector<std::string> Names;
  forEachPtxEntry(Text, [&](llvm::StringRef N) { Names.push_back(N.str()); });
  return Names;
}

using Names = std::vector<std::string>;

TEST(PtxText, FindsEntries) {
  EXPECT_EQ(entries(".visible .entry a(.param .u64 p)\n{ret;}\n"
                    ".entry\nb{}.weak .entry $c_1 () .maxntid 32 {}"),
            (Names{"a", "b", "$c_1"}));
}

TEST(PtxText, PassesOverCommentsAndStrings) {
  EXPECT_EQ(entries("// .entry a {\n/* .entry b { */ .file 1 \".entry c {\"\n"
                    ".file 2 \"\\\".entry d {\" .entry /*x*/ e //y\n {}"),
            (Names{"e"}));
}

TEST(PtxText, ADeclarationIsNoDefinition) {
  EXPECT_EQ(entries(".extern .entry a(.param .u32 x);\n.entry b {}"),
            (Names{"b"}));
}

TEST(PtxText, PragmasBeforeTheBodyHaveASemicolon) {
  EXPECT_EQ(entries(".entry a() .pragma \"x\"; .maxnreg 32 {}"), (Names{"a"}));
}

TEST(PtxText, OtherDirectivesAreNone) {
  EXPECT_EQ(entries(".entryx a {} entry b {} .entr y {} .entry.x c;"), Names{});
}

TEST(PtxText, BrokenOffAnywhere) {
  llvm::StringRef Text =
      ".version 9.0 .target sm_90 /* c */ .entry a(\"s\\\"\") {} // end";
  for (size_t I = 0; I <= Text.size(); ++I) {
    std::string Copy = Text.take_front(I).str();
    EXPECT_LE(entries(Copy).size(), 1u);
    readPtxHeader(Copy);
  }
}

TEST(PtxText, ReadsTheHeader) {
  PtxHeader H = readPtxHeader("/* .version 1.0 */\n.version 9.0\n"
                              ".target sm_103a, debug\n");
  EXPECT_EQ(H.Major, 9);
  EXPECT_EQ(H.Minor, 0);
  EXPECT_EQ(H.Target.str(), "sm_103a");
  EXPECT_EQ(readPtxHeader(".version 1.4\n.target map_f64_to_f32").Target.Sm,
            0u);
  EXPECT_FALSE(isPtxText("int .version;"));
  EXPECT_TRUE(isPtxText("\n\n//\n .version 9.0"));
}

} // namespace
