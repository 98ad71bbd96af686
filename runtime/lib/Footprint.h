//===- Footprint.h - What one operation reads and writes ------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A launch, copy or fill as sets of bytes, for the rollback window. Taken when
// the operation is appended, as the boxes that its accesses are; listed byte by
// byte when a question needs it.
//
//   set        direction   holds
//   LiveIn     may         read, and perhaps from before the operation
//   Written    may         written
//   Must       must        written by every complete run: plain writes whose
//                          set is exact
//   Unsteady   may         written, but memory may decide whether, or where
//   Atomic     may         read and written by atomics
//   Clobbered  may         the operation's own backup set
//
// Three spaces that share no byte. Kernels read constant variables by ways that
// no summary lists; so each reads all of them, and what is copied to a place
// that is in no allocation may be one.
//
// Soundness: as the table says. Errors: may throw std::bad_alloc.
// Thread safety: plain values.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_RUNTIME_FOOTPRINT_H
#define REPRISE_RUNTIME_FOOTPRINT_H

#include "Intervals.h"
#include "MemoryView.h"
#include "Program.h"

#include "reprise/reprise.h"

#include <array>
#include <cstddef>
#include <memory>

namespace reprise {

enum class Space : uint8_t {
  Memory,
  Constants, ///< By address.
  Arrays     ///< By number: an array is one byte.
};
inline constexpr size_t Spaces = 3;
using SpaceSets = std::array<Intervals, Spaces>;

/// The sets, listed.
struct ByteSets {
  SpaceSets LiveIn, Written, Must, Unsteady, Clobbered;
  Intervals Atomic; ///< In memory.
};

class Operation {
public:
  /// Nothing before it may be run again, nor it itself.
  bool Fence = false;
  /// A kernel: what it computes may differ from run to run, within what a clean
  /// run may give. Copies and fills give the same again.
  bool Computes = false;
  /// Reads, writes, writes unsteadily, or has atomics through pointers that are
  /// not known.
  bool ReadsAny = false, WritesAny = false, UnsteadyAny = false,
       AtomicAny = false;
  /// It overwrites what it reads, and nobody knows where.
  bool Unbounded = false;
  bool InBounds = false; ///< Assumption A1 was used.
  uint8_t Reason = 0;    ///< A reprise_reason, of what makes it imprecise.

  static Operation fence(reprise_reason Why);

  /// Of a launch that \p Launch describes, which may go. \p Result gets the
  /// verdict on the launch alone. An error: nothing is known of it.
  static reprise_status launch(const reprise_kernel &Kernel,
                               const reprise_launch &Launch, Operation &Out,
                               reprise_result &Result);

  /// The same among what \p Map says is alive, in place of what \p Launch
  /// names. \p Scratch has LargeScratch bytes.
  static reprise_status launch(const reprise_kernel &Kernel,
                               const reprise_launch &Launch,
                               const MemoryView &Map, std::byte *Scratch,
                               Operation &Out, reprise_result &Result);

  /// Of a copy, or a fill where \p From is outside. \p Map may be null. False:
  /// senseless regions.
  static bool copy(const reprise_region &To, const reprise_region &From,
                   const MemoryView *Map, Operation &Out);

  /// Listed at the first call.
  const ByteSets &sets() const;

private:
  enum Role : uint8_t {
    Reads = 1,
    Writes = 2,
    Surely = 4,
    Unsteady = 8,
    Atomic = 16
  };
  struct Box {
    ByteSet Bytes; ///< Its dims are Dims.
    Dim Dims[MaxDims];
    Space In;
    uint8_t Roles;
  };

  void take(class Frame &F, reprise_result &Result);
  void add(const ByteSet &Bytes, Space In, unsigned Roles);
  void addAccess(class Frame &F, uint32_t Index);
  bool addRegion(const reprise_region &R, unsigned Roles, bool Constants);

  std::vector<Box> Boxes;
  Intervals Clobbers;
  mutable std::unique_ptr<ByteSets> Listed;
};

/// May one of them write what the other one reads or writes?
bool interfere(const Operation &A, const Operation &B);

} // namespace reprise

#endif // REPRISE_RUNTIME_FOOTPRINT_H
