//===- GenerateStopLoops.cpp - Their loops, and how threads exchange ------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StopGenerator.h"

#include <cstddef>
#include <utility>

namespace reprise::differential {

/// In the middle of a loop that Who runs together, so that they do so still.
void StopGenerator::leaveLoop(Body &Out, Together Who, bool MayContinue) {
  Stmt S;
  bool Continues = MayContinue && R.percent(50);
  feature(Continues ? "continue" : "break");
  S.K = Continues ? Stmt::Kind::Continue : Stmt::Kind::Break;
  S.E = {condition(Who)};
  auto At = static_cast<std::ptrdiff_t>(R.below(Out.size() + 1));
  Out.insert(Out.begin() + At, std::move(S));
}

void StopGenerator::loop(Body &Out, unsigned Depth, Together Who) {
  Together Part = apartFrom(Who);
  feature(Depth ? "nested loop" : "loop");
  Stmt S;
  S.K = Stmt::Kind::For;
  S.T = R.of({Type::I32, Type::I32, Type::U32, Type::I64, Type::U64, Type::U8,
              Type::I8, Type::I16});
  bool Unsigned = S.T == Type::U8 || S.T == Type::U32 || S.T == Type::U64;
  int Times = let(Out, count(Part), Type::I32);
  E Step = constant(R.of<int64_t>({1, 1, 1, 2, 3}), S.T);
  if (R.percent(30)) {
    feature("symbolic step");
    Step =
        binary("+", S.T, binary("&", S.T, scalar(), constant(3)), constant(1));
  }
  int By = let(Out, std::move(Step), S.T);
  E From = constant(R.between(0, 3), S.T);
  E Length = binary("*", S.T, var(Times), var(By));
  E Back = binary("-", S.T, constant(0), var(By));
  unsigned Kind = static_cast<unsigned>(R.below(10));
  if (Unsigned && Kind < 3) {
    feature("wraps and ends with !=");
    From = constant(R.between(-9, 2), S.T);
    bool Down = R.percent(40);
    int To = let(Out, binary(Down ? "-" : "+", S.T, From, Length), S.T);
    S.Op = "!=";
    S.E = {From, var(To), Down ? Back : var(By)};
  } else if (Kind < 5) {
    feature("counts down");
    S.Op = Unsigned || R.percent(50) ? ">" : ">=";
    S.E = {binary("+", S.T, From, Length), From, Back};
  } else {
    S.Op = R.of({"<", "<", "<=", "!="});
    E To = binary("+", S.T, From, Length);
    if (R.percent(50))
      To = var(let(Out, std::move(To), S.T));
    S.E = {From, std::move(To), var(By)};
  }
  S.Var = newVar(S.T);
  Counters.push_back(S.Var);
  bool Before = InStep;
  InStep = Part == Together::Block;
  statements(S.Body, static_cast<unsigned>(R.between(1, Depth ? 2 : 4)),
             Depth + 1, Part);
  if (Part == Together::Block && R.percent(50)) {
    if (Shared) {
      exchange(S.Body);
    } else if (Barriers) {
      feature("barrier");
      Stmt Meet;
      S.Body.push_back(Meet);
    }
  }
  for (unsigned I = 0; I < 2; ++I)
    if (R.percent(20))
      leaveLoop(S.Body, Part, true);
  InStep = Before;
  Counters.pop_back();
  Out.push_back(std::move(S));
}

/// Goes from element to element until it finds one that ends it.
void StopGenerator::chase(Body &Out, unsigned Depth, Together Who) {
  feature("length depends on data");
  Together Part = apartFrom(Who);
  const Type T = Type::I32;
  int Next =
      let(Out,
          Part == Together::Block  ? constant(R.between(0, 99))
          : Part == Together::Warp ? binary("/", T, var(Lin), constant(32))
                                   : input(var(Sum)),
          T);
  Stmt S;
  S.K = Stmt::Kind::While;
  S.E = {compare("!=", T, low(var(Next), 3), constant(R.between(0, 3)))};
  S.Var = newVar(T);
  assign(S.Body, Next,
         load(0, low(add(mul(var(Next), constant(3)), var(S.Var)), 255)));
  statements(S.Body, static_cast<unsigned>(R.between(0, 2)), Depth + 1, Part);
  if (R.percent(25))
    leaveLoop(S.Body, Part, false);
  Out.push_back(std::move(S));
}

/// With two halves in turn, which need one barrier.
void StopGenerator::exchange(Body &Out) {
  feature("shared memory in two halves");
  const Type T = Type::I32;
  assign(Out, Half, binary("-", T, constant(1), var(Half)));
  Stmt S;
  S.K = Stmt::Kind::SharedStore;
  S.Op = Odd && R.percent(40) ? "odd" : "";
  E Base = mul(var(Half), constant(Threads));
  S.E = {add(var(Lin), Base), var(Sum)};
  E Other = binary("%", T, add(var(Lin), constant(R.between(1, 40))),
                   call("fthreads"));
  E Read{E::Kind::Shared, T, S.Op, 0, {add(std::move(Other), Base)}};
  Out.push_back(std::move(S));
  Stmt Meet;
  Out.push_back(Meet);
  sum(Out, std::move(Read));
}

void StopGenerator::exchangeInWarp(Body &Out) {
  feature("shared memory of a warp");
  Stmt S;
  S.K = Stmt::Kind::SharedStore;
  S.E = {add(var(Lin), constant(2 * Threads)), var(Sum)};
  Out.push_back(std::move(S));
  run(Out, "fwarp0");
  sum(Out, {E::Kind::Shared,
            Type::I32,
            "",
            0,
            {add(call("fnext", {constant(R.between(1, 31))}),
                 constant(2 * Threads))}});
  run(Out, "fwarp0");
}

/// Who takes an item is open, what it gives is not.
void StopGenerator::queue(Body &Out) {
  feature("queue");
  const Type T = Type::I32;
  Stmt S;
  S.K = Stmt::Kind::While;
  S.E = {compare("==", T, constant(0), constant(0))};
  S.Var = newVar(T);
  Stmt Take;
  Take.K = Stmt::Kind::Atomic;
  Take.Op = "atomicAdd";
  Take.Buffer = 3;
  Take.Used = true;
  Take.Var = newVar(T);
  Take.E = {constant(40), constant(1)};
  int Item = Take.Var;
  S.Body.push_back(std::move(Take));
  Stmt Leave;
  Leave.K = Stmt::Kind::Break;
  Leave.E = {compare(">=", T, var(Item), add(low(scalar(), 31), constant(24)))};
  S.Body.push_back(std::move(Leave));
  Stmt Store;
  Store.K = Stmt::Kind::Store;
  Store.Op = "=";
  Store.Buffer = 3;
  Store.E = {add(low(var(Item), 63), constant(64)),
             call("fsteps", {low(var(Item), 63)})};
  S.Body.push_back(std::move(Store));
  Out.push_back(std::move(S));
}

} // namespace reprise::differential
