//===- Preempt.cpp - The streams that can be stopped ----------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Preempt.h"
#include "Guard.h"
#include "Ordered.h"
#include "PreemptStream.h"
#include "Settings.h"

#include <array>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace reprise::cuda {

std::atomic<unsigned> MarkedStreams{0};

namespace {

constexpr unsigned MostStreams = 64;

struct Marked {
  std::mutex Lock;
  /// Read without the lock, to see that a stream is none of them.
  std::array<std::atomic<CUstream>, MostStreams> Handles{};
  std::array<std::shared_ptr<PreemptStream>, MostStreams> Streams;
  StopTotals Past; ///< Of streams that are not marked any more.
};

Marked *make() { return new Marked; }

std::atomic<Marked *> Current{make()};

Marked &marked() { return *Current.load(std::memory_order_acquire); }

std::vector<std::shared_ptr<PreemptStream>> all() {
  std::vector<std::shared_ptr<PreemptStream>> Found;
  Marked &M = marked();
  std::lock_guard Guard(M.Lock);
  for (const std::shared_ptr<PreemptStream> &S : M.Streams)
    if (S)
      Found.push_back(S);
  return Found;
}

/// Waits for nobody: the program may be about to end.
void addTotals(StopTotals &To, const PreemptStream &S) {
  const PreemptStream::Totals Its = S.totals();
  To.Preempted += Its.Preempted;
  To.Resumed += Its.Resumed;
  To.LaunchedAgain += Its.LaunchedAgain;
  To.StillStopped += !Its.Runs;
}

/// False: another thread did.
bool takeOut(PreemptStream &Which) {
  Marked &M = marked();
  std::lock_guard Guard(M.Lock);
  for (unsigned I = 0; I < MostStreams; ++I)
    if (M.Streams[I].get() == &Which) {
      addTotals(M.Past, Which);
      M.Handles[I].store(nullptr, std::memory_order_release);
      M.Streams[I] = nullptr;
      MarkedStreams.fetch_sub(1, std::memory_order_release);
      return true;
    }
  return false;
}

reprise_preempt_status endStream(const std::shared_ptr<PreemptStream> &S) {
  S->settle();
  return takeOut(*S) ? S->end() : REPRISE_PREEMPT_NOT_MARKED;
}

/// Launches that followers pass on to launchStoppable().
bool isFollowedLaunch(std::string_view Name) {
  return Name == "cuLaunchKernel" || Name == "cuLaunchKernel_ptsz" ||
         Name == "cuLaunchKernelEx" || Name == "cuLaunchKernelEx_ptsz";
}

/// Only looks at the stream, or waits for it.
bool onlyLooks(std::string_view Name) {
  return Name.find("Query") != Name.npos ||
         Name.find("Synchronize") != Name.npos;
}

void beforeOrdered(const OrderedCall &Call) {
  if (!anyMarked())
    return;
  guarded([&] {
    if (Call.Kind == Ordered::Everything) {
      for (const std::shared_ptr<PreemptStream> &S : all())
        S->beforeOperation(/*Adds=*/false);
      return;
    }
    if (isFollowedLaunch(Call.Name))
      return;
    if (std::shared_ptr<PreemptStream> S = markedStream(Call.Stream))
      S->beforeOperation(/*Adds=*/!onlyLooks(Call.Name));
  });
}

} // namespace

bool isMarked(CUstream Stream) noexcept {
  if (!Stream || !anyMarked())
    return false;
  const Marked &M = marked();
  for (const std::atomic<CUstream> &Handle : M.Handles)
    if (Handle.load(std::memory_order_acquire) == Stream)
      return true;
  return false;
}

std::shared_ptr<PreemptStream> markedStream(CUstream Stream) {
  if (!isMarked(Stream))
    return nullptr;
  Marked &M = marked();
  std::lock_guard Guard(M.Lock);
  for (const std::shared_ptr<PreemptStream> &S : M.Streams)
    if (S && S->Stream == Stream)
      return S;
  return nullptr;
}

CUresult withoutStops(CUstream Stream,
                      const std::function<CUresult()> &Call) noexcept {
  std::shared_ptr<PreemptStream> S;
  guarded([&] { S = markedStream(Stream); });
  return S ? S->exclusively(Call) : Call();
}

void beforeStreamDestroy(CUstream Stream) noexcept {
  guarded([&] {
    if (std::shared_ptr<PreemptStream> S = markedStream(Stream))
      endStream(S);
  });
}

void beforeContextDestroy(CUcontext Context) noexcept {
  if (!anyMarked())
    return;
  guarded([&] {
    for (const std::shared_ptr<PreemptStream> &S : all())
      if (S->Context == Context)
        endStream(S);
  });
}

static bool mayBeOn(const PreemptStream &S, CUdevice Device) {
  return S.Device == Device || S.Device == -1;
}

void afterPrimaryContextGone(CUdevice Device) noexcept {
  if (!anyMarked())
    return;
  guarded([&] {
    for (const std::shared_ptr<PreemptStream> &S : all())
      if (mayBeOn(*S, Device) && takeOut(*S))
        S->abandon();
  });
}

void beforePrimaryContextEnds(CUdevice Device) noexcept {
  if (!anyMarked())
    return;
  guarded([&] {
    for (const std::shared_ptr<PreemptStream> &S : all())
      if (mayBeOn(*S, Device))
        S->settle();
  });
}

void beforeModuleUnload(uint64_t Owner) noexcept {
  if (!anyMarked())
    return;
  guarded([&] {
    for (const std::shared_ptr<PreemptStream> &S : all())
      if (S->needs(Owner))
        S->settle();
  });
}

void forgetStreams() noexcept {
  MarkedStreams.store(0);
  forgetStopCounts();
  // The old one's locks may be taken for ever.
  guarded([] { Current.store(make()); });
}

StopTotals stopTotals() {
  StopTotals T;
  {
    Marked &M = marked();
    std::lock_guard Guard(M.Lock);
    T = M.Past;
  }
  for (const std::shared_ptr<PreemptStream> &S : all())
    addTotals(T, *S);
  return T;
}

namespace {

reprise_preempt_status markStream(CUstream Stream,
                                  const reprise_preempt_options *Given) {
  if (settings().Operation == Mode::Off)
    return REPRISE_PREEMPT_OFF;
  reprise_preempt_options O{};
  if (Given)
    std::memcpy(&O, Given, std::min(Given->struct_size, sizeof O));
  O.most = O.most == REPRISE_STOP_NONE ? REPRISE_STOP_INSIDE : O.most;
  O.in_flight = O.in_flight ? O.in_flight : 32;
  O.pool_bytes = O.pool_bytes ? O.pool_bytes : uint64_t{1} << 20;
  O.gate_us = O.gate_us ? O.gate_us : 200;
  if (O.request == REPRISE_REQUEST_DEFAULT)
    O.request = settings().Request;
  if (O.left == REPRISE_REQUEST_DEFAULT)
    O.left = settings().Left;
  if (O.in_flight > PreemptStream::MostInFlight ||
      O.most > REPRISE_STOP_INSIDE || O.request > REPRISE_REQUEST_SPREAD ||
      O.left > REPRISE_REQUEST_HOST || isMarked(Stream))
    return REPRISE_PREEMPT_ARGUMENT;
  // Each launch waits for its kernel then, in the driver and with a lock that
  // others need to stop it.
  const char *Blocking = std::getenv("CUDA_LAUNCH_BLOCKING");
  if (!canStop() || (Blocking && std::string_view(Blocking) != "0"))
    return REPRISE_PREEMPT_UNSUPPORTED;
  unsigned Flags = 0;
  CUcontext Context = nullptr;
  if (!Stream || Stream == CU_STREAM_LEGACY || Stream == CU_STREAM_PER_THREAD)
    return REPRISE_PREEMPT_BLOCKING;
  if (stopApi().StreamGetFlags(Stream, &Flags) != CUDA_SUCCESS ||
      api().StreamGetCtx(Stream, &Context) != CUDA_SUCCESS)
    return REPRISE_PREEMPT_DRIVER;
  if (!(Flags & CU_STREAM_NON_BLOCKING))
    return REPRISE_PREEMPT_BLOCKING;
  if (isCapturing(Stream, false))
    return REPRISE_PREEMPT_CAPTURING;
  CurrentContext Now(Context);
  std::shared_ptr<PreemptStream> Made;
  if (const auto Status = PreemptStream::make(Stream, Context, O, Made))
    return Status;
  Marked &M = marked();
  setOrderWatcher(0, beforeOrdered);
  {
    std::lock_guard Guard(M.Lock);
    for (unsigned I = 0; I < MostStreams; ++I)
      if (!M.Streams[I]) {
        M.Streams[I] = Made;
        M.Handles[I].store(Stream, std::memory_order_release);
        MarkedStreams.fetch_add(1, std::memory_order_release);
        ++M.Past.Marked;
        return REPRISE_PREEMPT_OK;
      }
  }
  Made->end();
  return REPRISE_PREEMPT_TOO_MANY;
}

/// \p Body of the stream's object.
template <typename Function>
reprise_preempt_status with(void *Stream, Function &&Body) {
  reprise_preempt_status Status = REPRISE_PREEMPT_MEMORY;
  guarded([&] {
    std::shared_ptr<PreemptStream> S =
        markedStream(static_cast<CUstream>(Stream));
    Status = S ? Body(S) : REPRISE_PREEMPT_NOT_MARKED;
  });
  return Status;
}

} // namespace

} // namespace reprise::cuda

using namespace reprise::cuda;

// NOLINTBEGIN(readability-identifier-naming): named as in reprise_preempt.h

reprise_preempt_status
reprise_stream_preemptible(void *stream,
                           const reprise_preempt_options *options) {
  reprise_preempt_status Status = REPRISE_PREEMPT_MEMORY;
  guarded([&] { Status = markStream(static_cast<CUstream>(stream), options); });
  return Status;
}

reprise_preempt_status reprise_stream_unmark(void *stream) {
  return with(stream, [](const std::shared_ptr<PreemptStream> &S) {
    return endStream(S);
  });
}

reprise_preempt_status reprise_preempt(void *stream) {
  return with(stream, [](const std::shared_ptr<PreemptStream> &S) {
    return S->preempt();
  });
}

reprise_preempt_status reprise_preempt_wait(void *stream, uint64_t timeout_ns,
                                            reprise_preempt_report *report) {
  return with(stream, [&](const std::shared_ptr<PreemptStream> &S) {
    return S->wait(timeout_ns, report);
  });
}

reprise_preempt_status reprise_resume(void *stream) {
  return with(stream, [](const std::shared_ptr<PreemptStream> &S) {
    return S->resume();
  });
}

reprise_preempt_status reprise_preempt_information(void *stream,
                                                   reprise_preempt_info *info) {
  if (!info || info->struct_size < sizeof(reprise_preempt_info))
    return REPRISE_PREEMPT_ARGUMENT;
  return with(stream, [&](const std::shared_ptr<PreemptStream> &S) {
    return S->information(*info);
  });
}

// NOLINTEND(readability-identifier-naming)
