//===- Prover.cpp - Proofs about pairs of accesses, with Z3 ---------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Prover.h"
#include "Printer.h"

#include <chrono>
#include <tuple>

#include <z3++.h>

namespace reprise {

namespace {

/// Translates linear forms of one or two executions into Z3 terms.
class Query {
public:
  /// Products says what becomes of products of unknowns, such as
  /// ntid * ctaid. Abstract: each one is a number of its own, which leaves
  /// linear arithmetic that is decided at once. Exact: Z3 multiplies.
  enum class Products { Abstract, Exact };

  Query(const KernelState &S, unsigned ResourceLimit, Products Mode)
      : S(S), Mode(Mode), Solver(Ctx) {
    z3::params P(Ctx);
    P.set("rlimit", ResourceLimit);
    P.set("random_seed", 0u);
    Solver.set(P);
  }

  /// The guards and ranges under which execution number Copy happens. A guard
  /// whose reading a launch must check says nothing for all launches: the
  /// domain may have left it out, and its check with it.
  void assume(const AnalyzedAccess &X, unsigned Copy) {
    for (const Guard &G : X.Guards.Guards)
      if (G.Uniform == None && S.Atoms.discharged(G.L.Checks, S.Exprs))
        Solver.add(form(G.L, Copy) >= 0);
  }

  /// Like assume(), for an example and not for a proof: of the launches, only
  /// those where no reading of X wraps, so that all guards can be believed.
  void assumeUnwrapped(const AnalyzedAccess &X, unsigned Copy) {
    Complete = Complete && X.Guards.Exact && !X.Predicated;
    require(X.Offset.Checks, Copy);
    for (const Guard &G : X.Guards.Guards) {
      if (G.Uniform != None) {
        Complete = false;
        continue;
      }
      require(G.L.Checks, Copy);
      Solver.add(form(G.L, Copy) >= 0);
    }
  }

  /// Everything that decides whether the executions happen was modelled: what
  /// satisfies the query really happens.
  bool complete() const { return Complete; }

  z3::expr form(const Lin &L, unsigned Copy) {
    z3::expr Sum = poly(L.Const);
    for (const auto &[A, C] : L.Terms) {
      if (Mode == Products::Exact) {
        Sum = Sum + poly(C) * atom(A, Copy);
        continue;
      }
      for (const auto &[M, Factor] : C.terms())
        Sum = Sum + Ctx.int_val(Factor) *
                        (M.empty() ? atom(A, Copy) : product(M, A, Copy));
    }
    return Sum;
  }

  /// Pins a uniform leaf.
  void fix(Id Leaf, int64_t Value) { Solver.add(leaf(Leaf) == number(Value)); }

  void add(const z3::expr &E) { Solver.add(E); }
  bool unsatisfiable() {
    using Clock = std::chrono::steady_clock;
    const auto Start = Clock::now();
    const z3::check_result Answer = Solver.check();
    ++S.Proofs.Queries;
    S.Proofs.Undecided += Answer == z3::unknown;
    S.Proofs.Seconds +=
        std::chrono::duration<double>(Clock::now() - Start).count();
    return Answer == z3::unsat;
  }
  bool satisfiable() { return Solver.check() == z3::sat; }
  /// Some product was abstracted: the query with real ones asks more.
  bool hasAbstracted() const { return !Abstract.empty(); }
  z3::expr number(int64_t V) { return Ctx.int_val(V); }

  std::string describe(unsigned Copy) {
    z3::model M = Solver.get_model();
    std::string Text;
    for (auto &[Key, E] : Atoms) {
      if (Key.second != Copy || S.Atoms[Key.first].Kind == AtomKind::Quotient ||
          S.Atoms[Key.first].Kind == AtomKind::Digit)
        continue;
      Text += (Text.empty() ? "" : ", ") + S.Atoms[Key.first].Name + " = " +
              value(M, E);
    }
    return Text;
  }

  std::string describeLaunch() {
    z3::model M = Solver.get_model();
    std::string Text;
    for (auto &[Leaf, E] : Leaves)
      Text +=
          (Text.empty() ? "" : ", ") + printExpr(S, Leaf) + " = " + value(M, E);
    return Text;
  }

private:
  /// Z3 writes negative numbers as (- 14).
  static std::string value(const z3::model &M, const z3::expr &E) {
    z3::expr V = M.eval(E, true);
    int64_t Number;
    return V.is_numeral_i64(Number) ? std::to_string(Number) : V.to_string();
  }

  void require(const Lin::CheckSet &Checks, unsigned Copy) {
    for (CheckId C : Checks) {
      const LinCheck &K = S.Atoms.check(C);
      require(K.F.Checks, Copy);
      z3::expr E = form(K.F, Copy);
      Solver.add(E >= number(K.Lo) && E <= number(K.Hi));
    }
  }

  static std::string decimal(__int128 V) {
    bool Negative = V < 0;
    if (Negative)
      V = -V;
    std::string Digits;
    do
      Digits.insert(Digits.begin(),
                    static_cast<char>('0' + static_cast<int>(V % 10)));
    while (V /= 10);
    return (Negative ? "-" : "") + Digits;
  }

  void confine(const z3::expr &E, const Interval &R) {
    if (R.Lo > -Interval::Infinity)
      Solver.add(E >= Ctx.int_val(decimal(R.Lo).c_str()));
    if (R.Hi < Interval::Infinity)
      Solver.add(E <= Ctx.int_val(decimal(R.Hi).c_str()));
  }

  z3::expr leaf(Id I) {
    auto It = Leaves.find(I);
    if (It != Leaves.end())
      return It->second;
    z3::expr E = Ctx.int_const(("u" + std::to_string(I)).c_str());
    Leaves.emplace(I, E);
    confine(E, S.Exprs.range(I));
    return E;
  }

  z3::expr poly(const Poly &P) {
    z3::expr Sum = Ctx.int_val(0);
    for (const auto &[M, C] : P.terms()) {
      z3::expr Product = Ctx.int_val(C);
      if (Mode == Products::Abstract && M.size() > 1)
        Product = Product * product(M, None, 0);
      else
        for (Id L : M)
          Product = Product * leaf(L);
      Sum = Sum + Product;
    }
    return Sum;
  }

  /// The product of M and atom A (None: of M alone) as one unknown.
  z3::expr product(const Poly::Monomial &M, AtomId A, unsigned Copy) {
    auto It = Abstract.find({M, A, Copy});
    if (It != Abstract.end())
      return It->second;
    z3::expr E = Ctx.int_const(("p" + std::to_string(Abstract.size())).c_str());
    Abstract.emplace(std::make_tuple(M, A, Copy), E);
    Interval R = A == None ? Interval::point(1) : S.Atoms[A].Range;
    for (Id L : M)
      R = R * S.Exprs.range(L);
    confine(E, R);
    return E;
  }

  z3::expr atom(AtomId A, unsigned Copy) {
    auto It = Atoms.find({A, Copy});
    if (It != Atoms.end())
      return It->second;
    const Atom &Info = S.Atoms[A];
    std::string Name = "a" + std::to_string(A) + "_" + std::to_string(Copy);
    z3::expr E = Ctx.int_const(Name.c_str());
    Atoms.emplace(std::make_pair(A, Copy), E);
    // The values of the others are wider than those that they really have.
    if (Info.Kind != AtomKind::Thread && Info.Kind != AtomKind::Quotient &&
        Info.Kind != AtomKind::Digit)
      Complete = false;
    // Nothing holds for the launches whose divisor is not positive, or where
    // the number that is divided leaves 64 bits: the machine divides another.
    if ((Info.Kind == AtomKind::Quotient || Info.Kind == AtomKind::Digit) &&
        (Info.Den.range(S.Exprs).Lo < 1 ||
         !S.Atoms.range(Info.Num, S.Exprs).within(INT64_MIN, INT64_MAX))) {
      Complete = false;
      return E;
    }
    confine(E, Info.Range);
    if (Info.Kind == AtomKind::Quotient) {
      z3::expr Rest = form(Info.Num, Copy) - poly(Info.Den) * E;
      Solver.add(Rest >= 0 && Rest < poly(Info.Den));
      return E;
    }
    if (Info.Kind == AtomKind::Digit) {
      // Num mod Den, by a quotient of its own.
      z3::expr Q = Ctx.int_const((Name + "q").c_str());
      Solver.add(form(Info.Num, Copy) == poly(Info.Den) * Q + E && E >= 0 &&
                 E < poly(Info.Den));
      return E;
    }
    for (const LinBound &B : Info.Lo)
      if (!B.Div && !B.Or)
        Solver.add(E >= form(B.F, Copy));
    for (const LinBound &B : Info.Hi)
      if (!B.Div && !B.Or)
        Solver.add(E <= form(B.F, Copy));
    return E;
  }

  const KernelState &S;
  Products Mode;
  bool Complete = true;
  z3::context Ctx;
  z3::solver Solver;
  std::map<Id, z3::expr> Leaves;
  std::map<std::pair<AtomId, unsigned>, z3::expr> Atoms;
  std::map<std::tuple<Poly::Monomial, AtomId, unsigned>, z3::expr> Abstract;
};

/// Runs a proof in linear arithmetic first, then, if Last is Exact, with real
/// products if there are any. A failure inside Z3 proves nothing.
template <typename Build>
bool prove(const KernelState &S, unsigned ResourceLimit, const Build &B,
           Query::Products Last = Query::Products::Exact) {
  if (ResourceLimit == 0) // To Z3 it would mean no limit at all.
    return false;
  for (auto Mode : {Query::Products::Abstract, Query::Products::Exact}) {
    if (Mode == Query::Products::Exact && Last == Query::Products::Abstract)
      break;
    try {
      Query Q(S, ResourceLimit, Mode);
      B(Q);
      if (Q.unsatisfiable())
        return true;
      if (Mode == Query::Products::Abstract && !Q.hasAbstracted())
        return false; // The same once more.
    } catch (const z3::exception &) {
      S.SolverFailed = true;
      return false;
    }
  }
  return false;
}

} // namespace

bool provedDisjoint(const KernelState &S, const AnalyzedAccess &A,
                    const AnalyzedAccess &B, unsigned ResourceLimit) {
  return prove(S, ResourceLimit, [&](Query &Q) {
    Q.assume(A, 0);
    Q.assume(B, 1);
    z3::expr X = Q.form(A.Offset, 0), Y = Q.form(B.Offset, 1);
    Q.add(X < Y + Q.number(B.A.Width));
    Q.add(Y < X + Q.number(A.A.Width));
  });
}

bool provedSameAddress(const KernelState &S, const AnalyzedAccess &A,
                       const AnalyzedAccess &B, unsigned ResourceLimit) {
  return prove(S, ResourceLimit, [&](Query &Q) {
    Q.assume(A, 0);
    z3::expr X = Q.form(A.Offset, 0), Y = Q.form(B.Offset, 0);
    Q.add(X >= Y + Q.number(B.A.Width) || Y >= X + Q.number(A.A.Width));
  });
}

bool provedFacts(const KernelState &S, const AnalyzedAccess &X,
                 const std::vector<Lin> &Known, const std::vector<Lin> &Facts,
                 unsigned ResourceLimit, bool Linear) {
  auto Build = [&](Query &Q) {
    Q.assume(X, 0);
    for (const Lin &L : Known)
      Q.add(Q.form(L, 0) >= 0);
    z3::expr AnyFails = Q.form(Lin(Poly(0)), 0) != 0;
    for (const Lin &L : Facts)
      AnyFails = AnyFails || Q.form(L, 0) < 0;
    Q.add(AnyFails);
  };
  return prove(S, ResourceLimit, Build,
               Linear ? Query::Products::Abstract : Query::Products::Exact);
}

std::string findWitness(KernelState &S, const AnalyzedAccess &Read,
                        const AnalyzedAccess &Write, unsigned ResourceLimit,
                        bool &Sure) {
  // A small launch of a common shape leaves few products to solve for.
  static constexpr int64_t Shapes[][6] = {
      {32, 1, 1, 2, 1, 1}, {8, 8, 1, 2, 2, 1}, {4, 4, 4, 2, 2, 2}};
  for (const auto &Shape : Shapes) {
    try {
      Query Q(S, ResourceLimit, Query::Products::Exact);
      for (unsigned D = 0; D < 3; ++D) {
        Q.fix(S.Exprs.unary(Op::ZExt, 64, S.Exprs.ntid(D)), Shape[D]);
        Q.fix(S.Exprs.unary(Op::ZExt, 64, S.Exprs.nctaid(D)), Shape[3 + D]);
      }
      Q.assumeUnwrapped(Read, 0);
      Q.assumeUnwrapped(Write, 1);
      z3::expr X = Q.form(Read.Offset, 0), Y = Q.form(Write.Offset, 1);
      Q.add(X < Y + Q.number(Write.A.Width));
      Q.add(Y < X + Q.number(Read.A.Width));
      Q.add(X >= 0 && Y >= 0);
      if (!Q.satisfiable())
        continue;
      Sure = Q.complete();
      return "launch with " + Q.describeLaunch() + "; reader " + Q.describe(0) +
             "; writer " + Q.describe(1);
    } catch (const z3::exception &) {
      S.SolverFailed = true;
      return "";
    }
  }
  return "";
}

} // namespace reprise
