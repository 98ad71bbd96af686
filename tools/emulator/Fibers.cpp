//===- Fibers.cpp - Stacks that threads of a grid run on ------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Fibers.h"
#include "Runtime.h"

#include <sys/mman.h>

#if LLVM_ADDRESS_SANITIZER_BUILD
#include <pthread.h>
#include <sanitizer/common_interface_defs.h>
#endif

namespace reprise::emulator {

namespace {

namespace context = boost::context;

constexpr size_t Page = 4096;
/// All stacks together; more threads than fit cannot be suspended at once.
constexpr size_t PoolBytes = size_t(320) << 20;

/// The stack is the pool's; nothing to free.
struct PoolStack {
  context::stack_context allocate() { return {}; }
  void deallocate(context::stack_context &) noexcept {}
};

} // namespace

#if LLVM_ADDRESS_SANITIZER_BUILD
static void startSwitch(void **Save, uint64_t Bottom, size_t Size) {
  __sanitizer_start_switch_fiber(Save, atAddress<void>(Bottom), Size);
}
static void finishSwitch(void *Saved) {
  __sanitizer_finish_switch_fiber(Saved, nullptr, nullptr);
}
/// The stack of the operating system's thread.
static std::pair<uint64_t, size_t> threadStack() {
  pthread_attr_t Attributes;
  void *Bottom = nullptr;
  size_t Size = 0;
  pthread_getattr_np(pthread_self(), &Attributes);
  pthread_attr_getstack(&Attributes, &Bottom, &Size);
  pthread_attr_destroy(&Attributes);
  return {reinterpret_cast<uint64_t>(Bottom), Size};
}
/// To that stack. Nothing here may have its address taken: where it would lie
/// is gone when Save is null.
static void startSwitchBack(void **Save) {
  auto [Bottom, Size] = threadStack();
  startSwitch(Save, Bottom, Size);
}
void Worker::leaving(const Worker *Next) {
  if (Next)
    startSwitch(&FakeStack, Next->Low, Next->Bytes);
  else
    startSwitchBack(&FakeStack);
}
void Worker::arrived() { finishSwitch(FakeStack); }
#else
static void startSwitch(void **, uint64_t, size_t) {}
static void finishSwitch(void *) {}
static void startSwitchBack(void **) {}
#endif

Worker::Worker(void *Memory, size_t Size, WorkerPool &Of)
    : Low(reinterpret_cast<uint64_t>(Memory)), Bytes(Size), Pool(Of) {
  context::stack_context Stack;
  Stack.size = Size;
  Stack.sp = static_cast<char *>(Memory) + Size;
  context::preallocated Where(Stack.sp, Size, Stack);
  Own = context::fiber(std::allocator_arg, Where, PoolStack(),
                       [this](context::fiber &&From) {
                         finishSwitch(nullptr);
                         *Pool.Departing = std::move(From);
                         loop();
                         startSwitchBack(nullptr);
                         return std::move(Pool.Scheduler);
                       });
}

Worker::~Worker() {
  Closing = true;
  if (!Idle)
    abandon();
  if (Own)
    resume();
}

void Worker::loop() {
  // Comes back here from leave().
  (void)setjmp(Start);
  while (!Closing) {
    Idle = false;
    Worker *Next = Pool.Body(*this);
    Idle = true;
    Pool.Free.push_back(this);
    handOver(Next);
  }
}

void Worker::resume() {
  void *Saved = nullptr;
  Pool.Departing = &Pool.Scheduler;
  startSwitch(&Saved, Low, Bytes);
  context::fiber From = std::move(Own).resume();
  finishSwitch(Saved);
  // Empty when the worker ended for good.
  if (From)
    *Pool.Departing = std::move(From);
}

void Worker::leave() { longjmp(Start, 1); }

void Worker::abandon() {
  Abandoned = true;
  resume();
}

WorkerPool::WorkerPool(size_t Stack, std::function<Worker *(Worker &)> What)
    : StackBytes((Stack + 2 * Page - 1) / Page * Page), Body(std::move(What)) {
  constexpr int Flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
  void *Memory = mmap(nullptr, PoolBytes, PROT_NONE, Flags | MAP_32BIT, -1, 0);
  if (Memory == MAP_FAILED) // Low addresses are few and seldom needed.
    Memory = mmap(nullptr, PoolBytes, PROT_NONE, Flags, -1, 0);
  if (Memory == MAP_FAILED)
    return;
  Begin = Next = reinterpret_cast<uint64_t>(Memory);
  End = Begin + PoolBytes;
}

WorkerPool::~WorkerPool() {
  All.clear();
  if (Begin)
    munmap(atAddress<void>(Begin), PoolBytes);
}

/// Makes one more worker.
bool WorkerPool::grow() {
  if (!Begin || Next + Page + StackBytes > End)
    return false;
  void *Low = atAddress<void>(Next + Page);
  if (mprotect(Low, StackBytes, PROT_READ | PROT_WRITE) != 0)
    return false;
  Next += Page + StackBytes;
  // Else the frames that threads wait in all compete for one place in caches.
  size_t Colour = All.size() * 320 % Page / 64 * 64;
  All.push_back(std::make_unique<Worker>(Low, StackBytes - Colour, *this));
  Free.push_back(All.back().get());
  return true;
}

Worker *WorkerPool::take() {
  if (Free.empty() && !grow())
    return nullptr;
  Worker *W = Free.back();
  Free.pop_back();
  return W;
}

void WorkerPool::makeSpare() {
  if (Free.empty())
    grow();
}

bool WorkerPool::contains(uint64_t Address) const {
  return Address >= Begin && Address < Next;
}

} // namespace reprise::emulator
