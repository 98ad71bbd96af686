//===- WindowsTest.cpp - Windows that followers feed ---------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Copies and fills through their followers, over a driver that does nothing
// (FakeDriver.cpp); no order watcher sees them here. test/interposer/window.cu
// has launches and watched calls.
//
//===----------------------------------------------------------------------===//

#include "FakeDriver.h"
#include "Followers.h"

#include <gtest/gtest.h>

#include <bit>
#include <string>
#include <thread>
#include <vector>

using namespace reprise;
using namespace reprise::cuda;

namespace {

constexpr auto CopyAsync = copyDeviceAsync<Slot::Slot_cuMemcpyDtoDAsync_v2>;
constexpr auto FillAsync =
    reprise::cuda::Fills<unsigned>::lineAsync<Slot::Slot_cuMemsetD32Async>;
constexpr auto ToDevice = copyToDevice<Slot::Slot_cuMemcpyHtoD_v2>;

CUstream stream(uint64_t Number) { return std::bit_cast<CUstream>(Number); }
constexpr uint64_t First = 0x5000, Second = 0x6000;

CUdeviceptr allocate(size_t Size) {
  CUdeviceptr Address = 0;
  memAlloc<Slot::Slot_cuMemAlloc_v2>(&Address, Size);
  return Address;
}

class Windows : public ::testing::Test {
protected:
  CUdeviceptr A = allocate(4096), B = allocate(4096), C = allocate(4096);

  Windows() { keepWindows(4); }
  ~Windows() override {
    keepWindows(0);
    for (CUdeviceptr Each : {A, B, C})
      memFree<Slot::Slot_cuMemFree_v2>(Each);
  }

  /// "held, back".
  static std::string reach(uint64_t Of = First) {
    WindowAnswer Answer{};
    if (restartPoint(stream(Of), Answer) != REPRISE_OK)
      return "none";
    return std::to_string(Answer.End - Answer.Begin) + ", " +
           (Answer.Restart.valid
                ? std::to_string(Answer.End - Answer.Restart.first)
                : "not valid");
  }
  static uint64_t fences(FenceCause Cause) {
    return windowCounts().Fences[static_cast<size_t>(Cause)];
  }
};

TEST_F(Windows, HoldCopiesAndFillsWithinTheDevice) {
  EXPECT_EQ(reach(), "0, 0");
  FillAsync(A, 7, 64, stream(First));
  CopyAsync(B, A, 256, stream(First));
  CopyAsync(C, B, 256, stream(First));
  EXPECT_EQ(reach(), "3, 3");
  CopyAsync(A, C, 256, stream(First)); // The fill still makes all of it anew.
  EXPECT_EQ(reach(), "4, 4");
  CopyAsync(B, C + 256, 256, stream(First)); // The fill is held no more.
  EXPECT_EQ(reach(), "4, 2");
  EXPECT_EQ(windowCounts().Operations, 5U);
}

TEST_F(Windows, AreOffWhereNoneAreKept) {
  keepWindows(0);
  CopyAsync(B, A, 256, stream(First));
  EXPECT_EQ(reach(), "none");
  EXPECT_EQ(windowCounts().Operations, 0U);
}

TEST_F(Windows, EndAtCopiesWithTheHostAndUnknownMemory) {
  CopyAsync(B, A, 256, stream(First));
  ToDevice(A, "four", 4);
  EXPECT_EQ(reach(), "0, 0");
  CopyAsync(B, A, 256, stream(First));
  CopyAsync(B + 4000, A, 256, stream(First)); // Out of the allocation.
  EXPECT_EQ(reach(), "0, 0");
  EXPECT_EQ(fences(FenceCause::Copy), 2U);
}

TEST_F(Windows, EndAtWhatTheDriverRefuses) {
  CopyAsync(B, A, 256, stream(First));
  copyBox<Slot::Slot_cuMemcpy3D_v2>(nullptr);
  EXPECT_EQ(reach(), "0, 0");
  EXPECT_EQ(fences(FenceCause::Refused), 1U);
}

TEST_F(Windows, EndAtSecondAddresses) {
  CopyAsync(B, A, 256, stream(First));
  addAlias(C, 4096);
  CopyAsync(C, A, 256, stream(First));
  EXPECT_EQ(reach(), "0, 0");
}

TEST_F(Windows, StreamsThatOnlyReadTheSameKeepTheirs) {
  CopyAsync(B, A, 256, stream(First));
  CopyAsync(C, A, 256, stream(Second));
  CopyAsync(B, A, 256, stream(First));
  EXPECT_EQ(reach(), "2, 2");
  EXPECT_EQ(reach(Second), "1, 1");
  ToDevice(A + 1024, "four", 4); // Both end.
  EXPECT_EQ(reach(), "0, 0");
  EXPECT_EQ(reach(Second), "0, 0");
}

TEST_F(Windows, AnOperationEndsThoseWhoseMemoryItMeets) {
  CopyAsync(B, A, 256, stream(First));
  CopyAsync(C, B, 256, stream(Second)); // Reads what the first one wrote.
  EXPECT_EQ(reach(), "0, 0");
  EXPECT_EQ(reach(Second), "1, 1");
  CopyAsync(B, A, 256, stream(First)); // Writes what the second one read.
  EXPECT_EQ(reach(), "1, 1");
  EXPECT_EQ(reach(Second), "0, 0");
  EXPECT_EQ(fences(FenceCause::Stream), 2U);
}

TEST_F(Windows, CallsThatOverlapHaveNoOrder) {
  CopyAsync(B, A, 256, stream(First));
  {
    WindowedCall Outer(stream(First), false);
    Outer.copies(region(C, 256), region(A, 256));
    std::thread([&] { CopyAsync(B, A, 256, stream(First)); }).join();
    EXPECT_EQ(reach(), "0, not valid"); // Its place is not known yet.
    Outer.end(CUDA_SUCCESS);
  }
  EXPECT_EQ(reach(), "0, 0");
  EXPECT_EQ(fences(FenceCause::Threads), 2U);
  CopyAsync(B, A, 256, stream(First));
  EXPECT_EQ(reach(), "1, 1");
}

TEST_F(Windows, WhatIsNotDoneChangesNothing) {
  CopyAsync(B, A, 256, stream(First));
  {
    WindowedCall Call(stream(Second), false);
    Call.copies(region(C, 256), region(A, 256));
    Call.drop();
  }
  EXPECT_EQ(reach(), "1, 1");
}

TEST_F(Windows, ACallThatNobodyDescribesIsAFence) {
  CopyAsync(B, A, 256, stream(First));
  Thread *Own = currentThread();
  ++Own->Watched; // As the order watcher does.
  EXPECT_EQ(reach(), "0, 0");
  EXPECT_EQ(fences(FenceCause::Call), 1U);
  ++Own->Watched; // Of the copy.
  CopyAsync(B, A, 256, stream(First));
  EXPECT_EQ(reach(), "1, 1");
  ++Own->Watched;
  ++Own->Watched;
  CopyAsync(C, B, 256, stream(First));
  EXPECT_EQ(reach(), "1, 1");
}

TEST_F(Windows, AChildHasDoneNothing) {
  CopyAsync(B, A, 256, stream(First));
  {
    WindowedCall Call(stream(First), false);
    Call.copies(region(C, 256), region(A, 256));
    forgetWindows();
    Call.end(CUDA_SUCCESS); // It was the parent's.
  }
  EXPECT_EQ(reach(), "0, 0");
  EXPECT_EQ(windowCounts().Operations, 0U);
  CopyAsync(B, A, 256, stream(First));
  EXPECT_EQ(reach(), "1, 1");
}

TEST_F(Windows, SavesAreAskedForByNumber) {
  CopyAsync(B, A, 256, stream(First));
  CopyAsync(A, C, 256, stream(First));
  WindowAnswer Answer{};
  ASSERT_EQ(restartPoint(stream(First), Answer), REPRISE_OK);
  EXPECT_EQ(Answer.Restart.first, Answer.End - 1);
  bool Bounded = false;
  std::vector<reprise_save> Saves;
  ASSERT_EQ(savesFor(stream(First), Answer.Begin, Bounded, Saves), REPRISE_OK);
  ASSERT_TRUE(Bounded);
  ASSERT_EQ(Saves.size(), 1U);
  EXPECT_EQ(Saves[0].range.address, A);
  EXPECT_EQ(Saves[0].range.size, 256U);
  EXPECT_EQ(Saves[0].before, Answer.Begin + 1);
  EXPECT_EQ(savesFor(stream(First), Answer.End + 1, Bounded, Saves),
            REPRISE_ERROR_ARGUMENT);
}

TEST_F(Windows, ThreadsMayDoWhatTheyLike) {
  std::vector<std::thread> Threads;
  for (unsigned T = 0; T < 4; ++T)
    Threads.emplace_back([&, T] {
      for (int I = 0; I < 2000; ++I) {
        CopyAsync(B, A, 256, stream(First + T % 2));
        if (I % 16 == 0)
          reach(First);
        if (I % 64 == 0) {
          CUdeviceptr Own = allocate(64);
          memFree<Slot::Slot_cuMemFree_v2>(Own);
        }
      }
    });
  for (std::thread &Each : Threads)
    Each.join();
  const WindowCounts Counts = windowCounts();
  EXPECT_EQ(Counts.Operations +
                Counts.Fences[static_cast<size_t>(FenceCause::Threads)],
            8000U);
  keepWindows(4);
  CopyAsync(B, A, 256, stream(First));
  EXPECT_EQ(reach(), "1, 1");
}

} // namespace
