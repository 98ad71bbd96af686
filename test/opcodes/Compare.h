//===- Compare.h - One kernel by two ways ---------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_OPCODES_COMPARE_H
#define REPRISE_TEST_OPCODES_COMPARE_H

#include "emulator/Emulator.h"

#include <string>
#include <vector>

namespace reprise::opcodes {

/// What one file of kernels (Opcodes.cuh) showed.
struct Comparison {
  std::string File;
  std::string Ptx;     ///< Of nvcc.
  std::string Problem; ///< Why it could not be compared; then nothing else is.
  unsigned Kernels = 0, Results = 0; ///< Results of one thread.
  unsigned Threads = 0;
  /// One line for each source line whose results differ, with the inputs.
  std::vector<std::string> Differences;
};

/// Compiles File by clang and by nvcc, executes each kernel of both on the same
/// random inputs, and compares all bytes that it wrote. Thread safety: any
/// number at a time.
Comparison compareFile(const std::string &File, unsigned Threads,
                       uint64_t Seed);

} // namespace reprise::opcodes

#endif // REPRISE_TEST_OPCODES_COMPARE_H
