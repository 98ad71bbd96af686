//===- EvaluateScev.cpp - ScalarEvolution's expressions -------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Evaluator.h"

#include "llvm/IR/Constants.h"
#include "llvm/IR/DataLayout.h"
#include "llvm/IR/DebugInfo.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/IntrinsicsNVPTX.h"
#include "llvm/IR/Operator.h"

#include <utility>

using namespace llvm;

namespace reprise {

static constexpr unsigned MaxDepth = 200;

/// `x - umin(x, y)`, which `max(x - y, 0)` becomes, as `umax(x, y)` and `y`.
/// Their difference is the same number, and its range shows that it is not
/// negative.
std::optional<std::pair<const SCEV *, const SCEV *>>
Evaluator::saturatingDifference(const SCEVAddExpr *S) {
  if (S->getNumOperands() != 2)
    return std::nullopt;
  for (unsigned I = 0; I < 2; ++I) {
    const auto *Product = dyn_cast<SCEVMulExpr>(S->getOperand(I));
    if (!Product || Product->getNumOperands() != 2 ||
        !Product->getOperand(0)->isAllOnesValue())
      continue;
    const auto *Min = dyn_cast<SCEVUMinExpr>(Product->getOperand(1));
    if (!Min || Min->getNumOperands() != 2)
      continue;
    const SCEV *X = S->getOperand(1 - I);
    for (unsigned J = 0; J < 2; ++J)
      if (Min->getOperand(J) == X) {
        const SCEV *Y = Min->getOperand(1 - J);
        return std::make_pair(SE.getUMaxExpr(X, Y), Y);
      }
  }
  return std::nullopt;
}

Val Evaluator::scev(const SCEV *S) {
  if (auto It = Settled.find(S); It != Settled.end())
    return It->second;
  if (auto It = Cache->find(S); It != Cache->end()) {
    ++Consulted;
    if (!Pending)
      Pending = It->second.Open;
    return It->second.V;
  }
  unsigned Width = 64;
  if (S->getType()->isIntegerTy())
    Width = S->getType()->getIntegerBitWidth();
  if (Width > 64 || Depth > MaxDepth)
    return opaque(S, std::min(Width, 64u), nullptr);
  ++Depth;
  const uint64_t Before = Consulted;
  std::optional<Choice> Outer = std::exchange(Pending, std::nullopt);
  Val R;
  R.Width = Width;
  switch (S->getSCEVType()) {
  case scConstant:
    R = uniform(Exprs.constant(cast<SCEVConstant>(S)->getAPInt().getSExtValue(),
                               Width));
    break;
  case scUnknown:
    R = value(cast<SCEVUnknown>(S)->getValue());
    break;
  case scPtrToInt:
    R = scev(cast<SCEVPtrToIntExpr>(S)->getOperand());
    R.Width = Width;
    break;
  case scAddExpr: {
    if (auto Saturated = saturatingDifference(cast<SCEVAddExpr>(S))) {
      R.L = scev(Saturated->first).L - scev(Saturated->second).L;
      break;
    }
    bool AllUniform = true;
    Id Exact = None;
    for (const SCEV *O : cast<SCEVAddExpr>(S)->operands()) {
      Val V = scev(O);
      R.L = R.L + V.L;
      AllUniform &= V.isUniform();
      if (AllUniform)
        Exact = Exact == None ? V.Exact : Exprs.binary(Op::Add, Exact, V.Exact);
    }
    if (AllUniform)
      R.Exact = Exact;
    break;
  }
  case scMulExpr:
    R = product(cast<SCEVMulExpr>(S));
    break;
  case scUDivExpr: {
    const auto *D = cast<SCEVUDivExpr>(S);
    Val A = scev(D->getLHS()), B = scev(D->getRHS());
    if (A.isUniform() && B.isUniform())
      R = uniform(Exprs.binary(Op::UDiv, A.Exact, B.Exact));
    else if (B.isUniform())
      R.L = quotientBy(asUnsigned(A), asUnsigned(B));
    else
      R = opaque(S, Width, nullptr);
    break;
  }
  case scTruncate: {
    Val V = scev(cast<SCEVTruncateExpr>(S)->getOperand());
    if (V.isUniform())
      R.Exact = Exprs.unary(Op::Trunc, Width, V.Exact);
    R.L = V.L; // Congruent modulo the smaller power of two, too.
    break;
  }
  case scZeroExtend: {
    const SCEV *Inner = cast<SCEVZeroExtendExpr>(S)->getOperand();
    unsigned Bits = Inner->getType()->getIntegerBitWidth();
    const auto *T = dyn_cast<SCEVTruncateExpr>(Inner);
    if (T && Bits < 31) // A mask, not a conversion between index types.
      R = remainderOfPowerOfTwo(T->getOperand(), Bits, Width);
    else
      R = extend(scev(Inner), Width, false);
    break;
  }
  case scSignExtend:
    R = extend(scev(cast<SCEVSignExtendExpr>(S)->getOperand()), Width, true);
    break;
  case scAddRecExpr:
    R = addRec(cast<SCEVAddRecExpr>(S));
    break;
  case scSMaxExpr:
  case scUMaxExpr:
  case scSMinExpr:
  case scUMinExpr:
    R = minMax(cast<SCEVMinMaxExpr>(S));
    break;
  default:
    R = opaque(S, Width, nullptr);
    break;
  }
  if (!R.L.isValid())
    R = R.isUniform() ? uniform(R.Exact) : opaque(S, Width, nullptr);
  --Depth;
  if (Consulted == Before)
    Settled[S] = R;
  else
    (*Cache)[S] = {R, Pending};
  if (Outer)
    Pending = Outer;
  return R;
}

Val Evaluator::remainderOfPowerOfTwo(const SCEV *S, unsigned Bits,
                                     unsigned Width) {
  Val V = scev(S);
  if (V.isUniform())
    return uniform(
        Exprs.unary(Op::ZExt, Width, Exprs.unary(Op::Trunc, Bits, V.Exact)));
  Val R;
  R.Width = Width;
  // Any integer congruent to V modulo 2^Bits has the same remainder, so the
  // form needs no check here.
  Lin N = V.L;
  Poly Den(static_cast<int64_t>(1) << Bits);
  R.L = Atoms.range(N, Exprs).within(0, powerOfTwo(Bits) - 1)
            ? N
            : N - quotient(N, Den) * Den;
  return R;
}

Val Evaluator::product(const SCEVMulExpr *S) {
  Val R;
  R.Width = S->getType()->getIntegerBitWidth();
  bool AllUniform = true;
  Id Exact = None;
  Poly Factor(1);
  std::optional<Lin> Varying;
  Lin Conditions;
  for (const SCEV *O : S->operands()) {
    Val V = scev(O);
    AllUniform &= V.isUniform();
    if (AllUniform)
      Exact = Exact == None ? V.Exact : Exprs.binary(Op::Mul, Exact, V.Exact);
    Conditions.require(V.L);
    if (V.L.isUniform())
      Factor = Factor * V.L.Const;
    else if (!Varying)
      Varying = V.L;
    else // Two varying factors: no linear form.
      return opaque(S, R.Width, nullptr);
  }
  R.L = Varying ? *Varying * Factor : Lin(Factor);
  R.L.require(Conditions);
  if (AllUniform)
    R.Exact = Exact;
  return R;
}

Val Evaluator::addRec(const SCEVAddRecExpr *S) {
  Val R;
  R.Width =
      S->getType()->isIntegerTy() ? S->getType()->getIntegerBitWidth() : 64;
  if (!S->isAffine())
    return opaque(S, R.Width, nullptr);
  Val Step = scev(S->getStepRecurrence(SE));
  if (!Step.L.isUniform())
    return opaque(S, R.Width, nullptr);
  Val Start = scev(S->getStart());
  R.L = Start.L + Lin::atom(loopAtom(S->getLoop())) * Step.L.Const;
  R.L.require(Step.L);
  return R;
}

Val Evaluator::minMax(const SCEVMinMaxExpr *S) {
  bool Signed = isa<SCEVSMaxExpr>(S) || isa<SCEVSMinExpr>(S);
  bool Max = isa<SCEVSMaxExpr>(S) || isa<SCEVUMaxExpr>(S);
  Op O = Max ? (Signed ? Op::SMax : Op::UMax) : (Signed ? Op::SMin : Op::UMin);
  Val R;
  R.Width =
      S->getType()->isIntegerTy() ? S->getType()->getIntegerBitWidth() : 64;
  Id Uniform = None;
  SmallVector<Val, 4> Varying;
  for (const SCEV *Operand : S->operands()) {
    Val V = scev(Operand);
    if (V.isUniform())
      Uniform = Uniform == None ? V.Exact : Exprs.binary(O, Uniform, V.Exact);
    else
      Varying.push_back(V);
  }
  if (Varying.empty())
    return uniform(Uniform);
  if (Varying.size() > 1 || Uniform == None) {
    if (auto Fixed = choiceOf(S))
      return scev(S->getOperand(*Fixed));
    return choose({nullptr, S, static_cast<unsigned>(S->getNumOperands())});
  }
  // max(v, u) is at least both and at most max(max(v), u).
  Val U = uniform(Uniform);
  Lin V = Signed ? asSigned(Varying[0]) : asUnsigned(Varying[0]);
  Lin B = Signed ? asSigned(U) : asUnsigned(U);
  // Under other choices the operands may be other forms.
  std::vector<AtomId> &Known = BoundedAtoms[S];
  auto It = find_if(Known, [&](AtomId K) {
    const Atom &A = Atoms[K];
    return (Max ? A.Lo : A.Hi)[0].F.sameValue(V);
  });
  if (It == Known.end()) {
    Atom A;
    A.Kind = AtomKind::Bounded;
    A.Name = Max ? "max" : "min";
    auto &Near = Max ? A.Lo : A.Hi;
    auto &Far = Max ? A.Hi : A.Lo;
    Near.push_back({V, {}, {}});
    Near.push_back({B, {}, {}});
    Far.push_back({V, {}, B.Const});
    Interval X = Atoms.range(V, Exprs), Y = Atoms.range(B, Exprs);
    A.Range = Max ? Interval{std::max(X.Lo, Y.Lo), std::max(X.Hi, Y.Hi)}
                  : Interval{std::min(X.Lo, Y.Lo), std::min(X.Hi, Y.Hi)};
    It = Known.insert(Known.end(), Atoms.add(std::move(A)));
  }
  R.L = Lin::atom(*It);
  R.L.require(V);
  R.L.require(B);
  return R;
}

} // namespace reprise
