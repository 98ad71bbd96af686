//===- CudaForms.h - One CUDA source in the forms that kernels come in ----===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_UNIT_EMULATOR_CUDAFORMS_H
#define REPRISE_TEST_UNIT_EMULATOR_CUDAFORMS_H

#include "emulator/Emulator.h"

#include <memory>
#include <string>
#include <vector>

namespace reprise::emulator {

enum class Form {
  ClangIr,  ///< Device IR of clang, not optimised.
  ClangPtx, ///< PTX of clang -O2, lifted.
  NvccPtx   ///< PTX of nvcc, lifted.
};
const char *nameOf(Form F);

/// True where the machine has what the form is made with.
bool isAvailable(Form F);
std::vector<Form> availableForms();

/// Compiles a .cu file without contraction of a * b + c, so that all forms
/// compute the same bits.
llvm::Expected<std::unique_ptr<Program>>
loadCuda(const std::string &Path, Form F, const char *Architecture = "sm_80");

/// The same for the forms that have PTX, in two steps.
llvm::Expected<std::string> makePtx(const std::string &Path, Form F,
                                    const char *Architecture);
llvm::Expected<std::unique_ptr<Program>> loadPtx(const std::string &Text,
                                                 const std::string &Name);

} // namespace reprise::emulator

#endif // REPRISE_TEST_UNIT_EMULATOR_CUDAFORMS_H
