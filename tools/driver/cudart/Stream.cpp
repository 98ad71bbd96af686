//===- Stream.cpp - Streams and events ------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Runtime.h"

using namespace reprise::cudart;

RUNTIME_API cudaStreamCreateWithPriority(cudaStream_t *Result, unsigned Flags,
                                         int Priority) {
  return call([&](const DriverCalls &D) {
    return D.cuStreamCreateWithPriority(Result, Flags, Priority);
  });
}
RUNTIME_API cudaStreamCreateWithFlags(cudaStream_t *Result, unsigned Flags) {
  return cudaStreamCreateWithPriority(Result, Flags, 0);
}
RUNTIME_API cudaStreamCreate(cudaStream_t *Result) {
  return cudaStreamCreateWithPriority(Result, 0, 0);
}
RUNTIME_API cudaStreamDestroy(cudaStream_t Stream) {
  return call([&](const DriverCalls &D) { return D.cuStreamDestroy(Stream); });
}
RUNTIME_API cudaStreamSynchronize(cudaStream_t Stream) {
  return call([&](const DriverCalls &D) {
    return D.cuStreamSynchronize(streamOf(Stream));
  });
}
RUNTIME_API cudaStreamQuery(cudaStream_t Stream) {
  return call(
      [&](const DriverCalls &D) { return D.cuStreamQuery(streamOf(Stream)); });
}
RUNTIME_API cudaStreamWaitEvent(cudaStream_t Stream, cudaEvent_t Event,
                                unsigned Flags) {
  return call([&](const DriverCalls &D) {
    return D.cuStreamWaitEvent(streamOf(Stream), Event, Flags);
  });
}
RUNTIME_API cudaStreamGetFlags(cudaStream_t Stream, unsigned *Flags) {
  return call([&](const DriverCalls &D) {
    return D.cuStreamGetFlags(streamOf(Stream), Flags);
  });
}
RUNTIME_API cudaStreamGetPriority(cudaStream_t Stream, int *Priority) {
  return call([&](const DriverCalls &D) {
    return D.cuStreamGetPriority(streamOf(Stream), Priority);
  });
}
RUNTIME_API cudaStreamAttachMemAsync(cudaStream_t Stream, void *Pointer,
                                     size_t Bytes, unsigned Flags) {
  return call([&](const DriverCalls &D) {
    return D.cuStreamAttachMemAsync(streamOf(Stream), address(Pointer), Bytes,
                                    Flags);
  });
}

RUNTIME_API cudaEventCreateWithFlags(cudaEvent_t *Result, unsigned Flags) {
  return call(
      [&](const DriverCalls &D) { return D.cuEventCreate(Result, Flags); });
}
RUNTIME_API cudaEventCreate(cudaEvent_t *Result) {
  return cudaEventCreateWithFlags(Result, 0);
}
RUNTIME_API cudaEventDestroy(cudaEvent_t Event) {
  return call([&](const DriverCalls &D) { return D.cuEventDestroy(Event); });
}
RUNTIME_API cudaEventRecord(cudaEvent_t Event, cudaStream_t Stream) {
  return call([&](const DriverCalls &D) {
    return D.cuEventRecord(Event, streamOf(Stream));
  });
}
RUNTIME_API cudaEventRecordWithFlags(cudaEvent_t Event, cudaStream_t Stream,
                                     unsigned Flags) {
  return call([&](const DriverCalls &D) {
    return D.cuEventRecordWithFlags(Event, streamOf(Stream), Flags);
  });
}
RUNTIME_API cudaEventSynchronize(cudaEvent_t Event) {
  return call(
      [&](const DriverCalls &D) { return D.cuEventSynchronize(Event); });
}
RUNTIME_API cudaEventQuery(cudaEvent_t Event) {
  return call([&](const DriverCalls &D) { return D.cuEventQuery(Event); });
}
RUNTIME_API cudaEventElapsedTime(float *Milliseconds, cudaEvent_t First,
                                 cudaEvent_t Last) {
  return call([&](const DriverCalls &D) {
    return D.cuEventElapsedTime(Milliseconds, First, Last);
  });
}
