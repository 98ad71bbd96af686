//===- Reduce.h - Small cases from large ones -----------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_DIFFERENTIAL_REDUCE_H
#define REPRISE_TEST_DIFFERENTIAL_REDUCE_H

#include "Forms.h"
#include "Oracle.h"

#include <functional>
#include <optional>
#include <vector>

namespace reprise::differential {

/// A kernel, a launch of it, and what is wrong.
struct Case {
  Kernel K;
  LaunchSpec L;
  Wrong W = Wrong::No;
  uint64_t Seed = 0; ///< Of the replay.
  std::string Detail;
};

/// The first of Tries that is still wrong, with its Detail; all share one
/// kernel, or each has its own name.
using Judge = std::function<std::optional<size_t>(std::vector<Case> &Tries,
                                                  bool OneKernel)>;

/// C with all removed without which Judge still finds it wrong. Deterministic
/// if Judge is.
Case reduce(Case C, const Judge &IsWrong);

/// C with all removed without which it still is wrong in the same way:
/// statements, operands, arguments, threads, allocations. Deterministic.
Case reduce(Case C, Form F, unsigned SolverLimit, Window &W);

/// A complete test: the source, and how `reprise check` is told the launch.
std::string printCase(const Case &C, Form F);

} // namespace reprise::differential

#endif // REPRISE_TEST_DIFFERENTIAL_REDUCE_H
