//===- Stops.h - Stop a twin, resume it, compare --------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One launch of a twin, from the same memory again and again:
//
//   1. It runs in a random order. Before some load of the request, the host
//      asks it to leave; or the run is cut off at any moment, as by a device
//      that is reset.
//   2. It runs again in another order with the same map of blocks, perhaps to
//      be stopped again, until no thread has left.
//   3. Memory is that of a run of the original.
//
// Any difference, fault, hang, or read of shared memory that nobody wrote is a
// failure, unless runs of the original differ as well.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_CHECKPOINTS_STOPS_H
#define REPRISE_TEST_CHECKPOINTS_STOPS_H

#include "Control.h"
#include "emulator/Replay.h"

#include "llvm/ADT/ArrayRef.h"

#include <array>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace reprise::checkpoints {

struct StopCounts {
  uint64_t Stops = 0;    ///< Threads left because they were asked.
  uint64_t Inside = 0;   ///< Of those, asked at checkpoints too.
  uint64_t Cuts = 0;     ///< Cut off.
  uint64_t Resumes = 0;  ///< Runs after a stop.
  uint64_t Races = 0;    ///< Ended in other memory, as the original may.
  uint64_t Restores = 0; ///< Of the backup set.
};

/// Instructions of runs that nobody stops: of the original, of the twin
/// without a map that knows none, of the twin without and with one.
struct Costs {
  uint64_t Original = 0, Mapless = 0, Twin = 0, Mapped = 0;
};

/// What is launched with a map or without one, and only without one.
struct TwinCode {
  emulator::Kernel &Any, &Mapless;
};

class Stopper {
public:
  /// L is a launch of Original. Idempotent launches are stopped anywhere, and
  /// others at entry; where they have a backup set, also anywhere, and it is
  /// put back before they are resumed. Keeps the content of memory, and puts it
  /// back when it goes.
  Stopper(emulator::Program &P, emulator::Kernel &Original, TwinCode Twins,
          uint32_t ControlOffset, const emulator::Launch &L, bool Idempotent,
          std::optional<std::vector<emulator::Range>> Backup = std::nullopt);
  ~Stopper();
  Stopper(const Stopper &) = delete;
  Stopper &operator=(const Stopper &) = delete;

  /// The first failure, as a sentence; it is found by later calls no more.
  using Failure = std::optional<std::string>;

  /// Runs that nobody stops. Has to come first.
  Failure clean(Costs &Cost);
  Failure stop(std::mt19937_64 &Random, StopCounts &Counts);
  /// The original leaves what the order of threads decides.
  bool races() const { return Race; }

private:
  /// Which twin runs, and with a map or without.
  enum class Way : uint8_t { Mapless, Plain, Mapped };
  emulator::Result original(const emulator::Schedule &Order);
  emulator::Result twin(const emulator::Schedule &Order);
  emulator::Schedule order(std::mt19937_64 &Random) const;
  void begin(Way Which);
  Failure judge(const emulator::Result &R, const std::string &How) const;
  bool originalMay(const std::function<bool(const emulator::Result &)> &Is,
                   llvm::ArrayRef<emulator::Schedule> Orders);
  bool endsOtherwise(llvm::ArrayRef<emulator::Schedule> Orders);
  void save();
  void putBack() const;

  emulator::Program &P;
  emulator::Kernel &Original;
  TwinCode Twins;
  Way Now = Way::Mapless;
  emulator::Launch First, Second; ///< Of the original and of the twin.
  bool Idempotent;
  std::optional<std::vector<emulator::Range>> Backup;
  std::vector<std::vector<uint8_t>> Saved; ///< Of Backup.
  Control *Block;                          ///< In Second's arguments.
  std::vector<uint32_t> Request, Done, Left;
  emulator::Snapshot Initial;
  std::optional<emulator::Snapshot> Final;
  std::array<uint64_t, 3> Loads = {}; ///< Of the request, by Way.
  uint64_t Accesses = 0, Stores = 0, Barriers = 0;
  bool ReadsUninitialised = false;
  bool Race = false;
  bool Fails = false; ///< The original, in some order of threads.
};

} // namespace reprise::checkpoints

#endif // REPRISE_TEST_CHECKPOINTS_STOPS_H
