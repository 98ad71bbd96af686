//===- math.cu - Functions of the device library --------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Both compilers link the same library, so the bits are the same as well.
//
//===----------------------------------------------------------------------===//

#include "Opcodes.cuh"

KERNEL(math_float) {
  float x = flt(a), y = flt(b), z = flt(c);
  O(sinf(x)), O(cosf(x)), O(tanf(x)), O(sinpif(x)), O(cospif(x));
  O(asinf(x)), O(acosf(x)), O(atanf(x)), O(atan2f(x, y));
  O(sinhf(x)), O(coshf(x)), O(tanhf(x)), O(asinhf(x)), O(acoshf(x));
  O(atanhf(x)), O(expf(x)), O(exp2f(x)), O(exp10f(x)), O(expm1f(x));
  O(logf(x)), O(log2f(x)), O(log10f(x)), O(log1pf(x)), O(powf(x, y));
  O(cbrtf(x)), O(rcbrtf(x)), O(hypotf(x, y)), O(rhypotf(x, y));
  O(norm3df(x, y, z)), O(erff(x)), O(erfcf(x)), O(erfcxf(x)), O(erfinvf(x));
  O(normcdff(x)), O(tgammaf(x)), O(lgammaf(x)), O(j0f(x)), O(y1f(x));
  O(fmodf(x, y)), O(remainderf(x, y)), O(fdimf(x, y)), O(logbf(x));
  O(ilogbf(x)), O(ldexpf(x, s32(b & 255) - 128)), O(nextafterf(x, y));
  O(lrintf(x < 1e9f && x > -1e9f ? x : 0.f)), O(roundf(x));
  O(scalbnf(x, s32(c & 63)));
  int E;
  O(frexpf(x, &E)), O(E);
  float W;
  O(modff(x, &W)), O(W);
  float S, T;
  sincosf(y, &S, &T);
  O(S), O(T);
}

KERNEL(math_double) {
  double x = dbl(A), y = dbl(B);
  O(sin(x)), O(cos(x)), O(tan(x)), O(asin(x)), O(acos(x)), O(atan(x));
  O(atan2(x, y)), O(sinh(x)), O(cosh(x)), O(tanh(x)), O(asinh(x));
  O(acosh(x)), O(atanh(x)), O(exp(x)), O(exp2(x)), O(exp10(x)), O(expm1(x));
  O(log(x)), O(log2(x)), O(log10(x)), O(log1p(x)), O(pow(x, y)), O(cbrt(x));
  O(hypot(x, y)), O(erf(x)), O(erfc(x)), O(erfinv(x)), O(normcdf(x));
  O(tgamma(x)), O(lgamma(x)), O(fmod(x, y)), O(remainder(x, y)), O(logb(x));
  O(ilogb(x)), O(ldexp(x, s32(b & 255) - 128)), O(nextafter(x, y));
  int E;
  O(frexp(x, &E)), O(E);
}
