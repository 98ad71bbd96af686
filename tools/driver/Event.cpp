//===- Event.cpp - Events -------------------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Driver.h"
#include "Graph.h"
#include "Operation.h"

using namespace reprise::driver;

EMULATED_API cuEventCreate(CUevent *Result, unsigned Flags) {
  return inContext([&](Driver &D, const ContextRef &Context) {
    if (!Result || Flags > 7)
      return CUDA_ERROR_INVALID_VALUE;
    if (Flags & CU_EVENT_INTERPROCESS)
      return refuse("cuEventCreate for other processes");
    auto Event = std::make_shared<CUevent_st>();
    Event->Context = Context;
    Event->Flags = Flags;
    std::lock_guard Guard(D.Lock);
    *Result = D.Events.add(std::move(Event));
    return CUDA_SUCCESS;
  });
}

EMULATED_API cuEventDestroy_v2(CUevent Handle) {
  return inContext([&](Driver &D, const ContextRef &) {
    std::lock_guard Guard(D.Lock);
    return D.Events.remove(Handle) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_HANDLE;
  });
}
EMULATED_API cuEventDestroy(CUevent Handle) {
  return cuEventDestroy_v2(Handle);
}

EMULATED_API cuEventRecord(CUevent Handle, CUstream On) {
  return onStream(On, [&](Driver &D, const StreamRef &Stream) {
    std::lock_guard Guard(D.Lock);
    EventRef Event = D.Events.find(Handle);
    if (!Event)
      return CUDA_ERROR_INVALID_HANDLE;
    if (Stream->Capturing) {
      Event->Capturing = Stream->Capturing;
      Event->CaptureTail = Stream->CaptureTail;
      return CUDA_SUCCESS;
    }
    Event->Capturing = nullptr;
    Event->CaptureTail.clear();
    Event->Recorded = true;
    Event->Marker = mark(D, *Stream);
    return CUDA_SUCCESS;
  });
}

EMULATED_API cuEventRecordWithFlags(CUevent Handle, CUstream On,
                                    unsigned Flags) {
  return Flags > CU_EVENT_RECORD_EXTERNAL ? CUDA_ERROR_INVALID_VALUE
                                          : cuEventRecord(Handle, On);
}

EMULATED_API cuStreamWaitEvent(CUstream On, CUevent Handle, unsigned Flags) {
  return onStream(On, [&](Driver &D, const StreamRef &Stream) {
    std::lock_guard Guard(D.Lock);
    EventRef Event = D.Events.find(Handle);
    if (!Event || Flags > CU_EVENT_WAIT_EXTERNAL)
      return CUDA_ERROR_INVALID_HANDLE;
    if (Event->Capturing)
      return joinCapture(*Stream, *Event);
    if (Stream->Capturing)
      return CUDA_ERROR_STREAM_CAPTURE_ISOLATION;
    mark(D, *Stream, Event->Marker);
    return CUDA_SUCCESS;
  });
}

EMULATED_API cuEventSynchronize(CUevent Handle) {
  return inContext([&](Driver &D, const ContextRef &) -> CUresult {
    EventRef Event;
    TaskRef Marker;
    {
      std::lock_guard Guard(D.Lock);
      Event = D.Events.find(Handle);
      if (!Event)
        return CUDA_ERROR_INVALID_HANDLE;
      if (Event->Capturing)
        return CUDA_ERROR_CAPTURED_EVENT;
      Marker = Event->Marker;
    }
    D.Queue.wait(Marker);
    ContextRef Context = Event->Context.lock();
    if (!Context)
      return CUDA_ERROR_CONTEXT_IS_DESTROYED;
    flushOutput(*Context);
    return Context->Sticky;
  });
}

EMULATED_API cuEventQuery(CUevent Handle) {
  return inContext([&](Driver &D, const ContextRef &Context) -> CUresult {
    std::lock_guard Guard(D.Lock);
    EventRef Event = D.Events.find(Handle);
    if (!Event)
      return CUDA_ERROR_INVALID_HANDLE;
    if (Event->Capturing)
      return CUDA_ERROR_CAPTURED_EVENT;
    return D.Queue.done(Event->Marker) ? Context->Sticky.load()
                                       : CUDA_ERROR_NOT_READY;
  });
}

EMULATED_API cuEventElapsedTime(float *Milliseconds, CUevent First,
                                CUevent Last) {
  return inContext([&](Driver &D, const ContextRef &) {
    std::lock_guard Guard(D.Lock);
    EventRef A = D.Events.find(First), B = D.Events.find(Last);
    if (!A || !B || !A->Recorded || !B->Recorded ||
        ((A->Flags | B->Flags) & CU_EVENT_DISABLE_TIMING))
      return CUDA_ERROR_INVALID_HANDLE;
    if (!Milliseconds)
      return CUDA_ERROR_INVALID_VALUE;
    if (!D.Queue.done(A->Marker) || !D.Queue.done(B->Marker))
      return CUDA_ERROR_NOT_READY;
    *Milliseconds =
        std::chrono::duration<float, std::milli>(D.Queue.finished(B->Marker) -
                                                 D.Queue.finished(A->Marker))
            .count();
    return CUDA_SUCCESS;
  });
}
EMULATED_API cuEventElapsedTime_v2(float *Milliseconds, CUevent First,
                                   CUevent Last) {
  return cuEventElapsedTime(Milliseconds, First, Last);
}
