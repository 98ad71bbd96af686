//===- LowerSync.cpp - Barriers, warp operations, memory intrinsics -------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Lower.h"

#include "llvm/ADT/StringSwitch.h"

using namespace llvm;

namespace reprise::emulator {

bool lowerBarrier(Lowering &L, StringRef Name) {
  IRBuilder<> &B = L.B;
  Type *I32 = B.getInt32Ty(), *Void = B.getVoidTy();
  auto Sync = [&](Value *Id, Value *Count) {
    L.runtime("rt_barrier", Void, {Id, Count});
    return L.done();
  };
  Value *Zero = B.getInt32(0);
  if (Name == "barrier0")
    return Sync(Zero, Zero);
  if (Name == "barrier.n" || Name == "bar.sync" || Name == "barrier.sync")
    return Sync(L.arg(0), Zero);
  if (Name == "barrier" || Name == "barrier.sync.cnt")
    return Sync(L.arg(0), L.arg(1));
  if (Name.consume_front("barrier0.")) {
    BarrierOp Op = Name == "popc"  ? BarrierOp::Popc
                   : Name == "and" ? BarrierOp::And
                                   : BarrierOp::Or;
    return L.done(L.runtime(
        "rt_barrier_red", I32,
        {Zero, Zero, B.getInt32(static_cast<uint32_t>(Op)), L.arg(0)}));
  }
  // Threads run one at a time and see memory as the last one left it.
  if (Name.starts_with("membar.") || Name.starts_with("fence."))
    return L.done();
  if (Name == "bar.warp.sync") {
    L.runtime("rt_warp", B.getInt64Ty(),
              {B.getInt32(static_cast<uint32_t>(WarpOp::Sync)), L.arg(0),
               B.getInt64(0), Zero, Zero});
    return L.done();
  }
  if (Name == "nanosleep") {
    L.runtime("rt_yield", Void, {});
    return L.done();
  }
  if (Name == "exit") {
    L.runtime("rt_exit", Void, {});
    return L.done();
  }
  return false;
}

bool lowerWarp(Lowering &L, StringRef Name) {
  IRBuilder<> &B = L.B;
  Type *I32 = B.getInt32Ty(), *I64 = B.getInt64Ty();
  Value *Zero = B.getInt32(0);
  auto Run = [&](WarpOp Op, Value *Mask, Value *V, Value *Argument,
                 Value *Clamp) {
    if (V->getType()->isFloatTy())
      V = B.CreateBitCast(V, I32);
    return L.runtime("rt_warp", I64,
                     {B.getInt32(static_cast<uint32_t>(Op)), Mask,
                      B.CreateZExtOrTrunc(V, I64), Argument, Clamp});
  };
  // Results are a value of 32 bits and, above it, a predicate.
  auto Finish = [&](Value *V) {
    Type *T = L.Call->getType();
    if (auto *S = dyn_cast<StructType>(T)) {
      Value *First =
          B.CreateBitCast(B.CreateTrunc(V, I32), S->getElementType(0));
      Value *Flag = B.CreateTrunc(B.CreateLShr(V, 32), B.getInt1Ty());
      Value *Both = B.CreateInsertValue(PoisonValue::get(T), First, 0);
      return L.done(B.CreateInsertValue(Both, Flag, 1));
    }
    if (T->isFloatTy())
      return L.done(B.CreateBitCast(B.CreateTrunc(V, I32), T));
    return L.done(B.CreateTrunc(V, T));
  };
  if (Name.consume_front("shfl.sync.")) {
    WarpOp Op = StringSwitch<WarpOp>(Name.split('.').first)
                    .Case("up", WarpOp::ShflUp)
                    .Case("down", WarpOp::ShflDown)
                    .Case("bfly", WarpOp::ShflBfly)
                    .Default(WarpOp::ShflIdx);
    return Finish(Run(Op, L.arg(0), L.arg(1), L.arg(2), L.arg(3)));
  }
  if (Name.consume_front("vote.") && Name.ends_with(".sync")) {
    WarpOp Op = StringSwitch<WarpOp>(Name.split('.').first)
                    .Case("all", WarpOp::VoteAll)
                    .Case("any", WarpOp::VoteAny)
                    .Case("uni", WarpOp::VoteUni)
                    .Default(WarpOp::Ballot);
    return Finish(Run(Op, L.arg(0), L.arg(1), Zero, Zero));
  }
  if (Name.consume_front("match.")) {
    WarpOp Op = Name.starts_with("any") ? WarpOp::MatchAny : WarpOp::MatchAll;
    return Finish(Run(Op, L.arg(0), L.arg(1), Zero, Zero));
  }
  if (Name.consume_front("redux.sync.")) {
    auto Op = StringSwitch<std::optional<WarpOp>>(Name)
                  .Case("add", WarpOp::RedAdd)
                  .Case("min", WarpOp::RedMin)
                  .Case("max", WarpOp::RedMax)
                  .Case("umin", WarpOp::RedUMin)
                  .Case("umax", WarpOp::RedUMax)
                  .Case("and", WarpOp::RedAnd)
                  .Case("or", WarpOp::RedOr)
                  .Case("xor", WarpOp::RedXor)
                  .Default(std::nullopt);
    return Op && Finish(Run(*Op, L.arg(1), L.arg(0), Zero, Zero));
  }
  if (Name == "activemask")
    return Finish(Run(WarpOp::ActiveMask, Zero, Zero, Zero, Zero));
  return false;
}

static std::optional<AtomicRMWInst::BinOp> atomicNamed(StringRef Name,
                                                       bool Float) {
  using Op = AtomicRMWInst::BinOp;
  return StringSwitch<std::optional<Op>>(Name)
      .Case("add", Float ? Op::FAdd : Op::Add)
      .Case("exch", Op::Xchg)
      .Case("max", Op::Max)
      .Case("min", Op::Min)
      .Case("and", Op::And)
      .Case("or", Op::Or)
      .Case("xor", Op::Xor)
      .Case("inc", Op::UIncWrap)
      .Case("dec", Op::UDecWrap)
      .Default(std::nullopt);
}

/// cp.async: done when it is issued, one of the moments that are allowed.
static bool lowerAsyncCopy(Lowering &L, StringRef Name) {
  IRBuilder<> &B = L.B;
  if (Name == "commit.group" || Name == "wait.group" || Name == "wait.all")
    return L.done();
  if (!Name.consume_front("ca.shared.global.") &&
      !Name.consume_front("cg.shared.global."))
    return false;
  unsigned Bytes = 0;
  if (Name.consumeInteger(10, Bytes) || !Bytes || Bytes > 16)
    return false;
  Value *To = L.arg(0), *From = L.arg(1);
  if (L.Call->arg_size() < 3) {
    Type *T = B.getIntNTy(Bytes * 8);
    B.CreateAlignedStore(B.CreateAlignedLoad(T, From, Align(Bytes)), To,
                         Align(Bytes));
    return L.done();
  }
  B.CreateMemSet(To, B.getInt8(0), Bytes, Align(Bytes));
  B.CreateMemCpy(To, Align(Bytes), From, Align(1),
                 B.CreateZExt(L.arg(2), B.getInt64Ty()));
  return L.done();
}

bool lowerMemory(Lowering &L, StringRef Name) {
  IRBuilder<> &B = L.B;
  if (Name.starts_with("ldg.global.") || Name.starts_with("ldu.global.")) {
    auto *A =
        L.Call->arg_size() > 1 ? dyn_cast<ConstantInt>(L.arg(1)) : nullptr;
    return L.done(B.CreateAlignedLoad(
        L.Call->getType(), L.arg(0),
        Align(A ? std::max<uint64_t>(A->getZExtValue(), 1) : 1)));
  }
  if (Name.starts_with("ptr.") && L.Call->arg_size() == 1)
    return L.done(L.arg(0));
  if (Name.consume_front("isspacep.")) {
    unsigned Kind = StringSwitch<unsigned>(Name)
                        .Case("global", 1)
                        .Case("shared", 3)
                        .Case("const", 4)
                        .Case("local", 5)
                        .Default(0);
    if (!Kind)
      return false;
    Value *Yes =
        L.runtime("rt_isspace", B.getInt32Ty(), {L.arg(0), B.getInt32(Kind)});
    return L.done(B.CreateTrunc(Yes, B.getInt1Ty()));
  }
  if (Name.consume_front("cp.async."))
    return lowerAsyncCopy(L, Name);
  if (!Name.consume_front("atomic."))
    return false;
  auto Order = AtomicOrdering::Monotonic;
  if (Name.starts_with("load.inc.32") || Name.starts_with("load.dec.32"))
    return L.done(B.CreateAtomicRMW(Name.starts_with("load.inc")
                                        ? AtomicRMWInst::UIncWrap
                                        : AtomicRMWInst::UDecWrap,
                                    L.arg(0), L.arg(1), MaybeAlign(), Order));
  SmallVector<StringRef, 6> Parts; // add, gen, f, cta, ...
  Name.split(Parts, '.');
  if (Parts.size() < 3 || Parts[1] != "gen")
    return false;
  if (Parts[0] == "cas")
    return L.done(
        B.CreateExtractValue(B.CreateAtomicCmpXchg(L.arg(0), L.arg(1), L.arg(2),
                                                   MaybeAlign(), Order, Order),
                             0));
  auto Op = atomicNamed(Parts[0], Parts[2] == "f");
  return Op && L.done(B.CreateAtomicRMW(*Op, L.arg(0), L.arg(1), MaybeAlign(),
                                        Order));
}

} // namespace reprise::emulator
