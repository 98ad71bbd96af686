//===- FastDivision.h - Indices of strided tensors ------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How frameworks turn the number of an element into offsets: a kernel takes
// sizes and strides of a tensor in a struct, each size with the factor and the
// shift that divide by it. Host code fills it, kernels use it.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_FRAMEWORKS_FASTDIVISION_H
#define REPRISE_TEST_FRAMEWORKS_FASTDIVISION_H

#include "Suite.h"

#if !SUITE_DEVICE
#include <vector>
#endif

/// Divides numbers below 2^31 by a number from 1 to 2^31.
struct FastDivider {
  unsigned Divisor, Factor, Shift;
#if SUITE_DEVICE
  __device__ unsigned divide(unsigned N) const {
    return (__umulhi(N, Factor) + N) >> Shift;
  }
#endif
};

constexpr int MaxDims = 16;

/// Offsets of one element in Args tensors of one shape. The innermost
/// dimension is the first.
template <int Args> struct OffsetCalculator {
  int Dims;
  FastDivider Sizes[MaxDims];
  unsigned Strides[MaxDims][Args];
#if SUITE_DEVICE
  __device__ void offsets(unsigned Linear, unsigned (&Offset)[Args]) const {
#pragma unroll
    for (int A = 0; A < Args; ++A)
      Offset[A] = 0;
#pragma unroll
    for (int D = 0; D < MaxDims; ++D) {
      if (D == Dims)
        break;
      unsigned Quotient = Sizes[D].divide(Linear);
      unsigned Digit = Linear - Quotient * Sizes[D].Divisor;
      Linear = Quotient;
#pragma unroll
      for (int A = 0; A < Args; ++A)
        Offset[A] += Digit * Strides[D][A];
    }
  }
#endif
};

#if !SUITE_DEVICE

inline FastDivider dividerFor(unsigned D) {
  unsigned Shift = 0;
  while (Shift < 32 && (uint64_t(1) << Shift) < D)
    ++Shift;
  uint64_t Factor = (uint64_t(1) << 32) * ((uint64_t(1) << Shift) - D) / D + 1;
  return {D, static_cast<unsigned>(Factor), Shift};
}

/// Sizes from the innermost dimension on; Strides[A] are of tensor A, in the
/// units that the kernel adds.
template <int Args>
OffsetCalculator<Args>
offsetsFor(const std::vector<unsigned> &Sizes,
           const std::vector<std::vector<unsigned>> &Strides) {
  OffsetCalculator<Args> C = {};
  C.Dims = static_cast<int>(Sizes.size());
  for (size_t D = 0; D < MaxDims; ++D)
    C.Sizes[D] = dividerFor(D < Sizes.size() ? Sizes[D] : 1);
  for (size_t D = 0; D < Sizes.size(); ++D)
    for (size_t A = 0; A < Args; ++A)
      C.Strides[D][A] = Strides[A][D];
  return C;
}

#endif

#endif // REPRISE_TEST_FRAMEWORKS_FASTDIVISION_H
