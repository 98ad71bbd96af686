//===- LargestValue.cpp - Bounds of a value, with the hardware's limits ---===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LargestValue.h"

#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/IntrinsicsNVPTX.h"
#include "llvm/IR/PatternMatch.h"

using namespace llvm;
using namespace llvm::PatternMatch;

namespace reprise {

/// Sums and products are formed in this width.
static constexpr unsigned Wide = 512;

/// How far to look through instructions.
static constexpr unsigned MaxDepth = 6;

static bool fits(const APInt &V, Type *T) {
  return V.getActiveBits() <= T->getIntegerBitWidth();
}

/// What a special register holds at most on any GPU.
static std::optional<uint64_t> hardwareLimit(const Value *V) {
  const auto *II = dyn_cast<IntrinsicInst>(V);
  switch (II ? II->getIntrinsicID() : Intrinsic::not_intrinsic) {
  case Intrinsic::nvvm_read_ptx_sreg_tid_x:
  case Intrinsic::nvvm_read_ptx_sreg_tid_y:
    return 1023;
  case Intrinsic::nvvm_read_ptx_sreg_tid_z:
    return 63;
  case Intrinsic::nvvm_read_ptx_sreg_ntid_x:
  case Intrinsic::nvvm_read_ptx_sreg_ntid_y:
    return 1024;
  case Intrinsic::nvvm_read_ptx_sreg_ntid_z:
    return 64;
  case Intrinsic::nvvm_read_ptx_sreg_ctaid_x:
    return 0x7ffffffe;
  case Intrinsic::nvvm_read_ptx_sreg_ctaid_y:
  case Intrinsic::nvvm_read_ptx_sreg_ctaid_z:
    return 0xfffe;
  case Intrinsic::nvvm_read_ptx_sreg_laneid:
    return 31;
  default:
    return std::nullopt;
  }
}

static APInt maximum(const Value *V, const DataLayout &DL, unsigned Depth) {
  APInt Max = computeKnownBits(V, DL).getMaxValue().zext(Wide);
  const Value *A;
  if (auto Limit = hardwareLimit(V))
    return APIntOps::umin(Max, APInt(Wide, *Limit));
  const APInt *C;
  if (Depth < MaxDepth && match(V, m_UDiv(m_Value(A), m_APInt(C))) &&
      !C->isZero())
    return APIntOps::umin(Max, maximum(A, DL, Depth + 1).udiv(C->zext(Wide)));
  const Value *B;
  if (Depth < MaxDepth &&
      match(V, m_CombineOr(m_Add(m_Value(A), m_Value(B)),
                           m_Mul(m_Value(A), m_Value(B))))) {
    APInt X = maximum(A, DL, Depth + 1), Y = maximum(B, DL, Depth + 1);
    bool Product = cast<Operator>(V)->getOpcode() == Instruction::Mul;
    APInt R = Product ? X * Y : X + Y;
    return fits(R, V->getType()) ? APIntOps::umin(Max, R) : Max;
  }
  // A conversion or a mask keeps what is small.
  if (Depth < MaxDepth &&
      match(V, m_CombineOr(m_CombineOr(m_ZExt(m_Value(A)), m_Trunc(m_Value(A))),
                           m_And(m_Value(A), m_ConstantInt())))) {
    APInt Inner = maximum(A, DL, Depth + 1);
    if (fits(Inner, V->getType()))
      return APIntOps::umin(Max, Inner);
  }
  return Max;
}

APInt largestValue(const Value *V, const DataLayout &DL) {
  return maximum(V, DL, 0).trunc(V->getType()->getIntegerBitWidth());
}

} // namespace reprise
