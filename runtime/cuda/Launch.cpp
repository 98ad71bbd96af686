//===- Launch.cpp - What happens when the program launches a kernel -----===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Launch.h"
#include "Backup.h"
#include "CheckOnce.h"
#include "Decide.h"
#include "Driver.h"
#include "Enforce.h"
#include "Guard.h"
#include "Handles.h"
#include "LaunchMemory.h"
#include "Modules.h"
#include "Record.h"
#include "Settings.h"
#include "Windows.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <ctime>
#include <memory>

namespace reprise::cuda {

namespace {

/// About 5 MiB; a program's launches repeat.
constexpr size_t MemoEntries = 8192;
/// One check in so many is timed, after the first ones of a thread.
constexpr uint32_t TimedEvery = 16, TimedFirst = 1024;

std::atomic<uint64_t> Lost{0};
std::atomic<int> Captures{0};

Memo &memo() {
  static Memo *const M = new Memo(MemoEntries);
  return *M;
}

uint64_t now() {
  timespec Time;
  clock_gettime(CLOCK_MONOTONIC, &Time);
  return static_cast<uint64_t>(Time.tv_sec) * 1'000'000'000 +
         static_cast<uint64_t>(Time.tv_nsec);
}

Decision decideBlock(Thread &T, const Version &V, const KernelInfo &Info,
                     const reprise_launch &Launch, CUstream Stream) {
  Decision D;
  D.What = Info.Why;
  if (!Info.Kernel)
    return D;
  LaunchMemory Memory(V, Info, symbolsHold(Info, Stream));
  MemoAnswer A;
  if (V.Lost || Info.SymbolsNumber >> 24)
    A = {checkOnce(Info.Kernel->Code, Launch, V.Lost ? nullptr : &Memory,
                   T.Scratch, D.Result),
         false};
  else
    A = checkThroughMemo(memo(), Info.Kernel->Code, Launch, &Memory, T.Scratch,
                         D.Result);
  D.Hit = A.Hit;
  if (A.Status != REPRISE_OK)
    D.What = Outcome::NotReadable;
  else if (D.Result.verdict == REPRISE_IDEMPOTENT)
    D.What = Outcome::Idempotent;
  else if (D.Result.verdict == REPRISE_CLOBBERS)
    D.What = Outcome::Clobbers;
  else
    D.What = outcomeOf(D.Result.reason);
  if (D.What == Outcome::Idempotent &&
      (V.Lost || (!V.Aliases.empty() && touchesAlias(V, Launch)))) {
    D.What = Outcome::Aliased;
    D.Result = nothingKnown();
  }
  return D;
}

/// The bytes that have to be saved before the launch; false: not bounded.
bool backupOf(const Version &V, const KernelInfo &Info,
              const reprise_launch &Launch, CUstream Stream, Thread &T,
              std::vector<reprise_range> &Ranges) {
  const Program &Whole = Info.Kernel->whole();
  LaunchInfo Checked;
  if (checkLaunch(Whole, Launch, Checked) != REPRISE_OK)
    return false;
  LaunchMemory Memory(V, Info, symbolsHold(Info, Stream));
  Checked.Alloc = &Memory;
  Frame F(Whole, Checked, T.Scratch);
  decide(F);
  return backupSet(F, Ranges);
}

/// How much would have to be saved; for the 1st, 2nd, 4th, ... launch of its
/// kind, since this allocates.
void sampleBackup(const Version &V, const KernelInfo &Info,
                  const reprise_launch &Launch, CUstream Stream, Thread &T,
                  KernelCounts &C) {
  std::vector<reprise_range> Ranges;
  if (!backupOf(V, Info, Launch, Stream, T, Ranges))
    return add(C.Unbounded);
  uint64_t Bytes = 0;
  for (const reprise_range &R : Ranges)
    Bytes += R.size;
  add(C.Samples);
  add(C.Bytes, Bytes);
  C.MostBytes.store(std::max(get(C.MostBytes), Bytes),
                    std::memory_order_relaxed);
}

CUresult counted(Thread &T, const Version &V, const KernelInfo &Info,
                 const reprise_launch &Launch, const LaunchRequest &Request,
                 const Decision &D) {
  KernelCounts *C = T.Counts.kernel(Info.Number);
  if (!C) {
    Lost.fetch_add(1, std::memory_order_relaxed);
    return CUDA_SUCCESS;
  }
  Counter &Mine = C->Outcomes[static_cast<unsigned>(D.What)];
  add(Mine);
  if (D.Hit)
    add(T.Counts.Hits);
  if (D.What != Outcome::Idempotent && Info.Kernel && Launch.arguments &&
      std::has_single_bit(get(Mine)))
    guarded([&] { sampleBackup(V, Info, Launch, Request.Stream, T, *C); });
  if (settings().Operation == Mode::Observe && !hasCallback())
    return CUDA_SUCCESS;
  CUresult Answer = CUDA_SUCCESS;
  guarded([&] {
    if (settings().Operation == Mode::Record)
      recordLaunch(V, Info, Launch, D);
    Answer = enforce(Info, Launch, Request, D);
  });
  if (Answer != CUDA_SUCCESS)
    add(T.Counts.Stopped);
  return Answer;
}

/// The kernel of the handle; null when it has to be bound, or bound again.
const KernelInfo *findKernel(const Version &V, uint64_t Handle, bool Bound) {
  const KernelInfo *const *Info = V.Kernels.find(Handle);
  return Info && (Bound || !isOutdated(**Info)) ? *Info : nullptr;
}

reprise_launch shapeOf(const LaunchRequest &Request) {
  reprise_launch L{};
  std::copy(Request.Grid, Request.Grid + 3, L.grid);
  std::copy(Request.Block, Request.Block + 3, L.block);
  L.dynamic_shared = Request.Shared;
  return L;
}

/// Step 3, once the arguments were read, or could not be.
Decision decideReady(Thread &T, const Version &V, const KernelInfo &Info,
                     const reprise_launch &Launch, CUstream Stream) {
  if (Launch.arguments || Info.ArgumentBytes == 0 || !Info.Kernel)
    return decideBlock(T, V, Info, Launch, Stream);
  Decision D;
  D.What = Outcome::NotReadable;
  return D;
}

/// Steps 1 and 2 of a launch that is not made, then \p Body. False: there was
/// no memory for the kernel.
template <typename Function>
bool withLaunch(Thread &T, const LaunchRequest &Request, Function &&Body) {
  // A callback that asks still has the block of the launch that it is told of.
  std::unique_ptr<std::byte[]> Own;
  if (T.Depth != 0)
    Own.reset(new (std::nothrow) std::byte[ArgumentRoom]);
  if (T.Depth != 0 && !Own)
    return false;
  std::byte *const Room = Own ? Own.get() : T.Arguments;
  for (bool Bound : {false, true}) {
    Pin V(T);
    if (const KernelInfo *Info = findKernel(*V, Request.Handle, Bound)) {
      reprise_launch Launch = shapeOf(Request);
      Launch.arguments =
          readArguments(*Info, Request, Room, Launch.arguments_size);
      Body(*V, *Info, Launch);
      return true;
    }
    if (!Bound)
      guarded([&] {
        memo();
        bindKernel(Request.Handle);
      });
  }
  return false;
}

/// \p Ready: the arguments in a block, or null.
CUresult decideRequest(Thread &T, const LaunchRequest &Request,
                       const void *Ready, size_t ReadySize,
                       WindowedCall *Call) {
  for (bool Bound = false;; Bound = true) {
    Pin V(T);
    const KernelInfo *Info = findKernel(*V, Request.Handle, Bound);
    if (!Info && Bound) { // There was no memory for it.
      Lost.fetch_add(1, std::memory_order_relaxed);
      return CUDA_SUCCESS;
    }
    if (!Info) {
      guarded([&] {
        memo(); // Made here, where nobody takes the time.
        bindKernel(Request.Handle);
      });
      continue;
    }
    const bool Timed =
        T.Counts.Sample < TimedFirst || T.Counts.Sample % TimedEvery == 0;
    ++T.Counts.Sample;
    const uint64_t Start = Timed ? now() : 0;
    reprise_launch Launch = shapeOf(Request);
    Launch.arguments = Ready ? Ready
                             : readArguments(*Info, Request, T.Arguments,
                                             Launch.arguments_size);
    if (Ready)
      Launch.arguments_size = ReadySize;
    const Decision D = decideReady(T, *V, *Info, Launch, Request.Stream);
    if (Timed && Info->Kernel)
      (D.Hit ? T.Counts.WithMemo : T.Counts.WithoutMemo).record(now() - Start);
    if (Call)
      Call->launches(T, *V, *Info, Launch, D,
                     symbolsHold(*Info, Request.Stream));
    return counted(T, *V, *Info, Launch, Request, D);
  }
}

} // namespace

const void *readArguments(const KernelInfo &Info, const LaunchRequest &Request,
                          std::byte *Block, size_t &Size) {
  Size = Info.ArgumentBytes;
  if (Request.Params) {
    if (!Info.LayoutKnown || Size > ArgumentRoom)
      return Size = 0, nullptr;
    // Padding too: equal launches get equal blocks.
    std::memset(Block, 0, Size);
    for (size_t I = 0; I < Info.Params.size(); ++I) {
      const ParamPlace &P = Info.Params[I];
      if (!Request.Params[I] || P.Offset > Size || P.Size > Size - P.Offset)
        return Size = 0, nullptr;
      std::memcpy(Block + P.Offset, Request.Params[I], P.Size);
    }
    return Block;
  }
  // extra: pairs of a name and a value, and an end.
  const void *Given = nullptr;
  size_t GivenSize = 0;
  for (void *const *E = Request.Extra; E && *E != CU_LAUNCH_PARAM_END; E += 2) {
    if (*E == CU_LAUNCH_PARAM_BUFFER_POINTER)
      Given = E[1];
    else if (*E == CU_LAUNCH_PARAM_BUFFER_SIZE && E[1])
      GivenSize = *static_cast<const size_t *>(E[1]);
    else
      break;
  }
  if (Given && GivenSize >= Size) {
    Size = GivenSize;
    return Given;
  }
  return Size = 0, nullptr;
}

bool decideOnly(const LaunchRequest &Request, Decision &D) noexcept {
  Thread *T = currentThread();
  return T && withLaunch(*T, Request,
                         [&](const Version &V, const KernelInfo &Info,
                             const reprise_launch &Launch) {
                           D = decideReady(*T, V, Info, Launch, Request.Stream);
                         });
}

/// What has two addresses is saved under one of them only.
static bool canBackUp(const Version &V, const KernelInfo &Info,
                      const reprise_launch &Launch) {
  return Info.Kernel && (Launch.arguments || Info.ArgumentBytes == 0) &&
         !V.Lost && (V.Aliases.empty() || !touchesAlias(V, Launch));
}

bool rangesToSave(const LaunchRequest &Request,
                  std::vector<reprise_range> &Ranges) {
  Thread *T = currentThread();
  bool Bounded = false;
  if (T)
    withLaunch(*T, Request,
               [&](const Version &V, const KernelInfo &Info,
                   const reprise_launch &Launch) {
                 if (canBackUp(V, Info, Launch))
                   Bounded =
                       backupOf(V, Info, Launch, Request.Stream, *T, Ranges);
               });
  return Bounded;
}

CUresult beforeLaunch(const LaunchRequest &Request,
                      WindowedCall *Call) noexcept {
  Thread *T = currentThread();
  if (!T) {
    Lost.fetch_add(1, std::memory_order_relaxed);
    return CUDA_SUCCESS;
  }
  if (isCapturing(Request.Stream, Request.PerThread)) {
    add(T->Counts.Captured);
    if (Call)
      Call->fences(FenceCause::Captured);
    return CUDA_SUCCESS;
  }
  add(T->Counts.Seen);
  return decideRequest(*T, Request, nullptr, 0, Call);
}

bool factsOf(const LaunchRequest &Request, bool WantBackup,
             LaunchFacts &Facts) {
  Thread *T = currentThread();
  return T &&
         withLaunch(
             *T, Request,
             [&](const Version &V, const KernelInfo &Info,
                 const reprise_launch &Launch) {
               Facts.Number = Info.Number;
               Facts.Name = Info.Name;
               Facts.Readable = Launch.arguments || Info.ArgumentBytes == 0;
               if (!Facts.Readable)
                 return;
               const auto *Bytes =
                   static_cast<const std::byte *>(Launch.arguments);
               Facts.Arguments.assign(Bytes, Bytes + Launch.arguments_size);
               Facts.What =
                   decideReady(*T, V, Info, Launch, Request.Stream).What;
               if (WantBackup && Facts.What != Outcome::Idempotent)
                 Facts.Bounded = canBackUp(V, Info, Launch) &&
                                 backupOf(V, Info, Launch, Request.Stream, *T,
                                          Facts.Backup);
             });
}

void afterLaunch(CUresult Answer) noexcept {
  if (Answer == CUDA_SUCCESS)
    return;
  if (Thread *T = currentThread())
    add(T->Counts.Failed);
}

/// Null where there is no memory to count in.
static Thread *seenInGraph() noexcept {
  Thread *T = currentThread();
  if (!T) {
    Lost.fetch_add(1, std::memory_order_relaxed);
    return nullptr;
  }
  add(T->Counts.Seen);
  add(T->Counts.InGraphs);
  return T;
}

CUresult decideNode(const LaunchRequest &Request, const void *Ready,
                    size_t Size) noexcept {
  Thread *T = seenInGraph();
  if (!T)
    return CUDA_SUCCESS;
  return decideRequest(*T, Request, Ready, Size, nullptr);
}

CUresult countNode(const LaunchRequest &Request, Outcome Why) noexcept {
  Thread *T = seenInGraph();
  if (!T)
    return CUDA_SUCCESS;
  for (bool Bound : {false, true}) {
    Pin V(*T);
    if (const KernelInfo *Info = findKernel(*V, Request.Handle, Bound)) {
      Decision D;
      D.What = Why;
      return counted(*T, *V, *Info, shapeOf(Request), Request, D);
    }
    if (!Bound)
      guarded([&] { bindKernel(Request.Handle); });
  }
  Lost.fetch_add(1, std::memory_order_relaxed);
  return CUDA_SUCCESS;
}

bool isCapturing(CUstream Stream, bool PerThread) noexcept {
  if (Captures.load(std::memory_order_acquire) <= 0)
    return false;
  auto *Ask = PerThread && api().StreamIsCapturingPerThread
                  ? api().StreamIsCapturingPerThread
                  : api().StreamIsCapturing;
  CUstreamCaptureStatus Status = CU_STREAM_CAPTURE_STATUS_NONE;
  return Ask && Ask(Stream, &Status) == CUDA_SUCCESS &&
         Status != CU_STREAM_CAPTURE_STATUS_NONE;
}

void captureBegins() noexcept {
  Captures.fetch_add(1, std::memory_order_release);
}
void captureEnds() noexcept {
  Captures.fetch_sub(1, std::memory_order_release);
}

uint64_t lostLaunches() noexcept {
  return Lost.load(std::memory_order_relaxed);
}

} // namespace reprise::cuda
