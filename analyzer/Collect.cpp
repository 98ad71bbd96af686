//===- Collect.cpp - The accesses and effects of a kernel -----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelAnalysis.h"
#include "Limits.h"
#include "Printer.h"
#include "Weaken.h"

#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicsNVPTX.h"
#include "llvm/IR/Module.h"

#include <algorithm>

using namespace llvm;

namespace reprise {

/// More than this many bytes: a form over such a value says less than the
/// allocation that it points into.
static constexpr __int128 WideRange = static_cast<__int128>(1) << 31;

Id KernelState::addDomain(Domain D) {
  for (Id I = 0; I < K.Domains.size(); ++I)
    if (K.Domains[I] == D)
      return I;
  K.Domains.push_back(std::move(D));
  return static_cast<Id>(K.Domains.size() - 1);
}

/// Where the user wrote it: the innermost place of the inlining chain that
/// lies in the kernel's own file, else the one in the kernel itself.
static SourceLoc locationOf(const Instruction &I) {
  SourceLoc L;
  const DILocation *D = I.getDebugLoc().get();
  if (!D)
    return L;
  const DISubprogram *Kernel = I.getFunction()->getSubprogram();
  while (D->getInlinedAt() && Kernel && D->getFile() != Kernel->getFile())
    D = D->getInlinedAt();
  L.File = D->getFilename().str();
  L.Line = D->getLine();
  L.Column = D->getColumn();
  return L;
}

/// True when the address depends on data that no guard confines.
static bool isIndirect(const KernelState &S, const Lin &Offset,
                       const Context &C) {
  for (const auto &[A, P] : Offset.Terms) {
    const Atom &Info = S.Atoms[A];
    if (Info.Kind != AtomKind::Opaque ||
        Info.Range.Hi - Info.Range.Lo < WideRange)
      continue;
    bool Above = Info.Range.Hi < WideRange / 2;
    bool Below = Info.Range.Lo > -WideRange / 2;
    for (const Guard &G : C.Guards) {
      if (G.Uniform != None || G.L.Terms.size() != 1 ||
          G.L.Terms.begin()->first != A)
        continue;
      auto Coef = G.L.Terms.begin()->second.constant();
      if (!Coef)
        continue;
      Above |= *Coef < 0;
      Below |= *Coef > 0;
    }
    if (!Above || !Below)
      return true;
  }
  return false;
}

/// True when a guard keeps A from being negative.
static bool keptNonNegative(AtomId A, const Context &C) {
  return std::any_of(C.Guards.begin(), C.Guards.end(), [&](const Guard &G) {
    if (G.Uniform != None || G.L.Terms.size() != 1 || !G.L.Checks.empty() ||
        G.L.Terms.begin()->first != A)
      return false;
    auto Coef = G.L.Terms.begin()->second.constant(),
         Rest = G.L.Const.constant();
    return Coef && Rest && *Coef > 0 && *Rest < *Coef;
  });
}

/// Where guards keep a number from being negative, its signed and its unsigned
/// reading are equal: uses the one that the guards are about.
static Lin asGuarded(const KernelState &S, const Lin &Offset,
                     const Context &C) {
  Lin Result = Offset;
  for (const auto &[A, P] : Offset.Terms)
    if (auto Twin = S.Eval.signedTwin(A); Twin && keptNonNegative(*Twin, C))
      Result = Result - Lin::atom(A) * P + Lin::atom(*Twin) * P;
  return Result;
}

static bool sameGuard(const Guard &A, const Guard &B) {
  return A.Uniform == B.Uniform && A.StayAt == B.StayAt && A.Name == B.Name &&
         A.L.sameValue(B.L) && A.L.Checks == B.L.Checks;
}

/// A domain depends on an address through its terms and checks alone.
static bool sameDomain(const Lin *A, const std::optional<Lin> &B) {
  if (!A || !B)
    return !A && !B;
  return A->Terms == B->Terms && A->Checks == B->Checks &&
         A->Const.isValid() == B->Const.isValid();
}

const KernelState::Described &KernelState::domainOf(BasicBlock *B,
                                                    const Context &Guards,
                                                    const Lin *Address) {
  if (B != DescribedAt)
    Recent.clear();
  DescribedAt = B;
  for (const Described &D : Recent)
    if (sameDomain(Address, D.Address) && D.Guards.Exact == Guards.Exact &&
        std::equal(D.Guards.Guards.begin(), D.Guards.Guards.end(),
                   Guards.Guards.begin(), Guards.Guards.end(), sameGuard))
      return D;
  constexpr size_t Kept = 8;
  if (Recent.size() == Kept)
    Recent.erase(Recent.begin());
  BuiltDomain Built = DomainBuilder(Eval, Reader, B).build(Guards, Address);
  Id Domain = addDomain(std::move(Built.D));
  Recent.push_back({Guards, Address ? std::optional(*Address) : std::nullopt,
                    std::move(Built), Domain});
  return Recent.back();
}

void KernelState::describe(AnalyzedAccess &X) {
  BasicBlock *At = X.I->getParent();
  if (X.precise()) {
    X.Width = X.A.Width;
    X.Offset = asGuarded(*this, Eval.rewriteDigits(X.Offset), X.Guards);
    if (isIndirect(*this, X.Offset, X.Guards) && weakened(Rule::IndirectOffset))
      X.Offset = Lin(X.Offset.Const);
    if (isIndirect(*this, X.Offset, X.Guards)) {
      X.A.Top = true;
      X.A.Reason = REPRISE_REASON_INDIRECT_OFFSET;
    }
  }
  const Described *B =
      &domainOf(At, X.Guards, X.precise() ? &X.Offset : nullptr);
  if (X.precise() && !B->Built.Bounded) {
    X.A.Top = true;
    X.A.Reason = REPRISE_REASON_INDIRECT_OFFSET;
    B = &domainOf(At, X.Guards, nullptr);
  }
  if (X.A.Top) {
    X.A.Width = 0;
  } else if (X.precise()) {
    X.A.Offset = B->Built.Offset;
    X.A.Offset.Const = X.Offset.Const.emit(Exprs);
  }
  X.A.Must = X.A.Must && B->Built.Exact;
  X.A.Domain = B->Domain;
  X.A.Text = printAccess(*this, X);
}

namespace {

class Collector {
public:
  explicit Collector(KernelState &S) : S(S), Pointers(S.Eval, S.Reader) {}

  void run() {
    // Contexts first: they are read without any choice made.
    for (BasicBlock &B : S.F)
      S.Reader.context(&B);
    for (Instruction &I : instructions(S.F))
      MayStop |= mayStop(I);
    for (Instruction &I : instructions(S.F)) {
      if (S.Accesses.size() > MaxAccesses) {
        S.TooComplex = true;
        return;
      }
      if (!S.DT.isReachableFromEntry(I.getParent()))
        continue;
      InstructionEffects E = effectsOf(I);
      for (const EffectOp &Op : E.Effects)
        effect(I, Op);
      for (const MemOp &Op : E.Memory)
        access(I, Op);
    }
  }

private:
  /// The thread may end here, though the control flow goes on.
  static bool mayStop(const Instruction &I) {
    const auto *Call = dyn_cast<CallBase>(&I);
    if (!Call)
      return false;
    if (const auto *Asm = dyn_cast<InlineAsm>(Call->getCalledOperand()))
      return StringRef(Asm->getAsmString()).contains("exit");
    return Call->getIntrinsicID() == Intrinsic::nvvm_exit;
  }

  void effect(Instruction &I, const EffectOp &Op) {
    Effect E;
    E.Reason = Op.Reason;
    E.Detail = Op.Detail;
    E.Loc = locationOf(I);
    DomainBuilder Builder(S.Eval, S.Reader, I.getParent());
    E.Domain =
        S.addDomain(Builder.build(S.Reader.context(I.getParent()), nullptr).D);
    S.K.Effects.push_back(std::move(E));
  }

  void access(Instruction &I, const MemOp &Op) {
    std::vector<PointerAlternative> Where;
    const bool Handle = Op.Address && isHandle(Op.Through);
    if (Handle) {
      Where = Pointers.handles(Op.Address, Op.Through, I.getParent());
      for (PointerAlternative &P : Where)
        P.Detail = Op.Detail;
    } else if (Op.Address) {
      Where = Pointers.resolve(Op.Address, I.getParent());
    } else {
      PointerAlternative Any;
      Any.Reason = Op.Reason;
      Any.Detail = Op.Detail;
      Any.Guards = S.Reader.context(I.getParent());
      Where.push_back(std::move(Any));
    }
    for (PointerAlternative &P : Where) {
      AnalyzedAccess X;
      X.I = &I;
      X.Address = Handle ? nullptr : Op.Address;
      X.Displacement = Op.Displacement;
      X.Only = Where.size() == 1 && !(Op.Address && Pointers.mayBeInvisible());
      X.Guards = std::move(P.Guards);
      X.A.Kind = Op.Kind;
      X.A.LiveIn = Op.Kind != REPRISE_ACCESS_WRITE;
      X.A.Root = P.Root;
      X.A.Base = P.Base;
      X.A.Param = P.Param;
      if (P.Symbol)
        X.A.Symbol = S.Eval.symbol(*P.Symbol);
      X.A.Top = P.Top;
      X.A.Reason = P.Reason;
      X.A.Detail = P.Detail;
      X.Predicated = Op.MayNotHappen;
      X.A.Must = !Op.MayNotHappen && !MayStop;
      X.A.Width = static_cast<uint32_t>(Op.Width);
      X.A.Loc = locationOf(I);
      X.Offset = P.Offset + Lin(Poly(Op.Displacement));
      if (Op.Length)
        span(X, Op.Length);
      else if (Op.Width == 0 && X.precise()) {
        X.A.Top = true;
        X.A.Reason = REPRISE_REASON_INDIRECT_OFFSET;
      }
      if (X.A.Root == RootKind::Unknown && X.A.Reason == REPRISE_REASON_NONE)
        X.A.Reason = REPRISE_REASON_UNKNOWN_POINTER;
      S.describe(X);
      S.Accesses.push_back(std::move(X));
    }
  }

  /// An access of Length bytes: a constant is a width, anything else one more
  /// dimension of single bytes.
  void span(AnalyzedAccess &X, Value *Length) {
    ScalarEvolution &SE = S.Eval.scalarEvolution();
    Val V = S.Eval.scev(SE.getSCEV(Length));
    bool Open = S.Eval.pending().has_value();
    S.Eval.clearPending();
    auto C =
        V.isUniform() && !Open ? S.Exprs.constantValue(V.Exact) : std::nullopt;
    if (C && *C >= 0 && *C <= INT32_MAX) {
      X.A.Width = static_cast<uint32_t>(*C);
      if (*C == 0) {
        Guard Never;
        Never.Uniform = S.Exprs.constant(0, 1);
        X.Guards.Guards.push_back(Never);
        X.A.Width = 1;
      }
      return;
    }
    X.A.Width = 1;
    if (Open) {
      X.A.Top = true;
      X.A.Reason = REPRISE_REASON_INDIRECT_OFFSET;
      return;
    }
    Atom Byte;
    Byte.Kind = AtomKind::Thread; // Every byte of the span is touched.
    Byte.Name = "byte";
    Byte.Range = {0, INT64_MAX};
    Byte.Lo.push_back({Lin(Poly(0)), {}, {}});
    Byte.Hi.push_back({S.Eval.asUnsigned(V) - Lin(Poly(1)), {}, {}});
    X.Offset = X.Offset + Lin::atom(S.Atoms.add(std::move(Byte)));
  }

  KernelState &S;
  PointerResolver Pointers;
  bool MayStop = false; ///< Not every thread need reach what its guards allow.
};

} // namespace

void collectAccesses(KernelState &S) { Collector(S).run(); }

} // namespace reprise
