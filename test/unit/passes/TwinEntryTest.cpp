//===- TwinEntryTest.cpp - How the threads of a twin begin ---------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MakeTwin.h"

#include "llvm/IR/IntrinsicsNVPTX.h"

using namespace llvm;
using reprise::test::MadeTwin;

namespace {

constexpr char Copy[] = R"(
  define void @k(ptr addrspace(1) %p, ptr addrspace(1) %q) #0 {
    %x = load i32, ptr addrspace(1) %q
    store i32 %x, ptr addrspace(1) %p
    ret void
  }
  attributes #0 = { "target-cpu"="sm_80" })";

// The decision stands between the load and the store.
TEST(TwinEntry, DecidesBeforeTheFirstStore) {
  MadeTwin T(Copy, /*WithMap=*/false);
  BasicBlock &Top = T.function().getEntryBlock();
  auto *Branch = cast<BranchInst>(Top.getTerminator());
  ASSERT_TRUE(Branch->isConditional());
  EXPECT_EQ(Branch->getSuccessor(0)->getName(), "reprise.leave");
  bool Loads = false, Stores = false;
  for (Instruction &I : Top) {
    Loads |= isa<LoadInst>(I) && I.getType()->isIntegerTy(32);
    Stores |= isa<StoreInst>(I);
  }
  EXPECT_TRUE(Loads);
  EXPECT_FALSE(Stores);
}

// With a map the block decides, by a barrier, and looks whether it is done.
TEST(TwinEntry, ABlockWithAMapDecidesTogether) {
  MadeTwin T(Copy, /*WithMap=*/true);
  EXPECT_EQ(T.calls(Intrinsic::nvvm_barrier0_or), 1u);
  BasicBlock *Map = T.block("reprise.map");
  ASSERT_TRUE(Map);
  EXPECT_EQ(Map->getTerminator()->getSuccessor(0)->getName(), "reprise.out");
}

uint64_t bytesOfCount(MadeTwin &T) {
  for (const GlobalVariable &G : T.function().getParent()->globals())
    if (G.getName().ends_with("_ended"))
      return G.getParent()->getDataLayout().getTypeAllocSize(G.getValueType());
  return 0;
}

// Tensor cores need dynamic shared memory where 1024 divides its address.
TEST(TwinEntry, TheCountKeepsTheAlignmentOfSharedMemory) {
  MadeTwin Plain(Copy, /*WithMap=*/true);
  EXPECT_EQ(bytesOfCount(Plain), 16u);
  MadeTwin Tensors(R"(
    define void @k(ptr addrspace(1) %p) #0 {
      call void asm sideeffect "wgmma.fence.sync.aligned;", "~{memory}"()
      store i32 1, ptr addrspace(1) %p
      ret void
    }
    attributes #0 = { "target-cpu"="sm_90a" })",
                   /*WithMap=*/true);
  EXPECT_EQ(bytesOfCount(Tensors), 1024u);
}

} // namespace
