//===- Uniform.cpp - Uniform expressions ----------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Uniform.h"

#include "Checked.h"

#include <algorithm>

namespace reprise {
namespace {

int64_t signExtend(uint64_t Value, unsigned Width) {
  unsigned Shift = 64 - Width;
  return static_cast<int64_t>(Value << Shift) >> Shift;
}

uint64_t highHalf(UInt128 Product, unsigned Width) {
  return static_cast<uint64_t>(Product >> Width);
}

} // namespace

uint64_t evaluate(const Insn &I, const LaunchValues &Launch,
                  const uint64_t *Values, const uint8_t *Poison,
                  bool &IsPoison) {
  const unsigned W = I.Width;
  const uint64_t Mask = widthMask(W);
  IsPoison = false;

  switch (I.Opcode) {
  case Op::Const:
    return static_cast<uint64_t>(I.Imm) & Mask;
  case Op::Param: {
    const unsigned char *At = Launch.Arguments + I.Imm;
    if (W == 64) // The compiler turns these two into single loads.
      return loadLittleEndian(At, 8);
    if (W == 32)
      return loadLittleEndian(At, 4);
    return loadLittleEndian(At, W / 8);
  }
  case Op::NTid:
    return Launch.NTid[I.Imm];
  case Op::NCtaId:
    return Launch.NCtaId[I.Imm];
  case Op::DynShared:
    return Launch.DynShared;
  case Op::SymbolBytes:
    IsPoison = true;
    return 0;
  case Op::Select: {
    if (Poison[I.C]) {
      IsPoison = true;
      return 0;
    }
    uint32_t Taken = Values[I.C] & 1 ? I.A : I.B;
    IsPoison = Poison[Taken];
    return Values[Taken];
  }
  default:
    break;
  }

  const bool Unary =
      I.Opcode == Op::ZExt || I.Opcode == Op::SExt || I.Opcode == Op::Trunc;
  if (Poison[I.A] || (!Unary && Poison[I.B])) {
    IsPoison = true;
    return 0;
  }
  const uint64_t A = Values[I.A];
  const uint64_t B = Unary ? 0 : Values[I.B];
  auto SA = [&] { return signExtend(A, I.WidthA); };
  auto SB = [&] { return signExtend(B, I.WidthA); };
  auto MakePoison = [&]() -> uint64_t {
    IsPoison = true;
    return 0;
  };
  auto Wrapped = [&](uint64_t Value) { return Value & Mask; };
  auto Checked = [&](bool Ok, int64_t Value) {
    return Ok ? static_cast<uint64_t>(Value) : MakePoison();
  };
  int64_t Result = 0;

  switch (I.Opcode) {
  case Op::Add:
    return Wrapped(A + B);
  case Op::Sub:
    return Wrapped(A - B);
  case Op::Mul:
    return Wrapped(A * B);
  case Op::MulHiU:
    return Wrapped(highHalf(UInt128{A} * B, W));
  case Op::MulHiS:
    return Wrapped(highHalf(static_cast<UInt128>(Int128{SA()} * SB()), W));
  case Op::UDiv:
    return B == 0 ? MakePoison() : A / B;
  case Op::URem:
    return B == 0 ? MakePoison() : A % B;
  case Op::SDiv:
  case Op::SRem: {
    // MIN / -1 does not fit; MIN % -1 is poison with it, as in LLVM.
    if (B == 0 || (B == Mask && A == (Mask >> 1) + 1))
      return MakePoison();
    return Wrapped(static_cast<uint64_t>(I.Opcode == Op::SDiv ? SA() / SB()
                                                              : SA() % SB()));
  }
  case Op::And:
    return A & B;
  case Op::Or:
    return A | B;
  case Op::Xor:
    return A ^ B;
  case Op::Shl:
    return B >= W ? MakePoison() : Wrapped(A << B);
  case Op::LShr:
    return B >= W ? MakePoison() : A >> B;
  case Op::AShr:
    return B >= W ? MakePoison() : Wrapped(static_cast<uint64_t>(SA() >> B));
  case Op::UMin:
    return std::min(A, B);
  case Op::UMax:
    return std::max(A, B);
  case Op::SMin:
    return SA() < SB() ? A : B;
  case Op::SMax:
    return SA() > SB() ? A : B;
  case Op::ZExt:
    return A;
  case Op::SExt:
    return Wrapped(static_cast<uint64_t>(SA()));
  case Op::Trunc:
    return Wrapped(A);
  case Op::Eq:
    return A == B;
  case Op::Ne:
    return A != B;
  case Op::ULt:
    return A < B;
  case Op::ULe:
    return A <= B;
  case Op::SLt:
    return SA() < SB();
  case Op::SLe:
    return SA() <= SB();
  case Op::CAdd: {
    bool Ok = checkedAdd(SA(), SB(), Result);
    return Checked(Ok, Result);
  }
  case Op::CSub: {
    bool Ok = checkedSub(SA(), SB(), Result);
    return Checked(Ok, Result);
  }
  case Op::CMul: {
    bool Ok = checkedMul(SA(), SB(), Result);
    return Checked(Ok, Result);
  }
  case Op::CFloorDiv:
    return SB() <= 0 ? MakePoison()
                     : static_cast<uint64_t>(floorDiv(SA(), SB()));
  case Op::CMin:
    return static_cast<uint64_t>(std::min(SA(), SB()));
  case Op::CMax:
    return static_cast<uint64_t>(std::max(SA(), SB()));
  default:
    return MakePoison();
  }
}

} // namespace reprise
