//===- GenerateStops.cpp - Random kernels that are hard to stop -----------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Loops of all lengths, and what threads wait for each other with. Memory is
// dull: each thread has a number, which it computes with and stores to elements
// of its own,
//
//   a0, a1   are only read        a3[0..31]   atomics add to them
//   a2       two for each thread  a3[40]      the counter of a queue
//                                 a3[64..]    one for each of its items
//
// so that the memory at the end does not depend on the order of threads, and a
// wrong stop cannot hide behind it.
//
// Who surely runs a piece of code together is known at each place: the threads
// of the block, the lanes of a warp, or nobody. Barriers are where the block
// does, warp operations where at least the warp does.
//
//===----------------------------------------------------------------------===//

#include "Generate.h"
#include "Generator.h"

#include <algorithm>
#include <cstddef>

namespace reprise::differential {

namespace {

enum class Together : uint8_t { Block, Warp, Apart };

class StopGenerator {
public:
  StopGenerator(uint64_t Seed, const std::string &Name) : R(Seed) {
    K.Name = Name;
    K.Owned = true;
  }
  Kernel run();

private:
  using E = Expr;
  using Body = std::vector<Stmt>;

  static constexpr int Lin = 0, Id = 1, Sum = 2, Half = 3;
  static constexpr int Threads = static_cast<int>(MostOwners);

  void feature(const char *Name) { K.Features.insert(Name); }
  static E call(const char *Name, std::vector<E> Args = {}) {
    return {E::Kind::Call, Type::I32, Name, 0, std::move(Args)};
  }
  static E add(E A, E B) {
    return binary("+", Type::I32, std::move(A), std::move(B));
  }
  static E mul(E A, E B) {
    return binary("*", Type::I32, std::move(A), std::move(B));
  }
  static E low(E A, int64_t Mask) {
    return binary("&", Type::I32, std::move(A), constant(Mask));
  }
  E var(int V) const {
    return {E::Kind::Var, Types[static_cast<size_t>(V)], "", V, {}};
  }
  E scalar() {
    int I = 4 + static_cast<int>(R.below(K.Params.size() - 4));
    return {E::Kind::Scalar, K.Params[static_cast<size_t>(I)].T, "", I, {}};
  }
  E input(E At) {
    bool Second = R.percent(30);
    return load(Second, low(std::move(At), Second ? 127 : 255));
  }
  int newVar(Type T) {
    Types.push_back(T);
    return K.Vars++;
  }
  int let(Body &Out, E Value, Type T);
  void assign(Body &Out, int V, E Value);
  void run(Body &Out, const char *Name) { let(Out, call(Name), Type::I32); }
  void sum(Body &Out, E Value);

  void begin();
  E condition(Together Who);
  E count(Together Who);
  E met(Together Who);
  Together apartFrom(Together Who);
  void statements(Body &Out, unsigned Count, unsigned Depth, Together Who);
  void statement(Body &Out, unsigned Depth, Together Who);
  void branch(Body &Out, unsigned Depth, Together Who);
  void leaveLoop(Body &Out, Together Who, bool MayContinue);
  void loop(Body &Out, unsigned Depth, Together Who);
  void chase(Body &Out, unsigned Depth, Together Who);
  void exchange(Body &Out);
  void exchangeInWarp(Body &Out);
  void queue(Body &Out);
  void own(Body &Out, const char *Op);

  Random R;
  Kernel K;
  std::vector<Type> Types;
  std::vector<int> Counters; ///< Of the loops around.
  bool InStep = false;       ///< The block counts the innermost one together.
  bool Barriers = R.percent(60), Warps = R.percent(45);
  bool Shared = Barriers && R.percent(60), Odd = Shared && R.percent(30);
  /// What the block runs alike depends on arguments and indices alone.
  bool Steady = R.percent(50);
  bool Reductions = Barriers && R.percent(35);
  bool Returns = R.percent(30), Clobbers = R.percent(30);
};

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

} // namespace

Kernel generateForStops(uint64_t Seed, const std::string &Name) {
  return StopGenerator(Seed, Name).run();
}

} // namespace reprise::differential
