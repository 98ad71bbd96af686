//===- Launches.h - Random launches ---------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Buffers lie in a window of memory:
//
//   0             Margin                      WindowBytes - Margin  WindowBytes
//   |  stray room  |  buffers: disjoint, adjacent, overlapping,  |  stray room
//   |
//                     nested, the same
//
// Without an allocation map all of the window may be accessed; with one, only
// the allocations that the launch lists.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_DIFFERENTIAL_LAUNCHES_H
#define REPRISE_TEST_DIFFERENTIAL_LAUNCHES_H

#include "Kernel.h"
#include "Random.h"

#include <array>

namespace reprise::differential {

inline constexpr int64_t WindowBytes = 24576;
inline constexpr int64_t Margin = 6144;
/// A pointer argument that is null.
inline constexpr int64_t Null = INT64_MIN;

/// Pointers that a table starts with, as offsets into the window.
struct TableSpec {
  int64_t Offset = 0;
  std::array<int64_t, TableEntries> To = {};
};

/// What a texture is bound to: ints in the window, one after the other.
struct ImageSpec {
  int64_t Handle = 0, Offset = 0, Elements = 0;
};

struct LaunchSpec {
  std::array<uint32_t, 3> Grid = {1, 1, 1}, Block = {1, 1, 1};
  /// One for each parameter: a number, or an offset into the window.
  std::vector<int64_t> Arguments;
  struct Piece {
    int64_t Offset, Size;
  };
  bool Map = false; ///< The runtime knows the allocations.
  bool NoInBounds = false;
  std::vector<Piece> Allocations; ///< With Map.
  uint64_t Content = 0;           ///< Which content the window has.
  /// Not 0: some buffers are in a second window this many bytes away. All
  /// distances are those of an index that wraps at 32 bits.
  int64_t Far = 0;
  bool Symbols = false; ///< With Map: the runtime knows the variable's address.
  std::vector<TableSpec> Tables;
  std::vector<ImageSpec> Images;
  bool Bindings = false; ///< With Map: the runtime knows what Images are.
};

/// Draws a launch of K.
LaunchSpec draw(const Kernel &K, Random &R);

/// The argument block, with the window at Base.
std::vector<uint8_t> pack(const Kernel &K, const LaunchSpec &L, uint64_t Base);

/// The arguments of `reprise check` that say the same, with the window at Base.
std::string commandLine(const Kernel &K, const LaunchSpec &L, uint64_t Base);

} // namespace reprise::differential

#endif // REPRISE_TEST_DIFFERENTIAL_LAUNCHES_H
