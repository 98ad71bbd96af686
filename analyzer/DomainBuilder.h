//===- DomainBuilder.h - From guards and forms to a summary's domain ------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Turns the guards of a block and the linear form of an address into a Domain
// of the summary model and a Form over its vars.
//
//   1. Uniform guards become Require steps.
//   2. Each atom becomes a Range var. A loop's counter is bounded by its exit
//      counts and by every guard that mentions it.
//   3. A guard over several atoms becomes a bound of a Sum var when the
//      address uses these atoms in the same proportion (`i < n` with
//      i = ctaid * ntid + tid and address 4i). Otherwise it is dropped.
//   4. Checks are emitted before the guard or form that relies on them. A
//      check is never evaluated under the guard whose reading it justifies.
//
// Why the last rule holds for loops: let iteration k run only while
// M(k) = start + k * step <= U. The counter's bound is derived from that
// reading, and the check demands that M(k + 1) stays in range for every k
// within the bound. By induction over k no iteration before it has wrapped. The
// start of the induction, M(0), is checked before the counter is defined.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_ANALYZER_DOMAINBUILDER_H
#define REPRISE_ANALYZER_DOMAINBUILDER_H

#include "Guards.h"

namespace reprise {

/// A domain with the address form that it was built for.
struct BuiltDomain {
  Domain D;
  Form Offset;
  /// The guards and loop bounds are the whole condition of the execution.
  /// (Whether the address is exact too is for the vars' own Exact to say.)
  bool Exact = true;
  /// The form can be used; false when part of it has no finite range (then
  /// the access may touch any byte of its root).
  bool Bounded = true;
};

class DomainBuilder {
public:
  /// At tells which block runs; loops around it bound their counters.
  DomainBuilder(Evaluator &Eval, GuardReader &Guards, llvm::BasicBlock *At);

  /// Context is that of the block plus the choices made; Address may be null
  /// (only the domain is wanted, e.g. for an effect).
  BuiltDomain build(const Context &C, const Lin *Address);

private:
  struct Compound {
    Lin::TermMap Direction; ///< Content divided out.
    Id Var = None;
  };
  struct Direction {
    Lin::TermMap Terms;
    int64_t Content = 1; ///< Guard terms = Content * Terms, may be negative.
  };

  bool define(AtomId A);
  bool defineLoop(AtomId A, Var &V);
  void addChecks(const Lin::CheckSet &Checks);
  void addCheck(CheckId C, std::optional<AtomId> Next);
  void addFirstCheck(CheckId C, AtomId First);
  void emitCheck(const Lin &F, const LinCheck &K);
  bool ready(const Lin &L);
  Form toForm(const Lin &L);
  std::optional<Bound> toBound(const LinBound &B);
  void addVar(Var V, AtomId A);
  void applyGuard(const Guard &G);
  bool checkedSince(Id Target) const;
  bool inCompound(AtomId A) const;
  bool invariantIn(AtomId A, const llvm::Loop *L) const;
  static std::optional<Direction> directionOf(const Lin &L);
  static std::optional<Poly> proportion(const Lin &L,
                                        const Lin::TermMap &Terms);
  bool discharged(const Lin::CheckSet &Checks) const;

  Evaluator &Eval;
  GuardReader &Reader;
  llvm::BasicBlock *At;
  ExprTable &Exprs;
  AtomTable &Atoms;

  BuiltDomain Out;
  const Lin *Address = nullptr;
  std::vector<Guard> All;
  std::map<AtomId, Id> VarOf; ///< None: has no finite range.
  std::set<AtomId> Defining;
  std::vector<Compound> Compounds;
  std::set<std::pair<CheckId, AtomId>> Emitted;
};

} // namespace reprise

#endif // REPRISE_ANALYZER_DOMAINBUILDER_H
