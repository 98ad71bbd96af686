//===- CudaCompile.h - CUDA source to device bitcode ----------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_CUDACOMPILE_H
#define REPRISE_TOOLS_CUDACOMPILE_H

#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"

#include <memory>
#include <string>
#include <vector>

namespace reprise {

/// Compiles Path for the device with clang 19, with line tables and, by
/// default, without optimisation passes. Flags come last, so that they win.
/// Clang's own messages go to stderr, or to Messages where that is given. The
/// compiler is REPRISE_CLANG from the environment or the one that Reprise was
/// built for; the toolkit is --cuda-path from Flags, else CUDA_PATH, else that
/// of the nvcc on PATH, else /usr/local/cuda, else the one that Reprise was
/// built with.
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
compileCuda(const std::string &Path, const std::vector<std::string> &Flags,
            std::string *Messages = nullptr, const char *Level = "-O0");

/// The folder of the CUDA toolkit, found as above without flags; "" if there is
/// none.
std::string findToolkit();

} // namespace reprise

#endif // REPRISE_TOOLS_CUDACOMPILE_H
