//===- Modules.h - Which kernel a handle is -----------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Handles of modules, libraries, kernels and functions, and the code behind
// them. A handle is bound to a summary when it is launched for the first time:
// a program loads far more kernels than it launches.
//
// Thread safety: all functions; they take a lock and are not for the launch
// path.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_CUDA_MODULES_H
#define REPRISE_CUDA_MODULES_H

#include "Code.h"
#include "Kernels.h"

#include <cstdint>

namespace reprise::cuda {

/// Finds out what \p Handle is and publishes it (State.h).
void bindKernel(uint64_t Handle);

/// Was \p Info bound before an audit that may know more?
bool isOutdated(const KernelInfo &Info);

struct Twin;

/// Where a kernel comes from.
struct Home {
  std::shared_ptr<Code> From; ///< Null: a way that is not followed.
  std::string Name;
  CUmodule Module = nullptr;
  CUlibrary Library = nullptr;
  uint64_t Owner = 0;                ///< KernelInfo::Owner
  std::shared_ptr<const Twin> Known; ///< See keepTwin().
};
Home homeOf(uint64_t Handle);
/// Remembers the twin until the handle's module goes.
void keepTwin(uint64_t Handle, std::shared_ptr<const Twin> Its);

/// A kernel of the counts, by KernelInfo::Number.
struct CountedKernel {
  std::string Name, Image, Detail;
};
std::vector<CountedKernel> countedKernels();

/// Around fork().
void lockModules();
void unlockModules();

} // namespace reprise::cuda

#endif // REPRISE_CUDA_MODULES_H
