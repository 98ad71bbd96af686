//===- SourceTree.h - The inputs below a folder ---------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   DIR/app/main.cu    #include "kernels.cu"     an input
//   DIR/app/kernels.cu                           a part of main.cu
//   DIR/lib/scan.cuh   holds __global__          an input
//   DIR/lib/util.cuh                             neither
//   DIR/lib/gemm.ptx                             an input
//
// A part is compiled where it is included. One that seems to define kernels of
// which none has come out of the inputs becomes an input afterwards: who
// includes it did not compile, or does so under another #if. So whether a file
// is a part may be guessed from its text.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_SOURCETREE_H
#define REPRISE_TOOLS_SOURCETREE_H

#include "Input.h"

namespace reprise {

struct SourceTree {
  std::vector<std::string> Inputs; ///< Sorted by path.
  std::vector<std::string> Parts;  ///< Sorted by path; each defines kernels.
};

/// What Paths name: files as they are, and what is below folders (hidden ones
/// and links to folders left out). Binaries counts files with device code in
/// them as inputs too. The error names a folder that cannot be read, or says
/// that there is no input.
llvm::Expected<SourceTree> findInputs(llvm::ArrayRef<std::string> Paths,
                                      bool Binaries);

/// Where the file's includes may be: its own folder, then those above it up to
/// the one of Paths that it is below. They are searched last, so they hide no
/// header that would be found without them.
std::vector<std::string> includeFlags(llvm::StringRef File,
                                      llvm::ArrayRef<std::string> Paths);

/// One file of a tree, read.
struct TreeInput {
  std::string Path;
  std::string Messages; ///< Clang's.
  llvm::Expected<Module> Kernels;
  BinaryReport Report;
};

/// Loads the inputs, then the parts of which no kernel was seen. Take is called
/// once for each in the order of their paths. What fails says clang's first
/// error.
void loadTree(const SourceTree &Tree, llvm::ArrayRef<std::string> Paths,
              InputOptions Options,
              llvm::function_ref<void(TreeInput &&)> Take);

} // namespace reprise

#endif // REPRISE_TOOLS_SOURCETREE_H
