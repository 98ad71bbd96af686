//===- Input.h - From a file to summaries ---------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_INPUT_H
#define REPRISE_TOOLS_INPUT_H

#include "Analyzer.h"

#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace reprise {

/// How inputs are turned into summaries.
struct InputOptions {
  std::vector<std::string> ClangFlags; ///< After `--` on the command line.
  AnalyzerOptions Analysis;
};

/// The summaries of one file, whose kind is told by its content and name:
/// CUDA source (compiled by clang), LLVM IR or bitcode for the device, a JSON
/// summary, or a file that has summaries embedded (executable, shared object,
/// object, fatbin, cubin, PTX).
/// Errors are complete messages that say what to do.
llvm::Expected<Module> loadInput(const std::string &Path,
                                 const InputOptions &Options);

/// The kernel that Name means: its mangled or demangled name (with or without
/// the parameter list), or a unique prefix of either. The error lists the
/// candidates.
llvm::Expected<const Kernel *> findKernel(const Module &M,
                                          const std::string &Name);

/// Loads Path and finds the kernel in it; only kernels that Name can mean are
/// analysed.
llvm::Expected<Kernel> loadKernel(const std::string &Path,
                                  const std::string &Name,
                                  InputOptions Options);

/// "vectorAdd" for "vectorAdd(float*, float const*, float const*, int)".
std::string shortName(const Kernel &K);

} // namespace reprise

#endif // REPRISE_TOOLS_INPUT_H
