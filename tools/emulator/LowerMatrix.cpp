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

#include "Lower.h"
#include "Matrix.h"

#include "llvm/ADT/bit.h"

using namespace llvm;

namespace reprise::emulator {

namespace {

/// The buffer of one call.
struct Registers {
  Lowering &L;
  AllocaInst *Buffer;

  Registers(Lowering &Given, unsigned Words) : L(Given) {
    IRBuilder<> Top(&*L.Call->getFunction()->getEntryBlock().begin());
    Buffer =
        Top.CreateAlloca(ArrayType::get(Top.getInt32Ty(), std::max(Words, 4u)));
    Buffer->setAlignment(Align(16));
  }

  Value *at(uint64_t Byte) {
    return L.B.CreateConstGEP1_64(L.B.getInt8Ty(), Buffer, Byte);
  }

  /// Puts in the call's arguments, integers of 32 or 64 bits.
  void fill() {
    uint64_t Byte = 0;
    for (Value *V : L.Call->args()) {
      L.B.CreateAlignedStore(V, at(Byte), Align(4));
      Byte += V->getType()->getIntegerBitWidth() / 8;
    }
  }

  void exchange(WarpOp Op, uint64_t Argument) {
    IRBuilder<> &B = L.B;
    L.runtime("rt_warp", B.getInt64Ty(),
              {B.getInt32(static_cast<uint32_t>(Op)), B.getInt32(~0u),
               B.CreatePtrToInt(Buffer, B.getInt64Ty()),
               B.getInt32(static_cast<uint32_t>(Argument)),
               B.getInt32(static_cast<uint32_t>(Argument >> 32))});
  }

  /// The call's results, which are integers of 32 or 64 bits.
  Value *results() {
    IRBuilder<> &B = L.B;
    Type *T = L.Call->getType();
    auto *S = dyn_cast<StructType>(T);
    if (!S)
      return B.CreateAlignedLoad(T, Buffer, Align(4));
    Value *All = PoisonValue::get(T);
    uint64_t Byte = 0;
    for (unsigned I = 0; I < S->getNumElements(); ++I) {
      Type *E = S->getElementType(I);
      All = B.CreateInsertValue(All, B.CreateAlignedLoad(E, at(Byte), Align(4)),
                                I);
      Byte += E->getIntegerBitWidth() / 8;
    }
    return All;
  }
};

/// Bytes of integers of 32 or 64 bits; 0 for anything else.
unsigned resultBytes(Type *T) {
  if (auto *S = dyn_cast<StructType>(T)) {
    unsigned Sum = 0;
    for (Type *E : S->elements()) {
      unsigned One = E->isStructTy() ? 0 : resultBytes(E);
      if (!One)
        return 0;
      Sum += One;
    }
    return Sum;
  }
  return T->isIntegerTy(32) ? 4 : T->isIntegerTy(64) ? 8 : 0;
}

bool argumentsAre(const CallInst &Call, unsigned Words) {
  unsigned Bytes = 0;
  for (const Value *V : Call.args())
    Bytes += resultBytes(V->getType());
  return Bytes == 4 * Words;
}

} // namespace

bool lowerMatrix(Lowering &L, StringRef Name) {
  auto Op = matrixOpNamed(Name);
  if (!Op)
    return false;
  IRBuilder<> &B = L.B;
  unsigned Results = resultBytes(L.Call->getType());
  auto Number = llvm::bit_cast<uint64_t>(*Op);
  if (Op->K == MatrixOp::Kind::Multiply) {
    if (Results != 4 * Op->wordsOfC() || !argumentsAre(*L.Call, Op->words()))
      return false;
    Registers R(L, Op->words());
    R.fill();
    R.exchange(WarpOp::Matrix, Number);
    return L.done(R.results());
  }
  if (Results != 4u * Op->M || L.Call->arg_size() != 1)
    return false;
  Value *Row = L.arg(0);
  if (!Row->getType()->isPointerTy())
    return false;
  Registers R(L, 4);
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
