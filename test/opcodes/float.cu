//===- float.cu - Arithmetic of float and double --------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Rounding.cuh"

KERNEL(cxx_float) {
  float x = flt(a), y = flt(b), z = flt(c);
  O(x + y), O(x - y), O(x * y), O(x / y), O(-x), O(fabsf(x)), O(sqrtf(x));
  O(x * y + z), O(fmaf(x, y, z)), O(1.f / x), O(fminf(x, y)), O(fmaxf(x, y));
  O(x < y), O(x <= y), O(x > y), O(x >= y), O(x == y), O(x != y);
  O(!(x < y)), O(!(x >= y)), O(isnan(x)), O(isinf(x)), O(isfinite(x));
  O(signbit(x)), O(x < y ? y : z), O(copysignf(x, y)), O(truncf(x));
  O(floorf(x)), O(ceilf(x)), O(rintf(x)), O(roundf(x)), O(nearbyintf(x));
  O(__saturatef(x)), O(fmodf(1.f, 3.f)), O(fdimf(x, y));
}

KERNEL(cxx_double) {
  double x = dbl(A), y = dbl(B), z = dbl(C);
  O(x + y), O(x - y), O(x * y), O(x / y), O(-x), O(fabs(x)), O(sqrt(x));
  O(x * y + z), O(fma(x, y, z)), O(1. / x), O(fmin(x, y)), O(fmax(x, y));
  O(x < y), O(x <= y), O(x > y), O(x >= y), O(x == y), O(x != y);
  O(!(x < y)), O(!(x >= y)), O(isnan(x)), O(isinf(x)), O(isfinite(x));
  O(signbit(x)), O(x < y ? y : z), O(copysign(x, y)), O(trunc(x));
  O(floor(x)), O(ceil(x)), O(rint(x)), O(round(x)), O(nearbyint(x));
}

KERNEL(cxx_rounding) {
  float f = flt(a), g = flt(b), h = flt(c);
  double x = dbl(A), y = dbl(B), z = dbl(C);
#define EACH_MODE(X) X(rn), X(rz), X(rd), X(ru)
#define SINGLE_OPS(M)                                                          \
  O(__fadd_##M(f, g)), O(__fsub_##M(f, g)), O(__fmul_##M(f, g)),               \
      O(__fmaf_##M(f, g, h)), O(__fdiv_##M(f, g)), O(__frcp_##M(f)),           \
      O(__fsqrt_##M(f))
#define DOUBLE_OPS(M)                                                          \
  O(__dadd_##M(x, y)), O(__dsub_##M(x, y)), O(__dmul_##M(x, y)),               \
      O(__fma_##M(x, y, z)), O(__ddiv_##M(x, y)), O(__drcp_##M(x)),            \
      O(__dsqrt_##M(x))
  EACH_MODE(SINGLE_OPS);
  EACH_MODE(DOUBLE_OPS);
}

KERNEL(ptx_single) {
  float x = flt(a), y = flt(b), z = flt(c);
  float u = flush(x), v = flush(y), w = flush(z);
#define MODES(X)                                                               \
  X("rn", Nearest);                                                            \
  X("rz", Zero);                                                               \
  X("rm", Down);                                                               \
  X("rp", Up)
#define ARITHMETIC(R, M)                                                       \
  F32("add." R ".f32 %0, %1, %2;", sum(x, y, M));                              \
  F32("add." R ".ftz.f32 %0, %1, %2;", flush(sum(u, v, M)));                   \
  F32("add." R ".sat.f32 %0, %1, %2;", saturated(sum(x, y, M)));               \
  F32("add." R ".ftz.sat.f32 %0, %1, %2;", saturated(flush(sum(u, v, M))));    \
  F32("sub." R ".f32 %0, %1, %2;", sum(x, -y, M));                             \
  F32("sub." R ".ftz.f32 %0, %1, %2;", flush(sum(u, -v, M)));                  \
  F32("sub." R ".sat.f32 %0, %1, %2;", saturated(sum(x, -y, M)));              \
  F32("mul." R ".f32 %0, %1, %2;", product(x, y, M));                          \
  F32("mul." R ".ftz.f32 %0, %1, %2;", flush(product(u, v, M)));               \
  F32("mul." R ".sat.f32 %0, %1, %2;", saturated(product(x, y, M)));           \
  F32("fma." R ".f32 %0, %1, %2, %3;", fused(x, y, z, M));                     \
  F32("fma." R ".ftz.f32 %0, %1, %2, %3;", flush(fused(u, v, w, M)));          \
  F32("fma." R ".sat.f32 %0, %1, %2, %3;", saturated(fused(x, y, z, M)));      \
  F32("mad." R ".f32 %0, %1, %2, %3;", fused(x, y, z, M));                     \
  F32("div." R ".f32 %0, %1, %2;", quotient(x, y, M));                         \
  F32("div." R ".ftz.f32 %0, %1, %2;", flush(quotient(u, v, M)));              \
  F32("rcp." R ".f32 %0, %1;", quotient(1, x, M));                             \
  F32("rcp." R ".ftz.f32 %0, %1;", flush(quotient(1, u, M)));                  \
  F32("sqrt." R ".f32 %0, %1;", root(x, M));                                   \
  F32("sqrt." R ".ftz.f32 %0, %1;", flush(root(u, M)))
  MODES(ARITHMETIC);
  F32("add.f32 %0, %1, %2;", x + y);
  F32("sub.f32 %0, %1, %2;", x - y);
  F32("mul.f32 %0, %1, %2;", x * y);
  F32("neg.f32 %0, %1;", -x);
  F32("neg.ftz.f32 %0, %1;", -u);
  F32("abs.f32 %0, %1;", __builtin_fabsf(x));
  F32("abs.ftz.f32 %0, %1;", __builtin_fabsf(u));
  F32("min.f32 %0, %1, %2;", least(x, y, false));
  F32("max.f32 %0, %1, %2;", greatest(x, y, false));
  F32("min.ftz.f32 %0, %1, %2;", least(u, v, false));
  F32("max.ftz.f32 %0, %1, %2;", greatest(u, v, false));
  F32("min.NaN.f32 %0, %1, %2;", least(x, y, true));
  F32("max.NaN.f32 %0, %1, %2;", greatest(x, y, true));
  F32("min.ftz.NaN.f32 %0, %1, %2;", least(u, v, true));
#define XORSIGN(F, N, P, Q)                                                    \
  __builtin_copysignf(F(__builtin_fabsf(P), __builtin_fabsf(Q), N),            \
                      flt(bitsOf(P) ^ bitsOf(Q)))
  F32("min.xorsign.abs.f32 %0, %1, %2;", XORSIGN(least, false, x, y));
  F32("max.xorsign.abs.f32 %0, %1, %2;", XORSIGN(greatest, false, x, y));
  F32("max.NaN.xorsign.abs.f32 %0, %1, %2;", XORSIGN(greatest, true, x, y));
  F32("copysign.f32 %0, %1, %2;", __builtin_copysignf(y, x));
  F64("copysign.f64 %0, %1, %2;", __builtin_copysign(dbl(B), dbl(A)));
  F64("add.f64 %0, %1, %2;", dbl(A) + dbl(B));
  F64("sub.rn.f64 %0, %1, %2;", dbl(A) - dbl(B));
  F64("mul.rn.f64 %0, %1, %2;", dbl(A) * dbl(B));
  F64("fma.rn.f64 %0, %1, %2, %3;", __builtin_fma(dbl(A), dbl(B), dbl(C)));
  F64("div.rn.f64 %0, %1, %2;", dbl(A) / dbl(B));
  F64("sqrt.rn.f64 %0, %1;", __builtin_sqrt(dbl(A)));
  F64("min.f64 %0, %1, %2;", least(dbl(A), dbl(B), false));
  F64("max.f64 %0, %1, %2;", greatest(dbl(A), dbl(B), false));
  F64("neg.f64 %0, %1;", -dbl(A));
  F64("abs.f64 %0, %1;", __builtin_fabs(dbl(A)));
}

namespace {
/// True if V is as near to Exact as the error that PTX allows.
__device__ bool near(double V, double Exact, double Error) {
  return V == Exact || (V != V && Exact != Exact) ||
         __builtin_fabs(V - Exact) <= Error;
}
} // namespace

KERNEL(bounded) {
  // From -128 to 128, away from zero.
  float x = float(s16(a)) / 256.f, y = float(s16(b)) / 256.f;
  float p = __builtin_fabsf(x) + 0.01f, q = y < 0 ? y - 1.f : y + 1.f;
#define BOUNDED(TEXT, EXACT, ERROR)                                            \
  {                                                                            \
    double Exact = EXACT;                                                      \
    float V = float(Exact);                                                    \
    APPROXIMATION(TEXT);                                                       \
    O(near(V, Exact, ERROR));                                                  \
  }
#ifdef __clang__
#define APPROXIMATION(TEXT)
#else
#define APPROXIMATION(TEXT)                                                    \
  asm volatile(TEXT : "=f"(V) : "f"(x), "f"(y), "f"(p), "f"(q))
#endif
  BOUNDED("ex2.approx.f32 %0, %1;", exp2(double(x)), Exact * 2.4e-7);
  BOUNDED("ex2.approx.ftz.f32 %0, %2;", exp2(double(y)),
          Exact * 2.4e-7 + 1.2e-38);
  BOUNDED("lg2.approx.f32 %0, %3;", log2(double(p)), 2.4e-6);
  BOUNDED("sin.approx.f32 %0, %1;", sin(double(x)), 1e-4);
  BOUNDED("cos.approx.f32 %0, %1;", cos(double(x)), 1e-4);
  BOUNDED("tanh.approx.f32 %0, %1;", tanh(double(x)), 5e-4);
  BOUNDED("rsqrt.approx.f32 %0, %3;", 1 / sqrt(double(p)), Exact * 2.4e-7);
  BOUNDED("sqrt.approx.f32 %0, %3;", sqrt(double(p)), Exact * 2.4e-7);
  BOUNDED("rcp.approx.f32 %0, %3;", 1 / double(p), Exact * 2.4e-7);
  BOUNDED("div.approx.f32 %0, %1, %4;", double(x) / q, fabs(Exact) * 2.4e-7);
  BOUNDED("div.full.f32 %0, %1, %4;", double(x) / q, fabs(Exact) * 2.4e-7);
}

KERNEL(approximations) {
  // Both forms take the same approximation; what differs is how they ask.
  float x = flt(a), y = flt(b);
  O(__expf(x)), O(__exp10f(x)), O(__logf(x)), O(__log2f(x)), O(__log10f(x));
  O(__sinf(x)), O(__cosf(x)), O(__tanf(x)), O(__powf(x, y)), O(rsqrtf(x));
  O(__fdividef(x, y)), O(__frsqrt_rn(x)), O(exp2f(x)), O(rsqrt(dbl(A)));
}
