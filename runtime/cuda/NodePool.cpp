//===- NodePool.cpp - Memory for the nodes of trees ---------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NodePool.h"

#include <cstdint>
#include <mutex>
#include <new>
#include <sys/mman.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define REPRISE_PLAIN_NODES 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||     \
    __has_feature(memory_sanitizer)
#define REPRISE_PLAIN_NODES 1
#endif
#endif

namespace reprise::cuda {

namespace {

constexpr size_t Line = 64;

#ifndef REPRISE_PLAIN_NODES

constexpr size_t ChunkSize = size_t{2} << 20;

struct Free {
  Free *Next;
};

/// Never destroyed: exit handlers may still free memory.
struct Pool {
  std::mutex Lock;
  Free *Given[LargestNode / Line + 1] = {}; ///< By size in lines.
  std::byte *Rest = nullptr;                ///< Of the last chunk.
  size_t RestSize = 0;
  bool First = true;
};

Pool &pool() {
  static Pool *const P = new Pool;
  return *P;
}

/// With the lock held.
void addChunk(Pool &P) {
  // Twice as much contains one that is aligned.
  void *Room = mmap(nullptr, 2 * ChunkSize, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (Room == MAP_FAILED)
    throw std::bad_alloc();
  auto *Start = static_cast<std::byte *>(Room);
  const size_t Before = -reinterpret_cast<uintptr_t>(Start) % ChunkSize;
  if (Before)
    munmap(Start, Before);
  munmap(Start + Before + ChunkSize, ChunkSize - Before);
  P.Rest = Start + Before;
  P.RestSize = ChunkSize;
  // A wish: where it is not granted, things are slower.
  if (!P.First)
    madvise(P.Rest, ChunkSize, MADV_HUGEPAGE);
  P.First = false;
}

#endif

size_t inLines(size_t Size) { return (Size + Line - 1) / Line; }

} // namespace

#ifdef REPRISE_PLAIN_NODES

void *takeNode(size_t Size) {
  return ::operator new(inLines(Size) * Line, std::align_val_t{Line});
}

void giveNode(void *Node, size_t) noexcept {
  ::operator delete(Node, std::align_val_t{Line});
}

#else

void *takeNode(size_t Size) {
  Pool &P = pool();
  const size_t Lines = inLines(Size);
  std::lock_guard Guard(P.Lock);
  if (Free *Node = P.Given[Lines]) {
    P.Given[Lines] = Node->Next;
    return Node;
  }
  // What is left of a chunk is less than one node.
  if (P.RestSize < Lines * Line)
    addChunk(P);
  void *Node = P.Rest;
  P.Rest += Lines * Line;
  P.RestSize -= Lines * Line;
  return Node;
}

void giveNode(void *Node, size_t Size) noexcept {
  Pool &P = pool();
  std::lock_guard Guard(P.Lock);
  Free *&Head = P.Given[inLines(Size)];
  Head = new (Node) Free{Head};
}

#endif

} // namespace reprise::cuda
