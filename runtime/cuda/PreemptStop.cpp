//===- PreemptStop.cpp - Stopping a stream, and going on ------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   preempt   close the gate, put a gate at the stream's end, ask
//   wait      until the stream is at the gate that close() found
//   resume    ask no more; launch what left on the replay stream; behind it a
//             host function that opens the gate unless something left again
//
//===----------------------------------------------------------------------===//

#include "Launch.h"
#include "PreemptStream.h"
#include "Weaken.h"

#include <algorithm>
#include <cstring>
#include <thread>

namespace reprise::cuda {

reprise_preempt_status PreemptStream::preempt() {
  const Clock::time_point Begin = Clock::now();
  const std::unique_lock Guard = lockFirst();
  if (Dead)
    return REPRISE_PREEMPT_NOT_MARKED;
  if (Disturbed)
    return REPRISE_PREEMPT_DISTURBED;
  if (Broken)
    return REPRISE_PREEMPT_DRIVER;
  // No gate can be put on it, and what comes behind the capture needs one.
  if (isCapturing(Stream, false))
    return REPRISE_PREEMPT_CAPTURING;
  bool AtGate = false;
  {
    std::lock_guard State1(Small);
    if (State == REPRISE_STREAM_STOPPING || State == REPRISE_STREAM_STOPPED)
      return REPRISE_PREEMPT_OK;
    AtGate = InReplay = State == REPRISE_STREAM_RESUMING;
    // Before anything is asked for: what passes a gate from now on has nothing
    // in front of it that could leave.
    if (!AtGate && !weakened(Rule::StopCloseLate))
      close();
    State = REPRISE_STREAM_STOPPING;
    Asked = Begin;
    FreeSeen = false;
  }
  Fetched = false;
  CurrentContext Current(Context);
  const StopRequest Inside = Options.most < REPRISE_STOP_BACKUP
                                 ? StopRequest::AtEntry
                                 : StopRequest::Anywhere;
  if (weakened(Rule::StopCloseLate) && !AtGate) {
    request(StopRequest::AtEntry, Inside);
    std::this_thread::sleep_for(std::chrono::microseconds(50));
    std::lock_guard State1(Small);
    close();
  }
  // While it resumes, it is still at the gate where it was stopped; and one
  // that is there and closed needs no other. In front of the request: without a
  // gate nothing may be asked for.
  if (!AtGate && StopAt == LastMark + 1) {
    if (!mark(/*Gated=*/true)) {
      std::lock_guard State1(Small);
      open();
      State = REPRISE_STREAM_RUNNING;
      return REPRISE_PREEMPT_DRIVER;
    }
    PutAtStop = Put;
  }
  Preempted.fetch_add(1, std::memory_order_relaxed);
  return request(StopRequest::AtEntry, Inside) ? REPRISE_PREEMPT_OK
                                               : REPRISE_PREEMPT_DRIVER;
}

bool PreemptStream::drained() const {
  return InReplay ? replayEnded() : progress() == StopAt;
}

reprise_preempt_status PreemptStream::waitUntilDrained(uint64_t Nanoseconds) {
  using std::chrono::microseconds;
  const Clock::time_point Begin = Clock::now();
  Clock::time_point Looked = Begin;
  for (;;) {
    {
      std::lock_guard Guard(Small);
      if (Gone)
        return REPRISE_PREEMPT_NOT_MARKED;
      if (State == REPRISE_STREAM_RUNNING || State == REPRISE_STREAM_RESUMING)
        return REPRISE_PREEMPT_OK; // Somebody else resumed it.
      if (!InReplay && static_cast<int32_t>(progress() - StopAt) > 0)
        disturb("it went past a closed gate");
      else if (drained()) {
        if (!FreeSeen) {
          FreeSeen = true;
          Free = Clock::now();
        }
        State = REPRISE_STREAM_STOPPED;
        return REPRISE_PREEMPT_OK;
      }
    }
    const Clock::time_point Now = Clock::now();
    if (Now - Begin >= std::chrono::nanoseconds(Nanoseconds) &&
        Nanoseconds != UINT64_MAX)
      return REPRISE_PREEMPT_TIMEOUT;
    if (Disturbed)
      return REPRISE_PREEMPT_DISTURBED;
    if (Now - Looked > microseconds(2000)) {
      Looked = Now;
      std::lock_guard Guard(Queue); // The control stream stays.
      if (!Dead && failed())
        return REPRISE_PREEMPT_DISTURBED;
    }
    // Long waits are those for launches that cannot be stopped.
    if (Now - Begin > microseconds(5000))
      std::this_thread::sleep_for(microseconds(50));
    else if (Now - Begin > microseconds(200))
      std::this_thread::yield();
  }
}

reprise_preempt_status PreemptStream::wait(uint64_t Nanoseconds,
                                           reprise_preempt_report *Report) {
  // Up to the last field of the first version.
  constexpr size_t Least =
      offsetof(reprise_preempt_report, behind) + sizeof(uint32_t);
  if (State == REPRISE_STREAM_RUNNING || State == REPRISE_STREAM_RESUMING ||
      (Report && Report->struct_size < Least))
    return REPRISE_PREEMPT_ARGUMENT;
  const reprise_preempt_status Status = waitUntilDrained(Nanoseconds);
  if (Status != REPRISE_PREEMPT_OK || !Report)
    return Status;
  std::lock_guard Guard(Queue);
  if (Dead)
    return REPRISE_PREEMPT_NOT_MARKED;
  if (!know())
    return REPRISE_PREEMPT_DRIVER;
  reprise_preempt_report R{};
  {
    std::lock_guard State1(Small);
    if (FreeSeen) // Nobody else resumed it, and stopped it again.
      R.nanoseconds = static_cast<uint64_t>(
          std::chrono::duration_cast<std::chrono::nanoseconds>(Free - Asked)
              .count());
    R.behind = Put != PutAtStop || LastMark != StopAt;
  }
  for (const Record &Each : Records)
    if (isBehindStop(Each))
      R.behind = 1;
    else if (Each.Owed || left(Each.Slot).load(std::memory_order_acquire))
      ++R.left[Each.What.Kind];
  R.struct_size = Report->struct_size;
  std::memcpy(Report, &R, std::min(R.struct_size, sizeof R));
  return REPRISE_PREEMPT_OK;
}

reprise_preempt_status PreemptStream::resume() {
  for (;;) {
    if (weakened(Rule::StopUndrained)) {
      std::lock_guard Guard(Queue);
      request(StopRequest::Run, StopRequest::Run);
    }
    const reprise_preempt_status Status = waitUntilDrained(UINT64_MAX);
    if (Status != REPRISE_PREEMPT_OK)
      return Status;
    std::unique_lock Guard(Queue);
    if (Dead)
      return REPRISE_PREEMPT_NOT_MARKED;
    if (Disturbed)
      return REPRISE_PREEMPT_DISTURBED;
    bool Ready = false;
    {
      std::lock_guard State1(Small);
      if (State == REPRISE_STREAM_RUNNING || State == REPRISE_STREAM_RESUMING)
        return REPRISE_PREEMPT_OK;
      // Not when others resumed it, and stopped it again; nor before the host
      // function of the last replay came, which would take the next for it.
      Ready = drained() && (!InReplay || ReplayDone);
    }
    if (Ready)
      return replay();
    Guard.unlock();
    std::this_thread::yield();
  }
}

bool PreemptStream::isBehindStop(const Record &R) const {
  return static_cast<int32_t>(R.Behind - StopAt) > 0;
}

/// Fetches Left words of a stream that is at its gate. With Queue held.
bool PreemptStream::know() {
  if (!leftIsOnDevice() || Fetched)
    return true;
  bool Again = false;
  {
    std::lock_guard Guard(Small);
    if (State == REPRISE_STREAM_RUNNING || State == REPRISE_STREAM_RESUMING ||
        !drained())
      return true; // Somebody else resumed it, and perhaps stopped it again.
    Again = InReplay;
  }
  // The replay stream fetches them too, in front of its host function, which
  // takes no lock that is held here.
  for (const Clock::time_point Begin = Clock::now(); Again && !ReplayDone;) {
    if (Clock::now() - Begin > std::chrono::seconds(10))
      return false;
    std::this_thread::yield();
  }
  CurrentContext Current(Context);
  Fetched = fetchLeft(ControlStream) &&
            stopApi().StreamSynchronize(ControlStream) == CUDA_SUCCESS;
  return Fetched;
}

/// What left, in order. With Queue held; the stream is at its gate.
reprise_preempt_status PreemptStream::replay() {
  if (!know())
    return REPRISE_PREEMPT_DRIVER;
  retire();
  std::vector<Record *> Again;
  for (Record &R : Records) {
    if (isBehindStop(R))
      break;
    // Without a map, threads that have nothing to do end without a look at the
    // request. Where that was all of them, they may do so again.
    if (R.Owed || left(R.Slot).load(std::memory_order_acquire) != 0 ||
        (!Again.empty() && R.Given.First.Done == 0))
      Again.push_back(&R);
    else if (!Again.empty()) {
      disturb("a kernel overtook one that left");
      return REPRISE_PREEMPT_DISTURBED;
    }
  }
  CurrentContext Current(Context);
  const StopApi &D = stopApi();
  if (!request(StopRequest::Run, StopRequest::Run))
    return REPRISE_PREEMPT_DRIVER;
  if (Again.empty()) {
    // Twins behind the gate must not see what was asked before.
    if (D.StreamSynchronize(ControlStream) != CUDA_SUCCESS)
      return REPRISE_PREEMPT_DRIVER;
    std::lock_guard Guard(Small);
    open();
    State = REPRISE_STREAM_RUNNING;
    Resumed.fetch_add(1, std::memory_order_relaxed);
    return REPRISE_PREEMPT_OK;
  }
  {
    std::lock_guard Guard(Small);
    ReplayDone = ReplayOwes = false;
    ++Replays;
    ReplaySlots.clear();
    for (const Record *R : Again)
      ReplaySlots.push_back(R->Slot);
    State = REPRISE_STREAM_RESUMING;
  }
  Fetched = false;
  bool All = launchAgain(Again);
  All = markReplay() && fetchLeft(ReplayStream) && All;
  if (!All)
    ReplayOwes = true;
  Resumed.fetch_add(1, std::memory_order_relaxed);
  if (D.LaunchHostFunc(ReplayStream, replayed, this) == CUDA_SUCCESS)
    return All ? REPRISE_PREEMPT_OK : REPRISE_PREEMPT_DRIVER;
  // Nothing tells of its end, so it is waited for.
  D.StreamSynchronize(ReplayStream);
  replayed(this);
  return All ? REPRISE_PREEMPT_OK : REPRISE_PREEMPT_DRIVER;
}

/// False: the driver refused something; what was not launched is owed, and the
/// gate stays closed.
bool PreemptStream::launchAgain(const std::vector<Record *> &These) {
  const StopApi &D = stopApi();
  // Of device and host, so that no launch sees what was asked before.
  bool Good =
      D.EventRecord(Written, ControlStream) == CUDA_SUCCESS &&
      D.StreamWaitEvent(ReplayStream, Written, 0) == CUDA_SUCCESS &&
      (!leftIsOnDevice() ||
       D.MemsetD8Async(leftOnDevice(0), 0, size_t{4} * Options.in_flight,
                       ReplayStream) == CUDA_SUCCESS);
  for (Record *R : These) {
    R->Again = true;
    left(R->Slot).store(0, std::memory_order_seq_cst);
    Good = Good &&
           (R->What.Kind != REPRISE_STOP_BACKUP ||
            copyBackup(*R, /*Restore=*/true, ReplayStream)) &&
           enqueueTwin(*R, ReplayStream);
    R->Owed = !Good;
    if (Good)
      LaunchedAgain.fetch_add(1, std::memory_order_relaxed);
  }
  return Good;
}

/// Behind the last launch, on a thread of the driver's. It calls no function of
/// the driver and waits for nobody who does.
void CUDA_CB PreemptStream::replayed(void *Self) {
  auto &S = *static_cast<PreemptStream *>(Self);
  std::lock_guard Guard(S.Small);
  S.endReplay();
  bool Left = S.ReplayOwes;
  for (uint32_t Slot : S.ReplaySlots)
    Left |= S.left(Slot).load(std::memory_order_acquire) != 0;
  S.ReplayDone.store(true, std::memory_order_release);
  if (S.State != REPRISE_STREAM_RESUMING)
    return; // Stopped again.
  if (Left) {
    S.State = REPRISE_STREAM_STOPPED;
    S.InReplay = true;
    return;
  }
  S.open();
  S.State = REPRISE_STREAM_RUNNING;
}

reprise_preempt_status PreemptStream::information(reprise_preempt_info &Info) {
  std::lock_guard Guard(Queue);
  if (Dead)
    return REPRISE_PREEMPT_NOT_MARKED;
  retire();
  reprise_preempt_info I{};
  I.struct_size = Info.struct_size;
  I.state = State;
  {
    std::lock_guard State1(Small);
    if (I.state == REPRISE_STREAM_STOPPING && drained())
      I.state = REPRISE_STREAM_STOPPED;
  }
  I.in_flight = static_cast<uint32_t>(Records.size());
  for (unsigned Kind = 0; Kind < 4; ++Kind)
    I.launches[Kind] = ByKind[Kind];
  I.preempted = Preempted;
  I.resumed = Resumed;
  I.launched_again = LaunchedAgain;
  I.gates = GatesMade;
  I.pool_bytes = MapPool.used();
  I.backup_bytes = BackupPool.used();
  I.request = Options.request;
  Info = I;
  return REPRISE_PREEMPT_OK;
}

} // namespace reprise::cuda
