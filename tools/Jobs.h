//===- Jobs.h - Work on several threads -----------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   start(job 1) ──► Begin ──► piece 1 ─┐
//                          └─► piece 2 ─┴─► End
//   start(job 2) ──► Begin ──► ...
//
// At most as many jobs as there are threads are between Begin and End: what a
// job holds in memory is there once for each thread and no more. start() waits
// until there is room. As each unfinished job has something to run, no thread
// is idle while there is work.
//
// Jobs write their results to places of their own; which of them runs first is
// never visible.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_JOBS_H
#define REPRISE_TOOLS_JOBS_H

#include "llvm/Support/ThreadPool.h"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace reprise {

/// One unit, such as an image.
struct Job {
  using Work = std::function<void()>;
  /// Runs first; what it gives may run at the same time, in any order.
  std::function<std::vector<Work>()> Begin;
  Work End; ///< Runs last. May be empty.
};

/// Runs jobs on a fixed number of threads. With one thread nothing is ever
/// concurrent: start() runs the job and returns.
/// Thread safety: start and wait are for the thread that made the object.
class Jobs {
public:
  /// 0: as many threads as the machine runs at once.
  explicit Jobs(unsigned Threads);
  ~Jobs(); ///< Waits for all jobs.
  Jobs(const Jobs &) = delete;
  Jobs &operator=(const Jobs &) = delete;

  void start(Job J);
  /// Until all jobs are done.
  void wait();

  unsigned threads() const { return Threads; }

  /// Units that were announced and that are done, for people. Any thread.
  std::atomic<size_t> Total{0}, Done{0};

private:
  struct Running;
  void finish(Running &R);

  unsigned Threads;
  std::mutex Lock;
  std::condition_variable Room;
  size_t InFlight = 0;
  std::unique_ptr<llvm::ThreadPoolInterface> Pool; ///< Absent for one thread.
};

} // namespace reprise

#endif // REPRISE_TOOLS_JOBS_H
