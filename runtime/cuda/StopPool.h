//===- StopPool.h - Memory that launches take in turn ---------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A ring: what is taken first is given back first, as launches of a stream end
// in their order. Nothing is in two pieces; where the rest up to the end is too
// short, it is taken too and not used.
//
//   |....|used|used|clean|clean|......|
//                  ^Head
//
// Behind Head some bytes may be zeros already, so that one fill serves many
// launches.
//
// Thread safety: one thread at a time.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_CUDA_STOPPOOL_H
#define REPRISE_CUDA_STOPPOOL_H

#include <algorithm>
#include <cstdint>

namespace reprise::cuda {

class StopPool {
public:
  /// Places begin at multiples of it.
  static constexpr uint64_t Alignment = 256;

  /// \p Bytes in all, rounded down to the alignment.
  explicit StopPool(uint64_t Bytes = 0) : Size(Bytes / Alignment * Alignment) {}

  struct Place {
    uint64_t Offset = 0;
    uint64_t Charged = 0; ///< For give().
    /// What has to be filled with zeros before it is used.
    uint64_t DirtyFrom = 0, DirtyBytes = 0;
  };

  /// Would it ever have a place?
  bool couldTake(uint64_t Bytes) const { return Bytes <= Size; }
  /// Not 0. False: not before something is given back.
  bool take(uint64_t Bytes, Place &Given);
  /// The one that was taken first.
  void give(const Place &Oldest) { Used -= Oldest.Charged; }

  uint64_t used() const { return Used; }
  uint64_t size() const { return Size; }

private:
  uint64_t Size, Head = 0, Used = 0, Clean = 0;
};

inline bool StopPool::take(uint64_t Bytes, Place &Given) {
  if (Bytes == 0 || Bytes > Size)
    return false;
  Bytes = (Bytes + Alignment - 1) / Alignment * Alignment;
  if (Used == 0)
    Head = Clean = 0;
  const bool Wraps = Bytes > Size - Head;
  const uint64_t Waste = Wraps ? Size - Head : 0;
  if (Bytes > Size - Used || Waste > Size - Used - Bytes)
    return false;
  if (Wraps)
    Head = Clean = 0;
  Given = {Head, Bytes + Waste, 0, 0};
  if (Clean < Bytes) {
    // As much as is free, in one piece, but not more than a quarter at once.
    const uint64_t Free = Size - Used - Waste;
    const uint64_t Fill =
        std::max(Bytes, std::min({Size / 4, Size - Head, Free}));
    Given.DirtyFrom = Head + Clean;
    Given.DirtyBytes = Fill - Clean;
    Clean = Fill;
  }
  Clean -= Bytes;
  Head += Bytes;
  Used += Given.Charged;
  return true;
}

} // namespace reprise::cuda

#endif // REPRISE_CUDA_STOPPOOL_H
