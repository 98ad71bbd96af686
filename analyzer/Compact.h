//===- Compact.h - Drop what a summary does not need ----------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_ANALYZER_COMPACT_H
#define REPRISE_ANALYZER_COMPACT_H

#include "Model.h"

namespace reprise {

/// Removes expressions that nothing refers to and renumbers the rest, in
/// order of first use. The meaning of K does not change.
void compact(Kernel &K);

} // namespace reprise

#endif // REPRISE_ANALYZER_COMPACT_H
