//===- AskTest.cpp - What would be decided of a launch --------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// In the process of FollowTest.cpp, whose driver, settings and kernels it has:
// copyC is decided by its arguments, scatterS asks how far `to` reaches.
//
//===----------------------------------------------------------------------===//

#include "Followers.h"
#include "reprise/reprise_interposer.h"

#include <gtest/gtest.h>

#include <bit>
#include <string>

using namespace reprise;
using namespace reprise::cuda;

namespace {

class Ask : public ::testing::Test {
protected:
  Ask() {
    moduleLoadData<Slot::Slot_cuModuleLoadData>(
        &Module, ".version 7.0\n.target sm_50\n// copy, scatter\n");
    Copy = function("copyC");
    Scatter = function("scatterS");
    memAlloc<Slot::Slot_cuMemAlloc_v2>(&Kept, 16);
    memAlloc<Slot::Slot_cuMemAlloc_v2>(&A, 4096);
    memAlloc<Slot::Slot_cuMemAlloc_v2>(&B, 4096);
  }
  ~Ask() override {
    memFree<Slot::Slot_cuMemFree_v2>(A);
    memFree<Slot::Slot_cuMemFree_v2>(B);
    moduleUnload<Slot::Slot_cuModuleUnload>(Module);
  }
  CUfunction function(const char *Name) {
    CUfunction F = nullptr;
    moduleGetFunction<Slot::Slot_cuModuleGetFunction>(&F, Module, Name);
    return F;
  }

  /// A launch of one block of 64 threads.
  struct Command : reprise_cuda_command {
    Command(CUfunction F, CUdeviceptr From, CUdeviceptr To)
        : reprise_cuda_command{}, From(From), To(To) {
      struct_size = sizeof(reprise_cuda_command);
      function = std::bit_cast<void *>(F);
      grid[0] = grid[1] = grid[2] = block[1] = block[2] = 1;
      block[0] = 64;
      params = Params;
    }
    CUdeviceptr From, To;
    int N = 64;
    void *Params[3] = {&From, &To, &N};
  };

  static std::string outcome(const reprise_cuda_command &C) {
    reprise_cuda_answer A{};
    A.struct_size = sizeof A;
    EXPECT_EQ(reprise_cuda_ask(&C, &A), REPRISE_OK);
    EXPECT_STRNE(A.text, "");
    const bool Idempotent = std::string(A.outcome) == "idempotent";
    EXPECT_EQ(A.result.verdict == REPRISE_IDEMPOTENT, Idempotent);
    return A.outcome;
  }
  /// "no", or the ranges.
  static std::string saves(const reprise_cuda_command &C) {
    reprise_range R[4];
    int Bounded = 0;
    size_t Count = 0;
    EXPECT_EQ(reprise_cuda_backup_set(&C, &Bounded, R, 4, &Count), REPRISE_OK);
    std::string Text = Bounded ? "" : "no";
    for (size_t I = 0; Bounded && I < Count; ++I)
      Text += "[" + std::to_string(R[I].address) + "+" +
              std::to_string(R[I].size) + "]";
    return Text;
  }
  static uint64_t seen() {
    uint64_t Sum = 0;
    for (const Thread *T = firstThread(); T; T = T->Next)
      Sum += get(T->Counts.Seen);
    return Sum;
  }

  CUmodule Module = nullptr;
  CUfunction Copy = nullptr, Scatter = nullptr;
  CUdeviceptr Kept = 0, A = 0, B = 0;
};

TEST_F(Ask, DecidesAsALaunchWould) {
  const uint64_t Before = seen();
  EXPECT_EQ(outcome(Command(Copy, A, B)), "idempotent");
  EXPECT_EQ(outcome(Command(Copy, A, A + 4)), "clobbers");
  EXPECT_EQ(outcome(Command(Scatter, A, B)), "idempotent");
  EXPECT_EQ(outcome(Command(Scatter, A, A + 2048)), "indirect-offset");
  EXPECT_EQ(outcome(Command(nullptr, A, B)), "not-followed");
  EXPECT_EQ(seen(), Before);
}

TEST_F(Ask, BytesToSaveAreThoseThatAreReadAndWritten) {
  EXPECT_EQ(saves(Command(Copy, A, B)), "");
  EXPECT_EQ(saves(Command(Copy, A, A + 4)),
            "[" + std::to_string(A + 4) + "+252]");
  EXPECT_EQ(saves(Command(Copy, A, A)), "[" + std::to_string(A) + "+256]");
  EXPECT_EQ(saves(Command(nullptr, A, B)), "no");
}

TEST_F(Ask, ArgumentsMayComeInOneBlock) {
  struct {
    CUdeviceptr From, To;
    int N;
  } Block{A, A + 4, 64};
  size_t Size = sizeof Block;
  void *Extra[] = {CU_LAUNCH_PARAM_BUFFER_POINTER, &Block,
                   CU_LAUNCH_PARAM_BUFFER_SIZE, &Size, CU_LAUNCH_PARAM_END};
  Command C(Copy, 0, 0);
  C.params = nullptr;
  C.extra = Extra;
  EXPECT_EQ(outcome(C), "clobbers");
  C.extra = nullptr;
  EXPECT_EQ(outcome(C), "not-readable");
  EXPECT_EQ(saves(C), "no");
}

TEST_F(Ask, MemoryWithTwoAddressesIsNotSaved) {
  const CUdeviceptr First = 0x710000000, Second = 0x810000000;
  memMap<Slot::Slot_cuMemMap>(First, 4096, 0, 43, 0);
  EXPECT_EQ(outcome(Command(Copy, First, A)), "idempotent");
  memMap<Slot::Slot_cuMemMap>(Second, 4096, 0, 43, 0);
  EXPECT_EQ(outcome(Command(Copy, First, Second)), "aliased");
  EXPECT_EQ(saves(Command(Copy, First, Second)), "no");
  EXPECT_EQ(saves(Command(Copy, First, First)), "no");
  EXPECT_EQ(saves(Command(Copy, A, A)), "[" + std::to_string(A) + "+256]");
  memUnmap<Slot::Slot_cuMemUnmap>(First, 4096);
  memUnmap<Slot::Slot_cuMemUnmap>(Second, 4096);
}

TEST_F(Ask, ACallbackThatAsksKeepsItsLaunch) {
  struct Told {
    CUfunction Copy;
    CUdeviceptr A;
    int Calls = 0;
  } T{Copy, A};
  reprise_cuda_set_callback(
      [](const reprise_cuda_launch *L, void *User) {
        Told &T = *static_cast<Told *>(User);
        ++T.Calls;
        EXPECT_EQ(outcome(Command(T.Copy, T.A + 64, T.A + 64)), "clobbers");
        EXPECT_EQ(static_cast<const CUdeviceptr *>(L->arguments)[0], T.A);
        EXPECT_STREQ(L->outcome, "idempotent");
        return 0;
      },
      &T);
  Command C(Copy, A, B);
  launchKernel<Slot::Slot_cuLaunchKernel>(Copy, 1, 1, 1, 64, 1, 1, 0, nullptr,
                                          C.Params, nullptr);
  reprise_cuda_set_callback(nullptr, nullptr);
  EXPECT_EQ(T.Calls, 1);
}

TEST_F(Ask, BlocksWithoutATwinMayWaitForEachOther) {
  Command C(Copy, A, B), Unknown(nullptr, A, B);
  EXPECT_EQ(reprise_cuda_blocks_independent(&C), 0);
  EXPECT_EQ(reprise_cuda_blocks_independent(&Unknown), 0);
  EXPECT_EQ(reprise_cuda_blocks_independent(nullptr), 0);
}

TEST_F(Ask, SenselessQuestionsAreErrors) {
  reprise_cuda_answer Answer{};
  Command C(Copy, A, B);
  EXPECT_EQ(reprise_cuda_ask(&C, &Answer), REPRISE_ERROR_ARGUMENT);
  EXPECT_EQ(reprise_cuda_ask(&C, nullptr), REPRISE_ERROR_ARGUMENT);
  Answer.struct_size = sizeof Answer;
  EXPECT_EQ(reprise_cuda_ask(nullptr, &Answer), REPRISE_ERROR_ARGUMENT);
  EXPECT_NE(Answer.result.verdict, REPRISE_IDEMPOTENT);
  C.struct_size = 8;
  EXPECT_EQ(reprise_cuda_ask(&C, &Answer), REPRISE_ERROR_ARGUMENT);
  int Bounded = 1;
  size_t Count = 1;
  EXPECT_EQ(reprise_cuda_backup_set(&C, &Bounded, nullptr, 0, &Count),
            REPRISE_ERROR_ARGUMENT);
  EXPECT_EQ(Bounded, 0);
}

} // namespace
