//===- TransfersTest.cpp - Copies and fills are counted -----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The followers are called as a program would call the driver; behind them is
// FakeDriver.cpp, which refuses what goes to null.
//
//===----------------------------------------------------------------------===//

#include "Followers.h"

#include <gtest/gtest.h>

#include <array>
#include <thread>

using namespace reprise::cuda;

namespace {

/// Seen, bytes, captured, failed, of all threads.
using Four = std::array<uint64_t, 4>;

Four total(TransferCounts ThreadCounts::*Which) {
  Four Sum{};
  for (const Thread *T = firstThread(); T; T = T->Next) {
    const TransferCounts &C = T->Counts.*Which;
    Sum[0] += get(C.Seen);
    Sum[1] += get(C.Bytes);
    Sum[2] += get(C.Captured);
    Sum[3] += get(C.Failed);
  }
  return Sum;
}

class Transfers : public ::testing::Test {
protected:
  Four Copies = total(&ThreadCounts::Copies);
  Four Fills = total(&ThreadCounts::Fills);

  static Four since(Four Before, Four Now) {
    for (size_t I = 0; I < Now.size(); ++I)
      Now[I] -= Before[I];
    return Now;
  }
  Four copies() const { return since(Copies, total(&ThreadCounts::Copies)); }
  Four fills() const { return since(Fills, total(&ThreadCounts::Fills)); }
};

constexpr auto ToDevice = copyToDevice<Slot::Slot_cuMemcpyHtoD_v2>;
constexpr auto CopyAsync = copyDeviceAsync<Slot::Slot_cuMemcpyDtoDAsync_v2>;
constexpr auto FillAsync =
    reprise::cuda::Fills<unsigned>::lineAsync<Slot::Slot_cuMemsetD32Async>;

TEST_F(Transfers, CountsBytesOfEveryShape) {
  EXPECT_EQ(ToDevice(0x1000, "four", 4), CUDA_SUCCESS);
  EXPECT_EQ(CopyAsync(0x1000, 0x2000, 100, nullptr), CUDA_SUCCESS);
  CUDA_MEMCPY2D Plane{};
  Plane.WidthInBytes = 10;
  Plane.Height = 3;
  EXPECT_EQ(copyPlane<Slot::Slot_cuMemcpy2D_v2>(&Plane), CUDA_SUCCESS);
  CUDA_MEMCPY3D_PEER Box{};
  Box.WidthInBytes = 10;
  Box.Height = 3;
  Box.Depth = 2;
  EXPECT_EQ(copyPeerBoxAsync<Slot::Slot_cuMemcpy3DPeerAsync>(&Box, nullptr),
            CUDA_SUCCESS);
  EXPECT_EQ(copies(), (Four{4, 4 + 100 + 30 + 60, 0, 0}));
  EXPECT_EQ(fills(), Four{});
}

TEST_F(Transfers, CountsFillsInBytesAndNotInValues) {
  EXPECT_EQ(FillAsync(0x1000, 7, 5, nullptr), CUDA_SUCCESS);
  EXPECT_EQ(
      (reprise::cuda::Fills<unsigned short>::plane<Slot::Slot_cuMemsetD2D16_v2>(
          0x1000, 64, 7, 5, 3)),
      CUDA_SUCCESS);
  EXPECT_EQ(fills(), (Four{2, 20 + 30, 0, 0}));
  EXPECT_EQ(copies(), Four{});
}

#if CUDA_VERSION >= 12080
TEST_F(Transfers, CountsEachCopyOfABatch) {
  size_t Sizes[] = {8, 16, 32};
  EXPECT_EQ((copyBatch<Slot::Slot_cuMemcpyBatchAsync_v2>(
                nullptr, nullptr, Sizes, 3, nullptr, nullptr, 0, nullptr)),
            CUDA_SUCCESS);
  EXPECT_EQ(copies(), (Four{3, 56, 0, 0}));
}
#endif

TEST_F(Transfers, RefusedOnesHaveNoBytes) {
  EXPECT_EQ(ToDevice(0, "four", 4), CUDA_ERROR_INVALID_VALUE);
  EXPECT_EQ(copyPlane<Slot::Slot_cuMemcpy2D_v2>(nullptr),
            CUDA_ERROR_INVALID_VALUE);
  // A driver that lacks the function.
  EXPECT_EQ(copyBox<Slot::Slot_cuMemcpy3D_v2>(nullptr), CUDA_ERROR_NOT_FOUND);
  EXPECT_EQ(copies(), (Four{3, 0, 0, 3}));
}

TEST_F(Transfers, CapturedOnesAreNotDone) {
  streamBeginCapture<Slot::Slot_cuStreamBeginCapture_v2>(
      nullptr, CU_STREAM_CAPTURE_MODE_GLOBAL);
  CopyAsync(0x1000, 0x2000, 100, nullptr);
  FillAsync(0x1000, 7, 5, nullptr);
  CUgraph Graph = nullptr;
  streamEndCapture<Slot::Slot_cuStreamEndCapture>(nullptr, &Graph);
  EXPECT_EQ(copies(), (Four{0, 0, 1, 0}));
  EXPECT_EQ(fills(), (Four{0, 0, 1, 0}));
  CopyAsync(0x1000, 0x2000, 100, nullptr);
  EXPECT_EQ(copies(), (Four{1, 100, 1, 0}));
}

TEST_F(Transfers, ThreadsCountForThemselvesAndAllIsKept) {
  std::thread Others[4];
  for (std::thread &T : Others)
    T = std::thread([] {
      for (int I = 0; I < 1000; ++I)
        CopyAsync(0x1000, 0x2000, 2, nullptr);
    });
  for (std::thread &T : Others)
    T.join();
  EXPECT_EQ(copies(), (Four{4000, 8000, 0, 0}));
}

} // namespace
