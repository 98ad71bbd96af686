//===- Oracle.h - Is this launch idempotent? Run it and see ---------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   1. clean runs under several schedules, traced: which bytes are clobbered,
//      and do the runs end with the same memory?
//   2. runs that are stopped at a cut and then run again from the start: is
//      the memory that of a clean run? Cuts are the end, and then before
//      accesses, after stores, after barriers and between blocks, in equal
//      parts; where a kind has few places, each is taken.
//
// Direction: what it saw is a fact; that it saw nothing is none. An answer
// `idempotent` holds for the runs that were tried, with the data that the
// buffers had. So it can refute a verdict idempotent and never prove one.
//
// Example: `a[i] += 1` clobbers, and stopped after its first store a second
// run adds 1 to some elements twice: non-idempotent. `a[i] += 0` clobbers as
// well, but no memory differs: clobbers.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_VERIFY_ORACLE_H
#define REPRISE_TOOLS_VERIFY_ORACLE_H

#include "emulator/Replay.h"

namespace reprise {

struct OracleOptions {
  unsigned Schedules = 4; ///< Clean runs; at least 1.
  unsigned Cuts = 24;     ///< Runs that are stopped; 0: only traces.
  uint64_t Seed = 1;      ///< Equal seeds give equal answers.
  /// Instructions of one run.
  uint64_t InstructionLimit = uint64_t(1) << 30;
};

enum class Answer : uint8_t {
  Idempotent,    ///< No clobber, and re-runs gave the memory of clean runs.
  Clobbers,      ///< A byte was read live-in and written; no memory differed.
  NonIdempotent, ///< A re-run left memory that no clean run leaves.
  RaceDependent, ///< Clean runs differ, so re-runs prove nothing.
  Faulted,       ///< Out of bounds, a trap, ...: the launch is not valid.
  NotExecuted    ///< Nothing is known; Reason says why.
};
/// "idempotent", "non-idempotent", ...
const char *nameOf(Answer A);

struct Observation {
  Answer A = Answer::NotExecuted;
  std::string Reason;      ///< Of NotExecuted.
  emulator::Fault Problem; ///< Of Faulted.
  unsigned CleanRuns = 0, Replays = 0;
  uint64_t Instructions = 0; ///< Of all runs.
  /// Facts that hold beside the answer, RaceDependent included.
  uint64_t ClobberedBytes = 0;
  std::optional<emulator::Clobber> First; ///< The lowest clobbered byte.
  /// A re-run whose memory differs at DiffersAt, or that ended in Problem.
  std::optional<emulator::Replay> Wrong;
  uint64_t DiffersAt = 0;
  std::optional<uint64_t> RaceAt; ///< Where two clean runs differ.
  /// A read of shared memory that nobody wrote.
  std::string Uninitialised;

  /// True when some byte was clobbered or some re-run was wrong.
  bool isRefuted() const { return First || Wrong; }
};

/// Runs K of P, with what L's allocations and P's variables hold now and hold
/// again afterwards. L's trace, schedule and cut are not used.
/// Thread safety: one call at a time for each program.
Observation observe(emulator::Program &P, emulator::Kernel &K,
                    emulator::Launch L, const OracleOptions &Options = {});

} // namespace reprise

#endif // REPRISE_TOOLS_VERIFY_ORACLE_H
