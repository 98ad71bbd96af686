//===- DomainTree.h - Domains that begin alike ----------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Code inside of nested branches and loops runs under the guards of all of
// them, so the domains of a kernel begin with the same steps. They become the
// paths of a tree, and each step is made once:
//
//   d0  tid, ctaid, i                      d0  tid, ctaid, i
//   d1  tid, ctaid, i, k, check k          n2  k           (below d0)
//   d2  tid, ctaid, i, k, require n        d1  check k     (below n2)
//                                          d2  require n   (below n2)
//
// Thread safety: a pure function of its argument.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_RUNTIME_DOMAINTREE_H
#define REPRISE_RUNTIME_DOMAINTREE_H

#include "Program.h"

namespace reprise {

/// Sets the parents of \p P's domains, whose steps are complete, and leaves
/// each with the steps of its own. Domains keep their indices; nodes that are
/// only branches come behind them. At most MaxSteps + 1 nodes are on a path,
/// and fewer than twice the domains are in the tree. May throw std::bad_alloc.
void shareSteps(Program &P);

} // namespace reprise

#endif // REPRISE_RUNTIME_DOMAINTREE_H
