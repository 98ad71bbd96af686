//===- LowerMatrix.cpp - Matrix instructions ------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A lane puts its registers into a buffer on its stack, waits for its warp, and
// takes the results from there (Matrix.h).
//
//===----------------------------------------------------------------------===//

#include "MatrixRegisters.h"

#include "llvm/ADT/bit.h"

using namespace llvm;

namespace reprise::emulator {

bool lowerMatrix(Lowering &L, StringRef Name) {
  auto Op = matrixOpNamed(Name);
  if (!Op)
    return false;
  IRBuilder<> &B = L.B;
  unsigned Results = registerBytes(L.Call->getType());
  auto Number = llvm::bit_cast<uint64_t>(*Op);
  if (Op->K == MatrixOp::Kind::Multiply) {
    SmallVector<Value *, 16> Arguments(L.Call->args());
    if (Results != 4 * Op->wordsOfC() ||
        registerBytes(Arguments) != 4 * Op->words())
      return false;
    MatrixRegisters R(L, Op->words());
    R.fill(Arguments);
    R.exchange(WarpOp::Matrix, Number);
    return L.done(R.results());
  }
  if (Results != 4u * Op->M || L.Call->arg_size() != 1)
    return false;
  Value *Row = L.arg(0);
  if (!Row->getType()->isPointerTy())
    return false;
  MatrixRegisters R(L, 4);
  // All lanes arrive before the first one reads, and only those that have the
  // address of a row do.
  R.exchange(WarpOp::Sync, 0);
  Value *Lane = L.context(offsetof(ThreadContext, Lane), B.getInt32Ty());
  Value *Reads = B.CreateICmpULT(Lane, B.getInt32(8u * Op->M));
  Type *T = FixedVectorType::get(B.getInt32Ty(), 4);
  Value *Words =
      B.CreateAlignedLoad(T, B.CreateSelect(Reads, Row, R.Buffer), Align(16));
  B.CreateAlignedStore(Words, R.Buffer, Align(16));
  R.exchange(WarpOp::Matrix, Number);
  return L.done(R.results());
}

} // namespace reprise::emulator
