//===- TwinBuilder.h - The steps that make a twin of a copy ---------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// In the order of their use. TwinPoll.cpp has the request and the decisions,
// TwinEntry.cpp the start of threads and TwinEnd.cpp their end, TwinLoops.cpp
// the loops, and CheckpointTwin.cpp the operations and the whole.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_PASSES_TWINBUILDER_H
#define REPRISE_PASSES_TWINBUILDER_H

#include "CheckpointPlan.h"
#include "EntryPlace.h"

#include "llvm/IR/GlobalVariable.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Intrinsics.h"
#include "llvm/IR/Module.h"

#include <utility>

namespace reprise {

class TwinBuilder {
public:
  /// F's last parameter is the Control; Plan is for F. A twin that is not to
  /// have a map takes no notice of Control::Done.
  TwinBuilder(llvm::Function &F, const CheckpointPlan &Plan, bool WithMap,
              bool Spread);

  void makeEntry();   ///< A new first block, with what all others use.
  void makeEnds();    ///< Out and Leave; with a map End, where returns go.
  void finishEntry(); ///< The decisions before the first effect.
  /// Nothing, where the decision at entry has taken the place.
  void add(const CheckpointSite &S);
  /// Breaks StopRule::DoneAtTheEnd: threads are counted before their last
  /// store.
  void endEarly();
  void finish();

private:
  void addSlices(const CheckpointSite &S);
  void addCount(const CheckpointSite &S);
  void addAt(const CheckpointSite &S);

  llvm::Value *special(llvm::IRBuilder<> &B, llvm::Intrinsic::ID Id);
  llvm::Value *field(llvm::IRBuilder<> &B, size_t Offset);
  void findReader();
  llvm::Value *warpInBlock(llvm::IRBuilder<> &B);
  llvm::Value *blockInFour(llvm::IRBuilder<> &B);
  llvm::Value *momentInMany(llvm::IRBuilder<> &B);
  /// Of the request or of its copy. What it gives may be old.
  llvm::Value *readRequest(llvm::IRBuilder<> &B, llvm::Value *Refresh);
  llvm::Value *readAtStart(llvm::IRBuilder<> &B);
  llvm::Value *readNear(llvm::IRBuilder<> &B, llvm::Value *Word);
  void fence(llvm::IRBuilder<> &B, bool Device);
  /// The request itself, if Read, which a copy held, is not 0.
  llvm::Value *confirmed(llvm::IRBuilder<> &B, llvm::Value *Read);
  /// Hardly ever taken, so that the code of leaving lies elsewhere.
  void leaveIf(llvm::IRBuilder<> &B, llvm::Value *Stop,
               llvm::BasicBlock *GoesOn);
  /// A barrier; true for all threads if Wants is not 0 for one of them.
  llvm::Value *anyOfBlock(llvm::IRBuilder<> &B, llvm::Value *Wants);
  /// The same for the lanes of a warp, with a truth value.
  llvm::Value *anyOfWarp(llvm::IRBuilder<> &B, llvm::Value *Wants);
  /// Not 0 if checkpoints inside are asked, as far as this thread can see. A
  /// place may be passed often where no iterations are counted: there what it
  /// loads is for the next time, so that nobody waits for it.
  llvm::Value *wantsInside(llvm::IRBuilder<> &B, bool MayBeOften);
  /// The decision of all that leave together, who are all here.
  llvm::Value *decide(llvm::IRBuilder<> &B, bool MayBeOften = false);
  std::pair<llvm::Value *, llvm::Value *> doneBit(llvm::IRBuilder<> &B);
  void makeCount();
  /// Leave, if Wants is not 0 for one of those that decide as Who says.
  void decideAtEntry(llvm::IRBuilder<> &B, llvm::Value *Wants, Granularity Who,
                     llvm::BasicBlock *GoesOn);
  void keepLoads();
  void decideLate(llvm::Value *Wants);
  llvm::Value *isDue(llvm::IRBuilder<> &B, uint32_t Period);

  llvm::Function &F;
  const CheckpointPlan &Plan;
  const bool WithMap, Spread;
  llvm::Module &M;
  llvm::LLVMContext &C;
  llvm::Type *I32, *I64;
  llvm::Argument *Control;
  EntryPlace Place;
  const llvm::Instruction *Taken = nullptr; ///< A barrier that is gone.
  llvm::Value *Asked = nullptr;     ///< What the request was at the start.
  llvm::AllocaInst *Seen = nullptr; ///< What it was at the last poll.
  llvm::Value *Copy = nullptr;      ///< Where readRequest() reads.
  bool HasScopes = false;           ///< Loads and fences of PTX may name one.
  bool ThroughCache = false;        ///< What it reads may be in a cache.
  bool EachBlock = false;           ///< Some threads of each block go past it.
  /// Registers that the kernel reads, and factors of a hash.
  llvm::SmallVector<std::pair<llvm::Intrinsic::ID, uint32_t>, 3> BlockIndices;
  llvm::SmallVector<llvm::Intrinsic::ID, 3> ThreadIndices;
  llvm::Value *Request = nullptr, *DoneMap = nullptr, *HasMap = nullptr;
  llvm::GlobalVariable *Ended = nullptr; ///< Threads of the block, shared.
  llvm::BasicBlock *Body = nullptr, *Out = nullptr, *Leave = nullptr,
                   *End = nullptr, *Count = nullptr, *Tally = nullptr,
                   *Mark = nullptr;
  llvm::SmallVector<llvm::AllocaInst *, 8> Counters;
};

} // namespace reprise

#endif // REPRISE_PASSES_TWINBUILDER_H
