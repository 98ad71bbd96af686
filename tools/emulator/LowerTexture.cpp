//===- LowerTexture.cpp - Textures ----------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   tex.1d.v4.<d>.s32 [handle, {i}]                    rt_fetch
//   tex[.level].<n>d.v4.<d>.f32 [handle, {x, ...}][, level]   rt_sample
//
// A texture has one level here, so that every level is that one.
//
//===----------------------------------------------------------------------===//

#include "Lower.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace llvm;

namespace reprise::emulator {

bool lowerTexture(Lowering &L, StringRef Name) {
  IRBuilder<> &B = L.B;
  Name = Name.split(' ').first; // " at line 5"
  if (!Name.consume_front("tex."))
    return false;
  bool Level = Name.consume_front("level.");
  auto [Dimensions, Types] = Name.split('.');
  unsigned Dims = StringSwitch<unsigned>(Dimensions)
                      .Case("1d", 1)
                      .Case("2d", 2)
                      .Case("3d", 3)
                      .Default(0);
  bool Whole = StringSwitch<bool>(Types)
                   .Cases("v4.f32.s32", "v4.s32.s32", "v4.u32.s32", true)
                   .Default(false);
  bool Known =
      Whole ? Dims == 1 && !Level
            : StringSwitch<bool>(Types)
                  .Cases("v4.f32.f32", "v4.s32.f32", "v4.u32.f32", Dims != 0)
                  .Default(false);
  // Three coordinates are given as four.
  unsigned Coordinates = Dims == 3 ? 4 : Dims;
  auto *Result = dyn_cast<StructType>(L.Call->getType());
  if (!Known || !Result || Result->getNumElements() != 4 ||
      L.Call->arg_size() != 1 + Coordinates + Level)
    return false;
  Value *Handle = L.arg(0);
  if (Handle->getType()->isPointerTy())
    Handle = B.CreatePtrToInt(Handle, B.getInt64Ty());
  IRBuilder<> Top(&*L.Call->getFunction()->getEntryBlock().begin());
  Value *Out = Top.CreateAlloca(ArrayType::get(B.getInt32Ty(), 4));
  SmallVector<Value *, 6> Arguments = {
      B.CreateZExtOrTrunc(Handle, B.getInt64Ty())};
  auto Number = [&](unsigned I) {
    return B.CreateZExtOrTrunc(L.arg(I), B.getInt32Ty());
  };
  if (Whole) {
    Arguments.append({Number(1), Out});
  } else {
    Arguments.push_back(B.getInt32(Dims));
    for (unsigned D = 0; D < 3; ++D)
      Arguments.push_back(D < Dims ? Number(1 + D) : B.getInt32(0));
    Arguments.push_back(Out);
  }
  L.runtime(Whole ? "rt_fetch" : "rt_sample", B.getVoidTy(), Arguments);
  Value *All = PoisonValue::get(Result);
  for (unsigned I = 0; I < 4; ++I) {
    Value *V = B.CreateLoad(B.getInt32Ty(),
                            B.CreateConstGEP1_64(B.getInt32Ty(), Out, I));
    All = B.CreateInsertValue(
        All, B.CreateZExtOrTrunc(V, Result->getElementType(I)), I);
  }
  return L.done(All);
}

} // namespace reprise::emulator
