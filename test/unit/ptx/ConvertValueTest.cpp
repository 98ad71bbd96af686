//===- ConvertValueTest.cpp - What lifted conversions compute -------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Execute.h"
#include "SmallFormats.h"

#include <gtest/gtest.h>

#include <cfenv>
#include <cmath>

using namespace reprise::test;

namespace {

struct Integer {
  const char *Name;
  unsigned Width;
  bool Signed;
  char Register;

  long double value(uint64_t V) const {
    V = Width == 64 ? V : V & ((1ull << Width) - 1);
    if (Signed && V >> (Width - 1))
      return static_cast<long double>(V) - std::ldexp(1.0L, int(Width));
    return static_cast<long double>(V);
  }
  /// As a register keeps it: extended to 32 bits.
  uint64_t bits(long double V) const {
    auto Bits = V < 0 ? static_cast<uint64_t>(static_cast<int64_t>(V))
                      : static_cast<uint64_t>(V);
    return Width <= 8 || Width == 32 ? Bits & 0xffffffff
           : Width == 16             ? Bits & 0xffff
                                     : Bits;
  }
  uint64_t convert(long double V, bool Wide) const {
    long double Lo = Signed ? -std::ldexp(1.0L, int(Width) - 1) : 0;
    long double Hi = std::ldexp(1.0L, int(Width - Signed)) - 1;
    if (std::isnan(V)) // The top bit alone, where 64 bits take part.
      return !Wide && Width < 64
                 ? 0
                 : bits(Signed ? Lo : std::ldexp(1.0L, int(Width) - 1));
    return bits(std::fmin(std::fmax(V, Lo), Hi));
  }
};

constexpr Integer Integers[] = {
    {"u8", 8, false, 'r'},   {"s8", 8, true, 'r'},    {"u16", 16, false, 'h'},
    {"s16", 16, true, 'h'},  {"u32", 32, false, 'r'}, {"s32", 32, true, 'r'},
    {"u64", 64, false, 'd'}, {"s64", 64, true, 'd'}};

using Dir = SmallFormat::Direction;
struct Mode {
  const char *Name;
  Dir Direction;
  int Host;
  long double (*Whole)(long double);
};
constexpr Mode Modes[] = {{"rn", Dir::Nearest, FE_TONEAREST, std::nearbyint},
                          {"rz", Dir::Zero, FE_TOWARDZERO, std::trunc},
                          {"rm", Dir::Down, FE_DOWNWARD, std::floor},
                          {"rp", Dir::Up, FE_UPWARD, std::ceil}};

template <class T> T narrowed(int Host, long double V) {
  volatile long double In = V;
  std::fesetround(Host);
  volatile T R = static_cast<T>(In);
  std::fesetround(FE_TONEAREST);
  return R;
}

TEST(ConvertValues, FloatsToIntegers) {
  std::vector<Case> Cases;
  for (const Integer &T : Integers)
    for (const Mode &M : Modes) {
      std::string Op = std::string("cvt.") + M.Name + "i." + T.Name;
      std::string To = std::string(" %") + T.Register + "20, ";
      auto Whole = M.Whole;
      Cases.push_back({Op + ".f32" + To + "%f10;", [=](const Inputs &I) {
                         return T.convert(Whole(toFloat(I[0])), false);
                       }});
      Cases.push_back({Op + ".f64" + To + "%g10;", [=](const Inputs &I) {
                         return T.convert(Whole(toDouble(I[0])), true);
                       }});
      Cases.push_back({Op + ".f16" + To + "%h10;", [=](const Inputs &I) {
                         return T.convert(Whole(F16.value(I[0] & 0xffff)),
                                          false);
                       }});
    }
  Cases.push_back({"cvt.rpi.ftz.s32.f32 %r20, %f10;", [](const Inputs &I) {
                     float V = toFloat(I[0]);
                     if (std::fpclassify(V) == FP_SUBNORMAL)
                       V = 0;
                     return Integers[5].convert(std::ceil(V), false);
                   }});
  check(Cases);
}

TEST(ConvertValues, IntegersToFloats) {
  std::vector<Case> Cases;
  for (const Integer &T : Integers)
    for (const Mode &M : Modes) {
      std::string Op = std::string("cvt.") + M.Name;
      std::string From = std::string(".") + T.Name;
      std::string Source = std::string(", %") + T.Register + "10;";
      int Host = M.Host;
      Dir D = M.Direction;
      Cases.push_back(
          {Op + ".f32" + From + " %f20" + Source, [=](const Inputs &I) {
             return bits(narrowed<float>(Host, T.value(I[0])));
           }});
      Cases.push_back(
          {Op + ".f64" + From + " %g20" + Source, [=](const Inputs &I) {
             return bits(narrowed<double>(Host, T.value(I[0])));
           }});
      Cases.push_back(
          {Op + ".f16" + From + " %h20" + Source,
           [=](const Inputs &I) { return F16.round(T.value(I[0]), D); }});
      Cases.push_back(
          {Op + ".bf16" + From + " %h20" + Source,
           [=](const Inputs &I) { return BF16.round(T.value(I[0]), D); }});
    }
  check(Cases);
}

TEST(ConvertValues, FloatsToFloats) {
  std::vector<Case> Cases;
  for (const Mode &M : Modes) {
    std::string Op = std::string("cvt.") + M.Name;
    int Host = M.Host;
    Dir D = M.Direction;
    auto Whole = M.Whole;
    Cases.push_back({Op + ".f32.f64 %f20, %g10;",
                     [=](const Inputs &I) {
                       return bits(narrowed<float>(Host, toDouble(I[0])));
                     },
                     32});
    Cases.push_back({Op + "i.f32.f32 %f20, %f10;",
                     [=](const Inputs &I) {
                       return bits(static_cast<float>(Whole(toFloat(I[0]))));
                     },
                     32});
    Cases.push_back({Op + "i.f64.f64 %g20, %g10;",
                     [=](const Inputs &I) {
                       return bits(static_cast<double>(Whole(toDouble(I[0]))));
                     },
                     64});
    for (const SmallFormat *F : {&F16, &BF16}) {
      std::string Name = F == &F16 ? ".f16" : ".bf16";
      Cases.push_back({Op + Name + ".f32 %h20, %f10;", [=](const Inputs &I) {
                         return F->round(toFloat(I[0]), D);
                       }});
      Cases.push_back({Op + Name + ".f64 %h20, %g10;", [=](const Inputs &I) {
                         return F->round(toDouble(I[0]), D);
                       }});
    }
  }
  Cases.push_back({"cvt.sat.f32.f32 %f20, %f10;", [](const Inputs &I) {
                     float V = toFloat(I[0]);
                     return bits(!(V > 0) ? 0.f : std::fmin(V, 1.f));
                   }});
  Cases.push_back({"cvt.f32.f16 %f20, %h10;",
                   [](const Inputs &I) {
                     return bits(static_cast<float>(F16.value(I[0] & 0xffff)));
                   },
                   32});
  Cases.push_back(
      {"cvt.f64.bf16 %g20, %h10;",
       [](const Inputs &I) { return bits(BF16.value(I[0] & 0xffff)); }, 64});
  check(Cases);
}

TEST(ConvertValues, PackedFormats) {
  auto Pair = [](const SmallFormat &F, Dir D, bool Finite, bool Relu) {
    return [=, &F](const Inputs &I) {
      auto One = [&](uint64_t V) {
        float X = toFloat(V);
        if (Relu && X <= 0)
          X = 0;
        return F.round(X, D, Finite);
      };
      return One(I[0]) << (F.signBit() + 1) | One(I[1]);
    };
  };
  auto Unpack = [](const SmallFormat &F) {
    return [&F](const Inputs &I) {
      return F16.nearest(F.value(I[0] & 0xff)) |
             F16.nearest(F.value(I[0] >> 8 & 0xff)) << 16;
    };
  };
  check(
      {{"cvt.rn.f16x2.f32 %r20, %f10, %f11;",
        Pair(F16, Dir::Nearest, false, false)},
       {"cvt.rz.relu.satfinite.bf16x2.f32 %r20, %f10, %f11;",
        Pair(BF16, Dir::Zero, true, true)},
       {"cvt.rn.satfinite.e4m3x2.f32 %h20, %f10, %f11;",
        Pair(E4M3, Dir::Nearest, true, false)},
       {"cvt.rn.satfinite.relu.e5m2x2.f32 %h20, %f10, %f11;",
        Pair(E5M2, Dir::Nearest, true, true)},
       {"cvt.rn.f16x2.e4m3x2 %r20, %h10;", Unpack(E4M3)},
       {"cvt.rn.f16x2.e5m2x2 %r20, %h10;", Unpack(E5M2)},
       {"cvt.rn.satfinite.e4m3x2.f16x2 %h20, %r10;",
        [](const Inputs &I) {
          return E4M3.round(F16.value(I[0] & 0xffff), Dir::Nearest, true) |
                 E4M3.round(F16.value(I[0] >> 16 & 0xffff), Dir::Nearest, true)
                     << 8;
        }},
       {"cvt.rna.tf32.f32 %r20, %f10;", [](const Inputs &I) {
          float V = toFloat(I[0]);
          return std::isnan(V) ? 0x7fffe000 : TF32.round(V, Dir::Away);
        }}});
}

} // namespace
