//===- Generate.cpp - Random kernels --------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Generate.h"
#include "Generator.h"

#include <algorithm>

namespace reprise::differential {

Kernel Generator::run() {
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

void Generator::parameters() {
  auto Pointers = R.of<int64_t>({1, 2, 2, 3, 3, 4});
  bool Struct = R.percent(20);
  if (Struct)
    feature("struct parameter");
  for (int64_t I = 0; I < Pointers; ++I) {
    Param P;
    P.Pointer = true;
    P.T = R.of({Type::I32, Type::I32, Type::I32, Type::U32, Type::U8, Type::I16,
                Type::I64, Type::Int2, Type::Int4});
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
    P.T = R.of({Type::I32, Type::I32, Type::I32, Type::U32, Type::I64, Type::U8,
                Type::I16});
    P.Divisor = R.percent(15);
    P.Big = !P.Divisor && R.percent(12);
    P.InStruct = Struct && R.percent(50);
    K.Params.push_back(P);
  }
}

int Generator::newVar(Type T) {
  Types.push_back(T);
  Scope.push_back(K.Vars);
  return K.Vars++;
}

void Generator::let(std::vector<Stmt> &Out, E Value, Type T) {
  Stmt S;
  S.K = Stmt::Kind::Let;
  S.T = T;
  S.E = {std::move(Value)};
  S.Var = newVar(T);
  Out.push_back(std::move(S));
}

void Generator::globalIndex(int D) {
  Type T = indexType();
  E G = binary("+", T, binary("*", T, special(3 + D, T), special(6 + D, T)),
               special(D, T));
  if (R.percent(10))
    G = special(R.percent(50) ? D : 3 + D, T); // Blocks do the same.
  let(K.Body, std::move(G), T);
  Ids.push_back(Scope.back());
}

/// A read and a write that really are at one place, or nearly.
void Generator::inPlaceOrScratch() {
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

void Generator::statements(std::vector<Stmt> &Out, unsigned Count,
                           unsigned Depth, bool Uniform) {
  size_t Mark = Scope.size();
  for (unsigned I = 0; I < Count; ++I)
    statement(Out, Depth, Uniform);
  Scope.resize(Mark);
}

void Generator::statement(std::vector<Stmt> &Out, unsigned Depth,
                          bool Uniform) {
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

void Generator::atomic(std::vector<Stmt> &Out) {
  int P = pointer(false);
  // Of words only; other elements may not be aligned for it.
  if (bytesOf(K.Params[static_cast<size_t>(P)].T) < 4)
    return;
  feature("atomic");
  Stmt S;
  S.K = Stmt::Kind::Atomic;
  S.Op = R.of({"atomicAdd", "atomicAdd", "atomicMax", "atomicOr", "atomicExch",
               "atomicCAS"});
  S.Buffer = P;
  S.E = {R.percent(25) ? constant(R.between(0, 3)) : anyIndex(), value()};
  S.Used = R.percent(30);
  if (S.Used)
    S.Var = newVar(Type::I32);
  Out.push_back(std::move(S));
}

void Generator::loop(std::vector<Stmt> &Out, unsigned Depth, bool Uniform) {
  Stmt S;
  S.K = Stmt::Kind::For;
  feature(Depth ? "nested loop" : "loop");
  S.T = R.of({Type::I32, Type::I32, Type::I32, Type::U32, Type::I64, Type::U8});
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
    A.E = {R.percent(50)
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

void Generator::whileLoop(std::vector<Stmt> &Out, unsigned Depth) {
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

Kernel generate(uint64_t Seed, const std::string &Name) {
  Generator G(Seed, Name);
  Kernel K = Random(Seed ^ 0x5c7a7c4).percent(15) ? G.scratch() : G.run();
  addMemory(K, Random(~Seed));
  return K;
}

} // namespace reprise::differential
