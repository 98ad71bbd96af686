//===- Divisions.cpp - Multiplications that divide by a constant ----------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Divisions.h"
#include "LargestValue.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/PatternMatch.h"

using namespace llvm;
using namespace llvm::PatternMatch;

namespace reprise {

/// Products of numbers of 64 bits, shifted: nothing here leaves this width.
static constexpr unsigned Wide = 512;

/// How far to look through instructions.
static constexpr unsigned MaxDepth = 6;

std::optional<APInt> divisorOf(const APInt &Factor, unsigned P,
                               const APInt &Max, bool Signed) {
  if (Factor.isZero() || Factor.isPowerOf2() || P > 200 ||
      Factor.getActiveBits() > 200 || Max.getActiveBits() > 64)
    return std::nullopt;
  APInt M = Factor.zextOrTrunc(Wide), X = Max.zextOrTrunc(Wide);
  APInt One(Wide, 1), Power = One.shl(P);
  APInt D = (Power + M - 1).udiv(M);
  if (D.ult(2))
    return std::nullopt;
  APInt E = M * D - Power;
  // The largest number up to Top that leaves the remainder D - 1.
  auto Last = [&](const APInt &Top) {
    APInt R = D - 1;
    return Top.ult(R) ? APInt(Wide, 0) : Top - (Top - R).urem(D);
  };
  if (!(E * Last(X)).ult(Power) || !(E * X).ult(Power.shl(1)))
    return std::nullopt;
  if (Signed) {
    APInt Y = X + 1;
    if (E.isZero() || !(E * Last(Y)).ule(Power) || !(E * Y).ule(Power.shl(1)))
      return std::nullopt;
  }
  return D;
}

namespace {

/// The value floor(X * M / 2^P), X read as unsigned or signed, M positive for
/// unsigned.
struct Scaled {
  Value *X = nullptr;
  APInt M = APInt(Wide, 0);
  unsigned P = 0;
};

class Finder {
public:
  explicit Finder(const DataLayout &DL) : DL(DL) {}

  /// A division that gives the same as I, built before I; null if none.
  Value *replacement(Instruction &I) {
    Type *T = I.getType();
    if (!T->isIntegerTy() || T->getIntegerBitWidth() > 128)
      return nullptr;
    if (Value *V = powerOfTwo(I))
      return V;
    if (Value *V = unsignedQuotient(I))
      return V;
    return signedQuotient(I);
  }

private:
  /// The largest value of V, read as unsigned.
  APInt maximum(Value *V) const { return largestValue(V, DL).zext(Wide); }

  /// The largest value of S, read as unsigned.
  APInt maximum(const Scaled &S) const {
    return (maximum(S.X) * S.M).lshr(S.P);
  }

  static bool fits(const APInt &V, Type *T) {
    return V.getActiveBits() <= T->getIntegerBitWidth();
  }

  /// V as floor(X * M / 2^P) of unsigned numbers.
  std::optional<Scaled> scaled(Value *V, unsigned Depth = 0) const {
    Value *A;
    const APInt *C;
    if (Depth > MaxDepth)
      return std::nullopt;
    if (match(V, m_Mul(m_Value(A), m_APInt(C)))) {
      Scaled S;
      if (!match(A, m_ZExt(m_Value(S.X))))
        S.X = A;
      S.M = C->zext(Wide);
      if (S.X->getType()->getIntegerBitWidth() > 64 ||
          !fits(maximum(S), V->getType()))
        return std::nullopt;
      return S;
    }
    if (match(V, m_LShr(m_Value(A), m_APInt(C))) &&
        C->ult(A->getType()->getIntegerBitWidth())) {
      auto S = scaled(A, Depth + 1);
      if (S)
        S->P += static_cast<unsigned>(C->getZExtValue());
      return S;
    }
    if (match(V, m_ZExt(m_Value(A))))
      return scaled(A, Depth + 1);
    if (match(V, m_Trunc(m_Value(A)))) {
      auto S = scaled(A, Depth + 1);
      if (S && !fits(maximum(*S), V->getType()))
        return std::nullopt;
      return S;
    }
    return std::nullopt;
  }

  /// V as (X + hi(X * M)) / 2, in the shape that does not overflow.
  static std::optional<Scaled> average(Value *V, const Finder &F) {
    Value *X, *High;
    if (!match(V, m_c_Add(m_LShr(m_Sub(m_Value(X), m_Value(High)), m_One()),
                          m_Deferred(High))))
      return std::nullopt;
    auto S = F.scaled(High);
    unsigned Width = V->getType()->getIntegerBitWidth();
    // High is at most X, so that the difference is no wrap.
    if (!S || S->X != X || S->P != Width || !fits(S->M, V->getType()))
      return std::nullopt;
    S->M += APInt(Wide, 1).shl(Width);
    S->P = Width + 1;
    return S;
  }

  Value *unsignedQuotient(Instruction &I) const {
    Value *A;
    const APInt *C;
    std::optional<Scaled> S = average(&I, *this);
    unsigned Back = 0; // The quotient is shifted to the left again.
    if (!S && match(&I, m_LShr(m_Value(A), m_APInt(C))) &&
        C->ult(I.getType()->getIntegerBitWidth()) && (S = average(A, *this)))
      S->P += static_cast<unsigned>(C->getZExtValue());
    if (!S && (isa<LShrOperator>(&I) || isa<TruncInst>(&I)))
      S = scaled(&I);
    if (!S && match(&I, m_And(m_Value(A), m_APInt(C))) && (S = scaled(A))) {
      // Cuts off the lowest bits, and no other that can be set.
      Back = C->countr_zero();
      if (maximum(*S).getActiveBits() > Back + C->lshr(Back).countr_one())
        return nullptr;
      S->P += Back;
    }
    if (!S)
      return nullptr;
    auto D = divisorOf(S->M, S->P, maximum(S->X), /*Signed=*/false);
    if (!D || !fits(*D, S->X->getType()))
      return nullptr;
    IRBuilder<> B(&I);
    Value *Q = B.CreateUDiv(
        S->X, B.getInt(D->trunc(S->X->getType()->getIntegerBitWidth())));
    Q = B.CreateZExtOrTrunc(Q, I.getType());
    return Back ? B.CreateShl(Q, Back) : Q;
  }

  /// True when X * M fits into a signed number of T's width, for all X.
  static bool fitsSigned(const Scaled &S, Type *T) {
    // |X * M / 2^P| is at most 2^(N-1) * |M| / 2^P, rounded away from zero.
    unsigned N = S.X->getType()->getIntegerBitWidth();
    APInt Most = S.M.abs().shl(N - 1).lshr(S.P) + 1;
    return Most.getActiveBits() < T->getIntegerBitWidth();
  }

  /// V as floor(X * M / 2^P) of signed numbers, M of either sign.
  std::optional<Scaled> scaledSigned(Value *V, unsigned Depth = 0) const {
    Value *A;
    const APInt *C;
    if (Depth > MaxDepth)
      return std::nullopt;
    if (match(V, m_Mul(m_SExt(m_Value(A)), m_APInt(C)))) {
      Scaled S;
      S.X = A;
      S.M = C->sext(Wide);
      if (A->getType()->getIntegerBitWidth() > 64 ||
          !fitsSigned(S, V->getType()))
        return std::nullopt;
      return S;
    }
    auto Shifted = [&](Value *From) {
      auto S = scaledSigned(From, Depth + 1);
      if (S)
        S->P += static_cast<unsigned>(C->getZExtValue());
      return S;
    };
    if (match(V, m_AShr(m_Value(A), m_APInt(C))) &&
        C->ult(A->getType()->getIntegerBitWidth()))
      return Shifted(A);
    // The bits that a logical shift fills are cut off.
    if (match(V, m_Trunc(m_LShr(m_Value(A), m_APInt(C)))) &&
        C->ule(A->getType()->getIntegerBitWidth() -
               V->getType()->getIntegerBitWidth())) {
      auto S = Shifted(A);
      if (S && !fitsSigned(*S, V->getType()))
        return std::nullopt;
      return S;
    }
    if (match(V, m_Trunc(m_Value(A)))) {
      auto S = scaledSigned(A, Depth + 1);
      if (S && !fitsSigned(*S, V->getType()))
        return std::nullopt;
      return S;
    }
    Value *B;
    if (match(V, m_Add(m_Value(A), m_Value(B))))
      for (unsigned I = 0; I < 2; ++I, std::swap(A, B)) {
        auto S = scaledSigned(A, Depth + 1);
        if (!S || S->X != B)
          continue;
        S->M += APInt(Wide, 1).shl(S->P);
        if (!fitsSigned(*S, V->getType()))
          return std::nullopt;
        return S;
      }
    return std::nullopt;
  }

  /// True when V is 1 for negative X and 0 for others.
  bool isSignOf(Value *V, Value *X) const {
    Value *A;
    const APInt *C;
    if (!match(V, m_LShr(m_Value(A), m_APInt(C))) ||
        *C != A->getType()->getIntegerBitWidth() - 1)
      return false;
    if (A == X)
      return true;
    auto S = scaledSigned(A);
    return S && S->X == X && S->M.isStrictlyPositive();
  }

  Value *signedQuotient(Instruction &I) const {
    Value *A, *B;
    Type *T = I.getType();
    if (match(&I, m_Sub(m_Value(A),
                        m_AShr(m_Value(B),
                               m_SpecificInt(T->getIntegerBitWidth() - 1))))) {
      auto S = scaledSigned(A);
      return S && S->X == B ? divideSigned(I, *S) : nullptr;
    }
    if (!match(&I, m_Add(m_Value(A), m_Value(B))))
      return nullptr;
    for (unsigned K = 0; K < 2; ++K, std::swap(A, B)) {
      auto S = scaledSigned(A);
      if (S && isSignOf(B, S->X))
        return divideSigned(I, *S);
    }
    return nullptr;
  }

  static Value *divideSigned(Instruction &I, const Scaled &S) {
    unsigned N = S.X->getType()->getIntegerBitWidth();
    if (!S.M.isStrictlyPositive() || I.getType() != S.X->getType())
      return nullptr;
    auto D = divisorOf(S.M, S.P, APInt::getSignedMaxValue(N), /*Signed=*/true);
    if (!D || D->getActiveBits() >= N)
      return nullptr;
    IRBuilder<> Builder(&I);
    return Builder.CreateSDiv(S.X, Builder.getInt(D->trunc(N)));
  }

  /// Signed division by 2^K, and the multiple of 2^K next to it.
  static Value *powerOfTwo(Instruction &I) {
    Value *Sum, *X;
    const APInt *C, *Sign, *Fill;
    bool Shifted = match(&I, m_AShr(m_Value(Sum), m_APInt(C)));
    if (!Shifted && !match(&I, m_And(m_Value(Sum), m_APInt(C))))
      return nullptr;
    unsigned N = I.getType()->getIntegerBitWidth();
    if (!match(Sum,
               m_c_Add(m_LShr(m_AShr(m_Value(X), m_APInt(Sign)), m_APInt(Fill)),
                       m_Deferred(X))) ||
        *Sign != N - 1 || !Fill->ult(N) || Fill->ule(1))
      return nullptr;
    unsigned K = N - static_cast<unsigned>(Fill->getZExtValue());
    if (Shifted ? *C != K : *C != APInt::getHighBitsSet(N, N - K))
      return nullptr;
    IRBuilder<> B(&I);
    Value *Q = B.CreateSDiv(X, B.getInt(APInt::getOneBitSet(N, K)));
    return Shifted ? Q : B.CreateShl(Q, K);
  }

  const DataLayout &DL;
};

} // namespace

PreservedAnalyses DivisionsPass::run(Function &F, FunctionAnalysisManager &) {
  Finder Find(F.getDataLayout());
  bool Changed = false;
  // Users come after what they use: a quotient of a quotient finds the inner
  // one done. What stays behind is dead and goes with the next clean-up.
  for (Instruction &I : make_early_inc_range(instructions(F)))
    if (Value *V = Find.replacement(I)) {
      I.replaceAllUsesWith(V);
      Changed = true;
    }
  if (!Changed)
    return PreservedAnalyses::all();
  PreservedAnalyses Preserved;
  Preserved.preserveSet<CFGAnalyses>();
  return Preserved;
}

} // namespace reprise
