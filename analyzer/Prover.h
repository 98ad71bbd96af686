//===- Prover.h - Proofs about pairs of accesses, with Z3 -----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Queries over mathematical integers: uniform leaves, and one copy of the
// atoms for each of the two executions. Everything that is not modelled is
// left unconstrained, so "unsatisfiable" holds for the real kernel as well;
// "satisfiable" is a candidate, no proof. Each query has a resource limit in
// Z3's own units (not time): the same answer on every machine, and "unknown"
// proves nothing.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_ANALYZER_PROVER_H
#define REPRISE_ANALYZER_PROVER_H

#include "KernelAnalysis.h"

namespace reprise {

/// True when no launch has two executions, of A and of B, that touch a common
/// byte. The accesses must be precise and have the same root. Relies on the
/// range checks of both (see docs/semantics.md).
bool provedDisjoint(const KernelState &S, const AnalyzedAccess &A,
                    const AnalyzedAccess &B, unsigned ResourceLimit);

/// True when an execution of B in the same thread and iteration as one of A
/// always touches a common byte with it.
bool provedSameAddress(const KernelState &S, const AnalyzedAccess &A,
                       const AnalyzedAccess &B, unsigned ResourceLimit);

/// True when each of \p Facts is at least 0 in every execution of \p X. \p
/// Known are taken to be so, beside what the guards of X say. \p Linear:
/// without the search that products of unknowns such as ntid * ctaid take.
bool provedFacts(const KernelState &S, const AnalyzedAccess &X,
                 const std::vector<Lin> &Known, const std::vector<Lin> &Facts,
                 unsigned ResourceLimit, bool Linear = false);

/// An example of two executions that touch a common byte when the two roots
/// point to the same place, for people: "blockIdx.x = 0, ...". Empty when none
/// was found within the limit. Sure becomes false where something that is not
/// modelled (data, a loop's end) may keep the executions from happening.
std::string findWitness(KernelState &S, const AnalyzedAccess &Read,
                        const AnalyzedAccess &Write, unsigned ResourceLimit,
                        bool &Sure);

} // namespace reprise

#endif // REPRISE_ANALYZER_PROVER_H
