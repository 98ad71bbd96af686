//===- Covering.cpp - When has a write covered what is read? --------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Atoms of the write are *free* (the solution chooses them: counters of loops
// around the write alone, thread indices of a block) or *fixed* (the same
// number for the read's execution: block indices, loops around both, ...).
// Any other atom ends the attempt.
//
//   write  base + sum of stride[j] * free[j]     base over fixed atoms
//   read   base + stride[0] * E                  E over any atoms of the read
//
// With place[j] = stride[j] / stride[0] and place[j+1] a multiple of place[j],
// every E >= 0 has digits: free[j] = E / place[j] mod (place[j+1] / place[j]),
// the last one without mod.
//
//===----------------------------------------------------------------------===//

#include "Covering.h"
#include "Weaken.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace reprise {

namespace {

class Solver {
public:
  Solver(KernelState &State, const AnalyzedAccess &Write,
         const AnalyzedAccess &Read, const CoveringScope &Scope)
      : S(State), W(Write), R(Read), In(Scope) {}

  std::optional<Covering> run() {
    if (!findFree())
      return std::nullopt;
    Lin Base = shifted(W.Offset);
    if (!split(Base) || !order() || !solve(Base) || !conditions())
      return std::nullopt;
    return simplified();
  }

private:
  struct FreeAtom {
    AtomId A;
    Poly Stride;
    Poly Place; ///< In units of the first stride.
  };

  KernelState &S;
  const AnalyzedAccess &W, &R;
  const CoveringScope &In;
  Covering Out;
  std::vector<AtomId> Free;
  std::vector<FreeAtom> Digits; ///< Those in the address, in order.
  std::vector<Lin> Guards;      ///< Of the write; not negative.
  Lin E;                        ///< The first element that is read.
  int64_t More = 0;             ///< Elements behind it that are read, too.

  bool isFree(AtomId A) const { return is_contained(Free, A); }

  /// A is the same number in the read's execution and the write's.
  bool isFixed(AtomId A, bool Nested = false) const {
    const Atom &Info = S.Atoms[A];
    auto IsAround = [&](const Loop *L) {
      return In.Common && L->contains(In.Common);
    };
    switch (Info.Kind) {
    case AtomKind::Thread:
      for (unsigned D = 0; D < 3; ++D)
        if (A == S.Eval.threadAtom(true, D) ||
            (!In.Block && A == S.Eval.threadAtom(false, D)))
          return true;
      return false;
    case AtomKind::Loop: {
      const Loop *L = S.Eval.loopOf(A);
      // The common loop's own counter is shifted, where it stands alone.
      return IsAround(L) && !(In.Earlier && Nested && L == In.Common);
    }
    case AtomKind::Quotient:
    case AtomKind::Digit:
      return all_of(Info.Num.Terms,
                    [&](const auto &T) { return isFixed(T.first, true); });
    case AtomKind::Opaque: {
      const Value *V = S.Eval.opaqueValue(A);
      if (!V || isa<UndefValue>(V) || (In.Block && !In.Block->isUniform(V)))
        return false;
      const auto *I = dyn_cast<Instruction>(V);
      const Loop *L = I ? S.LI.getLoopFor(I->getParent()) : nullptr;
      return !L || (IsAround(L) && !(In.Earlier && L == In.Common));
    }
    case AtomKind::Bounded:
      return false;
    }
    return false;
  }

  /// F of the iteration that counts.
  Lin shifted(Lin F) const {
    F.Checks.clear();
    if (In.Earlier)
      F.Const = F.Const - F.coefficient(S.Eval.loopAtom(In.Common));
    return F;
  }

  bool findFree() {
    BasicBlock *At = W.I->getParent();
    auto Beside = S.Reader.conditionsBeside(At, In.Anchor);
    if (!Beside)
      return false;
    for (const Loop *L = S.LI.getLoopFor(At); L != In.Common;
         L = L->getParentLoop()) {
      Free.push_back(S.Eval.loopAtom(L));
      if (!countedBy(L, At, *Beside))
        return false;
    }
    for (unsigned D = 0; D < 3 && In.Block; ++D) {
      AtomId A = S.Eval.threadAtom(false, D);
      Free.push_back(A);
      Guards.push_back(S.Atoms[A].Hi.front().F - Lin::atom(A));
    }
    for (const Guard &G : *Beside) {
      if (G.Uniform != None) {
        Out.Uniforms.push_back(G.Uniform);
        continue;
      }
      Out.Readings.insert(G.L.Checks.begin(), G.L.Checks.end());
      Guards.push_back(shifted(G.L));
    }
    if (In.Earlier)
      Out.Forms.push_back(Lin::atom(S.Eval.loopAtom(In.Common)) - Lin(Poly(1)));
    return true;
  }

  /// Which iterations of L there are follows from Guards or Beside.
  bool countedBy(const Loop *L, BasicBlock *At,
                 const std::vector<Guard> &Beside) {
    BasicBlock *Exit = L->getExitingBlock();
    if (!Exit || S.LI.getLoopFor(Exit) != L)
      return false;
    AtomId K = S.Eval.loopAtom(L);
    const LoopBounds &B = S.Reader.loopBounds(L, At);
    if (B.Counted.count(Exit)) {
      if (!B.Exact || B.Hi.size() != 1 || B.Hi[0].Div || B.Hi[0].Or)
        return false;
      Guards.push_back(shifted(B.Hi[0].F) - Lin::atom(K));
      Out.Readings.insert(B.Hi[0].F.Checks.begin(), B.Hi[0].F.Checks.end());
      return true;
    }
    // A test that, once it fails, fails for ever: iteration k is reached if it
    // holds in that one.
    bool Tested = false;
    for (const Guard &G : Beside) {
      if (G.StayAt != Exit)
        continue;
      Tested = true;
      if (G.Uniform == None && G.L.coefficient(K).range(S.Exprs).Hi > 0)
        return false;
    }
    return Tested;
  }

  /// Base keeps the fixed part of the write's address.
  bool split(Lin &Base) {
    for (AtomId A : Free) {
      Poly C = Base.coefficient(A);
      if (C.isZero())
        continue;
      if (!C.isValid())
        return false;
      Digits.push_back({A, C, Poly(1)});
      Base.Terms.erase(A);
    }
    return all_of(Base.Terms, [&](const auto &T) { return isFixed(T.first); });
  }

  /// Strides such that each one divides the next.
  bool order() {
    for (size_t I = 0; I < Digits.size(); ++I) {
      auto First = std::find_if(
          Digits.begin() + static_cast<ptrdiff_t>(I), Digits.end(),
          [&](const FreeAtom &X) {
            return std::all_of(
                Digits.begin() + static_cast<ptrdiff_t>(I), Digits.end(),
                [&](const FreeAtom &Y) {
                  return Y.Stride.divideExactly(X.Stride).has_value();
                });
          });
      if (First == Digits.end())
        return false;
      std::swap(Digits[I], *First);
      auto Place = Digits[I].Stride.divideExactly(Digits[0].Stride);
      if (!Place)
        return false;
      Digits[I].Place = *Place;
    }
    for (size_t I = 1; I < Digits.size(); ++I) {
      auto Ratio = ratio(I - 1);
      if (!Ratio)
        return false;
      Out.Forms.push_back(Lin(*Ratio - Poly(1)));
    }
    return true;
  }

  /// How many values digit I has.
  std::optional<Poly> ratio(size_t I) const {
    return Digits[I + 1].Place.divideExactly(Digits[I].Place);
  }

  /// The element that is read, from the read's address.
  bool solve(const Lin &Base) {
    Lin Distance = R.Offset - Base;
    Distance.Checks.clear();
    if (!Distance.isValid() || W.A.Width == 0 || R.A.Width == 0)
      return false;
    if (Digits.empty()) {
      // One place: the same, or another one in most launches.
      if (!Distance.isUniform() || !Distance.Const.constant())
        return false;
      Out.Forms.push_back(Distance);
      Out.Forms.push_back(Lin(Poly(int64_t{W.A.Width} - R.A.Width)) - Distance);
      return true;
    }
    const Poly &Unit = Digits[0].Stride;
    if (R.A.Width > W.A.Width) {
      // Several elements, without gaps between them.
      auto Bytes = Unit.constant();
      if (!Bytes || *Bytes <= 0 || *Bytes > W.A.Width)
        return false;
      More = (R.A.Width - 1) / *Bytes;
    }
    auto Const = Distance.Const.divideExactly(Unit);
    if (!Const)
      return false;
    E.Const = *Const;
    for (const auto &[A, C] : Distance.Terms) {
      auto Factor = C.divideExactly(Unit);
      if (!Factor)
        return false;
      E.Terms[A] = *Factor;
    }
    Out.Forms.push_back(E);
    return E.isValid();
  }

  Lin last() const {
    return E + Lin(Poly(More - (weakened(Rule::CoverEnds) ? 1 : 0)));
  }

  bool conditions() {
    return all_of(Guards, [&](const Lin &G) { return condition(G); });
  }

  /// What G, a guard of the write, means for the read.
  bool condition(const Lin &G) {
    Lin Rest = G;
    std::vector<Poly> Factors;
    bool Single = false, Any = false;
    size_t Which = 0;
    for (size_t I = 0; I < Digits.size(); ++I) {
      Factors.push_back(G.coefficient(Digits[I].A));
      if (Factors.back().isZero())
        continue;
      Single = !Any;
      Any = true;
      Which = I;
    }
    for (AtomId A : Free) // Those that the address does not use are 0.
      Rest.Terms.erase(A);
    if (!Rest.isValid() ||
        !all_of(Rest.Terms, [&](const auto &T) { return isFixed(T.first); }))
      return false;
    if (!Any) {
      Out.Forms.push_back(Rest);
      return true;
    }
    // About the number that the digits make together?
    bool Whole = true;
    for (size_t I = 0; I < Digits.size(); ++I)
      Whole &= Factors[I] == Factors[0] * Digits[I].Place;
    const Poly &Factor = Factors[Whole ? 0 : Which];
    if (!Factor.isValid() || (!Whole && !Single))
      return false;
    const Interval Sign = Factor.range(S.Exprs);
    const bool Upper = Sign.Hi <= 0;
    if (!Upper && Sign.Lo < 0)
      return false;
    if (Whole)
      Out.Forms.push_back((Upper ? last() : E) * Factor + Rest);
    else if (!Upper)
      Out.Forms.push_back(Rest); // A digit is at least 0.
    else if (Which + 1 < Digits.size())
      Out.Forms.push_back(Rest + Lin(Factor * (*ratio(Which) - Poly(1))));
    else if (Factor.constant() == -1) // E / Place is at most Rest.
      Out.Forms.push_back((Rest + Lin(Poly(1))) * Digits[Which].Place -
                          Lin(Poly(1)) - last());
    else
      Out.Forms.push_back(Rest * Digits[Which].Place + last() * Factor);
    return true;
  }

  /// Without what always holds. None where something never does.
  std::optional<Covering> simplified() {
    Covering Result;
    Result.Readings = Out.Readings;
    for (Lin &F : Out.Forms) {
      if (!F.isValid())
        return std::nullopt;
      F.Checks.clear();
      Interval Range = S.Atoms.range(F, S.Exprs);
      if (Range.Hi < 0)
        return std::nullopt;
      if (Range.Lo < 0 &&
          none_of(
              Result.Forms,
              [&](const Lin &Other) { return Other.sameValue(F); }))
        Result.Forms.push_back(F);
    }
    for (Id U : Out.Uniforms) {
      auto C = S.Exprs.constantValue(U);
      if (C && *C == 0)
        return std::nullopt;
      if (!C && !is_contained(Result.Uniforms, U))
        Result.Uniforms.push_back(U);
    }
    return Result;
  }
};

} // namespace

std::optional<Covering> covering(KernelState &S, const AnalyzedAccess &Write,
                                 const AnalyzedAccess &Read,
                                 const CoveringScope &Scope) {
  return Solver(S, Write, Read, Scope).run();
}

} // namespace reprise
