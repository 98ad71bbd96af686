//===- FloatValueTest.cpp - What lifted floating point computes -----------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Execute.h"
#include "SmallFormats.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cfenv>
#include <cmath>

using namespace reprise::test;

namespace {

/// Of(A, B, C) with the host's rounding mode set.
template <class T, class F> T rounded(int Mode, F Of, T A, T B, T C) {
  volatile T X = A, Y = B, Z = C;
  std::fesetround(Mode);
  volatile T R = Of(X, Y, Z);
  std::fesetround(FE_TONEAREST);
  return R;
}

float flush(float V) {
  return std::fpclassify(V) == FP_SUBNORMAL ? std::copysign(0.f, V) : V;
}

float clamp(float V) { return !(V > 0) ? 0.f : std::min(V, 1.f); }

struct Mode {
  const char *Name;
  int Host;
};
constexpr Mode Modes[] = {{"rn", FE_TONEAREST},
                          {"rz", FE_TOWARDZERO},
                          {"rm", FE_DOWNWARD},
                          {"rp", FE_UPWARD}};

template <class F>
void single(std::vector<Case> &Cases, const char *Op, unsigned Sources, F Of,
            bool Saturates = true) {
  std::string Operands = " %f20, %f10";
  for (unsigned I = 1; I < Sources; ++I)
    Operands += ", %f" + std::to_string(10 + I);
  for (const Mode &M : Modes)
    for (bool Ftz : {false, true})
      for (bool Sat : {false, true}) {
        if (Sat && !Saturates)
          continue;
        Cases.push_back({std::string(Op) + "." + M.Name + (Ftz ? ".ftz" : "") +
                             (Sat ? ".sat" : "") + ".f32" + Operands + ";",
                         [=, Host = M.Host](const Inputs &I) {
                           float V[3];
                           for (unsigned N = 0; N < 3; ++N)
                             V[N] = Ftz ? flush(toFloat(I[N])) : toFloat(I[N]);
                           float R = rounded<float>(Host, Of, V[0], V[1], V[2]);
                           R = Ftz ? flush(R) : R;
                           return bits(Sat ? clamp(R) : R);
                         },
                         32});
      }
}

template <class F>
void twice(std::vector<Case> &Cases, const char *Op, unsigned Sources, F Of) {
  std::string Operands = " %g20, %g10";
  for (unsigned I = 1; I < Sources; ++I)
    Operands += ", %g" + std::to_string(10 + I);
  for (const Mode &M : Modes)
    Cases.push_back({std::string(Op) + "." + M.Name + ".f64" + Operands + ";",
                     [=, Host = M.Host](const Inputs &I) {
                       return bits(rounded<double>(Host, Of, toDouble(I[0]),
                                                   toDouble(I[1]),
                                                   toDouble(I[2])));
                     },
                     64});
}

TEST(FloatValues, RoundingAndFlushing) {
  std::vector<Case> Cases;
  single(Cases, "add", 2, [](float A, float B, float) { return A + B; });
  single(Cases, "sub", 2, [](float A, float B, float) { return A - B; });
  single(Cases, "mul", 2, [](float A, float B, float) { return A * B; });
  single(Cases, "fma", 3,
         [](float A, float B, float C) { return std::fma(A, B, C); });
  single(Cases, "div", 2, [](float A, float B, float) { return A / B; }, false);
  single(Cases, "rcp", 1, [](float A, float, float) { return 1 / A; }, false);
  single(
      Cases, "sqrt", 1, [](float A, float, float) { return std::sqrt(A); },
      false);
  twice(Cases, "add", 2, [](double A, double B, double) { return A + B; });
  twice(Cases, "mul", 2, [](double A, double B, double) { return A * B; });
  twice(Cases, "fma", 3,
        [](double A, double B, double C) { return std::fma(A, B, C); });
  twice(Cases, "div", 2, [](double A, double B, double) { return A / B; });
  twice(Cases, "sqrt", 1,
        [](double A, double, double) { return std::sqrt(A); });
  check(Cases);
}

/// min and max as the manual has them: -0 below +0, NaN loses.
template <class T> T extreme(bool Max, bool Propagate, T A, T B) {
  if (std::isnan(A) || std::isnan(B)) {
    if (Propagate || (std::isnan(A) && std::isnan(B)))
      return std::numeric_limits<T>::quiet_NaN();
    return std::isnan(A) ? B : A;
  }
  if (A == B)
    return std::signbit(A) == Max ? B : A;
  return (A < B) == Max ? B : A;
}

TEST(FloatValues, MinimaAndMaxima) {
  std::vector<Case> Cases;
  for (bool Max : {false, true}) {
    std::string Op = Max ? "max" : "min";
    for (bool NaN : {false, true}) {
      std::string N = NaN ? ".NaN" : "";
      Cases.push_back({Op + N + ".f32 %f20, %f10, %f11;",
                       [=](const Inputs &I) {
                         return bits(
                             extreme(Max, NaN, toFloat(I[0]), toFloat(I[1])));
                       },
                       32});
      Cases.push_back(
          {Op + ".ftz" + N + ".xorsign.abs.f32 %f20, %f10, %f11;",
           [=](const Inputs &I) {
             float A = flush(toFloat(I[0])), B = flush(toFloat(I[1]));
             float R = extreme(Max, NaN, std::fabs(A), std::fabs(B));
             return bits(std::copysign(
                 R, std::signbit(A) != std::signbit(B) ? -1.f : 1.f));
           },
           32});
    }
    Cases.push_back({Op + ".f64 %g20, %g10, %g11;",
                     [=](const Inputs &I) {
                       return bits(
                           extreme(Max, false, toDouble(I[0]), toDouble(I[1])));
                     },
                     64});
  }
  check(Cases);
}

TEST(FloatValues, ComparisonsWithNaN) {
  std::vector<Case> Cases;
  for (const char *Op : {"eq", "ne", "lt", "le", "gt", "ge", "equ", "neu",
                         "ltu", "leu", "gtu", "geu", "num", "nan"}) {
    auto Holds = [Op = std::string(Op)](double A, double B) {
      bool Unordered = std::isnan(A) || std::isnan(B);
      if (Op == "num" || Op == "nan")
        return Unordered == (Op == "nan");
      if (Unordered)
        return Op.size() == 3;
      std::string Base = Op.substr(0, 2);
      return Base == "eq"   ? A == B
             : Base == "ne" ? A != B
             : Base == "lt" ? A < B
             : Base == "le" ? A <= B
             : Base == "gt" ? A > B
                            : A >= B;
    };
    std::string Name = Op;
    Cases.push_back(
        {"setp." + Name + ".f32 %p20|%p21, %f10, %f11;", [=](const Inputs &I) {
           bool R = Holds(toFloat(I[0]), toFloat(I[1]));
           return predicates(R, !R);
         }});
    Cases.push_back({"setp." + Name + ".xor.ftz.f32 %p20, %f10, %f11, %p12;",
                     [=](const Inputs &I) {
                       bool R =
                           Holds(flush(toFloat(I[0])), flush(toFloat(I[1])));
                       return predicates(R != bool(I[2] & 1), false);
                     }});
    Cases.push_back(
        {"set." + Name + ".f32.f64 %f20, %g10, %g11;", [=](const Inputs &I) {
           return bits(Holds(toDouble(I[0]), toDouble(I[1])) ? 1.f : 0.f);
         }});
    Cases.push_back(
        {"set." + Name + ".u32.f16x2 %r20, %r10, %r11;", [=](const Inputs &I) {
           uint64_t R = 0;
           for (unsigned L : {0u, 16u})
             if (Holds(F16.value(I[0] >> L), F16.value(I[1] >> L)))
               R |= 0xffffull << L;
           return R;
         }});
  }
  Cases.push_back(
      {"slct.ftz.b32.f32 %r20, %r10, %r11, %f12;", [](const Inputs &I) {
         bool First = flush(toFloat(I[2])) >= 0;
         return (First ? I[0] : I[1]) & 0xffffffff;
       }});
  check(Cases);
}

TEST(FloatValues, Properties) {
  auto Test = [](const char *Name, auto Of) {
    return Case{
        std::string("testp.") + Name + ".f32 %p20, %f10;",
        [=](const Inputs &I) { return predicates(Of(toFloat(I[0])), false); }};
  };
  check({Test("finite", [](float V) { return std::isfinite(V); }),
         Test("infinite", [](float V) { return std::isinf(V); }),
         Test("number", [](float V) { return !std::isnan(V); }),
         Test("notanumber", [](float V) { return std::isnan(V); }),
         // Zero counts as normal.
         Test("normal", [](float V) { return std::isnormal(V) || V == 0; }),
         Test("subnormal",
              [](float V) { return std::fpclassify(V) == FP_SUBNORMAL; })});
}

/// The sum, or a number beside it on the side of what it lacks: never a tie
/// that is none.
long double sum(long double A, long double B) {
  volatile long double R = A + B, OfB = R - A, OfA = R - OfB;
  volatile long double Rest = (A - OfA) + (B - OfB);
  if (std::isfinite(R) && Rest != 0)
    return std::nextafter(R, Rest > 0 ? INFINITY : -INFINITY);
  return R;
}

TEST(FloatValues, HalfPrecision) {
  std::vector<Case> Cases;
  for (const SmallFormat *Format : {&F16, &BF16}) {
    std::string Name = Format == &F16 ? "f16" : "bf16";
    auto Add = [&](const std::string &Op, unsigned Sources, auto Of) {
      std::string Operands, Pairs;
      for (unsigned I = 0; I < Sources; ++I) {
        Operands += ", %h" + std::to_string(10 + I);
        Pairs += ", %r" + std::to_string(10 + I);
      }
      auto One = [=](const Inputs &I, unsigned Shift) {
        double V[3];
        for (unsigned N = 0; N < 3; ++N)
          V[N] = Format->value(I[N] >> Shift);
        return Format->nearest(Of(V[0], V[1], V[2]));
      };
      Cases.push_back({Op + "." + Name + " %h20" + Operands + ";",
                       [=](const Inputs &I) { return One(I, 0); }});
      Cases.push_back(
          {Op + "." + Name + "x2 %r20" + Pairs + ";",
           [=](const Inputs &I) { return One(I, 0) | One(I, 16) << 16; }});
    };
    using L = long double;
    Add("add.rn", 2, [](double A, double B, double) { return sum(A, B); });
    Add("sub.rn", 2, [](double A, double B, double) { return sum(A, -B); });
    Add("mul.rn", 2, [](double A, double B, double) { return L(A) * B; });
    Add("fma.rn", 3,
        [](double A, double B, double C) { return sum(L(A) * B, C); });
    Add("fma.rn.relu", 3, [](double A, double B, double C) {
      L R = sum(L(A) * B, C);
      return R < 0 ? L(0) : R == 0 ? L(0) : R;
    });
    Add("max.NaN", 2, [](double A, double B, double) {
      return L(extreme(true, true, A, B));
    });
  }
  check(Cases);
}

} // namespace
