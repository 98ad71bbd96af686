//===- MatrixRegisters.cpp - A lane's part of a matrix operation ----------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MatrixRegisters.h"

using namespace llvm;

namespace reprise::emulator {

unsigned registerBytes(const Type *T) {
  if (auto *S = dyn_cast<StructType>(T)) {
    unsigned Sum = 0;
    for (const Type *E : S->elements()) {
      unsigned One = E->isStructTy() ? 0 : registerBytes(E);
      if (!One)
        return 0;
      Sum += One;
    }
    return Sum;
  }
  unsigned Bits = static_cast<unsigned>(
      const_cast<Type *>(T)->getPrimitiveSizeInBits().getFixedValue());
  return Bits == 32 || Bits == 64 ? Bits / 8 : 0;
}

unsigned registerBytes(ArrayRef<Value *> Arguments) {
  unsigned Sum = 0;
  for (const Value *V : Arguments) {
    unsigned One = registerBytes(V->getType());
    if (!One)
      return 0;
    Sum += One;
  }
  return Sum;
}

MatrixRegisters::MatrixRegisters(Lowering &Given, unsigned Words) : L(Given) {
  IRBuilder<> Top(&*L.Call->getFunction()->getEntryBlock().begin());
  Buffer =
      Top.CreateAlloca(ArrayType::get(Top.getInt32Ty(), std::max(Words, 4u)));
  Buffer->setAlignment(Align(16));
}

Value *MatrixRegisters::at(uint64_t Byte) {
  return L.B.CreateConstGEP1_64(L.B.getInt8Ty(), Buffer, Byte);
}

void MatrixRegisters::fill(ArrayRef<Value *> Registers) {
  uint64_t Byte = 0;
  for (Value *V : Registers) {
    L.B.CreateAlignedStore(V, at(Byte), Align(4));
    Byte += registerBytes(V->getType());
  }
}

void MatrixRegisters::exchange(WarpOp Op, uint64_t Argument) {
  IRBuilder<> &B = L.B;
  L.runtime("rt_warp", B.getInt64Ty(),
            {B.getInt32(static_cast<uint32_t>(Op)), B.getInt32(~0u),
             B.CreatePtrToInt(Buffer, B.getInt64Ty()),
             B.getInt32(static_cast<uint32_t>(Argument)),
             B.getInt32(static_cast<uint32_t>(Argument >> 32))});
}

Value *MatrixRegisters::results() {
  IRBuilder<> &B = L.B;
  Type *T = L.Call->getType();
  auto *S = dyn_cast<StructType>(T);
  if (!S)
    return B.CreateAlignedLoad(T, Buffer, Align(4));
  Value *All = PoisonValue::get(T);
  uint64_t Byte = 0;
  for (unsigned I = 0; I < S->getNumElements(); ++I) {
    Type *E = S->getElementType(I);
    All =
        B.CreateInsertValue(All, B.CreateAlignedLoad(E, at(Byte), Align(4)), I);
    Byte += registerBytes(E);
  }
  return All;
}

} // namespace reprise::emulator
