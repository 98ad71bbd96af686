//===- Decide.cpp - The verdict on a launch -------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Decide.h"

#include "AccessSets.h"
#include "Disjoint.h"
#include "Domains.h"
#include "Handles.h"
#include "Hulls.h"
#include "Weaken.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace reprise {
namespace {

PairOutcome harmless(bool UsesA1 = false) {
  return {REPRISE_IDEMPOTENT, REPRISE_REASON_NONE, UsesA1, REPRISE_NO_ACCESS};
}

PairOutcome clobbers() {
  return {REPRISE_CLOBBERS, REPRISE_REASON_NONE, false, REPRISE_NO_ACCESS};
}

PairOutcome unknown(unsigned Reason, uint32_t Culprit = REPRISE_NO_ACCESS) {
  return {REPRISE_UNKNOWN, static_cast<reprise_reason>(Reason), false, Culprit};
}

/// Why the analyzer could not say more of access \p A.
unsigned ownReason(const ProgramAccess &A, unsigned Otherwise) {
  return A.Reason != REPRISE_REASON_NONE ? A.Reason : Otherwise;
}

PairOutcome decideLinked(Frame &F, const ProgramPair &Q) {
  const ProgramAccess &A = F.P.Accesses[Q.Write];
  const AccessState &W = accessState(F, Q.Write);
  if (W.Status == Extent::Empty || weakened(Rule::LinkedPairs))
    return harmless(W.Top);
  // Where it points does not matter, only that it is executed; but what the
  // domain or the address could not say, or says of a fault, comes first.
  if (W.Status == Extent::Unknown &&
      W.Reason != REPRISE_REASON_UNKNOWN_ALLOCATION &&
      W.Reason != REPRISE_REASON_UNKNOWN_SYMBOL)
    return unknown(W.Reason, Q.Write);
  const uint32_t Domain = F.P.Groups[A.Group].Domain;
  if (A.Must && domainState(F, Domain).Inhabited)
    return clobbers();
  return unknown(
      ownReason(A, W.Reason ? W.Reason : REPRISE_REASON_MAY_OVERLAP));
}

PairOutcome decideOrdered(Frame &F, const ProgramPair &Q) {
  const AccessState &W = accessState(F, Q.Write);
  if (W.Status == Extent::Empty)
    return harmless(W.Top);
  return unknown(REPRISE_REASON_ORDER_DEPENDENT, Q.Write);
}

/// Are two accesses apart because their spaces are? At least one of them has
/// addresses that are offsets from a symbol, and not both from the same.
PairOutcome decideSpaces(const Frame &F, const ProgramPair &Q,
                         const AccessState &R, const AccessState &W) {
  auto IsSymbol = [&](uint32_t Access) {
    return F.P.Groups[F.P.Accesses[Access].Group].Root == RootKind::Symbol;
  };
  auto Apart = [&](uint32_t Access, const AccessState &S) {
    if (IsSymbol(Access))
      return S.WithinSymbol;
    // Live allocations never hold a module's symbols.
    const reprise_range *A =
        F.Launch.Alloc ? F.Launch.Alloc->find(S.Bytes.Lo) : nullptr;
    return A && S.Bytes.Hi - A->address < A->size;
  };
  if (!Apart(Q.Read, R) || !Apart(Q.Write, W))
    return unknown(REPRISE_REASON_UNKNOWN_SYMBOL);
  return harmless(R.Top || W.Top);
}

/// Does access \p A, which may touch any byte, come from a pointer?
bool isByPointer(const Frame &F, const ProgramAccess &A) {
  return F.P.Groups[A.Group].Root != RootKind::Unknown ||
         A.Reason == REPRISE_REASON_UNKNOWN_POINTER;
}

/// Do two accesses meet, of which at least one is of an array?
PairOutcome decideArrays(const AccessState &R, const AccessState &W) {
  // No pointer reaches an array, nor does an object bound to linear memory.
  if (!R.Opaque || !W.Opaque)
    return harmless();
  if (R.Array != 0 && W.Array != 0 && R.Array != W.Array)
    return harmless();
  return unknown(REPRISE_REASON_MAY_OVERLAP);
}

} // namespace

std::optional<reprise_range> objectOf(const Frame &F, uint32_t Access) {
  const uint32_t Group = F.P.Accesses[Access].Group;
  const GroupState &S = F.Groups[Group];
  if (isHandle(F.P.Groups[Group].Root))
    return std::nullopt; // All of what it is bound to is touched.
  if (F.P.Groups[Group].Root == RootKind::Symbol) {
    if (S.SymbolSize == 0)
      return std::nullopt;
    return reprise_range{S.Address, S.SymbolSize};
  }
  const reprise_range *R =
      F.Launch.Alloc ? F.Launch.Alloc->find(S.Address) : nullptr;
  return R ? std::optional(*R) : std::nullopt;
}

/// The sets as described meet; those that are larger than what is really
/// touched may do so outside of their objects. An exact set is believed: it may
/// show that the pointer is the end of another object.
static bool inSeparateObjects(const Frame &F, const ProgramPair &Q,
                              const AccessState &R, const AccessState &W) {
  if (!F.Launch.InBounds || (R.Exact && W.Exact))
    return false;
  std::optional<reprise_range> A = objectOf(F, Q.Read),
                               B = objectOf(F, Q.Write);
  if (!A || !B || A->address - B->address < B->size ||
      B->address - A->address < A->size)
    return false;
  auto Stays = [](const AccessState &S, const reprise_range &O) {
    const uint64_t Last = O.address + (O.size - 1);
    return S.Exact ? S.Bytes.Lo >= O.address && S.Bytes.Hi <= Last
                   : S.Bytes.Lo <= Last && S.Bytes.Hi >= O.address;
  };
  return Stays(R, *A) && Stays(W, *B);
}

/// Do two accesses meet, as far as anyone can tell? Both are Set.
static PairOutcome decideSets(Frame &F, const ProgramPair &Q,
                              uint32_t &Budget) {
  const AccessState &W = F.Accesses[Q.Write], &R = F.Accesses[Q.Read];
  if (W.Opaque || R.Opaque)
    return decideArrays(R, W);
  if (W.Space != R.Space)
    return decideSpaces(F, Q, R, W);
  const uint32_t Granted = std::min(Budget, PairBudget);
  uint32_t Left = Granted;
  Meeting M = meet(W.Bytes, R.Bytes, Left);
  Budget -= Granted - Left;
  if (M == Meeting::Disjoint)
    return harmless(W.Top || R.Top);
  if (inSeparateObjects(F, Q, R, W))
    return harmless(/*UsesA1=*/true);
  if (M == Meeting::Unknown)
    return unknown(REPRISE_REASON_BUDGET);
  if ((W.Exact && R.Exact) || weakened(Rule::MayAsMust))
    return clobbers();
  for (const auto &[S, Index] : {std::pair{&W, Q.Write}, {&R, Q.Read}})
    if (S->Top)
      return unknown(
          ownReason(F.P.Accesses[Index],
                    S->Reason ? S->Reason : REPRISE_REASON_MAY_OVERLAP));
  return unknown(REPRISE_REASON_MAY_OVERLAP);
}

static PairOutcome decideTest(Frame &F, const ProgramPair &Q,
                              uint32_t &Budget) {
  const AccessState &W = accessState(F, Q.Write);
  if (W.Status == Extent::Empty)
    return harmless(W.Top);
  const AccessState &R = accessState(F, Q.Read);
  if (R.Status == Extent::Empty)
    return harmless(R.Top);
  if (W.Status == Extent::Unknown)
    return unknown(W.Reason, Q.Write);
  if (R.Status == Extent::Unknown)
    return unknown(R.Reason, Q.Read);
  if (W.Status == Extent::Any || R.Status == Extent::Any) {
    if (weakened(Rule::UnknownPointers))
      return harmless();
    const ProgramAccess &A =
        F.P.Accesses[W.Status == Extent::Any ? Q.Write : Q.Read];
    if ((W.Opaque || R.Opaque) && isByPointer(F, A))
      return harmless();
    return unknown(ownReason(A, REPRISE_REASON_UNKNOWN_POINTER));
  }
  return decideSets(F, Q, Budget);
}

PairOutcome decidePair(Frame &F, const ProgramPair &Q, uint32_t &Budget) {
  PairOutcome O = Q.Kind == PairKind::Linked    ? decideLinked(F, Q)
                  : Q.Kind == PairKind::Ordered ? decideOrdered(F, Q)
                                                : decideTest(F, Q, Budget);
  if (O.Verdict != REPRISE_CLOBBERS)
    return O;
  // What the pair reads must really be from before the launch.
  for (uint32_t I = Q.Begin; I < Q.End; ++I) {
    const ProgramPair Earlier{Q.Read, F.P.After[I], PairKind::Test, 0, 0};
    PairOutcome E = decideTest(F, Earlier, Budget);
    if (E.Verdict != REPRISE_IDEMPOTENT && !weakened(Rule::EarlierWrites))
      return unknown(REPRISE_REASON_MAY_OVERLAP);
    O.UsesA1 = O.UsesA1 || E.UsesA1;
  }
  return O;
}

bool mayHappen(Frame &F, const ProgramEffect &E) {
  return domainState(F, E.Domain).Status != Extent::Empty;
}

reprise_result nothingKnown() {
  reprise_result R{};
  R.verdict = REPRISE_UNKNOWN;
  R.reason = REPRISE_REASON_NONE;
  R.read = R.write = REPRISE_NO_ACCESS;
  return R;
}

/// A hull of the common bytes of \p Q, empty where it has no addresses.
static reprise_range commonBytes(Frame &F, const ProgramPair &Q) {
  uint64_t Lo = 0, Hi = UINT64_MAX;
  bool Bounded = false;
  for (uint32_t Access : {Q.Read, Q.Write}) {
    const AccessState &S = accessState(F, Access);
    if (S.Status != Extent::Set)
      continue;
    if (S.Space != 0 || S.Opaque)
      return {0, 0};
    Bounded = true;
    Lo = std::max(Lo, S.Bytes.Lo);
    Hi = std::min(Hi, S.Bytes.Hi);
  }
  if (!Bounded || Lo > Hi || Hi - Lo == UINT64_MAX)
    return {0, 0};
  return {Lo, Hi - Lo + 1};
}

static reprise_result pairResult(Frame &F, const ProgramPair &Q,
                                 const PairOutcome &O) {
  reprise_result R = nothingKnown();
  R.verdict = O.Verdict;
  R.reason = O.Reason;
  R.assumptions = O.UsesA1 ? unsigned{REPRISE_ASSUME_IN_BOUNDS} : 0u;
  if (O.Culprit == REPRISE_NO_ACCESS) {
    R.read = Q.Read;
    R.write = Q.Write;
    R.clobbered = commonBytes(F, Q);
  } else if (O.Culprit == Q.Write) {
    R.write = O.Culprit;
  } else {
    R.read = O.Culprit;
  }
  return R;
}

namespace {

/// What all pairs together say. Those that are known to change nothing are
/// passed over.
class PairWalk {
public:
  explicit PairWalk(Frame &State) : F(State) {}

  void run() {
    if (!F.P.UsesHulls) {
      clobbers(0, static_cast<uint32_t>(F.P.Pairs.size()));
      return;
    }
    if (F.P.OnlyTests && allObjectsApart(F, UsesA1))
      return;
    UsesA1 = false;
    for (const ProgramSpan &S : F.P.Spans) {
      if (changesNothing(S) || isApart(S))
        continue;
      for (uint32_t I = S.Begin; I < S.End; ++I)
        if (clobbers(F.P.Runs[I]))
          return;
    }
    for (const ProgramSpan &S : F.P.Spans) {
      if (Found || UsesA1)
        return; // More assumptions say nothing.
      if (isApart(S))
        addAssumptions(F, S, UsesA1);
    }
  }

  /// The first pair that clobbers, or else the first unknown one.
  const ProgramPair *Found = nullptr;
  PairOutcome Outcome{}; ///< Of Found.
  bool UsesA1 = false;   ///< Some pair is harmless by A1.

private:
  Frame &F;
  uint32_t Budget = CheckBudget;

  /// After an unknown pair only a clobber counts.
  template <typename Part> bool changesNothing(const Part &S) const {
    return Found && !S.MayClobber && !weakened(Rule::MayAsMust);
  }

  /// Without a search: a test of sets of which one is too large.
  bool neverClobbers(const ProgramPair &Q) {
    return Q.Kind == PairKind::Test && !weakened(Rule::MayAsMust) &&
           !(accessState(F, Q.Write).Exact && accessState(F, Q.Read).Exact);
  }

  bool isApart(const ProgramSpan &S) {
    return S.Objects != None && objectsApart(F, S.Objects);
  }

  bool clobbers(const ProgramRun &R) {
    if (changesNothing(R))
      return false;
    if (R.Screened && groupsApart(F, R.Read, R.Write, UsesA1))
      return false;
    return clobbers(R.Begin, R.End);
  }

  bool clobbers(uint32_t Begin, uint32_t End) {
    for (uint32_t I = Begin; I < End; ++I) {
      const ProgramPair &Q = F.P.Pairs[I];
      if (Found && F.P.UsesHulls && neverClobbers(Q))
        continue;
      const PairOutcome O = decidePair(F, Q, Budget);
      if (O.Verdict == REPRISE_CLOBBERS ||
          (O.Verdict == REPRISE_UNKNOWN && !Found)) {
        Found = &Q;
        Outcome = O;
        if (O.Verdict == REPRISE_CLOBBERS)
          return true;
      }
      UsesA1 = UsesA1 || O.UsesA1;
    }
    return false;
  }
};

} // namespace

reprise_result decide(Frame &F) {
  const Program &P = F.P;
  PairWalk Walk(F);
  Walk.run();
  if (Walk.Found && Walk.Outcome.Verdict == REPRISE_CLOBBERS)
    return pairResult(F, *Walk.Found, Walk.Outcome);
  for (const ProgramEffect &E : P.Effects)
    if (mayHappen(F, E)) {
      reprise_result R = nothingKnown();
      R.reason = E.Reason;
      return R;
    }
  if (Walk.Found)
    return pairResult(F, *Walk.Found, Walk.Outcome);
  reprise_result R = nothingKnown();
  if (P.Unexplained) {
    R.reason = REPRISE_REASON_UNSUPPORTED;
    return R;
  }
  R.verdict = REPRISE_IDEMPOTENT;
  R.assumptions = REPRISE_ASSUME_NO_OUTSIDE_WRITER |
                  (Walk.UsesA1 ? unsigned{REPRISE_ASSUME_IN_BOUNDS} : 0u);
  return R;
}

reprise_status checkLaunch(const Program &P, const reprise_launch &Launch,
                           LaunchInfo &Info) {
  if (Launch.flags & ~REPRISE_LAUNCH_NO_IN_BOUNDS)
    return REPRISE_ERROR_ARGUMENT;
  if (!Launch.arguments && Launch.arguments_size != 0)
    return REPRISE_ERROR_ARGUMENT;
  static constexpr uint32_t MaxGrid[3] = {INT32_MAX, 65535, 65535};
  static constexpr uint32_t MaxBlock[3] = {1024, 1024, 64};
  static constexpr uint32_t MaxThreads = 1024;
  for (unsigned I = 0; I < 3; ++I) {
    if (Launch.grid[I] - 1 >= MaxGrid[I] || Launch.block[I] - 1 >= MaxBlock[I])
      return REPRISE_ERROR_LAUNCH;
    if (P.ReqNTid[I] != 0 && Launch.block[I] != P.ReqNTid[I])
      return REPRISE_ERROR_LAUNCH;
  }
  if (Launch.block[0] * Launch.block[1] * Launch.block[2] > MaxThreads)
    return REPRISE_ERROR_LAUNCH;
  if (Launch.arguments_size < P.ParamBytes)
    return REPRISE_ERROR_ARGUMENT_BLOCK;
  Info.Values.Arguments = static_cast<const unsigned char *>(Launch.arguments);
  std::copy(Launch.block, Launch.block + 3, Info.Values.NTid);
  std::copy(Launch.grid, Launch.grid + 3, Info.Values.NCtaId);
  Info.Values.DynShared = Launch.dynamic_shared;
  Info.Alloc = Launch.allocations ? &Launch.allocations->Map : nullptr;
  Info.InBounds = !(Launch.flags & REPRISE_LAUNCH_NO_IN_BOUNDS);
  return REPRISE_OK;
}

} // namespace reprise
