//===- Generator.h - Inside of the generator ------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   Generate.cpp        parameters, statements
//   GenerateIndex.cpp   indices, conditions, values
//   GenerateMemory.cpp  memory that no parameter names
//   StopGenerator.h     kernels that are hard to stop; shares only what makes
//                       expressions
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_DIFFERENTIAL_GENERATOR_H
#define REPRISE_TEST_DIFFERENTIAL_GENERATOR_H

#include "Kernel.h"
#include "Random.h"

namespace reprise::differential {

inline Expr constant(int64_t V, Type T = Type::I32) {
  return {Expr::Kind::Const, T, "", V, {}};
}
inline Expr special(int64_t Index, Type T) {
  return {Expr::Kind::Special, T, "", Index, {}};
}
inline Expr binary(const char *Op, Type T, Expr A, Expr B) {
  return {Expr::Kind::Binary, T, Op, 0, {std::move(A), std::move(B)}};
}
inline Expr compare(const char *Op, Type T, Expr A, Expr B) {
  return {Expr::Kind::Compare, T, Op, 0, {std::move(A), std::move(B)}};
}
inline Expr load(int P, Expr At) {
  return {Expr::Kind::Load, Type::I32, "", P, {std::move(At)}};
}
inline Expr cast(Type T, Expr A) {
  return {Expr::Kind::Cast, T, "", 0, {std::move(A)}};
}

/// Makes one kernel.
class Generator {
public:
  Generator(uint64_t Seed, const std::string &Name) : R(Seed) { K.Name = Name; }
  Kernel run();
  /// A kernel that fills scratch in memory and reads it.
  Kernel scratch();

private:
  using E = Expr;

  void feature(const char *Name) { K.Features.insert(Name); }
  Type typeOf(int Var) const { return Types[static_cast<size_t>(Var)]; }
  E var(int V) const { return {E::Kind::Var, typeOf(V), "", V, {}}; }

  // Generate.cpp
  void parameters();
  int newVar(Type T);
  void let(std::vector<Stmt> &Out, E Value, Type T);
  void globalIndex(int D);
  /// A read and a write that really are at one place, or nearly.
  void inPlaceOrScratch();
  void statements(std::vector<Stmt> &Out, unsigned Count, unsigned Depth,
                  bool Uniform);
  void statement(std::vector<Stmt> &Out, unsigned Depth, bool Uniform);
  void atomic(std::vector<Stmt> &Out);
  void loop(std::vector<Stmt> &Out, unsigned Depth, bool Uniform);
  void whileLoop(std::vector<Stmt> &Out, unsigned Depth);

  // GenerateScratch.cpp
  E size();
  Stmt countedLoop(E From, E To, E Step);
  Stmt storeTo(int P, E At, E V);
  Stmt fill(int P, const E &Base, const E &Size, bool Block);
  Stmt use(int P, int Q, const E &Base, const E &Size);

  // GenerateIndex.cpp
  Type indexType();
  int pick(bool Pointer);
  /// Programs mostly read some buffers and write others.
  int pointer(bool Reads);
  E scalar();
  E divisor();
  E anyVar();
  E stride();
  /// A number that threads have of their own.
  E index(unsigned Depth = 0);
  E full(E I);
  E anyIndex();
  E condition(unsigned Depth = 0);
  E value();
  E shared();
  /// Quotients and remainders of what may be negative.
  E digits();

  Random R;
  Kernel K;
  bool Tidy = R.percent(60); ///< Reads its first buffer, writes the others.
  std::vector<Type> Types;
  std::vector<int> Scope;  ///< Variables that can be used here.
  std::vector<int> Frozen; ///< Of them, those that count loops.
  std::vector<int> Ids;    ///< The thread's place in the grid.
};

/// Gives some accesses of K other memory: a local array, a `__device__`
/// variable, one of two pointers, a pointer loaded from memory.
void addMemory(Kernel &K, Random R);

} // namespace reprise::differential

#endif // REPRISE_TEST_DIFFERENTIAL_GENERATOR_H
