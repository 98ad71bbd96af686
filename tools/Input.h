//===- Input.h - From a file to summaries ---------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_INPUT_H
#define REPRISE_TOOLS_INPUT_H

#include "Analyzer.h"
#include "Binary.h"
#include "KernelNames.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"

#include <memory>
#include <string>
#include <vector>

namespace reprise {

/// How inputs are turned into summaries.
struct InputOptions {
  std::vector<std::string> ClangFlags; ///< After `--` on the command line.
  AnalyzerOptions Analysis;
  /// The user chose Analysis.SolverLimit: proofs in large libraries too.
  bool SolverLimitGiven = false;
  ImageRequest Images;  ///< Of binaries; all by default.
  unsigned Threads = 1; ///< 0: as many as the machine runs at once.
  bool Cache = true;    ///< Keep and use results of PTX images (ResultCache.h).
  /// Is shown the device module of CUDA source and LLVM IR before its analysis.
  std::function<void(const llvm::Module &M)> OnModule;
  /// More flags for one CUDA source, before ClangFlags. Any thread.
  std::function<std::vector<std::string>(const std::string &Path)> FlagsFor;
  /// Is given what clang printed, in place of stderr, before each Take.
  std::function<void(std::string &&Text)> OnMessages;
};

/// The summaries of one file as they are in it, and where they come from.
struct LoadedInput {
  Module Kernels; ///< Those of a binary may share names.
  BinaryReport Report;
};

/// One file, whose kind is told by its content and name: CUDA source (compiled
/// by clang), LLVM IR or bitcode for the device, a summary, or a binary
/// (executable, shared object, object, archive, fatbin, cubin, PTX).
/// Errors are complete messages that say what to do.
llvm::Expected<LoadedInput> loadInput(const std::string &Path,
                                      const InputOptions &Options);

/// All Paths, on Options.Threads threads. Take is called for each in order, on
/// the calling thread; Report says for a binary which image each kernel comes
/// from and what is wrong with the file. What it is given, and what is printed
/// to stderr, is the same for every number of threads.
void loadInputs(
    llvm::ArrayRef<std::string> Paths, const InputOptions &Options,
    llvm::function_ref<void(const std::string &Path, llvm::Expected<Module> M,
                            BinaryReport &&Report)>
        Take);

/// A file in memory: mapped where it is a binary, else with a terminator.
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
openInput(const std::string &Path);

/// The kernel that Name means: its mangled or demangled name (with or without
/// the parameter list), or a unique prefix of either. The error lists the
/// candidates.
llvm::Expected<const Kernel *> findKernel(const Module &M,
                                          const std::string &Name);

/// Only kernels that Name can mean, or all when there is none.
llvm::Expected<LoadedInput> loadMatching(const std::string &Path,
                                         const std::string &Name,
                                         InputOptions Options);

/// Loads Path and finds the kernel in it; only kernels that Name can mean are
/// analysed.
llvm::Expected<Kernel> loadKernel(const std::string &Path,
                                  const std::string &Name,
                                  InputOptions Options);

} // namespace reprise

#endif // REPRISE_TOOLS_INPUT_H
