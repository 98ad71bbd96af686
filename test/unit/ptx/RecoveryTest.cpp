//===- RecoveryTest.cpp - PTX that is wrong, cut off or hostile -----------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ptx/Parser.h"

#include <gtest/gtest.h>

#include <random>

using namespace reprise::ptx;

namespace {

constexpr char Sample[] =
    ".version 8.0\n.target sm_80\n.address_size 64\n"
    ".global .align 4 .u32 t[3] = {1, 2, 3};\n"
    ".visible .entry a(.param .u64 a_0)\n{\n.reg .pred %p<2>;\n"
    ".reg .b64 %rd<3>;\nld.param.u64 %rd1, [a_0];\n"
    "@%p1 st.global.u32 [%rd1+4], 7;\nret;\n}\n"
    ".visible .entry b()\n{\n{ call.uni (r), f, (p, q); }\nret;\n}\n";

TEST(Recovery, ErrorsHaveLineAndColumn) {
  Module M = parse(".version 8.0\n.entry k()\n{\n  add.s32 %r1, ], 3;\n}\n");
  ASSERT_EQ(M.Errors.size(), 1u);
  EXPECT_EQ(M.Errors[0].str(), "4:16: expected an operand, found ']'");
}

TEST(Recovery, OneBrokenFunctionDoesNotLoseTheOthers) {
  Module M = parse(".entry a() { ret; }\n.entry b() { { ( ; } ret; }\n"
                   ".visible .entry c() { ret; }\n");
  ASSERT_EQ(M.Functions.size(), 3u);
  EXPECT_FALSE(M.Functions[0].Error);
  EXPECT_TRUE(M.Functions[1].Error);
  EXPECT_TRUE(M.Functions[1].Body.empty());
  EXPECT_EQ(M.Functions[2].Name, "c");
  EXPECT_FALSE(M.Functions[2].Error);
}

TEST(Recovery, UnknownDirectivesAreNoted) {
  Module M = parse(".version 8.0\n.shiny 3, \"x\";\n.entry a() .glossy 4 "
                   "{ .matt 2; ret; }\n");
  EXPECT_TRUE(M.Errors.empty());
  ASSERT_EQ(M.Notes.size(), 3u);
  EXPECT_EQ(M.Notes[0].Loc.Line, 2u);
  ASSERT_EQ(M.Functions.size(), 1u);
  EXPECT_EQ(M.Functions[0].Body.size(), 1u);
}

TEST(Recovery, DwarfIsSkipped) {
  Module M = parse("@@DWARF .byte 0x01, 0x02\n@@DWARF .4byte L\n"
                   ".section .debug_abbrev\n{\n.b8 1\n.b8 17, 1\nL:\n}\n"
                   ".entry a() { ret; }\n");
  EXPECT_TRUE(M.Errors.empty());
  EXPECT_EQ(M.Functions.size(), 1u);
}

TEST(Recovery, EveryPrefixIsHandled) {
  std::string Text = Sample;
  for (size_t N = 0; N <= Text.size(); ++N)
    parse(StringRef(Text).take_front(N));
}

TEST(Recovery, RandomChangesAreHandled) {
  std::mt19937 Random(1);
  std::string Alphabet = "{}()[]<>|+-*/%.,;:!@~_\"\\ \n0xfe\xff";
  Alphabet += '\0';
  for (unsigned I = 0; I < 20000; ++I) {
    std::string Text = Sample;
    for (unsigned J = 0; J < 4; ++J)
      Text[Random() % Text.size()] = Alphabet[Random() % Alphabet.size()];
    Module M = parse(Text);
    EXPECT_LE(M.Functions.size(), 3u);
  }
}

TEST(Recovery, NestingIsBounded) {
  for (const char *Open : {"[", "{", "(", "-", "1+(", "1?", "!"}) {
    std::string Deep = ".entry a() { x ";
    for (unsigned I = 0; I < 100000; ++I)
      Deep += Open;
    Module M = parse(Deep);
    EXPECT_FALSE(M.Errors.empty());
  }
  std::string Blocks = ".entry a() ";
  Blocks.append(1000000, '{');
  EXPECT_FALSE(parse(Blocks).Errors.empty());
  std::string Braces = ".global .u32 a = ";
  Braces.append(1000000, '{');
  EXPECT_FALSE(parse(Braces).Errors.empty());
}

TEST(Recovery, EntriesReturnNothing) {
  EXPECT_FALSE(parse(".entry (.reg .b32 r) f() { ret; }").Errors.empty());
}

TEST(Recovery, LongNamesAreFine) {
  std::string Long(1 << 20, 'x');
  Module M = parse(".entry " + Long + "() { " + Long + "; }");
  EXPECT_TRUE(M.Errors.empty());
  M = parse(Long);
  ASSERT_EQ(M.Errors.size(), 1u);
  EXPECT_LT(M.Errors[0].Text.size(), 200u);
}

TEST(Recovery, NumbersThatDoNotFit) {
  EXPECT_FALSE(parse(".entry a() { x 99999999999999999999; }").Errors.empty());
  EXPECT_FALSE(parse(".entry a() { x 0f3F8; }").Errors.empty());
  EXPECT_FALSE(parse(".entry a() { x 12abc; }").Errors.empty());
}

} // namespace
