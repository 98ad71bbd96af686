//===- RandomExprs.h - Random uniform expressions and their values ------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The values come from the runtime's evaluator, which UniformTest.cpp holds to
// 128-bit arithmetic.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_UNIT_ANALYZER_RANDOMEXPRS_H
#define REPRISE_TEST_UNIT_ANALYZER_RANDOMEXPRS_H

#include "Model.h"
#include "Uniform.h"

#include <cstring>
#include <optional>
#include <random>
#include <vector>

namespace reprise::test {

/// A launch with arguments of 64 bytes, within the hardware's limits.
struct RandomLaunch {
  unsigned char Arguments[64] = {};
  LaunchValues Values;

  explicit RandomLaunch(std::mt19937_64 &R) {
    for (unsigned I = 0; I < 8; ++I) {
      uint64_t Word = interesting(R, 64);
      std::memcpy(Arguments + I * 8, &Word, 8);
    }
    Values.Arguments = Arguments;
    for (unsigned D = 0; D < 3; ++D) {
      Values.NTid[D] = static_cast<uint32_t>(R() % (D == 2 ? 64 : 1024) + 1);
      Values.NCtaId[D] =
          static_cast<uint32_t>(R() % (D == 0 ? 0x7fffffffu : 0xffffu) + 1);
    }
    if (R() % 4 == 0)
      Values.NCtaId[0] = 0x7fffffff;
  }

  /// Any bits, but often small numbers and the ends of a range.
  static uint64_t interesting(std::mt19937_64 &R, unsigned Width) {
    uint64_t Low = widthMask(Width);
    switch (R() % 5) {
    case 0:
      return R() & Low;
    case 1:
      return R() % 4 & Low;
    case 2:
      return (0 - R() % 4) & Low;
    case 3:
      return ((Low >> 1) + R() % 3) & Low;
    default:
      return (R() & Low) >> R() % Width;
    }
  }
};

/// The values of all nodes; nullopt is poison.
inline std::vector<std::optional<uint64_t>>
evaluateAll(const std::vector<Expr> &Nodes, const LaunchValues &Launch) {
  std::vector<uint64_t> Values(Nodes.size());
  std::vector<uint8_t> Poison(Nodes.size());
  std::vector<std::optional<uint64_t>> Result;
  for (size_t I = 0; I < Nodes.size(); ++I) {
    const Expr &E = Nodes[I];
    Insn X{E.Opcode, E.Width, E.A == None ? E.Width : Nodes[E.A].Width,
           E.A,      E.B,     E.C,
           E.Imm};
    bool IsPoison = false;
    Values[I] = evaluate(X, Launch, Values.data(), Poison.data(), IsPoison);
    Poison[I] = IsPoison;
    Result.push_back(IsPoison ? std::nullopt : std::optional(Values[I]));
  }
  return Result;
}

} // namespace reprise::test

#endif // REPRISE_TEST_UNIT_ANALYZER_RANDOMEXPRS_H
