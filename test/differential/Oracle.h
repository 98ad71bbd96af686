//===- Oracle.h - One launch: what is said and what happens ---------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What is wrong, and nothing else is:
//
//   verdict      the run shows
//   idempotent   a byte that some thread may read live-in and some thread
//                writes; or: stopped and run again, the memory differs
//   clobbers     no such byte, repeatable atomics counted
//   any          a clobbered byte that the bounded backup set lacks
//
// A launch that leaves its buffers, or takes too long, decides nothing.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_DIFFERENTIAL_ORACLE_H
#define REPRISE_TEST_DIFFERENTIAL_ORACLE_H

#include "Launches.h"

#include "emulator/Replay.h"
#include "reprise/reprise.h"

#include <memory>
#include <string>

namespace reprise::differential {

/// Memory that buffers lie in, at an address that does not change.
class Window {
public:
  Window();
  ~Window();
  Window(const Window &) = delete;
  Window &operator=(const Window &) = delete;

  uint8_t *data() const { return Data; }
  uint64_t base() const { return reinterpret_cast<uint64_t>(Data); }
  /// Gives all bytes the content with this number, and those of the window at
  /// Far, if not 0, the next one.
  void fill(uint64_t Content, int64_t Far);
  /// Windows of the same content, one for each allocation, far apart.
  static constexpr size_t Rooms = 16;
  uint8_t *room(size_t I) const { return Data + Before + I * RoomBytes; }

private:
  static constexpr size_t RoomBytes = size_t(1) << 32;
  /// Enough for a window at every distance of LaunchSpec::Far.
  static constexpr size_t Before = (size_t(1) << 35) + RoomBytes;
  static constexpr size_t Bytes = 2 * Before + (Rooms + 1) * RoomBytes;
  uint8_t *Data = nullptr;
};

/// What a run showed.
struct Observation {
  bool Decided = false;    ///< False: Fault says why.
  std::string Fault;       ///< Kind.
  bool Clobbers = false;   ///< Some byte is clobbered.
  bool Overwrites = false; ///< The same with repeatable atomics counted.
  std::vector<emulator::Range> Clobbered;
  std::string First; ///< The first clobbered byte, its reader and writer.
  uint64_t Stores = 0, Instructions = 0;
};

enum class Wrong : uint8_t {
  No,
  Idempotent, ///< Said, and a byte is clobbered.
  Clobbers,   ///< Said, and none is.
  Backup,     ///< The backup set lacks a clobbered byte.
  Replay,     ///< Idempotent, but run again the memory differs.
  Error       ///< The C interface refused a launch.
};
const char *nameOf(Wrong W);

/// What the runtime says.
struct Answer {
  reprise_status Status = REPRISE_OK;
  reprise_result Result = {};
  bool Bounded = false;
  std::vector<reprise_range> Backup; ///< Where it was asked for.
};

/// Runs launches of one kernel. Thread safety: none.
class Oracle {
public:
  /// Of launches that run longer, nothing is learnt.
  static constexpr uint64_t MostInstructions = 60000;

  Oracle(Window &W, const Kernel &K, emulator::Program &Program,
         emulator::Kernel &Code, uint64_t Most = MostInstructions);

  /// L for any run, with memory as it is before.
  emulator::Launch begin(const LaunchSpec &L) {
    fill(L);
    return launch(L);
  }
  /// A1 holds for this launch: with each allocation moved far from all others,
  /// no access leaves them. (What threads compute does not depend on where
  /// buffers are.)
  bool staysInAllocations(const LaunchSpec &L);

  Observation observe(const LaunchSpec &L);
  Answer ask(const reprise_kernel *Summary, const LaunchSpec &L,
             bool WithBackup) const;
  /// Compares. Seed draws the cut when Replays.
  Wrong judge(const LaunchSpec &L, const Answer &A, const Observation &O,
              bool Replays, uint64_t Seed);

private:
  /// Gives windows, tables and variable what they hold before L.
  void fill(const LaunchSpec &L);
  std::string nameOfByte(uint64_t Address) const;
  emulator::Launch launch(const LaunchSpec &L) const;
  bool replayDiffers(const LaunchSpec &L, uint64_t Seed);

  Window &W;
  const Kernel &K;
  emulator::Program &Program;
  emulator::Kernel &Code;
  emulator::Symbol Variable; ///< Size 0: none.
  uint64_t Most;
};

} // namespace reprise::differential

#endif // REPRISE_TEST_DIFFERENTIAL_ORACLE_H
