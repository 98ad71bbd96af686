//===- Resolved.h - Is a kernel decided once a launch is known? -----------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Of the launches of a kernel those count here that a program means to make:
//
//   - each pointer points into an allocation of its own, whose extent is known;
//   - each texture and surface is bound to memory of its own, likewise;
//   - addresses of variables and contents of constants are known;
//   - accesses stay in bounds (A1), and no division by zero or index that
//     wraps is executed.
//
// A kernel is resolved when none of these launches is `unknown`. That is told
// from the summary alone, without a launch: a kernel that is said to be
// resolved is (but for pairs that exhaust the budget), one that is not may be
// decided all the same for many launches.
//
// Example: out[i] = in[index[i]] is resolved; one extent each settles it.
// data[i] = data[index[i]] is not: whatever is known of the launch, what is
// read is any byte of data. What stays is `indirect-offset`.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_RESOLVED_H
#define REPRISE_TOOLS_RESOLVED_H

#include "Model.h"

#include <vector>

namespace reprise {

/// The reasons that some of these launches of K may stay `unknown` for, each
/// once, in the order of the list of reasons; empty: K is resolved. Never too
/// few. K is valid (Validate.h). Thread-safe.
std::vector<reprise_reason> reasonsThatStay(const Kernel &K);

} // namespace reprise

#endif // REPRISE_TOOLS_RESOLVED_H
