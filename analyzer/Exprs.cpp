//===- Exprs.cpp - Hash-consed uniform expressions ------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Symbolic.h"
#include "Uniform.h"

#include <cassert>

namespace reprise {

static int64_t signExtend(uint64_t V, unsigned Width) {
  if (Width >= 64)
    return static_cast<int64_t>(V);
  uint64_t Sign = 1ull << (Width - 1);
  V &= widthMask(Width);
  return static_cast<int64_t>((V ^ Sign) - Sign);
}

/// Folds an operator over constants with the runtime's own evaluation; nullopt
/// where it is poison.
static std::optional<int64_t> fold(Op O, unsigned Width, unsigned OperandWidth,
                                   int64_t A, int64_t B) {
  const uint64_t Values[] = {static_cast<uint64_t>(A) & widthMask(OperandWidth),
                             static_cast<uint64_t>(B) &
                                 widthMask(OperandWidth)};
  const uint8_t NoPoison[] = {0, 0};
  Insn I{O,
         static_cast<uint8_t>(Width),
         static_cast<uint8_t>(OperandWidth),
         0,
         1,
         0,
         0};
  bool IsPoison = false;
  uint64_t R = evaluate(I, LaunchValues(), Values, NoPoison, IsPoison);
  if (IsPoison)
    return std::nullopt;
  return static_cast<int64_t>(R);
}

Id ExprTable::get(const Expr &E) {
  std::vector<int64_t> Key{
      static_cast<int64_t>(E.Opcode), E.Width, E.A, E.B, E.C, E.Imm, E.Symbol};
  auto [It, New] = Index.try_emplace(Key, static_cast<Id>(Nodes.size()));
  if (New)
    Nodes.push_back(E);
  return It->second;
}

Id ExprTable::constant(int64_t Value, unsigned Width) {
  Expr E;
  E.Opcode = Op::Const;
  E.Width = static_cast<uint8_t>(Width);
  E.Imm = signExtend(static_cast<uint64_t>(Value), Width);
  return get(E);
}

Id ExprTable::param(uint32_t Offset, unsigned Width) {
  Expr E;
  E.Opcode = Op::Param;
  E.Width = static_cast<uint8_t>(Width);
  E.Imm = Offset;
  return get(E);
}

Id ExprTable::symbolBytes(Id Symbol, uint64_t Offset, unsigned Width) {
  Expr E;
  E.Opcode = Op::SymbolBytes;
  E.Width = static_cast<uint8_t>(Width);
  E.Imm = static_cast<int64_t>(Offset);
  E.Symbol = Symbol;
  return get(E);
}

Id ExprTable::ntid(unsigned Dim) {
  Expr E;
  E.Opcode = Op::NTid;
  E.Width = 32;
  E.Imm = Dim;
  return get(E);
}

Id ExprTable::nctaid(unsigned Dim) {
  Expr E;
  E.Opcode = Op::NCtaId;
  E.Width = 32;
  E.Imm = Dim;
  return get(E);
}

std::optional<int64_t> ExprTable::constantValue(Id I) const {
  if (Nodes[I].Opcode != Op::Const)
    return std::nullopt;
  return signExtend(static_cast<uint64_t>(Nodes[I].Imm), Nodes[I].Width);
}

Id ExprTable::unary(Op O, unsigned Width, Id A) {
  unsigned From = Nodes[A].Width;
  if (From == Width)
    return A;
  if (auto C = constantValue(A)) {
    if (O == Op::ZExt)
      return constant(
          static_cast<int64_t>(static_cast<uint64_t>(*C) & widthMask(From)),
          Width);
    return constant(*C, Width);
  }
  // One spelling for numbers that are never negative.
  if (O == Op::SExt) {
    Interval R = range(A);
    if (R.within(0, (static_cast<__int128>(1) << (From - 1)) - 1))
      O = Op::ZExt;
  }
  Expr E;
  E.Opcode = O;
  E.Width = static_cast<uint8_t>(Width);
  E.A = A;
  return get(E);
}

Id ExprTable::binary(Op O, Id A, Id B) {
  assert(Nodes[A].Width == Nodes[B].Width && "operand widths differ");
  unsigned Width = Nodes[A].Width;
  auto CA = constantValue(A), CB = constantValue(B);
  if (CA && CB)
    if (auto R = fold(O, Width, Width, *CA, *CB))
      return constant(*R, Width);
  bool Commutes = O == Op::Add || O == Op::Mul || O == Op::And || O == Op::Or ||
                  O == Op::Xor || O == Op::CAdd || O == Op::CMul ||
                  O == Op::CMin || O == Op::CMax;
  if (Commutes && CA) {
    std::swap(A, B);
    std::swap(CA, CB);
  }
  if (CB && *CB == 0 &&
      (O == Op::Add || O == Op::Sub || O == Op::CAdd || O == Op::CSub ||
       O == Op::Or || O == Op::Xor || O == Op::Shl || O == Op::LShr))
    return A;
  if (CB && *CB == 1 &&
      (O == Op::Mul || O == Op::CMul || O == Op::UDiv || O == Op::SDiv))
    return A;
  if (Commutes && !CB && B < A)
    std::swap(A, B);
  Expr E;
  E.Opcode = O;
  E.Width = static_cast<uint8_t>(Width);
  E.A = A;
  E.B = B;
  return get(E);
}

Id ExprTable::compare(Op O, Id A, Id B) {
  assert(Nodes[A].Width == Nodes[B].Width && "operand widths differ");
  unsigned Width = Nodes[A].Width;
  auto CA = constantValue(A), CB = constantValue(B);
  if (CA && CB)
    if (auto R = fold(O, 1, Width, *CA, *CB))
      return constant(*R, 1);
  Expr E;
  E.Opcode = O;
  E.Width = 1;
  E.A = A;
  E.B = B;
  return get(E);
}

Id ExprTable::select(Id Cond, Id True, Id False) {
  if (auto C = constantValue(Cond))
    return *C ? True : False;
  if (True == False)
    return True;
  Expr E;
  E.Opcode = Op::Select;
  E.Width = Nodes[True].Width;
  E.A = True;
  E.B = False;
  E.C = Cond;
  return get(E);
}

Id ExprTable::logicalNot(Id A) {
  return compare(Op::Eq, A, constant(0, Nodes[A].Width));
}

Interval ExprTable::range(Id I) const {
  const Expr &E = Nodes[I];
  auto Bits = [](unsigned N) { return static_cast<__int128>(1) << N; };
  switch (E.Opcode) {
  case Op::Const:
    return Interval::point(*constantValue(I));
  case Op::NTid: // Technical specifications per compute capability.
    return {1, E.Imm == 2 ? 64 : 1024};
  case Op::NCtaId:
    return {1, E.Imm == 0 ? Bits(31) - 1 : Bits(16) - 1};
  case Op::ZExt: {
    Interval R = range(E.A);
    if (R.Lo >= 0)
      return R;
    return {0, Bits(Nodes[E.A].Width) - 1};
  }
  case Op::SExt: {
    unsigned W = Nodes[E.A].Width;
    Interval R = range(E.A);
    if (R.within(-Bits(W - 1), Bits(W - 1) - 1))
      return R;
    return {-Bits(W - 1), Bits(W - 1) - 1};
  }
  default:
    return {-Bits(E.Width - 1), Bits(E.Width) - 1};
  }
}

} // namespace reprise
