//===- ParserTest.cpp - The shape that PTX text parses to -----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ptx/Parser.h"

#include <gtest/gtest.h>

using namespace reprise::ptx;

namespace {

/// Parses Body as the body of a function; it must be right.
class Body {
public:
  explicit Body(const std::string &Text)
      : Source(".version 9.0\n.func f()\n{\n" + Text + "\n}\n"),
        M(parse(Source)) {
    EXPECT_TRUE(M.Errors.empty()) << M.Errors.front().str();
    EXPECT_EQ(M.Functions.size(), 1u);
  }
  const Statement &statement(size_t I) const { return M.Functions[0].Body[I]; }
  const Instruction &first() const { return statement(0).instruction(); }
  size_t size() const { return M.Functions[0].Body.size(); }

private:
  std::string Source;
  Module M;
};

TEST(Parser, HeaderOfAModule) {
  Module M = parse("// made by hand\n.version 8.7\n.target sm_90a, debug\n"
                   ".address_size 64\n.file 1 \"a.cu\", 17, 4\n");
  ASSERT_TRUE(M.Errors.empty());
  EXPECT_EQ(M.Major, 8u);
  EXPECT_EQ(M.Minor, 7u);
  ASSERT_EQ(M.Target.size(), 2u);
  EXPECT_EQ(M.Target[0], "sm_90a");
  ASSERT_EQ(M.Files.size(), 1u);
  EXPECT_EQ(M.Files[0].Name, "a.cu");
}

TEST(Parser, EntryWithParametersAndDirectives) {
  Module M =
      parse(".visible .entry k(.param .u64 .ptr .global .align 8 k_param_0,\n"
            ".param .align 4 .b8 k_param_1[12])\n.maxntid 256, 1, 1\n"
            ".reqnctapercluster 2\n.minnctapersm 2\n{ ret; }");
  ASSERT_TRUE(M.Errors.empty());
  const Function &F = M.Functions.at(0);
  EXPECT_TRUE(F.IsEntry);
  EXPECT_EQ(F.Link, Linkage::Visible);
  ASSERT_EQ(F.Params.size(), 2u);
  EXPECT_EQ(F.Params[0].PointerTo, "global");
  EXPECT_EQ(F.Params[0].Align, 0u) << "the alignment is that of the target";
  EXPECT_EQ(F.Params[1].Align, 4u);
  EXPECT_EQ(F.Params[1].Dims, ArrayRef<uint64_t>({12}));
  ASSERT_TRUE(F.find("maxntid"));
  EXPECT_EQ(F.find("maxntid")->Numbers, ArrayRef<uint64_t>({256, 1, 1}));
}

TEST(Parser, GuardModifiersOperands) {
  Body B("@!%p1 ld.global.L2::128B.v2.u32 {%r1, _}, [%rd4+-8].unified, %rd5;");
  const Instruction &I = B.first();
  EXPECT_EQ(I.Guard, "%p1");
  EXPECT_TRUE(I.GuardNegated);
  EXPECT_EQ(I.Opcode, "ld");
  EXPECT_TRUE(I.has("L2::128B"));
  ASSERT_EQ(I.Operands.size(), 3u);
  EXPECT_EQ(I.Operands[0].Kind, OperandKind::Vector);
  EXPECT_EQ(I.Operands[0].Elements[1].Kind, OperandKind::Sink);
  EXPECT_EQ(I.Operands[1].Kind, OperandKind::Address);
  EXPECT_EQ(I.Operands[1].Suffix, "unified");
  EXPECT_EQ(I.Operands[1].Elements[0].Value, static_cast<uint64_t>(-8));
}

TEST(Parser, PairsAndNegations) {
  Body B("setp.lt.and.s32 %p1|%p2, %r1, -5, !%p3;");
  const Instruction &I = B.first();
  ASSERT_EQ(I.Operands.size(), 4u);
  EXPECT_EQ(I.Operands[0].Kind, OperandKind::Pair);
  EXPECT_EQ(I.Operands[0].Elements[1].Name, "%p2");
  EXPECT_EQ(I.Operands[2].Value, static_cast<uint64_t>(-5));
  EXPECT_TRUE(I.Operands[3].Negated);
}

TEST(Parser, Immediates) {
  Body B("x 0x1fU, 017, 0b101, 0f3F800000, 0dBFF0000000000000, 1.5, 0.5e-1, "
         "-2.0, WARP_SZ, (1 + 2) * 3 << 1, ~0, (3 > 2) ? 7 : 8;");
  ArrayRef<Operand> O = B.first().Operands;
  ASSERT_EQ(O.size(), 12u);
  EXPECT_EQ(O[0].Value, 31u);
  EXPECT_EQ(O[1].Value, 15u);
  EXPECT_EQ(O[2].Value, 5u);
  EXPECT_EQ(O[3].Kind, OperandKind::Single);
  EXPECT_EQ(O[3].Value, 0x3F800000u);
  EXPECT_EQ(O[4].Value, 0xBFF0000000000000u);
  EXPECT_EQ(O[5].Value, 0x3FF8000000000000u);
  EXPECT_EQ(O[6].Value, 0x3FA999999999999Au);
  EXPECT_EQ(O[7].Value, 0xC000000000000000u);
  EXPECT_EQ(O[8].Value, 32u);
  EXPECT_EQ(O[9].Value, 18u);
  EXPECT_EQ(O[10].Value, ~uint64_t(0));
  EXPECT_EQ(O[11].Value, 7u);
}

TEST(Parser, CallsAndTables) {
  Body B("L: .branchtargets A, B;\nP: .callprototype (.param .b32 _) _ "
         "(.param .b64 _);\ncall.uni (r), %fd, (a, b), P;\ncall f;");
  EXPECT_EQ(B.statement(0).targets().Names.size(), 2u);
  EXPECT_EQ(B.statement(1).prototype().Params.size(), 1u);
  const Instruction &I = B.statement(2).instruction();
  ASSERT_EQ(I.Operands.size(), 4u);
  EXPECT_EQ(I.Operands[0].Kind, OperandKind::Tuple);
  EXPECT_EQ(I.Operands[2].Elements.size(), 2u);
  EXPECT_EQ(B.statement(3).instruction().Operands.size(), 1u);
}

TEST(Parser, BlocksVariablesLabelsPlaces) {
  Body B(".reg .b32 %r<5>, %x;\n{ .shared .align 16 .b8 s[4][8]; }\nL1:\n"
         ".loc 1 12 3, function_name $L_s+4, inlined_at 2 20 5\nret;");
  ASSERT_EQ(B.size(), 8u);
  EXPECT_EQ(B.statement(0).variable().Range, 5u);
  EXPECT_FALSE(B.statement(1).variable().Range.has_value());
  EXPECT_EQ(B.statement(2).K, Statement::Kind::BlockBegin);
  EXPECT_EQ(B.statement(3).variable().Dims, ArrayRef<uint64_t>({4, 8}));
  EXPECT_EQ(B.statement(5).Label, "L1");
  EXPECT_EQ(B.statement(6).place().Line, 12u);
  EXPECT_EQ(B.statement(6).place().AtLine, 20u);
}

TEST(Parser, Initialisers) {
  Module M = parse(".global .u32 a[2][2] = {{1, -2}, {0x3}};\n"
                   ".const .f32 f = 0f3F800000;\n"
                   ".global .u64 p[] = {a+4, generic(a)-8, 0};\n"
                   ".global .u8 b[2] = {0xff(a), 0xff00(a)};\n"
                   ".global .b8 none[4] = {};");
  ASSERT_TRUE(M.Errors.empty()) << M.Errors[0].str();
  ASSERT_EQ(M.Variables.size(), 5u);
  using Kind = Initializer::Kind;
  EXPECT_EQ(M.Variables[0].Init.size(), 9u);
  EXPECT_EQ(M.Variables[0].Init[3].Value, static_cast<uint64_t>(-2));
  EXPECT_EQ(M.Variables[1].Init[0].K, Kind::Single);
  EXPECT_TRUE(M.Variables[2].Init[2].Generic);
  EXPECT_EQ(M.Variables[2].Init[2].Value, static_cast<uint64_t>(-8));
  EXPECT_EQ(M.Variables[3].Init[2].Mask, 0xff00u);
}

TEST(Parser, LinkageAndAliases) {
  Module M = parse(".extern .shared .align 16 .b8 dyn[];\n"
                   ".weak .func (.param .b32 r) g(.param .b64 p) .noreturn;\n"
                   ".alias h, g;\n.common .global .u32 c;");
  ASSERT_TRUE(M.Errors.empty());
  EXPECT_EQ(M.Variables[0].Link, Linkage::Extern);
  EXPECT_EQ(M.Functions[0].Link, Linkage::Weak);
  EXPECT_FALSE(M.Functions[0].HasBody);
  EXPECT_EQ(M.Functions[0].Returns.size(), 1u);
  EXPECT_EQ(M.Aliases[0].Of, "g");
  EXPECT_EQ(M.Variables[1].Link, Linkage::Common);
}

} // namespace
