//===- Program.h - A kernel summary, ready to be evaluated ----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the launch path reads: the summary flattened into a few arrays of plain
// numbers, without strings and without what no pair or effect needs.
//
//   - Expressions that nothing needed uses are dropped, constant ones are
//     computed, equal ones are shared. Values are numbered constants first.
//   - Equal domains are shared, and equal vars and checks of all domains;
//     domains that begin with the same steps share them, see DomainTree.h.
//   - Accesses that differ only in the constant of their offset form a Group,
//     evaluated once: `a[i-1] + a[i] + a[i+1]` costs little more than `a[i]`.
//   - Groups with the same strides and width share a Shape, wherever they
//   point:
//     `c[i] = a[i] + b[i]` has one.
//   - Pairs are cut into runs and spans, see PairRuns.h.
//
// Thread safety: immutable once compiled.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_RUNTIME_PROGRAM_H
#define REPRISE_RUNTIME_PROGRAM_H

#include "Model.h"
#include "Uniform.h"

#include <compare>
#include <string>
#include <vector>

namespace reprise {

/// Indices below are into the arrays of Program; a "value" is a constant
/// (below Constants.size()) or the result of an Insn (above).
struct FormRef {
  uint32_t Const;      ///< Value.
  uint32_t Begin, End; ///< Terms.
};

struct ProgramTerm {
  uint32_t Var;
  uint32_t Coef; ///< Value.
};

struct ProgramBound {
  FormRef F;
  uint32_t Div; ///< Value, or None.
  uint32_t Or;  ///< Value, or None.
  bool Implied;

  bool isValue() const { return F.Begin == F.End && (Div & Or) == None; }
};

struct ProgramVar {
  VarKind Kind;
  bool Exact;
  bool Free;
  bool MayWiden;        ///< A sum that may have more than MaxDims dims.
  bool Simple;          ///< A range from one value to another.
  FormRef F;            ///< Sum only.
  uint32_t Lo, Hi, End; ///< Bounds: lower [Lo, Hi), upper [Hi, End).
};

struct ProgramCheck {
  FormRef F;
  int64_t Lo, Hi;
};

struct ProgramStep {
  StepKind Kind;
  uint32_t Index; ///< Var, value or check.

  auto operator<=>(const ProgramStep &) const = default;
};

/// After compile() a node of a tree: its steps come after those of Parent.
struct ProgramDomain {
  uint32_t Begin, End; ///< Steps.
  uint32_t Parent;     ///< Of Program::Domains, or None.
  /// A var goes into two sums: their values are not independent.
  bool Correlated;
  /// A var goes into a sum and into a bound.
  bool BoundCorrelated;
};

/// Sum of terms, Width bytes at each value.
struct ProgramShape {
  uint32_t Begin, End; ///< Terms.
  uint32_t Width;
  bool MayWiden; ///< As in ProgramVar.
};

struct ProgramGroup {
  RootKind Root;
  bool Top;
  /// The offset uses no var that a sum consumed.
  bool Independent;
  uint32_t Base;   ///< Value; RootKind::Param and handles.
  uint32_t Symbol; ///< RootKind::Symbol.
  uint32_t Domain;
  uint32_t Shape; ///< Of the offset; None where there is no offset.
  uint32_t ConstBegin, ConstEnd; ///< Of Program::GroupConsts.
};

struct ProgramAccess {
  uint32_t Group; ///< None: no pair uses it.
  uint32_t Const; ///< Value; None where the group has no offset.
  uint32_t Reason;
  bool Must;
  bool LiveIn;
  reprise_access_kind Kind;
};

struct ProgramSymbol {
  uint64_t Hash;
  uint64_t Size;
};

struct ProgramPair {
  uint32_t Read, Write;
  PairKind Kind;
  uint32_t Begin, End; ///< Of Program::After.
};

/// Pairs of one kind between two groups.
struct ProgramRun {
  uint32_t Read, Write; ///< Groups.
  uint32_t Begin, End;  ///< Pairs.
  PairKind Kind;
  bool MayClobber; ///< Some launch may find that one of them clobbers.
  bool Screened;   ///< Ask groupsApart first.
};

/// Runs of one kind between two objects.
struct ProgramSpan {
  uint32_t Objects;    ///< Of Program::ObjectPairs; None: Kind is not Test.
  uint32_t Begin, End; ///< Runs.
  PairKind Kind;
  bool MayClobber; ///< One of its runs does.
};

/// Two objects between which some span is.
struct ProgramObjectPair {
  uint32_t Read, Write; ///< Objects.
  bool Complete; ///< Each group of the one is in a pair with each of the other.
};

/// The groups of one role and one pointer or symbol.
struct ProgramObject {
  uint32_t Begin, End; ///< Of Program::ObjectGroups.
  /// Of Program::Clusters; none where only the groups one by one can tell.
  uint32_t Clusters, ClustersEnd;
  /// Of Program::ObjectDomains, of the groups that have a shape.
  uint32_t Domains, DomainsEnd;
};

/// Groups of an object with the same shape.
struct ProgramCluster {
  uint32_t Shape; ///< None: any byte of what the pointer points into.
  uint32_t ConstBegin, ConstEnd; ///< Of Program::GroupConsts.
  uint32_t Domains, DomainsEnd;  ///< Of Program::ObjectDomains.
};

struct ProgramEffect {
  uint32_t Domain;
  reprise_reason Reason;
};

struct Program {
  uint64_t UniqueId = 0;
  uint32_t ParamBytes = 0;
  uint32_t ReqNTid[3] = {0, 0, 0};
  /// The class is unknown and nothing in the summary says why: never answer
  /// idempotent.
  bool Unexplained = false;
  /// Hulls are compared before pairs, and pairs that cannot change the answer
  /// are passed over; tests switch it off.
  bool UsesHulls = true;
  /// All pairs are of kind Test.
  bool OnlyTests = true;

  std::vector<uint64_t> Constants;
  std::vector<Insn> Insns;
  std::vector<ProgramTerm> Terms;
  std::vector<ProgramBound> Bounds;
  std::vector<ProgramVar> Vars;
  std::vector<ProgramCheck> Checks;
  std::vector<ProgramStep> Steps;
  std::vector<ProgramDomain> Domains;
  std::vector<ProgramShape> Shapes;
  std::vector<ProgramGroup> Groups;
  std::vector<ProgramAccess> Accesses; ///< Same indices as the kernel's.
  std::vector<ProgramPair> Pairs;      ///< Likewise.
  std::vector<uint32_t> After;         ///< Accesses of Pair::After.
  std::vector<ProgramRun> Runs;
  std::vector<ProgramSpan> Spans;
  std::vector<ProgramObjectPair> ObjectPairs;
  std::vector<ProgramObject> Objects;
  std::vector<uint32_t> ObjectGroups;
  std::vector<ProgramCluster> Clusters;
  std::vector<uint32_t> ObjectDomains;
  /// Values: all constants of a group's or cluster's offsets; of those that are
  /// the same at each launch, the ends.
  std::vector<uint32_t> GroupConsts;
  std::vector<ProgramEffect> Effects;
  std::vector<ProgramSymbol> Symbols;   ///< Same indices as the kernel's.
  std::vector<std::string> SymbolNames; ///< Likewise; for look-up by name.

  size_t valueCount() const { return Constants.size() + Insns.size(); }
};

/// Which accesses a program can evaluate.
enum class Accesses : uint8_t {
  OfPairs, ///< What a verdict needs.
  All
};

/// Compiles \p K, which validateKernel accepts. May throw std::bad_alloc.
Program compile(const Kernel &K, Accesses Which = Accesses::OfPairs);

} // namespace reprise

#endif // REPRISE_RUNTIME_PROGRAM_H
