//===- PreemptStream.cpp - A stream whose kernels can be stopped ----------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What it takes from the driver, marks and gates, and its end.
// PreemptLaunch.cpp has launches, PreemptStop.cpp stops and resumes.
//
//===----------------------------------------------------------------------===//

#include "PreemptStream.h"
#include "Launch.h"
#include "Weaken.h"

#include <algorithm>
#include <cstdio>
#include <thread>

namespace reprise::cuda {

namespace {

/// How far above the last mark an open gate is. Marks are compared as the
/// device does it: the sign of the difference.
constexpr uint32_t OpenAhead = 1u << 30;

bool isBefore(uint32_t A, uint32_t B) {
  return static_cast<int32_t>(A - B) < 0;
}

} // namespace

PreemptStream::PreemptStream(CUstream TheStream, CUcontext TheContext,
                             const reprise_preempt_options &Wanted)
    : Stream(TheStream), Context(TheContext), Options(Wanted),
      MapPool(Wanted.pool_bytes), BackupPool(Wanted.backup_bytes) {}

reprise_preempt_status
PreemptStream::make(CUstream Stream, CUcontext Context,
                    const reprise_preempt_options &Options,
                    std::shared_ptr<PreemptStream> &Made) {
  std::shared_ptr<PreemptStream> S(new PreemptStream(Stream, Context, Options));
  if (const reprise_preempt_status Status = S->allocate()) {
    S->release();
    return Status;
  }
  Made = std::move(S);
  return REPRISE_PREEMPT_OK;
}

reprise_preempt_status PreemptStream::allocate() {
  const StopApi &D = stopApi();
  if (!api().CtxGetDevice || api().CtxGetDevice(&Device) != CUDA_SUCCESS)
    Device = -1;
  FreeSlots.reserve(Options.in_flight);
  for (uint32_t I = Options.in_flight; I-- > 0;)
    FreeSlots.push_back(I);
  ReplaySlots.reserve(Options.in_flight);
  int Own = 0, Least = 0, Greatest = 0;
  if (D.StreamGetPriority(Stream, &Own) != CUDA_SUCCESS ||
      D.CtxGetStreamPriorityRange(&Least, &Greatest) != CUDA_SUCCESS)
    return REPRISE_PREEMPT_DRIVER;
  // Another priority than the program's stream: streams of one priority may
  // share a queue of the device, in which a closed gate would hold them up.
  const int Replay = Own > Greatest ? Own - 1 : Own < Least ? Own + 1 : Own;
  if (D.StreamCreateWithPriority(&ControlStream, CU_STREAM_NON_BLOCKING,
                                 Greatest) != CUDA_SUCCESS ||
      D.StreamCreateWithPriority(&ReplayStream, CU_STREAM_NON_BLOCKING,
                                 Replay) != CUDA_SUCCESS ||
      D.EventCreate(&Written, CU_EVENT_DISABLE_TIMING) != CUDA_SUCCESS)
    return REPRISE_PREEMPT_DRIVER;
  const uint32_t CopiesAt = copiesPlace();
  const size_t HostBytes = CopiesAt + size_t{2} * CopyBytes;
  const size_t DeviceBytes = CopiesAt + size_t{CopyBytes};
  void *Room = nullptr;
  if (D.MemHostAlloc(&Room, HostBytes,
                     CU_MEMHOSTALLOC_PORTABLE | CU_MEMHOSTALLOC_DEVICEMAP) !=
      CUDA_SUCCESS)
    return REPRISE_PREEMPT_MEMORY;
  Host = static_cast<std::byte *>(Room);
  std::fill(Host, Host + HostBytes, std::byte{0});
  for (uint32_t Value = 0; Value < 3; ++Value)
    word(ValuesPlace + 4 * Value).store(Value);
  for (uint32_t I = 0; I < Copies; ++I)
    word(CopiesAt + CopyBytes + 128 * I).store(1);
  if (api().MemHostGetDevicePointer(&HostOnDevice, Room, 0) != CUDA_SUCCESS)
    return REPRISE_PREEMPT_DRIVER;
  if (D.MemAlloc(&RequestAt, DeviceBytes) != CUDA_SUCCESS ||
      (MapPool.size() && D.MemAlloc(&Maps, MapPool.size()) != CUDA_SUCCESS) ||
      (BackupPool.size() &&
       D.MemAlloc(&Backups, BackupPool.size()) != CUDA_SUCCESS))
    return REPRISE_PREEMPT_MEMORY;
  if (D.MemsetD8Async(RequestAt, 0, DeviceBytes, ControlStream) !=
          CUDA_SUCCESS ||
      D.StreamSynchronize(ControlStream) != CUDA_SUCCESS)
    return REPRISE_PREEMPT_DRIVER;
  {
    std::lock_guard Guard(Small);
    open();
  }
  // Shows whether the driver can do it.
  std::lock_guard Guard(Queue);
  return mark(/*Gated=*/true) ? REPRISE_PREEMPT_OK
                              : REPRISE_PREEMPT_UNSUPPORTED;
}

void PreemptStream::release() {
  const StopApi &D = stopApi();
  {
    std::lock_guard Guard(Small);
    Gone = true;
  }
  if (ControlStream)
    D.StreamDestroy(ControlStream);
  if (ReplayStream)
    D.StreamDestroy(ReplayStream);
  if (Written)
    D.EventDestroy(Written);
  for (CUdeviceptr Address : {RequestAt, Maps, Backups})
    if (Address)
      D.MemFree(Address);
  if (Host)
    D.MemFreeHost(Host);
  abandon();
}

void PreemptStream::abandon() {
  std::scoped_lock Guard(Queue, Small);
  Dead = Gone = true;
  ControlStream = ReplayStream = nullptr;
  Written = nullptr;
  RequestAt = Maps = Backups = HostOnDevice = 0;
  Host = nullptr;
  Records.clear();
}

PreemptStream::~PreemptStream() = default;

bool PreemptStream::mark(bool Gated) {
  uint32_t K = 0;
  {
    std::lock_guard Guard(Small);
    K = ++LastMark;
    if (State == REPRISE_STREAM_RUNNING &&
        isBefore(word(GatePlace).load(), K + OpenAhead / 2))
      open();
  }
  SinceMark = 0;
  WordOperations Mark;
  Mark.write(onDevice(ProgressPlace), K);
  // The second operation keeps the third from looking at the gate before all
  // in front of it has ended, which a driver may do otherwise.
  if (Gated && !weakened(Rule::StopGateLooks))
    Mark.wait(onDevice(ProgressPlace), K);
  if (Gated)
    Mark.wait(onDevice(GatePlace), K);
  Put += Mark.calls();
  if (Mark.put(Stream)) {
    if (Gated) {
      Gates.push_back({K, Put});
      SinceGate = 0;
      Dirty = EntryOnly = false;
      GatesMade.fetch_add(1, std::memory_order_relaxed);
    }
    return true;
  }
  // Nothing keeps order from here on, so nothing may be stopped any more.
  Broken = true;
  return false;
}

void PreemptStream::open() {
  word(GatePlace).store(LastMark + OpenAhead, std::memory_order_seq_cst);
}

void PreemptStream::close() {
  uint32_t Reached = progress();
  for (;;) {
    word(GatePlace).store(Reached, std::memory_order_seq_cst);
    std::atomic_thread_fence(std::memory_order_seq_cst);
    const uint32_t Now = progress();
    if (Now == Reached)
      break;
    // It passed a mark meanwhile, and perhaps the gate there.
    Reached = Now;
  }
  StopAt = LastMark + 1; // The one that preempt() is about to make.
  for (const Gate &G : Gates)
    if (isBefore(Reached, G.Number)) {
      StopAt = G.Number;
      PutAtStop = G.Put;
      break;
    }
}

void PreemptStream::retire() {
  // Nobody leaves a stream that runs; of one that was stopped it has to be
  // known who did.
  if (Dead || (leftIsOnDevice() && State != REPRISE_STREAM_RUNNING && !Fetched))
    return;
  const uint32_t Reached = progress();
  while (!Gates.empty() && !isBefore(Reached, Gates.front().Number))
    Gates.pop_front();
  const bool AgainDone = ReplayDone.load(std::memory_order_acquire);
  while (!Records.empty()) {
    const Record &R = Records.front();
    if (isBefore(Reached, R.Behind) || (R.Again && !AgainDone))
      break;
    if (R.Owed || left(R.Slot).load(std::memory_order_acquire) != 0) {
      if (State == REPRISE_STREAM_RUNNING)
        disturb("a kernel left that nobody asked to");
      break;
    }
    retireFirst();
  }
}

void PreemptStream::retireFirst() {
  const Record &R = Records.front();
  MapPool.give(R.Map);
  BackupPool.give(R.Saved);
  FreeSlots.push_back(R.Slot);
  Records.pop_front();
  ++EndedNow;
}

void PreemptStream::retireUnmarked() {
  // A stream that is being captured must not be asked; the capture began behind
  // a gate.
  if (State != REPRISE_STREAM_RUNNING || Disturbed ||
      isCapturing(Stream, false))
    return;
  CurrentContext Current(Context);
  if (stopApi().StreamQuery(Stream) != CUDA_SUCCESS)
    return;
  // Nobody could stop it since, so nobody left.
  while (!Records.empty())
    retireFirst();
}

void PreemptStream::disturb(const char *What) {
  if (!Disturbed.exchange(true))
    std::fprintf(stderr,
                 "reprise: error: a stream cannot be stopped any more: "
                 "%s\n",
                 What);
}

bool PreemptStream::failed() const {
  CurrentContext Current(Context);
  const CUresult R = stopApi().StreamQuery(ControlStream);
  return R != CUDA_SUCCESS && R != CUDA_ERROR_NOT_READY;
}

std::unique_lock<std::mutex> PreemptStream::lockFirst() {
  constexpr unsigned Most = 1u << 16; // Then it is not a matter of spinning.
  Urgent.fetch_add(1, std::memory_order_relaxed);
  std::unique_lock Guard(Queue, std::try_to_lock);
  for (unsigned Round = 0; Round < Most && !Guard.owns_lock(); ++Round)
    Guard.try_lock();
  if (!Guard.owns_lock())
    Guard.lock();
  Urgent.fetch_sub(1, std::memory_order_relaxed);
  return Guard;
}

void PreemptStream::giveWay() const {
  constexpr unsigned Most = 1000; // It is no matter of order.
  for (unsigned Round = 0;
       Round < Most && Urgent.load(std::memory_order_relaxed) != 0; ++Round)
    std::this_thread::yield();
}

bool PreemptStream::pause(std::unique_lock<std::mutex> &Guard,
                          unsigned &Round) {
  Guard.unlock();
  if (++Round < 64)
    std::this_thread::yield();
  else
    std::this_thread::sleep_for(std::chrono::microseconds(20));
  giveWay();
  Guard.lock();
  return !Dead && !Disturbed && (Round % 256 != 0 || !failed());
}

void PreemptStream::waitBehind(std::unique_lock<std::mutex> &Guard) {
  for (unsigned Round = 0;
       State != REPRISE_STREAM_RUNNING && Put - PutAtStop >= MostBehind;)
    if (!pause(Guard, Round))
      break;
}

void PreemptStream::beforeOperation(bool Adds) {
  giveWay();
  std::unique_lock Guard(Queue);
  if (Dead || isCapturing(Stream, false))
    return;
  if (Adds)
    waitBehind(Guard);
  if (Dead)
    return;
  if (Dirty && !weakened(Rule::StopGates)) {
    CurrentContext Current(Context);
    mark(/*Gated=*/true);
  }
  Put += Adds;
  retire();
}

CUresult PreemptStream::exclusively(const std::function<CUresult()> &Call) {
  giveWay();
  std::lock_guard Guard(Queue);
  return Call();
}

bool PreemptStream::isQuiet() {
  retire();
  if (Broken)
    retireUnmarked();
  else if (!Records.empty() && isBefore(LastMark, Records.back().Behind) &&
           !isCapturing(Stream, false)) {
    CurrentContext Current(Context);
    mark(/*Gated=*/false);
  }
  return Records.empty() && State == REPRISE_STREAM_RUNNING;
}

bool PreemptStream::settleWith(std::unique_lock<std::mutex> &Guard) {
  constexpr unsigned MostRefused = 16; // One after the other.
  unsigned Refused = 0;
  for (unsigned Round = 0;;) {
    Guard.unlock();
    const reprise_preempt_status Status = resume();
    Guard.lock();
    if (Dead)
      return false;
    if (isQuiet())
      return true;
    Refused = Status == REPRISE_PREEMPT_DRIVER ? Refused + 1 : 0;
    if (Refused == MostRefused)
      disturb("the driver refuses to launch again what was stopped");
    if ((Status != REPRISE_PREEMPT_OK && Status != REPRISE_PREEMPT_DRIVER) ||
        !pause(Guard, Round))
      return false;
  }
}

bool PreemptStream::needs(uint64_t Owner) {
  std::lock_guard Guard(Queue);
  retire();
  return std::any_of(Records.begin(), Records.end(), [&](const Record &R) {
    return R.What.Its->Owner == Owner;
  });
}

void PreemptStream::settle() {
  std::unique_lock Guard(Queue);
  settleWith(Guard);
}

reprise_preempt_status PreemptStream::end() {
  CurrentContext Current(Context);
  bool Whole = false;
  {
    std::unique_lock Guard(Queue);
    Whole = settleWith(Guard) && !Disturbed;
    if (Dead)
      return REPRISE_PREEMPT_NOT_MARKED;
    Dead = true;
    if (!Whole)
      request(StopRequest::Run, StopRequest::Run);
  }
  {
    // Where something failed the gate may be closed, and would stay so.
    std::lock_guard Guard(Small);
    open();
  }
  // Gates that the stream has yet to pass read words that go now.
  stopApi().StreamSynchronize(Stream);
  stopApi().StreamSynchronize(ReplayStream);
  stopApi().StreamSynchronize(ControlStream);
  release();
  return Whole ? REPRISE_PREEMPT_OK : REPRISE_PREEMPT_DISTURBED;
}

} // namespace reprise::cuda
