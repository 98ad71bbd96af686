//===- TwinBuilder.h - The steps that make a twin of a copy ---------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// In the order of their use. CheckpointTwin.cpp has entry, end and operations,
// TwinLoops.cpp the loops.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_PASSES_TWINBUILDER_H
#define REPRISE_PASSES_TWINBUILDER_H

#include "CheckpointPlan.h"

#include "llvm/IR/GlobalVariable.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Intrinsics.h"
#include "llvm/IR/Module.h"

#include <utility>

namespace reprise {

class TwinBuilder {
public:
  /// F's last parameter is the Control; Plan is for F.
  TwinBuilder(llvm::Function &F, const CheckpointPlan &Plan);

  void makeEntry();   ///< A new first block, with what all others use.
  void makeEnds();    ///< Out, Leave and End; returns go to End.
  void finishEntry(); ///< The decisions before the kernel's first block.
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
  llvm::Value *readRequest(llvm::IRBuilder<> &B);
  /// A barrier; true for all threads if Wants is for one of them.
  llvm::Value *anyOfBlock(llvm::IRBuilder<> &B, llvm::Value *Wants);
  llvm::Value *wantsInside(llvm::IRBuilder<> &B);
  /// The decision of all that leave together, who are all here.
  llvm::Value *decide(llvm::IRBuilder<> &B);
  std::pair<llvm::Value *, llvm::Value *> doneBit(llvm::IRBuilder<> &B);
  llvm::Value *isDue(llvm::IRBuilder<> &B, uint32_t Period);

  llvm::Function &F;
  const CheckpointPlan &Plan;
  llvm::Module &M;
  llvm::LLVMContext &C;
  llvm::Type *I32, *I64;
  llvm::Argument *Control;
  llvm::Value *Request = nullptr, *DoneMap = nullptr, *HasMap = nullptr;
  llvm::GlobalVariable *Ended = nullptr; ///< Threads of the block, shared.
  llvm::BasicBlock *Body = nullptr, *Out = nullptr, *Leave = nullptr,
                   *End = nullptr, *Count = nullptr, *Mark = nullptr;
  llvm::SmallVector<llvm::AllocaInst *, 8> Counters;
};

} // namespace reprise

#endif // REPRISE_PASSES_TWINBUILDER_H
