//===- Pairs.cpp - Which reads and writes must not meet -------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every live-in read is paired with every write, unless Z3 proves for all
// launches that they are disjoint and no range check stands behind the proof.
//
// A pair proves a clobber only where the read sees the value from before the
// launch for certain. Writes that come before it in the program (in its own
// thread, or before a barrier in another one: it is the same program) could
// have replaced that value. They are listed in Pair::After, and the launch
// must show them disjoint from the read. Writes of earlier iterations cannot
// be shown so, they are the very pair: such a read proves nothing, but its
// share in the first iteration, added as an access of its own, may.
//
//===----------------------------------------------------------------------===//

#include "KernelAnalysis.h"
#include "Limits.h"
#include "Prover.h"
#include "Reachability.h"
#include "Weaken.h"

#include <algorithm>
#include <set>
#include <tuple>

using namespace llvm;

namespace reprise {

namespace {

class Pairing {
public:
  Pairing(KernelState &S, unsigned Limit) : S(S), Limit(Limit) {}

  void run() {
    const size_t Count = S.Accesses.size();
    for (Id W = 0; W < Count; ++W)
      if (S.Accesses[W].OrderDependent) {
        Id Ordered = whereOrderCounts(W);
        add(Ordered, Ordered, PairKind::Ordered, {});
      }
    for (Id R = 0; R < Count && !S.TooComplex; ++R)
      if (S.Accesses[R].isRead() && S.Accesses[R].A.LiveIn &&
          !(S.Accesses[R].isWrite() && weakened(Rule::AtomicReads)))
        pairRead(R, Count);
  }

private:
  void add(Id R, Id W, PairKind Kind, const std::vector<Id> &After) {
    S.K.Pairs.push_back({R, W, Kind, After});
    Entries += After.size();
    S.TooComplex |= S.K.Pairs.size() > MaxPairs;
  }

  void pairRead(Id R, size_t Count) {
    if (Id W = S.Accesses[R].ChecksOf; W != None) {
      add(R, W, PairKind::Test, {});
      return;
    }
    std::vector<Id> Tests, Linked, After, Earlier;
    for (Id W = 0; W < Count; ++W) {
      if (!S.Accesses[W].isWrite() ||
          (S.Accesses[W].isRead() && weakened(Rule::AtomicWrites)))
        continue;
      if (repeatable(R, W))
        continue;
      if (linked(R, W))
        Linked.push_back(W);
      else if (!dropped(R, W))
        Tests.push_back(W);
    }
    // A read of unknown bytes proves no clobber, whatever comes before it.
    const bool MayProve = S.Accesses[R].precise() || !Linked.empty();
    bool InLoop = false;
    for (Id W = 0; W < Count && MayProve; ++W) {
      if (!S.Accesses[W].isWrite() || W == R)
        continue;
      bool ByLoop = precedesByLoop(W, R);
      if (precedes(W, R) && !disjoint(R, W))
        After.push_back(W);
      else if (ByLoop && !linked(R, W) && !disjoint(R, W))
        Earlier.push_back(W);
      InLoop |= ByLoop;
    }
    // What another write left in an earlier iteration is not from before the
    // launch. (A linked one has had its own read before.)
    std::vector<Id> Replacing = After;
    Replacing.insert(Replacing.end(), Earlier.begin(), Earlier.end());
    bool Must = S.Accesses[R].A.Must;
    if (Entries + Linked.size() * Replacing.size() +
            2 * Tests.size() * After.size() >
        MaxEntries) {
      // More than a summary holds: gives up the proof, not the kernel.
      Tests.insert(Tests.end(), Linked.begin(), Linked.end());
      std::sort(Tests.begin(), Tests.end());
      Linked.clear();
      After.clear();
      S.Accesses[R].A.Must = Must = false;
    }
    for (Id W : Linked)
      add(R, W, PairKind::Linked, Replacing);
    if (Tests.empty())
      return;
    std::optional<Id> First;
    if (Must && InLoop)
      First = firstIteration(R);
    // Linked pairs only ask whether the write happens; an atomic is in one.
    if (InLoop && S.Accesses[R].A.Kind == REPRISE_ACCESS_READ)
      S.Accesses[R].A.Must = false;
    for (Id W : Tests) {
      if (!S.Accesses[R].precise() || !S.Accesses[W].precise()) {
        // Only unknown or harmless, and the same for all that look the same.
        if (Asked.insert({likeOf(R), likeOf(W)}).second)
          add(R, W, PairKind::Test, {});
        continue;
      }
      add(R, W, PairKind::Test, After);
      if (First)
        add(*First, W, PairKind::Test, After);
    }
  }

  /// The first access that a launch cannot tell from X; X itself where it has
  /// addresses.
  Id likeOf(Id X) {
    const Access &A = S.Accesses[X].A;
    if (S.Accesses[X].precise())
      return X;
    Shape Key{A.Kind, A.Root,   A.Base,  A.Symbol, A.Param,    A.Domain,  A.Top,
              A.Must, A.Reason, A.Width, A.Detail, A.Loc.File, A.Loc.Line};
    return Like.try_emplace(std::move(Key), X).first->second;
  }

  static bool separateRoots(const Access &A, const Access &B) {
    // Different variables are different objects (A1).
    return A.Root == RootKind::Symbol && B.Root == RootKind::Symbol &&
           A.Symbol != B.Symbol;
  }

  /// W can run before R in one iteration of the loops around both.
  bool precedes(Id W, Id R) {
    Instruction *From = S.Accesses[W].I, *To = S.Accesses[R].I;
    if (From == To || separateRoots(S.Accesses[W].A, S.Accesses[R].A))
      return false;
    BasicBlock *A = From->getParent(), *B = To->getParent();
    if (A == B)
      return From->comesBefore(To);
    // Entering the header of a common loop starts a new iteration.
    const Loop *Common = S.LI.getLoopFor(A);
    while (Common && !Common->contains(B))
      Common = Common->getParentLoop();
    return Paths.reaches(A, B, Common);
  }

  bool precedesByLoop(Id W, Id R) {
    const Loop *L = S.LI.getLoopFor(S.Accesses[R].I->getParent());
    return L && S.LI.getLoopFor(S.Accesses[W].I->getParent()) &&
           Paths.reaches(S.Accesses[W].I->getParent(),
                         S.Accesses[R].I->getParent(), nullptr) &&
           !separateRoots(S.Accesses[W].A, S.Accesses[R].A);
  }

  /// W, confined to launches in which the order of threads may count.
  Id whereOrderCounts(Id W) {
    if (S.OrderGuards.empty())
      return W;
    AnalyzedAccess X = S.Accesses[W];
    X.Guards.Guards.insert(X.Guards.Guards.end(), S.OrderGuards.begin(),
                           S.OrderGuards.end());
    X.A.Rule = "where the order of threads counts";
    S.describe(X);
    S.Accesses.push_back(std::move(X));
    return static_cast<Id>(S.Accesses.size() - 1);
  }

  /// Rule R4.
  bool repeatable(Id R, Id W) const {
    const AnalyzedAccess &X = S.Accesses[R], &Y = S.Accesses[W];
    return X.Repeatable != 0 && X.Repeatable == Y.Repeatable;
  }

  /// Whenever W runs, R has run in the same thread with the same bytes.
  bool linked(Id R, Id W) {
    const AnalyzedAccess &X = S.Accesses[R], &Y = S.Accesses[W];
    if (R == W)
      return true; // An atomic reads what it writes.
    if (X.Part || !X.Only || X.Predicated || !Y.Only ||
        !S.DT.dominates(X.I, Y.I))
      return false;
    const Loop *L = S.LI.getLoopFor(X.I->getParent());
    if (L && !L->contains(Y.I))
      return false;
    if (!sameObject(X.A, Y.A))
      return false;
    // Equal forms are equal addresses where the readings of both hold; the
    // launch checks those of the write.
    if (!std::includes(Y.Offset.Checks.begin(), Y.Offset.Checks.end(),
                       X.Offset.Checks.begin(), X.Offset.Checks.end()))
      return false;
    // Compare the addresses even where the summary gives them up (Top).
    if (X.Offset.sameValue(Y.Offset) && !X.Offset.Terms.empty())
      return true;
    if (X.Offset.sameValue(Y.Offset))
      return X.A.Reason == REPRISE_REASON_NONE;
    return X.precise() && Y.precise() &&
           once(SameAddress, SameAddressFailures, R, W,
                [&] { return provedSameAddress(S, Y, X, Limit); });
  }

  bool disjoint(Id R, Id W) {
    const AnalyzedAccess &X = S.Accesses[R], &Y = S.Accesses[W];
    if (!sameObject(X.A, Y.A) || !X.precise() || !Y.precise())
      return false; // Different roots: decided at launch.
    // The proof reads forms as numbers: where a launch must check that they
    // are, the pair stays.
    if (!S.K.Domains[X.A.Domain].Checks.empty() ||
        !S.K.Domains[Y.A.Domain].Checks.empty())
      return false;
    return once(Disjoint, DisjointFailures, R, W,
                [&] { return provedDisjoint(S, X, Y, Limit); });
  }

  /// No launch makes the forms of X leave 64 bits.
  bool isNumber(const AnalyzedAccess &X) const {
    auto Fits = [&](const Lin &L) {
      return S.Atoms.range(L, S.Exprs).within(INT64_MIN, INT64_MAX);
    };
    return Fits(X.Offset) && all_of(X.Guards.Guards, [&](const Guard &G) {
             return G.Uniform != None || Fits(G.L);
           });
  }

  bool dropped(Id R, Id W) {
    const AnalyzedAccess &X = S.Accesses[R], &Y = S.Accesses[W];
    if (!isNumber(X) || !isNumber(Y) || !disjoint(R, W))
      return false;
    S.K.Notes.push_back("proved disjoint for all launches: " + X.A.Text +
                        " and " + Y.A.Text);
    return true;
  }

  /// A copy of R confined to the first iteration of the loops around it.
  std::optional<Id> firstIteration(Id R) {
    AnalyzedAccess X = S.Accesses[R];
    if (!X.precise())
      return std::nullopt;
    for (const Loop *L = S.LI.getLoopFor(X.I->getParent()); L;
         L = L->getParentLoop()) {
      Guard G;
      G.L = Lin::atom(S.Eval.loopAtom(L)) * Poly(-1);
      X.Guards.Guards.push_back(std::move(G));
    }
    X.A.Rule = "first iteration";
    S.describe(X);
    if (!X.A.Must || !X.precise())
      return std::nullopt;
    S.Accesses.push_back(std::move(X));
    return static_cast<Id>(S.Accesses.size() - 1);
  }

  /// Runs a proof, unless too many of this kernel's and of its kind have
  /// failed: a kernel with hundreds of accesses to one buffer must not take
  /// minutes. Counted, not timed, so that every machine proves the same.
  template <typename Proof> bool ask(unsigned &Failures, const Proof &P) {
    if (Failures >= MaxFailures)
      return false;
    if (P())
      return true;
    if (++Failures == MaxFailures && !Stopped) {
      Stopped = true;
      S.K.Notes.push_back("proofs stopped after " +
                          std::to_string(MaxFailures) +
                          " that failed; launches decide the other pairs");
    }
    return false;
  }

  /// The same for a pair that may be asked about again.
  using Answers = std::map<std::pair<Id, Id>, bool>;
  template <typename Proof>
  bool once(Answers &Known, unsigned &Failures, Id R, Id W, const Proof &P) {
    auto [It, New] = Known.try_emplace({R, W}, false);
    if (New)
      It->second = ask(Failures, P);
    return It->second;
  }

  static constexpr unsigned MaxFailures = 24;
  /// Earlier writes in all pairs together, as a summary may name.
  static constexpr size_t MaxEntries = MaxPairs;
  using Shape = std::tuple<decltype(Access::Kind), RootKind, Id, Id, Id, Id,
                           bool, bool, decltype(Access::Reason), uint32_t,
                           std::string, std::string, unsigned>;

  KernelState &S;
  unsigned Limit;
  unsigned DisjointFailures = 0, SameAddressFailures = 0;
  bool Stopped = false; ///< A note says that no more are tried.
  size_t Entries = 0;
  Reachability Paths;
  Answers Disjoint, SameAddress;
  std::map<Shape, Id> Like;
  std::set<std::pair<Id, Id>> Asked;
};

} // namespace

void pairAccesses(KernelState &S, unsigned SolverLimit) {
  Pairing(S, SolverLimit).run();
}

} // namespace reprise
