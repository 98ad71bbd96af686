//===- FollowTest.cpp - Launches among what comes and goes --------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The followers are called as a program would call the driver; behind them is a
// driver that does nothing (FakeDriver.cpp). Two kernels:
//
//   copyC      to[i] = from[i]: decided by the arguments
//   scatterS   to[any] = from[i]: asks how far `to` reaches
//
//===----------------------------------------------------------------------===//

#include "FakeDriver.h"
#include "Followers.h"
#include "KernelBuilder.h"
#include "Modules.h"
#include "Packed.h"
#include "Unpack.h"

#include <gtest/gtest.h>

#include <bit>
#include <cstdlib>
#include <fstream>
#include <thread>

using namespace reprise;
using namespace reprise::cuda;
using namespace reprise::test;

namespace {

/// Only its hash matters here.
constexpr const char *Ptx = ".version 7.0\n.target sm_50\n// copy, scatter\n";
constexpr const char *OtherPtx = ".version 7.0\n.target sm_50\n// others\n";

Kernel kernel(bool Scattered) {
  Kernel K = copyKernel(Scattered ? "scatterS" : "copyC", Scattered);
  K.Images = {contentHash(Ptx)};
  return K;
}

uint64_t count(Outcome O) {
  uint64_t Sum = 0;
  for (const Thread *T = firstThread(); T; T = T->Next)
    for (uint32_t I = 0; I < countedKernels().size(); ++I)
      if (const KernelCounts *K = T->Counts.find(I))
        Sum += get(K->Outcomes[static_cast<unsigned>(O)]);
  return Sum;
}

/// What became of the launches that \p Body makes, by name.
template <typename Function> std::string outcomes(Function &&Body) {
  std::vector<uint64_t> Before;
  for (unsigned O = 0; O < OutcomeCount; ++O)
    Before.push_back(count(static_cast<Outcome>(O)));
  Body();
  std::string Text;
  for (unsigned O = 0; O < OutcomeCount; ++O)
    for (uint64_t I = Before[O]; I < count(static_cast<Outcome>(O)); ++I)
      Text += (Text.empty() ? "" : " ") +
              std::string(name(static_cast<Outcome>(O)));
  return Text;
}

CUmodule loadModule(const char *Text) {
  CUmodule Module = nullptr;
  moduleLoadData<Slot::Slot_cuModuleLoadData>(&Module, Text);
  return Module;
}

CUfunction function(CUmodule Module, const char *Name) {
  CUfunction Function = nullptr;
  moduleGetFunction<Slot::Slot_cuModuleGetFunction>(&Function, Module, Name);
  return Function;
}

CUdeviceptr allocate(size_t Size) {
  CUdeviceptr Address = 0;
  memAlloc<Slot::Slot_cuMemAlloc_v2>(&Address, Size);
  return Address;
}

CUresult release(CUdeviceptr Address) {
  return memFree<Slot::Slot_cuMemFree_v2>(Address);
}

void launch(CUfunction F, CUdeviceptr From, CUdeviceptr To, int N = 64) {
  void *Params[] = {&From, &To, &N};
  launchKernel<Slot::Slot_cuLaunchKernel>(F, 1, 1, 1, 64, 1, 1, 0, nullptr,
                                          Params, nullptr);
}

class Follow : public ::testing::Test {
protected:
  CUdeviceptr Kept = allocate(16); ///< The driver does not free the first.
  CUmodule Module = loadModule(Ptx);
  CUfunction Copy = function(Module, "copyC");
  CUfunction Scatter = function(Module, "scatterS");
  CUdeviceptr A = allocate(4096), B = allocate(4096);

  ~Follow() override {
    release(A);
    release(B);
    moduleUnload<Slot::Slot_cuModuleUnload>(Module);
  }
};

TEST_F(Follow, DecidesByArgumentsAndMemory) {
  EXPECT_EQ(outcomes([&] { launch(Copy, A, B); }), "idempotent");
  EXPECT_EQ(outcomes([&] { launch(Copy, A, A + 4); }), "clobbers");
  EXPECT_EQ(outcomes([&] { launch(Scatter, A, B); }), "idempotent");
  EXPECT_EQ(outcomes([&] { launch(Scatter, A, A + 2048); }), "indirect-offset");
  EXPECT_EQ(outcomes([&] { launch(Scatter, A, 0x999); }), "unknown-allocation");
}

TEST_F(Follow, FreedMemoryIsNotBelieved) {
  EXPECT_EQ(outcomes([&] { launch(Scatter, A, B); }), "idempotent");
  release(B);
  EXPECT_EQ(outcomes([&] { launch(Scatter, A, B); }), "unknown-allocation");
  const CUdeviceptr Again = allocate(64);
  ASSERT_EQ(Again, B); // The same address, of another size.
  EXPECT_EQ(outcomes([&] { launch(Scatter, A, B); }), "idempotent");
  EXPECT_EQ(outcomes([&] { launch(Scatter, A, B + 64); }),
            "unknown-allocation");
}

TEST_F(Follow, MemoryThatGrewIsNotApartFromItsNeighbour) {
  // From lies where the old allocation at B ended.
  const CUdeviceptr From = B + 8192;
  EXPECT_EQ(outcomes([&] { launch(Scatter, From, B); }), "idempotent");
  release(B);
  ASSERT_EQ(allocate(16384), B);
  EXPECT_EQ(outcomes([&] { launch(Scatter, From, B); }), "indirect-offset");
}

TEST_F(Follow, AFreeThatFailsChangesNothing) {
  EXPECT_NE(release(FakeRefused), CUDA_SUCCESS);
  EXPECT_EQ(outcomes([&] { launch(Scatter, A, FakeRefused); }), "idempotent");
}

TEST_F(Follow, HandlesOfUnloadedModulesAreNotBelieved) {
  EXPECT_EQ(outcomes([&] { launch(Copy, A, B); }), "idempotent");
  moduleUnload<Slot::Slot_cuModuleUnload>(Module);
  Module = loadModule(OtherPtx);
  ASSERT_EQ(function(Module, "copyC"), Copy); // The same handle.
  EXPECT_EQ(outcomes([&] { launch(Copy, A, B); }), "not-audited");
}

TEST_F(Follow, TextThatIsOverwrittenAfterTheLoadIsNotTaken) {
  static char Buffer[64]; // In memory of the program that may be written.
  std::snprintf(Buffer, sizeof Buffer, "%s", OtherPtx);
  CUmodule Others = loadModule(Buffer);
  CUfunction F = function(Others, "copyC");
  std::snprintf(Buffer, sizeof Buffer, "%s", Ptx);
  EXPECT_EQ(outcomes([&] { launch(F, A, B); }), "not-audited");
  moduleUnload<Slot::Slot_cuModuleUnload>(Others);
}

TEST_F(Follow, UnknownHandlesAreCounted) {
  EXPECT_EQ(
      outcomes([&] { launch(std::bit_cast<CUfunction>(uint64_t{5}), A, B); }),
      "not-followed");
}

TEST_F(Follow, ArgumentsThatCannotBeReadAreCounted) {
  EXPECT_EQ(outcomes([&] {
              launchKernel<Slot::Slot_cuLaunchKernel>(
                  Copy, 1, 1, 1, 64, 1, 1, 0, nullptr, nullptr, nullptr);
            }),
            "not-readable");
}

TEST_F(Follow, TwoMappingsOfOneHandleAreAliases) {
  const CUdeviceptr First = 0x700000000, Second = 0x800000000;
  memMap<Slot::Slot_cuMemMap>(First, 4096, 0, 42, 0);
  EXPECT_EQ(outcomes([&] { launch(Copy, First, A); }), "idempotent");
  memMap<Slot::Slot_cuMemMap>(Second, 4096, 0, 42, 0);
  EXPECT_EQ(outcomes([&] { launch(Copy, First, Second); }), "aliased");
  EXPECT_EQ(outcomes([&] { launch(Copy, B, A); }), "idempotent");
  memUnmap<Slot::Slot_cuMemUnmap>(First, 4096);
  memUnmap<Slot::Slot_cuMemUnmap>(Second, 4096);
  EXPECT_EQ(outcomes([&] { launch(Scatter, A, First); }), "unknown-allocation");
}

TEST_F(Follow, GraphsAreDecidedNodeByNode) {
  int N = 64;
  CUdeviceptr Overlapping = A + 4;
  void *Apart[] = {&A, &B, &N}, *Onto[] = {&A, &Overlapping, &N};
  FakeNode Nodes[3];
  for (FakeNode &Each : Nodes) {
    Each.Params.func = Copy;
    Each.Params.gridDimX = Each.Params.gridDimY = Each.Params.gridDimZ = 1;
    Each.Params.blockDimX = 64;
    Each.Params.blockDimY = Each.Params.blockDimZ = 1;
    Each.Params.kernelParams = Apart;
  }
  Nodes[1].Params.kernelParams = Onto;
  FakeNode Inner;
  FakeGraph Child{{&Nodes[2]}};
  Inner.Type = CU_GRAPH_NODE_TYPE_GRAPH;
  Inner.Child = &Child;
  FakeGraph Graph{{&Nodes[0], &Nodes[1], &Inner}};
  CUgraphExec Exec = nullptr;
  auto *Handle = reinterpret_cast<CUgraph>(&Graph);
  graphInstantiateWithFlags<Slot::Slot_cuGraphInstantiateWithFlags>(&Exec,
                                                                    Handle, 0);
  auto Launch = [&] { graphLaunch<Slot::Slot_cuGraphLaunch>(Exec, nullptr); };
  EXPECT_EQ(outcomes(Launch), "idempotent idempotent clobbers");

  // The node's own parameters change, and only in the executable graph.
  CUDA_KERNEL_NODE_PARAMS_v2 New = Nodes[1].Params;
  New.kernelParams = Apart;
  graphExecKernelNodeSetParams<Slot::Slot_cuGraphExecKernelNodeSetParams_v2>(
      Exec, reinterpret_cast<CUgraphNode>(&Nodes[1]), &New);
  EXPECT_EQ(outcomes(Launch), "idempotent idempotent idempotent");
  graphNodeSetEnabled<Slot::Slot_cuGraphNodeSetEnabled>(
      Exec, reinterpret_cast<CUgraphNode>(&Nodes[0]), 0);
  EXPECT_EQ(outcomes(Launch), "idempotent idempotent");

  graphExecUpdate<Slot::Slot_cuGraphExecUpdate_v2>(Exec, Handle, nullptr);
  EXPECT_EQ(outcomes(Launch), "idempotent idempotent clobbers");
  graphExecDestroy<Slot::Slot_cuGraphExecDestroy>(Exec);
  EXPECT_EQ(outcomes(Launch), "not-followed");
}

TEST_F(Follow, ThreadsCountApartAndTogether) {
  EXPECT_EQ(outcomes([&] {
              std::vector<std::thread> Threads;
              for (int T = 0; T < 4; ++T)
                Threads.emplace_back([&] {
                  for (int I = 0; I < 2; ++I)
                    launch(Copy, A, B);
                });
              for (std::thread &T : Threads)
                T.join();
            }),
            "idempotent idempotent idempotent idempotent idempotent "
            "idempotent idempotent idempotent");
}

} // namespace

int main(int Argc, char **Argv) {
  ::testing::InitGoogleTest(&Argc, Argv);
  // Before anything asks for the settings.
  const std::string Database =
      ::testing::TempDir() + "reprise-follow-" + std::to_string(getpid());
  Module M;
  M.Kernels = {kernel(false), kernel(true)};
  std::ofstream(Database, std::ios::binary) << writePacked(M);
  setenv("REPRISE_REAL_LIBCUDA", REPRISE_FAKE_DRIVER, 1);
  setenv("REPRISE_DB", Database.c_str(), 1);
  setenv("XDG_CACHE_HOME", (Database + ".cache").c_str(), 1);
  unsetenv("REPRISE_MODE");
  int Status = RUN_ALL_TESTS();
  std::remove(Database.c_str());
  return Status;
}
