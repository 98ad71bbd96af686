//===- Thread.cpp - What each thread of the program has -----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Thread.h"
#include "Frame.h"

#include <new>
#include <pthread.h>
#include <sys/mman.h>

namespace reprise::cuda {

namespace {

std::atomic<Thread *> Head{nullptr};

// Initial-exec: no call and no allocation to reach it.
__attribute__((tls_model("initial-exec"))) thread_local Thread *Current;

pthread_key_t EndKey;
pthread_once_t EndKeyOnce = PTHREAD_ONCE_INIT;

void giveBack(void *Given) {
  auto *T = static_cast<Thread *>(Given);
  Current = nullptr;
  T->Pinned.store(0, std::memory_order_release);
  T->Depth = 0;
  T->Taken.store(false, std::memory_order_release);
}

void makeEndKey() { pthread_key_create(&EndKey, giveBack); }

Thread *makeThread() noexcept {
  void *Room =
      mmap(nullptr, LargeScratch + ArgumentRoom, PROT_READ | PROT_WRITE,
           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (Room == MAP_FAILED)
    return nullptr;
  auto *T = new (std::nothrow) Thread;
  if (!T) {
    munmap(Room, LargeScratch + ArgumentRoom);
    return nullptr;
  }
  T->Scratch = static_cast<std::byte *>(Room);
  T->Arguments = T->Scratch + LargeScratch;
  T->Taken.store(true, std::memory_order_relaxed);
  T->Next = Head.load(std::memory_order_relaxed);
  while (!Head.compare_exchange_weak(T->Next, T, std::memory_order_acq_rel))
    ;
  return T;
}

Thread *takeThread() noexcept {
  for (Thread *T = Head.load(std::memory_order_acquire); T; T = T->Next) {
    bool Expected = false;
    if (!T->Taken.load(std::memory_order_relaxed) &&
        T->Taken.compare_exchange_strong(Expected, true,
                                         std::memory_order_acq_rel))
      return T;
  }
  return makeThread();
}

} // namespace

Thread *currentThread() noexcept {
  if (Current)
    return Current;
  pthread_once(&EndKeyOnce, makeEndKey);
  Thread *T = takeThread();
  if (!T)
    return nullptr;
  if (pthread_setspecific(EndKey, T) != 0) {
    T->Taken.store(false, std::memory_order_release);
    return nullptr;
  }
  return Current = T;
}

Thread *firstThread() noexcept { return Head.load(std::memory_order_acquire); }

void forgetThreads() noexcept {
  for (Thread *T = Head.load(std::memory_order_acquire); T; T = T->Next) {
    T->Counts.clear();
    T->Described = T->Watched.load(std::memory_order_relaxed);
    if (T == Current)
      continue;
    T->Pinned.store(0, std::memory_order_release);
    T->Depth = 0;
    T->Taken.store(false, std::memory_order_release);
  }
}

} // namespace reprise::cuda
