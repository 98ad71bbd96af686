//===- video.cu - Video instructions --------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Opcodes.cuh"

namespace {
struct U {
  static __device__ s64 word(u32 V) { return V; }
  static __device__ s64 half(u32 V, int N) { return V >> (16 * N) & 0xffff; }
  static __device__ s64 byte(u32 V, int N) { return V >> (8 * N) & 255; }
  static __device__ s64 clamp(s64 V, int Bits) {
    s64 Most = (1ll << Bits) - 1;
    return V < 0 ? 0 : V > Most ? Most : V;
  }
};
struct S {
  static __device__ s64 word(u32 V) { return s32(V); }
  static __device__ s64 half(u32 V, int N) { return s16(V >> (16 * N)); }
  static __device__ s64 byte(u32 V, int N) { return s8(V >> (8 * N)); }
  static __device__ s64 clamp(s64 V, int Bits) {
    s64 Most = (1ll << (Bits - 1)) - 1;
    return V < -Most - 1 ? -Most - 1 : V > Most ? Most : V;
  }
};
__device__ s64 distance(s64 x, s64 y) { return x < y ? y - x : x - y; }
/// Half of a sum, halves away from zero.
__device__ s64 average(s64 x, s64 y) { return (x + y + (x + y >= 0)) >> 1; }
/// R in the part of C.
__device__ u32 put(u32 C, s64 R, int Shift, u32 Mask) {
  return (C & ~(Mask << Shift)) | (u32(R) & Mask) << Shift;
}
/// Of(x, y) for lanes of Bits bits: the results, or c plus all of them.
template <class A, class B, class F>
__device__ u32 lanesOf(u32 a, u32 b, u32 c, int Bits, bool Sum, F Of) {
  u32 R = c;
  for (int N = 0; N < 32 / Bits; ++N) {
    s64 x = Bits == 8 ? A::byte(a, N) : A::half(a, N);
    s64 y = Bits == 8 ? B::byte(b, N) : B::half(b, N);
    u32 Mask = (1u << Bits) - 1;
    R = Sum ? R + u32(Of(x, y)) : put(R, Of(x, y), N * Bits, Mask);
  }
  return R;
}
} // namespace

// d, a, b and c in all signs; parts of the operands; what c is for.
#define SCALAR(OP, T1, T2, F1, F2, REFERENCE)                                  \
  {                                                                            \
    auto Of = [](s64 x, s64 y) { return s64(REFERENCE); };                     \
    R32(OP ".u32." T1 "." T2 " %0, %1, %2;", Of(F1::word(a), F2::word(b)));    \
    R32(OP ".s32." T1 "." T2 " %0, %1.b1, %2.h0;",                             \
        Of(F1::byte(a, 1), F2::half(b, 0)));                                   \
    R32(OP ".s32." T1 "." T2 ".add %0, %1.h1, %2.b3, %3;",                     \
        Of(F1::half(a, 1), F2::byte(b, 3)) + c);                               \
    R32(OP ".u32." T1 "." T2 " %0.b2, %1.b0, %2, %3;",                         \
        put(c, Of(F1::byte(a, 0), F2::word(b)), 16, 255));                     \
    R32(OP ".u32." T1 "." T2 " %0.h0, %1, %2.h1, %3;",                         \
        put(c, Of(F1::word(a), F2::half(b, 1)), 0, 0xffff));                   \
  }
#define SIGNS(OP, REFERENCE)                                                   \
  SCALAR(OP, "u32", "u32", U, U, REFERENCE)                                    \
  SCALAR(OP, "s32", "u32", S, U, REFERENCE)                                    \
  SCALAR(OP, "u32", "s32", U, S, REFERENCE)                                    \
  SCALAR(OP, "s32", "s32", S, S, REFERENCE)

KERNEL(scalar) {
  SIGNS("vadd", x + y);
  SIGNS("vsub", x - y);
  SIGNS("vabsdiff", distance(x, y));
  SIGNS("vmin", x < y ? x : y);
  SIGNS("vmax", x > y ? x : y);
}

KERNEL(shifts_and_products) {
  auto Clamped = [&](u32 V) { return V < 32 ? V : 32; };
  R32("vshl.u32.u32.u32.clamp %0, %1, %2;", u64(a) << Clamped(b));
  R32("vshl.u32.u32.u32.wrap %0, %1, %2;", u64(a) << (b & 31));
  R32("vshr.u32.u32.u32.clamp %0, %1, %2;", u64(a) >> Clamped(b));
  R32("vshr.u32.u32.u32.wrap %0, %1, %2;", a >> (b & 31));
  R32("vshr.s32.s32.u32.clamp %0, %1, %2;", s64(s32(a)) >> Clamped(b));
  R32("vshr.s32.s32.u32.wrap.add %0, %1, %2, %3;", (s32(a) >> (b & 31)) + c);
  R32("vmad.u32.u32.u32 %0, %1, %2, %3;", a * b + c);
  R32("vmad.s32.s32.s32 %0, %1.h0, %2.b1, %3;",
      u32(S::half(a, 0) * S::byte(b, 1)) + c);
  R32("vmad.u32.u32.u32.po %0, %1.b0, %2.h1, %3;",
      u32(U::byte(a, 0) * U::half(b, 1)) + c + 1);
  R32("vset.u32.u32.lt %0, %1, %2;", a < b);
  R32("vset.s32.u32.ge %0, %1.h1, %2.b2;", S::half(a, 1) >= U::byte(b, 2));
  R32("vset.s32.s32.ne.add %0, %1, %2, %3;", c + (a != b));
  R32("vset.u32.u32.eq %0.b1, %1.b0, %2.b0, %3;",
      put(c, u8(a) == u8(b), 8, 255));
}

#define LANES(OP, BITS, T, F, REFERENCE)                                       \
  {                                                                            \
    auto Of = [](s64 x, s64 y) { return s64(REFERENCE); };                     \
    auto Cut = [=](s64 x, s64 y) { return F::clamp(Of(x, y), BITS); };         \
    R32(OP "." T "." T "." T " %0, %1, %2, %3;",                               \
        (lanesOf<F, F>(a, b, c, BITS, false, Of)));                            \
    R32(OP "." T "." T "." T ".sat %0, %1, %2, %3;",                           \
        (lanesOf<F, F>(a, b, c, BITS, false, Cut)));                           \
    R32(OP "." T "." T "." T ".add %0, %1, %2, %3;",                           \
        (lanesOf<F, F>(a, b, c, BITS, true, Of)));                             \
  }
#define BOTH(OP, REFERENCE)                                                    \
  LANES(OP "2", 16, "u32", U, REFERENCE)                                       \
  LANES(OP "2", 16, "s32", S, REFERENCE)                                       \
  LANES(OP "4", 8, "u32", U, REFERENCE)                                        \
  LANES(OP "4", 8, "s32", S, REFERENCE)

KERNEL(lanes) {
  BOTH("vadd", x + y);
  BOTH("vsub", x - y);
  BOTH("vavrg", average(x, y));
  BOTH("vabsdiff", distance(x, y));
  BOTH("vmin", x < y ? x : y);
  BOTH("vmax", x > y ? x : y);
  R32("vset2.u32.u32.lt %0, %1, %2, %3;",
      (lanesOf<U, U>(a, b, c, 16, false, [](s64 x, s64 y) { return x < y; })));
  R32("vset2.s32.s32.ge.add %0, %1, %2, %3;",
      (lanesOf<S, S>(a, b, c, 16, true, [](s64 x, s64 y) { return x >= y; })));
  R32("vset4.u32.u32.eq %0, %1, %2, %3;",
      (lanesOf<U, U>(a, b, c, 8, false, [](s64 x, s64 y) { return x == y; })));
  R32("vset4.s32.s32.gt.add %0, %1, %2, %3;",
      (lanesOf<S, S>(a, b, c, 8, true, [](s64 x, s64 y) { return x > y; })));
  R32("vadd4.u32.u32.u32 %0.b20, %1.b0123, %2.b7654, %3;",
      put(put(c, U::byte(a, 3) + U::byte(b, 0), 0, 255),
          U::byte(a, 1) + U::byte(b, 2), 16, 255));
  R32("vadd2.u32.u32.u32 %0.h1, %1.h01, %2.h10, %3;",
      put(c, U::half(a, 0) + U::half(a, 1), 16, 0xffff));
  // The functions that CUDA has for them.
  O(__vadd2(a, b)), O(__vsub4(a, b)), O(__vabsdiffu4(a, b)), O(__vmaxs2(a, b));
  O(__vminu4(a, b)), O(__vavgu4(a, b)), O(__vcmpeq4(a, b)), O(__vsetltu2(a, b));
  O(__vaddss2(a, b)), O(__vsubus4(a, b)), O(__vneg2(a)), O(__vabs4(a));
  O(__vsadu4(a, b)), O(__vcmpgts2(a, b)), O(__vhaddu4(a, b));
}
