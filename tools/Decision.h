//===- Decision.h - The runtime's verdict on one launch -------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_DECISION_H
#define REPRISE_TOOLS_DECISION_H

#include "LaunchRecord.h"
#include "Model.h"

#include "llvm/Support/Error.h"

namespace reprise {

struct Decision {
  reprise_result Result;
  bool Bounded = false; ///< Backup is a set that makes it restartable.
  std::vector<reprise_range> Backup;
  uint64_t backupBytes() const;
};

/// Decides L, whose kernel is K, through the C interface, as every user of the
/// runtime does. L's image and verdict are not looked at.
llvm::Expected<Decision> decide(const Kernel &K, const LaunchRecord &L,
                                bool NoInBounds = false);

/// "in-bounds", "no-outside-writer": the bits of reprise_result.
std::vector<std::string> assumptionNames(uint32_t Bits);

} // namespace reprise

#endif // REPRISE_TOOLS_DECISION_H
