//===- MemoryOps.h - What an instruction does to global memory ------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Classifies instructions of normalised device code. Whatever is not known to
// be harmless is reported: an access to anything, with the reason.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_ANALYZER_MEMORYOPS_H
#define REPRISE_ANALYZER_MEMORYOPS_H

#include "Model.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Instructions.h"

namespace reprise {

/// One access of memory through a pointer.
struct MemOp {
  reprise_access_kind Kind = REPRISE_ACCESS_READ;
  /// Pointer, or integer that holds one; null: any byte. Of a texture or
  /// surface operation, the handle.
  llvm::Value *Address = nullptr;
  /// Texture or Surface: Address is a handle of that kind.
  RootKind Through = RootKind::Param;
  int64_t Displacement = 0;      ///< Bytes added to Address.
  uint64_t Width = 0;            ///< Bytes; 0: not known, or see Length.
  llvm::Value *Length = nullptr; ///< Bytes, of memcpy and the like.
  bool MayNotHappen = false;     ///< Predicated inside the instruction.
  reprise_reason Reason = REPRISE_REASON_NONE; ///< Where Address is null.
  std::string Detail;
};

/// An access of any byte that Handle reaches, by the PTX instruction Opcode:
/// tex, tld4, suld, sust or sured, with modifiers.
MemOp throughHandle(llvm::Value *Handle, llvm::StringRef Opcode);

/// An action that no memory restores.
struct EffectOp {
  reprise_reason Reason = REPRISE_REASON_NONE;
  std::string Detail;
};

/// What assembly does to shared and local memory.
struct PrivateUse {
  bool Reads = false, Writes = false;
  /// What it reads or leaves there may follow from the order of threads.
  bool Ordered = false;
};

struct InstructionEffects {
  llvm::SmallVector<MemOp, 2> Memory;
  llvm::SmallVector<EffectOp, 1> Effects;
  PrivateUse Private;
};

/// All that I does to memory outside registers. Includes shared, local and
/// constant memory; the caller finds out by the pointer's root.
InstructionEffects effectsOf(llvm::Instruction &I);

/// The same for inline assembly, whose text is read as PTX.
InstructionEffects effectsOfAsm(llvm::CallBase &Call);

} // namespace reprise

#endif // REPRISE_ANALYZER_MEMORYOPS_H
