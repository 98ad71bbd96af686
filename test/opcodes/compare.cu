//===- compare.cu - Comparisons, classes, selections ----------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Rounding.cuh"

namespace {
template <class T> __device__ bool ordered(T x, T y) {
  return x == x && y == y;
}
} // namespace

// Each comparison with the truth of its reference.
#define INTEGER_COMPARISONS(X)                                                 \
  X("eq", x == y);                                                             \
  X("ne", x != y);                                                             \
  X("lt", x < y);                                                              \
  X("le", x <= y);                                                             \
  X("gt", x > y);                                                              \
  X("ge", x >= y)
#define UNSIGNED_COMPARISONS(X)                                                \
  X("lo", x < y);                                                              \
  X("ls", x <= y);                                                             \
  X("hi", x > y);                                                              \
  X("hs", x >= y)
#define FLOAT_COMPARISONS(X)                                                   \
  X("eq", x == y);                                                             \
  X("ne", ordered(x, y) && x != y);                                            \
  X("lt", x < y);                                                              \
  X("le", x <= y);                                                             \
  X("gt", x > y);                                                              \
  X("ge", x >= y);                                                             \
  X("equ", !ordered(x, y) || x == y);                                          \
  X("neu", x != y);                                                            \
  X("ltu", !(x >= y));                                                         \
  X("leu", !(x > y));                                                          \
  X("gtu", !(x <= y));                                                         \
  X("geu", !(x < y));                                                          \
  X("num", ordered(x, y));                                                     \
  X("nan", !ordered(x, y))

#define COMPARED(T, X, LIST)                                                   \
  {                                                                            \
    T x = T(A), y = T(B);                                                      \
    LIST(X);                                                                   \
    (void)x, (void)y;                                                          \
  }

KERNEL(integers) {
#define S16(C, R) PREDICATE("setp." C ".s16 p, %1, %2;", R, IN16)
#define U16(C, R) PREDICATE("setp." C ".u16 p, %1, %2;", R, IN16)
#define S32(C, R) PREDICATE("setp." C ".s32 p, %1, %2;", R, IN32)
#define U32(C, R) PREDICATE("setp." C ".u32 p, %1, %2;", R, IN32)
#define S64(C, R) PREDICATE("setp." C ".s64 p, %1, %2;", R, IN64)
#define U64(C, R) PREDICATE("setp." C ".u64 p, %1, %2;", R, IN64)
  COMPARED(s16, S16, INTEGER_COMPARISONS);
  COMPARED(u16, U16, INTEGER_COMPARISONS);
  COMPARED(s32, S32, INTEGER_COMPARISONS);
  COMPARED(u32, U32, INTEGER_COMPARISONS);
  COMPARED(s64, S64, INTEGER_COMPARISONS);
  COMPARED(u64, U64, INTEGER_COMPARISONS);
  COMPARED(u16, U16, UNSIGNED_COMPARISONS);
  COMPARED(u32, U32, UNSIGNED_COMPARISONS);
  COMPARED(u64, U64, UNSIGNED_COMPARISONS);
  bool Third = s32(c) < 0, Less = a < b;
  PREDICATE("setp.eq.b16 p, %1, %2;", u16(a) == u16(b), IN16);
  PREDICATE("setp.ne.b32 p, %1, %2;", a != b, IN32);
  PREDICATE("setp.eq.b64 p, %1, %2;", A == B, IN64);
  PREDICATE("setp.lt.s32 q, %3, 0; setp.lt.and.u32 p, %1, %2, q;",
            Less && Third, IN32);
  PREDICATE("setp.lt.s32 q, %3, 0; setp.lt.or.u32 p, %1, %2, !q;",
            Less || !Third, IN32);
  PREDICATE("setp.lt.s32 q, %3, 0; setp.lt.xor.u32 p, %1, %2, q;",
            Less != Third, IN32);
  PREDICATE("setp.lt.s32 p, %3, 0; setp.lt.and.u32 q|p, %1, %2, p;",
            !Less && Third, IN32);
  PREDICATE("setp.lt.u32 q|p, %1, %2;", !Less, IN32);
}

KERNEL(reals) {
#define FLOAT(C, R) PREDICATE("setp." C ".f32 p, %1, %2;", R, INF32)
#define FLUSH(C, R) PREDICATE("setp." C ".ftz.f32 p, %1, %2;", R, INF32)
#define DOUBLE(C, R) PREDICATE("setp." C ".f64 p, %1, %2;", R, INF64)
  {
    float x = flt(a), y = flt(b);
    FLOAT_COMPARISONS(FLOAT);
  }
  {
    float x = flush(flt(a)), y = flush(flt(b));
    FLOAT_COMPARISONS(FLUSH);
    (void)x, (void)y;
  }
  {
    double x = dbl(A), y = dbl(B);
    FLOAT_COMPARISONS(DOUBLE);
  }
  float x = flt(a);
  u64 E = A >> 52 & 0x7ff, F = A << 12;
  u32 e = a >> 23 & 255, f = a << 9;
#define PROPERTY(NAME, ONE, TWO)                                               \
  PREDICATE("testp." NAME ".f32 p, %1;", ONE, INF32);                          \
  PREDICATE("testp." NAME ".f64 p, %1;", TWO, INF64)
  PROPERTY("finite", e != 255, E != 0x7ff);
  PROPERTY("infinite", e == 255 && !f, E == 0x7ff && !F);
  PROPERTY("number", e != 255 || !f, E != 0x7ff || !F);
  PROPERTY("notanumber", e == 255 && f, E == 0x7ff && F);
  PROPERTY("normal", (e && e != 255) || x == 0,
           (E && E != 0x7ff) || dbl(A) == 0);
  PROPERTY("subnormal", !e && f, !E && F);
}

KERNEL(sets) {
  float x = flt(a), y = flt(b);
  bool Third = s32(c) < 0;
  R32("set.lt.u32.u32 %0, %1, %2;", a < b ? ~0u : 0);
  R32("set.ge.s32.s32 %0, %1, %2;", s32(a) >= s32(b) ? -1 : 0);
  PTX(float, "=f", "set.ne.f32.u32 %0, %1, %2;", a != b ? 1.f : 0.f, IN32);
  PTX(float, "=f", "set.lt.f32.s32 %0, %1, %2;", s32(a) < s32(b) ? 1.f : 0.f,
      IN32);
  PTX(u32, "=r", "set.lt.u32.s16 %0, %1, %2;", s16(a) < s16(b) ? ~0u : 0, IN16);
  PTX(u32, "=r", "set.hi.u32.u64 %0, %1, %2;", A > B ? ~0u : 0, IN64);
  PTX(u32, "=r", "set.lt.u32.f32 %0, %1, %2;", x < y ? ~0u : 0, INF32);
  PTX(u32, "=r", "set.geu.s32.f32 %0, %1, %2;", !(x < y) ? -1 : 0, INF32);
  PTX(u32, "=r", "set.nan.u32.f64 %0, %1, %2;",
      !ordered(dbl(A), dbl(B)) ? ~0u : 0, INF64);
  F32("set.gt.f32.f32 %0, %1, %2;", x > y ? 1.f : 0.f);
  F32("set.eq.ftz.f32.f32 %0, %1, %2;", flush(x) == flush(y) ? 1.f : 0.f);
  R32("{ .reg .pred q; setp.lt.s32 q, %3, 0; set.lt.and.u32.u32 %0, %1, %2, q; "
      "}",
      a < b && Third ? ~0u : 0);
  R32("{ .reg .pred q; setp.lt.s32 q, %3, 0; set.lt.xor.u32.u32 %0, %1, %2, "
      "!q; }",
      (a < b) != !Third ? ~0u : 0);
}

KERNEL(selections) {
  bool P = s32(c) < 0;
#define SELECTED(S, T, K, L)                                                   \
  PTX(T, K,                                                                    \
      "{ .reg .pred q; setp.lt.s32 q, %3, 0; selp." S " %0, %1, %2, q; }",     \
      P ? T(A) : T(B), L(T(A)), L(T(B)), "r"(c));                              \
  PTX(T, K, "slct." S ".s32 %0, %1, %2, %3;", s32(c) >= 0 ? T(A) : T(B),       \
      L(T(A)), L(T(B)), "r"(c));                                               \
  PTX(T, K, "slct." S ".f32 %0, %1, %2, %3;", flt(c) >= 0 ? T(A) : T(B),       \
      L(T(A)), L(T(B)), "f"(flt(c)));                                          \
  PTX(T, K, "slct.ftz." S ".f32 %0, %1, %2, %3;",                              \
      flush(flt(c)) >= 0 ? T(A) : T(B), L(T(A)), L(T(B)), "f"(flt(c)))
  SELECTED("b16", u16, "=h", "h");
  SELECTED("u16", u16, "=h", "h");
  SELECTED("s16", s16, "=h", "h");
  SELECTED("b32", u32, "=r", "r");
  SELECTED("u32", u32, "=r", "r");
  SELECTED("s32", s32, "=r", "r");
  SELECTED("b64", u64, "=l", "l");
  SELECTED("u64", u64, "=l", "l");
  SELECTED("s64", s64, "=l", "l");
  PTX(float, "=f",
      "{ .reg .pred q; setp.lt.s32 q, %3, 0; selp.f32 %0, %1, %2, q; }",
      P ? flt(a) : flt(b), "f"(flt(a)), "f"(flt(b)), "r"(c));
  PTX(double, "=d",
      "{ .reg .pred q; setp.lt.s32 q, %3, 0; selp.f64 %0, %1, %2, q; }",
      P ? dbl(A) : dbl(B), "d"(dbl(A)), "d"(dbl(B)), "r"(c));
  F32("slct.f32.f32 %0, %1, %2, %3;", flt(c) >= 0 ? flt(a) : flt(b));
  PTX(double, "=d", "slct.f64.s32 %0, %1, %2, %3;",
      s32(c) >= 0 ? dbl(A) : dbl(B), "d"(dbl(A)), "d"(dbl(B)), "r"(c));
}

KERNEL(guarded) {
  // Instructions under a predicate, for each kind of them.
#define GUARDED(TEXT, REFERENCE)                                               \
  R32("{ .reg .pred q; setp.lt.u32 q, %3, %4; mov.b32 %0, 77; " TEXT " }",     \
      REFERENCE)
  GUARDED("@q add.u32 %0, %1, %2;", c < d ? a + b : 77);
  GUARDED("@!q sub.u32 %0, %1, %2;", c < d ? 77 : a - b);
  GUARDED("@q mul.lo.u32 %0, %1, %2;", c < d ? a * b : 77);
  GUARDED("@q shl.b32 %0, %1, 3;", c < d ? a << 3 : 77);
  GUARDED("@q popc.b32 %0, %1;", c < d ? __builtin_popcount(a) : 77);
  GUARDED("@!q mov.u32 %0, %2;", c < d ? 77 : b);
  GUARDED("@q setp.ne.u32 q, %1, 0; @q add.u32 %0, %0, 1;",
          77 + (c < d && a != 0));
  GUARDED("@q bra skip%=; add.u32 %0, %0, %1; skip%=:", c < d ? 77 : 77 + a);
  GUARDED("@!q bra.uni skip%=; xor.b32 %0, %0, %1; skip%=:",
          c < d ? 77 ^ a : 77);
  GUARDED("@q add.cc.u32 %0, %1, %2; addc.u32 %0, 0, 0;",
          c < d ? a + b < a : 0);
}
