//===- Subject.h - A CUDA file's kernels with their twins -----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_CHECKPOINTS_SUBJECT_H
#define REPRISE_TEST_CHECKPOINTS_SUBJECT_H

#include "CheckpointTwin.h"
#include "emulator/Emulator.h"

#include "llvm/Support/Error.h"

#include <memory>
#include <string>
#include <vector>

namespace reprise::checkpoints {

/// Thread safety: one call at a time.
class Subject {
public:
  /// Compiles Path as a user's build does, with -O2, and adds twins at the end
  /// of the pipeline.
  static llvm::Expected<std::unique_ptr<Subject>>
  open(const std::string &Path, const std::vector<std::string> &ClangFlags,
       const PlanOptions &Options);

  /// The plan of the kernel that Name means, as `reprise check --kernel` has
  /// it.
  llvm::Expected<const Twin *> find(const std::string &Name) const;

  const std::vector<Twin> &twins() const { return Twins; }
  emulator::Program &code() { return *Code; }

private:
  std::vector<Twin> Twins; ///< Code is gone.
  std::unique_ptr<emulator::Program> Code;
};

} // namespace reprise::checkpoints

#endif // REPRISE_TEST_CHECKPOINTS_SUBJECT_H
