//===- Evaluator.cpp - Atoms, readings, quotients -------------------------===//
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

#include <algorithm>

using namespace llvm;

namespace reprise {

Evaluator::Evaluator(Function &F, ScalarEvolution &SE, LoopInfo &LI,
                     const ParamLayout &Layout, ExprTable &Exprs,
                     AtomTable &Atoms, std::vector<Symbol> &Symbols)
    : F(F), SE(SE), LI(LI), Layout(Layout), Exprs(Exprs), Atoms(Atoms),
      Symbols(Symbols) {}

void Evaluator::setChoices(ArrayRef<std::pair<const void *, unsigned>> C) {
  Choices.clear();
  for (const auto &[Key, Alternative] : C)
    Choices[Key] = Alternative;
  constexpr size_t MaxPerChoice = 1 << 12;
  if (PerChoice.size() > MaxPerChoice)
    PerChoice.clear();
  Cache = &PerChoice[C.vec()];
  Pending.reset();
}

//===----------------------------------------------------------------------===//
// Atoms
//===----------------------------------------------------------------------===//

AtomId Evaluator::threadAtom(bool Block, unsigned Dim) {
  auto [It, New] = ThreadAtoms.try_emplace({Block, Dim}, 0);
  if (!New)
    return It->second;
  Atom A;
  A.Kind = AtomKind::Thread;
  A.Name = std::string(Block ? "blockIdx." : "threadIdx.") + "xyz"[Dim];
  Poly Count = Poly::leaf(
      Exprs.unary(Op::ZExt, 64, Block ? Exprs.nctaid(Dim) : Exprs.ntid(Dim)));
  A.Lo.push_back({Lin(Poly(0)), {}, {}});
  if (Dim > 0 && weakened(Rule::LaunchDims))
    Count = Poly(1);
  A.Hi.push_back({Lin(Count - Poly(1)), {}, {}});
  Interval Counts = Count.range(Exprs);
  A.Range = {0, Counts.Hi - 1};
  It->second = Atoms.add(std::move(A));
  return It->second;
}

std::string sourceName(Value *V) {
  SmallVector<DbgValueInst *, 2> Intrinsics;
  SmallVector<DbgVariableRecord *, 2> Records;
  findDbgValues(Intrinsics, V, &Records);
  for (DbgVariableRecord *R : Records)
    return R->getVariable()->getName().str();
  for (DbgValueInst *I : Intrinsics)
    return I->getVariable()->getName().str();
  return V->getName().split('.').first.str();
}

/// The source's name for a loop's counter: the phi that runs 0, 1, 2, ...
static std::string counterName(const Loop *L, ScalarEvolution &SE) {
  for (PHINode &Phi : L->getHeader()->phis()) {
    if (!Phi.getType()->isIntegerTy())
      continue;
    const auto *Rec = dyn_cast<SCEVAddRecExpr>(SE.getSCEV(&Phi));
    if (!Rec || Rec->getLoop() != L || !Rec->getStart()->isZero() ||
        !Rec->getStepRecurrence(SE)->isOne())
      continue;
    std::string Name = sourceName(&Phi);
    if (!Name.empty())
      return Name;
  }
  return "iter" + std::to_string(L->getLoopDepth());
}

AtomId Evaluator::loopAtom(const Loop *L) {
  auto [It, New] = LoopAtoms.try_emplace(L, 0);
  if (!New)
    return It->second;
  Atom A;
  A.Kind = AtomKind::Loop;
  A.Name = counterName(L, SE);
  A.Lo.push_back({Lin(Poly(0)), {}, {}});
  A.Range = {0, powerOfTwo(63) - 1};
  const SCEV *Max = SE.getConstantMaxBackedgeTakenCount(L);
  if (const auto *C = dyn_cast<SCEVConstant>(Max))
    if (C->getAPInt().getActiveBits() < 63)
      A.Range.Hi = static_cast<__int128>(C->getAPInt().getZExtValue());
  It->second = Atoms.add(std::move(A));
  AtomLoops[It->second] = L;
  return It->second;
}

const Loop *Evaluator::loopOf(AtomId A) const {
  auto It = AtomLoops.find(A);
  return It == AtomLoops.end() ? nullptr : It->second;
}

std::optional<AtomId> Evaluator::signedTwin(AtomId A) const {
  for (const auto &[Key, Atom] : OpaqueAtoms)
    if (Atom == A && !Key.second)
      if (auto It = OpaqueAtoms.find({Key.first, true});
          It != OpaqueAtoms.end())
        return It->second;
  return std::nullopt;
}

bool Evaluator::opaqueInvariant(AtomId A, const Loop *L) const {
  auto It = OpaqueValues.find(A);
  return It != OpaqueValues.end() && It->second &&
         L->isLoopInvariant(It->second);
}

Value *Evaluator::opaqueValue(AtomId A) const {
  auto It = OpaqueValues.find(A);
  return It == OpaqueValues.end() ? nullptr : It->second;
}

AtomId Evaluator::opaqueAtom(const void *Key, unsigned Width, bool Signed,
                             Value *V) {
  auto [It, New] = OpaqueAtoms.try_emplace({Key, Signed}, 0);
  if (!New)
    return It->second;
  Atom A;
  A.Kind = AtomKind::Opaque;
  A.Name = V ? sourceName(V) : "";
  if (A.Name.empty())
    A.Name = "data";
  A.Range = Signed ? Interval{-powerOfTwo(Width - 1), powerOfTwo(Width - 1) - 1}
                   : Interval{0, powerOfTwo(Width) - 1};
  // Facts that hold for the value's bits, whatever memory contains.
  if (V && V->getType()->isIntegerTy()) {
    ConstantRange R = Signed ? SE.getSignedRange(SE.getSCEV(V))
                             : SE.getUnsignedRange(SE.getSCEV(V));
    if (Width < 64 || Signed)
      A.Range = Signed ? Interval{R.getSignedMin().getSExtValue(),
                                  R.getSignedMax().getSExtValue()}
                       : Interval{R.getUnsignedMin().getZExtValue(),
                                  R.getUnsignedMax().getZExtValue()};
  }
  if (A.Range.within(INT64_MIN, INT64_MAX)) {
    A.Lo.push_back({Lin(Poly(static_cast<int64_t>(A.Range.Lo))), {}, {}});
    A.Hi.push_back({Lin(Poly(static_cast<int64_t>(A.Range.Hi))), {}, {}});
  }
  It->second = Atoms.add(std::move(A));
  OpaqueValues[It->second] = V;
  return It->second;
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

Val Evaluator::uniform(Id Exact) {
  Val V;
  V.Exact = Exact;
  V.Width = Exprs[Exact].Width;
  if (auto C = Exprs.constantValue(Exact))
    V.L = Lin(Poly(*C));
  else
    V.L = Lin(Poly::leaf(Exprs.unary(Op::SExt, 64, Exact)));
  return V;
}

Val Evaluator::opaque(const void *Key, unsigned Width, Value *V) {
  Val R;
  R.Width = Width;
  OpaqueSources[Key] = V;
  R.L = Lin::atom(opaqueAtom(Key, Width, /*Signed=*/true, V));
  R.Opaque = Key;
  return R;
}

Lin Evaluator::observe(const Val &V, bool Signed) {
  if (V.isUniform()) {
    // Equal numbers: the polynomial reads better and cancels better.
    Interval R = V.L.Const.range(Exprs);
    bool Fits =
        Signed ? R.within(-powerOfTwo(V.Width - 1), powerOfTwo(V.Width - 1) - 1)
               : R.within(0, powerOfTwo(V.Width) - 1);
    if (Fits && V.L.isUniform() && V.L.isValid())
      return V.L;
    Lin L(Poly::leaf(Exprs.unary(Signed ? Op::SExt : Op::ZExt, 64, V.Exact)));
    // Leaves are read as signed; 64 unsigned bits may be more than that.
    if (!Signed && V.Width >= 64 && L.Const.range(Exprs).Lo < 0)
      L.Checks.insert(Atoms.addCheck(L, 0, INT64_MAX));
    return L;
  }
  if (V.Opaque && !Signed)
    return Lin::atom(
        opaqueAtom(V.Opaque, V.Width, false, OpaqueSources[V.Opaque]));
  if (V.Width >= 64 && Signed)
    return V.L; // Forms that leave int64_t are poison when evaluated.
  __int128 Lo = Signed ? -powerOfTwo(V.Width - 1) : 0;
  __int128 Hi =
      (Signed || V.Width >= 64 ? powerOfTwo(std::min(V.Width, 64u) - 1)
                               : powerOfTwo(V.Width)) -
      1;
  // A remainder is small, though its parts are not.
  Lin L = rewriteDigits(V.L);
  if (Atoms.range(L, Exprs).within(Lo, Hi) || weakened(Rule::NoWrap))
    return L;
  L.Checks.insert(Atoms.addCheck(Lin(L), static_cast<int64_t>(Lo),
                                 static_cast<int64_t>(Hi)));
  return L;
}

Lin Evaluator::asSigned(const Val &V) { return observe(V, true); }
Lin Evaluator::asUnsigned(const Val &V) { return observe(V, false); }

Val Evaluator::extend(const Val &V, unsigned Width, bool Signed) {
  if (V.isUniform()) {
    Val R = uniform(Exprs.unary(Signed ? Op::SExt : Op::ZExt, Width, V.Exact));
    R.L = observe(V, Signed);
    return R;
  }
  Val R;
  R.Width = Width;
  R.L = observe(V, Signed);
  return R;
}

Lin Evaluator::quotient(const Lin &Num, const Poly &Den) {
  if (auto C = Den.constant(); C && *C == 1)
    return Num;
  // The atom may stem from another reading of the same form: the checks of
  // this one travel with the result.
  auto Result = [&](AtomId Q) {
    Lin L = Lin::atom(Q);
    L.Checks = Num.Checks;
    return L;
  };
  Lin Base = Num;
  Poly Divisor = Den;
  // floor(floor(x / a) / b) = floor(x / ab): keep the chain of digits.
  for (AtomId Q : Quotients) {
    const Atom &A = Atoms[Q];
    if (A.Num.sameValue(Num) && A.Den == Den)
      return Result(Q);
    if (!A.Num.sameValue(Num))
      continue;
    auto Factor = Den.divideExactly(A.Den);
    if (Factor && Factor->constant().value_or(2) > 1) {
      Base = Lin::atom(Q);
      Base.Checks = Num.Checks;
      Divisor = *Factor;
    }
  }
  for (AtomId Q : Quotients)
    if (Atoms[Q].Num.sameValue(Base) && Atoms[Q].Den == Divisor)
      return Result(Q);
  Atom A;
  A.Kind = AtomKind::Quotient;
  A.Name = "quot";
  A.Num = Base;
  A.Den = Divisor;
  // floor(m / d) = ceil((m - (d - 1)) / d), the rounding that Bound has.
  A.Lo.push_back({Base - Lin(Divisor - Poly(1)), Divisor, {}});
  A.Hi.push_back({Base, Divisor, {}});
  Interval N = Atoms.range(Base, Exprs), D = Divisor.range(Exprs);
  if (N.Lo >= 0)
    A.Range = {0, D.Lo >= 1 ? N.Hi / D.Lo : N.Hi};
  else // Dividing a negative number brings it nearer to zero.
    A.Range = {N.Lo, std::max<__int128>(N.Hi, -1)};
  AtomId Q = Atoms.add(std::move(A));
  Quotients.push_back(Q);

  Atom R;
  R.Kind = AtomKind::Digit;
  R.Name = "rem";
  R.Num = Atoms[Q].Num;
  R.Den = Divisor;
  R.Lo.push_back({Lin(Poly(0)), {}, {}});
  // A divisor that is not positive leaves the number open instead of making
  // the range empty: Div is then not positive either, which is poison.
  if (D.Lo < 1)
    R.Hi.push_back({Lin(Divisor - Poly(1)),
                    Poly::leaf(Exprs.binary(Op::CMin, Divisor.emit(Exprs),
                                            Exprs.constant(1))),
                    {}});
  R.Hi.push_back({Lin(Divisor - Poly(1)), {}, {}});
  R.Range = {0, D.Hi - 1};
  Digits[Q] = Atoms.add(std::move(R));
  return Result(Q);
}

Lin Evaluator::rewriteDigits(Lin L) {
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (const auto &[Q, Coef] : L.Terms) {
      const Atom &A = Atoms[Q];
      if (A.Kind != AtomKind::Quotient || A.Num.Terms.empty())
        continue;
      // L = Factor * Num + Coef * q + rest, no atom of Num left in rest.
      const auto &[Lead, LeadCoef] = *A.Num.Terms.begin();
      auto Factor = L.coefficient(Lead).divideExactly(LeadCoef);
      if (!Factor || Factor->isZero())
        continue;
      Lin Rest = L - A.Num * *Factor;
      bool Clean = true;
      for (const auto &[N, NC] : A.Num.Terms)
        Clean &= Rest.coefficient(N).isZero();
      if (!Clean)
        continue;
      // Num = Den * q + r.
      Lin New = Rest + (Lin::atom(Q) * A.Den + Lin::atom(Digits[Q])) * *Factor;
      if (!New.isValid())
        continue;
      New.Checks.insert(A.Num.Checks.begin(), A.Num.Checks.end());
      L = New;
      Changed = true;
      break;
    }
  }
  return L;
}

} // namespace reprise
