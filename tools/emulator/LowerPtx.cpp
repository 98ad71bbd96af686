//===- LowerPtx.cpp - Calls that the PTX lifter made ----------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The lifter gives instructions that have no form in LLVM a call with their
// spelling (see analyzer/ptx/Lift.h). Those that only compute get bodies from
// there; here are the ones that need the machine.
//
//===----------------------------------------------------------------------===//

#include "Lower.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace llvm;

namespace reprise::emulator {

static bool hasPart(StringRef Name, StringRef Part) {
  SmallVector<StringRef, 8> Parts;
  Name.split(Parts, '.');
  return is_contained(Parts, Part);
}

static bool isHarmless(StringRef Opcode) {
  return StringSwitch<bool>(Opcode)
      .Cases("membar", "fence", "griddepcontrol", "setmaxnreg", true)
      .Cases("prefetch", "prefetchu", "applypriority", "pmevent", true)
      .Cases("createpolicy", "cp.async.commit_group", true)
      .Default(false);
}

/// bar.red and bar.arrive; the others are intrinsics.
static bool lowerPtxBarrier(Lowering &L, StringRef Name) {
  IRBuilder<> &B = L.B;
  if (hasPart(Name, "cluster") || hasPart(Name, "warp"))
    return false;
  SmallVector<Value *, 4> A(L.Call->args());
  Value *Predicate = nullptr;
  if (hasPart(Name, "red")) {
    if (A.size() < 2 || !A.back()->getType()->isIntegerTy(1))
      return false;
    Predicate = B.CreateZExt(A.pop_back_val(), B.getInt32Ty());
  }
  if (A.empty() || A.size() > 2)
    return false;
  Value *Id = B.CreateZExtOrTrunc(A[0], B.getInt32Ty());
  Value *Count =
      A.size() == 2 ? B.CreateZExtOrTrunc(A[1], B.getInt32Ty()) : B.getInt32(0);
  if (hasPart(Name, "arrive")) {
    L.runtime("rt_barrier_arrive", B.getVoidTy(), {Id, Count});
    return L.done();
  }
  if (!Predicate)
    return false;
  BarrierOp Op = hasPart(Name, "popc")  ? BarrierOp::Popc
                 : hasPart(Name, "and") ? BarrierOp::And
                                        : BarrierOp::Or;
  Value *R =
      L.runtime("rt_barrier_red", B.getInt32Ty(),
                {Id, Count, B.getInt32(static_cast<uint32_t>(Op)), Predicate});
  return L.done(B.CreateZExtOrTrunc(R, L.Call->getType()));
}

/// "16.cp.async.cg.shared.global"(from, to, from, bytes[, bytes read][,
/// policy])
static bool lowerPtxCopy(Lowering &L, StringRef Name) {
  IRBuilder<> &B = L.B;
  unsigned Bytes = 0;
  if (Name.consumeInteger(10, Bytes) || !Name.consume_front(".cp.async.") ||
      !is_contained({4u, 8u, 16u}, Bytes) || L.Call->arg_size() < 4 ||
      hasPart(Name, "bulk"))
    return false;
  Value *To = L.arg(1), *From = L.arg(0);
  if (!To->getType()->isPointerTy())
    return false;
  Value *Read = nullptr;
  if (L.Call->arg_size() > 4) {
    Value *V = L.arg(4);
    if (V->getType()->isIntegerTy(1)) // Leave the source out.
      Read = B.CreateSelect(V, B.getInt64(0), B.getInt64(Bytes));
    else if (V->getType()->isIntegerTy(32))
      Read = B.CreateZExt(V, B.getInt64Ty());
  }
  if (!Read) {
    Type *T = B.getIntNTy(Bytes * 8);
    B.CreateAlignedStore(B.CreateAlignedLoad(T, From, Align(Bytes)), To,
                         Align(Bytes));
    return L.done();
  }
  B.CreateMemSet(To, B.getInt8(0), Bytes, Align(Bytes));
  B.CreateMemCpy(To, Align(Bytes), From, Align(1), Read);
  return L.done();
}

/// "4.atom.global.add.noftz.f16x2"(where, where, operand)
static bool lowerPtxAtomic(Lowering &L, StringRef Name) {
  IRBuilder<> &B = L.B;
  unsigned Bytes = 0;
  if (Name.consumeInteger(10, Bytes) || L.Call->arg_size() != 3)
    return false;
  auto [Front, Type] = Name.rsplit('.');
  llvm::Type *T = StringSwitch<llvm::Type *>(Type)
                      .Case("f16", B.getHalfTy())
                      .Case("bf16", B.getBFloatTy())
                      .Case("f16x2", FixedVectorType::get(B.getHalfTy(), 2))
                      .Case("bf16x2", FixedVectorType::get(B.getBFloatTy(), 2))
                      .Case("f32", B.getFloatTy())
                      .Case("f64", B.getDoubleTy())
                      .Default(nullptr);
  Value *V = L.arg(2);
  if (!T || T->getPrimitiveSizeInBits() != Bytes * 8 ||
      !V->getType()->isIntegerTy() ||
      V->getType()->getIntegerBitWidth() < Bytes * 8)
    return false;
  auto Op = hasPart(Front, "add")   ? AtomicRMWInst::FAdd
            : hasPart(Front, "min") ? AtomicRMWInst::FMin
            : hasPart(Front, "max") ? AtomicRMWInst::FMax
                                    : AtomicRMWInst::BAD_BINOP;
  if (Op == AtomicRMWInst::BAD_BINOP)
    return false;
  V = B.CreateBitCast(B.CreateTrunc(V, B.getIntNTy(Bytes * 8)), T);
  Value *Old = B.CreateAtomicRMW(Op, L.arg(0), V, Align(Bytes),
                                 AtomicOrdering::Monotonic);
  if (L.Call->getType()->isVoidTy())
    return L.done();
  Old = B.CreateBitCast(Old, B.getIntNTy(Bytes * 8));
  return L.done(B.CreateZExtOrTrunc(Old, L.Call->getType()));
}

bool lowerPtx(Lowering &L, StringRef Name) {
  if (Name.consume_front("texture."))
    return lowerTexture(L, Name);
  // "read.0.wmma.load. ..."
  StringRef Rest = Name;
  if ((Rest.consume_front("read.0.") || Rest.consume_front("write.0.")) &&
      Rest.starts_with("wmma."))
    return lowerWmma(L, Rest);
  if (Name.consume_front("read."))
    return lowerPtxCopy(L, Name);
  if (Name.consume_front("atomic."))
    return lowerPtxAtomic(L, Name);
  if (!Name.consume_front("value."))
    return false;
  auto Nothing = [&] {
    return L.done(L.Call->getType()->isVoidTy()
                      ? nullptr
                      : Constant::getNullValue(L.Call->getType()));
  };
  if (Name == "undefined")
    return Nothing();
  if (Name.consume_front("%"))
    return lowerRegister(L, Name);
  StringRef Opcode = Name.split('.').first;
  if (isHarmless(Opcode) || isHarmless(Name) ||
      Name.starts_with("cp.async.wait_group") || Name == "cp.async.wait_all")
    return Nothing();
  if (Opcode == "bar" || Opcode == "barrier")
    return lowerPtxBarrier(L, Name);
  if (Opcode == "wmma")
    return lowerWmma(L, Name);
  if (Opcode == "mma" || Opcode == "ldmatrix")
    return lowerMatrix(L, Name);
  if (Opcode == "nanosleep") {
    L.runtime("rt_yield", L.B.getVoidTy(), {});
    return L.done();
  }
  if (Opcode != "isspacep" || L.Call->arg_size() != 1)
    return false;
  unsigned Space = hasPart(Name, "shared") || hasPart(Name, "shared::cta") ? 3
                   : hasPart(Name, "global")                               ? 1
                   : hasPart(Name, "const")                                ? 4
                   : hasPart(Name, "local")                                ? 5
                                                                           : 0;
  if (!Space)
    return false;
  Value *Yes = L.runtime(
      "rt_isspace", L.B.getInt32Ty(),
      {L.B.CreateZExt(L.arg(0), L.B.getInt64Ty()), L.B.getInt32(Space)});
  return L.done(L.B.CreateZExtOrTrunc(Yes, L.Call->getType()));
}

} // namespace reprise::emulator
