//===- Enumerator.h - All executions of a small kernel, one by one --------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What Model.h says a domain and an access mean, taken literally: bounds are
// evaluated for the values of this execution, sums keep the correlation with
// their terms. The runtime's sets must hold at least this, and exactly this
// where they claim to be exact.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_ENUMERATOR_H
#define REPRISE_TEST_ENUMERATOR_H

#include "Checked.h"
#include "Model.h"
#include "Uniform.h"

#include <cstdint>
#include <functional>
#include <set>
#include <vector>

namespace reprise::test {

class Enumerator {
public:
  using Bytes = std::set<uint64_t>;

  struct Run {
    bool TooLarge = false; ///< Given up: pick another kernel.
    bool Violated = false; ///< An execution breaks a check.
    uint64_t Executions = 0;
  };

  Enumerator(const Kernel &K, const LaunchValues &Launch) : K(K) {
    Values.resize(K.Exprs.size());
    std::vector<uint8_t> Poison(K.Exprs.size());
    for (size_t I = 0; I < K.Exprs.size(); ++I) {
      const Expr &E = K.Exprs[I];
      Insn In{E.Opcode, E.Width, E.A == None ? E.Width : K.Exprs[E.A].Width,
              E.A,      E.B,     E.C,
              E.Imm};
      bool IsPoison;
      Values[I] = evaluate(In, Launch, Values.data(), Poison.data(), IsPoison);
      Poison[I] = IsPoison;
    }
  }

  /// Calls \p Visit with the vars of every execution.
  Run run(
      Id Index,
      const std::function<void(const std::vector<int64_t> &)> &Visit) const {
    Run R;
    std::vector<int64_t> Vars;
    step(K.Domains[Index], 0, Vars, R, Visit);
    return R;
  }

  /// The bytes that access \p A touches.
  Run bytes(const Access &A, Bytes &Out) const {
    return run(A.Domain, [&](const std::vector<int64_t> &Vars) {
      uint64_t At =
          Values[A.Base] + static_cast<uint64_t>(form(A.Offset, Vars));
      for (uint64_t I = 0; I < A.Width; ++I)
        Out.insert(At + I);
    });
  }

private:
  static constexpr uint64_t MaxExecutions = 4000;

  const Kernel &K;
  std::vector<uint64_t> Values;

  int64_t value(Id E) const { return static_cast<int64_t>(Values[E]); }

  int64_t form(const Form &F, const std::vector<int64_t> &Vars) const {
    int64_t V = value(F.Const);
    for (const Term &T : F.Terms)
      V += value(T.Coef) * Vars[T.Var];
    return V;
  }

  void
  step(const Domain &D, size_t At, std::vector<int64_t> &Vars, Run &R,
       const std::function<void(const std::vector<int64_t> &)> &Visit) const {
    if (R.TooLarge)
      return;
    if (At == D.Steps.size()) {
      R.TooLarge = ++R.Executions > MaxExecutions;
      Visit(Vars);
      return;
    }
    const Step &S = D.Steps[At];
    if (S.Kind == StepKind::Require) {
      if (value(S.Index) != 0)
        step(D, At + 1, Vars, R, Visit);
      return;
    }
    if (S.Kind == StepKind::Check) {
      const Check &C = D.Checks[S.Index];
      int64_t V = form(C.F, Vars);
      if (V < C.Lo || V > C.Hi)
        R.Violated = true;
      step(D, At + 1, Vars, R, Visit);
      return;
    }
    const Var &V = D.Vars[S.Index];
    int64_t Lo = INT64_MIN, Hi = INT64_MAX;
    for (const Bound &B : V.Lo) {
      int64_t Value =
          ceilDiv(form(B.F, Vars), B.Div == None ? 1 : value(B.Div));
      Lo = std::max(Lo, B.Or == None ? Value : std::min(Value, value(B.Or)));
    }
    for (const Bound &B : V.Hi) {
      int64_t Value =
          floorDiv(form(B.F, Vars), B.Div == None ? 1 : value(B.Div));
      Hi = std::min(Hi, B.Or == None ? Value : std::max(Value, value(B.Or)));
    }
    if (V.Kind == VarKind::Sum) {
      int64_t Sum = form(V.F, Vars);
      if (Sum < Lo || Sum > Hi)
        return;
      Lo = Hi = Sum;
    }
    for (int64_t I = Lo; I <= Hi && !R.TooLarge; ++I) {
      Vars.push_back(I);
      step(D, At + 1, Vars, R, Visit);
      Vars.pop_back();
    }
  }
};

} // namespace reprise::test

#endif // REPRISE_TEST_ENUMERATOR_H
