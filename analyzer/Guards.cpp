//===- Guards.cpp - The conditions under which a block runs ---------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Guards.h"
#include "ExitCounts.h"
#include "Weaken.h"

#include "llvm/IR/Instructions.h"
#include "llvm/IR/PatternMatch.h"

#include <algorithm>

using namespace llvm;
using namespace llvm::PatternMatch;

namespace reprise {

bool GuardReader::read(Value *Cond, bool Truth, std::vector<Guard> &Out) {
  Value *A, *B;
  if (auto *C = dyn_cast<ConstantInt>(Cond)) {
    if (C->isOne() != Truth) { // Never runs.
      Guard G;
      G.Uniform = Eval.exprs().constant(0, 1);
      Out.push_back(std::move(G));
    }
    return true;
  }
  if (match(Cond, m_Not(m_Value(A))))
    return read(A, !Truth, Out);
  if (auto *F = dyn_cast<FreezeInst>(Cond))
    return read(F->getOperand(0), Truth, Out);
  bool And = match(Cond, m_LogicalAnd(m_Value(A), m_Value(B)));
  bool Or = !And && match(Cond, m_LogicalOr(m_Value(A), m_Value(B)));
  if ((And && Truth) || (Or && !Truth)) {
    bool First = read(A, Truth, Out);
    return read(B, Truth, Out) && First;
  }
  if (auto *C = dyn_cast<ICmpInst>(Cond))
    return readCompare(C, Truth, Out);
  Val V = Eval.scev(Eval.scalarEvolution().getSCEV(Cond));
  bool Chosen = Eval.pending().has_value();
  Eval.clearPending();
  if (Chosen || !V.isUniform())
    return false;
  Guard G;
  G.Uniform = Truth ? V.Exact : Eval.exprs().logicalNot(V.Exact);
  Out.push_back(std::move(G));
  return true;
}

static std::string nameOf(Value *A, Value *B) {
  return sourceName(isa<Constant>(A) || isa<Argument>(A) ? B : A);
}

bool GuardReader::readCompare(ICmpInst *C, bool Truth,
                              std::vector<Guard> &Out) {
  ScalarEvolution &SE = Eval.scalarEvolution();
  CmpInst::Predicate P = Truth || weakened(Rule::GuardDirection)
                             ? C->getPredicate()
                             : C->getInversePredicate();
  if (weakened(Rule::GuardSign))
    P = ICmpInst::getSignedPredicate(P);
  Value *Left = C->getOperand(0), *Right = C->getOperand(1);
  Type *T = Left->getType();
  if (T->isVectorTy() || (T->isIntegerTy() && T->getIntegerBitWidth() > 64))
    return false;
  Val A = Eval.scev(SE.getSCEV(Left)), B = Eval.scev(SE.getSCEV(Right));
  bool Chosen = Eval.pending().has_value();
  Eval.clearPending();
  if (Chosen || A.Width != B.Width)
    return false;
  ExprTable &X = Eval.exprs();

  if (P == CmpInst::ICMP_UGT || P == CmpInst::ICMP_UGE ||
      P == CmpInst::ICMP_SGT || P == CmpInst::ICMP_SGE) {
    std::swap(A, B);
    P = CmpInst::getSwappedPredicate(P);
  }
  if (A.isUniform() && B.isUniform()) {
    Op O = P == CmpInst::ICMP_EQ    ? Op::Eq
           : P == CmpInst::ICMP_NE  ? Op::Ne
           : P == CmpInst::ICMP_ULT ? Op::ULt
           : P == CmpInst::ICMP_ULE ? Op::ULe
           : P == CmpInst::ICMP_SLT ? Op::SLt
                                    : Op::SLe;
    Guard G;
    G.Uniform = X.compare(O, A.Exact, B.Exact);
    Out.push_back(std::move(G));
    return true;
  }

  AtomTable &Atoms = Eval.atoms();
  // A form of 64 bits that is no such number is congruent to the value, which
  // serves an address; a comparison sees the difference.
  auto Signed = [&](const Val &V) {
    Lin L = Eval.asSigned(V);
    if (V.Width >= 64 && !V.isUniform() &&
        !Atoms.range(L, X).within(INT64_MIN, INT64_MAX))
      L.Checks.insert(Atoms.addCheck(L, INT64_MIN, INT64_MAX));
    return L;
  };
  auto Push = [&](Lin L) {
    if (!L.isValid())
      return false;
    Guard G;
    G.L = Eval.rewriteDigits(std::move(L));
    G.Name = nameOf(Left, Right);
    Out.push_back(std::move(G));
    return true;
  };
  switch (P) {
  case CmpInst::ICMP_EQ: {
    Lin D = Signed(A) - Signed(B);
    return Push(D) && Push(D * Poly(-1));
  }
  case CmpInst::ICMP_NE: {
    // Says something only at an end of the range.
    Lin D = Signed(A) - Signed(B);
    Interval R = Atoms.range(D, X);
    if (R.Lo == 0)
      return Push(D - Lin(Poly(1)));
    if (R.Hi == 0)
      return Push(D * Poly(-1) - Lin(Poly(1)));
    return false;
  }
  case CmpInst::ICMP_SLT:
  case CmpInst::ICMP_SLE: {
    Lin D = Signed(B) - Signed(A);
    return Push(P == CmpInst::ICMP_SLT ? D - Lin(Poly(1)) : D);
  }
  case CmpInst::ICMP_ULT:
  case CmpInst::ICMP_ULE: {
    // (unsigned)a < b tests both ends at once where a may be negative and b,
    // read as signed, is not.
    Interval RA = Atoms.range(A.L, X);
    bool Negative = !A.isUniform() && !A.Opaque && RA.Lo < 0 && B.isUniform();
    Lin LA = Negative ? Signed(A) : Eval.asUnsigned(A);
    Lin LB = Negative ? Signed(B) : Eval.asUnsigned(B);
    if (Negative && Atoms.range(LB, X).Lo < 0)
      LB.Checks.insert(Atoms.addCheck(LB, 0, INT64_MAX));
    Lin D = LB - LA;
    if (P == CmpInst::ICMP_ULT)
      D = D - Lin(Poly(1));
    bool Ok = Push(D);
    if (Negative) {
      Lin Low = LA;
      Low.Checks.insert(LB.Checks.begin(), LB.Checks.end());
      Ok &= Push(Low);
    }
    return Ok;
  }
  default:
    return false;
  }
}

bool GuardReader::readEdge(BasicBlock *Pred, BasicBlock *Succ,
                           std::vector<Guard> &Out) {
  Instruction *T = Pred->getTerminator();
  if (auto *Br = dyn_cast<BranchInst>(T)) {
    if (!Br->isConditional() || Br->getSuccessor(0) == Br->getSuccessor(1))
      return true;
    return read(Br->getCondition(), Br->getSuccessor(0) == Succ, Out);
  }
  if (auto *Sw = dyn_cast<SwitchInst>(T)) {
    // One case with a destination of its own is an equality.
    ConstantInt *Only = nullptr;
    unsigned Edges = Sw->getDefaultDest() == Succ ? 1 : 0;
    for (auto &Case : Sw->cases())
      if (Case.getCaseSuccessor() == Succ) {
        Only = Case.getCaseValue();
        ++Edges;
      }
    if (Edges != 1 || !Only)
      return false;
    ScalarEvolution &SE = Eval.scalarEvolution();
    Val V = Eval.scev(SE.getSCEV(Sw->getCondition()));
    Val C = Eval.scev(SE.getSCEV(Only));
    bool Chosen = Eval.pending().has_value();
    Eval.clearPending();
    if (Chosen)
      return false;
    Guard G;
    if (V.isUniform()) {
      G.Uniform = Eval.exprs().compare(Op::Eq, V.Exact, C.Exact);
      Out.push_back(G);
      return true;
    }
    Lin D = Eval.asSigned(V) - Eval.asSigned(C);
    G.L = D;
    Out.push_back(G);
    G.L = D * Poly(-1);
    Out.push_back(G);
    return true;
  }
  return T->getNumSuccessors() <= 1;
}

/// For each block the branches that it is control dependent on (Ferrante,
/// Ottenstein and Warren, 1987).
void GuardReader::findControllers(Function &F) {
  for (BasicBlock &X : F) {
    if (X.getTerminator()->getNumSuccessors() < 2 ||
        !DT.isReachableFromEntry(&X))
      continue;
    for (BasicBlock *S : successors(&X))
      for (auto *Node = PDT.getNode(S); Node && Node->getBlock();
           Node = Node->getIDom()) {
        BasicBlock *Y = Node->getBlock();
        if (PDT.properlyDominates(Y, &X))
          break;
        auto &Known = Controllers[Y];
        if (Known.empty() || Known.back() != &X)
          Known.push_back(&X);
      }
  }
}

BasicBlock *GuardReader::soleExit(const Loop *L) {
  auto [It, New] = SoleExits.try_emplace(L, nullptr);
  if (New)
    It->second = L->getExitingBlock();
  return It->second;
}

/// True when each branch that decides whether B runs has an edge that
/// dominates B, or is the only exit of a loop around B: then the guards, with
/// the loops' counts, are the whole condition.
bool GuardReader::controlIsExact(BasicBlock *B) {
  if (Controllers.empty())
    findControllers(*B->getParent());
  std::vector<BasicBlock *> Work{B};
  SmallPtrSet<BasicBlock *, 16> Seen{B};
  while (!Work.empty()) {
    BasicBlock *Y = Work.back();
    Work.pop_back();
    for (BasicBlock *X : Controllers[Y]) {
      // Known to be fine from an earlier look.
      if (Seen.count(X) && X != B)
        continue;
      // A decision inside a loop that is over by now: no guard states it.
      const Loop *L = Eval.loops().getLoopFor(X);
      if (L && !L->contains(B))
        return false;
      bool EdgeDominates = any_of(successors(X), [&](BasicBlock *S) {
        return DT.dominates(BasicBlockEdge(X, S), B);
      });
      bool SoleExit = L && soleExit(L) == X;
      if (!EdgeDominates && !SoleExit)
        return false;
      if (Seen.insert(X).second)
        Work.push_back(X);
    }
  }
  return true;
}

const Context &GuardReader::context(BasicBlock *B) {
  auto [It, New] = Contexts.try_emplace(B);
  Context &C = It->second;
  if (!New)
    return C;
  if (!DT.isReachableFromEntry(B))
    return C;
  C.Exact = controlIsExact(B);
  std::vector<std::pair<BasicBlock *, BasicBlock *>> Edges;
  for (auto *Node = DT.getNode(B)->getIDom(); Node; Node = Node->getIDom()) {
    BasicBlock *D = Node->getBlock();
    // How a loop was left says nothing that B depends on.
    const Loop *L = Eval.loops().getLoopFor(D);
    if (L && !L->contains(B))
      continue;
    for (BasicBlock *S : successors(D))
      if (DT.dominates(BasicBlockEdge(D, S), B)) {
        Edges.emplace_back(D, S);
        break;
      }
  }
  for (auto &[D, S] : reverse(Edges)) {
    size_t First = C.Guards.size();
    bool Whole = readEdge(D, S, C.Guards);
    const Loop *L = Eval.loops().getLoopFor(D);
    if (L && L->isLoopExiting(D) && L->contains(S)) {
      for (size_t I = First; I < C.Guards.size(); ++I)
        C.Guards[I].StayAt = D;
      // The trip count says it all, however little the condition was read.
      Whole |= loopBounds(L, B).Counted.count(D) != 0;
    }
    C.Exact &= Whole;
  }
  return C;
}

std::optional<std::vector<Guard>>
GuardReader::conditionsBeside(BasicBlock *B, BasicBlock *Anchor) {
  if (Controllers.empty())
    findControllers(*B->getParent());
  const LoopInfo &LI = Eval.loops();
  // What runs before both, in the same iterations: what decides about that,
  // Anchor shows. Whatever leads from it to B is dominated by it.
  BasicBlock *Before = DT.findNearestCommonDominator(B, Anchor);
  for (const Loop *L = LI.getLoopFor(Before);
       L && !(L->contains(B) && L->contains(Anchor)); L = LI.getLoopFor(Before))
    Before = DT.getNode(Before)->getIDom()->getBlock();
  auto IsShared = [&](BasicBlock *X, BasicBlock *S) {
    const Loop *L = LI.getLoopFor(X);
    return (!L || L->contains(Anchor)) &&
           DT.dominates(BasicBlockEdge(X, S), Anchor);
  };
  auto EdgeTo = [&](BasicBlock *X) -> BasicBlock * {
    for (BasicBlock *S : successors(X))
      if (DT.dominates(BasicBlockEdge(X, S), B))
        return S;
    return nullptr;
  };
  // The branches that decide about B, up to those that Anchor needs as well.
  SmallVector<BasicBlock *, 8> Work{B};
  SmallPtrSet<BasicBlock *, 16> Seen{B};
  std::vector<Guard> Result;
  while (!Work.empty()) {
    BasicBlock *Y = Work.pop_back_val();
    for (BasicBlock *X : Controllers[Y]) {
      const Loop *L = LI.getLoopFor(X);
      if (L && !L->contains(B))
        return std::nullopt;
      BasicBlock *S = EdgeTo(X);
      if (!DT.dominates(Before, X) || (S && IsShared(X, S)))
        continue;
      const bool SoleExit = L && soleExit(L) == X;
      // That an iteration of a common loop is reached, Anchor shows.
      if (!S && SoleExit && L->contains(Anchor))
        continue;
      if (!S && !SoleExit)
        return std::nullopt;
      if (!Seen.insert(X).second)
        continue;
      Work.push_back(X);
      if (!S)
        continue;
      const size_t First = Result.size();
      bool Whole = readEdge(X, S, Result);
      if (L && L->isLoopExiting(X) && L->contains(S)) {
        for (size_t I = First; I < Result.size(); ++I)
          Result[I].StayAt = X;
        if (loopBounds(L, B).Counted.count(X)) {
          Result.resize(First);
          Whole = true;
        }
      }
      if (!Whole)
        return std::nullopt;
    }
  }
  return Result;
}

Context GuardReader::edgeContext(BasicBlock *Pred, BasicBlock *Succ) {
  Context C = context(Pred);
  C.Exact &= readEdge(Pred, Succ, C.Guards);
  // In which iteration a loop with several exits is left here, no count says.
  for (const Loop *L = Eval.loops().getLoopFor(Pred); L && !L->contains(Succ);
       L = L->getParentLoop())
    C.Exact &= L->getExitingBlock() != nullptr;
  return C;
}

bool GuardReader::heldInAllIterations(const Guard &G, const Loop *L) const {
  BasicBlock *Latch = L->getLoopLatch();
  return G.StayAt && Latch && Eval.loops().getLoopFor(G.StayAt) == L &&
         DT.dominates(G.StayAt, Latch);
}

const LoopBounds &GuardReader::loopBounds(const Loop *L, BasicBlock *B) {
  auto [It, New] = Bounds.try_emplace({L, B});
  LoopBounds &Result = It->second;
  if (!New)
    return Result;
  SmallVector<BasicBlock *, 4> Exiting;
  L->getExitingBlocks(Exiting);
  BasicBlock *Latch = L->getLoopLatch();
  for (BasicBlock *E : Exiting) {
    BasicBlock *Stay = nullptr;
    for (BasicBlock *S : successors(E))
      if (L->contains(S))
        Stay = S;
    bool Passed = Stay && DT.dominates(BasicBlockEdge(E, Stay), B);
    // The exit is taken at iteration number `count`; B, behind it, is not
    // reached in that iteration.
    if (!Latch || !DT.dominates(E, Latch))
      continue;
    if (auto Count = exitCount(Eval, L, E)) {
      if (Passed && weakened(Rule::LastIteration))
        *Count = *Count - Lin(Poly(1));
      Result.Hi.push_back({Passed ? *Count - Lin(Poly(1)) : *Count, {}, {}});
      Result.Exact = Exiting.size() == 1;
      Result.Counted.insert(E);
      continue;
    }
    if (!Passed && Stay)
      readEdge(E, Stay, Result.Late);
  }
  return Result;
}

} // namespace reprise
