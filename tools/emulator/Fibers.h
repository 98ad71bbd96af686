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

#include <boost/context/fiber.hpp>

#include <csetjmp>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace reprise::emulator {

class Worker {
public:
  /// Body runs each time that the worker is resumed while idle.
  Worker(void *Low, size_t Bytes, std::function<void(Worker &)> Body);
  ~Worker();
  Worker(const Worker &) = delete;
  Worker &operator=(const Worker &) = delete;

  /// From outside: runs until the body ends or suspends.
  void resume();
  /// From inside: back to who resumed. Returns at the next resume, or never
  /// when that is abandon().
  void suspend();
  /// From inside: ends the body at once, without unwinding.
  [[noreturn]] void leave();
  /// From outside: ends a suspended body.
  void abandon();

  bool idle() const { return Idle; }
  uint64_t low() const { return Low; }

private:
  void loop();

  uint64_t Low;
  std::function<void(Worker &)> Body;
  boost::context::fiber Own, Back;
  jmp_buf Start;
  bool Idle = true, Abandoned = false, Closing = false;
  void *FakeStack = nullptr;
  size_t Bytes;
};

/// Makes workers and keeps their stacks.
class WorkerPool {
public:
  /// StackBytes is rounded up to pages.
  WorkerPool(size_t StackBytes, std::function<void(Worker &)> Body);
  ~WorkerPool();

  /// An idle worker; null when memory is exhausted.
  Worker *take();
  void give(Worker *W) { Free.push_back(W); }

  /// True when Address lies on one of the stacks.
  bool contains(uint64_t Address) const;
  uint64_t begin() const { return Begin; }
  uint64_t end() const { return End; }

private:
  size_t StackBytes;
  std::function<void(Worker &)> Body;
  uint64_t Begin = 0, End = 0, Next = 0;
  std::vector<std::unique_ptr<Worker>> All;
  std::vector<Worker *> Free;
};

} // namespace reprise::emulator

#endif // REPRISE_TOOLS_EMULATOR_FIBERS_H
