//===- Reference.h - Sets and domains by enumeration ----------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Slow and obvious: what the tests compare the runtime with. Nothing here uses
// the code under test, except Model.h.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_REFERENCE_H
#define REPRISE_TEST_REFERENCE_H

#include "Disjoint.h"
#include "Model.h"

#include <cstdint>
#include <random>
#include <set>
#include <vector>

namespace reprise::test {

/// A deterministic source of small numbers.
class Random {
public:
  explicit Random(uint64_t Seed) : Engine(Seed) {}
  /// Uniform in [Lo, Hi].
  int64_t in(int64_t Lo, int64_t Hi) {
    // Unsigned: the whole range of int64_t is allowed but its last number.
    const auto From = static_cast<uint64_t>(Lo);
    return static_cast<int64_t>(
        From + Engine() % (static_cast<uint64_t>(Hi) - From + 1));
  }
  bool chance(int Percent) { return in(0, 99) < Percent; }
  template <typename T> const T &of(const std::vector<T> &List) {
    return List[static_cast<size_t>(
        in(0, static_cast<int64_t>(List.size()) - 1))];
  }

private:
  std::mt19937_64 Engine;
};

/// A set of rows with its dims; what ByteSet points to.
struct OwnedSet {
  uint64_t Start = 0, Width = 1;
  std::vector<Dim> Dims; ///< Ascending strides.

  uint64_t last() const {
    uint64_t Last = Start + Width - 1;
    for (const Dim &D : Dims)
      Last += static_cast<uint64_t>(D.Stride * (D.Count - 1));
    return Last;
  }
  ByteSet view() const {
    return {Start,  Width,       Start,
            last(), Dims.data(), static_cast<uint32_t>(Dims.size())};
  }
  /// All starts, one by one.
  std::vector<uint64_t> starts() const {
    std::vector<uint64_t> List{Start};
    for (const Dim &D : Dims) {
      std::vector<uint64_t> Next;
      for (uint64_t S : List)
        for (int64_t I = 0; I < D.Count; ++I)
          Next.push_back(S + static_cast<uint64_t>(D.Stride * I));
      List = std::move(Next);
    }
    return List;
  }
  bool holds(uint64_t Byte) const {
    for (uint64_t S : starts())
      if (Byte >= S && Byte - S < Width)
        return true;
    return false;
  }
};

/// How much random tests try; builds with sanitizers try less.
#ifdef REPRISE_TEST_SMALL
inline constexpr int Effort = 1;
#else
inline constexpr int Effort = 20;
#endif

} // namespace reprise::test

#endif // REPRISE_TEST_REFERENCE_H
