//===- DomainTree.cpp - Domains that begin alike --------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Sorted by their steps, domains of a subtree stand side by side. One pass over
// them keeps the path to the last one on a stack, and cuts it where the next
// one leaves it.
//
//===----------------------------------------------------------------------===//

#include "DomainTree.h"

#include <algorithm>
#include <numeric>

namespace reprise {
namespace {

class Builder {
public:
  explicit Builder(Program &Target)
      : P(Target), Old(std::move(Target.Steps)), Domains(Target.Domains) {}

  void run() {
    std::vector<uint32_t> Order(Domains.size());
    std::iota(Order.begin(), Order.end(), 0);
    std::sort(Order.begin(), Order.end(), [&](uint32_t A, uint32_t B) {
      const auto Less = std::lexicographical_compare_three_way(
          begin(A), end(A), begin(B), end(B));
      return Less != 0 ? Less < 0 : A < B;
    });
    for (size_t I = 0; I < Order.size(); ++I) {
      const uint32_t D = Order[I];
      cutPath(I == 0 ? 0 : common(Order[I - 1], D), D);
      if (length(D) == Path.back().Depth) // It only repeats.
        setParent({length(D), D, D}, Path.back());
      else
        Path.push_back({length(D), D, D});
    }
    cutPath(0, None);
    P.Steps.clear();
    for (const Slice &S : Own) {
      ProgramDomain &D = P.Domains[S.Node];
      D.Begin = static_cast<uint32_t>(P.Steps.size());
      P.Steps.insert(P.Steps.end(), Old.begin() + S.Begin, Old.begin() + S.End);
      D.End = static_cast<uint32_t>(P.Steps.size());
    }
  }

private:
  Program &P;
  const std::vector<ProgramStep> Old;
  const std::vector<ProgramDomain> Domains;

  struct Node {
    uint32_t Depth; ///< Steps from the root.
    uint32_t Index; ///< Of Program::Domains; None: the root.
    uint32_t Below; ///< A domain of Domains that passes here.
  };
  std::vector<Node> Path{{0, None, None}};

  struct Slice {
    uint32_t Node, Begin, End; ///< Of Old.
  };
  std::vector<Slice> Own;

  using Steps = std::vector<ProgramStep>::const_iterator;
  Steps begin(uint32_t D) const { return Old.begin() + Domains[D].Begin; }
  Steps end(uint32_t D) const { return Old.begin() + Domains[D].End; }
  uint32_t length(uint32_t D) const {
    return Domains[D].End - Domains[D].Begin;
  }

  /// With how many equal steps two domains begin.
  uint32_t common(uint32_t A, uint32_t B) const {
    return static_cast<uint32_t>(
        std::mismatch(begin(A), end(A), begin(B), end(B)).first - begin(A));
  }

  void setParent(const Node &N, const Node &Parent) {
    P.Domains[N.Index].Parent = Parent.Index;
    const uint32_t First = Domains[N.Below].Begin;
    Own.push_back({N.Index, First + Parent.Depth, First + N.Depth});
  }

  /// Leaves the first \p Depth steps of the path, which \p Next shares.
  void cutPath(uint32_t Depth, uint32_t Next) {
    while (Path.back().Depth > Depth) {
      const Node Last = Path.back();
      Path.pop_back();
      if (Path.back().Depth < Depth) { // A branch inside of Last's steps.
        Path.push_back({Depth, static_cast<uint32_t>(P.Domains.size()), Next});
        P.Domains.push_back({0, 0, None, false, false});
      }
      setParent(Last, Path.back());
    }
  }
};

} // namespace

void shareSteps(Program &P) { Builder(P).run(); }

} // namespace reprise
