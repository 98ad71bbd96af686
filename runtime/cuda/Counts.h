//===- Counts.h - What one thread saw -----------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Counts of launches by kernel and outcome, how long checks took, and counts of
// copies and fills. Only the thread that has them writes them, without
// read-modify-write; the report reads them at the end.
//
// Every launch that is seen has exactly one outcome, so
//   seen = sum over kernels and outcomes
//
// Thread safety: one writer, any number of readers.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_CUDA_COUNTS_H
#define REPRISE_CUDA_COUNTS_H

#include "reprise/reprise.h"

#include <atomic>
#include <cstdint>

namespace reprise::cuda {

/// What became of a launch: a verdict, where it is unknown the reason, and
/// reasons that only a running program has. Closed enumeration.
enum class Outcome : uint8_t {
  Idempotent = 0,
  Clobbers = 1,
  FirstReason = 2, ///< 2 + a reprise_reason
  LastReason = FirstReason + REPRISE_REASON_ORDER_DEPENDENT,
  NotFollowed,  ///< The kernel came a way that is not followed.
  NotAudited,   ///< No summary of its image is at hand.
  OtherLayout,  ///< The driver's parameters are not the summary's.
  NotReadable,  ///< The argument block could not be read.
  Aliased,      ///< It is given memory that has a second address.
  Changing,     ///< A conditional node: how often it runs is not known.
  Unregistered, ///< There was no memory to follow it.
  Count
};

inline Outcome outcomeOf(reprise_reason Reason) {
  return static_cast<Outcome>(static_cast<unsigned>(Outcome::FirstReason) +
                              static_cast<unsigned>(Reason));
}

/// As the report prints it.
const char *name(Outcome O);
const char *text(Outcome O);

inline constexpr unsigned OutcomeCount = static_cast<unsigned>(Outcome::Count);

using Counter = std::atomic<uint64_t>;

inline void add(Counter &C, uint64_t Amount = 1) {
  C.store(C.load(std::memory_order_relaxed) + Amount,
          std::memory_order_relaxed);
}
inline uint64_t get(const Counter &C) {
  return C.load(std::memory_order_relaxed);
}

struct KernelCounts {
  Counter Outcomes[OutcomeCount];
  /// Backup sets that were computed, for some of the launches that are not
  /// idempotent.
  Counter Samples, Unbounded, Bytes, MostBytes;
};

/// Copies or fills.
struct TransferCounts {
  Counter Seen;     ///< What the driver was asked to do.
  Counter Bytes;    ///< Written by those that it took.
  Counter Captured; ///< Recorded into a graph and not done; not in Seen.
  Counter Failed;   ///< Of Seen: the driver refused them.
};

/// Nanoseconds: eight steps for each power of two.
class Times {
public:
  static constexpr unsigned Steps = 8, Powers = 40;

  void record(uint64_t Nanoseconds) { add(Buckets[bucket(Nanoseconds)]); }
  static unsigned bucket(uint64_t Nanoseconds);
  /// The largest time that falls into the bucket.
  static uint64_t limit(unsigned Bucket);

  Counter Buckets[Steps * Powers];
};

class ThreadCounts {
public:
  static constexpr unsigned ChunkSize = 64, MaxChunks = 1024;

  ThreadCounts() = default;
  ThreadCounts(const ThreadCounts &) = delete;
  ThreadCounts &operator=(const ThreadCounts &) = delete;

  /// Of kernel \p Number. Allocates at the first launch of one of its chunk;
  /// null when that fails.
  KernelCounts *kernel(uint32_t Number) noexcept;
  /// Null where nothing was counted.
  const KernelCounts *find(uint32_t Number) const noexcept;
  void clear() noexcept;

  Counter Seen;     ///< Launches, nodes of launched graphs among them.
  Counter InGraphs; ///< Of Seen: nodes of graphs.
  Counter Captured; ///< Recorded into a graph and not run; not in Seen.
  Counter Failed;   ///< Of Seen: the driver refused them.
  Counter Stopped;  ///< Of Seen: the policy or the callback refused them.
  Counter Hits;     ///< Of Seen: answered by the memo.
  TransferCounts Copies, Fills;
  Times WithMemo, WithoutMemo;
  uint32_t Sample = 0; ///< Counts up to the next check that is timed.

private:
  std::atomic<KernelCounts *> Chunks[MaxChunks] = {};
};

} // namespace reprise::cuda

#endif // REPRISE_CUDA_COUNTS_H
