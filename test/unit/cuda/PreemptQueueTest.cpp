//===- PreemptQueueTest.cpp - What stops put on a stream, and when --------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How much may lie behind a stopped stream's gate, streams that begin a
// capture, the ends of contexts, and the size of reports.
//
//===----------------------------------------------------------------------===//

#include "Launch.h"
#include "Preempt.h"
#include "PreemptTestProgram.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <thread>

using namespace reprise;
using namespace reprise::cuda;
using namespace reprise::cuda::test;

namespace {

size_t queued(CUstream Stream) {
  return reinterpret_cast<SimQueued *>(driverFunction(SimQueuedName))(Stream);
}

class PreemptQueueTest : public PreemptFixture {
protected:
  static std::vector<Operation> many(Step What, size_t Count) {
    return std::vector<Operation>(Count, Operation{What, 0, 1, 1, true});
  }

  /// Until \p Ended, or what waits on the stream has not changed for long.
  static size_t settled(CUstream Stream, const std::atomic<bool> &Ended) {
    size_t Last = queued(Stream);
    for (unsigned Same = 0; Same < 20 && !Ended; ++Same) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      if (const size_t Now = queued(Stream); Now != Last) {
        Last = Now;
        Same = 0;
      }
    }
    return Last;
  }

  /// Stops a stream with \p Before on it, and again and again while it resumes.
  /// The most that waited while another thread put \p Behind on it.
  static size_t mostBehind(const std::vector<Operation> &Before,
                           const std::vector<Operation> &Behind) {
    Buffers Here, There;
    runHere(Before, Here);
    runHere(Behind, Here);
    reprise_preempt_options O{};
    O.gate_us = UINT32_MAX;
    // So that neither of them keeps launches from the stream.
    O.in_flight = PreemptStream::MostInFlight;
    O.backup_bytes = 1 << 18;
    auto S = make(O);
    // Past the gate that it begins with.
    EXPECT_EQ(stopApi().StreamSynchronize(S->Stream), CUDA_SUCCESS);
    EXPECT_TRUE(runThere(Before, There, *S));
    EXPECT_EQ(S->preempt(), REPRISE_PREEMPT_OK);
    EXPECT_EQ(S->wait(UINT64_MAX, nullptr), REPRISE_PREEMPT_OK);
    // A stream that runs takes as much as its driver, so nothing is put on it
    // when its resume may have ended.
    std::atomic<bool> Ended{false}, Stopped{true};
    std::thread Program([&] {
      for (const Operation &Each : Behind) {
        while (!Stopped)
          std::this_thread::yield();
        EXPECT_TRUE(runThere({Each}, There, *S, /*AllTwins=*/false));
      }
      Ended = true;
    });
    size_t Most = settled(S->Stream, Ended);
    for (unsigned Stops = 0; Stops < 8 && !Ended; ++Stops) {
      Stopped = false;
      EXPECT_EQ(S->resume(), REPRISE_PREEMPT_OK);
      EXPECT_EQ(S->preempt(), REPRISE_PREEMPT_OK);
      EXPECT_EQ(S->wait(UINT64_MAX, nullptr), REPRISE_PREEMPT_OK);
      Stopped = true;
      Most = std::max(Most, settled(S->Stream, Ended));
    }
    EXPECT_EQ(S->resume(), REPRISE_PREEMPT_OK);
    Program.join();
    EXPECT_EQ(drop(*S), REPRISE_PREEMPT_OK);
    EXPECT_TRUE(Here == There);
    return Most;
  }

  // And a launch that there was room for, with its gates, or two.
  static constexpr size_t Bound = PreemptStream::MostBehind + 24;
};

// Else the driver's queue fills, and who fills it keeps others from resuming.
TEST_F(PreemptQueueTest, NoMoreThanTheBoundLiesBehindAGate) {
  const std::vector<Operation> Long = many(Step::Map, 3);
  for (Step What : {Step::Original, Step::UpdateSaved}) {
    const size_t Most = mostBehind(Long, many(What, 1200));
    EXPECT_LE(Most, Bound);
    EXPECT_GE(Most, PreemptStream::MostBehind / 2) << "the test put too little";
  }
}

TEST_F(PreemptQueueTest, WhatLayBehindTheGateBeforeCounts) {
  std::vector<Operation> Before = many(Step::Map, 3);
  const std::vector<Operation> Originals = many(Step::Original, 480);
  Before.insert(Before.end(), Originals.begin(), Originals.end());
  EXPECT_LE(mostBehind(Before, many(Step::Original, 400)), Bound);
}

// A stop that begins meanwhile finds the capture, and puts nothing into it.
TEST_F(PreemptQueueTest, NoStopBeginsWhileACaptureDoes) {
  auto *Capture =
      reinterpret_cast<SimCapture *>(driverFunction(SimCaptureName));
  auto S = make();
  std::atomic<int> Answer{-1};
  std::thread Stopper;
  captureBegins();
  S->exclusively([&] {
    Stopper = std::thread([&] { Answer = S->preempt(); });
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    EXPECT_EQ(Answer, -1);
    Capture(S->Stream, true);
    return CUDA_SUCCESS;
  });
  Stopper.join();
  EXPECT_EQ(Answer, REPRISE_PREEMPT_CAPTURING);
  S->beforeOperation(true);
  EXPECT_EQ(Capture(S->Stream, false), 0U);
  captureEnds();
  EXPECT_EQ(S->preempt(), REPRISE_PREEMPT_OK);
  EXPECT_EQ(drop(*S), REPRISE_PREEMPT_OK);
}

// The device that is simulated is number 0.
TEST_F(PreemptQueueTest, AnotherDevicesContextIsNoMatter) {
  CUstream Stream = nullptr;
  stopApi().StreamCreateWithPriority(&Stream, CU_STREAM_NON_BLOCKING, 0);
  ASSERT_EQ(reprise_stream_preemptible(Stream, nullptr), REPRISE_PREEMPT_OK);
  ASSERT_EQ(reprise_preempt(Stream), REPRISE_PREEMPT_OK);
  ASSERT_EQ(reprise_preempt_wait(Stream, UINT64_MAX, nullptr),
            REPRISE_PREEMPT_OK);
  beforePrimaryContextEnds(1);
  afterPrimaryContextGone(1);
  ASSERT_TRUE(isMarked(Stream));
  reprise_preempt_info Info{};
  Info.struct_size = sizeof Info;
  EXPECT_EQ(reprise_preempt_information(Stream, &Info), REPRISE_PREEMPT_OK);
  EXPECT_EQ(Info.state, REPRISE_STREAM_STOPPED);
  beforePrimaryContextEnds(0);
  EXPECT_EQ(reprise_preempt_information(Stream, &Info), REPRISE_PREEMPT_OK);
  EXPECT_EQ(Info.state, REPRISE_STREAM_RUNNING);
  afterPrimaryContextGone(0);
  EXPECT_FALSE(isMarked(Stream));
}

TEST_F(PreemptQueueTest, AReportIsAsLargeAsItSays) {
  auto S = make();
  ASSERT_EQ(S->preempt(), REPRISE_PREEMPT_OK);
  reprise_preempt_report R{};
  EXPECT_EQ(S->wait(UINT64_MAX, &R), REPRISE_PREEMPT_ARGUMENT);
  // Of an older version than ours some day, of a newer one here.
  for (size_t Size : {offsetof(reprise_preempt_report, behind) + 4,
                      sizeof(reprise_preempt_report) + 16}) {
    struct {
      reprise_preempt_report Report;
      unsigned char Rest[16];
    } Room;
    std::memset(&Room, 0x55, sizeof Room);
    Room.Report.struct_size = Size;
    EXPECT_EQ(S->wait(UINT64_MAX, &Room.Report), REPRISE_PREEMPT_OK);
    EXPECT_EQ(Room.Report.struct_size, Size);
    EXPECT_EQ(Room.Report.behind, 0U);
    const auto *Bytes = reinterpret_cast<const unsigned char *>(&Room);
    for (size_t At = std::min(Size, sizeof Room.Report); At < sizeof Room; ++At)
      EXPECT_EQ(Bytes[At], 0x55);
  }
  EXPECT_EQ(S->resume(), REPRISE_PREEMPT_OK);
  EXPECT_EQ(drop(*S), REPRISE_PREEMPT_OK);
}

} // namespace
