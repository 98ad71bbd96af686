//===- SmallFormats.h - Small floating-point formats by enumeration -------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Slow and obvious: a number is rounded by looking at its neighbours among all
// numbers of the format.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_UNIT_PTX_SMALLFORMATS_H
#define REPRISE_TEST_UNIT_PTX_SMALLFORMATS_H

#include <cmath>
#include <cstdint>
#include <limits>

namespace reprise::test {

struct SmallFormat {
  unsigned Exponent, Mantissa;
  uint64_t Largest;   ///< Magnitude of the largest number.
  uint64_t NaN;       ///< What operations give.
  uint64_t Infinity;  ///< 0: none.
  uint64_t Below = 0; ///< Unused low bits.

  unsigned signBit() const { return Exponent + Mantissa; }

  double magnitude(uint64_t M) const {
    int Bias = (1 << (Exponent - 1)) - 1;
    int E = static_cast<int>(M >> Mantissa);
    auto Fraction = static_cast<double>(M & ((1u << Mantissa) - 1));
    int Scale = int(Mantissa);
    return E ? std::ldexp(Fraction + (1u << Mantissa), E - Bias - Scale)
             : std::ldexp(Fraction, 1 - Bias - Scale);
  }

  double value(uint64_t Bits) const {
    Bits >>= Below;
    uint64_t M = Bits & ((1ull << signBit()) - 1);
    double V = M <= Largest ? magnitude(M)
               : Infinity && M == Infinity
                   ? std::numeric_limits<double>::infinity()
                   : std::nan("");
    return Bits >> signBit() & 1 ? -V : V;
  }

  enum Direction { Nearest, Away, Zero, Down, Up };

  uint64_t round(long double V, Direction D, bool Finite = false) const {
    if (std::isnan(V))
      return NaN << Below;
    bool Negative = std::signbit(V);
    auto Signed = [&](uint64_t M) {
      return (M | uint64_t(Negative) << signBit()) << Below;
    };
    bool Bounded = Finite || !Infinity;
    long double Size = std::fabs(V);
    if (std::isinf(Size))
      return Signed(Bounded ? Largest : Infinity);
    // The last number that is not above; one more than the largest is where the
    // next one would be.
    uint64_t Lo = 0, Hi = Largest;
    while (Lo < Hi) {
      uint64_t Mid = (Lo + Hi + 1) / 2;
      if (magnitude(Mid) <= Size)
        Lo = Mid;
      else
        Hi = Mid - 1;
    }
    long double Under = magnitude(Lo), Over = magnitude(Lo + 1);
    long double Half = (Under + Over) / 2;
    bool Increase = false;
    if (Size > Under)
      Increase = D == Nearest ? Size > Half || (Size == Half && Lo % 2)
                 : D == Away  ? Size >= Half
                 : D == Down  ? Negative
                 : D == Up    ? !Negative
                              : false;
    uint64_t M = Lo + Increase;
    if (M > Largest)
      M = Bounded ? Largest : Infinity;
    return Signed(M);
  }

  uint64_t nearest(long double V) const { return round(V, Nearest); }
};

inline constexpr SmallFormat F16{5, 10, 0x7bff, 0x7fff, 0x7c00};
inline constexpr SmallFormat BF16{8, 7, 0x7f7f, 0x7fff, 0x7f80};
inline constexpr SmallFormat TF32{8, 10, 0x3fbff, 0x3ffff, 0x3fc00, 13};
inline constexpr SmallFormat E4M3{4, 3, 0x7e, 0x7f, 0};
inline constexpr SmallFormat E5M2{5, 2, 0x7b, 0x7f, 0x7c};

} // namespace reprise::test

#endif // REPRISE_TEST_UNIT_PTX_SMALLFORMATS_H
