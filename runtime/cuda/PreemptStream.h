//===- PreemptStream.h - A stream whose kernels can be stopped ------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// docs/semantics.md, "Order behind a stopped kernel", has the argument; here is
// the mechanism. On the program's stream lie, beside what the program put
// there,
//
//   mark k   Progress := k                       (when all before it has ended)
//   gate k   mark k, wait Progress >= k, wait Gate >= k
//
//   program's stream   T1 T2 gate1 copy T3 T4 gate2 ...      T: twins
//   replay stream      what left, again; then a host function that opens
//   control stream     writes of the request words
//
// Running: Gate is far above all marks. To stop, Gate becomes Progress, and is
// looked at again until Progress stays; then the stream ends at the first gate
// above it, and only then is asked for. The words Progress, Gate and Left lie
// on the host.
//
// Locks: Queue orders what is put on the stream, and guards the records; it is
// held across calls of the driver. Small guards the state; it is never held
// across one, because the host function takes it. Queue before Small.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_CUDA_PREEMPTSTREAM_H
#define REPRISE_CUDA_PREEMPTSTREAM_H

#include "Control.h"
#include "PreemptDriver.h"
#include "Saved.h"
#include "StopPool.h"
#include "Twins.h"
#include "reprise/reprise_preempt.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <vector>

namespace reprise::cuda {

/// A launch as it was decided.
struct StopLaunch {
  std::shared_ptr<const Twin> Its; ///< Null where the kind is NONE.
  uint32_t Grid[3], Block[3], Shared;
  std::vector<std::byte> Arguments; ///< Up to the Control.
  reprise_stop_kind Kind = REPRISE_STOP_NONE;
  uint64_t MapBytes = 0;          ///< 0: it gets no map.
  std::vector<PackedRows> Backup; ///< Of kind BACKUP.
  uint64_t BackupBytes = 0;
};

/// What became of it.
enum class Launched : uint8_t {
  Twin,    ///< The twin was launched.
  Original ///< It was not: the answer is that of the original.
};

class PreemptStream {
public:
  using Clock = std::chrono::steady_clock;
  /// Operations that may lie behind a closed gate, those of the runtime among
  /// them; a thread that has more waits. A driver's queue takes about a
  /// thousand, and a thread that fills it waits in the driver, with a lock that
  /// a resume needs. One launch may take it above, by 256 copies of its backup.
  static constexpr unsigned MostBehind = 512;
  static constexpr unsigned MostInFlight = 256;

  /// The context of the stream has to be current.
  static reprise_preempt_status make(CUstream Stream, CUcontext Context,
                                     const reprise_preempt_options &Options,
                                     std::shared_ptr<PreemptStream> &Made);
  ~PreemptStream();
  PreemptStream(const PreemptStream &) = delete;
  PreemptStream &operator=(const PreemptStream &) = delete;

  /// Launches the twin or, where that cannot be, \p Original, which calls the
  /// driver; its answer, or the twin's. Waits while too much is under way.
  CUresult launch(const StopLaunch &L,
                  const std::function<CUresult()> &Original, Launched &What);
  /// The driver is about to get an operation for the stream that is no launch
  /// through launch(), or one that waits for it. \p Adds: it is put on the
  /// stream, rather than only looking at it.
  void beforeOperation(bool Adds);
  /// \p Call, which calls the driver, and its answer. Nothing is put on the
  /// stream meanwhile, neither launch nor gate.
  CUresult exclusively(const std::function<CUresult()> &Call);

  reprise_preempt_status preempt();
  reprise_preempt_status wait(uint64_t Nanoseconds,
                              reprise_preempt_report *Report);
  reprise_preempt_status resume();
  reprise_preempt_status information(reprise_preempt_info &Info);

  struct Totals {
    uint64_t Preempted, Resumed, LaunchedAgain;
    bool Runs;
  };
  /// Takes no lock.
  Totals totals() const {
    return {Preempted, Resumed, LaunchedAgain, State == REPRISE_STREAM_RUNNING};
  }

  /// Are twins of this module under way, or stopped?
  bool needs(uint64_t Owner);
  /// Resumes until nothing of the stream is left to be launched again, and all
  /// twins have ended: their modules may go. Where the driver keeps refusing
  /// what a resume needs, the stream is disturbed.
  void settle();
  /// The same, and from then on the stream is one like others. OK: all that the
  /// program launched has been done, in its order; DISTURBED: perhaps not.
  reprise_preempt_status end();
  /// The context is gone, with all that was in it.
  void abandon();

  const CUstream Stream;
  const CUcontext Context;
  /// Of the context; -1: not known.
  CUdevice Device = -1;
  const reprise_preempt_options Options;

private:
  struct Record {
    StopLaunch What;
    uint32_t Slot = 0;   ///< Of Left.
    uint32_t Behind = 0; ///< The mark that shows that it has ended.
    SpreadControl Given; ///< Or the first part of it: ControlBytes.
    StopPool::Place Map, Saved;
    bool Again = false; ///< The replay stream has it.
    bool Owed = false;  ///< It left, and could not be launched again.
  };

  PreemptStream(CUstream TheStream, CUcontext TheContext,
                const reprise_preempt_options &Wanted);
  reprise_preempt_status allocate();
  void release();

  /// Places in the block of host memory and, where they have some, of device
  /// memory, in bytes: a cache line each.
  static constexpr uint32_t ProgressPlace = 0, GatePlace = 64,
                            RequestPlace = 128, ValuesPlace = 192,
                            ReplayPlace = 256, LeftPlace = 320;
  /// Copies of the request, for twins that take a SpreadControl: enough for the
  /// multiprocessors of any device that there is. Those of larger ones share.
  static constexpr uint32_t Copies = 256, CopyBytes = 128 * Copies;
  /// Behind the Left words. On the host there are two patterns for copies, not
  /// asked and asked.
  uint32_t copiesPlace() const {
    return (LeftPlace + 4 * Options.in_flight + 127) / 128 * 128;
  }

  // Words that device and host share.
  std::atomic_ref<uint32_t> word(uint32_t Place) const;
  CUdeviceptr onDevice(uint32_t Place) const;
  uint32_t progress() const;
  /// As the host has it: see fetchLeft().
  std::atomic_ref<uint32_t> left(uint32_t Slot) const;
  /// Has the host see all Left words as they are when \p On gets there.
  bool fetchLeft(CUstream On);
  /// All that was launched again has ended. The host function behind it comes
  /// to the same end, some time later.
  bool replayEnded() const;
  bool markReplay() const;
  void endReplay();
  bool leftIsOnDevice() const { return Options.left == REPRISE_REQUEST_DEVICE; }
  CUdeviceptr leftOnDevice(uint32_t Slot) const;
  CUdeviceptr requestOnDevice(bool Inside) const;
  /// Writes both request words, that for entries first, and in front of them
  /// the copies that twins look at first.
  bool request(StopRequest Entry, StopRequest Inside);
  bool writeCopies(bool Wanted);
  bool writeWords(StopRequest Entry, StopRequest Inside);

  // With Queue held.
  bool mark(bool Gated);
  /// Behind a launch: whether a gate is worth its time there.
  bool gateIsDue();
  /// Microseconds that the stream has for each launch, in the mean.
  double timeOfLaunch() const { return TimeOfEnded / std::max(Ended, 0.01); }
  void retire();
  /// What R's twin is launched with.
  void control(Record &R, bool Inside);
  static const TwinCode &codeOf(const Record &R);
  bool enqueueTwin(const Record &R, CUstream On);
  bool copyBackup(const Record &R, bool Restore, CUstream On);
  bool makeRoom(std::unique_lock<std::mutex> &Guard, const StopLaunch &L,
                Record &R);
  void giveBackNewest(const Record &R);
  CUresult launchOriginal(const std::function<CUresult()> &Original);
  /// Takes Queue for who stops the stream: a mutex alone lets a thread that
  /// launches again and again keep it.
  std::unique_lock<std::mutex> lockFirst();
  /// In front of every other long use of Queue.
  void giveWay() const;
  /// Lets others have the queue for a moment. False: the stream has ended, or
  /// the device reports an error.
  bool pause(std::unique_lock<std::mutex> &Guard, unsigned &Round);
  void waitBehind(std::unique_lock<std::mutex> &Guard);
  bool isQuiet();
  void retireFirst();
  /// Of a stream whose last mark may never come: retires all, if all has ended.
  void retireUnmarked();
  bool settleWith(std::unique_lock<std::mutex> &Guard);
  bool isBehindStop(const Record &R) const;
  reprise_preempt_status replay();
  bool know();
  bool launchAgain(const std::vector<Record *> &These);

  // With Small held.
  void open();
  void close();
  bool drained() const;

  bool failed() const; ///< Does the device report an error?
  void disturb(const char *What);
  reprise_preempt_status waitUntilDrained(uint64_t Nanoseconds);
  static void CUDA_CB replayed(void *Self);

  std::mutex Queue, Small;
  std::atomic<unsigned> Urgent{0}; ///< Threads in lockFirst().
  CUstream ControlStream = nullptr, ReplayStream = nullptr;
  CUevent Written = nullptr;
  CUdeviceptr RequestAt = 0, Maps = 0, Backups = 0;
  std::byte *Host = nullptr;
  CUdeviceptr HostOnDevice = 0;

  // Guarded by Queue.
  StopPool MapPool, BackupPool;
  StopPool MapsBefore, BackupsBefore; ///< The newest got its room.
  std::deque<Record> Records;
  std::vector<uint32_t> FreeSlots;
  struct Gate {
    uint32_t Number;
    uint64_t Put; ///< When it was.
  };
  std::deque<Gate> Gates; ///< Those that Progress has not reached.
  bool Dirty = false;     ///< Twins were launched since the last gate.
  bool EntryOnly = false; ///< Such of kind AT_BLOCKS were.
  bool Broken = false;    ///< A mark could not be made: no more stops.
  bool Dead = false;      ///< Not marked any more.
  unsigned SinceMark = 0, SinceGate = 0;
  /// Calls that put something on the stream; and how many there were up to the
  /// gate that it ends at, where it does not run.
  uint64_t Put = 0, PutAtStop = 0;
  /// What the last launches took, the newest counting most: microseconds, and
  /// how many of them ended in it. A guess at first.
  double TimeOfEnded = 8 * 200, Ended = 8;
  unsigned EndedNow = 0; ///< Since the last launch.
  Clock::time_point LastLaunch = Clock::now();
  bool CopiesSet = false; ///< They may be other than 0.
  /// Left words on the device were fetched since the stream was stopped.
  bool Fetched = false;

  // Guarded by Small; the atomics are also read without.
  bool Gone = false; ///< The words on the host are.
  std::atomic<reprise_stream_state> State{REPRISE_STREAM_RUNNING};
  uint32_t LastMark = 0;
  uint32_t StopAt = 0;   ///< The gate that the stream ends at.
  bool InReplay = false; ///< It was stopped while it resumed.
  uint32_t Replays = 0;  ///< Written behind each on the replay stream.
  std::atomic<bool> ReplayDone{false};
  std::atomic<bool> ReplayOwes{false}; ///< Not all could be launched.
  std::vector<uint32_t> ReplaySlots;
  std::atomic<bool> Disturbed{false};
  Clock::time_point Asked, Free;
  bool FreeSeen = false;

  std::atomic<uint64_t> Preempted{0}, Resumed{0}, LaunchedAgain{0},
      GatesMade{0};
  std::atomic<uint64_t> ByKind[4]{};
};

} // namespace reprise::cuda

#endif // REPRISE_CUDA_PREEMPTSTREAM_H
