//===- UnrolledLoops.h - Roll up loops that a compiler unrolled -----------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Compilers unroll `for (c = c0; c < n; c += s)` by u, both powers of two, into
// a loop for the first r iterations and one that makes u at once:
//
//   x = n - 1 - c0, r = (x / s + 1) mod u      only if c0 < n
//   P:  r times: body(c); c += s
//   if x >= (u - 1) * s
//   M:    do { body(c); body(c + s); ...; c += u * s } while (c < n)
//
// The number of iterations differs between threads, and M goes on where P
// stopped: no domain states that. This gives the loop back: P's test becomes
// `c < n` again, and M goes.
//
// Why the accesses are the same. c0 < n, so that the number x is n - 1 - c0 >=
// 0. Let Q = x / s, rounded down, and N = Q + 1: as integers c0 + k * s < n
// exactly for k <= Q, and none of these wraps. r = N mod u, at most N.
//  1. P's r iterations pass the test: r <= N.
//  2. x < (u - 1) * s: then N < u, so r = N, and the original stops after P.
//  The
//     rolled loop fails its test at c0 + N * s <= n - 1 + s, which does not
//     wrap, because n <= c0 + (u - 1) * s and c0 is known to be small enough.
//  3. Otherwise N >= u, and M runs from c1 = c0 + r * s < n. Let
//     y(c) = n - 1 - c modulo the word: where M's body starts, c < n and the
//     bits of y / s below u are all ones, because y(c1) / s = Q - r = -1 mod u,
//     and c + u * s leaves these bits alone, also when it wraps. Thus
//     n - 1 - c >= (u - 1) * s: the tests at c + s, ..., c + (u - 1) * s would
//     all pass, and the one at c + u * s is M's own.
//
// Only accesses are compared, not what is computed from loaded data: what P and
// M leave in registers is taken to be any value afterwards.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_ANALYZER_UNROLLEDLOOPS_H
#define REPRISE_ANALYZER_UNROLLEDLOOPS_H

#include "llvm/IR/PassManager.h"

namespace reprise {

/// Needs loops in simplified form with their tests at the start where
/// LoopTests.h can move them. The result performs the same accesses in the same
/// order; values that the loops computed become calls of
/// @reprise.ptx.value.unrolled.
class UnrolledLoopsPass : public llvm::PassInfoMixin<UnrolledLoopsPass> {
public:
  llvm::PreservedAnalyses run(llvm::Function &F,
                              llvm::FunctionAnalysisManager &FAM);
};

} // namespace reprise

#endif // REPRISE_ANALYZER_UNROLLEDLOOPS_H
