//===- StressTest.cpp - Many threads launch, load and free --------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Behind the followers is a driver that hands out again at once what any thread
// gave back (test/interposer/Inputs/driver.cpp), so that the handles and
// addresses of one thread were another's a moment ago. Each thread knows what
// its own launches are; a verdict of what was there before would be another.
// Built with the thread sanitizer too (preset tsan).
//
//===----------------------------------------------------------------------===//

#include "Followers.h"
#include "KernelBuilder.h"
#include "Launch.h"
#include "Modules.h"
#include "Packed.h"
#include "Unpack.h"
#include "reprise/reprise_interposer.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <random>
#include <thread>

using namespace reprise;
using namespace reprise::cuda;
using namespace reprise::test;

namespace {

constexpr unsigned Threads = 8;
#ifdef REPRISE_TEST_SMALL
constexpr unsigned Rounds = 1000;
#else
constexpr unsigned Rounds = 5000;
#endif

/// Images of one kernel each, all with the same name. Only the hash matters.
constexpr const char *CopyPtx = ".version 7.0\n.target sm_50\n// copy\n";
constexpr const char *AddPtx = ".version 7.0\n.target sm_50\n// add\n";
constexpr const char *ScatterPtx = ".version 7.0\n.target sm_50\n// scatter\n";
constexpr const char *NoPtx = ".version 7.0\n.target sm_50\n// not known\n";

Module database(const char *Ptx) {
  KernelBuilder B("work");
  Id From = B.pointer("from"), To = B.pointer("to"), N = B.int32("n");
  Id D = B.guardedThreads(N);
  auto Each = [&] { return B.formOf(B.constant(0), {{2, B.constant(4)}}); };
  B.read(From, D, Each(), 4);
  if (Ptx == AddPtx)
    B.read(To, D, Each(), 4);
  if (Ptx == ScatterPtx)
    B.top(REPRISE_ACCESS_WRITE, To, D);
  else
    B.write(To, D, Each(), 4);
  B.allPairs();
  B.K.Images = {contentHash(Ptx)};
  Module M;
  M.Kernels = {B.K};
  return M;
}

thread_local std::string Last;

int remember(const reprise_cuda_launch *Launch, void *) {
  Last = Launch->outcome;
  return CUDA_SUCCESS;
}

std::string launch(CUfunction F, CUdeviceptr From, CUdeviceptr To, int N = 64) {
  Last = "not decided";
  void *Params[] = {&From, &To, &N};
  launchKernel<Slot::Slot_cuLaunchKernel>(F, 1, 1, 1, 64, 1, 1, 0, nullptr,
                                          Params, nullptr);
  return Last;
}

CUmodule load(const char *Ptx) {
  CUmodule Module = nullptr;
  moduleLoadData<Slot::Slot_cuModuleLoadData>(&Module, Ptx);
  return Module;
}

CUfunction function(CUmodule Module) {
  CUfunction Function = nullptr;
  moduleGetFunction<Slot::Slot_cuModuleGetFunction>(&Function, Module, "work");
  return Function;
}

CUdeviceptr allocate(size_t Size) {
  CUdeviceptr Address = 0;
  memAlloc<Slot::Slot_cuMemAlloc_v2>(&Address, Size);
  return Address;
}

void release(CUdeviceptr Address) { memFree<Slot::Slot_cuMemFree_v2>(Address); }

void unload(CUmodule Module) {
  moduleUnload<Slot::Slot_cuModuleUnload>(Module);
}

/// What one thread does, and what it expects of it.
class Worker {
public:
  Worker(unsigned Seed, CUfunction Shared) : Random(Seed), Everyones(Shared) {}

  void run() {
    for (unsigned Round = 0; Round < Rounds; ++Round)
      switch (Random() % 4) {
      case 0:
        codeComesAndGoes();
        break;
      case 1:
        memoryComesAndGoes();
        break;
      case 2:
        sharesAKernel();
        break;
      default:
        textureComesAndGoes();
      }
  }

  uint64_t Launches = 0, Wrong = 0;
  std::string FirstWrong;

private:
  void expect(const char *What, const std::string &Is, const char *Wanted) {
    ++Launches;
    if (Is != Wanted && Wrong++ == 0)
      FirstWrong = std::string(What) + " is " + Is + ", not " + Wanted;
  }

  /// The same handle, time and again, for other code.
  void codeComesAndGoes() {
    static constexpr const char *Images[] = {CopyPtx, AddPtx, NoPtx};
    static constexpr const char *Wanted[] = {"idempotent", "clobbers",
                                             "not-audited"};
    const unsigned Which = Random() % 3;
    CUmodule Module = load(Images[Which]);
    CUfunction Work = function(Module);
    CUdeviceptr A = allocate(1024), B = allocate(1024);
    for (int I = 0; I < 3; ++I)
      expect("code", launch(Work, A, B), Wanted[Which]);
    release(A);
    release(B);
    unload(Module);
  }

  /// The same address, time and again, with another size.
  void memoryComesAndGoes() {
    CUmodule Module = load(ScatterPtx);
    CUfunction Work = function(Module);
    const bool Large = Random() % 2;
    CUdeviceptr To = allocate(Large ? 8192 : 1024);
    // In the large one, and of nobody behind the small one.
    CUdeviceptr From = To + 4096;
    for (int I = 0; I < 3; ++I)
      expect("memory", launch(Work, From, To),
             Large ? "indirect-offset" : "idempotent");
    release(To);
    unload(Module);
  }

  void sharesAKernel() {
    CUdeviceptr A = allocate(4096), B = allocate(4096);
    expect("shared", launch(Everyones, A, B), "idempotent");
    expect("shared", launch(Everyones, A, A + 4), "clobbers");
    expect("shared", launch(Everyones, A, B), "idempotent");
    release(A);
    release(B);
  }

  /// Parts that are named and taken back, and objects that are bound.
  void textureComesAndGoes() {
    CUdeviceptr A = allocate(8192), B = allocate(1024);
    setPart({A + 1024, 1024}, true);
    reprise_binding Binding{};
    Binding.kind = REPRISE_HANDLE_TEXTURE;
    Binding.handle = A;
    Binding.memory = {B, 1024};
    setBinding(Binding);
    expect("parts", launch(Everyones, A, B), "idempotent");
    removeBinding(REPRISE_HANDLE_TEXTURE, A);
    setPart({A + 1024, 1024}, false);
    release(A);
    release(B);
  }

  std::mt19937 Random;
  CUfunction Everyones;
};

uint64_t seen() {
  uint64_t Sum = 0;
  for (const Thread *T = firstThread(); T; T = T->Next)
    Sum += get(T->Counts.Seen);
  return Sum;
}

TEST(Stress, EightThreadsGetTheirOwnVerdicts) {
  reprise_cuda_set_callback(remember, nullptr);
  CUmodule Module = load(CopyPtx);
  CUfunction Shared = function(Module);
  const uint64_t Before = seen();
  std::vector<Worker> Workers;
  for (unsigned I = 0; I < Threads; ++I)
    Workers.emplace_back(I + 1, Shared);
  // Half of them end early and others take their records.
  for (int Wave = 0; Wave < 2; ++Wave) {
    std::vector<std::thread> Running;
    for (Worker &W : Workers)
      Running.emplace_back([&W] { W.run(); });
    for (std::thread &T : Running)
      T.join();
  }
  uint64_t Launches = 0;
  for (const Worker &W : Workers) {
    EXPECT_EQ(W.Wrong, 0u) << W.FirstWrong;
    Launches += W.Launches;
  }
  EXPECT_GT(Launches, Threads * Rounds);
  EXPECT_EQ(seen() - Before, Launches);
  EXPECT_EQ(lostLaunches(), 0u);
  unload(Module);
  reprise_cuda_set_callback(nullptr, nullptr);
}

} // namespace

int main(int Argc, char **Argv) {
  ::testing::InitGoogleTest(&Argc, Argv);
  // Before anything asks for the settings.
  const std::string Base =
      ::testing::TempDir() + "reprise-stress-" + std::to_string(getpid());
  std::string Databases;
  for (const char *Ptx : {CopyPtx, AddPtx, ScatterPtx}) {
    const std::string File = Base + contentHash(Ptx).substr(0, 8);
    std::ofstream(File, std::ios::binary) << writePacked(database(Ptx));
    Databases += (Databases.empty() ? "" : ":") + File;
  }
  setenv("REPRISE_REAL_LIBCUDA", REPRISE_TEST_DRIVER, 1);
  setenv("REPRISE_DB", Databases.c_str(), 1);
  setenv("XDG_CACHE_HOME", (Base + ".cache").c_str(), 1);
  unsetenv("REPRISE_MODE");
  int Status = RUN_ALL_TESTS();
  for (const char *Ptx : {CopyPtx, AddPtx, ScatterPtx})
    std::remove((Base + contentHash(Ptx).substr(0, 8)).c_str());
  return Status;
}
