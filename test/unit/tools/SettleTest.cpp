//===- SettleTest.cpp - What would settle an unknown ---------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Settle.h"

#include <gtest/gtest.h>

using namespace reprise;

namespace {

/// in (parameter 0), out (1), a texture (2), a variable; a constant is read.
Kernel sample() {
  Kernel K;
  K.Params = {{"in", REPRISE_PARAM_POINTER, 0, 8},
              {"out", REPRISE_PARAM_POINTER, 8, 8},
              {"tex", REPRISE_PARAM_INTEGER, 16, 8}};
  K.Symbols = {{"table", 64}, {"sizes", 8}};
  Expr E;
  E.Opcode = Op::SymbolBytes;
  E.Symbol = 1;
  K.Exprs = {E, E};
  Access A;
  A.Root = RootKind::Param;
  A.Param = 0;
  K.Accesses.push_back(A);
  A.Param = 1;
  K.Accesses.push_back(A);
  A.Root = RootKind::Texture;
  A.Param = 2;
  K.Accesses.push_back(A);
  A.Root = RootKind::Surface;
  K.Accesses.push_back(A);
  A.Root = RootKind::Symbol;
  A.Param = None;
  A.Symbol = 0;
  K.Accesses.push_back(A);
  return K;
}

std::string settles(reprise_reason R, Id Read = 0, Id Write = 1,
                    const std::string &Detail = "") {
  return whatSettles(sample(), R, Read, Write, Detail);
}

TEST(Settle, EveryReasonHasAnAnswer) {
  EXPECT_EQ(settles(REPRISE_REASON_NONE), "");
  for (int R = REPRISE_REASON_NONE + 1;
       std::string(reprise_reason_name(static_cast<reprise_reason>(R))) !=
       "invalid";
       ++R) {
    EXPECT_NE(settles(static_cast<reprise_reason>(R)), "") << R;
    EXPECT_NE(settles(static_cast<reprise_reason>(R), None, None), "") << R;
  }
}

TEST(Settle, NamesWhatTheHostCanTell) {
  EXPECT_EQ(settles(REPRISE_REASON_UNKNOWN_ALLOCATION),
            "the extent of argument 2 (out)");
  EXPECT_EQ(settles(REPRISE_REASON_INDIRECT_OFFSET, 0, None),
            "the extent of argument 1 (in)");
  EXPECT_EQ(settles(REPRISE_REASON_TEXTURE, 2, None),
            "the binding of texture argument 3 (tex)");
  EXPECT_EQ(settles(REPRISE_REASON_TEXTURE, 3, None),
            "the binding of surface argument 3 (tex)");
  EXPECT_EQ(settles(REPRISE_REASON_UNKNOWN_SYMBOL, 4, None),
            "the address of variable table");
  EXPECT_EQ(settles(REPRISE_REASON_UNKNOWN_SYMBOL, 0, None),
            "the content of the constant variable sizes");
  EXPECT_EQ(settles(REPRISE_REASON_MAY_OVERLAP),
            "that argument 1 (in) and argument 2 (out) are distinct "
            "allocations");
  EXPECT_EQ(settles(REPRISE_REASON_MAY_OVERLAP, 0, 0),
            "that the bytes read and written in argument 1 (in) do not meet");
  EXPECT_EQ(settles(REPRISE_REASON_NULL_POINTER),
            "that argument 2 (out) is not null");
  EXPECT_EQ(settles(REPRISE_REASON_INDEX_MAY_WRAP, 0, None),
            "arguments and a grid for which no index of argument 1 (in) wraps");
}

TEST(Settle, NamesWhatTheCodeHides) {
  EXPECT_EQ(settles(REPRISE_REASON_UNRESOLVED_CALL, None, None, "helper"),
            "the body of the function that is called (helper)");
  EXPECT_EQ(settles(REPRISE_REASON_ORDER_DEPENDENT),
            "nothing: the order of threads decides");
}

TEST(Settle, ListsEachAnswerOnce) {
  Kernel K = sample();
  K.Accesses[0].Reason = REPRISE_REASON_INDIRECT_OFFSET;
  K.Effects = {{REPRISE_REASON_DEVICE_OUTPUT, 0, "", {}}};
  K.Pairs = {{0, 1, PairKind::Test, {}}, {0, 4, PairKind::Test, {}}};
  std::vector<Settling> All = allThatSettles(K);
  ASSERT_EQ(All.size(), 2u);
  EXPECT_EQ(All[0].Reason, REPRISE_REASON_DEVICE_OUTPUT);
  EXPECT_EQ(All[1].Text, "the extent of argument 1 (in)");
}

} // namespace
