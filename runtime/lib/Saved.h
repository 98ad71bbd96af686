//===- Saved.h - Bytes saved on the device --------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Keeps copies of ranges of device memory, each list packed into one buffer,
// and gives them back. The copies are the caller's (reprise_copier), made in
// the order of a stream; nothing here waits for the device.
//
//   ranges    1000..1003  1100..1103  1200..1203  5000..5063
//   copies    3 rows of 4 bytes, 100 apart        64 bytes
//   buffer    |0123|0123|0123|....64....|
//
// Errors: may throw std::bad_alloc. Thread safety: one thread at a time.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_RUNTIME_SAVED_H
#define REPRISE_RUNTIME_SAVED_H

#include "reprise/reprise.h"

#include <cstdint>
#include <vector>

namespace reprise {

/// Rows of Width bytes that lie Pitch apart, and packed at Offset of a buffer.
struct PackedRows {
  uint64_t Address, Width, Rows, Pitch, Offset;
  bool operator==(const PackedRows &) const = default;
};

/// \p Ranges as few copies: equal ranges at equal distances are one.
std::vector<PackedRows> pack(const reprise_range *Ranges, size_t Count);

class Saved {
public:
  explicit Saved(const reprise_copier &Copies) : Copier(Copies) {}
  ~Saved();
  Saved(const Saved &) = delete;
  Saved &operator=(const Saved &) = delete;

  /// Saves, on \p Stream, what is there before operation \p Before. False: a
  /// callback failed, nothing is kept.
  bool save(uint64_t Before, const reprise_range *Ranges, size_t Count,
            void *Stream);

  /// Restores, on \p Stream, all that was saved before operations from \p From
  /// on, the last save first. False: a callback failed, memory is undefined.
  bool restore(uint64_t From, void *Stream) const;

  /// Forgets what was saved before operations below \p Before.
  void drop(uint64_t Before);

  /// In all buffers.
  uint64_t bytes() const;

private:
  struct Save {
    uint64_t Before, Buffer, Bytes;
    std::vector<PackedRows> Rows;
  };
  bool copy(const Save &S, bool Restore, void *Stream) const;

  const reprise_copier Copier;
  std::vector<Save> Saves; ///< In the order in which they were made.
};

} // namespace reprise

#endif // REPRISE_RUNTIME_SAVED_H
