//===- control.cu - Branches, tables, loops, calls ------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Opcodes.cuh"

namespace {
struct Four {
  u32 x;
  u64 y;
  u8 z;
  float w;
};
__device__ __noinline__ u32 called(u32 a, s8 b, s16 c, u64 D, float f) {
  return a * 3 + u32(b) + u32(c) + u32(D >> 32) + bitsOf(f);
}
__device__ __noinline__ Four structured(Four V, u32 a) {
  V.x ^= a;
  V.y += V.x;
  V.z = u8(V.z * 3);
  V.w = -V.w;
  return V;
}
__device__ __noinline__ void through(u32 *P, u32 N) {
  for (u32 I = 0; I < N; ++I)
    P[I] = P[I] * 5 + I;
}
__device__ __noinline__ bool truth(u32 a, bool b) { return (a & 1) != b; }
__device__ __noinline__ u32 recursive(u32 n) {
  return n < 2 ? n : recursive(n - 1) + recursive(n - 2);
}
__device__ __noinline__ double mixed(double x, float y, u16 z) {
  return x + y + z;
}
} // namespace

KERNEL(switches) {
  u32 R = 0;
  switch (a & 15) {
  case 0:
    R = b * 3;
    break;
  case 1:
    R = b + c;
    break;
  case 2:
    R = b ^ c;
    break;
  case 3:
    R = b - 7 * c;
    break;
  case 4:
    R = b << 3;
    break;
  case 5:
    R = c >> 5;
    break;
  case 6:
    R = b & c;
    break;
  case 7:
    R = b | d;
    [[fallthrough]];
  case 8:
    R += d;
    break;
  case 9:
    R = __popc(b);
    break;
  case 10:
    R = __clz(s32(b));
    break;
  case 12:
    R = b * c;
    break;
  case 13:
    R = b / (c | 1);
    break;
  default:
    R = 1;
  }
  O(R);
  switch (s32(b)) {
  case -1:
    R = 5;
    break;
  case 0x7fffffff:
    R = 6;
    break;
  case 255:
    R = 9;
    break;
  case 31:
    R *= 2;
    break;
  default:
    break;
  }
  O(R);
  switch (A) {
  case 0:
    R += 1;
    break;
  case ~0ull:
    R += 2;
    break;
  case 1ull << 63:
    R += 3;
    break;
  default:
    R += 4;
  }
  O(R);
  // The table of the instruction itself.
  R32("{ .reg .b32 t; and.b32 t, %1, 3; ts%=: .branchtargets l0%=, l1%=, l2%=, "
      "l1%=; brx.idx t, ts%=; l0%=: mov.u32 %0, %2; bra e%=; l1%=: mov.u32 %0, "
      "%3; bra e%=; l2%=: add.u32 %0, %2, %3; e%=: }",
      (a & 3) == 0   ? b
      : (a & 3) == 2 ? b + c
                     : c);
}

KERNEL(loops) {
  u32 R = d, N = a & 63;
  for (u32 I = 0; I < N; ++I)
    R = R * 31 + I;
  O(R);
  for (s32 I = s32(b & 31); I >= 0; I -= 3)
    R ^= c >> I;
  O(R);
  u64 X = A | 1, Y = B | 1;
  while (X != Y && N++ < 400) {
    if (X > Y)
      X -= Y * ((X - Y) / Y + ((X - Y) / Y == 0));
    else
      Y -= X * ((Y - X) / X + ((Y - X) / X == 0));
    if (!X || !Y)
      break;
  }
  O(X), O(Y), O(N);
  u32 Count = 0;
  do {
    Count += c & 1 ? 3 : 1;
    c >>= 1;
    if (Count == 17)
      continue;
    for (u32 J = 0; J < (Count & 3); ++J) {
      if ((c >> J & 7) == 5)
        goto out;
      R += J * c;
    }
  } while (c);
out:
  O(Count), O(R);
#pragma unroll 4
  for (u32 I = 0; I < (b & 127); ++I)
    R += (a >> (I & 31)) & I;
  O(R);
#pragma unroll
  for (u32 I = 0; I < 8; ++I)
    R = __funnelshift_l(R, d, I);
  O(R);
}

KERNEL(calls) {
  O(called(a, s8(b), s16(c), D, flt(d)));
  Four V = {a, B, u8(c), flt(d)};
  V = structured(V, b);
  O(V.x), O(V.y), O(V.z), O(V.w);
  u32 Local[6] = {a, b, c, d, 1, 2};
  through(Local, b % 7);
  for (u32 I = 0; I < 6; ++I)
    O(Local[I]);
  O(truth(a, b > c)), O(recursive(a % 9)), O(mixed(dbl(A), flt(b), u16(c)));
  if (s32(a) < 0 && (b & 3) == 1)
    return; // Some threads leave here.
  O(a + b);
}

KERNEL(ends) {
  // Some threads end in the middle, others wait for nothing.
#ifdef __clang__
  O(a);
  if (s32(a) < 0)
    return;
#else
  asm volatile("griddepcontrol.wait; nanosleep.u32 20; fence.acq_rel.gpu; "
               "fence.sc.sys; pmevent 1;" ::
                   : "memory");
  O(a);
  asm volatile("{ .reg .pred p; setp.lt.s32 p, %0, 0; @p exit; }" ::"r"(a));
#endif
  O(b);
}
