//===- Replay.h - Kill a launch, run it again, compare --------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   Replayer R(Program, Kernel, Launch);
//   R.clean({});                          // what the memory should be
//   R.kill({First, Again, Cut}, Orders);  // is it, after a kill?
//
// An observation is one-sided: a difference proves that the launch is not
// idempotent, agreement proves nothing about cuts that were not tried or about
// other contents of memory. Which launches, cuts and orders are tried is up to
// the caller: `reprise verify` (verify/Oracle.h) and the differential test.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_EMULATOR_REPLAY_H
#define REPRISE_TOOLS_EMULATOR_REPLAY_H

#include "Emulator.h"

namespace reprise::emulator {

/// The first byte for which two runs differ.
struct Difference {
  uint64_t Address = 0;
  uint8_t Clean = 0, Other = 0;
};

/// All bytes that a launch can change: its allocations and the program's
/// variables.
class Snapshot {
public:
  Snapshot(const Program &P, const Launch &L);
  void restore() const;
  /// Where memory is not as it was: the lowest byte.
  std::optional<Difference> compare() const;

private:
  struct Part {
    uint64_t Address;
    std::vector<uint8_t> Bytes;
  };
  std::vector<Part> Parts; ///< By address.
};

/// "in shuffled order 7"
std::string str(const Schedule &S);

/// A run that is stopped, and the run that follows on the memory that it left.
struct Replay {
  Schedule First, Again;
  Cut Stop; ///< None: it ran to its end.
  /// "run in order, stopped after store 3, run again in random order 7"
  std::string str() const;
};

/// What became of a replay.
struct Outcome {
  enum class Kind : uint8_t {
    Same,    ///< The memory is that of the clean run.
    Differs, ///< It is not, or the re-run failed, and no order explains it.
    Race,    ///< A clean run differs as well: the replay tells nothing.
    Faulted  ///< A run on the first memory failed: the launch is not valid.
  };
  Kind K = Kind::Same;
  std::optional<Difference> At; ///< Where; empty when a run failed.
  Fault Problem;                ///< Of Faulted, and of a re-run that failed.
};

/// Runs one launch again and again, always from the same memory.
/// Thread safety: as for Kernel::run.
class Replayer {
public:
  /// Keeps the content of all memory. L's trace, schedule and cut are not used;
  /// its instruction limit holds for each run.
  Replayer(Program &P, Kernel &K, Launch L);
  /// Gives memory its content back.
  ~Replayer();
  Replayer(const Replayer &) = delete;
  Replayer &operator=(const Replayer &) = delete;

  /// One run to the end. The memory that the first one leaves is what others
  /// are compared with.
  Result clean(const Schedule &Order, TraceLevel Trace = TraceLevel::None);
  /// Where the memory of the last run differs from the first clean run's.
  std::optional<Difference> difference() const { return Final->compare(); }

  /// Stops a run and runs again. A difference counts only when clean runs have
  /// none: one in the order of the re-run, and one in each of Confirm. A clean
  /// run has to come first.
  Outcome kill(const Replay &Try, llvm::ArrayRef<Schedule> Confirm);

  /// Instructions of all runs so far.
  uint64_t instructions() const { return Instructions; }

private:
  Result run(const Schedule &Order, const Cut &Stop, TraceLevel Trace);

  Kernel &K;
  Program &P;
  Launch L;
  Snapshot Initial;
  std::optional<Snapshot> Final;
  uint64_t Instructions = 0;
};

} // namespace reprise::emulator

#endif // REPRISE_TOOLS_EMULATOR_REPLAY_H
