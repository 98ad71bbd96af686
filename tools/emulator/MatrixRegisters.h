//===- MatrixRegisters.h - A lane's part of a matrix operation ------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The buffer on a lane's stack that Matrix.h works on. Registers are values of
// 32 or 64 bits of any type that is no aggregate.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_EMULATOR_MATRIXREGISTERS_H
#define REPRISE_TOOLS_EMULATOR_MATRIXREGISTERS_H

#include "Lower.h"
#include "Matrix.h"

namespace reprise::emulator {

/// Bytes of the registers in a result of that type; 0 when it holds anything
/// else.
unsigned registerBytes(const llvm::Type *T);
unsigned registerBytes(llvm::ArrayRef<llvm::Value *> Arguments);

struct MatrixRegisters {
  Lowering &L;
  llvm::AllocaInst *Buffer; ///< Aligned to 16 bytes, at least 16.

  MatrixRegisters(Lowering &L, unsigned Words);
  llvm::Value *at(uint64_t Byte);
  /// Puts in registers, from the first byte on.
  void fill(llvm::ArrayRef<llvm::Value *> Registers);
  /// Waits for the warp. Argument is a MatrixOp, or 0 for WarpOp::Sync.
  void exchange(WarpOp Op, uint64_t Argument);
  /// The call's results, from the first byte on.
  llvm::Value *results();
};

} // namespace reprise::emulator

#endif // REPRISE_TOOLS_EMULATOR_MATRIXREGISTERS_H
