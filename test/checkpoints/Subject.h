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

/// What makes the twins.
enum class Maker : uint8_t {
  Plugin,   ///< The pass of the plugin, of clang's IR.
  ClangPtx, ///< `reprise instrument`, of the PTX that LLVM generates.
  NvccPtx,  ///< The same, of nvcc's PTX.
};

/// Thread safety: one call at a time.
class Subject {
public:
  /// Compiles Path as a user's build does, with -O2, and adds twins at the end
  /// of the pipeline, or to the PTX. Flags are for either compiler.
  static llvm::Expected<std::unique_ptr<Subject>>
  open(const std::string &Path, const std::vector<std::string> &Flags,
       const PlanOptions &Options, Maker By = Maker::Plugin);

  /// The same of a device module at the end of the pipeline, which gets twins
  /// and may go. Name is for messages.
  static llvm::Expected<std::unique_ptr<Subject>>
  open(llvm::Module &M, const std::string &Name, const PlanOptions &Options);
  static llvm::Expected<std::unique_ptr<Subject>>
  openPtx(const std::string &Ptx, const std::string &Name,
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
