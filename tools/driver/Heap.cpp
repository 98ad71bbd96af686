//===- Heap.cpp - The device's memory -------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Heap.h"

#include <algorithm>
#include <iterator>
#include <sys/mman.h>

namespace reprise::driver {

static constexpr uint64_t Page = 4096;
/// Protection changes in steps of this, so that few of them are needed.
static constexpr uint64_t Step = uint64_t(2) << 20;

static uint64_t alignUp(uint64_t Value, uint64_t To) {
  return (Value + To - 1) / To * To;
}

static void *pointer(uint64_t Address) {
  return reinterpret_cast<void *>(Address); // NOLINT(performance-no-int-to-ptr)
}

Heap::Heap(uint64_t Bytes) {
  Bytes = alignUp(Bytes, Step);
  void *P = mmap(nullptr, Bytes, PROT_NONE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (P == MAP_FAILED)
    return;
  Base = Top = reinterpret_cast<uint64_t>(P);
  Capacity = Bytes;
  // Where a child process is made, it has no device.
  madvise(P, Bytes, MADV_DONTFORK);
}

uint64_t Heap::used() const {
  std::lock_guard Guard(Lock);
  return Used;
}

uint64_t Heap::take(uint64_t Bytes, uint64_t Alignment) {
  if (!Bytes || Bytes > Capacity)
    return 0;
  Bytes = alignUp(Bytes, Granule);
  Alignment = std::max(Alignment, Granule);
  std::lock_guard Guard(Lock);
  for (auto It = Free.begin(); It != Free.end(); ++It) {
    auto [Begin, End] = *It;
    uint64_t At = alignUp(Begin, Alignment);
    if (At >= End || End - At < Bytes)
      continue;
    Free.erase(It);
    if (At != Begin)
      Free[Begin] = At;
    if (At + Bytes != End)
      Free[At + Bytes] = End;
    Used += Bytes;
    return At;
  }
  uint64_t At = alignUp(Top, Alignment);
  if (At > Base + Capacity || Base + Capacity - At < Bytes)
    return 0;
  if (At != Top)
    Free[Top] = At;
  uint64_t Before = alignUp(Top, Step);
  Top = At + Bytes;
  uint64_t After = alignUp(Top, Step);
  if (Open && After > Before)
    mprotect(pointer(Before), After - Before, PROT_READ | PROT_WRITE);
  Used += Bytes;
  return At;
}

void Heap::give(uint64_t Address, uint64_t Bytes) {
  Bytes = alignUp(Bytes, Granule);
  uint64_t Begin = Address, End = Address + Bytes;
  std::lock_guard Guard(Lock);
  Used -= Bytes;
  auto Next = Free.lower_bound(Begin);
  if (Next != Free.end() && Next->first == End) {
    End = Next->second;
    Next = Free.erase(Next);
  }
  if (Next != Free.begin() && std::prev(Next)->second == Begin)
    std::prev(Next)->second = End;
  else
    Free[Begin] = End;
  // Large pieces go back to the system.
  uint64_t First = alignUp(Address, Page),
           Last = (Address + Bytes) / Page * Page;
  if (Last > First && Last - First >= Step)
    madvise(pointer(First), Last - First, MADV_DONTNEED);
}

void Heap::protect(bool Accessible) {
  if (uint64_t Bytes = alignUp(Top, Step) - Base)
    mprotect(pointer(Base), Bytes,
             Accessible ? PROT_READ | PROT_WRITE : PROT_NONE);
}

void Heap::open() {
  std::lock_guard Guard(Lock);
  if (Open++ == 0)
    protect(true);
}

void Heap::close() {
  std::lock_guard Guard(Lock);
  if (--Open == 0)
    protect(false);
}

} // namespace reprise::driver
