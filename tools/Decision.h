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

#include <memory>

namespace reprise {

struct Decision {
  reprise_result Result;
  bool Bounded = false; ///< Backup is a set that makes it restartable.
  std::vector<reprise_range> Backup;
  uint64_t backupBytes() const;
};

/// One kernel, ready to decide launches through the C interface, as every user
/// of the runtime does. The image and the verdict of a record are not looked
/// at. Thread safety: const functions may run at the same time.
class Decider {
public:
  static llvm::Expected<Decider> create(const Kernel &K);

  /// The error is for launches that no GPU accepts.
  llvm::Expected<reprise_result> check(const LaunchRecord &L,
                                       bool NoInBounds = false) const;
  /// The same, with the backup set.
  llvm::Expected<Decision> decide(const LaunchRecord &L,
                                  bool NoInBounds = false) const;

private:
  struct Free {
    void operator()(reprise_db *P) const { reprise_db_free(P); }
  };
  std::unique_ptr<reprise_db, Free> Db;
  const reprise_kernel *Handle = nullptr;
};

/// "in-bounds", "no-outside-writer": the bits of reprise_result.
std::vector<std::string> assumptionNames(uint32_t Bits);

} // namespace reprise

#endif // REPRISE_TOOLS_DECISION_H
