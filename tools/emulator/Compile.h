//===- Compile.h - From a lowered kernel to machine code ------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Untraced:  optimise -> instrument -> optimise -> machine code
// Traced:    inline, promote locals -> instrument -> optimise -> machine code
//
// Traced code keeps every access to memory that the input has; untraced code
// may have lost some that make no difference to the result.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_EMULATOR_COMPILE_H
#define REPRISE_TOOLS_EMULATOR_COMPILE_H

#include "Grid.h"

#include "llvm/ExecutionEngine/Orc/LLJIT.h"

#include <memory>

namespace reprise::emulator {

/// Inlines, promotes locals to registers, makes what is undefined 0, and
/// nothing else.
void simplifyKernel(llvm::Module &M);

class Compiler {
public:
  static llvm::Expected<std::unique_ptr<Compiler>>
  create(llvm::orc::ThreadSafeContext Context);

  struct Request {
    std::string Name;
    bool Traced = false;
    bool NaturalAlignment = false;
    JitState *State = nullptr;
    Arena *Sites = nullptr; ///< Where the SiteCaches go.
  };
  /// M is simplified already, if traced. Fills all fields of the result but
  /// the kernel's sizes.
  llvm::Expected<CompiledKernel> compile(std::unique_ptr<llvm::Module> M,
                                         const Request &R);

private:
  Compiler() = default;
  llvm::orc::ThreadSafeContext Context;
  std::unique_ptr<llvm::TargetMachine> Target;
  std::unique_ptr<llvm::orc::LLJIT> Jit;
  unsigned Count = 0;
};

} // namespace reprise::emulator

#endif // REPRISE_TOOLS_EMULATOR_COMPILE_H
