//===- GenerateStops.cpp - Random kernels that are hard to stop -----------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StopGenerator.h"

#include <algorithm>

namespace reprise::differential {

int StopGenerator::let(Body &Out, E Value, Type T) {
  Stmt S;
  S.K = Stmt::Kind::Let;
  S.T = T;
  S.E = {std::move(Value)};
  S.Var = newVar(T);
  Out.push_back(std::move(S));
  return Out.back().Var;
}

void StopGenerator::assign(Body &Out, int V, E Value) {
  Stmt S;
  S.K = Stmt::Kind::Assign;
  S.Var = V;
  S.E = {std::move(Value)};
  Out.push_back(std::move(S));
}

/// The thread's number takes Value in.
void StopGenerator::sum(Body &Out, E Value) {
  assign(Out, Sum,
         binary("+", Type::U32,
                binary("*", Type::U32, var(Sum),
                       constant(R.of<int64_t>({1, 3, 5, 31}))),
                std::move(Value)));
}

void StopGenerator::begin() {
  for (int I = 0; I < 4; ++I) {
    Param P;
    P.Pointer = true;
    if (I == 1)
      P.T = R.of({Type::I32, Type::U8, Type::I16});
    K.Params.push_back(P);
  }
  for (int64_t I = R.between(1, 3); I >= 0; --I) {
    Param P;
    P.T = R.of({Type::I32, Type::I32, Type::U32, Type::I64, Type::U8});
    K.Params.push_back(P);
  }
  K.Dims = static_cast<int>(R.of({1, 1, 1, 2, 3}));
  K.DynamicShared = Shared && R.percent(30);
  if (Shared)
    K.Shared = 3 * Threads + static_cast<int>(R.below(9));
  if (Odd)
    K.Odd = 2 * Threads + 1 + static_cast<int>(R.below(29));
  Body &Out = K.Body;
  bool Flat = K.Dims == 1;
  const Type T = Type::I32;
  E Inside = Flat ? special(0, T) : call("flinear");
  E Before = Flat ? mul(special(3, T), special(6, T))
                  : mul(call("fblock"), call("fthreads"));
  let(Out, std::move(Inside), T);
  let(Out, add(std::move(Before), var(Lin)), T);
  let(Out, input(var(Id)), Type::U32);
  let(Out, constant(0), T);
  for (int I = 0; I < (Shared ? 3 : 0) + (Odd ? 2 : 0); ++I) {
    Stmt S;
    S.K = Stmt::Kind::SharedStore;
    S.Op = I < 3 ? "" : "odd";
    S.E = {add(var(Lin), constant((I % 3) * Threads)), constant(I)};
    Out.push_back(std::move(S));
  }
}

/// The same for all that Who says, and perhaps not for others.
Expr StopGenerator::condition(Together Who) {
  const Type T = Type::I32;
  E C = constant(R.between(0, 12));
  switch (Who) {
  case Together::Block:
    switch (R.below(Steady ? 3 : Reductions ? 6 : 5)) {
    case 0:
      return compare(R.of({"<", ">", "=="}), T, low(scalar(), 15), C);
    case 1:
      return compare("==", T, low(special(3, T), 1), constant(0));
    case 2:
      if (!Counters.empty() && InStep)
        return compare("==", T, low(var(Counters.back()), 3),
                       constant(R.between(0, 3)));
      return compare(">", T, low(special(3, T), 7), low(scalar(), 3));
    case 3:
      return compare("<", T, low(input(C), 15), constant(R.between(1, 15)));
    case 4:
      return compare("!=", T, low(input(special(3, T)), 7), constant(1));
    default:
      feature("decided by a reduction");
      return compare("!=", T,
                     call(R.of({"fsor", "fsand"}), {low(var(Sum), 24)}),
                     constant(0));
    }
  case Together::Warp:
    if (Warps && R.percent(35))
      return compare("!=", T, call("fany", {low(var(Sum), 28)}), constant(0));
    if (R.percent(50))
      return compare("==", T, low(binary("/", T, var(Lin), constant(32)), 1),
                     constant(R.between(0, 1)));
    return compare("<", T,
                   low(input(binary("/", T, var(Lin), constant(32))), 7),
                   constant(R.between(1, 7)));
  case Together::Apart:
    break;
  }
  switch (R.below(4)) {
  case 0:
    return compare("==", T, low(var(Sum), R.of<int64_t>({1, 3, 7})),
                   constant(R.between(0, 1)));
  case 1:
    return compare("<", T, var(Lin), scalar());
  case 2:
    return compare("==", T, binary("%", T, var(Lin), constant(R.between(2, 7))),
                   constant(1));
  default:
    return compare(">", T, low(input(var(Id)), 15), C);
  }
}

/// From 0 to about 8.
Expr StopGenerator::count(Together Who) {
  const Type T = Type::I32;
  E Warp = binary("/", T, var(Lin), constant(32));
  switch (Who) {
  case Together::Block:
    switch (R.below(Steady ? 3 : 4)) {
    case 0:
      return constant(R.between(2, 9));
    case 1:
      return add(low(special(3, T), 3), constant(R.between(0, 4)));
    case 2:
      return low(scalar(), 7);
    default:
      feature("length is loaded, the same for all");
      return low(input(constant(R.between(0, 255))), 7);
    }
  case Together::Warp:
    feature("length of a warp");
    return R.percent(50) ? add(low(Warp, 3), constant(R.between(0, 4)))
                         : low(input(Warp), 7);
  case Together::Apart:
    break;
  }
  feature("length of a thread");
  return R.percent(40)   ? low(var(Sum), 7)
         : R.percent(50) ? low(input(var(Id)), 7)
                         : binary("%", T, var(Lin), constant(R.between(2, 7)));
}

/// What those get that do it together.
Expr StopGenerator::met(Together Who) {
  E Own = low(var(Sum), R.of<int64_t>({1, 6, 63}));
  bool Block = Barriers && Who == Together::Block;
  if (Block && (!Warps || R.percent(50))) {
    if (Reductions && R.percent(70)) {
      feature("reduction of the block");
      return call(R.of({"fsor", "fsand", "fscount"}), {Own});
    }
    feature("barrier in a function");
    return call("fmeet", {Own});
  }
  feature("warp operation");
  // Of lanes that have ended nothing can be read.
  if (Returns || R.percent(40))
    return call(R.of({"fballot", "fany", "fall", "fredux", "fwarp", "factive"}),
                {Own});
  return call("fshfl", {var(Sum), constant(R.between(1, 31))});
}

/// Who is still together in a part of what Who runs.
Together StopGenerator::apartFrom(Together Who) {
  if (R.percent(60))
    return Who;
  return std::max(Who,
                  R.of({Together::Warp, Together::Apart, Together::Apart}));
}

void StopGenerator::own(Body &Out, const char *Op) {
  Stmt S;
  S.K = *Op == '=' && R.percent(15) ? Stmt::Kind::Put : Stmt::Kind::Store;
  S.Op = Op;
  S.Buffer = 2;
  S.E = {add(mul(var(Id), constant(2)), constant(R.between(0, 1))), var(Sum)};
  Out.push_back(std::move(S));
}

void StopGenerator::statements(Body &Out, unsigned Count, unsigned Depth,
                               Together Who) {
  for (unsigned I = 0; I < Count; ++I)
    statement(Out, Depth, Who);
}

void StopGenerator::statement(Body &Out, unsigned Depth, Together Who) {
  bool Meets =
      (Barriers && Who == Together::Block) || (Warps && Who != Together::Apart);
  uint64_t Kind = R.below(100);
  if (Depth >= 3)
    Kind %= 56;
  if (Kind < 14)
    return sum(Out, Meets && R.percent(60) ? met(Who)
                    : R.percent(15)        ? call("fsteps", {low(var(Sum), 31)})
                    : R.percent(30) && !Counters.empty()
                        ? cast(Type::I32, var(Counters.back()))
                        : input(var(Sum)));
  if (Kind < 24)
    return own(Out, "=");
  if (Kind < 30) {
    if (!Clobbers)
      return own(Out, "=");
    feature("in place");
    return own(Out, "+=");
  }
  if (Kind < 34) {
    if (!Clobbers)
      return;
    feature("atomic");
    Stmt S;
    S.K = Stmt::Kind::Atomic;
    S.Op = "atomicAdd";
    S.Buffer = 3;
    S.E = {low(var(Sum), 31), low(var(Sum), 255)};
    Out.push_back(std::move(S));
    return;
  }
  if (Kind < 44) {
    if (Shared && Who == Together::Block)
      return exchange(Out);
    if (Shared && Warps && Who == Together::Warp)
      return exchangeInWarp(Out);
    return sum(Out, input(var(Sum)));
  }
  if (Kind < 50) {
    if (!Barriers || Who != Together::Block)
      return;
    feature("barrier");
    Stmt S;
    Out.push_back(S);
    return;
  }
  if (Kind < 56) {
    if (!Returns || R.percent(40))
      return;
    feature(Depth ? "return inside" : "early return");
    Stmt S;
    S.K = Stmt::Kind::Return;
    // Nobody meets in the second, which not all look at.
    S.E = {compare("&&", Type::I32, condition(apartFrom(Who)),
                   condition(Together::Apart))};
    Out.push_back(std::move(S));
    return;
  }
  if (Kind < 70)
    return branch(Out, Depth, Who);
  if (Kind < 93)
    return R.percent(75) ? loop(Out, Depth, Who) : chase(Out, Depth, Who);
  if (Clobbers && !Depth)
    queue(Out);
}

void StopGenerator::branch(Body &Out, unsigned Depth, Together Who) {
  Together Part = apartFrom(Who);
  Stmt S;
  S.K = Stmt::Kind::If;
  S.E = {condition(Part)};
  if (R.percent(30)) {
    feature("switch");
    S.K = Stmt::Kind::Switch;
    S.E = {count(Part)};
    S.Used = R.percent(40);
  }
  statements(S.Body, static_cast<unsigned>(R.between(1, 3)), Depth + 1, Part);
  if (R.percent(40))
    statements(S.Else, static_cast<unsigned>(R.between(1, 2)), Depth + 1, Part);
  Out.push_back(std::move(S));
}

Kernel StopGenerator::run() {
  begin();
  if (Returns && R.percent(50)) {
    feature("early return");
    Stmt S;
    S.K = Stmt::Kind::Return;
    S.E = {condition(apartFrom(Together::Block))};
    K.Body.push_back(std::move(S));
  }
  if (Shared) {
    Stmt Meet;
    K.Body.push_back(Meet);
  }
  statements(K.Body, static_cast<unsigned>(R.between(1, 4)), 0,
             Together::Block);
  loop(K.Body, 0, Together::Block);
  own(K.Body, "=");
  return std::move(K);
}

Kernel generateForStops(uint64_t Seed, const std::string &Name) {
  return StopGenerator(Seed, Name).run();
}

} // namespace reprise::differential
