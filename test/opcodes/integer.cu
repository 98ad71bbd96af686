//===- integer.cu - Integer arithmetic ------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Opcodes.cuh"

/// C++ in each type; what nvcc makes of small and of wide types is its choice.
template <class T>
static __device__ void arithmetic(Results &O, T x, T y, T z) {
  T n = y == 0 || y == T(-1) ? T(3) : y;
  O(T(x + y)), O(T(x - y)), O(T(x * y)), O(T(x * y + z));
  O(T(x / n)), O(T(x % n)), O(T(x / T(10))), O(T(x % T(7)));
  O(T(x / T(8))), O(T(x % T(8)));
  O(T(x & y)), O(T(x | y)), O(T(x ^ y)), O(T(~x)), O(T(0 - x));
  constexpr unsigned Last = sizeof(T) * 8 - 1;
  O(T(x << (unsigned(y) & Last))), O(T(x >> (unsigned(y) & Last)));
  O(x < y), O(x <= y), O(x > y), O(x >= y), O(x == y), O(x != y);
  O(x < y ? x : y), O(x > y ? x : y), O(x < 0 ? T(0 - x) : x);
  O(x < z ? y : z), O(x && y), O(!x || z);
}

KERNEL(int_small) {
  arithmetic<s8>(O, s8(a), s8(b), s8(c));
  arithmetic<u8>(O, u8(a), u8(b), u8(c));
  arithmetic<s16>(O, s16(a), s16(b), s16(c));
  arithmetic<u16>(O, u16(a), u16(b), u16(c));
}

KERNEL(int_wide) {
  arithmetic<s32>(O, s32(a), s32(b), s32(c));
  arithmetic<u32>(O, a, b, c);
  arithmetic<s64>(O, s64(A), s64(B), s64(C));
  arithmetic<u64>(O, A, B, C);
}

KERNEL(int_128) {
  u128 x = u128(A) << 64 | B, y = u128(C) << 64 | D;
  auto Both = [&](u128 V) { O(u64(V)), O(u64(V >> 64)); };
  Both(x + y), Both(x - y), Both(x * y), Both(u128(A) * B);
  Both(u128(s128(s64(A)) * s64(B)));
  Both(x << (a & 127)), Both(x >> (b & 127)), Both(u128(s128(x) >> (c & 127)));
  O(x < y), O(s128(x) < s128(y)), O(x == y);
}

KERNEL(int_intrinsics) {
  s32 x = s32(a), y = s32(b), z = s32(c);
  O(__mulhi(x, y)), O(__umulhi(a, b));
  O(__mul64hi(s64(A), s64(B))), O(__umul64hi(A, B));
  O(__mul24(x, y)), O(__umul24(a, b));
  O(__sad(x, y, c)), O(__usad(a, b, c));
  O(__hadd(x, y)), O(__rhadd(x, y)), O(__uhadd(a, b)), O(__urhadd(a, b));
  O(min(x, y)), O(max(x, y)), O(min(a, b)), O(max(a, b)), O(abs(x));
  O(min(s64(A), s64(B))), O(max(s64(A), s64(B))), O(llabs(s64(A)));
  O(min(A, B)), O(max(A, B));
  O(s64(x) * y + s64(C)), O(u64(a) * b + C), O(s64(x) * y), O(u64(a) * b);
  O(z ? x / (z == -1 ? 2 : z) : 0), O(c ? a % c : 0);
}

namespace {
/// The high half of a product, in twice the width.
template <class T> __device__ T high(T x, T y) {
  if (sizeof(T) == 8)
    return T(T(-1) < T(0) ? u64((s128(x) * s128(y)) >> 64)
                          : u64((u128(u64(x)) * u64(y)) >> 64));
  return T((s128(x) * s128(y)) >> (8 * sizeof(T)));
}
__device__ s32 clampWord(s64 V) {
  return s32(V > 0x7fffffffll    ? 0x7fffffffll
             : V < -0x80000000ll ? -0x80000000ll
                                 : V);
}
/// The low 24 bits, as a number of the type.
__device__ s64 low24(s32 V) { return s64(s32(u32(V) << 8) >> 8); }
__device__ u64 low24(u32 V) { return V & 0xffffff; }
template <class T> __device__ T difference(T x, T y) {
  using U = u64;
  return T(x < y ? U(y) - U(x) : U(x) - U(y));
}
} // namespace

KERNEL(ptx_add_mul) {
  INTEGER_TYPES(2, "add", [](auto x, auto y) { return u64(x) + u64(y); });
  INTEGER_TYPES(2, "sub", [](auto x, auto y) { return u64(x) - u64(y); });
  INTEGER_TYPES(2, "mul.lo", [](auto x, auto y) { return u64(x) * u64(y); });
  INTEGER_TYPES(2, "mul.hi", [](auto x, auto y) { return high(x, y); });
  INTEGER_TYPES(3, "mad.lo", [](auto x, auto y, auto z) {
    return u64(x) * u64(y) + u64(z);
  });
  INTEGER_TYPES(3, "mad.hi", [](auto x, auto y, auto z) {
    return u64(high(x, y)) + u64(z);
  });
  R32("add.sat.s32 %0, %1, %2;", clampWord(s64(s32(a)) + s32(b)));
  R32("sub.sat.s32 %0, %1, %2;", clampWord(s64(s32(a)) - s32(b)));
  R32("mad.hi.sat.s32 %0, %1, %2, %3;",
      clampWord(s64(high(s32(a), s32(b))) + s32(c)));
  PTX(u32, "=r", "mul.wide.s16 %0, %1, %2;", s32(s16(a)) * s16(b), IN16);
  PTX(u32, "=r", "mul.wide.u16 %0, %1, %2;", u32(u16(a)) * u16(b), IN16);
  PTX(u64, "=l", "mul.wide.s32 %0, %1, %2;", s64(s32(a)) * s32(b), IN32);
  PTX(u64, "=l", "mul.wide.u32 %0, %1, %2;", u64(a) * b, IN32);
  PTX(u32, "=r", "mad.wide.s16 %0, %1, %2, %3;", s32(s16(a)) * s16(b) + d,
      "h"(u16(a)), "h"(u16(b)), "r"(d));
  PTX(u32, "=r", "mad.wide.u16 %0, %1, %2, %3;", u32(u16(a)) * u16(b) + d,
      "h"(u16(a)), "h"(u16(b)), "r"(d));
  PTX(u64, "=l", "mad.wide.s32 %0, %1, %2, %3;", u64(s64(s32(a)) * s32(b)) + C,
      "r"(a), "r"(b), "l"(C));
  PTX(u64, "=l", "mad.wide.u32 %0, %1, %2, %3;", u64(a) * b + C, "r"(a), "r"(b),
      "l"(C));
  R32("mul24.lo.s32 %0, %1, %2;", low24(s32(a)) * low24(s32(b)));
  R32("mul24.hi.s32 %0, %1, %2;", (low24(s32(a)) * low24(s32(b))) >> 16);
  R32("mul24.lo.u32 %0, %1, %2;", low24(a) * low24(b));
  R32("mul24.hi.u32 %0, %1, %2;", (low24(a) * low24(b)) >> 16);
  R32("mad24.lo.s32 %0, %1, %2, %3;", low24(s32(a)) * low24(s32(b)) + s32(c));
  R32("mad24.hi.s32 %0, %1, %2, %3;",
      ((low24(s32(a)) * low24(s32(b))) >> 16) + s32(c));
  R32("mad24.lo.u32 %0, %1, %2, %3;", low24(a) * low24(b) + c);
  R32("mad24.hi.u32 %0, %1, %2, %3;", ((low24(a) * low24(b)) >> 16) + c);
  R32("mad24.hi.sat.s32 %0, %1, %2, %3;",
      clampWord(s64(s32((low24(s32(a)) * low24(s32(b))) >> 16)) + s32(c)));
}

KERNEL(ptx_other) {
  u64 n = B ? B : 5;
#define DIVISION(OP, S, T, K, L, E)                                            \
  PTX(T, K, OP "." S " %0, %1, %2;", E, L(T(A)), L(T(T(n) ? n : 5)))
  DIVISION("div", "u16", u16, "=h", "h", u16(A) / u16(u16(n) ? n : 5));
  DIVISION("rem", "u16", u16, "=h", "h", u16(A) % u16(u16(n) ? n : 5));
  DIVISION("div", "s16", s16, "=h", "h", s16(A) / s16(s16(n) ? n : 5));
  DIVISION("rem", "s16", s16, "=h", "h", s16(A) % s16(s16(n) ? n : 5));
  DIVISION("div", "u32", u32, "=r", "r", u32(A) / u32(u32(n) ? n : 5));
  DIVISION("rem", "u32", u32, "=r", "r", u32(A) % u32(u32(n) ? n : 5));
  DIVISION("div", "s32", s32, "=r", "r", s64(s32(A)) / s32(s32(n) ? n : 5));
  DIVISION("rem", "s32", s32, "=r", "r", s64(s32(A)) % s32(s32(n) ? n : 5));
  DIVISION("div", "u64", u64, "=l", "l", A / n);
  DIVISION("rem", "u64", u64, "=l", "l", A % n);
  DIVISION("div", "s64", s64, "=l", "l",
           s64(n) == -1 ? s64(0 - A) : s64(A) / s64(n));
  DIVISION("rem", "s64", s64, "=l", "l", s64(n) == -1 ? 0 : s64(A) % s64(n));
  SIGNED_TYPES(1, "neg", [](auto x) { return 0 - u64(x); });
  SIGNED_TYPES(1, "abs", [](auto x) { return x < 0 ? 0 - u64(x) : u64(x); });
  INTEGER_TYPES(2, "min", [](auto x, auto y) { return x < y ? x : y; });
  INTEGER_TYPES(2, "max", [](auto x, auto y) { return x > y ? x : y; });
  INTEGER_TYPES(3, "sad", [](auto x, auto y, auto z) {
    return u64(difference(x, y)) + u64(z);
  });
  R32("min.relu.s32 %0, %1, %2;", max(min(s32(a), s32(b)), 0));
  R32("max.relu.s32 %0, %1, %2;", max(max(s32(a), s32(b)), 0));
  auto Lanes = [&](auto F) {
    return (u32(u16(F(u16(a), u16(b)))) |
            u32(u16(F(u16(a >> 16), u16(b >> 16)))) << 16);
  };
  auto Low = [](auto x, auto y) { return x < y ? x : y; };
  auto High = [](auto x, auto y) { return x < y ? y : x; };
  R32("add.u16x2 %0, %1, %2;", Lanes([](u16 x, u16 y) { return x + y; }));
  R32("add.s16x2 %0, %1, %2;", Lanes([](u16 x, u16 y) { return x + y; }));
  R32("min.u16x2 %0, %1, %2;", Lanes(Low));
  R32("max.u16x2 %0, %1, %2;", Lanes(High));
  R32("min.s16x2 %0, %1, %2;",
      Lanes([&](u16 x, u16 y) { return Low(s16(x), s16(y)); }));
  R32("max.s16x2 %0, %1, %2;",
      Lanes([&](u16 x, u16 y) { return High(s16(x), s16(y)); }));
  R32("min.relu.s16x2 %0, %1, %2;",
      Lanes([&](u16 x, u16 y) { return High(Low(s16(x), s16(y)), s16(0)); }));
  R32("max.relu.s16x2 %0, %1, %2;",
      Lanes([&](u16 x, u16 y) { return High(High(s16(x), s16(y)), s16(0)); }));
}

KERNEL(ptx_carry) {
  R32("{ .reg .b32 t; add.cc.u32 t, %1, %2; addc.u32 %0, %3, %4; }",
      ((C << 32 | a) + (D << 32 | b)) >> 32);
  R32("{ .reg .b32 t; sub.cc.u32 t, %1, %2; subc.u32 %0, %3, %4; }",
      ((C << 32 | a) - (D << 32 | b)) >> 32);
  R32("{ .reg .b32 t; add.cc.s32 t, %1, %2; addc.cc.s32 t, %3, %4; addc.s32 "
      "%0, %1, 0; }",
      a + u32((u128(C << 32 | a) % (u128(1) << 64) + u64(D << 32 | b)) >> 64));
  R32("{ .reg .b32 t; sub.cc.s32 t, %1, %2; subc.cc.s32 t, %3, %4; subc.s32 "
      "%0, %1, 0; }",
      a - ((C << 32 | a) < (D << 32 | b)));
  R64("{ .reg .b64 t; add.cc.u64 t, %1, %2; addc.u64 %0, %3, %4; }",
      C + D + (A + B < A));
  R64("{ .reg .b64 t; sub.cc.u64 t, %1, %2; subc.u64 %0, %3, %4; }",
      C - D - (A < B));
  R64("{ .reg .b64 t; add.cc.s64 t, %1, %2; addc.cc.s64 t, %3, %4; addc.s64 "
      "%0, %1, 0; }",
      A + u64((u128(C) + D + (A + B < A)) >> 64));
  R64("{ .reg .b64 t; sub.cc.s64 t, %1, %2; subc.cc.s64 t, %3, %4; subc.s64 "
      "%0, %1, 0; }",
      A - (u128(C) < u128(D) + (A < B)));
  // A product of 64 bits, and what is added to it, in words.
  u64 Sum = u64(a) * b + (D << 32 | c);
  R32("mad.lo.cc.u32 %0, %1, %2, %3;", Sum);
  R32("{ .reg .b32 t; mad.lo.cc.u32 t, %1, %2, %3; madc.hi.u32 %0, %1, %2, %4; "
      "}",
      Sum >> 32);
  R32("{ .reg .b32 t; mad.lo.cc.u32 t, %1, %2, %3; madc.hi.cc.u32 t, %1, %2, "
      "%4; addc.u32 %0, 0, 0; }",
      (u128(a) * b + u64(D << 32 | c)) >> 64);
  R32("{ .reg .b32 t; mad.lo.cc.s32 t, %1, %2, %3; madc.lo.s32 %0, %1, %4, 7; "
      "}",
      a * d + 7 + u32((u64(a * b) + c) >> 32));
  R64("{ .reg .b64 t; mad.lo.cc.u64 t, %1, %2, %3; madc.hi.u64 %0, %1, %2, %4; "
      "}",
      u64((u128(A) * B + (u128(D) << 64 | C)) >> 64));
  R64("{ .reg .b64 t; mad.lo.cc.s64 t, %1, %2, %3; madc.hi.s64 %0, %1, %2, %4; "
      "}",
      u64(high(s64(A), s64(B))) + D + (A * B + C < C));
}

KERNEL(ptx_dot) {
  auto Byte = [](u32 V, unsigned N) { return V >> (8 * N) & 255; };
  auto Dot = [&](auto First, auto Second, unsigned Width, unsigned Skip) {
    u32 Sum = c;
    for (unsigned N = 0; N < (Width == 8 ? 4 : 2); ++N)
      Sum += u32(First(a >> (Width * N))) * u32(Second(Byte(b, N + Skip)));
    return Sum;
  };
  auto U8 = [](u32 V) { return u32(u8(V)); };
  auto S8 = [](u32 V) { return s32(s8(V)); };
  auto U16 = [](u32 V) { return u32(u16(V)); };
  auto S16 = [](u32 V) { return s32(s16(V)); };
  R32("dp4a.u32.u32 %0, %1, %2, %3;", Dot(U8, U8, 8, 0));
  R32("dp4a.u32.s32 %0, %1, %2, %3;", Dot(U8, S8, 8, 0));
  R32("dp4a.s32.u32 %0, %1, %2, %3;", Dot(S8, U8, 8, 0));
  R32("dp4a.s32.s32 %0, %1, %2, %3;", Dot(S8, S8, 8, 0));
  R32("dp2a.lo.u32.u32 %0, %1, %2, %3;", Dot(U16, U8, 16, 0));
  R32("dp2a.lo.u32.s32 %0, %1, %2, %3;", Dot(U16, S8, 16, 0));
  R32("dp2a.lo.s32.u32 %0, %1, %2, %3;", Dot(S16, U8, 16, 0));
  R32("dp2a.lo.s32.s32 %0, %1, %2, %3;", Dot(S16, S8, 16, 0));
  R32("dp2a.hi.u32.u32 %0, %1, %2, %3;", Dot(U16, U8, 16, 2));
  R32("dp2a.hi.u32.s32 %0, %1, %2, %3;", Dot(U16, S8, 16, 2));
  R32("dp2a.hi.s32.u32 %0, %1, %2, %3;", Dot(S16, U8, 16, 2));
  R32("dp2a.hi.s32.s32 %0, %1, %2, %3;", Dot(S16, S8, 16, 2));
}
