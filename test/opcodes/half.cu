//===- half.cu - Arithmetic of half and bfloat16 --------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The references compute in double and round once, by hand.
//
//===----------------------------------------------------------------------===//

#include "Rounding.cuh"

namespace {
/// A format with ExponentBits and FractionBits, in 16 bits.
template <unsigned ExponentBits, unsigned FractionBits> struct Format {
  static constexpr int Bias = (1 << (ExponentBits - 1)) - 1;
  static constexpr u32 Top = (1u << ExponentBits) - 1;
  static constexpr u16 NaN = 0x7fff;
  static constexpr u16 Infinity = u16(Top << FractionBits);

  static __device__ double decode(u16 V) {
    u64 Sign = u64(V >> 15) << 63;
    u32 E = V >> FractionBits & Top, F = V & ((1u << FractionBits) - 1);
    if (E == Top)
      return dbl(Sign | 0x7ff0000000000000 | u64(F) << (52 - FractionBits));
    if (E)
      return dbl(Sign | u64(int(E) - Bias + 1023) << 52 |
                 u64(F) << (52 - FractionBits));
    // F units of the smallest number.
    double Unit = dbl(u64(1 - Bias - int(FractionBits) + 1023) << 52);
    return dbl(Sign | bitsOf(F * Unit));
  }
  /// s + error, error below half a unit of s; to nearest, ties to even, or cut.
  static __device__ u16 encode(double s, double error, bool Cut = false) {
    u16 Sign = u16(bitsOf(s) >> 48 & 0x8000);
    if (s != s)
      return NaN;
    double V = __builtin_fabs(s);
    if (Sign)
      error = -error;
    if (V == __builtin_inf())
      return Sign | Infinity;
    int E = int(bitsOf(V) >> 52) - 1023;
    if (E < 1 - Bias)
      E = 1 - Bias;
    // V in units of the last place: exact, a power of two.
    double Scaled = V * dbl(u64(int(FractionBits) - E + 1023) << 52);
    u64 Whole = u64(Scaled);
    double Rest = Scaled - double(Whole);
    if (Rest == 0 && error < 0 && Whole && Cut)
      --Whole;
    bool More = Rest > 0.5 || (Rest == 0.5 && error > 0) ||
                (Rest == 0.5 && error == 0 && (Whole & 1));
    if (!Cut && More)
      ++Whole;
    u64 Bits = Whole + (u64(E + Bias - 1) << FractionBits);
    if (Bits >= Infinity)
      return Sign | (Cut ? Infinity - 1 : Infinity);
    return Sign | u16(Bits);
  }
  static __device__ u16 sum(double x, double y) {
    double s = x + y, t = s - x, error = (x - (s - t)) + (y - t);
    return encode(s, error == error ? error : 0);
  }
};
using Half = Format<5, 10>;
using Brain = Format<8, 7>;

template <class F> __device__ u16 flushed(u16 V) {
  return V & F::Infinity ? V : V & 0x8000;
}
template <class F> __device__ bool isNaN(u16 V) {
  return (V & 0x7fff) > F::Infinity;
}
template <class F> __device__ u16 positive(u16 V) {
  return isNaN<F>(V) ? F::NaN : V & 0x8000 ? 0 : V;
}
/// Between 0 and 1; NaN is 0.
__device__ u16 unit(u16 V) {
  double D = Half::decode(V);
  return !(D > 0) ? 0 : D < 1 ? V : u16(0x3c00);
}
template <class F> __device__ u16 smaller(u16 x, u16 y, bool Propagate) {
  if (isNaN<F>(x) || isNaN<F>(y))
    return Propagate || (isNaN<F>(x) && isNaN<F>(y)) ? F::NaN
           : isNaN<F>(x)                             ? y
                                                     : x;
  double a = F::decode(x), b = F::decode(y);
  return a == b ? u16(x & 0x8000 ? x : y) : a < b ? x : y;
}
template <class F> __device__ u16 larger(u16 x, u16 y, bool Propagate) {
  u16 R = smaller<F>(x ^ 0x8000, y ^ 0x8000, Propagate);
  return isNaN<F>(R) ? F::NaN : R ^ 0x8000;
}
template <class F> __device__ u32 lanes(u32 x, u32 y, F Of) {
  return u32(Of(u16(x), u16(y))) | u32(Of(u16(x >> 16), u16(y >> 16))) << 16;
}
/// NaNs of both halves are one.
template <class F> __device__ u16 one(u16 V) {
  return isNaN<F>(V) ? F::NaN : V;
}
template <class F> __device__ u32 oneEach(u32 V) {
  return one<F>(u16(V)) | u32(one<F>(u16(V >> 16))) << 16;
}
} // namespace

#ifdef __clang__
#define NUMBER16(F, TEXT, REFERENCE) O(one<F>(REFERENCE))
#define NUMBERS32(F, TEXT, REFERENCE) O(oneEach<F>(REFERENCE))
#else
#define NUMBER16(F, TEXT, REFERENCE)                                           \
  do {                                                                         \
    u16 Result;                                                                \
    asm volatile(TEXT : "=h"(Result) : IN16);                                  \
    O(one<F>(Result));                                                         \
  } while (0)
#define NUMBERS32(F, TEXT, REFERENCE)                                          \
  do {                                                                         \
    u32 Result;                                                                \
    asm volatile(TEXT : "=r"(Result) : IN32);                                  \
    O(oneEach<F>(Result));                                                     \
  } while (0)
#endif

/// Everything that both formats have, in one and in two lanes.
#define ARITHMETIC(F, S)                                                       \
  {                                                                            \
    auto Add = [](u16 x, u16 y) {                                              \
      return F::sum(F::decode(x), F::decode(y));                               \
    };                                                                         \
    auto Subtract = [](u16 x, u16 y) {                                         \
      return F::sum(F::decode(x), -F::decode(y));                              \
    };                                                                         \
    auto Multiply = [](u16 x, u16 y) {                                         \
      return F::encode(F::decode(x) * F::decode(y), 0);                        \
    };                                                                         \
    auto Fused = [](u16 x, u16 y, u16 z) {                                     \
      return F::sum(F::decode(x) * F::decode(y), F::decode(z));                \
    };                                                                         \
    auto Low = [](u16 x, u16 y) { return smaller<F>(x, y, false); };           \
    auto High = [](u16 x, u16 y) { return larger<F>(x, y, false); };           \
    u16 x = u16(a), y = u16(b), z = u16(c);                                    \
    NUMBER16(F, "add.rn." S " %0, %1, %2;", Add(x, y));                        \
    NUMBER16(F, "sub.rn." S " %0, %1, %2;", Subtract(x, y));                   \
    NUMBER16(F, "mul.rn." S " %0, %1, %2;", Multiply(x, y));                   \
    NUMBER16(F, "fma.rn." S " %0, %1, %2, %3;", Fused(x, y, z));               \
    NUMBER16(F, "fma.rn.relu." S " %0, %1, %2, %3;",                           \
             positive<F>(Fused(x, y, z)));                                     \
    NUMBER16(F, "neg." S " %0, %1;", u16(x ^ 0x8000));                         \
    NUMBER16(F, "abs." S " %0, %1;", u16(x & 0x7fff));                         \
    NUMBER16(F, "min." S " %0, %1, %2;", Low(x, y));                           \
    NUMBER16(F, "max." S " %0, %1, %2;", High(x, y));                          \
    NUMBER16(F, "min.NaN." S " %0, %1, %2;", smaller<F>(x, y, true));          \
    NUMBER16(F, "max.NaN." S " %0, %1, %2;", larger<F>(x, y, true));           \
    NUMBER16(                                                                  \
        F, "max.xorsign.abs." S " %0, %1, %2;",                                \
        u16((High(x & 0x7fff, y & 0x7fff) & 0x7fff) | ((x ^ y) & 0x8000)));    \
    NUMBERS32(F, "add.rn." S "x2 %0, %1, %2;", lanes(a, b, Add));              \
    NUMBERS32(F, "sub.rn." S "x2 %0, %1, %2;", lanes(a, b, Subtract));         \
    NUMBERS32(F, "mul.rn." S "x2 %0, %1, %2;", lanes(a, b, Multiply));         \
    NUMBERS32(F, "fma.rn." S "x2 %0, %1, %2, %3;",                             \
              Fused(x, y, z) |                                                 \
                  u32(Fused(u16(a >> 16), u16(b >> 16), u16(c >> 16))) << 16); \
    NUMBERS32(F, "neg." S "x2 %0, %1;", a ^ 0x80008000);                       \
    NUMBERS32(F, "abs." S "x2 %0, %1;", a & 0x7fff7fff);                       \
    NUMBERS32(F, "min." S "x2 %0, %1, %2;", lanes(a, b, Low));                 \
    NUMBERS32(F, "max." S "x2 %0, %1, %2;", lanes(a, b, High));                \
  }

KERNEL(arithmetic) {
  ARITHMETIC(Half, "f16");
  ARITHMETIC(Brain, "bf16");
  u16 x = u16(a), y = u16(b), z = u16(c);
  u16 u = flushed<Half>(x), v = flushed<Half>(y), w = flushed<Half>(z);
  auto Add = [](u16 x, u16 y) {
    return Half::sum(Half::decode(x), Half::decode(y));
  };
  auto Fused = [](u16 x, u16 y, u16 z) {
    return Half::sum(Half::decode(x) * Half::decode(y), Half::decode(z));
  };
  NUMBER16(Half, "add.f16 %0, %1, %2;", Add(x, y));
  NUMBER16(Half, "add.ftz.f16 %0, %1, %2;", flushed<Half>(Add(u, v)));
  NUMBER16(Half, "add.sat.f16 %0, %1, %2;", unit(Add(x, y)));
  NUMBER16(Half, "sub.ftz.sat.f16 %0, %1, %2;",
           unit(flushed<Half>(Add(u, v ^ 0x8000))));
  NUMBER16(Half, "mul.sat.f16 %0, %1, %2;",
           unit(Half::encode(Half::decode(x) * Half::decode(y), 0)));
  NUMBER16(Half, "fma.rn.ftz.f16 %0, %1, %2, %3;",
           flushed<Half>(Fused(u, v, w)));
  NUMBER16(Half, "fma.rn.sat.f16 %0, %1, %2, %3;", unit(Fused(x, y, z)));
}

KERNEL(comparisons) {
#define COMPARE(F, S, C, E)                                                    \
  {                                                                            \
    double x = F::decode(u16(a)), y = F::decode(u16(b));                       \
    bool Ordered = x == x && y == y;                                           \
    PREDICATE("setp." C "." S " p, %1, %2;", E, IN16);                         \
    PTX(u32, "=r", "set." C ".u32." S " %0, %1, %2;", (E) ? ~0u : 0, IN16);    \
    (void)Ordered;                                                             \
  }
#define EVERY(F, S)                                                            \
  COMPARE(F, S, "eq", x == y);                                                 \
  COMPARE(F, S, "ne", Ordered &&x != y);                                       \
  COMPARE(F, S, "lt", x < y);                                                  \
  COMPARE(F, S, "le", x <= y);                                                 \
  COMPARE(F, S, "gt", x > y);                                                  \
  COMPARE(F, S, "ge", x >= y);                                                 \
  COMPARE(F, S, "equ", !Ordered || x == y);                                    \
  COMPARE(F, S, "neu", !Ordered || x != y);                                    \
  COMPARE(F, S, "ltu", !Ordered || x < y);                                     \
  COMPARE(F, S, "geu", !Ordered || x >= y);                                    \
  COMPARE(F, S, "num", Ordered);                                               \
  COMPARE(F, S, "nan", !Ordered)
  EVERY(Half, "f16");
  EVERY(Brain, "bf16");
  auto Less = [](u16 x, u16 y) { return Half::decode(x) < Half::decode(y); };
  R32("{ .reg .pred p, q; setp.lt.f16x2 p|q, %1, %2; selp.u32 %0, 1, 0, p; @q "
      "add.u32 %0, %0, 2; }",
      Less(u16(a), u16(b)) + 2 * Less(u16(a >> 16), u16(b >> 16)));
  R32("set.lt.f16x2.f16x2 %0, %1, %2;",
      (Less(u16(a), u16(b)) ? 0x3c00 : 0) |
          (Less(u16(a >> 16), u16(b >> 16)) ? 0x3c000000u : 0));
}

KERNEL(conversions) {
  double f = Half::decode(u16(a)), g = Brain::decode(u16(a));
  PTX(float, "=f", "cvt.f32.f16 %0, %1;", float(f), IN16);
  PTX(double, "=d", "cvt.f64.f16 %0, %1;", f, IN16);
  PTX(float, "=f", "cvt.f32.bf16 %0, %1;", float(g), IN16);
  float x = flt(a);
  bool Number = x == x;
  PTX(u16, "=h",
      "{ .reg .pred p; testp.number.f32 p, %1; cvt.rn.f16.f32 %0, %1; @!p mov"
      ".b16 %0, 9; }",
      Number ? Half::encode(x, 0) : 9, INF32);
  PTX(u16, "=h",
      "{ .reg .pred p; testp.number.f32 p, %1; cvt.rz.f16.f32 %0, %1; @!p mov"
      ".b16 %0, 9; }",
      Number ? x - x == 0 ? Half::encode(x, 0, true) : Half::encode(x, 0) : 9,
      INF32);
  PTX(u16, "=h",
      "{ .reg .pred p; testp.number.f64 p, %1; cvt.rn.f16.f64 %0, %1; @!p mov"
      ".b16 %0, 9; }",
      dbl(A) == dbl(A) ? Half::encode(dbl(A), 0) : 9, INF64);
  PTX(u16, "=h",
      "{ .reg .pred p; testp.number.f32 p, %1; cvt.rn.bf16.f32 %0, %1; @!p mov"
      ".b16 %0, 9; }",
      Number ? Brain::encode(x, 0) : 9, INF32);
  PTX(u16, "=h",
      "{ .reg .pred p; testp.number.f32 p, %1; cvt.rz.bf16.f32 %0, %1; @!p mov"
      ".b16 %0, 9; }",
      Number ? x - x == 0 ? Brain::encode(x, 0, true) : Brain::encode(x, 0) : 9,
      INF32);
  PTX(u32, "=r",
      "{ .reg .pred p, q; testp.number.f32 p, %1; testp.number.f32 q, %2; "
      "and.pred p, p, q; cvt.rn.f16x2.f32 %0, %1, %2; @!p mov.b32 %0, 9; }",
      Number && flt(b) == flt(b)
          ? u32(Half::encode(x, 0)) << 16 | Half::encode(flt(b), 0)
          : 9,
      INF32);
  PTX(u32, "=r",
      "{ .reg .pred p, q; testp.number.f32 p, %1; testp.number.f32 q, %2; "
      "and.pred p, p, q; cvt.rn.bf16x2.f32 %0, %1, %2; @!p mov.b32 %0, 9; }",
      Number && flt(b) == flt(b)
          ? u32(Brain::encode(x, 0)) << 16 | Brain::encode(flt(b), 0)
          : 9,
      INF32);
  // Integers to half and back.
  R16("cvt.rn.f16.s16 %0, %1;", Half::encode(s16(a), 0));
  R16("cvt.rn.f16.u16 %0, %1;", Half::encode(u16(a), 0));
  PTX(u16, "=h", "cvt.rn.f16.s32 %0, %1;", Half::encode(s32(a), 0), IN32);
  PTX(u16, "=h", "cvt.rn.f16.u32 %0, %1;", Half::encode(a, 0), IN32);
  PTX(u16, "=h", "cvt.rz.f16.u32 %0, %1;", Half::encode(a, 0, true), IN32);
  auto Clamp = [=](double Lo, double Hi) {
    double V = __builtin_trunc(f);
    return f != f ? 0 : V < Lo ? Lo : V > Hi ? Hi : V;
  };
  R16("cvt.rzi.s16.f16 %0, %1;", s16(Clamp(-32768, 32767)));
  R16("cvt.rzi.u16.f16 %0, %1;", u16(Clamp(0, 65535)));
  PTX(u32, "=r", "cvt.rzi.s32.f16 %0, %1;",
      s32(Clamp(-2147483648., 2147483647)), IN16);
  PTX(u32, "=r", "cvt.rzi.u32.f16 %0, %1;", u32(Clamp(0, 4294967295.)), IN16);
  PTX(u16, "=h", "cvt.rzi.s8.f16 %0, %1;", s16(Clamp(-128, 127)), IN16);
  PTX(u64, "=l", "cvt.rzi.s64.f16 %0, %1;",
      f != f     ? 1ull << 63
      : f > 1e9  ? ~0ull >> 1
      : f < -1e9 ? 1ull << 63
                 : u64(s64(f)),
      IN16);
  NUMBER16(Half, "cvt.rni.f16.f16 %0, %1;", Half::encode(__builtin_rint(f), 0));
  NUMBER16(Half, "cvt.rmi.f16.f16 %0, %1;",
           Half::encode(__builtin_floor(f), 0));
}
