//===- StopGenerator.h - Random kernels that are hard to stop ------------===//
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

#ifndef REPRISE_TEST_DIFFERENTIAL_STOPGENERATOR_H
#define REPRISE_TEST_DIFFERENTIAL_STOPGENERATOR_H

#include "Generate.h"
#include "Generator.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace reprise::differential {

/// Who surely runs a piece of code together.
enum class Together : uint8_t { Block, Warp, Apart };

/// Makes one kernel; the same for the same seed, on any machine.
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

} // namespace reprise::differential

#endif // REPRISE_TEST_DIFFERENTIAL_STOPGENERATOR_H
