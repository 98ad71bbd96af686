//===- Extract.h - One kernel's code, freed from the device's types -------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   Erase   address spaces, and every claim that an optimiser could turn into
//           behaviour that the device does not have: noalias, nsw, fast-math
//           flags, !tbaa, mustprogress
//   Keep    types, control flow, accesses, source places
//
// For example `store i32 %v, ptr addrspace(3) %p, !tbaa !1` becomes
// `store i32 %v, ptr %p`.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_EMULATOR_EXTRACT_H
#define REPRISE_TOOLS_EMULATOR_EXTRACT_H

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/IR/Module.h"

#include <memory>
#include <string>
#include <vector>

namespace reprise::emulator {

/// A variable in shared memory; its uses are uses of Marker.
struct SharedVariable {
  llvm::GlobalVariable *Marker = nullptr;
  uint64_t Size = 0; ///< 0: dynamic.
  uint64_t Alignment = 1;
};

/// An argument in the parameter block.
struct Parameter {
  uint32_t Offset = 0, Size = 0;
  bool Bytes = false; ///< The kernel gets a pointer to a copy.
  uint64_t Alignment = 1;
};

struct ExtractedKernel {
  std::unique_ptr<llvm::Module> M;
  llvm::Function *Entry = nullptr;
  std::vector<SharedVariable> Shared;
  std::vector<Parameter> Parameters;
  uint32_t ParamBytes = 0;
  /// Functions and the addresses that they have for the code.
  std::vector<std::pair<llvm::Function *, uint64_t>> Numbers;
  /// Variables that the code uses and nobody defines.
  std::vector<std::string> Undefined;
};

/// Copies Kernel and all that it can reach into a module of its own in the same
/// context. Uses of the variables in Addresses become those numbers. Through a
/// pointer it reaches all functions of the module whose address is taken
/// somewhere and that take the call's arguments.
ExtractedKernel extractKernel(
    llvm::Function &Kernel,
    const llvm::DenseMap<const llvm::GlobalObject *, uint64_t> &Addresses);

/// Entry functions with a body, by calling convention or by annotation.
std::vector<llvm::Function *> findEntries(llvm::Module &M);

} // namespace reprise::emulator

#endif // REPRISE_TOOLS_EMULATOR_EXTRACT_H
