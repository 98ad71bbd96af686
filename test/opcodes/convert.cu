//===- convert.cu - Conversions -------------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Rounding.cuh"

namespace {
/// V, a whole number or none, as the nearest T. NaN is 0; where one of the
/// types has 64 bits, the number with only the top bit set.
template <class T, class F> __device__ T nearest(F V) {
  constexpr bool Signed = T(-1) < T(0);
  constexpr unsigned Bits = sizeof(T) * 8;
  constexpr u64 Top = Signed ? 1ull << (Bits - 1) : 0;
  if (V != V)
    return sizeof(F) == 8 || Bits == 64 ? T(1ull << (Bits - 1)) : T(0);
  double Limit = double(1ull << (Bits - 1)) * (Signed ? 1 : 2);
  if (V >= Limit)
    return T((Signed ? Top : Bits == 64 ? 0 : 1ull << (Bits % 64)) - 1);
  if (V <= (Signed ? -Limit : 0.0))
    return T(Top);
  return T(V);
}
template <class F> __device__ F whole(F V, Mode M) {
  if (sizeof(F) == 4)
    return M == Nearest ? __builtin_rintf(V)
           : M == Zero  ? __builtin_truncf(V)
           : M == Down  ? __builtin_floorf(V)
                        : __builtin_ceilf(V);
  return M == Nearest ? __builtin_rint(V)
         : M == Zero  ? __builtin_trunc(V)
         : M == Down  ? __builtin_floor(V)
                      : __builtin_ceil(V);
}
/// The number X, rounded by M.
template <class F, class T> __device__ F real(T X, Mode M) {
  F V = F(X); // To nearest.
  constexpr bool Signed = T(-1) < T(0);
  F Limit = F(1ull << 63) * (Signed ? 1 : 2);
  bool Bigger = V >= Limit || T(V) > X, Smaller = V < Limit && T(V) < X;
  bool WantsDown = M == Down || (M == Zero && X > 0);
  bool WantsUp = M == Up || (M == Zero && X < 0);
  if (Bigger && WantsDown)
    return step(V, false);
  if (Smaller && WantsUp)
    return step(V, true);
  return V;
}
template <class T, class S> __device__ T clampInteger(S V) {
  s128 W = V, One = 1;
  constexpr unsigned Bits = sizeof(T) * 8;
  s128 Lo = T(-1) < T(0) ? -(One << (Bits - 1)) : 0;
  s128 Hi = (T(-1) < T(0) ? One << (Bits - 1) : One << Bits) - 1;
  return T(W < Lo ? Lo : W > Hi ? Hi : W);
}
} // namespace

// What a type's register is in inline PTX.
#define CVT(MODS, TO, T, TR, TK, FROM, REFERENCE, IN)                          \
  PTX(TR, TK, "cvt" MODS "." TO "." FROM " %0, %1;", T(REFERENCE), IN)
#define TO_INTEGERS(MODS, FROM, IN, F)                                         \
  CVT(MODS, "u8", u8, u16, "=h", FROM, F(u8), IN);                             \
  CVT(MODS, "s8", s8, s16, "=h", FROM, F(s8), IN);                             \
  CVT(MODS, "u16", u16, u16, "=h", FROM, F(u16), IN);                          \
  CVT(MODS, "s16", s16, s16, "=h", FROM, F(s16), IN);                          \
  CVT(MODS, "u32", u32, u32, "=r", FROM, F(u32), IN);                          \
  CVT(MODS, "s32", s32, s32, "=r", FROM, F(s32), IN);                          \
  CVT(MODS, "u64", u64, u64, "=l", FROM, F(u64), IN);                          \
  CVT(MODS, "s64", s64, s64, "=l", FROM, F(s64), IN)
#define FROM_INTEGERS(X)                                                       \
  X("u8", u8, "h"(u16(a)));                                                    \
  X("s8", s8, "h"(u16(a)));                                                    \
  X("u16", u16, "h"(u16(a)));                                                  \
  X("s16", s16, "h"(u16(a)));                                                  \
  X("u32", u32, "r"(a));                                                       \
  X("s32", s32, "r"(a));                                                       \
  X("u64", u64, "l"(A));                                                       \
  X("s64", s64, "l"(A))

KERNEL(integers) {
#define PLAIN(T) S(A)
#define INTEGERS(FROM, T, IN)                                                  \
  {                                                                            \
    using S = T;                                                               \
    TO_INTEGERS("", FROM, IN, PLAIN);                                          \
  }
  FROM_INTEGERS(INTEGERS);
}

KERNEL(integers_saturated) {
  // Only where the type does not hold all numbers of the other one anyway.
#define SAT_U8(F, S, IN) CVT(".sat", "u8", u8, u16, "=h", F, S(u8), IN)
#define SAT_S8(F, S, IN) CVT(".sat", "s8", s8, s16, "=h", F, S(s8), IN)
#define SAT_U16(F, S, IN) CVT(".sat", "u16", u16, u16, "=h", F, S(u16), IN)
#define SAT_S16(F, S, IN) CVT(".sat", "s16", s16, s16, "=h", F, S(s16), IN)
#define SAT_U32(F, S, IN) CVT(".sat", "u32", u32, u32, "=r", F, S(u32), IN)
#define SAT_S32(F, S, IN) CVT(".sat", "s32", s32, s32, "=r", F, S(s32), IN)
#define SAT_U64(F, S, IN) CVT(".sat", "u64", u64, u64, "=l", F, S(u64), IN)
#define SAT_S64(F, S, IN) CVT(".sat", "s64", s64, s64, "=l", F, S(s64), IN)
#define U8_AS(T) clampInteger<T>(u8(A))
  SAT_S8("u8", U8_AS, "h"(u16(a)));
#define S8_AS(T) clampInteger<T>(s8(A))
  SAT_U8("s8", S8_AS, "h"(u16(a)));
  SAT_U16("s8", S8_AS, "h"(u16(a)));
  SAT_U32("s8", S8_AS, "h"(u16(a)));
  SAT_U64("s8", S8_AS, "h"(u16(a)));
#define U16_AS(T) clampInteger<T>(u16(A))
  SAT_U8("u16", U16_AS, "h"(u16(a)));
  SAT_S8("u16", U16_AS, "h"(u16(a)));
  SAT_S16("u16", U16_AS, "h"(u16(a)));
#define S16_AS(T) clampInteger<T>(s16(A))
  SAT_U8("s16", S16_AS, "h"(u16(a)));
  SAT_S8("s16", S16_AS, "h"(u16(a)));
  SAT_U16("s16", S16_AS, "h"(u16(a)));
  SAT_U32("s16", S16_AS, "h"(u16(a)));
  SAT_U64("s16", S16_AS, "h"(u16(a)));
#define U32_AS(T) clampInteger<T>(u32(A))
  SAT_U8("u32", U32_AS, "r"(a));
  SAT_S8("u32", U32_AS, "r"(a));
  SAT_U16("u32", U32_AS, "r"(a));
  SAT_S16("u32", U32_AS, "r"(a));
  SAT_S32("u32", U32_AS, "r"(a));
#define S32_AS(T) clampInteger<T>(s32(A))
  SAT_U8("s32", S32_AS, "r"(a));
  SAT_S8("s32", S32_AS, "r"(a));
  SAT_U16("s32", S32_AS, "r"(a));
  SAT_S16("s32", S32_AS, "r"(a));
  SAT_U32("s32", S32_AS, "r"(a));
  SAT_U64("s32", S32_AS, "r"(a));
#define U64_AS(T) clampInteger<T>(u64(A))
  SAT_U8("u64", U64_AS, "l"(A));
  SAT_S8("u64", U64_AS, "l"(A));
  SAT_U16("u64", U64_AS, "l"(A));
  SAT_S16("u64", U64_AS, "l"(A));
  SAT_U32("u64", U64_AS, "l"(A));
  SAT_S32("u64", U64_AS, "l"(A));
  SAT_S64("u64", U64_AS, "l"(A));
#define S64_AS(T) clampInteger<T>(s64(A))
  SAT_U8("s64", S64_AS, "l"(A));
  SAT_S8("s64", S64_AS, "l"(A));
  SAT_U16("s64", S64_AS, "l"(A));
  SAT_S16("s64", S64_AS, "l"(A));
  SAT_U32("s64", S64_AS, "l"(A));
  SAT_S32("s64", S64_AS, "l"(A));
  SAT_U64("s64", S64_AS, "l"(A));
}

KERNEL(to_integers) {
  float f = flt(a);
  double g = dbl(A);
#define SINGLE(T) nearest<T>(whole(f, M))
#define FLUSHED(T) nearest<T>(whole(flush(f), M))
#define DOUBLE(T) nearest<T>(whole(g, M))
#define BY_MODE(NAME, MODE)                                                    \
  {                                                                            \
    constexpr Mode M = MODE;                                                   \
    TO_INTEGERS(NAME, "f32", "f"(f), SINGLE);                                  \
    TO_INTEGERS(NAME ".ftz", "f32", "f"(f), FLUSHED);                          \
    TO_INTEGERS(NAME ".sat", "f32", "f"(f), SINGLE);                           \
    TO_INTEGERS(NAME, "f64", "d"(g), DOUBLE);                                  \
  }
  BY_MODE(".rni", Nearest);
  BY_MODE(".rzi", Zero);
  BY_MODE(".rmi", Down);
  BY_MODE(".rpi", Up);
}

KERNEL(to_reals) {
#define REALS(FROM, T, IN)                                                     \
  PTX(float, "=f", "cvt.rn.f32." FROM " %0, %1;",                              \
      (real<float, S>(T(A), Nearest)), IN);                                    \
  PTX(float, "=f", "cvt.rz.f32." FROM " %0, %1;",                              \
      (real<float, S>(T(A), Zero)), IN);                                       \
  PTX(float, "=f", "cvt.rm.f32." FROM " %0, %1;",                              \
      (real<float, S>(T(A), Down)), IN);                                       \
  PTX(float, "=f", "cvt.rp.f32." FROM " %0, %1;", (real<float, S>(T(A), Up)),  \
      IN);                                                                     \
  PTX(double, "=d", "cvt.rn.f64." FROM " %0, %1;",                             \
      (real<double, S>(T(A), Nearest)), IN);                                   \
  PTX(double, "=d", "cvt.rz.f64." FROM " %0, %1;",                             \
      (real<double, S>(T(A), Zero)), IN);                                      \
  PTX(double, "=d", "cvt.rm.f64." FROM " %0, %1;",                             \
      (real<double, S>(T(A), Down)), IN);                                      \
  PTX(double, "=d", "cvt.rp.f64." FROM " %0, %1;",                             \
      (real<double, S>(T(A), Up)), IN)
  {
    using S = u64;
    REALS("u8", u8, "h"(u16(a)));
    REALS("u16", u16, "h"(u16(a)));
    REALS("u32", u32, "r"(a));
    REALS("u64", u64, "l"(A));
  }
  {
    using S = s64;
    REALS("s8", s8, "h"(u16(a)));
    REALS("s16", s16, "h"(u16(a)));
    REALS("s32", s32, "r"(a));
    REALS("s64", s64, "l"(A));
  }
}

KERNEL(reals) {
  float f = flt(a);
  F32("cvt.rni.f32.f32 %0, %1;", whole(f, Nearest));
  F32("cvt.rzi.f32.f32 %0, %1;", whole(f, Zero));
  F32("cvt.rmi.f32.f32 %0, %1;", whole(f, Down));
  F32("cvt.rpi.f32.f32 %0, %1;", whole(f, Up));
  F32("cvt.rni.ftz.f32.f32 %0, %1;", whole(flush(f), Nearest));
  F32("cvt.rpi.ftz.f32.f32 %0, %1;", whole(flush(f), Up));
  F32("cvt.sat.f32.f32 %0, %1;", f > 0 ? f < 1 ? f : 1.f : 0.f);
  F32("cvt.ftz.sat.f32.f32 %0, %1;", flush(f) > 0 ? f < 1 ? f : 1.f : 0.f);
  F32("cvt.ftz.f32.f32 %0, %1;", flush(f));
  F64("cvt.rni.f64.f64 %0, %1;", whole(dbl(A), Nearest));
  F64("cvt.rzi.f64.f64 %0, %1;", whole(dbl(A), Zero));
  F64("cvt.rmi.f64.f64 %0, %1;", whole(dbl(A), Down));
  F64("cvt.rpi.f64.f64 %0, %1;", whole(dbl(A), Up));
  PTX(double, "=d", "cvt.f64.f32 %0, %1;", double(f), "f"(f));
  PTX(double, "=d", "cvt.ftz.f64.f32 %0, %1;", double(flush(f)), "f"(f));
  PTX(float, "=f", "cvt.rn.f32.f64 %0, %1;", narrow(dbl(A), Nearest), INF64);
  PTX(float, "=f", "cvt.rz.f32.f64 %0, %1;", narrow(dbl(A), Zero), INF64);
  PTX(float, "=f", "cvt.rm.f32.f64 %0, %1;", narrow(dbl(A), Down), INF64);
  PTX(float, "=f", "cvt.rp.f32.f64 %0, %1;", narrow(dbl(A), Up), INF64);
  // Four bytes of two words; what does not fit is cut off at the ends.
  PTX(u32, "=r", "cvt.pack.sat.u16.s32 %0, %1, %2;",
      u32(clampInteger<u16>(s32(a))) << 16 | clampInteger<u16>(s32(b)), IN32);
  PTX(u32, "=r", "cvt.pack.sat.s16.s32 %0, %1, %2;",
      u32(u16(clampInteger<s16>(s32(a)))) << 16 |
          u16(clampInteger<s16>(s32(b))),
      IN32);
  PTX(u32, "=r", "cvt.pack.sat.u8.s32.b32 %0, %1, %2, %3;",
      u32(clampInteger<u8>(s32(a))) << 8 | clampInteger<u8>(s32(b)) | c << 16,
      IN32);
  PTX(u32, "=r", "cvt.pack.sat.s8.s32.b32 %0, %1, %2, %3;",
      u32(u8(clampInteger<s8>(s32(a)))) << 8 | u8(clampInteger<s8>(s32(b))) |
          c << 16,
      IN32);
}

KERNEL(cxx_conversions) {
  float f = flt(a);
  double g = dbl(A);
  O(__float2int_rn(f)), O(__float2int_rz(f)), O(__float2int_rd(f));
  O(__float2int_ru(f)), O(__float2uint_rn(f)), O(__float2uint_rz(f));
  O(__float2uint_rd(f)), O(__float2uint_ru(f));
  O(__float2ll_rn(f)), O(__float2ll_rz(f)), O(__float2ll_rd(f));
  O(__float2ll_ru(f)), O(__float2ull_rn(f)), O(__float2ull_rz(f));
  O(__double2int_rn(g)), O(__double2int_rz(g)), O(__double2uint_rd(g));
  O(__double2uint_ru(g)), O(__double2ll_rn(g)), O(__double2ll_rz(g));
  O(__double2ull_rd(g)), O(__double2ull_ru(g));
  O(__double2float_rn(g)), O(__double2float_rz(g)), O(__double2float_rd(g));
  O(__double2float_ru(g)), O(__int2float_rn(s32(b))), O(__int2float_rz(s32(b)));
  O(__int2float_rd(s32(b))), O(__int2float_ru(s32(b))), O(__uint2float_rn(b));
  O(__uint2float_rz(b)), O(__ll2float_rn(s64(B))), O(__ll2float_rz(s64(B)));
  O(__ll2float_rd(s64(B))), O(__ull2float_ru(B)), O(__int2double_rn(s32(b)));
  O(__ll2double_rn(s64(B))), O(__ll2double_rz(s64(B))), O(__ull2double_ru(B));
  O(__double2hiint(g)), O(__double2loint(g)),
      O(__hiloint2double(s32(a), s32(b)));
  O(__float_as_int(f)), O(__longlong_as_double(s64(B)));
  O(float(s8(a))), O(float(u8(b))), O(double(s16(a))), O(double(u16(b)));
  O(float(s64(A))), O(float(B)), O(double(s64(C))), O(double(D));
  O(double(f)), O(float(g));
  O(s32(whole(f, Zero) < 1e9f && f > -1e9f ? f : 0.f));
  O(u8(f >= 0 && f < 256 ? f : 0.f)), O(s16(f > -32768 && f < 32767 ? f : 0.f));
  O(u64(g >= 0 && g < 1e19 ? g : 0.0)), O(s64(g > -9e18 && g < 9e18 ? g : 0.0));
}
