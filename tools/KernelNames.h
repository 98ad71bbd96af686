//===- KernelNames.h - What people call kernels --------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_KERNELNAMES_H
#define REPRISE_TOOLS_KERNELNAMES_H

#include "Model.h"

#include "llvm/ADT/StringRef.h"

#include <string>

namespace reprise {

/// "vectorAdd" for "vectorAdd(float*, float const*, float const*, int)".
/// Thread-safe, as is the other.
std::string shortName(const Kernel &K);

/// True when Name may stand for K: it is the start of one of its names.
bool mayMean(const Kernel &K, llvm::StringRef Name);

} // namespace reprise

#endif // REPRISE_TOOLS_KERNELNAMES_H
