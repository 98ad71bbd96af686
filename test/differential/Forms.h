//===- Forms.h - One file of kernels, compiled ----------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_DIFFERENTIAL_FORMS_H
#define REPRISE_TEST_DIFFERENTIAL_FORMS_H

#include "emulator/Emulator.h"

#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"

#include <memory>
#include <string>

namespace reprise::differential {

enum class Form : uint8_t {
  Source,   ///< Device IR of clang, not optimised, as `reprise audit` reads it.
  Ptx,      ///< PTX of clang -O2, lifted.
  Nvcc,     ///< PTX of nvcc, lifted.
  Optimized ///< Device IR of clang -O2, which becomes twins.
};
const char *nameOf(Form F);
/// False: the error of compile() would say that nvcc is missing.
bool isAvailable(Form F);

/// A file in one form: what the analysis reads and the emulator executes.
struct Compiled {
  std::unique_ptr<llvm::LLVMContext> Context;
  std::unique_ptr<llvm::Module> M;
  std::string Ptx; ///< Empty for Source.
  std::unique_ptr<emulator::Program> Program;

  /// Summaries as JSON, all kernels.
  std::string analyze(unsigned SolverLimit) const;
};

/// IR alone of a clang form that is no PTX: nothing is executed or analysed.
llvm::Expected<std::unique_ptr<llvm::Module>>
compileToIr(const std::string &Cuda, Form F, llvm::LLVMContext &Context);

/// Compiles CUDA text, to which it adds the prelude. The clang forms need no
/// toolkit. Thread safety: any number at a time.
llvm::Expected<Compiled> compile(const std::string &Cuda, Form F);

} // namespace reprise::differential

#endif // REPRISE_TEST_DIFFERENTIAL_FORMS_H
