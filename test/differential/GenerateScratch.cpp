//===- GenerateScratch.cpp - Random kernels with scratch in memory --------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A part of a buffer is filled by a thread in a loop, or by the threads of a
// block together, and read afterwards, by and large as programs do it: now and
// then the barrier is missing, the sizes differ, the fill is guarded.
//
//===----------------------------------------------------------------------===//

#include "Generator.h"

namespace reprise::differential {

Expr Generator::size() {
  return R.percent(60) ? scalar() : constant(R.between(1, 40));
}

Stmt Generator::countedLoop(Expr From, Expr To, Expr Step) {
  Stmt S;
  S.K = Stmt::Kind::For;
  S.T = R.of({Type::I32, Type::I32, Type::U32, Type::I64});
  S.Op = R.percent(90) ? "<" : "<=";
  S.E = {std::move(From), std::move(To), std::move(Step)};
  S.Var = newVar(S.T);
  Frozen.push_back(S.Var);
  return S;
}

Stmt Generator::storeTo(int P, Expr At, Expr V) {
  Stmt S;
  S.K = Stmt::Kind::Store;
  S.Op = "=";
  S.Buffer = P;
  S.E = {std::move(At), std::move(V)};
  return S;
}

/// Base + what fills the scratch, for a thread or all threads of a block.
Stmt Generator::fill(int P, const Expr &Base, const Expr &Size, bool Block) {
  const Type T = Type::I32;
  const size_t Mark = Scope.size();
  Stmt Result;
  if (R.percent(75)) {
    E Step = constant(R.percent(80) ? 1 : R.between(2, 3));
    if (Block && R.percent(90))
      Step = special(6, T);
    Result = countedLoop(Block ? special(0, T) : constant(0), Size, Step);
    E At = binary("+", T, Base, var(Result.Var));
    if (R.percent(15))
      At = binary("+", T, At, constant(R.between(1, 2)));
    Result.Body = {storeTo(P, At, value())};
  } else {
    Result =
        storeTo(P, Block ? binary("+", T, Base, special(0, T)) : Base, value());
  }
  Scope.resize(Mark);
  if (R.percent(20)) {
    Stmt Guarded;
    Guarded.K = Stmt::Kind::If;
    Guarded.E = {R.percent(50) ? compare("<", T, special(0, T), Size)
                               : full(condition())};
    Guarded.Body = {Result};
    Result = std::move(Guarded);
  }
  return Result;
}

/// Reads the scratch, and stores what is there to Q.
Stmt Generator::use(int P, int Q, const Expr &Base, const Expr &Size) {
  const Type T = Type::I32;
  const bool Looped = R.percent(75);
  const size_t Mark = Scope.size();
  E At = special(0, T);
  Stmt Loop;
  if (Looped) {
    Loop = countedLoop(constant(R.percent(85) ? 0 : R.between(1, 2)),
                       R.percent(70) ? Size : size(), constant(1));
    At = var(Loop.Var);
  }
  if (R.percent(25))
    At = binary("-", T, binary("-", T, Size, constant(1)), At);
  else if (R.percent(20))
    At = binary("+", T, At, constant(R.between(-1, 2)));
  At = binary("+", T, R.percent(92) ? Base : constant(0), At);
  Stmt S = storeTo(Q, var(Ids[0]), load(P, At));
  Scope.resize(Mark);
  if (!Looped)
    return S;
  Loop.Body = {S};
  return Loop;
}

Kernel Generator::scratch() {
  parameters();
  K.Dims = R.percent(85) ? 1 : 2;
  for (int D = 0; D < K.Dims; ++D)
    globalIndex(D);
  feature("scratch");
  const Type T = Type::I32;
  const int P = pointer(false);
  const bool Block = R.percent(60);
  E Size = size();
  E Base = constant(0);
  if (R.percent(80))
    Base = binary("*", T, Block ? special(3, T) : var(Ids[0]),
                  R.percent(50) ? Size : constant(R.between(4, 40)));
  std::vector<Stmt> Body;
  if (R.percent(8)) {
    Stmt Leave;
    Leave.K = Stmt::Kind::Return;
    Leave.E = {full(condition())};
    Body.push_back(std::move(Leave));
  }
  const bool First = R.percent(12); // Now and then the read comes first.
  if (First)
    Body.push_back(use(P, pointer(false), Base, Size));
  Body.push_back(fill(P, Base, Size, Block));
  if (R.percent(60))
    Body.push_back(Stmt()); // A barrier.
  if (!First)
    Body.push_back(use(P, pointer(false), Base, Size));
  if (R.percent(25)) {
    Stmt Again = countedLoop(constant(0), size(), constant(1));
    Again.Body = std::move(Body);
    if (R.percent(50))
      Again.Body.push_back(Stmt());
    Body = {std::move(Again)};
    Scope.pop_back();
  }
  K.Body.insert(K.Body.end(), Body.begin(), Body.end());
  if (R.percent(10))
    K.Body.push_back(storeTo(P, anyIndex(), value()));
  return std::move(K);
}

} // namespace reprise::differential
