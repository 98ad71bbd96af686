//===- UniformTest.cpp - Expressions against 128-bit arithmetic -----------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Uniform.h"
#include "Checked.h"
#include "Names.h"
#include "Reference.h"

#include <gtest/gtest.h>

#include <optional>

using namespace reprise;
using namespace reprise::test;

namespace {

using Value = std::optional<uint64_t>; ///< None: poison.

Value run(Op O, unsigned W, unsigned WA, Value A, Value B = 0, Value C = 0) {
  uint64_t Values[] = {A.value_or(77), B.value_or(77), C.value_or(77)};
  uint8_t Poison[] = {!A, !B, !C};
  Insn I{O, static_cast<uint8_t>(W), static_cast<uint8_t>(WA), 0, 1, 2, 0};
  bool IsPoison = false;
  uint64_t R = evaluate(I, LaunchValues(), Values, Poison, IsPoison);
  return IsPoison ? Value() : Value(R);
}

/// Two to the power of \p W.
Int128 power(unsigned W) { return Int128{1} << W; }

Int128 toSigned(uint64_t V, unsigned W) {
  return V >> (W - 1) & 1 ? Int128{V} - power(W) : Int128{V};
}
uint64_t wrap(Int128 V, unsigned W) {
  Int128 M = V % power(W);
  return static_cast<uint64_t>(M < 0 ? M + power(W) : M);
}
Value checkedValue(Int128 V) {
  if (V < INT64_MIN || V > INT64_MAX)
    return {};
  return static_cast<uint64_t>(V);
}

/// The operator's meaning in unbounded integers, straight from Model.h.
Value reference(Op O, unsigned W, uint64_t A, uint64_t B) {
  const Int128 UA = A, UB = B, SA = toSigned(A, W), SB = toSigned(B, W);
  const Int128 Min = -power(W - 1);
  // Floors, so that the high half is right for negative products.
  auto High = [&](Int128 P) {
    Int128 Q = P / power(W);
    return wrap(P % power(W) < 0 ? Q - 1 : Q, W);
  };
  switch (O) {
  case Op::Add:
    return wrap(UA + UB, W);
  case Op::Sub:
    return wrap(UA - UB, W);
  case Op::Mul:
    return wrap(SA * SB, W);
  case Op::MulHiU: {
    UInt128 P = UInt128{A} * B;
    return static_cast<uint64_t>(P >> W);
  }
  case Op::MulHiS:
    return High(SA * SB);
  case Op::UDiv:
    return B == 0 ? Value() : Value(A / B);
  case Op::URem:
    return B == 0 ? Value() : Value(A % B);
  case Op::SDiv:
    return B == 0 || (SA == Min && SB == -1) ? Value() : wrap(SA / SB, W);
  case Op::SRem:
    return B == 0 || (SA == Min && SB == -1) ? Value() : wrap(SA % SB, W);
  case Op::And:
    return A & B;
  case Op::Or:
    return A | B;
  case Op::Xor:
    return A ^ B;
  case Op::Shl: {
    if (B >= W)
      return {};
    uint64_t R = A;
    for (uint64_t I = 0; I < B; ++I)
      R = wrap(Int128{R} * 2, W);
    return R;
  }
  case Op::LShr:
    return B >= W ? Value()
                  : Value(static_cast<uint64_t>(
                        UA / power(static_cast<unsigned>(B))));
  case Op::AShr: {
    if (B >= W)
      return {};
    Int128 D = power(static_cast<unsigned>(B)), Q = SA / D;
    return wrap(SA % D < 0 ? Q - 1 : Q, W);
  }
  case Op::UMin:
    return A < B ? A : B;
  case Op::UMax:
    return A < B ? B : A;
  case Op::SMin:
    return SA < SB ? A : B;
  case Op::SMax:
    return SA < SB ? B : A;
  case Op::Eq:
    return A == B;
  case Op::Ne:
    return A != B;
  case Op::ULt:
    return A < B;
  case Op::ULe:
    return A <= B;
  case Op::SLt:
    return SA < SB;
  case Op::SLe:
    return SA <= SB;
  case Op::CAdd:
    return checkedValue(SA + SB);
  case Op::CSub:
    return checkedValue(SA - SB);
  case Op::CMul:
    return checkedValue(SA * SB);
  case Op::CFloorDiv: {
    if (SB <= 0)
      return {};
    Int128 Q = SA / SB;
    return checkedValue(SA % SB < 0 ? Q - 1 : Q);
  }
  case Op::CMin:
    return static_cast<uint64_t>(SA < SB ? SA : SB);
  case Op::CMax:
    return static_cast<uint64_t>(SA < SB ? SB : SA);
  default:
    ADD_FAILURE() << "no reference for " << name(O);
    return {};
  }
}

bool isComparison(Op O) { return O >= Op::Eq && O <= Op::SLe; }

/// Small numbers, numbers near the ends, and any numbers.
uint64_t interesting(Random &R, unsigned W) {
  uint64_t V = static_cast<uint64_t>(R.in(INT64_MIN, INT64_MAX - 1));
  switch (R.in(0, 4)) {
  case 0:
    V = static_cast<uint64_t>(R.in(-3, 3));
    break;
  case 1:
    V = (uint64_t{1} << (W - 1)) + static_cast<uint64_t>(R.in(-2, 2));
    break;
  case 2:
    V = static_cast<uint64_t>(R.in(0, 70));
    break;
  default:
    break;
  }
  return V & widthMask(W);
}

class UniformBinary : public testing::TestWithParam<Op> {};

TEST_P(UniformBinary, AgreesWithReferenceAtEveryWidth) {
  const Op O = GetParam();
  Random R(static_cast<uint64_t>(O) + 1);
  for (unsigned W = 1; W <= 64; ++W) {
    if (O >= Op::CAdd && W != 64)
      continue;
    for (int I = 0; I < 100 * Effort; ++I) {
      uint64_t A = interesting(R, W), B = interesting(R, W);
      ASSERT_EQ(run(O, isComparison(O) ? 1 : W, W, A, B), reference(O, W, A, B))
          << name(O) << " " << W << " bits, " << A << ", " << B;
    }
  }
}

TEST_P(UniformBinary, PoisonPropagates) {
  const Op O = GetParam();
  const unsigned W = isComparison(O) ? 1 : 64;
  EXPECT_EQ(run(O, W, 64, Value(), 1), Value());
  EXPECT_EQ(run(O, W, 64, 1, Value()), Value());
}

std::vector<Op> binaryOperators() {
  std::vector<Op> List;
  for (int O = 0; O <= static_cast<int>(Op::SymbolBytes); ++O)
    if (operandCount(static_cast<Op>(O)) == 2)
      List.push_back(static_cast<Op>(O));
  return List;
}

INSTANTIATE_TEST_SUITE_P(All, UniformBinary,
                         testing::ValuesIn(binaryOperators()),
                         [](const auto &Info) {
                           return std::string(name(Info.param));
                         });

TEST(Uniform, ConversionsAgreeWithReferenceAtEveryWidth) {
  Random R(1);
  for (unsigned From = 1; From <= 64; ++From)
    for (unsigned To = 1; To <= 64; ++To)
      for (int I = 0; I < Effort; ++I) {
        uint64_t A = interesting(R, From);
        if (To >= From) {
          ASSERT_EQ(run(Op::ZExt, To, From, A), Value(A));
          ASSERT_EQ(run(Op::SExt, To, From, A),
                    Value(wrap(toSigned(A, From), To)));
        } else {
          ASSERT_EQ(run(Op::Trunc, To, From, A), Value(wrap(Int128{A}, To)));
        }
      }
  EXPECT_EQ(run(Op::SExt, 64, 32, Value()), Value());
}

TEST(Uniform, SelectIgnoresPoisonOfTheArmNotTaken) {
  EXPECT_EQ(run(Op::Select, 64, 64, 5, Value(), 1), Value(5));
  EXPECT_EQ(run(Op::Select, 64, 64, Value(), 6, 0), Value(6));
  EXPECT_EQ(run(Op::Select, 64, 64, Value(), 6, 1), Value());
  EXPECT_EQ(run(Op::Select, 64, 64, 5, 6, Value()), Value());
}

TEST(Uniform, ConstantIsTruncatedToWidth) {
  bool IsPoison;
  Insn I{Op::Const, 8, 8, 0, 0, 0, -1};
  EXPECT_EQ(evaluate(I, LaunchValues(), nullptr, nullptr, IsPoison), 0xffu);
}

TEST(Uniform, ParametersAreLittleEndianOfAnyByteWidth) {
  const unsigned char Block[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
  LaunchValues L;
  L.Arguments = Block;
  for (unsigned Bytes = 1; Bytes <= 8; ++Bytes) {
    uint64_t Expected = 0;
    for (unsigned I = Bytes; I-- > 0;)
      Expected = Expected << 8 | Block[1 + I];
    uint8_t W = static_cast<uint8_t>(8 * Bytes);
    bool IsPoison;
    Insn In{Op::Param, W, W, 0, 0, 0, 1};
    EXPECT_EQ(evaluate(In, L, nullptr, nullptr, IsPoison), Expected);
  }
}

TEST(Uniform, LaunchFieldsAreRead) {
  LaunchValues L;
  for (uint32_t I = 0; I < 3; ++I) {
    L.NTid[I] = 10 + I;
    L.NCtaId[I] = 20 + I;
  }
  L.DynShared = 30;
  auto Get = [&](Op O, int64_t Imm) {
    bool IsPoison;
    return evaluate({O, 32, 32, 0, 0, 0, Imm}, L, nullptr, nullptr, IsPoison);
  };
  for (uint32_t I = 0; I < 3; ++I) {
    EXPECT_EQ(Get(Op::NTid, I), 10 + I);
    EXPECT_EQ(Get(Op::NCtaId, I), 20 + I);
  }
  EXPECT_EQ(Get(Op::DynShared, 0), 30u);
}

} // namespace
