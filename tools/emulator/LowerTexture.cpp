//===- LowerTexture.cpp - Textures and surfaces ---------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   tex.1d.v4.<d>.s32 [handle, {i}]                    rt_fetch
//   tex[.level].<n>d.v4.<d>.f32 [handle, {x, ...}][, level]   rt_sample
//
//   suld.b.<n>d[.v2|.v4].b<bits>.<mode> [handle, {x, ...}]   rt_surface_read
//   sust.b. ... [handle, {x, ...}], {values}                 rt_surface_write
//
// A texture has one level here, so that every level is that one.
//
//===----------------------------------------------------------------------===//

#include "Lower.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

#include <bit>

using namespace llvm;

namespace reprise::emulator {

static Value *handleOf(Lowering &L) {
  Value *Handle = L.arg(0);
  if (Handle->getType()->isPointerTy())
    return L.B.CreatePtrToInt(Handle, L.B.getInt64Ty());
  return L.B.CreateZExtOrTrunc(Handle, L.B.getInt64Ty());
}

static unsigned dimensionsNamed(StringRef Name) {
  return StringSwitch<unsigned>(Name)
      .Case("1d", 1)
      .Case("2d", 2)
      .Case("3d", 3)
      .Default(0);
}

/// Three coordinates are given as four.
static unsigned coordinates(unsigned Dims) { return Dims == 3 ? 4 : Dims; }

/// An array on the thread's stack.
static AllocaInst *slot(Lowering &L, Type *Element, unsigned Count) {
  IRBuilder<> Top(&*L.Call->getFunction()->getEntryBlock().begin());
  return Top.CreateAlloca(ArrayType::get(Element, Count));
}

/// The call's results, zero-extended from Elements of a slot.
static Value *resultsFrom(Lowering &L, Value *Slot, Type *Element) {
  IRBuilder<> &B = L.B;
  auto Read = [&](unsigned I, Type *T) {
    return B.CreateZExtOrTrunc(
        B.CreateLoad(Element, B.CreateConstGEP1_64(Element, Slot, I)), T);
  };
  auto *S = dyn_cast<StructType>(L.Call->getType());
  if (!S)
    return Read(0, L.Call->getType());
  Value *All = PoisonValue::get(S);
  for (unsigned I = 0; I < S->getNumElements(); ++I)
    All = B.CreateInsertValue(All, Read(I, S->getElementType(I)), I);
  return All;
}

static bool lowerSurface(Lowering &L, StringRef Name, bool Writes) {
  IRBuilder<> &B = L.B;
  SmallVector<StringRef, 4> Words; // 2d, v4, b32, trap
  Name.split(Words, '.');
  unsigned Count = 1, Bits = 0;
  if (Words.size() == 4) {
    Count =
        StringSwitch<unsigned>(Words[1]).Case("v2", 2).Case("v4", 4).Default(0);
    Words.erase(Words.begin() + 1);
  }
  if (Words.size() != 3 || !Words[1].consume_front("b") ||
      Words[1].getAsInteger(10, Bits) ||
      !is_contained({8u, 16u, 32u, 64u}, Bits) || Bits * Count > 128)
    return false;
  using Mode = SurfaceAccess::Mode;
  auto Outside = StringSwitch<std::optional<Mode>>(Words[2])
                     .Case("trap", Mode::Trap)
                     .Case("clamp", Mode::Clamp)
                     .Case("zero", Mode::Zero)
                     .Default(std::nullopt);
  unsigned Dims = dimensionsNamed(Words[0]), First = 1 + coordinates(Dims);
  auto *S = dyn_cast<StructType>(L.Call->getType());
  unsigned Results = L.Call->getType()->isVoidTy() ? 0
                     : S                           ? S->getNumElements()
                                                   : 1;
  if (!Count || !Dims || !Outside || Results != (Writes ? 0 : Count) ||
      L.Call->arg_size() != First + (Writes ? Count : 0))
    return false;
  SurfaceAccess A;
  A.Dims = static_cast<uint8_t>(Dims);
  A.Bytes = static_cast<uint8_t>(Bits / 8 * Count);
  A.Outside = *Outside;
  A.Writes = Writes;
  Type *Element = B.getIntNTy(Bits);
  Value *Data = slot(L, Element, Count);
  for (unsigned I = 0; Writes && I < Count; ++I)
    B.CreateStore(B.CreateZExtOrTrunc(L.arg(First + I), Element),
                  B.CreateConstGEP1_64(Element, Data, I));
  SmallVector<Value *, 6> Arguments = {B.getInt32(std::bit_cast<uint32_t>(A)),
                                       handleOf(L)};
  for (unsigned D = 0; D < 3; ++D)
    Arguments.push_back(D < Dims
                            ? B.CreateZExtOrTrunc(L.arg(1 + D), B.getInt32Ty())
                            : B.getInt32(0));
  Arguments.push_back(Data);
  L.runtime(Writes ? "rt_surface_write" : "rt_surface_read", B.getVoidTy(),
            Arguments);
  return L.done(Writes ? nullptr : resultsFrom(L, Data, Element));
}

bool lowerTexture(Lowering &L, StringRef Name) {
  IRBuilder<> &B = L.B;
  Name = Name.split(' ').first; // " at line 5"
  if (Name.consume_front("suld.b."))
    return lowerSurface(L, Name, /*Writes=*/false);
  if (Name.consume_front("sust.b."))
    return lowerSurface(L, Name, /*Writes=*/true);
  if (!Name.consume_front("tex."))
    return false;
  bool Level = Name.consume_front("level.");
  auto [Dimensions, Types] = Name.split('.');
  unsigned Dims = dimensionsNamed(Dimensions);
  bool Whole = StringSwitch<bool>(Types)
                   .Cases("v4.f32.s32", "v4.s32.s32", "v4.u32.s32", true)
                   .Default(false);
  bool Known =
      Whole ? Dims == 1 && !Level
            : StringSwitch<bool>(Types)
                  .Cases("v4.f32.f32", "v4.s32.f32", "v4.u32.f32", Dims != 0)
                  .Default(false);
  auto *Result = dyn_cast<StructType>(L.Call->getType());
  if (!Known || !Result || Result->getNumElements() != 4 ||
      L.Call->arg_size() != 1 + coordinates(Dims) + Level)
    return false;
  Value *Out = slot(L, B.getInt32Ty(), 4);
  SmallVector<Value *, 6> Arguments = {handleOf(L)};
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
  return L.done(resultsFrom(L, Out, B.getInt32Ty()));
}

} // namespace reprise::emulator
