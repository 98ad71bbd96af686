//===- UnrolledLoops.cpp - Roll up loops that a compiler unrolled ---------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "UnrolledLoops.h"
#include "LargestValue.h"
#include "OrderDependence.h"

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/Analysis/ScalarEvolutionExpressions.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/PatternMatch.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

#include <map>

using namespace llvm;
using namespace llvm::PatternMatch;

namespace reprise {

namespace {

/// What a match has found, in the names of the header comment.
struct Unrolled {
  Loop *P = nullptr, *M = nullptr;
  PHINode *Counter = nullptr; ///< c of P.
  Value *N = nullptr;
  const SCEV *C0 = nullptr, *C1 = nullptr, *R = nullptr;
  uint64_t S = 0, U = 0;
  PHINode *Start = nullptr; ///< c1 as a phi behind P, if it is one.
};

/// An expression in M in terms of c0 and r. Extensions of c1 and c0 are split:
/// neither is negative, and c1 has not wrapped where M is entered.
class FromStart : public SCEVRewriteVisitor<FromStart> {
public:
  FromStart(ScalarEvolution &SE, const Unrolled &L)
      : SCEVRewriteVisitor(SE), L(L) {}

  const SCEV *visitUnknown(const SCEVUnknown *S) {
    return L.Start && S->getValue() == L.Start ? L.C1 : S;
  }
  const SCEV *visitSignExtendExpr(const SCEVSignExtendExpr *S) {
    const SCEV *Inner = visit(S->getOperand());
    if (const SCEV *Split = split(Inner, S->getType()))
      return Split;
    return SE.getSignExtendExpr(Inner, S->getType());
  }
  const SCEV *visitZeroExtendExpr(const SCEVZeroExtendExpr *S) {
    const SCEV *Inner = visit(S->getOperand());
    if (const SCEV *Split = split(Inner, S->getType()))
      return Split;
    return SE.getZeroExtendExpr(Inner, S->getType());
  }

private:
  const SCEV *split(const SCEV *Inner, Type *T) {
    const SCEV *Wide = SE.getSignExtendExpr(L.C0, T);
    if (Inner == L.C0)
      return Wide;
    if (Inner != L.C1)
      return nullptr;
    return SE.getAddExpr(Wide, SE.getMulExpr(SE.getConstant(T, L.S),
                                             SE.getNoopOrZeroExtend(L.R, T)));
  }

  const Unrolled &L;
};

/// An expression of iteration k in P as copy J has it in iteration m of M,
/// where k = r + u * m + J.
class AsCopy : public SCEVRewriteVisitor<AsCopy> {
public:
  AsCopy(ScalarEvolution &SE, const Unrolled &L, uint64_t J)
      : SCEVRewriteVisitor(SE), L(L), J(J) {}

  const SCEV *visitAddRecExpr(const SCEVAddRecExpr *S) {
    if (S->getLoop() != L.P)
      return S;
    Type *T = S->getType();
    if (!S->isAffine() || !T->isIntegerTy() ||
        SE.getTypeSizeInBits(T) < SE.getTypeSizeInBits(L.R->getType())) {
      Failed = true;
      return S;
    }
    const SCEV *Step = S->getStepRecurrence(SE);
    const SCEV *Skipped =
        SE.getAddExpr(SE.getNoopOrZeroExtend(L.R, T), SE.getConstant(T, J));
    return SE.getAddRecExpr(
        SE.getAddExpr(S->getStart(), SE.getMulExpr(Step, Skipped)),
        SE.getMulExpr(Step, SE.getConstant(T, L.U)), L.M, SCEV::FlagAnyWrap);
  }

  bool Failed = false; ///< S has no such form.

private:
  const Unrolled &L;
  uint64_t J;
};

/// A sum of products with constants, flat: equal sums have equal ones. A
/// recurrence of a loop contributes its start, and its step to that loop.
class FlatSum {
public:
  explicit FlatSum(ScalarEvolution &SE) : SE(SE) {}

  void add(const SCEV *S, const APInt &Factor, const Loop *Of = nullptr) {
    const auto *Rec = dyn_cast<SCEVAddRecExpr>(S);
    const auto *Product = dyn_cast<SCEVMulExpr>(S);
    if (const auto *C = dyn_cast<SCEVConstant>(S)) {
      term(nullptr, Of, C->getAPInt() * Factor);
    } else if (const auto *Sum = dyn_cast<SCEVAddExpr>(S)) {
      for (const SCEV *O : Sum->operands())
        add(O, Factor, Of);
    } else if (Rec && Rec->isAffine() && !Of) {
      add(Rec->getStart(), Factor);
      add(Rec->getStepRecurrence(SE), Factor, Rec->getLoop());
    } else if (Product && isa<SCEVConstant>(Product->getOperand(0))) {
      SmallVector<const SCEV *, 4> Rest(drop_begin(Product->operands()));
      add(SE.getMulExpr(Rest),
          Factor * cast<SCEVConstant>(Product->getOperand(0))->getAPInt(), Of);
    } else {
      term(S, Of, Factor);
    }
  }

  bool isZero() const {
    return all_of(Terms, [](const auto &T) { return T.second.isZero(); });
  }

private:
  void term(const SCEV *S, const Loop *Of, const APInt &Factor) {
    auto [It, New] = Terms.try_emplace({S, Of}, Factor);
    if (!New)
      It->second += Factor;
  }

  ScalarEvolution &SE;
  std::map<std::pair<const SCEV *, const Loop *>, APInt> Terms;
};

class Roller {
public:
  Roller(Function &F, DominatorTree &DT, LoopInfo &LI, ScalarEvolution &SE)
      : F(F), DT(DT), LI(LI), SE(SE) {}

  /// Rolls the loop up whose main part M is.
  bool run(Loop &M) {
    L = Unrolled();
    L.M = &M;
    Behind.clear();
    if (!readMain() || !readBetween() || !readFirst() || !readCounts() ||
        !sameAccesses())
      return false;
    change();
    return true;
  }

private:
  /// The accesses of B in order; false if B does anything else that counts.
  static bool accesses(BasicBlock &B, SmallVectorImpl<Instruction *> &Out) {
    for (Instruction &I : B) {
      if (isa<PHINode>(I) || I.isTerminator())
        continue;
      auto *Load = dyn_cast<LoadInst>(&I);
      auto *Store = dyn_cast<StoreInst>(&I);
      if ((Load && !Load->isAtomic()) || (Store && !Store->isAtomic())) {
        Out.push_back(&I);
      } else if (auto *Call = dyn_cast<CallInst>(&I);
                 Call && Call->getCalledFunction() &&
                 Call->getCalledFunction()->getName().starts_with(
                     "reprise.ptx.value.")) {
        // Some value, and no effect.
        if (StringRef Name = Call->getCalledFunction()->getName();
            Name.contains("bar.") || Name.contains("matrix"))
          return false;
        continue;
      } else if (!isSafeToSpeculativelyExecute(&I)) {
        return false;
      }
    }
    return true;
  }

  static bool pure(BasicBlock &B) {
    SmallVector<Instruction *, 2> Found;
    return accesses(B, Found) && Found.empty();
  }

  /// M: one block, left where c + u * s < n fails.
  bool readMain() {
    BasicBlock *B = L.M->getHeader();
    if (L.M->getNumBlocks() != 1 || !L.M->getLoopPreheader() ||
        L.M->getExitingBlock() != B)
      return false;
    auto *Branch = dyn_cast<BranchInst>(B->getTerminator());
    auto *Test = Branch ? dyn_cast<ICmpInst>(Branch->getCondition()) : nullptr;
    if (!Test)
      return false;
    CmpInst::Predicate Stay = Branch->getSuccessor(0) == B
                                  ? Test->getPredicate()
                                  : Test->getInversePredicate();
    Value *Next = Test->getOperand(0);
    L.N = Test->getOperand(1);
    if (Stay == CmpInst::ICMP_SGT) {
      std::swap(Next, L.N);
      Stay = CmpInst::ICMP_SLT;
    }
    if (Stay != CmpInst::ICMP_SLT || !L.M->isLoopInvariant(L.N) ||
        !Next->getType()->isIntegerTy(32))
      return false;
    for (PHINode &Phi : B->phis()) {
      if (Phi.getIncomingValueForBlock(B) != Next)
        continue;
      const auto *Rec = dyn_cast<SCEVAddRecExpr>(SE.getSCEV(&Phi));
      const auto *Step =
          Rec && Rec->isAffine() && Rec->getLoop() == L.M
              ? dyn_cast<SCEVConstant>(Rec->getStepRecurrence(SE))
              : nullptr;
      if (!Step || !Step->getAPInt().isStrictlyPositive())
        return false;
      MainStep = Step->getAPInt().getZExtValue();
      First = Phi.getIncomingValueForBlock(L.M->getLoopPreheader());
      return true;
    }
    return false;
  }

  /// Between P and M: the branch on x, and only computations around it.
  bool readBetween() {
    Enter = L.M->getLoopPreheader();
    BranchInst *Branch = nullptr;
    for (unsigned Steps = 0;; ++Steps) {
      if (!pure(*Enter) || !Enter->phis().empty() || Steps > 4)
        return false;
      Gate = Enter->getSinglePredecessor();
      Branch = Gate ? dyn_cast<BranchInst>(Gate->getTerminator()) : nullptr;
      if (!Branch)
        return false;
      if (Branch->isConditional())
        break;
      Enter = Gate;
    }
    Value *X;
    const APInt *Limit;
    CmpInst::Predicate Pred;
    unsigned Skip = Branch->getSuccessor(0) == Enter ? 1 : 0;
    After = Branch->getSuccessor(Skip);
    if (After == Enter || !match(Branch->getCondition(),
                                 m_ICmp(Pred, m_Value(X), m_APInt(Limit))))
      return false;
    if (Skip == 1)
      Pred = CmpInst::getInversePredicate(Pred);
    uint64_t Bound = Limit->getZExtValue();
    if (Pred == CmpInst::ICMP_ULE)
      ++Bound;
    else if (Pred != CmpInst::ICMP_ULT)
      return false;
    // u * s - (u - 1) * s = s.
    if (Bound == 0 || Bound >= MainStep || !X->getType()->isIntegerTy(32))
      return false;
    L.S = MainStep - Bound;
    L.U = MainStep / L.S;
    if (!isPowerOf2_64(L.S) || !isPowerOf2_64(L.U) || L.U < 2 ||
        L.S * L.U != MainStep || L.U > 64 || !pure(*Gate))
      return false;
    Distance = X;
    // M leads to where the branch around it leads.
    return arrives(L.M->getExitBlock(), After);
  }

  /// True when B leads to To through computations alone; keeps the blocks.
  bool arrives(BasicBlock *B, BasicBlock *To) {
    for (unsigned Steps = 0; B != To; ++Steps) {
      if (!B || Steps > 4 || !B->getSinglePredecessor() || !pure(*B))
        return false;
      Behind.insert(B);
      B = B->getSingleSuccessor();
    }
    return true;
  }

  /// P: the loop that leads to Gate, and the branch around it, if any.
  bool readFirst() {
    for (Loop *Candidate : LI.getLoopsInPreorder()) {
      BasicBlock *Head = Candidate->getHeader();
      if (Candidate == L.M || Candidate->getNumBlocks() != 2 ||
          Candidate->getExitingBlock() != Head ||
          Candidate->getParentLoop() != L.M->getParentLoop() ||
          !Candidate->getLoopPreheader() || !pure(*Head))
        continue;
      SmallPtrSet<BasicBlock *, 4> Before = Behind;
      if (arrives(Candidate->getExitBlock(), Gate)) {
        L.P = Candidate;
        break;
      }
      Behind = Before;
    }
    if (!L.P || !isa<BranchInst>(L.P->getHeader()->getTerminator()))
      return false;
    // Up to the branch that goes around P, or to what both come from.
    Fork = nullptr;
    Into = L.P->getLoopPreheader();
    BasicBlock *From = nullptr;
    for (BasicBlock *Pred : predecessors(Gate))
      if (!Behind.count(Pred) && Pred != L.P->getHeader()) {
        if (From)
          return false;
        From = Pred;
      }
    if (!From)
      return true;
    for (unsigned Steps = 0; Into->getSinglePredecessor() != From; ++Steps) {
      BasicBlock *Pred = Into->getSinglePredecessor();
      if (!Pred || Steps > 4 || !pure(*Into) || !Into->phis().empty())
        return false;
      Into = Pred;
    }
    Fork = dyn_cast<BranchInst>(From->getTerminator());
    return Fork && Fork->isConditional() && pure(*Into) && Into->phis().empty();
  }

  /// c0, c1, r and x are what the header comment says.
  bool readCounts() {
    Type *T = L.N->getType();
    const Loop *Outside = L.P->getParentLoop();
    const SCEV *Count = SE.getExitCount(L.P, L.P->getHeader());
    if (isa<SCEVCouldNotCompute>(Count) || Count->getType() != T)
      return false;
    // P is to test for n.
    if (auto *I = dyn_cast<Instruction>(L.N);
        I && !DT.dominates(I, L.P->getHeader()))
      return false;
    L.R = Count;
    for (PHINode &Phi : L.P->getHeader()->phis()) {
      if (Phi.getType() != T)
        continue;
      const auto *Rec = dyn_cast<SCEVAddRecExpr>(SE.getSCEV(&Phi));
      if (!Rec || !Rec->isAffine() || Rec->getLoop() != L.P ||
          Rec->getStepRecurrence(SE) != SE.getConstant(T, L.S))
        continue;
      L.C0 = Rec->getStart();
      L.C1 = SE.getAddExpr(L.C0, SE.getMulExpr(SE.getConstant(T, L.S), L.R));
      Value *Begin = Phi.getIncomingValueForBlock(L.P->getLoopPreheader());
      if (!isStart(Begin, Outside) || !rightNumbers(Begin))
        continue;
      L.Counter = &Phi;
      return true;
    }
    return false;
  }

  /// True when M starts with c1: c0 if P did not run, then r is 0.
  bool isStart(Value *Begin, const Loop *Outside) {
    auto IsC1 = [&](Value *V) {
      return SE.getSCEVAtScope(SE.getSCEV(V), Outside) == L.C1;
    };
    auto *Phi = dyn_cast<PHINode>(First);
    if (!Phi || Phi->getParent() != Gate) {
      L.Start = nullptr;
      return !Fork && IsC1(First);
    }
    L.Start = Phi;
    for (BasicBlock *Pred : Phi->blocks()) {
      Value *V = Phi->getIncomingValueForBlock(Pred);
      bool Around = Fork && Pred == Fork->getParent();
      if (!(Around ? V == Begin : IsC1(V)))
        return false;
    }
    return true;
  }

  bool rightNumbers(Value *Begin) {
    Type *T = L.N->getType();
    // Going around P means r = 0.
    if (Fork) {
      auto *Test = dyn_cast<ICmpInst>(Fork->getCondition());
      if (!Test || !match(Test->getOperand(1), m_Zero()) ||
          SE.getSCEV(Test->getOperand(0)) != L.R ||
          Test->getPredicate() != (Fork->getSuccessor(0) == Gate
                                       ? CmpInst::ICMP_EQ
                                       : CmpInst::ICMP_NE))
        return false;
    }
    // x = n - 1 - c0.
    const SCEV *One = SE.getOne(T), *X = SE.getSCEV(Distance);
    if (X != SE.getMinusSCEV(SE.getMinusSCEV(SE.getSCEV(L.N), One), L.C0))
      return false;
    // r = (x / s + 1) mod u.
    const SCEV *Iterations =
        SE.getAddExpr(SE.getUDivExpr(X, SE.getConstant(T, L.S)), One);
    Type *Digit = Type::getIntNTy(F.getContext(), Log2_64(L.U));
    if (L.R != SE.getZeroExtendExpr(SE.getTruncateExpr(Iterations, Digit), T))
      return false;
    // c0 is small, and below n before anything runs.
    const DataLayout &DL = F.getDataLayout();
    APInt Most = largestValue(Begin, DL).zext(64) + L.U * L.S;
    return Most.ule(static_cast<uint64_t>(INT32_MAX)) && below(Begin);
  }

  /// True when a branch before Gate has decided for Begin < n.
  bool below(Value *Begin) {
    const DataLayout &DL = F.getDataLayout();
    BasicBlock *Before = Fork ? Fork->getParent() : Into;
    for (auto *Node = DT.getNode(Before); Node; Node = Node->getIDom()) {
      auto *Branch = dyn_cast<BranchInst>(Node->getBlock()->getTerminator());
      if (!Branch || !Branch->isConditional() ||
          Branch->getSuccessor(0) == Branch->getSuccessor(1))
        continue;
      for (unsigned I = 0; I < 2; ++I)
        if (DT.dominates(
                BasicBlockEdge(Node->getBlock(), Branch->getSuccessor(I)),
                Before) &&
            isImpliedCondition(Branch->getCondition(), CmpInst::ICMP_SLT, Begin,
                               L.N, DL, I == 0)
                .value_or(false))
          return true;
    }
    return false;
  }

  static Value *address(Instruction *I) {
    Value *V = getLoadStorePointerOperand(I);
    if (auto *Cast = dyn_cast<IntToPtrInst>(V))
      return Cast->getOperand(0);
    return nullptr;
  }

  /// True when V's expression holds for more iterations than P has. It may owe
  /// its form to their small number, where a conversion is folded.
  bool holdsBeyond(Value *V, unsigned Depth = 0) const {
    auto *I = dyn_cast<Instruction>(V);
    if (!I || !L.P->contains(I))
      return true;
    if (Depth > 8)
      return false;
    if (auto *Phi = dyn_cast<PHINode>(I)) {
      Value *Step;
      return Phi->getParent() == L.P->getHeader() &&
             match(Phi->getIncomingValueForBlock(L.P->getLoopLatch()),
                   m_c_Add(m_Specific(Phi), m_Value(Step))) &&
             L.P->isLoopInvariant(Step);
    }
    switch (I->getOpcode()) {
    case Instruction::ZExt:
    case Instruction::SExt:
      // The counter stays below n in all iterations of the rolled loop.
      if (I->getOperand(0) != L.Counter &&
          !isa<SCEVZeroExtendExpr, SCEVSignExtendExpr>(SE.getSCEV(I)))
        return false;
      break;
    case Instruction::Add:
    case Instruction::Sub:
    case Instruction::Mul:
    case Instruction::Shl:
    case Instruction::Trunc:
      break;
    default:
      return false;
    }
    return all_of(I->operands(),
                  [&](Value *O) { return holdsBeyond(O, Depth + 1); });
  }

  static bool sameKind(Instruction *A, Instruction *B) {
    return A->getOpcode() == B->getOpcode() &&
           getLoadStoreType(A) == getLoadStoreType(B) &&
           getLoadStoreAddressSpace(A) == getLoadStoreAddressSpace(B);
  }

  /// M's accesses are u times P's, each copy one iteration further.
  bool sameAccesses() {
    SmallVector<Instruction *, 8> Once, Copies;
    if (!accesses(*L.P->getLoopLatch(), Once) ||
        !accesses(*L.M->getHeader(), Copies) || Once.empty() ||
        Copies.size() != Once.size() * L.U)
      return false;
    // M's values go with it; those that are stored matter there.
    if (any_of(Copies, [](Instruction *I) { return isa<StoreInst>(I); }) &&
        hasOrderSource(F))
      return false;
    FromStart Main(SE, L);
    for (size_t I = 0; I < Copies.size(); ++I) {
      Instruction *A = Once[I % Once.size()], *B = Copies[I];
      Value *AtP = address(A), *AtM = address(B);
      if (!sameKind(A, B) || !AtP || !AtM || !holdsBeyond(AtP))
        return false;
      AsCopy Copy(SE, L, I / Once.size());
      const SCEV *Want = Main.visit(Copy.visit(SE.getSCEV(AtP)));
      const SCEV *Got = Main.visit(SE.getSCEVAtScope(SE.getSCEV(AtM), L.M));
      if (Copy.Failed || Want->getType() != Got->getType())
        return false;
      unsigned Width =
          static_cast<unsigned>(SE.getTypeSizeInBits(Got->getType()));
      FlatSum Difference(SE);
      Difference.add(Want, APInt(Width, 1));
      Difference.add(Got, APInt::getAllOnes(Width));
      if (!Difference.isZero())
        return false;
    }
    return true;
  }

  /// P becomes the whole loop.
  void change() {
    BasicBlock *Head = L.P->getHeader(), *Body = L.P->getLoopLatch();
    BasicBlock *Exit = L.P->getExitBlock();
    // What is left in registers, after the loop and around it.
    BasicBlock *Gone[] = {Head, Body, Gate};
    SmallVector<Instruction *, 16> Values;
    for (BasicBlock *B : Gone)
      for (Instruction &I : *B)
        Values.push_back(&I);
    for (BasicBlock *B : Behind)
      for (Instruction &I : *B)
        Values.push_back(&I);
    IRBuilder<> B(After, After->getFirstInsertionPt());
    auto Forget = [&](Instruction *I) {
      return B.CreateCall(F.getParent()->getOrInsertFunction(
          "reprise.ptx.value.unrolled." + typeName(I->getType()),
          I->getType()));
    };
    SmallPtrSet<BasicBlock *, 8> Inside(Behind.begin(), Behind.end());
    Inside.insert(
        {Head, Body, Gate, Enter, L.M->getHeader(), L.M->getLoopPreheader()});
    for (BasicBlock *In = L.M->getLoopPreheader(); In != Enter;
         In = In->getSinglePredecessor())
      Inside.insert(In);
    // What does not come from here stays, if it is the same on all ways.
    auto Stays = [&](PHINode &Phi) {
      Value *Same = Phi.getIncomingValueForBlock(Gate);
      auto *I = dyn_cast<Instruction>(Same);
      return (!I || !Inside.count(I->getParent())) &&
             all_of(Phi.blocks(), [&](BasicBlock *Pred) {
               return !Inside.count(Pred) ||
                      Phi.getIncomingValueForBlock(Pred) == Same;
             });
    };
    for (PHINode &Phi : make_early_inc_range(After->phis()))
      if (!Stays(Phi)) {
        if (!Phi.use_empty())
          Phi.replaceAllUsesWith(Forget(&Phi));
        Phi.eraseFromParent();
      }
    for (Instruction *I : Values) {
      if (I->getType()->isVoidTy())
        continue;
      auto IsOutside = [&](Use &U) {
        return !Inside.count(cast<Instruction>(U.getUser())->getParent());
      };
      if (any_of(I->uses(), IsOutside))
        I->replaceUsesWithIf(Forget(I), IsOutside);
    }
    // Into the loop in any case, and never into M.
    if (Fork) {
      Gate->removePredecessor(Fork->getParent(), /*KeepOneInputPHIs=*/true);
      BranchInst::Create(Into, Fork);
      Fork->eraseFromParent();
    }
    Instruction *Old = Gate->getTerminator();
    BranchInst::Create(After, Old);
    Old->eraseFromParent();
    Old = Head->getTerminator();
    IRBuilder<> Test(Old);
    Test.CreateCondBr(Test.CreateICmpSLT(L.Counter, L.N), Body, Exit);
    Old->eraseFromParent();
    // Flags may have been derived from the branch around P.
    for (BasicBlock *Block = L.P->getLoopPreheader();;
         Block = Block->getSinglePredecessor()) {
      for (Instruction &I : *Block)
        I.dropPoisonGeneratingFlags();
      if (Block == Into)
        break;
    }
    for (BasicBlock *Block : {Head, Body})
      for (Instruction &I : *Block)
        I.dropPoisonGeneratingFlags();
    EliminateUnreachableBlocks(F);
  }

  static std::string typeName(Type *T) {
    std::string Name;
    raw_string_ostream OS(Name);
    T->print(OS);
    return Name;
  }

  Function &F;
  DominatorTree &DT;
  LoopInfo &LI;
  ScalarEvolution &SE;
  Unrolled L;
  uint64_t MainStep = 0;
  Value *First = nullptr;              ///< c where M starts.
  Value *Distance = nullptr;           ///< x.
  BasicBlock *Gate = nullptr;          ///< Decides on M.
  BasicBlock *Enter = nullptr;         ///< Where M's side of it starts.
  BasicBlock *After = nullptr;         ///< Where both arrive.
  BasicBlock *Into = nullptr;          ///< Where P's side of Fork starts.
  BranchInst *Fork = nullptr;          ///< Goes around P, may be null.
  SmallPtrSet<BasicBlock *, 4> Behind; ///< Between P, Gate, M, After.
};

} // namespace

PreservedAnalyses UnrolledLoopsPass::run(Function &F,
                                         FunctionAnalysisManager &FAM) {
  bool Changed = false;
  for (bool Again = true; Again;) {
    Again = false;
    auto &LI = FAM.getResult<LoopAnalysis>(F);
    Roller R(F, FAM.getResult<DominatorTreeAnalysis>(F), LI,
             FAM.getResult<ScalarEvolutionAnalysis>(F));
    for (Loop *L : LI.getLoopsInPreorder())
      if (R.run(*L)) {
        FAM.invalidate(F, PreservedAnalyses::none());
        Changed = Again = true;
        break;
      }
  }
  return Changed ? PreservedAnalyses::none() : PreservedAnalyses::all();
}

} // namespace reprise
