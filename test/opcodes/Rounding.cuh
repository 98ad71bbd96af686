//===- Rounding.cuh - References for rounding and NaN ---------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the manual says that instructions on f32 compute, made of operations
// that round to nearest, most of them in double.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_OPCODES_ROUNDING_CUH
#define REPRISE_TEST_OPCODES_ROUNDING_CUH

#include "Opcodes.cuh"

enum Mode { Nearest, Zero, Down, Up };

namespace {
/// Subnormal numbers are zero.
__device__ float flush(float V) {
  return (bitsOf(V) & 0x7f800000) ? V : flt(bitsOf(V) & 0x80000000);
}
__device__ float step(float V, bool Bigger) {
  return flt(bitsOf(V) + (Bigger == (V > 0) ? 1u : ~0u));
}
__device__ double step(double V, bool Bigger) {
  return dbl(bitsOf(V) + (Bigger == (V > 0) ? 1ull : ~0ull));
}
/// V as a float, rounded by M.
__device__ float narrow(double V, Mode M) {
  float R = float(V);
  if (V != V || double(R) == V)
    return R;
  bool Down = M == Mode::Down || (M == Zero && V > 0);
  bool Up = M == Mode::Up || (M == Zero && V < 0);
  if (R > V && Down)
    return R == 0 ? flt(0x80000001) : step(R, false);
  if (R < V && Up)
    return R == 0 ? flt(1) : step(R, true);
  // Nothing lies between a double and the zero that it was rounded to.
  if (R == 0 && V < 0 && Down)
    return flt(0x80000001);
  return R == 0 && V > 0 && Up ? flt(1) : R;
}
/// s + error, of which |error| is less than half a unit of s, rounded by M.
__device__ float narrow(double s, double error, Mode M) {
  bool Finite = s - s == 0;
  if (M == Nearest) {
    // The double may lie in the middle of two floats where the sum does not.
    u64 Bits = bitsOf(s);
    if (Finite && error != 0 && s != 0 && !(Bits & 1))
      s = step(s, error > 0);
    return float(s);
  }
  if (!Finite || error == 0 || s == 0)
    return narrow(s, M);
  bool Down = M == Mode::Down || (M == Zero && s > 0);
  if (Down ? error < 0 : error > 0)
    s = step(s, error > 0);
  return narrow(s, M);
}
/// x + y of what are floats or products of two.
__device__ float sum(double x, double y, Mode M) {
  double s = x + y, t = s - x, error = (x - (s - t)) + (y - t);
  if (s == 0 && M == Down)
    return bitsOf(x) | bitsOf(y) ? -0.f : 0.f;
  return narrow(s, error, M);
}
__device__ float product(float x, float y, Mode M) {
  return narrow(double(x) * y, M);
}
__device__ float fused(float x, float y, float z, Mode M) {
  return sum(double(x) * y, z, M);
}
__device__ float quotient(float x, float y, Mode M) {
  double q = double(x) / y, rest = __builtin_fma(-q, double(y), double(x));
  return narrow(q, y < 0 ? -rest : rest, M);
}
__device__ float root(float x, Mode M) {
  double r = __builtin_sqrt(double(x));
  return narrow(r, __builtin_fma(-r, r, double(x)), M);
}
/// Between 0 and 1; NaN is 0.
__device__ float saturated(float V) { return V > 0 ? V < 1 ? V : 1.f : 0.f; }

/// -0 is less than 0, and a NaN loses, or wins with Propagate.
template <class T> __device__ T least(T x, T y, bool Propagate) {
  if (x != x)
    return Propagate ? x : y;
  if (y != y)
    return Propagate ? y : x;
  if (x == y)
    return bitsOf(x) >> (8 * sizeof(T) - 1) ? x : y;
  return x < y ? x : y;
}
template <class T> __device__ T greatest(T x, T y, bool Propagate) {
  return -least(-x, -y, Propagate);
}
} // namespace

#endif // REPRISE_TEST_OPCODES_ROUNDING_CUH
