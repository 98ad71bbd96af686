//===- Judge.cpp - What the window says, held against runs ----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Judge.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace reprise::window {

void Totals::add(const Totals &T) {
  static constexpr uint64_t Totals::*All[] = {
      &Totals::Sequences,   &Totals::Operations,   &Totals::Launches,
      &Totals::Points,      &Totals::Valid,        &Totals::TrulyValid,
      &Totals::ProvedValid, &Totals::Replays,      &Totals::SavedReplays,
      &Totals::Bounded,     &Totals::Unbounded,    &Totals::SavedBytes,
      &Totals::NeededBytes, &Totals::WrittenBytes, &Totals::Wrong};
  for (uint64_t Totals::*M : All)
    this->*M += T.*M;
  if (First.empty())
    First = T.First;
}

namespace {

using Schedule = emulator::Schedule;

class Judging {
public:
  Judging(Device &Memory, const reprise_db *Summaries, uint64_t From, Totals &T)
      : D(Memory), Db(Summaries), Seed(From), R(From), T(T) {}
  ~Judging() { reprise_window_free(W); }
  Judging(const Judging &) = delete;
  Judging &operator=(const Judging &) = delete;

  void run() {
    D.reset(R);
    const uint64_t Capacity = R.percent(90) ? 100 : 1 + R.below(4);
    if (reprise_window_create(Capacity, &W) != REPRISE_OK)
      std::abort();
    for (uint64_t N = R.between(2, 8); N-- > 0;) {
      Before.push_back(D.image());
      Steps.push_back(D.next(R));
      uint64_t Number = 0;
      if (D.append(W, Db, Steps.back(), &Number) != REPRISE_OK ||
          Number != Steps.size() - 1)
        return wrong("append failed", Steps.size() - 1);
      ++T.Operations;
      T.Launches += Steps.back().K == Step::Kind::Launch;
      if (R.percent(4))
        reprise_window_retire(W, R.below(Steps.size() + 1));
    }
    ++T.Sequences;
    Final = D.image();
    if (reprise_window_end(W) != Steps.size())
      return wrong("the window ends elsewhere", 0);
    for (size_t I = reprise_window_begin(W); I < Steps.size(); ++I)
      point(I);
    restartPoint();
    D.restore(Final);
  }

private:
  Device &D;
  const reprise_db *Db;
  const uint64_t Seed;
  Random R;
  Totals &T;
  reprise_window *W = nullptr;
  std::vector<Step> Steps;
  std::vector<Image> Before; ///< Memory before each step in the clean run.
  Image Final;
  /// Of the last replay: the operation it was stopped in, and the first byte
  /// that differs.
  size_t Stopped = 0, Differs = 0;

  void wrong(const std::string &What, size_t I) {
    ++T.Wrong;
    if (!T.First.empty())
      return;
    T.First = What + ", restart at " + std::to_string(I) + ", seed " +
              std::to_string(Seed) + ":\n";
    for (size_t N = 0; N < Steps.size(); ++N)
      T.First += "  " + std::to_string(N) + ": " + Steps[N].str(D) + "\n";
  }

  std::string difference() const {
    return "byte " + std::to_string(Differs) + " differs (stopped in " +
           std::to_string(Stopped) + ")";
  }

  /// Bytes that a restart at I needs and would not find.
  Flags conflict(size_t I) const {
    const size_t Bytes = D.imageBytes();
    Flags Conflict(Bytes), Surely(Bytes), Live(Bytes), Written(Bytes);
    for (size_t N = I; N < Steps.size(); ++N) {
      const Step &S = Steps[N];
      for (size_t B = 0; B < Bytes; ++B) {
        const bool Reads = S.LiveIn[B] && !Surely[B];
        if ((Reads && Written[B]) || (S.Written[B] && Live[B]) ||
            (S.Clobbered[B] && !Surely[B]))
          Conflict[B] = true;
      }
      for (size_t B = 0; B < Bytes; ++B) {
        if (S.LiveIn[B] && !Surely[B])
          Live[B] = true;
        if (S.Written[B])
          Written[B] = Surely[B] = true;
      }
    }
    return Conflict;
  }

  bool races(size_t I) const {
    return std::any_of(Steps.begin() + static_cast<ptrdiff_t>(I), Steps.end(),
                       [](const Step &S) {
                         return S.K == Step::Kind::Launch &&
                                family()[S.Kernel].Racing;
                       });
  }

  void point(size_t I) {
    ++T.Points;
    const Flags Conflict = conflict(I);
    const auto Needed = static_cast<uint64_t>(
        std::count(Conflict.begin(), Conflict.end(), true));
    const bool True = Needed == 0;
    reprise_restart Said;
    if (reprise_window_check(W, I, &Said) != REPRISE_OK)
      return wrong("check failed", I);
    T.Valid += Said.valid;
    if (!races(I)) {
      T.TrulyValid += True;
      T.ProvedValid += True && Said.valid;
    }
    if (Said.valid && !True)
      return wrong("said valid, but a byte that is read is written", I);
    if (!Said.valid && (Said.reader < I || Said.reader >= Steps.size() ||
                        Said.writer < I || Said.writer >= Steps.size()))
      return wrong("said not valid, for operations outside", I);
    if (Said.valid) {
      if (!replay(I, {}))
        wrong("said valid, but run again " + difference(), I);
      return;
    }
    saves(I, Needed);
  }

  void saves(size_t I, uint64_t Needed) {
    std::vector<reprise_save> List(4096);
    int Bounded = 0;
    size_t Count = 0;
    if (reprise_window_saves(W, I, &Bounded, List.data(), List.size(),
                             &Count) != REPRISE_OK)
      return wrong("saves failed", I);
    List.resize(Count);
    if (!Bounded) {
      ++T.Unbounded;
      return;
    }
    ++T.Bounded;
    Flags Touched(D.imageBytes());
    for (size_t N = I; N < Steps.size(); ++N)
      for (size_t B = 0; B < Touched.size(); ++B)
        if (Steps[N].Written[B])
          Touched[B] = true;
    for (const reprise_range &B : D.buffers()) {
      const size_t Offset = *D.offsetOf(B.address);
      if (std::find(Touched.begin() + static_cast<ptrdiff_t>(Offset),
                    Touched.begin() + static_cast<ptrdiff_t>(Offset + B.size),
                    true) !=
          Touched.begin() + static_cast<ptrdiff_t>(Offset + B.size))
        T.WrittenBytes += B.size;
    }
    T.NeededBytes += Needed;
    for (const reprise_save &S : List)
      T.SavedBytes += D.offsetsIn(S.range).size();
    if (List.empty())
      return wrong("not valid, but nothing to save", I);
    if (!replay(I, List))
      wrong("saved what was asked for, but run again " + difference(), I);
  }

  /// Tells the window that all is saved that it asks for at the restart point
  /// before the valid one: now that one must be valid, and really be.
  void restartPoint() {
    reprise_restart Said;
    if (reprise_window_restart_point(W, &Said) != REPRISE_OK || !Said.valid)
      return wrong("no restart point", 0);
    for (uint64_t N = reprise_window_begin(W); N < Said.first; ++N)
      if (reprise_restart Lower;
          reprise_window_check(W, N, &Lower) != REPRISE_OK || Lower.valid)
        return wrong("not the lowest restart point", N);
    if (Said.first == reprise_window_begin(W))
      return;
    const uint64_t I =
        reprise_window_begin(W) + R.below(Said.first - reprise_window_begin(W));
    std::vector<reprise_save> List(4096);
    int Bounded = 0;
    size_t Count = 0;
    if (reprise_window_saves(W, I, &Bounded, List.data(), List.size(),
                             &Count) != REPRISE_OK ||
        !Bounded)
      return;
    List.resize(Count);
    for (const reprise_save &S : List)
      if (reprise_window_saved(W, S.before, &S.range, 1) != REPRISE_OK)
        return wrong("saved failed", I);
    if (reprise_window_check(W, I, &Said) != REPRISE_OK || !Said.valid)
      return wrong("not valid with all saved", I);
    // Other places may have become valid as well.
    for (uint64_t N = reprise_window_begin(W); N < Steps.size(); ++N)
      if (reprise_window_check(W, N, &Said) == REPRISE_OK && Said.valid &&
          !replay(N, List))
        wrong("valid with what was saved, but run again " + difference(), N);
  }

  /// Stops somewhere, restores what was saved until then from I on, runs again
  /// from I.
  bool replay(size_t I, const std::vector<reprise_save> &Saves) {
    ++(Saves.empty() ? T.Replays : T.SavedReplays);
    D.restore(Before[I]);
    const size_t Last = I + R.below(Steps.size() - I);
    std::vector<std::pair<size_t, uint8_t>> Kept; // Offsets.
    for (size_t N = I; N <= Last; ++N) {
      const Image Now = Saves.empty() ? Image() : D.image();
      for (const reprise_save &S : Saves)
        if (S.before == N)
          for (size_t Offset : D.offsetsIn(S.range))
            Kept.emplace_back(Offset, Now[Offset]);
      const Schedule Order{R.percent(50) ? Schedule::Kind::Random
                                         : Schedule::Kind::Shuffled,
                           R.next()};
      if (!D.run(Steps[N], N == Last && R.percent(85) ? &R : nullptr, &Order))
        return true; // Another order of threads made it fail: not valid.
    }
    Image Now = D.image();
    for (size_t K = Kept.size(); K-- > 0;) // The last save first.
      Now[Kept[K].first] = Kept[K].second;
    D.restore(Now);
    for (size_t N = I; N < Steps.size(); ++N)
      if (!D.run(Steps[N], nullptr, nullptr))
        return false;
    const Image Left = D.image();
    const auto At = std::mismatch(Left.begin(), Left.end(), Final.begin());
    Differs = static_cast<size_t>(At.first - Left.begin());
    Stopped = Last;
    return Differs == Left.size();
  }
};

} // namespace

void judgeSequence(Device &D, const reprise_db *Db, uint64_t Seed, Totals &T) {
  Judging(D, Db, Seed, T).run();
}

} // namespace reprise::window
