//===- Thread.h - What each thread of the program has -------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A record that a thread gets at its first launch or update and gives back when
// it ends; what it counted stays. The launch path uses nothing else that is
// written to, so threads do not disturb each other.
//
// Thread safety: a record belongs to the thread that has it; others may read
// its atomics.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_CUDA_THREAD_H
#define REPRISE_CUDA_THREAD_H

#include "Counts.h"

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace reprise::cuda {

struct alignas(64) Thread {
  /// The moment since which this thread may hold what State published; 0: it
  /// holds nothing. See Reclaim in State.h.
  std::atomic<uint64_t> Pinned{0};
  unsigned Depth = 0; ///< Of pins.
  ThreadCounts Counts;
  /// LargeScratch bytes for evaluating a launch: the program's own stacks may
  /// be small. Pages that are never used take no memory.
  std::byte *Scratch = nullptr;
  /// Room for the largest argument block.
  std::byte *Arguments = nullptr;

  /// Calls that the order watcher of the windows saw, and how many of them are
  /// described (Windows.h; with its lock).
  std::atomic<uint64_t> Watched{0};
  uint64_t Described = 0;

  std::atomic<bool> Taken{false};
  Thread *Next = nullptr; ///< In the list of all; never removed.
};

/// Bytes of Thread::Arguments.
inline constexpr size_t ArgumentRoom = 65536;

/// The calling thread's; null when there is no memory for it.
Thread *currentThread() noexcept;

/// The first of all records ever made.
Thread *firstThread() noexcept;

/// After fork: what other threads held and what was counted is not this
/// process's.
void forgetThreads() noexcept;

} // namespace reprise::cuda

#endif // REPRISE_CUDA_THREAD_H
