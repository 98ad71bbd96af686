//===- Coverage.cpp - Reads of what was written as a whole ----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// R2 through loops, and R3. For a read R and a plain store W of one object,
// covering() gives the conditions under which some execution of W has the bytes
// of an execution of R. What is left to show is that it came first:
//
//   same thread   R does not lead to W within an iteration of the loops around
//                 both, so W, which happens, happens before; or W is of the
//                 iteration before.
//   same block    all threads of the block pass a barrier that dominates R and
//                 that does not lead to W, in the innermost loop around both.
//                 W, which happens in whichever thread, happens before the
//                 barrier (docs/semantics.md has the whole argument).
//
// R is then live-in only where one of the conditions fails: it is replaced by
// one read for each, with the guard that it fails. Most of these are empty, at
// the latest at launch. The readings of W that the conditions rely on are
// checked in a pseudo-read that never happens.
//
//===----------------------------------------------------------------------===//

#include "Covering.h"
#include "Prover.h"
#include "Reachability.h"
#include "Weaken.h"

#include "llvm/ADT/STLExtras.h"

#include <set>

using namespace llvm;

namespace reprise {

namespace {

class Coverage {
public:
  Coverage(KernelState &State, unsigned SolverLimit)
      : S(State), Limit(SolverLimit), Uniform(S.F, S.PDT),
        Barriers(blockBarriers(S.F, Uniform)) {}

  void run() {
    const size_t Count = S.Accesses.size();
    for (Id R = 0; R < Count; ++R) {
      const AnalyzedAccess &X = S.Accesses[R];
      if (X.A.Kind == REPRISE_ACCESS_READ && X.A.LiveIn && X.precise())
        cover(R, Count);
    }
  }

private:
  struct Found {
    Id Write = None;
    bool Block = false;
    Covering Conditions;
  };

  KernelState &S;
  unsigned Limit;
  BlockUniform Uniform;
  SmallVector<const Instruction *, 8> Barriers;
  Reachability Paths;
  unsigned Attempts = 0, ProofFailures = 0;
  /// Accesses, and with which readings they are checked.
  std::set<std::pair<Id, std::vector<CheckId>>> Checked;

  /// A kernel of hundreds of accesses must not take minutes.
  static constexpr unsigned MaxAttempts = 4096, MaxProofFailures = 12;
  static constexpr size_t MaxConditions = 6;

  /// From can run before To in one iteration of Around.
  bool reaches(const Instruction *From, const Instruction *To,
               const Loop *Around) {
    const BasicBlock *A = From->getParent(), *B = To->getParent();
    if (A == B && From->comesBefore(To))
      return true;
    if (A != B)
      return Paths.reaches(A, B, Around);
    // Again through a loop inside of Around.
    const Loop *L = S.LI.getLoopFor(A);
    return L && L != Around;
  }

  const Loop *commonLoop(const Instruction *A, const Instruction *B) const {
    const Loop *L = S.LI.getLoopFor(A->getParent());
    while (L && !L->contains(B))
      L = L->getParentLoop();
    return L;
  }

  static bool isCandidate(const AnalyzedAccess &W, const AnalyzedAccess &R) {
    return W.A.Kind == REPRISE_ACCESS_WRITE && isa<StoreInst>(W.I) && W.Only &&
           !W.Predicated && W.precise() && sameObject(W.A, R.A);
  }

  /// The block of a barrier between all that W does and R.
  BasicBlock *barrierBetween(const Instruction *W, const Instruction *R,
                             const Loop *Common) {
    if (weakened(Rule::CoverOrder))
      return const_cast<BasicBlock *>(R->getParent());
    for (const Instruction *B : Barriers)
      if (S.LI.getLoopFor(B->getParent()) == Common && S.DT.dominates(B, R) &&
          !reaches(B, W, Common))
        return const_cast<BasicBlock *>(B->getParent());
    return nullptr;
  }

  void consider(Id W, const AnalyzedAccess &R, const CoveringScope &Scope,
                std::optional<Found> &Best) {
    auto C = covering(S, S.Accesses[W], R, Scope);
    if (!C || C->size() > MaxConditions ||
        (Best && Best->Conditions.size() <= C->size()))
      return;
    Best = Found{W, Scope.Block != nullptr, std::move(*C)};
  }

  void cover(Id Read, size_t Count) {
    const AnalyzedAccess R = S.Accesses[Read];
    std::optional<Found> Best;
    for (Id I = 0; I < Count && Attempts < MaxAttempts; ++I) {
      const AnalyzedAccess &W = S.Accesses[I];
      if (!isCandidate(W, R))
        continue;
      ++Attempts;
      const Loop *Common = commonLoop(W.I, R.I);
      if (!reaches(R.I, W.I, Common)) {
        consider(I, R, {Common, R.I->getParent(), false, nullptr}, Best);
        if (BasicBlock *B = barrierBetween(W.I, R.I, Common))
          consider(I, R, {Common, B, false, &Uniform}, Best);
      }
      // Where each turn writes the place that it reads, the first one reads
      // what was there, whatever the others do.
      for (const Loop *L = R.Offset.sameValue(W.Offset) ? nullptr : Common; L;
           L = L->getParentLoop())
        if (BasicBlock *Latch = L->getLoopLatch())
          consider(I, R, {L, Latch, true, nullptr}, Best);
    }
    if (Best && apply(Read, *Best))
      S.Accesses[Read].A.LiveIn = false;
  }

  /// True when the reads that may be left stand for R.
  bool apply(Id Read, Found &Best) {
    if (!addChecks(Best.Write, Best.Write, Best.Conditions.Readings))
      return false;
    AnalyzedAccess R = S.Accesses[Read];
    const std::string Rule = Best.Block ? "R3" : "R2";
    std::vector<Lin> Open;
    for (Lin &F : Best.Conditions.Forms)
      if (!proved(R, F))
        Open.push_back(F);
    if (Open.empty() && !addChecks(Read, Best.Write, {}))
      return false;
    auto Add = [&](Guard G) {
      AnalyzedAccess X = R;
      X.Guards.Guards.push_back(std::move(G));
      X.A.Rule = Rule + " where nothing was written before";
      S.describe(X);
      X.Part = true;
      S.Accesses.push_back(std::move(X));
    };
    for (const Lin &F : Open) {
      Guard G;
      G.L = Lin(Poly(-1)) - F;
      G.L.Checks = R.Offset.Checks;
      Add(std::move(G));
    }
    for (Id U : Best.Conditions.Uniforms) {
      Guard G;
      G.Uniform = S.Exprs.logicalNot(U);
      Add(std::move(G));
    }
    S.Accesses[Read].A.Rule = Rule;
    return true;
  }

  /// F is at least 0 wherever R happens and its forms are right.
  bool proved(const AnalyzedAccess &R, const Lin &F) {
    if (ProofFailures >= MaxProofFailures || !isNumber(R.Offset) ||
        !isNumber(F) || any_of(R.Guards.Guards, [&](const Guard &G) {
          return G.Uniform == None && !isNumber(G.L);
        }))
      return false;
    std::vector<Lin> Known;
    for (const Loop *L = S.LI.getLoopFor(R.I->getParent()); L;
         L = L->getParentLoop())
      for (const LinBound &H : S.Reader.loopBounds(L, R.I->getParent()).Hi)
        if (!H.Div && !H.Or && S.Atoms.discharged(H.F.Checks, S.Exprs))
          Known.push_back(H.F - Lin::atom(S.Eval.loopAtom(L)));
    // What is not proved is left to the launch, where it is arithmetic.
    if (provedFacts(S, R, Known, {F}, Limit, /*Linear=*/true))
      return true;
    ++ProofFailures;
    return false;
  }

  bool isNumber(const Lin &L) const {
    return S.Atoms.range(L, S.Exprs).within(INT64_MIN, INT64_MAX);
  }

  /// Lets the launch make the checks of access Of, and Readings, where it may
  /// write Write. False when it cannot.
  bool addChecks(Id Of, Id Write, const Lin::CheckSet &Readings) {
    auto [It, New] = Checked.insert({Of, {Readings.begin(), Readings.end()}});
    if (!New)
      return true;
    AnalyzedAccess X = S.Accesses[Of];
    Lin Address = X.Offset;
    Address.Checks.insert(Readings.begin(), Readings.end());
    BuiltDomain Built = DomainBuilder(S.Eval, S.Reader, X.I->getParent())
                            .build(X.Guards, &Address);
    if (!Built.Bounded) {
      Checked.erase(It);
      return false;
    }
    const bool Needless = Built.D.Checks.empty() && isNumber(X.Offset) &&
                          all_of(X.Guards.Guards, [&](const Guard &G) {
                            return G.Uniform != None || isNumber(G.L);
                          });
    if (Needless)
      return true;
    Built.D.Steps.push_back({StepKind::Require, S.Exprs.constant(0, 1)});
    X.A.Kind = REPRISE_ACCESS_READ;
    X.A.LiveIn = true;
    X.A.Must = false;
    X.A.Rule = "range checks of a write";
    X.A.Offset = Built.Offset;
    X.A.Domain = S.addDomain(std::move(Built.D));
    X.ChecksOf = Write;
    S.Accesses.push_back(std::move(X));
    return true;
  }
};

} // namespace

void markCovered(KernelState &S, unsigned SolverLimit) {
  // Nothing to cover, or nothing that covers: most kernels.
  const bool Any = any_of(S.Accesses, [&](const AnalyzedAccess &W) {
    return W.isWrite() && W.precise() &&
           any_of(S.Accesses, [&](const AnalyzedAccess &R) {
             return R.isRead() && R.A.LiveIn && sameObject(R.A, W.A);
           });
  });
  if (Any)
    Coverage(S, SolverLimit).run();
}

} // namespace reprise
