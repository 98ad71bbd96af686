//===- Window.cpp - How far back can a stream be restarted? ---------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Window.h"

#include "Weaken.h"

#include <algorithm>

namespace reprise {

static constexpr auto Memory = static_cast<size_t>(Space::Memory);
static constexpr auto Constants = static_cast<size_t>(Space::Constants);
static constexpr auto Arrays = static_cast<size_t>(Space::Arrays);

static void remove(Intervals &From, const Intervals &What) {
  Intervals Rest;
  subtract(From, What, Rest);
  From.swap(Rest);
}

//===----------------------------------------------------------------------===//
// What is held
//===----------------------------------------------------------------------===//

void Window::append(Operation O) {
  if (O.Fence)
    return appendFence();
  while (!Held.empty() && Held.size() >= Capacity)
    dropFirst();
  Held.emplace_back().Op = std::move(O);
}

void Window::appendFence() noexcept {
  First = end() + 1;
  Held.clear();
  Saved.clear();
}

void Window::dropFirst() {
  std::erase_if(Saved, [&](const Save &S) { return S.Before == First; });
  Held.pop_front();
  ++First;
}

void Window::retire(uint64_t Before) {
  while (First < Before && !Held.empty())
    dropFirst();
}

void Window::addSaved(uint64_t Before, Intervals Bytes) {
  join(Bytes);
  for (Save &S : Saved)
    if (S.Before == Before)
      return unite(S.Bytes, Bytes);
  Saved.push_back({Before, std::move(Bytes)});
}

bool Window::meets(const Operation &O) const {
  return std::any_of(Held.begin(), Held.end(),
                     [&](const Entry &E) { return interfere(E.Op, O); });
}

//===----------------------------------------------------------------------===//
// Conflicts
//===----------------------------------------------------------------------===//

/// The last operation before Number whose results may decide where Number
/// writes, and may differ when it is run again; UINT64_MAX if there is none.
uint64_t Window::unsteadySince(uint64_t Number) const {
  const Entry &E = Held[Number - First];
  if (E.SinceKnown)
    return E.Since;
  SpaceSets Seen = E.Op.sets().LiveIn;
  Seen[Constants].clear(); // Only copies write them.
  auto Meets = [&](const Operation &O) {
    const ByteSets &S = O.sets();
    return (O.WritesAny && !Seen[Memory].empty()) ||
           meet(Seen[Memory], S.Written[Memory]) ||
           meet(Seen[Arrays], S.Written[Arrays]);
  };
  E.Since = UINT64_MAX;
  for (uint64_t N = Number; N-- > First;) {
    const Operation &O = at(N);
    if (!Meets(O))
      continue;
    if (O.Computes) {
      E.Since = N;
      break;
    }
    // A copy passes on what it read.
    remove(Seen[Memory], O.sets().Must[Memory]);
    for (size_t In : {Memory, Arrays})
      unite(Seen[In], O.sets().LiveIn[In]);
  }
  if (weakened(Rule::WindowUnsteady))
    E.Since = UINT64_MAX;
  E.SinceKnown = true;
  return E.Since;
}

/// The bytes of \p Within that share an atomic's bytes with some of \p Given,
/// without those.
static Intervals restOfAtomics(const Intervals &Given,
                               const Intervals &Within) {
  Intervals Blocks, Rest;
  if (weakened(Rule::WindowAtomics))
    return Rest;
  intersect(Given, Within, Blocks);
  growToAtomics(Blocks);
  intersect(Blocks, Within, Rest);
  remove(Rest, Given);
  return Rest;
}

/// What the operations of a sequence did, up to one of them.
struct Seen {
  bool First = true;
  SpaceSets Live;    ///< Read, and not surely written before in the sequence.
  SpaceSets Written; ///< Perhaps.
  SpaceSets Must;    ///< Surely written.
  bool LiveAny = false, WrittenAny = false;
  /// By operation, what its atomics touch, and nothing surely wrote before.
  std::vector<std::pair<uint64_t, Intervals>> Atomics;
};

/// Steps 1 to 3 for one operation. False: Visit has had enough.
template <typename Sink>
bool Window::walkOne(uint64_t At, Seen &Before, Sink &&Visit) const {
  const Operation &O = at(At);
  const ByteSets &S = O.sets();
  const bool Reads = Before.First || !weakened(Rule::WindowLaterReads);
  const bool Own = !weakened(Rule::WindowOwnWrites);
  Before.First = false;
  if ((O.Unbounded && Own &&
       !Visit(Conflict{Conflict::Own, At, Memory, {}, false})) ||
      (O.ReadsAny && Before.WrittenAny &&
       !Visit(Conflict{Conflict::Reads, At, Memory, {}, false})) ||
      (O.WritesAny && Before.LiveAny &&
       !Visit(Conflict{Conflict::Writes, At, Memory, {}, false})))
    return false;

  for (size_t In = 0; In < Spaces; ++In) {
    Intervals Live, Bytes;
    auto Tell = [&](auto Kind) {
      return Bytes.empty() ||
             Visit(Conflict{Kind, At, In, std::move(Bytes), In != Arrays});
    };
    if (Reads)
      subtract(S.LiveIn[In], Before.Must[In], Live);
    if (Own)
      subtract(S.Clobbered[In], Before.Must[In], Bytes);
    if (In == Memory) {
      if (Own)
        unite(Bytes, restOfAtomics(Before.Must[In], S.Atomic));
      Intervals Atomic;
      subtract(S.Atomic, Before.Must[In], Atomic);
      if (!Atomic.empty())
        Before.Atomics.emplace_back(At, std::move(Atomic));
    }
    if (!Tell(Conflict::Own))
      return false;
    if (In == Memory && Before.WrittenAny)
      Bytes = O.ReadsAny ? Intervals() : Live;
    else
      intersect(Live, Before.Written[In], Bytes);
    if (!Tell(Conflict::Reads))
      return false;
    if (In == Memory && O.WritesAny)
      Bytes = Before.LiveAny ? Intervals() : Before.Live[In];
    else
      intersect(S.Written[In], Before.Live[In], Bytes);
    if (!Tell(Conflict::Writes))
      return false;
    unite(Before.Live[In], Live);
    unite(Before.Written[In], S.Written[In]);
    unite(Before.Must[In], S.Must[In]);
  }
  Before.LiveAny = Before.LiveAny || O.ReadsAny;
  Before.WrittenAny = Before.WrittenAny || O.WritesAny;
  return true;
}

/// Calls Visit with each conflict of a restart at From, until it says false.
template <typename Sink>
void Window::walk(uint64_t From, Seen &Before, Sink &&Visit) const {
  for (uint64_t N = From; N < end(); ++N)
    if (!walkOne(N, Before, Visit))
      return;
  // Step 4.
  for (uint64_t N = From; N < end(); ++N) {
    const Operation &O = at(N);
    SpaceSets Unsteady = O.sets().Unsteady;
    // Repeated with other operands, an atomic leaves something else.
    unite(Unsteady[Memory], O.sets().Atomic);
    if (!O.UnsteadyAny &&
        std::all_of(Unsteady.begin(), Unsteady.end(),
                    [](const Intervals &List) { return List.empty(); }))
      continue;
    const uint64_t Since = unsteadySince(N);
    if (Since == UINT64_MAX || Since < From)
      continue;
    if (O.UnsteadyAny &&
        !Visit(Conflict{Conflict::Unsteady, N, Memory, {}, false}))
      return;
    for (size_t In = 0; In < Spaces; ++In) {
      Intervals Bytes;
      subtract(Unsteady[In], Before.Must[In], Bytes);
      if (!Bytes.empty() && !Visit(Conflict{Conflict::Unsteady, N, In,
                                            std::move(Bytes), In != Arrays}))
        return;
    }
  }
}

//===----------------------------------------------------------------------===//
// Answers
//===----------------------------------------------------------------------===//

/// The bytes of C that nobody saved, by the first operation that may write
/// them: before it they are as they were before From.
void Window::unsaved(uint64_t From, const Conflict &C,
                     std::map<uint64_t, Intervals> &ByWriter) const {
  Intervals Left = C.Bytes, Part;
  for (uint64_t N = From; N <= C.At && !Left.empty(); ++N) {
    const Operation &O = at(N);
    if (O.WritesAny && C.In == Memory)
      Part = Left;
    else
      intersect(Left, O.sets().Written[C.In], Part);
    if (Part.empty())
      continue;
    remove(Left, Part);
    for (const Save &S : Saved)
      if (S.Before >= From && S.Before <= N)
        remove(Part, S.Bytes);
    if (!Part.empty())
      unite(ByWriter[N], Part);
  }
  if (!Left.empty()) // Cannot be: all of them are written.
    unite(ByWriter[From], Left);
}

/// Names the two operations that C is about. Gives the last number up to which
/// every restart from From on meets it too, as long as nothing was saved:
/// restarts further on have fewer operations that surely write.
uint64_t Window::explain(uint64_t From, const Conflict &C,
                         reprise_restart &R) const {
  const Operation &O = at(C.At);
  R.reader = R.writer = C.At;
  if (C.Kind == Conflict::Unsteady) {
    R.reason = REPRISE_REASON_ORDER_DEPENDENT;
    return unsteadySince(C.At);
  }
  if (C.Kind == Conflict::Own) {
    R.reason = static_cast<reprise_reason>(O.Reason);
    return !C.Bounded || meet(C.Bytes, O.sets().Clobbered[C.In]) ? C.At : From;
  }
  // The last one that fits; of readers, before which nothing surely writes.
  const bool WantsWriter = C.Kind == Conflict::Reads;
  uint64_t Last = From;
  Intervals Left = C.Bytes;
  for (uint64_t N = From; N < C.At; ++N) {
    const Operation &Other = at(N);
    const ByteSets &S = Other.sets();
    const bool Any = WantsWriter  ? Other.WritesAny
                     : !C.Bounded ? Other.ReadsAny
                                  : false;
    if (Any || meet((WantsWriter ? S.Written : S.LiveIn)[C.In], Left)) {
      Last = N;
      R.reason = Any && Other.Reason ? static_cast<reprise_reason>(Other.Reason)
                 : O.ReadsAny || O.WritesAny
                     ? static_cast<reprise_reason>(O.Reason)
                     : REPRISE_REASON_MAY_OVERLAP;
    }
    if (!WantsWriter)
      remove(Left, S.Must[C.In]);
  }
  (WantsWriter ? R.writer : R.reader) = Last;
  return Last;
}

/// What is restored before a restart at From.
Intervals Window::restored(uint64_t From) const {
  Intervals All;
  for (const Save &S : Saved)
    if (S.Before >= From)
      unite(All, S.Bytes);
  return All;
}

reprise_restart Window::check(uint64_t From, uint64_t *Persists) const {
  reprise_restart R{};
  R.first = From;
  R.valid = 1;
  R.reader = R.writer = REPRISE_NO_OPERATION;
  auto Judge = [&](const Conflict &C) {
    std::map<uint64_t, Intervals> Missing;
    if (C.Bounded)
      unsaved(From, C, Missing);
    if (C.Bounded && Missing.empty())
      return true;
    R.valid = 0;
    const uint64_t Last = explain(From, C, R);
    if (Persists)
      *Persists = Last;
    return false;
  };
  Seen Before;
  walk(From, Before, Judge);
  const Intervals Given = restored(From);
  for (size_t I = 0; R.valid && I < Before.Atomics.size(); ++I) {
    const auto &[At, Atomic] = Before.Atomics[I];
    if (Intervals Rest = restOfAtomics(Given, Atomic); !Rest.empty())
      Judge({Conflict::Own, At, Memory, std::move(Rest), true});
  }
  if (R.valid && From < end())
    R.assumptions = REPRISE_ASSUME_NO_OUTSIDE_WRITER;
  for (uint64_t N = From; N < end() && R.valid; ++N)
    if (at(N).InBounds)
      R.assumptions |= REPRISE_ASSUME_IN_BOUNDS;
  return R;
}

reprise_restart Window::restartPoint() const {
  reprise_restart Further{};
  Further.reader = Further.writer = REPRISE_NO_OPERATION;
  for (uint64_t N = First;; ++N) {
    uint64_t Last = N;
    reprise_restart R = check(N, &Last);
    if (R.valid) { // At the latest where nothing is left to be run.
      R.reader = Further.reader;
      R.writer = Further.writer;
      R.reason = Further.reason;
      return R;
    }
    Further = R;
    if (Saved.empty())
      N = Last;
  }
}

bool Window::missing(uint64_t From, std::vector<reprise_save> &Saves) const {
  Saves.clear();
  bool Bounded = true;
  std::map<uint64_t, Intervals> ByWriter;
  Seen Before;
  walk(From, Before, [&](const Conflict &C) {
    Bounded = C.Bounded;
    if (Bounded)
      unsaved(From, C, ByWriter);
    return Bounded;
  });
  if (!Bounded)
    return false;
  // An atomic's bytes are restored together.
  for (bool Grown = !Before.Atomics.empty(); Grown;) {
    Grown = false;
    Intervals Given = restored(From);
    for (const auto &[Writer, Bytes] : ByWriter)
      unite(Given, Bytes);
    for (const auto &[At, Atomic] : Before.Atomics)
      if (Intervals Rest = restOfAtomics(Given, Atomic); !Rest.empty()) {
        Grown = true;
        unsaved(From, {Conflict::Own, At, Memory, std::move(Rest), true},
                ByWriter);
      }
  }
  for (auto &[Writer, List] : ByWriter) {
    fillGaps(List, MaxBackupRanges);
    for (const Interval &I : List) {
      if (I.Hi - I.Lo == UINT64_MAX)
        return false;
      Saves.push_back({{I.Lo, I.Hi - I.Lo + 1}, Writer});
    }
  }
  return true;
}

} // namespace reprise
