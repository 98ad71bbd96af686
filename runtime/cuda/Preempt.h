//===- Preempt.h - The streams that can be stopped ------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which streams are marked (reprise_preempt.h), and what the followers and the
// watcher of ordered calls do for them.
//
// Thread safety: all functions. Where no stream is marked, they are one load;
// a stream that is not marked costs a look at a few words: no lock and no
// allocation.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_CUDA_PREEMPT_H
#define REPRISE_CUDA_PREEMPT_H

#include "Launch.h"
#include "reprise/reprise_preempt.h"

#include <atomic>
#include <functional>
#include <memory>

namespace reprise::cuda {

class PreemptStream;

/// Streams that are marked now.
extern std::atomic<unsigned> MarkedStreams;

inline bool anyMarked() {
  return MarkedStreams.load(std::memory_order_acquire) != 0;
}

bool isMarked(CUstream Stream) noexcept;
/// Null where it is not.
std::shared_ptr<PreemptStream> markedStream(CUstream Stream);

/// Launches what beforeLaunch() let pass, on a marked stream. \p Plain: without
/// attributes that a twin could not have. \p LaunchIt calls the driver.
CUresult launchStoppable(const LaunchRequest &Request, bool Plain,
                         const std::function<CUresult()> &LaunchIt) noexcept;

/// \p Call, which calls the driver, and its answer. Nobody stops \p Stream
/// meanwhile. It may be none that is marked.
CUresult withoutStops(CUstream Stream,
                      const std::function<CUresult()> &Call) noexcept;

/// The program is about to take something away. What is stopped is resumed
/// first, and its end waited for.
void beforeStreamDestroy(CUstream Stream) noexcept;
void beforeContextDestroy(CUcontext Context) noexcept;
/// \p Owner: the module or library.
void beforeModuleUnload(uint64_t Owner) noexcept;
void beforePrimaryContextEnds(CUdevice Device) noexcept;
/// Nobody knows which context that was: no stream of the device is marked any
/// more.
void afterPrimaryContextGone(CUdevice Device) noexcept;

/// In a child of fork(), which has no device.
void forgetStreams() noexcept;

/// Launches on marked streams.
struct StopCount {
  uint32_t Number = 0; ///< KernelInfo::Number
  reprise_stop_kind Kind = REPRISE_STOP_NONE;
  reprise_stop_reason Reason = REPRISE_STOP_REASON_NONE;
  uint64_t Launches = 0;
  std::string Detail;
};
std::vector<StopCount> stopCounts();
void forgetStopCounts() noexcept;

struct StopTotals {
  uint64_t Marked = 0, Preempted = 0, Resumed = 0, LaunchedAgain = 0;
  unsigned StillStopped = 0;
};
StopTotals stopTotals();

} // namespace reprise::cuda

#endif // REPRISE_CUDA_PREEMPT_H
