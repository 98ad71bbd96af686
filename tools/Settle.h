//===- Settle.h - What would settle an unknown ---------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_SETTLE_H
#define REPRISE_TOOLS_SETTLE_H

#include "Model.h"

#include <string>
#include <vector>

namespace reprise {

/// What one would have to know or change so that Reason goes away, such as
/// "the extent of argument 2 (d_out)"; "nothing: ..." where no launch can tell.
/// Arguments count from 1. Read and Write are accesses of K or None; where the
/// reason is about one access, that is Write if it is there, else Read. Detail
/// is the effect's or the access's own. Empty for REPRISE_REASON_NONE. For
/// people only; nothing is decided by it. Thread-safe.
std::string whatSettles(const Kernel &K, reprise_reason Reason, Id Read,
                        Id Write, const std::string &Detail = "");

struct Settling {
  reprise_reason Reason;
  std::string Text;
  bool operator==(const Settling &) const = default;
};

/// For every reason that stands in the way in K, each answer once: effects,
/// then pairs.
std::vector<Settling> allThatSettles(const Kernel &K);

} // namespace reprise

#endif // REPRISE_TOOLS_SETTLE_H
