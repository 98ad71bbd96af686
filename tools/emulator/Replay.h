//===- Replay.h - Kill a launch, run it again, compare --------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   clean runs    under several schedules; do they agree?
//   killed runs   stopped at a consistent cut, then run again from the start on
//                 the memory as it was left; does the result agree?
//
// An observation is one-sided: a difference proves that the launch is not
// idempotent, agreement proves nothing about cuts that were not tried or about
// other contents of memory. Whether a byte is clobbered says the trace.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_EMULATOR_REPLAY_H
#define REPRISE_TOOLS_EMULATOR_REPLAY_H

#include "Emulator.h"

namespace reprise::emulator {

enum class Observation : uint8_t {
  Idempotent,    ///< All replays agree with all clean runs.
  NotIdempotent, ///< A replay differs although all clean runs agree.
  RaceDependent, ///< Clean runs differ: replays cannot be judged by them.
  Faulty         ///< A clean run does not finish.
};
/// "idempotent-observed", "non-idempotent", "race-dependent", "faulty".
llvm::StringRef nameOf(Observation O);

struct ReplayOptions {
  uint64_t Seed = 1; ///< Same seed, same cuts and schedules.
  unsigned CleanRuns = 4;
  /// Cuts of each kind: before a random access, after a store, after a barrier
  /// and between blocks. Where there are fewer places, each is taken.
  unsigned Cuts = 8;
};

/// The first byte for which two runs differ.
struct Difference {
  uint64_t Address = 0;
  uint8_t Clean = 0, Other = 0;
};

struct ReplayResult {
  Observation Seen = Observation::Idempotent;
  unsigned CleanRuns = 0, Replays = 0; ///< That were made.
  std::optional<Difference> First;
  Cut Killed;     ///< Where the run was stopped that led to First.
  Schedule Order; ///< In which that run went, or the clean run that differs.
  Fault Problem;  ///< Of a clean run, or of a replay.
  Trace Traced;   ///< Of a clean run; its First names reader and writer.
  std::string str() const; ///< One line for people.
};

/// Runs L as often as needed; its Trace, Order and Stop are not used. Memory
/// and the program's variables are in the end what they were.
/// Thread safety: as for Kernel::run.
ReplayResult replay(Program &P, Kernel &K, const Launch &L,
                    const ReplayOptions &Options = {});

} // namespace reprise::emulator

#endif // REPRISE_TOOLS_EMULATOR_REPLAY_H
