//===- Generate.cpp - Random kernels --------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Generate.h"
#include "Random.h"

#include <algorithm>

namespace reprise::differential {

namespace {

using E = Expr;

E constant(int64_t V, Type T = Type::I32) {
  return {E::Kind::Const, T, "", V, {}};
}
E special(int64_t Index, Type T) {
  return {E::Kind::Special, T, "", Index, {}};
}
E binary(const char *Op, Type T, E A, E B) {
  return {E::Kind::Binary, T, Op, 0, {std::move(A), std::move(B)}};
}
E compare(const char *Op, Type T, E A, E B) {
  return {E::Kind::Compare, T, Op, 0, {std::move(A), std::move(B)}};
}
E load(int P, E At) {
  return {E::Kind::Load, Type::I32, "", P, {std::move(At)}};
}
E cast(Type T, E A) { return {E::Kind::Cast, T, "", 0, {std::move(A)}}; }

class Generator {
public:
  Generator(uint64_t Seed, const std::string &Name) : R(Seed) { K.Name = Name; }

  Kernel run() {
    parameters();
    K.Dims = static_cast<int>(R.of({1, 1, 1, 1, 2, 2, 3}));
    if (K.Dims > 1)
      feature(K.Dims == 2 ? "2D" : "3D");
    if (R.percent(25)) {
      K.Shared = 64;
      feature("shared memory");
    }
    for (int D = 0; D < K.Dims; ++D)
      globalIndex(D);
    // Small kernels are decided by what a large one hides.
    if (R.percent(35)) {
      inPlaceOrScratch();
      if (R.percent(50))
        return std::move(K);
    }
    statements(K.Body, static_cast<unsigned>(R.between(2, 5)), 0, true);
    return std::move(K);
  }

private:
  void feature(const char *Name) { K.Features.insert(Name); }

  void parameters() {
    auto Pointers = R.of<int64_t>({1, 2, 2, 3, 3, 4});
    bool Struct = R.percent(20);
    if (Struct)
      feature("struct parameter");
    for (int64_t I = 0; I < Pointers; ++I) {
      Param P;
      P.Pointer = true;
      P.T = R.of({Type::I32, Type::I32, Type::I32, Type::U32, Type::U8,
                  Type::I16, Type::I64, Type::Int2, Type::Int4});
      // Kernels on one element type are what programs have.
      if (I && R.percent(50))
        P.T = K.Params[0].T;
      if (bytesOf(P.T) != 4)
        feature(P.T >= Type::Int2  ? "vector elements"
                : bytesOf(P.T) < 4 ? "byte and short elements"
                                   : "long elements");
      P.Const = R.percent(20);
      P.InStruct = Struct && R.percent(50);
      K.Params.push_back(P);
    }
    auto Scalars = R.between(1, 4);
    for (int64_t I = 0; I < Scalars; ++I) {
      Param P;
      P.T = R.of({Type::I32, Type::I32, Type::I32, Type::U32, Type::I64,
                  Type::U8, Type::I16});
      P.Divisor = R.percent(15);
      P.Big = !P.Divisor && R.percent(12);
      P.InStruct = Struct && R.percent(50);
      K.Params.push_back(P);
    }
  }

  int newVar(Type T) {
    Types.push_back(T);
    Scope.push_back(K.Vars);
    return K.Vars++;
  }
  Type typeOf(int Var) const { return Types[static_cast<size_t>(Var)]; }
  E var(int V) const { return {E::Kind::Var, typeOf(V), "", V, {}}; }

  void let(std::vector<Stmt> &Out, E Value, Type T) {
    Stmt S;
    S.K = Stmt::Kind::Let;
    S.T = T;
    S.E = {std::move(Value)};
    S.Var = newVar(T);
    Out.push_back(std::move(S));
  }

  Type indexType() {
    return R.of({Type::I32, Type::I32, Type::I32, Type::U32, Type::I64});
  }

  void globalIndex(int D) {
    Type T = indexType();
    E G = binary("+", T, binary("*", T, special(3 + D, T), special(6 + D, T)),
                 special(D, T));
    if (R.percent(10))
      G = special(R.percent(50) ? D : 3 + D, T); // Blocks do the same.
    let(K.Body, std::move(G), T);
    Ids.push_back(Scope.back());
  }

  int pick(bool Pointer) {
    std::vector<int> Of;
    for (size_t I = 0; I < K.Params.size(); ++I)
      if (K.Params[I].Pointer == Pointer)
        Of.push_back(static_cast<int>(I));
    return Of[R.below(Of.size())];
  }
  /// Programs mostly read some buffers and write others.
  int pointer(bool Reads) {
    int First = pick(true), Other = pick(true);
    if (R.percent(Tidy ? 3 : 25))
      return First;
    if (Tidy && K.Params[1].Pointer) {
      if (Reads)
        return 0;
      return First ? First : std::max(Other, 1);
    }
    return Reads ? std::min(First, Other) : std::max(First, Other);
  }
  E scalar() {
    int I = pick(false);
    return {E::Kind::Scalar, K.Params[static_cast<size_t>(I)].T, "", I, {}};
  }
  E divisor() {
    for (size_t I = 0; I < K.Params.size(); ++I)
      if (K.Params[I].Divisor && R.percent(60)) {
        feature("symbolic divisor");
        return {
            E::Kind::Scalar, K.Params[I].T, "", static_cast<int64_t>(I), {}};
      }
    return constant(R.of<int64_t>({2, 3, 4, 5, 7, 8, 10, 16, 24}));
  }

  E anyVar() {
    if (R.percent(60))
      return var(Ids[R.below(Ids.size())]);
    return var(Scope[R.below(Scope.size())]);
  }

  E stride() {
    if (R.percent(25)) {
      feature("symbolic stride");
      return scalar();
    }
    return constant(R.of<int64_t>({1, 2, 2, 3, 4, 5, 8, -1}));
  }

  /// A number that threads have of their own.
  E index(unsigned Depth = 0) {
    Type T = indexType();
    switch (Depth > 2 ? 0 : R.below(20)) {
    default:
      return anyVar();
    case 4:
    case 5:
    case 6:
      return binary("+", T, binary("*", T, anyVar(), stride()),
                    constant(R.between(-3, 9)));
    case 7:
    case 8: { // Rows and columns.
      E Row = var(Ids[K.Dims > 1 ? 1 : 0]);
      E Sum = binary("+", T, binary("*", T, Row, stride()), anyVar());
      return K.Dims < 3
                 ? Sum
                 : binary("+", T, Sum, binary("*", T, var(Ids[2]), stride()));
    }
    case 9:
      return binary("+", T, index(Depth + 1), anyVar());
    case 10:
    case 11: {
      feature("div and mod");
      E X = index(Depth + 1), D = divisor();
      switch (R.below(4)) {
      case 0:
        return binary("/", T, X, D);
      case 1:
        return binary("%", T, X, D);
      case 2: // A transposition of digits.
        return binary("+", T, binary("*", T, binary("%", T, X, D), stride()),
                      binary("/", T, X, D));
      default:
        return binary("+", T, binary("*", T, binary("/", T, X, D), D),
                      binary("%", T, X, D));
      }
    }
    case 12: {
      feature("min and max");
      E N = R.percent(50) ? scalar() : constant(R.between(1, 40));
      return binary(R.percent(60) ? "min" : "max", T, index(Depth + 1), N);
    }
    case 13:
      feature("select");
      return {E::Kind::Select,
              T,
              "",
              0,
              {condition(Depth + 1), index(Depth + 1), index(Depth + 1)}};
    case 14: {
      feature("indirect");
      E Data{E::Kind::Load, Type::I32, "", pointer(true), {index(Depth + 1)}};
      if (R.percent(85))
        Data = binary("&", T, Data, constant(R.of<int64_t>({7, 15, 31, 63})));
      return R.percent(50) ? Data : binary("+", T, Data, anyVar());
    }
    case 15: {
      feature("narrow casts");
      Type Small = R.of({Type::U8, Type::I16, Type::I8});
      return cast(
          Small,
          binary("+", T, binary("*", T, anyVar(), stride()),
                 constant(R.of<int64_t>({0, 100, 120, 250, 32760, 65530}))));
    }
    case 16: {
      feature("near a wrap");
      Type W = R.of({Type::I32, Type::U32});
      E Far = R.percent(30)
                  ? scalar()
                  : constant(R.of<int64_t>(
                        {0x7ffffff0, 0x7fffffe8, 0xfffffff0, 0xffffffe0, -5}));
      E X = binary("+", W, anyVar(), Far);
      switch (R.below(4)) {
      case 0:
        return binary("-", W, X, Far);
      case 1:
        return binary("%", W, X, constant(R.of<int64_t>({16, 24, 60})));
      case 2:
        return binary("&", W, X, constant(63));
      default:
        return binary(">>", W,
                      binary("*", W, anyVar(),
                             constant(R.of<int64_t>(
                                 {0x10000000, 0x4000000, 0x40000000}))),
                      constant(24));
      }
    }
    case 17:
      feature("reversed");
      return binary("-", T, R.percent(60) ? scalar() : constant(40),
                    index(Depth + 1));
    case 18:
      feature("device function");
      return {
          E::Kind::Call, Type::I32, R.percent(50) ? "fmad" : "fclamp", 0, {}};
    case 19:
      feature("bit operations");
      return binary(R.of({"&", "^", "|", ">>", "<<"}), T, index(Depth + 1),
                    constant(R.of<int64_t>({1, 2, 3, 4})));
    }
  }

  E full(E I) {
    // Calls get their operands here, where all of them are in scope.
    if (I.K == E::Kind::Call && I.Kids.empty()) {
      I.Kids = {anyVar(), R.percent(50) ? scalar() : constant(3)};
      if (I.Op == "fmad")
        I.Kids.push_back(anyVar());
    }
    for (E &Kid : I.Kids)
      Kid = full(std::move(Kid));
    return I;
  }
  E anyIndex() { return full(index()); }

  E condition(unsigned Depth = 0) {
    if (Depth < 2 && R.percent(20)) {
      E Both = compare(R.percent(70) ? "&&" : "||", Type::I32,
                       condition(Depth + 1), condition(Depth + 1));
      return Both;
    }
    Type T =
        R.of({Type::I32, Type::I32, Type::U32, Type::I64, Type::I16, Type::U8});
    if (T == Type::U32 || T == Type::U8)
      feature("unsigned guard");
    if (bytesOf(T) < 4)
      feature("narrow guard");
    const char *Op = R.of({"<", "<", "<", "<=", ">", ">=", "==", "!="});
    if (R.percent(8)) {
      feature("guard on data");
      return compare(Op, T,
                     {E::Kind::Load, Type::I32, "", pointer(true), {anyVar()}},
                     constant(R.between(0, 20)));
    }
    if (R.percent(10)) {
      feature("guard on arguments");
      return compare(Op, T, scalar(), constant(R.between(-2, 20)));
    }
    E Left = R.percent(70) ? anyVar() : full(index(1));
    return compare(Op, T, Left,
                   R.percent(65) ? scalar() : constant(R.between(0, 30)));
  }

  E value() {
    if (R.percent(35))
      return {E::Kind::Load, Type::I32, "", pointer(true), {anyIndex()}};
    if (R.percent(25))
      return binary(
          "+", Type::I32,
          {E::Kind::Load, Type::I32, "", pointer(true), {anyIndex()}},
          {E::Kind::Load, Type::I32, "", pointer(true), {anyIndex()}});
    if (K.Shared && R.percent(40))
      return shared();
    return R.percent(60) ? anyVar() : constant(R.between(0, 31));
  }

  E shared() {
    return {E::Kind::Shared,
            Type::I32,
            "",
            0,
            {binary("&", Type::I32, anyIndex(), constant(K.Shared - 1))}};
  }

  /// Quotients and remainders of what may be negative.
  E digits() {
    feature("div and mod");
    Type T = R.of({Type::I32, Type::I32, Type::U32, Type::I64});
    E X = binary("-", T, anyVar(), constant(R.between(0, 12)));
    return binary("+", T, binary(R.percent(50) ? "/" : "%", T, X, divisor()),
                  constant(R.between(0, 12)));
  }

  /// A read and a write that really are at one place, or nearly.
  void inPlaceOrScratch() {
    int P = pointer(false);
    E At = R.percent(35) ? digits() : anyIndex();
    Stmt First;
    First.Buffer = P;
    First.K = Stmt::Kind::Store;
    First.Op = "=";
    if (R.percent(50)) {
      feature("write before read");
      First.E = {At, value()};
      if (R.percent(25)) { // Sometimes only.
        Stmt Guarded;
        Guarded.K = Stmt::Kind::If;
        Guarded.E = {full(condition())};
        Guarded.Body = {First};
        First = std::move(Guarded);
      }
      K.Body.push_back(std::move(First));
      if (R.percent(30)) {
        Stmt B;
        K.Body.push_back(B);
        feature("barrier");
      }
      E Other = R.percent(75) ? At : anyIndex();
      let(K.Body, load(P, Other), Type::I32);
      return;
    }
    First.E = {At, constant(R.between(0, 31))};
    if (R.percent(35)) { // Near the ends of what is written.
      feature("fixed read");
      let(K.Body, load(P, constant(R.between(0, 12))), Type::I32);
    } else {
      feature("in place");
      First.E[1] = binary("+", Type::I32, load(P, At), constant(1));
    }
    if (R.percent(40)) {
      feature("guard");
      Stmt Guarded;
      Guarded.K = Stmt::Kind::If;
      Guarded.E = {R.percent(50) ? compare("<", Type::U32, anyVar(), scalar())
                                 : full(condition())};
      Guarded.Body = {First};
      First = std::move(Guarded);
    }
    K.Body.push_back(std::move(First));
  }

  void statements(std::vector<Stmt> &Out, unsigned Count, unsigned Depth,
                  bool Uniform) {
    size_t Mark = Scope.size();
    for (unsigned I = 0; I < Count; ++I)
      statement(Out, Depth, Uniform);
    Scope.resize(Mark);
  }

  void statement(std::vector<Stmt> &Out, unsigned Depth, bool Uniform) {
    Stmt S;
    uint64_t Kind = R.below(100);
    if (Depth >= 3)
      Kind = Kind % 45;
    if (Kind < 30) {
      S.K = R.percent(12) ? Stmt::Kind::Put : Stmt::Kind::Store;
      if (S.K == Stmt::Kind::Put)
        feature("device function");
      S.Buffer = pointer(false);
      S.Op = R.percent(12) ? "+=" : "=";
      if (S.Op == "+=" && S.K == Stmt::Kind::Store)
        feature("in place");
      S.E = {anyIndex(), value()};
    } else if (Kind < 36) {
      E V = value();
      Type T = indexType();
      return let(Out, R.percent(50) ? anyIndex() : V, T);
    } else if (Kind < 40 && K.Shared) {
      S.K = Stmt::Kind::SharedStore;
      S.E = {shared().Kids[0], value()};
    } else if (Kind < 45) {
      return atomic(Out);
    } else if (Kind < 63) {
      S.K = Stmt::Kind::If;
      feature("guard");
      S.E = {full(condition())};
      statements(S.Body, static_cast<unsigned>(R.between(1, 2)), Depth + 1,
                 false);
      if (R.percent(25))
        statements(S.Else, 1, Depth + 1, false);
    } else if (Kind < 82) {
      return loop(Out, Depth, Uniform);
    } else if (Kind < 87) {
      return whileLoop(Out, Depth);
    } else if (Kind < 92 && Uniform) {
      feature("barrier");
    } else if (Kind < 96 && Depth == 0) {
      S.K = Stmt::Kind::Return;
      feature("early return");
      S.E = {full(condition())};
    } else {
      if (Scope.size() <= Ids.size())
        return;
      S.K = Stmt::Kind::Assign;
      S.Var = Scope[R.between(static_cast<int64_t>(Ids.size()),
                              static_cast<int64_t>(Scope.size()) - 1)];
      if (std::find(Frozen.begin(), Frozen.end(), S.Var) != Frozen.end())
        return;
      feature("assigned variable");
      S.E = {binary("+", typeOf(S.Var), var(S.Var),
                    R.percent(50) ? stride() : anyIndex())};
    }
    Out.push_back(std::move(S));
  }

  void atomic(std::vector<Stmt> &Out) {
    int P = pointer(false);
    // Of words only; other elements may not be aligned for it.
    if (bytesOf(K.Params[static_cast<size_t>(P)].T) < 4)
      return;
    feature("atomic");
    Stmt S;
    S.K = Stmt::Kind::Atomic;
    S.Op = R.of({"atomicAdd", "atomicAdd", "atomicMax", "atomicOr",
                 "atomicExch", "atomicCAS"});
    S.Buffer = P;
    S.E = {R.percent(25) ? constant(R.between(0, 3)) : anyIndex(), value()};
    S.Used = R.percent(30);
    if (S.Used)
      S.Var = newVar(Type::I32);
    Out.push_back(std::move(S));
  }

  void loop(std::vector<Stmt> &Out, unsigned Depth, bool Uniform) {
    Stmt S;
    S.K = Stmt::Kind::For;
    feature(Depth ? "nested loop" : "loop");
    S.T =
        R.of({Type::I32, Type::I32, Type::I32, Type::U32, Type::I64, Type::U8});
    E Bound = R.percent(55) ? scalar() : constant(R.between(1, 12));
    E Start = constant(R.of<int64_t>({0, 0, 0, 1, 2}));
    E Step = constant(R.of<int64_t>({1, 1, 1, 2, 3, 5}));
    bool SameForAll = true;
    if (R.percent(25)) {
      feature("grid-stride loop");
      Start = R.percent(50) ? var(Ids[0]) : special(0, S.T);
      Step = R.percent(60) ? binary("*", S.T, special(6, S.T), special(9, S.T))
                           : special(6, S.T);
      SameForAll = false;
    } else if (R.percent(15)) {
      feature("loop from a varying start");
      Start = anyVar();
      SameForAll = false;
    }
    if (Step.K == E::Kind::Const && Step.Value != 1)
      feature("loop step");
    S.Op = R.of({"<", "<", "<", "<=", "!="});
    if (S.Op == "!=") {
      feature("loop until equal");
      if (R.percent(50))
        Step = constant(1);
    } else if (R.percent(15)) {
      feature("downward loop");
      S.Op = R.of({">", ">="});
      std::swap(Start, Bound);
      Step = constant(R.of<int64_t>({-1, -2}));
    }
    S.E = {std::move(Start), std::move(Bound), std::move(Step)};
    size_t Mark = Scope.size();
    S.Var = newVar(S.T);
    Frozen.push_back(S.Var);
    statements(S.Body, static_cast<unsigned>(R.between(1, 2)), Depth + 1,
               Uniform && SameForAll);
    if (R.percent(60)) { // An access that surely uses the counter.
      Stmt A;
      A.K = Stmt::Kind::Store;
      A.Buffer = pointer(false);
      A.Op = "=";
      Type T = indexType();
      A.E = {
          R.percent(50)
              ? binary("+", T, binary("*", T, var(S.Var), stride()), anyVar())
              : var(S.Var),
          value()};
      S.Body.push_back(std::move(A));
    }
    if (R.percent(10)) {
      feature("loop left early");
      Stmt Leave;
      Leave.K = Stmt::Kind::Return;
      Leave.E = {full(condition())};
      S.Body.push_back(std::move(Leave));
    }
    Scope.resize(Mark);
    Out.push_back(std::move(S));
  }

  void whileLoop(std::vector<Stmt> &Out, unsigned Depth) {
    feature("while loop");
    let(Out, R.percent(50) ? constant(R.between(0, 3)) : anyVar(), indexType());
    int Counter = Scope.back();
    Stmt S;
    S.K = Stmt::Kind::While;
    S.E = {compare(R.of({"<", "<=", "!="}), typeOf(Counter), var(Counter),
                   R.percent(60) ? scalar() : constant(R.between(1, 12)))};
    size_t Mark = Scope.size();
    S.Var = newVar(Type::I32);
    Frozen.push_back(S.Var);
    Frozen.push_back(Counter);
    statements(S.Body, 1, Depth + 1, false);
    Stmt Next;
    Next.K = Stmt::Kind::Assign;
    Next.Var = Counter;
    Next.E = {binary(R.of({"+", "+", "+", "*"}), typeOf(Counter), var(Counter),
                     R.percent(60) ? constant(R.between(1, 3)) : scalar())};
    S.Body.push_back(std::move(Next));
    Scope.resize(Mark);
    Out.push_back(std::move(S));
  }

  Random R;
  Kernel K;
  bool Tidy = R.percent(60); ///< Reads its first buffer, writes the others.
  std::vector<Type> Types;
  std::vector<int> Scope;  ///< Variables that can be used here.
  std::vector<int> Frozen; ///< Of them, those that count loops.
  std::vector<int> Ids;    ///< The thread's place in the grid.
};

} // namespace

Kernel generate(uint64_t Seed, const std::string &Name) {
  return Generator(Seed, Name).run();
}

} // namespace reprise::differential
