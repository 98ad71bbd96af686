//===- PreemptWords.cpp - Words that host and kernels share ---------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Of a stream that can be stopped: where they lie, and how the host writes
// those that kernels poll.
//
//===----------------------------------------------------------------------===//

#include "PreemptStream.h"
#include "Weaken.h"

#include <algorithm>

namespace reprise::cuda {

std::atomic_ref<uint32_t> PreemptStream::word(uint32_t Place) const {
  return std::atomic_ref<uint32_t>(*reinterpret_cast<uint32_t *>(Host + Place));
}

CUdeviceptr PreemptStream::onDevice(uint32_t Place) const {
  return HostOnDevice + Place;
}

uint32_t PreemptStream::progress() const {
  return word(ProgressPlace).load(std::memory_order_seq_cst);
}

std::atomic_ref<uint32_t> PreemptStream::left(uint32_t Slot) const {
  return word(LeftPlace + 4 * Slot);
}

CUdeviceptr PreemptStream::leftOnDevice(uint32_t Slot) const {
  return (leftIsOnDevice() ? RequestAt : HostOnDevice) + LeftPlace + 4 * Slot;
}

bool PreemptStream::replayEnded() const {
  return word(ReplayPlace).load(std::memory_order_seq_cst) == Replays;
}

bool PreemptStream::markReplay() const {
  return stopApi().StreamWriteValue32(ReplayStream, onDevice(ReplayPlace),
                                      Replays, 0) == CUDA_SUCCESS;
}

void PreemptStream::endReplay() {
  word(ReplayPlace).store(Replays, std::memory_order_seq_cst);
}

bool PreemptStream::fetchLeft(CUstream On) {
  return !leftIsOnDevice() ||
         stopApi().MemcpyAsync(onDevice(LeftPlace), leftOnDevice(0),
                               size_t{4} * Options.in_flight,
                               On) == CUDA_SUCCESS;
}

CUdeviceptr PreemptStream::requestOnDevice(bool Inside) const {
  const CUdeviceptr First = Options.request == REPRISE_REQUEST_HOST
                                ? onDevice(RequestPlace)
                                : RequestAt;
  return First + (Inside ? 4 : 0);
}

void PreemptStream::control(Record &R, bool Inside) {
  const StopLaunch &L = R.What;
  R.Given.First.Request = requestOnDevice(Inside);
  R.Given.First.Done = L.MapBytes ? Maps + R.Map.Offset : 0;
  R.Given.First.Left = leftOnDevice(R.Slot);
  R.Given.Copies = R.Given.First.Request;
  constexpr uint64_t Lanes = 32;
  const uint64_t InBlock = uint64_t{L.Block[0]} * L.Block[1] * L.Block[2];
  const uint64_t Warps =
      (InBlock + Lanes - 1) / Lanes * L.Grid[0] * L.Grid[1] * L.Grid[2];
  // A device serves about four loads of one line in a nanosecond. Copies pay
  // where that takes more than a hundredth of the launch's time.
  constexpr double WarpsOfMicrosecond = 4000, Part = 0.01;
  const double Least = Options.spread_warps
                           ? Options.spread_warps
                           : timeOfLaunch() * Part * WarpsOfMicrosecond;
  if (L.Its->ControlBytes != sizeof(SpreadControl) ||
      Options.request != REPRISE_REQUEST_SPREAD ||
      static_cast<double>(Warps) < Least)
    return;
  R.Given.Copies = RequestAt + copiesPlace();
  R.Given.Mask = Copies - 1;
}

/// By a copy of the host's memory: a fill is a kernel, and may wait for those
/// that it shall stop.
bool PreemptStream::writeCopies(bool Wanted) {
  // Nobody looks at them, most of the time.
  if (Wanted ? std::none_of(Records.begin(), Records.end(),
                            [](const Record &R) { return R.Given.Mask != 0; })
             : !CopiesSet)
    return true;
  const uint32_t At = copiesPlace();
  const bool Good = stopApi().MemcpyHtoDAsync(
                        RequestAt + At, Host + At + (Wanted ? CopyBytes : 0),
                        CopyBytes, ControlStream) == CUDA_SUCCESS;
  // What was refused may be there in part, and is done again.
  CopiesSet = Wanted || !Good;
  return Good;
}

/// The copies before the words: where one has left, the copy of whatever comes
/// later has been written. They go back behind the words, when nothing runs.
bool PreemptStream::request(StopRequest Entry, StopRequest Inside) {
  const bool Wanted = Entry != StopRequest::Run;
  if (Wanted && !weakened(Rule::StopCopies))
    return writeCopies(true) && writeWords(Entry, Inside);
  return writeWords(Entry, Inside) && writeCopies(Wanted);
}

/// The word for entries first. A launch may see either word before the other
/// is written; see mark() in launch().
bool PreemptStream::writeWords(StopRequest Entry, StopRequest Inside) {
  const uint32_t Values[] = {static_cast<uint32_t>(Entry),
                             static_cast<uint32_t>(Inside)};
  if (Options.request == REPRISE_REQUEST_HOST) {
    for (uint32_t I = 0; I < 2; ++I)
      word(RequestPlace + 4 * I).store(Values[I], std::memory_order_seq_cst);
    return true;
  }
  if (Options.request == REPRISE_REQUEST_COPY) {
    for (uint32_t I = 0; I < 2; ++I)
      if (stopApi().MemcpyHtoDAsync(RequestAt + 4 * I,
                                    Host + ValuesPlace + 4 * Values[I], 4,
                                    ControlStream) != CUDA_SUCCESS)
        return false;
    return true;
  }
  WordOperations Both;
  Both.write(RequestAt, Values[0]);
  Both.write(RequestAt + 4, Values[1]);
  return Both.put(ControlStream);
}

} // namespace reprise::cuda
