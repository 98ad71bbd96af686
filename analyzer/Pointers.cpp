//===- Pointers.cpp - Where an address points -----------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Pointers.h"
#include "LocalTables.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Operator.h"

using namespace llvm;

namespace reprise {

static constexpr unsigned MaxDepth = 12;
static constexpr size_t MaxAlternatives = 32;

namespace {
/// NVPTX address spaces (LLVM's user guide for NVPTX).
enum AddressSpace {
  Generic = 0,
  Global = 1,
  Shared = 3,
  Constant = 4,
  Local = 5,
  ParamSpace = 101
};
} // namespace

static bool invisible(unsigned AddressSpace) {
  return AddressSpace == Shared || AddressSpace == Constant ||
         AddressSpace == Local || AddressSpace == ParamSpace;
}

void PointerResolver::unknown(const Context &C, reprise_reason Reason,
                              const std::string &Detail) {
  PointerAlternative A;
  A.Reason = Reason;
  A.Detail = Detail;
  A.Guards = C;
  Out.push_back(std::move(A));
}

//===----------------------------------------------------------------------===//
// Offsets
//===----------------------------------------------------------------------===//

Context PointerResolver::withChoice(const Context &C, const Choice &K,
                                    unsigned Alternative) {
  Context R = C;
  if (auto *Load = dyn_cast_or_null<LoadInst>(K.V)) {
    // A table: the index is at that place.
    const Loop *Around = Eval.loops().getLoopFor(Load->getParent());
    if (Around && !Around->contains(At))
      R.Exact = false; // In the last iteration; which one is not told.
    if (auto L = Eval.hostLoad(Load); L && L->Index)
      for (Lin &Fact : Eval.placeGuards(*L, Alternative)) {
        Guard G;
        G.L = std::move(Fact);
        G.Place = true;
        R.Guards.push_back(std::move(G));
      }
    else
      R.Exact = false;
  } else if (auto *S = dyn_cast_or_null<SelectInst>(K.V)) {
    R.Exact &= Reader.read(S->getCondition(), Alternative == 0, R.Guards);
  } else if (auto *Phi = dyn_cast_or_null<PHINode>(K.V)) {
    const Loop *L = Eval.loops().getLoopFor(Phi->getParent());
    if (L && !L->contains(At)) {
      R.Exact = false; // The branch belongs to a loop that is over.
      return R;
    }
    Context Edge = Reader.edgeContext(Phi->getIncomingBlock(Alternative),
                                      Phi->getParent());
    R.Exact &= Edge.Exact;
    R.Guards.insert(R.Guards.end(), Edge.Guards.begin(), Edge.Guards.end());
  } else if (const auto *M = dyn_cast_or_null<SCEVMinMaxExpr>(K.MinMax)) {
    // Operand i is the result: it is at least (at most) all others.
    bool Signed = isa<SCEVSMaxExpr>(M) || isa<SCEVSMinExpr>(M);
    bool Max = isa<SCEVSMaxExpr>(M) || isa<SCEVUMaxExpr>(M);
    for (unsigned I = 0; I < M->getNumOperands(); ++I) {
      if (I == Alternative)
        continue;
      Val A = Eval.scev(M->getOperand(Alternative));
      Val B = Eval.scev(M->getOperand(I));
      bool Open = Eval.pending().has_value();
      Eval.clearPending();
      if (Open || (A.isUniform() && B.isUniform())) {
        R.Exact = false;
        continue;
      }
      Lin LA = Signed ? Eval.asSigned(A) : Eval.asUnsigned(A);
      Lin LB = Signed ? Eval.asSigned(B) : Eval.asUnsigned(B);
      Guard G;
      G.L = Max ? LA - LB : LB - LA;
      if (G.L.isValid())
        R.Guards.push_back(std::move(G));
      else
        R.Exact = false;
    }
  } else {
    R.Exact = false;
  }
  return R;
}

/// True when a guard from First on says that an index is at one place of a
/// table, and an earlier one that it is at another.
///
/// The guards of both depend on checks. Leaving the combination out is sound
/// because one with the same first place stays, and makes the checks of the
/// second table over all executions at that first place.
static bool contradictsPlace(const Context &C, size_t First) {
  for (size_t J = First; J < C.Guards.size(); ++J)
    for (size_t I = 0; I < First; ++I) {
      const Guard &A = C.Guards[I], &B = C.Guards[J];
      if (!A.Place || !B.Place)
        continue;
      const Lin Sum = A.L + B.L;
      auto Number = Sum.Const.constant();
      if (Sum.isValid() && Sum.Terms.empty() && Number && *Number < 0)
        return true;
    }
  return false;
}

/// Evaluates S under all combinations of its choices; false when there are
/// too many.
bool PointerResolver::enumerate(
    const SCEV *S, const Context &C,
    std::vector<std::pair<const void *, unsigned>> &Choices, Values &Results) {
  Eval.setChoices(Choices);
  Val V = Eval.scev(S);
  std::optional<Choice> Open = Eval.pending();
  Eval.clearPending();
  if (!Open) {
    if (Results.size() >= Most)
      return false;
    Results.emplace_back(std::move(V), C);
    return true;
  }
  if (Choices.size() >= MaxDepth)
    return false;
  Most = std::max<size_t>(Most, Open->Count);
  bool Some = false;
  for (unsigned I = 0; I < Open->Count; ++I) {
    Choices.emplace_back(Open->key(), I);
    Eval.setChoices(Choices);
    Context Chosen = withChoice(C, *Open, I);
    // One must stay, for the checks of this choice's guards.
    if (contradictsPlace(Chosen, C.Guards.size()) &&
        (Some || I + 1 < Open->Count)) {
      Choices.pop_back();
      continue;
    }
    Some = true;
    bool Ok = enumerate(S, Chosen, Choices, Results);
    Choices.pop_back();
    if (!Ok)
      return false;
  }
  return true;
}

/// The alternatives of S; none when there are too many.
PointerResolver::Values PointerResolver::values(const SCEV *S,
                                                const Context &C) {
  std::vector<std::pair<const void *, unsigned>> Choices;
  Values Results;
  if (!enumerate(S, C, Choices, Results))
    Results.clear();
  Eval.setChoices({});
  return Results;
}

std::vector<std::pair<Lin, Context>>
PointerResolver::integers(const SCEV *S, const Context &C) {
  std::vector<std::pair<Lin, Context>> Results;
  for (auto &[V, Guards] : values(S, C))
    Results.emplace_back(Eval.asSigned(V), std::move(Guards));
  return Results;
}

//===----------------------------------------------------------------------===//
// Roots
//===----------------------------------------------------------------------===//

/// The pointers that S is the sum of an integer and.
static void pointersIn(const SCEV *S,
                       SmallVectorImpl<const SCEVPtrToIntExpr *> &Out) {
  if (const auto *P = dyn_cast<SCEVPtrToIntExpr>(S))
    Out.push_back(P);
  else if (const auto *Rec = dyn_cast<SCEVAddRecExpr>(S))
    pointersIn(Rec->getStart(), Out);
  else if (const auto *Add = dyn_cast<SCEVAddExpr>(S))
    for (const SCEV *O : Add->operands())
      pointersIn(O, Out);
}

/// A pointer that comes from memory or an integer: fine when its value is
/// `pointer argument + rest`, or `address of an object + rest`.
void PointerResolver::integerAddress(Value *V, const Lin &Extra,
                                     const Context &C) {
  ScalarEvolution &SE = Eval.scalarEvolution();
  const SCEV *S = SE.getSCEVAtScope(SE.getSCEV(V), Eval.loops().getLoopFor(At));
  SmallVector<const SCEVPtrToIntExpr *, 2> Pointers;
  pointersIn(S, Pointers);
  // An address may be made from itself, iteration by iteration.
  if (Pointers.size() == 1 && Nesting < MaxDepth / 4) {
    ++Nesting;
    auto Leave = make_scope_exit([&] { --Nesting; });
    const SCEVPtrToIntExpr *P = Pointers[0];
    const auto *Base = dyn_cast<SCEVUnknown>(P->getOperand());
    auto Offsets = Base ? integers(SE.getMinusSCEV(S, P), C)
                        : std::vector<std::pair<Lin, Context>>();
    for (auto &[L, Guards] : Offsets)
      root(Base->getValue(), L + Extra, Guards, MaxDepth);
    if (!Offsets.empty())
      return;
  }
  auto Values = integers(S, C);
  if (Values.empty())
    return unknown(C, REPRISE_REASON_TOO_COMPLEX, "address");
  for (auto &[L, Guards] : Values) {
    PointerAlternative A;
    A.Guards = Guards;
    // The one pointer in the sum, with factor one. Of several that are not
    // known to be pointers each may be an offset from another: nobody knows
    // whose allocation counts.
    unsigned Declared = 0, Others = 0;
    for (const auto &[M, Coef] : L.Const.terms()) {
      if (M.size() != 1 || Coef != 1)
        continue;
      Id P = paramOf(M[0], /*Handle=*/false);
      const Expr &E = Eval.exprs()[M[0]];
      if (P == None && (E.Opcode != Op::SymbolBytes || E.Width != 64))
        continue;
      bool Pointer =
          P != None && Eval.layout().Params[P].Kind == REPRISE_PARAM_POINTER;
      ++(Pointer ? Declared : Others);
      if (!Pointer && Declared)
        continue;
      A.Root = RootKind::Param;
      A.Base = M[0];
      A.Param = P;
    }
    if (Declared ? Declared != 1 : Others != 1) {
      unknown(Guards, REPRISE_REASON_UNKNOWN_POINTER, V->getName().str());
      continue;
    }
    A.Offset = L - Lin(Poly::leaf(A.Base)) + Extra;
    Out.push_back(std::move(A));
  }
}

/// The parameter whose bytes the expression Value is; None if it is not 64 of
/// its bits, or not of a kind that holds pointers (Handle: handles).
Id PointerResolver::paramOf(Id Value, bool Handle) {
  const Expr &E = Eval.exprs()[Value];
  if (E.Opcode != Op::Param || E.Width != 64)
    return None;
  for (size_t P = 0; P < Eval.layout().Params.size(); ++P) {
    const Param &Info = Eval.layout().Params[P];
    if (E.Imm >= Info.Offset && E.Imm < Info.Offset + Info.Size &&
        (Handle || Info.Kind == REPRISE_PARAM_POINTER ||
         Info.Kind == REPRISE_PARAM_BYTES))
      return static_cast<Id>(P);
  }
  return None;
}

std::vector<PointerAlternative>
PointerResolver::handles(Value *Handle, RootKind Kind, BasicBlock *Block) {
  At = Block;
  Out.clear();
  Hidden = false;
  Most = MaxAlternatives;
  ScalarEvolution &SE = Eval.scalarEvolution();
  const Context C = Reader.context(Block);
  // Lifted PTX has an address where the handle is.
  for (;;) {
    if (auto *Cast = dyn_cast<IntToPtrInst>(Handle))
      Handle = Cast->getOperand(0);
    else if (auto *Space = dyn_cast<AddrSpaceCastOperator>(Handle))
      Handle = Space->getPointerOperand();
    else
      break;
  }
  Values All;
  if (SE.isSCEVable(Handle->getType()))
    All = values(
        SE.getSCEVAtScope(SE.getSCEV(Handle), Eval.loops().getLoopFor(At)), C);
  for (auto &[V, Guards] : All) {
    if (!V.isUniform() || Eval.exprs()[V.Exact].Width != 64) {
      unknown(Guards, REPRISE_REASON_TEXTURE, "");
      continue;
    }
    PointerAlternative A;
    A.Root = Kind;
    A.Base = V.Exact;
    A.Param = paramOf(V.Exact, /*Handle=*/true);
    A.Top = true;
    A.Reason = REPRISE_REASON_TEXTURE;
    A.Guards = std::move(Guards);
    Out.push_back(std::move(A));
  }
  if (All.empty())
    unknown(C, REPRISE_REASON_TEXTURE, "");
  return std::move(Out);
}

/// A pointer that a loop carries in no linear way: the union of the roots it
/// starts from, offsets unknown.
void PointerResolver::cycle(PHINode *Phi, const Context &C) {
  SmallVector<const Value *, 8> Objects;
  getUnderlyingObjects(Phi, Objects, &Eval.loops(), /*MaxLookup=*/0);
  for (const Value *O : Objects) {
    if (O == Phi || isa<PHINode>(O) || isa<SelectInst>(O)) {
      unknown(C, REPRISE_REASON_UNKNOWN_POINTER, Phi->getName().str());
      continue;
    }
    size_t First = Out.size();
    root(const_cast<Value *>(O), Lin(Poly(0)), C, MaxDepth);
    for (size_t I = First; I < Out.size(); ++I) {
      Out[I].Top = true;
      if (Out[I].Reason == REPRISE_REASON_NONE)
        Out[I].Reason = REPRISE_REASON_INDIRECT_OFFSET;
    }
  }
}

/// What holds the table that \p V was loaded from, where the host gives it: a
/// parameter or a constant variable. It has too many places. Else empty.
static std::string tableOf(const Value *V) {
  const auto *Load = dyn_cast<LoadInst>(V);
  if (!Load)
    return "";
  const Value *From = getUnderlyingObject(Load->getPointerOperand());
  const auto *A = dyn_cast<Argument>(From);
  const auto *Variable = dyn_cast<GlobalVariable>(From);
  const bool Given = (A && A->hasByValAttr()) ||
                     (Variable && Variable->getAddressSpace() == Constant);
  return Given ? From->getName().str() : "";
}

void PointerResolver::root(Value *Base, const Lin &Offset, const Context &C,
                           unsigned Depth) {
  if (auto *Cast = dyn_cast<AddrSpaceCastOperator>(Base))
    return resolve(Cast->getPointerOperand(), Offset, C, Depth + 1);
  if (Base->getType()->isPointerTy() &&
      invisible(Base->getType()->getPointerAddressSpace()))
    return hide();
  if (isa<AllocaInst>(Base))
    return hide();
  if (auto *GV = dyn_cast<GlobalVariable>(Base)) {
    // A constant is never written, so reading it again gives the same.
    if (GV->isConstant() || invisible(GV->getAddressSpace()))
      return hide();
    PointerAlternative A;
    A.Root = RootKind::Symbol;
    A.Symbol = GV;
    A.Offset = Offset;
    A.Guards = C;
    Out.push_back(std::move(A));
    return;
  }
  if (auto *A = dyn_cast<Argument>(Base)) {
    if (A->hasByValAttr())
      return hide();
    return integerAddress(A, Offset, C);
  }
  if (auto *S = dyn_cast<SelectInst>(Base); S && Depth < MaxDepth) {
    for (unsigned I = 0; I < 2; ++I)
      resolve(I == 0 ? S->getTrueValue() : S->getFalseValue(), Offset,
              withChoice(C, {S, nullptr, 2}, I), Depth + 1);
    return;
  }
  if (auto *Phi = dyn_cast<PHINode>(Base)) {
    if (Eval.loops().isLoopHeader(Phi->getParent()) || Depth >= MaxDepth)
      return cycle(Phi, C);
    for (unsigned I = 0; I < Phi->getNumIncomingValues(); ++I)
      resolve(Phi->getIncomingValue(I), Offset,
              withChoice(C, {Phi, nullptr, Phi->getNumIncomingValues()}, I),
              Depth + 1);
    return;
  }
  if (auto *Cast = dyn_cast<IntToPtrInst>(Base))
    return integerAddress(Cast->getOperand(0), Offset, C);
  if (Eval.hostLoad(Base))
    return integerAddress(Base, Offset, C);
  if (auto *Load = dyn_cast<LoadInst>(Base); Load && Depth < MaxDepth) {
    auto Pointers =
        localTablePointers(*Load, Eval.scalarEvolution(), Eval.loops());
    Context One = C;
    One.Exact = false; // Which one it is, no guard says.
    for (Value *P : Pointers)
      resolve(P, Offset, One, Depth + 1);
    if (!Pointers.empty())
      return;
  }
  if (auto *Call = dyn_cast<CallBase>(Base)) {
    const Function *F = Call->getCalledFunction();
    if (F && F->isIntrinsic() && Call->arg_size() == 1 &&
        F->getName().starts_with("llvm.nvvm.ptr."))
      return resolve(Call->getArgOperand(0), Offset, C, Depth + 1);
  }
  if (std::string Table = tableOf(Base); !Table.empty())
    return unknown(C, REPRISE_REASON_UNKNOWN_POINTER, "table in " + Table);
  unknown(C, REPRISE_REASON_UNKNOWN_POINTER,
          Base->hasName() ? Base->getName().str() : "");
}

void PointerResolver::resolve(Value *Address, const Lin &Extra,
                              const Context &C, unsigned Depth) {
  if (Out.size() >= Most || Depth > MaxDepth)
    return unknown(C, REPRISE_REASON_TOO_COMPLEX, "address");
  ScalarEvolution &SE = Eval.scalarEvolution();
  if (!Address->getType()->isPointerTy())
    return integerAddress(Address, Extra, C);
  if (invisible(Address->getType()->getPointerAddressSpace()))
    return hide();
  const SCEV *S =
      SE.getSCEVAtScope(SE.getSCEV(Address), Eval.loops().getLoopFor(At));
  const auto *Base = dyn_cast<SCEVUnknown>(SE.getPointerBase(S));
  if (!Base || !Base->getType()->isPointerTy())
    return unknown(C, REPRISE_REASON_UNKNOWN_POINTER, "");
  if (S == Base)
    return root(Base->getValue(), Extra, C, Depth);
  const SCEV *Difference = SE.getMinusSCEV(S, Base);
  auto Offsets = isa<SCEVCouldNotCompute>(Difference)
                     ? std::vector<std::pair<Lin, Context>>()
                     : integers(Difference, C);
  if (Offsets.empty()) {
    size_t First = Out.size();
    root(Base->getValue(), Extra, C, Depth);
    for (size_t I = First; I < Out.size(); ++I) {
      Out[I].Top = true;
      if (Out[I].Reason == REPRISE_REASON_NONE)
        Out[I].Reason = REPRISE_REASON_TOO_COMPLEX;
    }
    return;
  }
  for (auto &[L, Guards] : Offsets)
    root(Base->getValue(), L + Extra, Guards, Depth);
}

std::vector<PointerAlternative> PointerResolver::resolve(Value *Address,
                                                         BasicBlock *Block) {
  At = Block;
  Out.clear();
  Hidden = false;
  Most = MaxAlternatives;
  Context C = Reader.context(Block);
  resolve(Address, Lin(Poly(0)), C, 0);
  return std::move(Out);
}

} // namespace reprise
