//===- RuntimeMath.cpp - Arithmetic that LLVM has no instruction for ------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LowerMath.h"

#include <cfenv>
#include <cmath>
#include <cstring>

namespace reprise::emulator {

namespace {

/// The host rounds as the device's instruction says, while this lives.
class RoundingScope {
public:
  explicit RoundingScope(uint32_t Mode) : Old(std::fegetround()) {
    switch (static_cast<Rounding>(Mode)) {
    case Rounding::Nearest:
      std::fesetround(FE_TONEAREST);
      break;
    case Rounding::Zero:
      std::fesetround(FE_TOWARDZERO);
      break;
    case Rounding::Down:
      std::fesetround(FE_DOWNWARD);
      break;
    case Rounding::Up:
      std::fesetround(FE_UPWARD);
      break;
    }
  }
  ~RoundingScope() { std::fesetround(Old); }

private:
  int Old;
};

// Through volatile variables the compiler can neither fold nor move.
template <typename T> T roundedAdd(T A, T B, uint32_t Mode) {
  RoundingScope Scope(Mode);
  volatile T X = A, Y = B, Z = X + Y;
  return Z;
}
template <typename T> T roundedSub(T A, T B, uint32_t Mode) {
  return roundedAdd(A, -B, Mode);
}
template <typename T> T roundedMul(T A, T B, uint32_t Mode) {
  RoundingScope Scope(Mode);
  volatile T X = A, Y = B, Z = X * Y;
  return Z;
}
template <typename T> T roundedDiv(T A, T B, uint32_t Mode) {
  RoundingScope Scope(Mode);
  volatile T X = A, Y = B, Z = X / Y;
  return Z;
}
template <typename T> T roundedFma(T A, T B, T C, uint32_t Mode) {
  RoundingScope Scope(Mode);
  volatile T X = A, Y = B, V = C, Z = std::fma(X, Y, V);
  return Z;
}
template <typename T> T roundedSqrt(T A, uint32_t Mode) {
  RoundingScope Scope(Mode);
  volatile T X = A, Z = std::sqrt(X);
  return Z;
}
template <typename T>
T fromInteger(uint64_t Bits, uint32_t Signed, uint32_t Mode) {
  RoundingScope Scope(Mode);
  if (Signed) {
    volatile auto I = static_cast<int64_t>(Bits);
    volatile T Z = static_cast<T>(I);
    return Z;
  }
  volatile uint64_t I = Bits;
  volatile T Z = static_cast<T>(I);
  return Z;
}
float narrow(double A, uint32_t Mode) {
  RoundingScope Scope(Mode);
  volatile double X = A;
  volatile float Z = static_cast<float>(X);
  return Z;
}

template <typename T> T exponential2(T A) { return std::exp2(A); }
template <typename T> T logarithm2(T A) { return std::log2(A); }
template <typename T> T sine(T A) { return std::sin(A); }
template <typename T> T cosine(T A) { return std::cos(A); }
template <typename T> T hyperbolicTangent(T A) { return std::tanh(A); }

/// PTX prmt.b32 without a mode.
uint32_t permute(uint32_t A, uint32_t B, uint32_t Selector) {
  uint64_t Bytes = A | uint64_t(B) << 32;
  uint32_t Result = 0;
  for (unsigned I = 0; I < 4; ++I) {
    uint32_t S = Selector >> (4 * I) & 15;
    auto Byte = static_cast<uint32_t>(Bytes >> (8 * (S & 7)) & 255);
    if (S & 8) // The sign, eight times.
      Byte = Byte & 128 ? 255 : 0;
    Result |= Byte << (8 * I);
  }
  return Result;
}

template <typename F> void *address(F *Function) {
  return reinterpret_cast<void *>(Function);
}

} // namespace

llvm::ArrayRef<RuntimeSymbol> mathSymbols() {
  static const RuntimeSymbol Table[] = {
      {"rt_add_rounded_f32", address(roundedAdd<float>)},
      {"rt_add_rounded_f64", address(roundedAdd<double>)},
      {"rt_sub_rounded_f32", address(roundedSub<float>)},
      {"rt_sub_rounded_f64", address(roundedSub<double>)},
      {"rt_mul_rounded_f32", address(roundedMul<float>)},
      {"rt_mul_rounded_f64", address(roundedMul<double>)},
      {"rt_div_rounded_f32", address(roundedDiv<float>)},
      {"rt_div_rounded_f64", address(roundedDiv<double>)},
      {"rt_fma_rounded_f32", address(roundedFma<float>)},
      {"rt_fma_rounded_f64", address(roundedFma<double>)},
      {"rt_sqrt_rounded_f32", address(roundedSqrt<float>)},
      {"rt_sqrt_rounded_f64", address(roundedSqrt<double>)},
      {"rt_int_to_f32", address(fromInteger<float>)},
      {"rt_int_to_f64", address(fromInteger<double>)},
      {"rt_narrow_f32", address(narrow)},
      {"rt_ex2_f32", address(exponential2<float>)},
      {"rt_ex2_f64", address(exponential2<double>)},
      {"rt_lg2_f32", address(logarithm2<float>)},
      {"rt_lg2_f64", address(logarithm2<double>)},
      {"rt_sin_f32", address(sine<float>)},
      {"rt_sin_f64", address(sine<double>)},
      {"rt_cos_f32", address(cosine<float>)},
      {"rt_cos_f64", address(cosine<double>)},
      {"rt_tanh_f32", address(hyperbolicTangent<float>)},
      {"rt_tanh_f64", address(hyperbolicTangent<double>)},
      {"rt_prmt", address(permute)},
  };
  return Table;
}

} // namespace reprise::emulator
