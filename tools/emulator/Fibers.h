//===- Fibers.h - Stacks that threads of a grid run on --------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A worker is a stack on which threads of the grid run, one after the other. A
// thread that waits keeps its worker; one that ends leaves it to the next.
//
//     | guard | stack of worker 0 | guard | stack of worker 1 | ...
//
// The stacks lie below 4 GiB, where PTX's 32-bit local addresses reach them.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_EMULATOR_FIBERS_H
#define REPRISE_TOOLS_EMULATOR_FIBERS_H

#include "llvm/Support/Compiler.h"

#include <boost/context/fiber.hpp>

#include <csetjmp>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace reprise::emulator {

class WorkerPool;

class Worker {
public:
  Worker(void *Low, size_t Bytes, WorkerPool &Pool);
  ~Worker();
  Worker(const Worker &) = delete;
  Worker &operator=(const Worker &) = delete;

  /// From the scheduler: runs this worker and those that it hands over to,
  /// until one of them suspends.
  void resume();
  /// From inside: on to Next, or to the scheduler when it is null. Returns when
  /// somebody comes back to this worker, or never when that is abandon().
  /// Defined below: after a switch the processor mispredicts every return, so
  /// there had better be few functions to return from.
  inline void handOver(Worker *Next);
  /// From inside: ends what the worker does at once, without unwinding. The
  /// pool's body begins anew.
  [[noreturn]] void leave();
  /// From the scheduler: as if a suspended worker called leave().
  void abandon();

  /// True while no thread of the grid is on it.
  bool idle() const { return Idle; }
  uint64_t low() const { return Low; }

private:
  void loop();
  void leaving(const Worker *Next);
  void arrived();

  uint64_t Low;
  size_t Bytes;
  WorkerPool &Pool;
  boost::context::fiber Own; ///< Where it goes on.
  jmp_buf Start;
  bool Idle = true, Abandoned = false, Closing = false;
  [[maybe_unused]] void *FakeStack = nullptr; ///< For the sanitizer.
};

/// Makes workers and keeps their stacks.
/// Thread safety: all calls come from one thread of the operating system.
class WorkerPool {
public:
  /// StackBytes is rounded up to pages. Body runs each time that an idle worker
  /// is resumed, and again when it called leave(); it returns the worker that
  /// goes on when it is done, or null for the scheduler.
  WorkerPool(size_t StackBytes, std::function<Worker *(Worker &)> Body);
  ~WorkerPool();

  /// An idle worker, which has to be resumed or handed over to; null when
  /// memory is exhausted. Workers come back by themselves when they are done.
  Worker *take();
  /// True when take() has nothing to make.
  bool hasSpare() const { return !Free.empty(); }
  /// From the scheduler: sees to it that there is a spare worker, if there can
  /// be. (To the sanitizer a worker belongs to the stack that it is made on.)
  void makeSpare();

  /// True when Address lies on one of the stacks.
  bool contains(uint64_t Address) const;
  uint64_t begin() const { return Begin; }
  uint64_t end() const { return End; }

private:
  friend class Worker;
  bool grow();

  size_t StackBytes;
  std::function<Worker *(Worker &)> Body;
  uint64_t Begin = 0, End = 0, Next = 0;
  std::vector<std::unique_ptr<Worker>> All;
  std::vector<Worker *> Free;
  boost::context::fiber Scheduler;
  /// Where to keep the continuation of who switches: its own place.
  boost::context::fiber *Departing = nullptr;
};

inline void Worker::handOver(Worker *Next) {
  {
    boost::context::fiber &To = Next ? Next->Own : Pool.Scheduler;
    Pool.Departing = &Own;
    leaving(Next);
    boost::context::fiber From = std::move(To).resume();
    arrived();
    *Pool.Departing = std::move(From);
  } // leave() passes by destructors.
  if (Abandoned) {
    Abandoned = false;
    leave();
  }
}

// The address sanitizer must know which stack is in use.
#if !LLVM_ADDRESS_SANITIZER_BUILD
inline void Worker::leaving(const Worker *) {}
inline void Worker::arrived() {}
#endif

} // namespace reprise::emulator

#endif // REPRISE_TOOLS_EMULATOR_FIBERS_H
