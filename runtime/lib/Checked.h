//===- Checked.h - Integer arithmetic that reports overflow ---------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Everything that becomes an address goes through these functions: nothing may
// wrap silently. Each returns false, and leaves Out unspecified, when the
// mathematical result does not fit.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_RUNTIME_CHECKED_H
#define REPRISE_RUNTIME_CHECKED_H

#include <cstdint>

namespace reprise {

__extension__ using Int128 = __int128;
__extension__ using UInt128 = unsigned __int128;

inline bool checkedAdd(int64_t A, int64_t B, int64_t &Out) {
  return !__builtin_add_overflow(A, B, &Out);
}
inline bool checkedSub(int64_t A, int64_t B, int64_t &Out) {
  return !__builtin_sub_overflow(A, B, &Out);
}
inline bool checkedMul(int64_t A, int64_t B, int64_t &Out) {
  return !__builtin_mul_overflow(A, B, &Out);
}
/// Acc += A * B.
inline bool checkedMulAdd(int64_t &Acc, int64_t A, int64_t B) {
  int64_t Product;
  return checkedMul(A, B, Product) && checkedAdd(Acc, Product, Acc);
}

/// Quotient rounded toward minus infinity; B > 0.
template <typename Int> constexpr Int floorDiv(Int A, Int B) {
  Int Q = A / B;
  return A % B < 0 ? Q - 1 : Q;
}
/// Quotient rounded toward plus infinity; B > 0.
template <typename Int> constexpr Int ceilDiv(Int A, Int B) {
  Int Q = A / B;
  return A % B > 0 ? Q + 1 : Q;
}

} // namespace reprise

#endif // REPRISE_RUNTIME_CHECKED_H
