//===- IntegerValueTest.cpp - What lifted integer instructions compute ----===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Execute.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <concepts>

using namespace reprise::test;

namespace {

using Wide = __int128;

/// The cases of one type T, named "u32", with registers %r.
template <std::integral T> class Typed {
public:
  Typed(const char *Name, char Register) : Name(Name), Register(Register) {}

  static T value(uint64_t V) { return static_cast<T>(V); }
  static uint64_t result(Wide V) {
    return static_cast<std::make_unsigned_t<T>>(static_cast<T>(V));
  }

  template <class F> void add(const std::string &Op, unsigned Sources, F Of) {
    std::string Text = Op + "." + Name + " %" + Register + "20";
    for (unsigned I = 0; I < Sources; ++I)
      Text += std::string(", %") + Register + std::to_string(10 + I);
    Cases.push_back({Text + ";", [Of](const Inputs &In) {
                       return result(
                           Of(value(In[0]), value(In[1]), value(In[2])));
                     }});
  }

  void arithmetic() {
    constexpr unsigned Bits = sizeof(T) * 8;
    add("add", 2, [](Wide A, Wide B, Wide) { return A + B; });
    add("sub", 2, [](Wide A, Wide B, Wide) { return A - B; });
    add("min", 2, [](Wide A, Wide B, Wide) { return std::min(A, B); });
    add("max", 2, [](Wide A, Wide B, Wide) { return std::max(A, B); });
    auto High = [](Wide A, Wide B) {
      if constexpr (std::is_signed_v<T>)
        return (A * B) >> Bits;
      else
        return static_cast<Wide>(static_cast<unsigned __int128>(A) *
                                     static_cast<unsigned __int128>(B) >>
                                 Bits);
    };
    auto Low = [](Wide A, Wide B) {
      uint64_t Product = static_cast<uint64_t>(A) * static_cast<uint64_t>(B);
      return Wide(Product);
    };
    add("mul.lo", 2, [=](Wide A, Wide B, Wide) { return Low(A, B); });
    add("mul.hi", 2, [=](Wide A, Wide B, Wide) { return High(A, B); });
    add("mad.lo", 3, [=](Wide A, Wide B, Wide C) { return Low(A, B) + C; });
    add("mad.hi", 3, [=](Wide A, Wide B, Wide C) { return High(A, B) + C; });
    add("sad", 3,
        [](Wide A, Wide B, Wide C) { return C + (A < B ? B - A : A - B); });
    for (const char *Op : {"eq", "ne", "lt", "le", "gt", "ge"})
      Cases.push_back({std::string("setp.") + Op + ".and." + Name +
                           " %p20|%p21, %" + Register + "10, %" + Register +
                           "11, !%p12;",
                       [Op = std::string(Op)](const Inputs &In) {
                         T A = value(In[0]), B = value(In[1]);
                         bool C = !(In[2] & 1);
                         bool R = Op == "eq"   ? A == B
                                  : Op == "ne" ? A != B
                                  : Op == "lt" ? A < B
                                  : Op == "le" ? A <= B
                                  : Op == "gt" ? A > B
                                               : A >= B;
                         return predicates(R && C, !R && C);
                       }});
    Cases.push_back({std::string("shr.") + Name + " %" + Register + "20, %" +
                         Register + "10, %r11;",
                     [](const Inputs &In) {
                       auto N = static_cast<uint32_t>(In[1]);
                       Wide A = value(In[0]);
                       return result(A >> std::min(N, 100u));
                     }});
    // The divisor is never 0: that result is not defined.
    for (bool Quotient : {true, false})
      Cases.push_back(
          {"or.b" + std::to_string(Bits) + " %" + Register + "14, %" +
               Register + "11, 1; and.b" + std::to_string(Bits) + " %" +
               Register + "14, %" + Register + "14, 127; " +
               (Quotient ? "div." : "rem.") + Name + " %" + Register + "20, %" +
               Register + "10, %" + Register + "14;",
           [Quotient](const Inputs &In) {
             Wide A = value(In[0]), B = (In[1] | 1) & 127;
             return result(Quotient ? A / B : A % B);
           }});
    if constexpr (std::is_signed_v<T>) {
      add("neg", 1, [](Wide A, Wide, Wide) { return -A; });
      add("abs", 1, [](Wide A, Wide, Wide) { return A < 0 ? -A : A; });
    }
  }

  std::vector<Case> Cases;

private:
  const char *Name;
  char Register;
};

template <class T> void arithmeticOf(const char *Name, char Register) {
  Typed<T> Tests(Name, Register);
  Tests.arithmetic();
  check(Tests.Cases);
}

TEST(IntegerValues, Arithmetic) {
  arithmeticOf<uint16_t>("u16", 'h');
  arithmeticOf<int16_t>("s16", 'h');
  arithmeticOf<uint32_t>("u32", 'r');
  arithmeticOf<int32_t>("s32", 'r');
  arithmeticOf<uint64_t>("u64", 'd');
  arithmeticOf<int64_t>("s64", 'd');
}

uint32_t low(uint64_t V) { return static_cast<uint32_t>(V); }
int32_t asSigned(uint64_t V) { return static_cast<int32_t>(V); }

TEST(IntegerValues, WideProducts) {
  check(
      {{"mul.wide.s32 %d20, %r10, %r11;",
        [](const Inputs &I) {
          return static_cast<uint64_t>(int64_t(asSigned(I[0])) *
                                       asSigned(I[1]));
        }},
       {"mad.wide.u32 %d20, %r10, %r11, %d12;",
        [](const Inputs &I) { return uint64_t(low(I[0])) * low(I[1]) + I[2]; }},
       {"mul24.hi.s32 %r20, %r10, %r11;",
        [](const Inputs &I) {
          int64_t A = asSigned(I[0] << 8) >> 8, B = asSigned(I[1] << 8) >> 8;
          return uint64_t(low(static_cast<uint64_t>(A * B) >> 16));
        }},
       {"mad24.lo.u32 %r20, %r10, %r11, %r12;",
        [](const Inputs &I) {
          return uint64_t(low((I[0] & 0xffffff) * (I[1] & 0xffffff) + I[2]));
        }},
       {"mad.hi.sat.s32 %r20, %r10, %r11, %r12;", [](const Inputs &I) {
          int64_t P = (int64_t(asSigned(I[0])) * asSigned(I[1])) >> 32;
          int64_t Sum = P + asSigned(I[2]);
          return uint64_t(low(static_cast<uint64_t>(
              std::clamp<int64_t>(Sum, INT32_MIN, INT32_MAX))));
        }}});
}

TEST(IntegerValues, CarryChains) {
  using U = unsigned __int128;
  auto Both = [](U V) { // Low word in bits 0 to 31, next one above.
    return static_cast<uint64_t>(V);
  };
  check({{"add.cc.u32 %r20, %r10, %r11; addc.u32 %r21, %r12, %r13;",
          [=](const Inputs &I) {
            U A = U(low(I[2])) << 32 | low(I[0]);
            return Both(A + (U(low(I[3])) << 32 | low(I[1])));
          }},
         {"sub.cc.u32 %r20, %r10, %r11; subc.u32 %r21, %r12, %r13;",
          [=](const Inputs &I) {
            U A = U(low(I[2])) << 32 | low(I[0]);
            return Both(A - (U(low(I[3])) << 32 | low(I[1])));
          }},
         {"mad.lo.cc.u32 %r20, %r10, %r11, %r12; madc.hi.u32 %r21, %r10, %r11, "
          "%r13;",
          [=](const Inputs &I) {
            return Both(U(low(I[0])) * low(I[1]) +
                        (U(low(I[3])) << 32 | low(I[2])));
          }},
         {"add.cc.u64 %d14, %d10, %d11; addc.cc.u64 %d15, %d12, %d13; "
          "addc.u64 %d20, 0, 0;",
          [](const Inputs &I) {
            U Low = U(I[0]) + I[1];
            return static_cast<uint64_t>((U(I[2]) + I[3] + (Low >> 64)) >> 64);
          }},
         {"sub.cc.s64 %d14, %d10, %d11; subc.cc.s64 %d20, %d12, %d13;",
          [](const Inputs &I) { return I[2] - I[3] - (I[0] < I[1]); }}});
}

TEST(IntegerValues, ShiftsByTooMuch) {
  auto Funnel = [](bool Left, bool Wrap) {
    return [=](const Inputs &I) {
      uint32_t N = low(I[2]);
      N = Wrap ? N & 31 : std::min(N, 32u);
      uint64_t V = uint64_t(low(I[1])) << 32 | low(I[0]);
      return uint64_t(Left ? low(N == 32 ? V & 0xffffffff : V << N >> 32)
                           : low(V >> N));
    };
  };
  check(
      {{"shl.b32 %r20, %r10, %r11;",
        [](const Inputs &I) {
          return uint64_t(low(I[1]) > 31 ? 0 : low(I[0]) << low(I[1]));
        }},
       {"shl.b64 %d20, %d10, %r11;",
        [](const Inputs &I) { return low(I[1]) > 63 ? 0 : I[0] << low(I[1]); }},
       {"shl.b16 %h20, %h10, %r11;",
        [](const Inputs &I) {
          return low(I[1]) > 15 ? 0 : (I[0] << low(I[1])) & 0xffff;
        }},
       {"shf.l.clamp.b32 %r20, %r10, %r11, %r12;", Funnel(true, false)},
       {"shf.r.clamp.b32 %r20, %r10, %r11, %r12;", Funnel(false, false)},
       {"shf.l.wrap.b32 %r20, %r10, %r11, %r12;", Funnel(true, true)},
       {"shf.r.wrap.b32 %r20, %r10, %r11, %r12;", Funnel(false, true)}});
}

/// The manual's description, bit by bit.
template <class T> uint64_t extract(uint64_t V, unsigned Pos, unsigned Length) {
  constexpr unsigned Top = sizeof(T) * 8 - 1;
  auto Bit = [&](unsigned N) { return V >> N & 1; };
  uint64_t R = 0;
  uint64_t Sign =
      std::is_signed_v<T> && Length ? Bit(std::min(Pos + Length - 1, Top)) : 0;
  for (unsigned N = 0; N <= Top; ++N)
    R |= (N < Length && Pos + N <= Top ? Bit(Pos + N) : Sign) << N;
  return R;
}

TEST(IntegerValues, BitFields) {
  auto Field = [](auto Of) {
    return [=](const Inputs &I) { return Of(I[0], I[1] & 255, I[2] & 255); };
  };
  check({{"bfe.u32 %r20, %r10, %r11, %r12;", Field(extract<uint32_t>)},
         {"bfe.s32 %r20, %r10, %r11, %r12;", Field(extract<int32_t>)},
         {"bfe.u64 %d20, %d10, %r11, %r12;", Field(extract<uint64_t>)},
         {"bfe.s64 %d20, %d10, %r11, %r12;", Field(extract<int64_t>)},
         {"bfe.s32 %r20, %r10, 28, 9;",
          [](const Inputs &I) { return extract<int32_t>(I[0], 28, 9); }},
         {"bfi.b32 %r20, %r10, %r11, %r12, %r13;",
          [](const Inputs &I) {
            uint64_t R = low(I[1]);
            for (uint64_t N = 0; N < (I[3] & 255) && (I[2] & 255) + N < 32;
                 ++N) {
              uint64_t At = (I[2] & 255) + N;
              R = (R & ~(1ull << At)) | (I[0] >> N & 1) << At;
            }
            return R;
          }},
         {"bmsk.clamp.b32 %r20, %r10, %r11;",
          [](const Inputs &I) {
            uint64_t R = 0;
            for (uint64_t N = 0; N < low(I[1]) && low(I[0]) + N < 32; ++N)
              R |= 1ull << (low(I[0]) + N);
            return R;
          }},
         {"bmsk.wrap.b32 %r20, %r10, %r11;",
          [](const Inputs &I) {
            return uint64_t(low(((1ull << (I[1] & 31)) - 1) << (I[0] & 31)));
          }},
         {"szext.clamp.s32 %r20, %r10, %r11;",
          [](const Inputs &I) {
            return extract<int32_t>(I[0], 0, std::min(low(I[1]), 32u));
          }},
         {"szext.wrap.u32 %r20, %r10, %r11;", [](const Inputs &I) {
            return extract<uint32_t>(I[0], 0, I[1] & 31);
          }}});
}

TEST(IntegerValues, BitsCountedAndFound) {
  auto Highest = [](int64_t V, unsigned Width) -> uint64_t {
    for (unsigned N = Width; N-- > 0;)
      if ((V >> N & 1) != (V < 0))
        return N;
    return 0xffffffff;
  };
  check({{"brev.b32 %r20, %r10;",
          [](const Inputs &I) {
            uint64_t R = 0;
            for (unsigned N = 0; N < 32; ++N)
              R |= (I[0] >> N & 1) << (31 - N);
            return R;
          }},
         {"clz.b64 %r20, %d10;",
          [](const Inputs &I) { return uint64_t(std::countl_zero(I[0])); }},
         {"popc.b32 %r20, %r10;",
          [](const Inputs &I) { return uint64_t(std::popcount(low(I[0]))); }},
         {"bfind.s32 %r20, %r10;",
          [=](const Inputs &I) { return Highest(asSigned(I[0]), 32); }},
         {"bfind.shiftamt.u32 %r20, %r10;",
          [=](const Inputs &I) {
            uint64_t R = Highest(low(I[0]), 32);
            return R > 31 ? R : 31 - R;
          }},
         {"and.b32 %r14, %r11, 31; and.b32 %r15, %r12, 15; sub.s32 %r15, %r15, "
          "8; fns.b32 %r20, %r10, %r14, %r15;",
          [](const Inputs &I) -> uint64_t {
            int At = I[1] & 31, Offset = int(I[2] & 15) - 8, Left = Offset;
            if (Offset == 0)
              return I[0] >> At & 1 ? static_cast<uint64_t>(At) : 0xffffffff;
            for (; At >= 0 && At < 32; At += Offset > 0 ? 1 : -1)
              if (I[0] >> At & 1 && (Left += Offset > 0 ? -1 : 1) == 0)
                return static_cast<uint64_t>(At);
            return 0xffffffff;
          }}});
}

TEST(IntegerValues, LookUpTables) {
  std::vector<Case> Cases;
  for (unsigned Table = 0; Table < 256; Table += 3)
    Cases.push_back(
        {"lop3.b32 %r20, %r10, %r11, %r12, " + std::to_string(Table) + ";",
         [Table](const Inputs &I) {
           uint64_t R = 0;
           for (unsigned N = 0; N < 32; ++N) {
             unsigned Row = unsigned(I[0] >> N & 1) * 4 +
                            unsigned(I[1] >> N & 1) * 2 +
                            unsigned(I[2] >> N & 1);
             R |= uint64_t(Table >> Row & 1) << N;
           }
           return R;
         }});
  Cases.push_back({"lop3.or.b32 %r20|%p20, %r10, %r11, %r12, 0x80, !%p13;",
                   [](const Inputs &I) {
                     uint32_t R = low(I[0] & I[1] & I[2]);
                     return R ^ predicates(R != 0 || !(I[3] & 1), false);
                   }});
  check(Cases);
}

TEST(IntegerValues, Permutations) {
  auto Byte = [](const Inputs &I, unsigned N) {
    return (N < 4 ? I[0] >> (8 * N) : I[1] >> (8 * (N - 4))) & 255;
  };
  std::vector<Case> Cases{
      {"prmt.b32 %r20, %r10, %r11, %r12;", [=](const Inputs &I) {
         uint64_t R = 0;
         for (unsigned N = 0; N < 4; ++N) {
           unsigned Pick = I[2] >> (4 * N) & 15;
           uint64_t B = Byte(I, Pick & 7);
           if (Pick & 8)
             B = B & 128 ? 255 : 0;
           R |= B << (8 * N);
         }
         return R;
       }}};
  auto Mode = [&](const char *Name, auto Which) {
    Cases.push_back(
        {std::string("prmt.b32.") + Name + " %r20, %r10, %r11, %r12;",
         [=](const Inputs &I) {
           uint64_t R = 0;
           for (unsigned N = 0; N < 4; ++N)
             R |= Byte(I, Which(N, unsigned(I[2] & 3)) & 7) << (8 * N);
           return R;
         }});
  };
  Mode("f4e", [](unsigned N, unsigned C) { return C + N; });
  Mode("b4e", [](unsigned N, unsigned C) { return C - N; });
  Mode("rc8", [](unsigned, unsigned C) { return C; });
  Mode("ecl", [](unsigned N, unsigned C) { return std::max(N, C); });
  Mode("ecr", [](unsigned N, unsigned C) { return std::min(N, C); });
  Mode("rc16", [](unsigned N, unsigned C) { return N % 2 + C % 2 * 2; });
  check(Cases);
}

TEST(IntegerValues, DotProducts) {
  auto Part = [](uint64_t V, unsigned N, unsigned Width, bool Signed) {
    int64_t P = V >> (N * Width) & ((1u << Width) - 1);
    return Signed && P >> (Width - 1) ? P - (1 << Width) : P;
  };
  std::vector<Case> Cases;
  for (bool A : {false, true})
    for (bool B : {false, true})
      for (unsigned Kind : {0u, 1u, 2u}) {
        static const char *Names[] = {"dp4a", "dp2a.lo", "dp2a.hi"};
        std::string Text = Names[Kind];
        Text += A ? ".s32" : ".u32";
        Text += B ? ".s32" : ".u32";
        Cases.push_back(
            {Text + " %r20, %r10, %r11, %r12;", [=](const Inputs &I) {
               int64_t Sum = asSigned(I[2]);
               for (unsigned N = 0; N < (Kind ? 2u : 4u); ++N)
                 Sum += Part(I[0], N, Kind ? 16 : 8, A) *
                        Part(I[1], N + (Kind == 2 ? 2 : 0), 8, B);
               return uint64_t(low(static_cast<uint64_t>(Sum)));
             }});
      }
  check(Cases);
}

TEST(IntegerValues, VideoAndLanes) {
  auto Lane = [](uint64_t V, unsigned N) { return int(V >> (8 * N) & 255); };
  check({{"vabsdiff4.u32.u32.u32.add %r20, %r10, %r11, %r12;",
          [=](const Inputs &I) {
            uint64_t Sum = I[2];
            for (unsigned N = 0; N < 4; ++N)
              Sum += static_cast<unsigned>(
                  std::abs(Lane(I[0], N) - Lane(I[1], N)));
            return uint64_t(low(Sum));
          }},
         {"vadd4.u32.u32.u32.sat %r20.b20, %r10.b0123, %r11, %r12;",
          [=](const Inputs &I) {
            uint64_t R = low(I[2]);
            for (unsigned N : {0u, 2u}) {
              int Sum = std::min(255, Lane(I[0], 3 - N) + Lane(I[1], N));
              R = (R & ~(255ull << (8 * N))) | uint64_t(Sum) << (8 * N);
            }
            return R;
          }},
         {"vshr.u32.u32.u32.clamp.add %r20, %r10, %r11, %r12;",
          [](const Inputs &I) {
            uint32_t N = std::min(low(I[1]), 32u);
            return uint64_t(low((uint64_t(low(I[0])) >> N) + I[2]));
          }},
         {"vmax.s32.s32.u32 %r20.b1, %r10.h1, %r11.b3, %r12;",
          [](const Inputs &I) {
            int A = static_cast<int16_t>(I[0] >> 16), B = I[1] >> 24 & 255;
            return (I[2] & 0xffff00ff) |
                   (static_cast<uint64_t>(std::max(A, B)) & 255) << 8;
          }},
         {"min.s16x2.relu %r20, %r10, %r11;",
          [](const Inputs &I) {
            uint64_t R = 0;
            for (unsigned N = 0; N < 2; ++N) {
              int M = std::min(static_cast<int16_t>(I[0] >> (16 * N)),
                               static_cast<int16_t>(I[1] >> (16 * N)));
              R |= static_cast<uint64_t>(std::max(M, 0)) << (16 * N);
            }
            return R;
          }},
         {"add.u16x2 %r20, %r10, %r11;", [](const Inputs &I) {
            return ((I[0] + I[1]) & 0xffff) |
                   (((I[0] >> 16) + (I[1] >> 16)) & 0xffff) << 16;
          }}});
}

TEST(IntegerValues, ConversionsSaturate) {
  check(
      {{"cvt.sat.u8.s32 %r20, %r10;",
        [](const Inputs &I) {
          return uint64_t(std::clamp(asSigned(I[0]), 0, 255));
        }},
       {"cvt.sat.s16.u64 %h20, %d10;",
        [](const Inputs &I) { return std::min<uint64_t>(I[0], 32767); }},
       {"cvt.sat.u64.s64 %d20, %d10;",
        [](const Inputs &I) {
          return static_cast<int64_t>(I[0]) < 0 ? 0 : I[0];
        }},
       {"cvt.s64.s8 %d20, %r10;",
        [](const Inputs &I) {
          return static_cast<uint64_t>(int64_t(static_cast<int8_t>(I[0])));
        }},
       {"cvt.pack.sat.s8.s32.b32 %r20, %r10, %r11, %r12;", [](const Inputs &I) {
          auto Clamp = [](uint64_t V) {
            return uint64_t(std::clamp(asSigned(V), -128, 127)) & 255;
          };
          return (I[2] << 16 & 0xffff0000) | Clamp(I[0]) << 8 | Clamp(I[1]);
        }}});
}

} // namespace
