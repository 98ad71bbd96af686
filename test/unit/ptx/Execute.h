//===- Execute.h - Runs lifted PTX instructions on the host ---------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A case is a piece of PTX and a function that says what it computes. The piece
// finds the inputs 0 to 3 in %d10 to %d13, their low parts in %r10, %h10, their
// bits as numbers in %f10 and %g10, and the lowest bit in %p10. It leaves its
// result in one of %d20, %r20, %h20, %f20, %g20, or in %p20 and %p21 (bits 60
// and 61 of the result) or %r21 (the upper half).
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_UNIT_PTX_EXECUTE_H
#define REPRISE_TEST_UNIT_PTX_EXECUTE_H

#include <array>
#include <bit>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace reprise::test {

using Inputs = std::array<uint64_t, 4>;

struct Case {
  std::string Text;
  std::function<uint64_t(const Inputs &)> Expected;
  unsigned Float = 0; ///< 16, 32 or 64: all NaNs of that width are equal.
};

/// Fails for each case that differs for one of a few thousand inputs: values at
/// the edges of integers and of floating-point formats, and random ones.
void check(const std::vector<Case> &Cases);

inline uint64_t predicates(bool P, bool Q) {
  return uint64_t(P) << 60 ^ uint64_t(Q) << 61;
}
inline float toFloat(uint64_t Bits) {
  return std::bit_cast<float>(static_cast<uint32_t>(Bits));
}
inline double toDouble(uint64_t Bits) { return std::bit_cast<double>(Bits); }
inline uint64_t bits(float F) { return std::bit_cast<uint32_t>(F); }
inline uint64_t bits(double F) { return std::bit_cast<uint64_t>(F); }

} // namespace reprise::test

#endif // REPRISE_TEST_UNIT_PTX_EXECUTE_H
