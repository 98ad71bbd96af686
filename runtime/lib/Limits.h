//===- Limits.h - Sizes that a kernel summary may not exceed --------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The runtime evaluates a launch in a scratch area of fixed size on the stack.
// These limits make it fit; the reader refuses a kernel beyond them, and the
// analyzer gives up (REPRISE_REASON_TOO_COMPLEX) before it emits one.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_RUNTIME_LIMITS_H
#define REPRISE_RUNTIME_LIMITS_H

#include <cstddef>
#include <cstdint>

namespace reprise {

// Per kernel.
inline constexpr size_t MaxExprs = 16384;
inline constexpr size_t MaxDomains = 2048;
inline constexpr size_t MaxVars = 2048; ///< All domains of a kernel together.
inline constexpr size_t MaxAccesses = 2048;
inline constexpr size_t MaxPairs = 65536;
inline constexpr size_t MaxEffects = 1024;
inline constexpr size_t MaxSymbols = 4096;
inline constexpr size_t MaxParams = 4096;
inline constexpr uint32_t MaxParamBytes = 65536; ///< CUDA: 32764.

// Per domain, var or form.
inline constexpr size_t MaxDomainVars = 64;
inline constexpr size_t MaxSteps = 512;
inline constexpr size_t MaxChecks = 256;
inline constexpr size_t MaxBounds = 16; ///< Lo and Hi of a var, each.

/// Dims of an evaluated set. A set that needs more is widened, which is sound
/// for may-sets and costs exactness; see DimList.
inline constexpr unsigned MaxDims = 8;

/// Nodes of branch-and-bound that one pair, and one check, may visit. More
/// precision costs time; running out gives REPRISE_REASON_BUDGET, never a
/// proof.
inline constexpr uint32_t PairBudget = 2048;
inline constexpr uint32_t CheckBudget = 16384;

/// Ranges that reprise_backup_set may return; beyond it, gaps are filled.
inline constexpr size_t MaxBackupRanges = 65536;

/// Rows of one access, and ranges of one set of an operation, that the rollback
/// window lists. Beyond it, gaps of may-sets are filled, must-sets are empty.
inline constexpr size_t MaxWindowRows = 4096;
inline constexpr size_t MaxWindowRanges = 16384;

/// Argument blocks above this are not memoised.
inline constexpr size_t MaxMemoArguments = 256;

} // namespace reprise

#endif // REPRISE_RUNTIME_LIMITS_H
