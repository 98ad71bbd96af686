//===- EvaluateValue.cpp - What ScalarEvolution does not read -------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Evaluator.h"
#include "Weaken.h"

#include "llvm/IR/Constants.h"
#include "llvm/IR/DataLayout.h"
#include "llvm/IR/DebugInfo.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/IntrinsicsNVPTX.h"
#include "llvm/IR/Operator.h"
#include "llvm/IR/PatternMatch.h"

using namespace llvm;
using namespace llvm::PatternMatch;

namespace reprise {

std::optional<unsigned> Evaluator::choiceOf(const void *Key) {
  ++Consulted;
  auto It = Choices.find(Key);
  return It == Choices.end() ? std::nullopt : std::optional(It->second);
}

Val Evaluator::choose(const Choice &C) {
  if (!Pending)
    Pending = C;
  // The result is thrown away: the caller evaluates again with a choice.
  unsigned Width = 64;
  Type *T = C.V ? C.V->getType() : C.MinMax->getType();
  if (T->isIntegerTy())
    Width = T->getIntegerBitWidth();
  return opaque(C.key(), std::min(Width, 64u), nullptr);
}

Val Evaluator::value(Value *V) {
  Type *T = V->getType();
  if (T->isIntegerTy() && T->getIntegerBitWidth() > 64)
    return opaque(V, 64, nullptr);
  unsigned Width = T->isIntegerTy() ? T->getIntegerBitWidth() : 64;
  if (!T->isIntegerTy() && !T->isPointerTy())
    return opaque(V, Width, nullptr);
  if (auto *C = dyn_cast<ConstantInt>(V))
    return uniform(Exprs.constant(C->getSExtValue(), Width));
  if (auto *Null = dyn_cast<ConstantPointerNull>(V))
    if (Null->getType()->getAddressSpace() <= 1) // Generic and global.
      return uniform(Exprs.constant(0, Width));
  if (auto *A = dyn_cast<Argument>(V)) {
    if (A->hasByValAttr())
      return opaque(V, Width, V);
    const Param &P = Layout.Params[A->getArgNo()];
    Id E = Exprs.param(P.Offset, P.Size * 8);
    return uniform(Width < P.Size * 8 ? Exprs.unary(Op::Trunc, Width, E) : E);
  }
  if (auto *Cast = dyn_cast<AddrSpaceCastOperator>(V))
    return value(Cast->getPointerOperand());
  if (auto *I = dyn_cast<Instruction>(V))
    return instruction(I);
  return opaque(V, Width, V);
}

Val Evaluator::instruction(Instruction *I) {
  Type *T = I->getType();
  unsigned Width = T->isIntegerTy() ? T->getIntegerBitWidth() : 64;
  if (auto *Load = dyn_cast<LoadInst>(I))
    return loaded(Load);
  if (auto *B = dyn_cast<BinaryOperator>(I))
    return binary(B);
  if (auto *C = dyn_cast<CallBase>(I))
    return call(C);
  if (auto *Freeze = dyn_cast<FreezeInst>(I))
    return scev(SE.getSCEV(Freeze->getOperand(0)));
  if (auto *Cmp = dyn_cast<ICmpInst>(I)) {
    Val A = scev(SE.getSCEV(Cmp->getOperand(0)));
    Val B = scev(SE.getSCEV(Cmp->getOperand(1)));
    if (A.isUniform() && B.isUniform() && A.Width == B.Width) {
      Id X = A.Exact, Y = B.Exact;
      switch (Cmp->getPredicate()) {
      case CmpInst::ICMP_EQ:
        return uniform(Exprs.compare(Op::Eq, X, Y));
      case CmpInst::ICMP_NE:
        return uniform(Exprs.compare(Op::Ne, X, Y));
      case CmpInst::ICMP_ULT:
        return uniform(Exprs.compare(Op::ULt, X, Y));
      case CmpInst::ICMP_ULE:
        return uniform(Exprs.compare(Op::ULe, X, Y));
      case CmpInst::ICMP_UGT:
        return uniform(Exprs.compare(Op::ULt, Y, X));
      case CmpInst::ICMP_UGE:
        return uniform(Exprs.compare(Op::ULe, Y, X));
      case CmpInst::ICMP_SLT:
        return uniform(Exprs.compare(Op::SLt, X, Y));
      case CmpInst::ICMP_SLE:
        return uniform(Exprs.compare(Op::SLe, X, Y));
      case CmpInst::ICMP_SGT:
        return uniform(Exprs.compare(Op::SLt, Y, X));
      case CmpInst::ICMP_SGE:
        return uniform(Exprs.compare(Op::SLe, Y, X));
      default:
        break;
      }
    }
    return opaque(I, Width, I);
  }
  if (isa<BitCastInst>(I) && T->isIntegerTy() &&
      I->getOperand(0)->getType()->isFloatingPointTy()) {
    auto Bits = floatBits(I->getOperand(0));
    return Bits && Exprs[*Bits].Width == Width ? uniform(*Bits)
                                               : opaque(I, Width, I);
  }
  if (auto *Cmp = dyn_cast<FCmpInst>(I)) {
    auto Holds = floatCompare(Cmp);
    return Holds ? uniform(*Holds) : opaque(I, Width, I);
  }
  if (auto *S = dyn_cast<SelectInst>(I)) {
    Val C = scev(SE.getSCEV(S->getCondition()));
    if (C.isUniform()) {
      Val A = scev(SE.getSCEV(S->getTrueValue()));
      Val B = scev(SE.getSCEV(S->getFalseValue()));
      if (A.isUniform() && B.isUniform())
        return uniform(Exprs.select(C.Exact, A.Exact, B.Exact));
    }
    if (auto Fixed = choiceOf(I))
      return scev(
          SE.getSCEV(*Fixed == 0 ? S->getTrueValue() : S->getFalseValue()));
    return choose({I, nullptr, 2});
  }
  if (auto *Phi = dyn_cast<PHINode>(I)) {
    if (LI.isLoopHeader(Phi->getParent()))
      return opaque(I, Width, I);
    if (auto Fixed = choiceOf(I))
      return scev(SE.getSCEV(Phi->getIncomingValue(*Fixed)));
    return choose({I, nullptr, Phi->getNumIncomingValues()});
  }
  return opaque(I, Width, I);
}

/// Machine operator of a uniform binary instruction.
static std::optional<Op> machineOp(Instruction::BinaryOps O) {
  switch (O) {
  case Instruction::Add:
    return Op::Add;
  case Instruction::Sub:
    return Op::Sub;
  case Instruction::Mul:
    return Op::Mul;
  case Instruction::UDiv:
    return Op::UDiv;
  case Instruction::SDiv:
    return Op::SDiv;
  case Instruction::URem:
    return Op::URem;
  case Instruction::SRem:
    return Op::SRem;
  case Instruction::And:
    return Op::And;
  case Instruction::Or:
    return Op::Or;
  case Instruction::Xor:
    return Op::Xor;
  case Instruction::Shl:
    return Op::Shl;
  case Instruction::LShr:
    return Op::LShr;
  case Instruction::AShr:
    return Op::AShr;
  default:
    return std::nullopt;
  }
}

Val Evaluator::binary(BinaryOperator *I) {
  Val A = scev(SE.getSCEV(I->getOperand(0)));
  Val B = scev(SE.getSCEV(I->getOperand(1)));
  auto O = machineOp(I->getOpcode());
  if (O && A.isUniform() && B.isUniform())
    return uniform(Exprs.binary(*O, A.Exact, B.Exact));
  unsigned Width = A.Width;
  Val R;
  R.Width = Width;
  // x & ((1 << p) - 1), also as x & ~(-1 << p): x mod 2^p.
  Value *Shift = nullptr;
  auto Mask = m_CombineOr(m_Add(m_Shl(m_One(), m_Value(Shift)), m_AllOnes()),
                          m_Not(m_Shl(m_AllOnes(), m_Value(Shift))));
  for (unsigned N = 0; N < 2 && I->getOpcode() == Instruction::And; ++N) {
    const Val &X = N == 0 ? B : A;
    if (!match(I->getOperand(N), Mask))
      continue;
    Val P = scev(SE.getSCEV(Shift));
    if (!P.isUniform())
      continue;
    // A shift by the width or more is poison here as it is there.
    Id Power = Exprs.binary(Op::Shl, Exprs.constant(1, Width), P.Exact);
    Poly D = Poly::leaf(Exprs.unary(Op::ZExt, 64, Power));
    Lin Number = asUnsigned(X);
    R.L = Number - quotient(Number, D) * D;
    return R;
  }
  if (B.isUniform()) {
    switch (I->getOpcode()) {
    case Instruction::UDiv:
      R.L = quotientBy(asUnsigned(A), asUnsigned(B));
      return R;
    case Instruction::URem: {
      Lin N = asUnsigned(A), D = asUnsigned(B);
      R.L = N - quotientBy(N, D) * D.Const;
      return R;
    }
    case Instruction::SDiv:
    case Instruction::SRem: {
      // Truncation and floor agree where the numerator is not negative;
      // a positive divisor is what Bound's Div demands anyway.
      Lin N = asSigned(A);
      if (Atoms.range(N, Exprs).Lo < 0 && !weakened(Rule::SignedDivision))
        N.Checks.insert(Atoms.addCheck(N, 0, INT64_MAX));
      Lin D = asSigned(B);
      Lin Q = quotientBy(N, D);
      R.L = I->getOpcode() == Instruction::SDiv ? Q : N - Q * D.Const;
      R.L.Checks.insert(N.Checks.begin(), N.Checks.end());
      return R;
    }
    case Instruction::Shl: {
      Id Power = Exprs.binary(Op::Shl, Exprs.constant(1, Width), B.Exact);
      R.L = A.L * uniform(Power).L.Const;
      return R;
    }
    case Instruction::LShr: {
      Id Power = Exprs.binary(Op::Shl, Exprs.constant(1, Width), B.Exact);
      R.L =
          quotient(asUnsigned(A), Poly::leaf(Exprs.unary(Op::ZExt, 64, Power)));
      return R;
    }
    case Instruction::AShr:
      if (auto C = Exprs.constantValue(B.Exact); C && *C >= 0 && *C < 62) {
        R.L = quotient(asSigned(A), Poly(static_cast<int64_t>(1) << *C));
        return R;
      }
      break;
    default:
      break;
    }
  }
  return opaque(I, Width, I);
}

Val Evaluator::call(CallBase *C) {
  Type *T = C->getType();
  unsigned Width = T->isIntegerTy() ? T->getIntegerBitWidth() : 64;
  auto Thread = [&](bool Block, unsigned Dim) {
    Val V;
    V.Width = 32;
    V.L = Lin::atom(threadAtom(Block, Dim));
    return V;
  };
  switch (C->getIntrinsicID()) {
  case Intrinsic::nvvm_read_ptx_sreg_tid_x:
    return Thread(false, 0);
  case Intrinsic::nvvm_read_ptx_sreg_tid_y:
    return Thread(false, 1);
  case Intrinsic::nvvm_read_ptx_sreg_tid_z:
    return Thread(false, 2);
  case Intrinsic::nvvm_read_ptx_sreg_ctaid_x:
    return Thread(true, 0);
  case Intrinsic::nvvm_read_ptx_sreg_ctaid_y:
    return Thread(true, 1);
  case Intrinsic::nvvm_read_ptx_sreg_ctaid_z:
    return Thread(true, 2);
  case Intrinsic::nvvm_read_ptx_sreg_ntid_x:
    return uniform(Exprs.ntid(0));
  case Intrinsic::nvvm_read_ptx_sreg_ntid_y:
    return uniform(Exprs.ntid(1));
  case Intrinsic::nvvm_read_ptx_sreg_ntid_z:
    return uniform(Exprs.ntid(2));
  case Intrinsic::nvvm_read_ptx_sreg_nctaid_x:
    return uniform(Exprs.nctaid(0));
  case Intrinsic::nvvm_read_ptx_sreg_nctaid_y:
    return uniform(Exprs.nctaid(1));
  case Intrinsic::nvvm_read_ptx_sreg_nctaid_z:
    return uniform(Exprs.nctaid(2));
  case Intrinsic::nvvm_read_ptx_sreg_warpsize:
    return uniform(Exprs.constant(32, 32));
  case Intrinsic::nvvm_mul24_i:
  case Intrinsic::nvvm_mul24_ui: {
    // The product of the operands' low 24 bits; equal to the plain product
    // where both operands fit.
    bool Signed = C->getIntrinsicID() == Intrinsic::nvvm_mul24_i;
    Val A = scev(SE.getSCEV(C->getArgOperand(0)));
    Val B = scev(SE.getSCEV(C->getArgOperand(1)));
    if (!A.isUniform() && !B.isUniform())
      break;
    int64_t Lo = Signed ? -(1 << 23) : 0;
    int64_t Hi = Signed ? (1 << 23) - 1 : (1 << 24) - 1;
    auto Fit = [&](const Val &V) {
      Lin L = Signed ? asSigned(V) : asUnsigned(V);
      if (!Atoms.range(L, Exprs).within(Lo, Hi))
        L.Checks.insert(Atoms.addCheck(L, Lo, Hi));
      return L;
    };
    Lin X = Fit(A), Y = Fit(B);
    Val R;
    R.Width = 32;
    R.L = Y.isUniform() ? X * Y.Const : Y * X.Const;
    R.L.Checks.insert(X.Checks.begin(), X.Checks.end());
    R.L.Checks.insert(Y.Checks.begin(), Y.Checks.end());
    return R;
  }
  default:
    break;
  }
  const Function *Callee = C->getCalledFunction();
  if (Callee && (Callee->getName() == "reprise.ptx.value.ftz.f32" ||
                 Callee->getName() == "reprise.ptx.value.ftz.f64")) {
    Val A = scev(SE.getSCEV(C->getArgOperand(0)));
    if (A.isUniform())
      return uniform(flushedFloat(A.Exact));
  }
  return opaque(C, Width, C);
}

} // namespace reprise
