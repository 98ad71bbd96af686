//===- Domains.h - Which executions does a launch have? -------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Evaluates the steps of a domain in order: vars become numeric sets, bounds
// are taken over the hulls of earlier vars, range checks are made, and the
// first step that proves the domain empty ends it. Steps that several domains
// begin with are made once (DomainTree.h).
//
// Example, `i = ctaid.x * ntid.x + tid.x, i <= n - 1` with 8 blocks of 256
// threads and n = 2000:
//   tid.x {0 + 1*[256]}, ctaid.x {0 + 1*[8]}
//   i     {0 + 1*[256] + 256*[8]} = {0 + 1*[2048]}, cut to {0 + 1*[2000]}
//
// Soundness: vars hold at least the values really taken. Exact and Inhabited
// claim the converse, and are cleared whenever in doubt. Overflow and poison
// give REPRISE_REASON_ARITHMETIC, a failed check INDEX_MAY_WRAP.
// Thread safety: as Frame.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_RUNTIME_DOMAINS_H
#define REPRISE_RUNTIME_DOMAINS_H

#include "Frame.h"

namespace reprise {

/// Evaluates domain \p Index on its first use.
const DomainState &domainState(Frame &F, uint32_t Index);

} // namespace reprise

#endif // REPRISE_RUNTIME_DOMAINS_H
