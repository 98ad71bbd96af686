//===- Fibers.cpp - Stacks that threads of a grid run on ------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Fibers.h"
#include "Runtime.h"

#include "llvm/Support/Compiler.h"

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

// The address sanitizer must know which stack is in use.
#if LLVM_ADDRESS_SANITIZER_BUILD
void startSwitch(void **Save, const void *Bottom, size_t Size) {
  __sanitizer_start_switch_fiber(Save, Bottom, Size);
}
void finishSwitch(void *Saved) {
  __sanitizer_finish_switch_fiber(Saved, nullptr, nullptr);
}
std::pair<void *, size_t> threadStack() {
  pthread_attr_t Attributes;
  void *Bottom = nullptr;
  size_t Size = 0;
  pthread_getattr_np(pthread_self(), &Attributes);
  pthread_attr_getstack(&Attributes, &Bottom, &Size);
  pthread_attr_destroy(&Attributes);
  return {Bottom, Size};
}
#else
void startSwitch(void **, const void *, size_t) {}
void finishSwitch(void *) {}
std::pair<void *, size_t> threadStack() { return {nullptr, 0}; }
#endif

} // namespace

Worker::Worker(void *Memory, size_t Size, std::function<void(Worker &)> What)
    : Low(reinterpret_cast<uint64_t>(Memory)), Body(std::move(What)),
      Bytes(Size) {
  context::stack_context Stack;
  Stack.size = Size;
  Stack.sp = static_cast<char *>(Memory) + Size;
  context::preallocated Where(Stack.sp, Size, Stack);
  Own = context::fiber(std::allocator_arg, Where, PoolStack(),
                       [this](context::fiber &&From) {
                         finishSwitch(nullptr);
                         Back = std::move(From);
                         loop();
                         auto [Bottom, Length] = threadStack();
                         startSwitch(nullptr, Bottom, Length);
                         return std::move(Back);
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
    if (!Idle) {
      Idle = true;
      suspend();
      continue;
    }
    Idle = false;
    Body(*this);
  }
}

void Worker::resume() {
  void *Saved = nullptr;
  startSwitch(&Saved, atAddress<void>(Low), Bytes);
  Own = std::move(Own).resume();
  finishSwitch(Saved);
}

void Worker::suspend() {
  auto [Bottom, Length] = threadStack();
  startSwitch(&FakeStack, Bottom, Length);
  Back = std::move(Back).resume();
  finishSwitch(FakeStack);
  if (Abandoned) {
    Abandoned = false;
    leave();
  }
}

void Worker::leave() { longjmp(Start, 1); }

void Worker::abandon() {
  Abandoned = true;
  resume();
}

WorkerPool::WorkerPool(size_t Stack, std::function<void(Worker &)> What)
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

Worker *WorkerPool::take() {
  if (!Free.empty()) {
    Worker *W = Free.back();
    Free.pop_back();
    return W;
  }
  if (!Begin || Next + Page + StackBytes > End)
    return nullptr;
  void *Low = atAddress<void>(Next + Page);
  if (mprotect(Low, StackBytes, PROT_READ | PROT_WRITE) != 0)
    return nullptr;
  Next += Page + StackBytes;
  // Else the frames that threads wait in all compete for one place in caches.
  size_t Colour = All.size() * 320 % Page / 64 * 64;
  All.push_back(std::make_unique<Worker>(Low, StackBytes - Colour, Body));
  return All.back().get();
}

bool WorkerPool::contains(uint64_t Address) const {
  return Address >= Begin && Address < Next;
}

} // namespace reprise::emulator
