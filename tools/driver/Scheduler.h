//===- Scheduler.h - Work of the device, in order and at the same time ----===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A task starts when those that it was put behind are done. Three threads take
// tasks that are ready, oldest first, one for each kind of work, as a device
// has engines for them: a copy on one stream goes on while a kernel on another
// one runs, perhaps waiting for what the copy brings. Kernels run one at a
// time. A fourth thread looks again and again whether what streams wait for in
// memory has come, and holds nobody else up.
//
//   stream A   kernel ──► copy ──► marker        marker: an event, or a place
//   stream B   copy ─────────────► kernel        where streams meet; no thread
//   stream C   wait ─────────────► kernel        wait: for a value in memory
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_DRIVER_SCHEDULER_H
#define REPRISE_TOOLS_DRIVER_SCHEDULER_H

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace reprise::driver {

enum class Engine : uint8_t { Compute, Copy, Host, Wait, None };
inline constexpr size_t EngineCount = 4; ///< With threads.

class Task;
using TaskRef = std::shared_ptr<Task>;

/// Thread safety: all functions may be called from any thread, tasks included,
/// but a task that waits for one of its own engine waits for ever.
class Scheduler {
public:
  using Clock = std::chrono::steady_clock;

  Scheduler() = default;
  Scheduler(const Scheduler &) = delete;
  Scheduler &operator=(const Scheduler &) = delete;

  /// Runs Work on On, or on no thread at all (None; Work may then be empty and
  /// must be short), when all of After are done. Null tasks are done.
  TaskRef add(Engine On, std::function<void()> Work,
              const std::vector<TaskRef> &After);
  /// A task that is done when all of After are and then Come says so, which is
  /// asked again and again and must be short.
  TaskRef addWait(std::function<bool()> Come,
                  const std::vector<TaskRef> &After);
  bool done(const TaskRef &T) const;
  void wait(const TaskRef &T) const;
  /// When T was done; the epoch before that.
  Clock::time_point finished(const TaskRef &T) const;

  /// Starts nothing any more, and waits up to Most for what runs. From then on
  /// wait() does not wait.
  void shutDown(Clock::duration Most);

private:
  TaskRef add(const TaskRef &T, const std::vector<TaskRef> &After);
  void work(Engine On);
  void look();
  void finish(std::unique_lock<std::mutex> &Guard, const TaskRef &T);
  void enqueue(std::unique_lock<std::mutex> &Guard, const TaskRef &T);

  mutable std::mutex Lock;
  mutable std::condition_variable Changed; ///< A task is done.
  std::array<std::condition_variable, EngineCount> Wake;
  std::array<std::deque<TaskRef>, EngineCount> Ready;
  std::array<bool, EngineCount> Started{}, Busy{};
  bool Ending = false;
};

} // namespace reprise::driver

#endif // REPRISE_TOOLS_DRIVER_SCHEDULER_H
