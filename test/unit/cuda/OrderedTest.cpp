//===- OrderedTest.cpp - Calls that lead through the watchers ------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The interposer's entries as they are, loaded like any library, over a driver
// that tells what it was called with (OrderedDriver.cpp).
//
//===----------------------------------------------------------------------===//

#include "Ordered.h"

#include <gtest/gtest.h>

#include <atomic>
#include <bit>
#include <cstdlib>
#include <dlfcn.h>
#include <string>
#include <thread>
#include <vector>

using namespace reprise::cuda;

namespace {

void *Library = nullptr;

/// A function of the interposer, of the type that the caller knows.
template <typename Function> Function *ours(const char *Name) {
  return reinterpret_cast<Function *>(dlsym(Library, Name));
}

void watch(unsigned Which, OrderWatcher Watcher) {
  ours<void(unsigned, OrderWatcher)>("reprise_test_set_watcher")(Which,
                                                                 Watcher);
}

/// What the driver got last in this thread.
std::string got() {
  static void *const Driver = dlopen(REPRISE_ORDERED_DRIVER, RTLD_NOW);
  return reinterpret_cast<const char *(*)()>(dlsym(Driver, "lastCall"))();
}

thread_local std::vector<std::string> Watched;

std::string text(const OrderedCall &Call) {
  std::string Text = Call.Name;
  if (Call.Kind == Ordered::Everything)
    Text += " everything";
  if (Call.Kind == Ordered::OnStream)
    Text += " on " + std::to_string(std::bit_cast<uint64_t>(Call.Stream));
  return Text + (Call.PerThread ? " of a thread" : "");
}

void remember(const OrderedCall &Call) { Watched.push_back(text(Call)); }

CUstream stream(uint64_t Number) { return std::bit_cast<CUstream>(Number); }

class Order : public ::testing::Test {
protected:
  Order() {
    Watched.clear();
    watch(0, remember);
  }
  ~Order() override {
    watch(0, nullptr);
    watch(1, nullptr);
  }
  /// What was seen since the last question.
  static std::string seen() {
    std::string Text;
    for (const std::string &Each : Watched)
      Text += (Text.empty() ? "" : ", ") + Each;
    Watched.clear();
    return Text;
  }
};

using NoArguments = CUresult();
using Query = CUresult(CUstream);
using Launch = CUresult(CUfunction, unsigned, unsigned, unsigned, unsigned,
                        unsigned, unsigned, unsigned, CUstream, void **,
                        void **);
using Ask = CUresult(const char *, void **, int, cuuint64_t);
using Only = CUresult(int, double, double, int, double, double, int, double,
                      double, int, double, double, int, int, int, int);

template <typename Function>
Function *ask(const char *Name, int Version = 12000, cuuint64_t Flags = 0) {
  void *Found = nullptr;
  ours<Ask>("cuGetProcAddress")(Name, &Found, Version, Flags);
  return reinterpret_cast<Function *>(Found);
}

void callOnly(Only *Function) {
  Function(1, 0.5, 1.5, 2, 2.5, 3.5, 3, 4.5, 5.5, 4, 6.5, 7.5, 5, 6, 7, 8);
}
constexpr const char *OnlyGot =
    "only 1 0.5 1.5 2 2.5 3.5 3 4.5 5.5 4 6.5 7.5 5 6 7 8";

TEST_F(Order, HarmlessCallsAreNotWatched) {
  CUcontext Context = nullptr;
  EXPECT_EQ(ours<CUresult(CUcontext *)>("cuCtxGetCurrent")(&Context),
            CUDA_SUCCESS);
  EXPECT_EQ(got(), "current");
  EXPECT_EQ(seen(), "");
}

TEST_F(Order, TheFirstCallIsWatchedLikeTheNext) {
  auto *Synchronize = ours<NoArguments>("cuCtxSynchronize");
  EXPECT_EQ(Synchronize(), CUDA_SUCCESS);
  EXPECT_EQ(seen(), "cuCtxSynchronize everything");
  EXPECT_EQ(got(), "synchronize");
  EXPECT_EQ(Synchronize(), CUDA_SUCCESS);
  EXPECT_EQ(seen(), "cuCtxSynchronize everything");
}

TEST_F(Order, StreamsComeInRegisters) {
  ours<Query>("cuStreamQuery")(stream(77));
  EXPECT_EQ(got(), "query 0x4d");
  ours<Query>("cuStreamQuery_ptsz")(nullptr);
  EXPECT_EQ(seen(), "cuStreamQuery on 77, cuStreamQuery_ptsz on 0 of a thread");
}

TEST_F(Order, StreamsComeOnTheStack) {
  auto *Function = ours<Launch>("cuLaunchKernel");
  for (int Turn = 0; Turn < 2; ++Turn) { // Found by the first one.
    EXPECT_EQ(Function(std::bit_cast<CUfunction>(uint64_t{16}), 1, 2, 3, 4, 5,
                       6, 7, stream(0x5eed), reinterpret_cast<void **>(0x20),
                       reinterpret_cast<void **>(0x30)),
              CUDA_SUCCESS);
    EXPECT_EQ(got(), "launch 0x10 1 2 3 4 5 6 7 0x5eed 0x20 0x30");
    EXPECT_EQ(seen(), "cuLaunchKernel on 24301");
  }
}

TEST_F(Order, StreamsComeInStructures) {
  auto *Function =
      ours<CUresult(const CUlaunchConfig *, CUfunction, void **, void **)>(
          "cuLaunchKernelEx");
  CUlaunchConfig Config{};
  Config.hStream = stream(99);
  Function(&Config, nullptr, nullptr, nullptr);
  EXPECT_EQ(seen(), "cuLaunchKernelEx on 99");
  Function(nullptr, nullptr, nullptr, nullptr);
  EXPECT_EQ(seen(), "cuLaunchKernelEx everything");
  EXPECT_EQ(got(), "launch (nil) with (nil)");
}

TEST_F(Order, CopiesWithoutAStreamAreOnTheNullStream) {
  using Copy = CUresult(CUdeviceptr, const void *, size_t);
  ours<Copy>("cuMemcpyHtoD_v2")(1, nullptr, 2);
  ours<Copy>("cuMemcpyHtoD_v2_ptds")(1, nullptr, 2);
  EXPECT_EQ(seen(),
            "cuMemcpyHtoD_v2 on 0, cuMemcpyHtoD_v2_ptds on 0 of a thread");
  EXPECT_EQ(got(), "copy of a thread");
}

TEST_F(Order, FloatingPointArgumentsSurvive) {
  auto *Clamp =
      ours<CUresult(CUtexref, float, float)>("cuTexRefSetMipmapLevelClamp");
  for (int Turn = 0; Turn < 2; ++Turn) {
    Clamp(std::bit_cast<CUtexref>(uint64_t{16}), 1.25F, 2.75F);
    EXPECT_EQ(got(), "clamp 0x10 1.25 2.75");
    EXPECT_EQ(seen(), "cuTexRefSetMipmapLevelClamp everything");
  }
}

TEST_F(Order, AnswersForNamesLeadThroughTheWatchers) {
  EXPECT_EQ(ask<NoArguments>("cuCtxSynchronize"),
            ours<NoArguments>("cuCtxSynchronize"));
  EXPECT_EQ(ask<Query>("cuStreamQuery"), ours<Query>("cuStreamQuery"));
  EXPECT_EQ(ask<Query>("cuStreamQuery", 12000,
                       CU_GET_PROC_ADDRESS_PER_THREAD_DEFAULT_STREAM),
            ours<Query>("cuStreamQuery_ptsz"));
  EXPECT_EQ(ask<void>("cuMemcpyHtoD"), ours<void>("cuMemcpyHtoD_v2"));
}

TEST_F(Order, FunctionsThatNobodyKnowsAreWatchedAsEverything) {
  auto *Asked = ask<Only>("cuOnlyHere");
  callOnly(Asked);
  EXPECT_EQ(got(), OnlyGot);
  callOnly(ask<Only>("cuOnlyHere", 99000));
  EXPECT_EQ(seen(), "cuOnlyHere everything, cuOnlyHere everything");
  EXPECT_EQ(Asked, ask<Only>("cuOnlyHere"));
}

TEST_F(Order, FunctionsOfNoNameAreWatchedByTheNameThatWasAskedFor) {
  auto *Hidden = ask<CUresult(int)>("cuHidden");
  Hidden(5);
  EXPECT_EQ(got(), "hidden 5");
  EXPECT_EQ(seen(), "cuHidden everything");
}

TEST_F(Order, BothWatchersAreCalledUntilTheyAreTakenOff) {
  auto *Synchronize = ours<NoArguments>("cuCtxSynchronize");
  watch(1, [](const OrderedCall &Call) {
    Watched.push_back("second " + text(Call));
  });
  Synchronize();
  EXPECT_EQ(seen(),
            "cuCtxSynchronize everything, second cuCtxSynchronize everything");
  watch(0, nullptr);
  Synchronize();
  EXPECT_EQ(seen(), "second cuCtxSynchronize everything");
  watch(1, nullptr);
  Synchronize();
  EXPECT_EQ(seen(), "");
  EXPECT_EQ(got(), "synchronize");
}

TEST_F(Order, AWatchersOwnCallsAreNotWatched) {
  watch(1,
        [](const OrderedCall &) { ours<Query>("cuStreamQuery")(stream(5)); });
  ours<NoArguments>("cuCtxSynchronize")();
  EXPECT_EQ(seen(), "cuCtxSynchronize everything");
  EXPECT_EQ(got(), "synchronize");
}

std::atomic<int> Turn{0}; ///< 0 while nobody watches.
thread_local uint64_t Calls = 0;

/// Calls that begin behind the switch are watched, whichever thread makes them
/// and whether it found the function before or finds it now.
TEST_F(Order, ThreadsSeeTheSwitch) {
  watch(0, nullptr);
  std::atomic<bool> Stop{false};
  std::atomic<uint64_t> Missed{0}, Seen{0};
  std::vector<std::thread> Threads;
  for (unsigned T = 0; T < 3; ++T)
    Threads.emplace_back([&, T] {
      const char *Names[] = {"cuStreamQuery", "cuMemcpyHtoD_v2",
                             "cuCtxSynchronize"};
      auto *Function = ours<CUresult(CUstream, void *, size_t)>(Names[T]);
      while (!Stop) {
        const uint64_t Before = Calls;
        const int Began = Turn;
        Function(nullptr, nullptr, 0);
        if (Began != 0)
          ++(Calls == Before + 1 || Turn != Began ? Seen : Missed);
      }
    });
  for (int Each = 1; Each <= 300; ++Each) {
    watch(1, [](const OrderedCall &) { ++Calls; });
    Turn = Each;
    const uint64_t Before = Seen;
    while (Seen < Before + 200 && Missed == 0)
      std::this_thread::yield();
    Turn = 0;
    watch(1, nullptr);
  }
  Stop = true;
  for (std::thread &Each : Threads)
    Each.join();
  EXPECT_EQ(Missed, 0U);
  EXPECT_GE(Seen, 60000U);
}

} // namespace

int main(int Argc, char **Argv) {
  ::testing::InitGoogleTest(&Argc, Argv);
  setenv("REPRISE_REAL_LIBCUDA", REPRISE_ORDERED_DRIVER, 1);
  setenv("REPRISE_QUIET", "1", 1);
  unsetenv("REPRISE_MODE");
  Library = dlopen(REPRISE_ORDERED_LIBRARY, RTLD_NOW);
  if (!Library) {
    std::puts(dlerror());
    return 1;
  }
  return RUN_ALL_TESTS();
}
