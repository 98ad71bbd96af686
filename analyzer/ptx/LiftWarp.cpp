//===- LiftWarp.cpp - Barriers, shuffles and votes of PTX as IR -----------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The intrinsics that clang uses, where LLVM has one for the form at hand. The
// others are calls, and convergent: a pass must not make them depend on more
// or fewer conditions.
//
//===----------------------------------------------------------------------===//

#include "LiftImpl.h"

#include "llvm/ADT/StringSwitch.h"
#include "llvm/IR/IntrinsicsNVPTX.h"

using namespace llvm;

namespace reprise::ptx {

bool FunctionLifter::warp(const Instruction &I) {
  StringRef Op = I.Opcode;
  bool Done = Op == "bar" || Op == "barrier" ? barrier(I)
              : Op == "shfl"                 ? shuffle(I)
              : Op == "vote"                 ? vote(I)
              : Op == "match"                ? match(I)
                                             : false;
  if (Done)
    return true;
  ArrayRef<Operand> O = I.Operands;
  if (Op == "activemask" && O.size() == 1)
    return write(O[0], intrinsic(Intrinsic::nvvm_activemask, {}, {}));
  if (Op == "redux" && O.size() == 3 && !Types.empty() &&
      Types[0].isInteger()) {
    bool Signed = Types[0].isSigned();
    auto Id = StringSwitch<Intrinsic::ID>(
                  I.Modifiers.size() > 1 ? I.Modifiers[1] : StringRef())
                  .Case("add", Intrinsic::nvvm_redux_sync_add)
                  .Case("min", Signed ? Intrinsic::nvvm_redux_sync_min
                                      : Intrinsic::nvvm_redux_sync_umin)
                  .Case("max", Signed ? Intrinsic::nvvm_redux_sync_max
                                      : Intrinsic::nvvm_redux_sync_umax)
                  .Case("and", Intrinsic::nvvm_redux_sync_and)
                  .Case("or", Intrinsic::nvvm_redux_sync_or)
                  .Case("xor", Intrinsic::nvvm_redux_sync_xor)
                  .Default(Intrinsic::not_intrinsic);
    Value *X = read(O[1], 32), *Mask = read(O[2], 32);
    if (X && Mask && Id != Intrinsic::not_intrinsic)
      return write(O[0], intrinsic(Id, {}, {X, Mask}));
  }
  if (!opaque(I, "value." + spelling(I)))
    return false;
  if (llvm::Function *Callee =
          Parent.M->getFunction("reprise.ptx.value." + spelling(I)))
    Callee->setConvergent();
  return true;
}

/// bar{.warp}.sync, barrier.sync: the forms without a result.
bool FunctionLifter::barrier(const Instruction &I) {
  ArrayRef<Operand> O = I.Operands;
  if (!I.has("sync") || I.has("cluster") || O.empty() || O.size() > 2)
    return false;
  Value *Id = read(O[0], 32), *Count = O.size() == 2 ? read(O[1], 32) : nullptr;
  if (!Id || (O.size() == 2 && !Count))
    return false;
  if (I.has("warp")) {
    intrinsic(Intrinsic::nvvm_bar_warp_sync, {}, {Id});
    return !Count;
  }
  if (Count)
    intrinsic(Intrinsic::nvvm_barrier_sync_cnt, {}, {Id, Count});
  else if (auto *Constant = dyn_cast<ConstantInt>(Id);
           Constant && Constant->isZero())
    intrinsic(Intrinsic::nvvm_barrier0, {}, {});
  else
    intrinsic(Intrinsic::nvvm_barrier_sync, {}, {Id});
  return true;
}

/// shfl.sync.mode.b32 d|p, a, b, c, mask
bool FunctionLifter::shuffle(const Instruction &I) {
  ArrayRef<Operand> O = I.Operands;
  if (!I.has("sync") || O.size() != 5)
    return false;
  auto Id = StringSwitch<Intrinsic::ID>(I.Modifiers[1])
                .Case("up", Intrinsic::nvvm_shfl_sync_up_i32p)
                .Case("down", Intrinsic::nvvm_shfl_sync_down_i32p)
                .Case("bfly", Intrinsic::nvvm_shfl_sync_bfly_i32p)
                .Case("idx", Intrinsic::nvvm_shfl_sync_idx_i32p)
                .Default(Intrinsic::not_intrinsic);
  Value *A = read(O[1], 32), *Lane = read(O[2], 32), *Clamp = read(O[3], 32);
  Value *Mask = read(O[4], 32);
  if (Id == Intrinsic::not_intrinsic || !A || !Lane || !Clamp || !Mask)
    return false;
  Value *R = intrinsic(Id, {}, {Mask, A, Lane, Clamp});
  bool Pair = O[0].Kind == OperandKind::Pair;
  return write(Pair ? O[0].Elements[0] : O[0], B.CreateExtractValue(R, 0)) &&
         (!Pair || write(O[0].Elements[1], B.CreateExtractValue(R, 1)));
}

/// vote.sync.mode d, [!]p, mask
bool FunctionLifter::vote(const Instruction &I) {
  ArrayRef<Operand> O = I.Operands;
  if (!I.has("sync") || O.size() != 3)
    return false;
  using ID = Intrinsic::ID;
  ID Id = I.has("all")      ? ID(Intrinsic::nvvm_vote_all_sync)
          : I.has("any")    ? Intrinsic::nvvm_vote_any_sync
          : I.has("uni")    ? Intrinsic::nvvm_vote_uni_sync
          : I.has("ballot") ? Intrinsic::nvvm_vote_ballot_sync
                            : ID(Intrinsic::not_intrinsic);
  Value *P = read(O[1], 1), *Mask = read(O[2], 32);
  if (Id == Intrinsic::not_intrinsic || !P || !Mask)
    return false;
  return write(O[0], intrinsic(Id, {}, {Mask, P}));
}

/// match.any.sync.type d, a, mask and match.all.sync.type d|p, a, mask
bool FunctionLifter::match(const Instruction &I) {
  ArrayRef<Operand> O = I.Operands;
  if (O.size() != 3 || Types.empty())
    return false;
  bool Wide = Types[0].Width == 64;
  Value *A = read(O[1], Types[0]), *Mask = read(O[2], 32);
  if (!A || !Mask)
    return false;
  if (I.has("any"))
    return write(O[0], intrinsic(Wide ? Intrinsic::nvvm_match_any_sync_i64
                                      : Intrinsic::nvvm_match_any_sync_i32,
                                 {}, {Mask, A}));
  Value *R = intrinsic(Wide ? Intrinsic::nvvm_match_all_sync_i64p
                            : Intrinsic::nvvm_match_all_sync_i32p,
                       {}, {Mask, A});
  bool Pair = O[0].Kind == OperandKind::Pair;
  return write(Pair ? O[0].Elements[0] : O[0], B.CreateExtractValue(R, 0)) &&
         (!Pair || write(O[0].Elements[1], B.CreateExtractValue(R, 1)));
}

} // namespace reprise::ptx
