//===- Stream.cpp - Streams -----------------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Driver.h"
#include "Operation.h"

namespace reprise::driver {

/// Driver::Lock is held.
static StreamRef makeStream(Driver &D, const ContextRef &Context,
                            unsigned Flags, int Priority) {
  auto Stream = std::make_shared<CUstream_st>();
  Stream->Context = Context;
  Stream->Id = D.nextId();
  Stream->Flags = Flags;
  Stream->Priority = Priority;
  Stream->Blocking = !(Flags & CU_STREAM_NON_BLOCKING);
  Context->Streams.insert(Stream);
  return Stream;
}

StreamRef findStream(Driver &D, const ContextRef &Context, CUstream Handle) {
  bool PerThread =
      Handle == CU_STREAM_PER_THREAD || (!Handle && PerThreadStreams::active());
  if (PerThread) {
    StreamRef &Own = Context->PerThread[std::this_thread::get_id()];
    if (!Own)
      Own = makeStream(D, Context, 0, 0);
    return Own;
  }
  if (!Handle || Handle == CU_STREAM_LEGACY)
    return Context->Legacy;
  return D.Streams.find(Handle);
}

static std::vector<TaskRef> lastTasks(const CUctx_st &Context) {
  std::vector<TaskRef> Result{Context.Legacy->Last};
  for (const StreamRef &Stream : Context.Streams)
    Result.push_back(Stream->Last);
  return Result;
}

void waitFor(Driver &D, CUctx_st &Context) {
  std::vector<TaskRef> Tasks;
  {
    std::lock_guard Guard(D.Lock);
    Tasks = lastTasks(Context);
  }
  for (const TaskRef &T : Tasks)
    D.Queue.wait(T);
}

void waitForAll(Driver &D) {
  std::vector<TaskRef> Tasks;
  {
    std::lock_guard Guard(D.Lock);
    D.Contexts.each([&](const CUctx_st &Context) {
      for (TaskRef &T : lastTasks(Context))
        Tasks.push_back(std::move(T));
    });
  }
  for (const TaskRef &T : Tasks)
    D.Queue.wait(T);
}

} // namespace reprise::driver

using namespace reprise::driver;

EMULATED_API cuStreamCreateWithPriority(CUstream *Result, unsigned Flags,
                                        int Priority) {
  return inContext([&](Driver &D, const ContextRef &Context) {
    if (!Result || (Flags & ~unsigned(CU_STREAM_NON_BLOCKING)))
      return CUDA_ERROR_INVALID_VALUE;
    std::lock_guard Guard(D.Lock);
    *Result = D.Streams.add(makeStream(D, Context, Flags, Priority));
    return CUDA_SUCCESS;
  });
}

EMULATED_API cuStreamCreate(CUstream *Result, unsigned Flags) {
  return cuStreamCreateWithPriority(Result, Flags, 0);
}

EMULATED_API cuStreamDestroy_v2(CUstream Handle) {
  return inContext([&](Driver &D, const ContextRef &) {
    std::lock_guard Guard(D.Lock);
    StreamRef Stream = D.Streams.remove(Handle);
    if (!Stream)
      return CUDA_ERROR_INVALID_HANDLE;
    // Its work goes on; whoever waits for the context waits for it.
    if (ContextRef Context = Stream->Context.lock()) {
      Context->Legacy->Last =
          D.Queue.add(Engine::None, {}, {Context->Legacy->Last, Stream->Last});
      Context->Streams.erase(Stream);
    }
    return CUDA_SUCCESS;
  });
}
EMULATED_API cuStreamDestroy(CUstream Handle) {
  return cuStreamDestroy_v2(Handle);
}

EMULATED_API cuStreamSynchronize(CUstream Handle) {
  return onStream(Handle, [&](Driver &D, const StreamRef &Stream) -> CUresult {
    TaskRef Last;
    ContextRef Context = Stream->Context.lock();
    {
      std::lock_guard Guard(D.Lock);
      if (Stream->Capturing)
        return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
      Last = Stream->Last;
      // What follows on the legacy stream follows all others.
      if (Context && Stream == Context->Legacy) {
        std::vector<TaskRef> All{Last};
        for (const StreamRef &Each : Context->Streams)
          if (Each->Blocking)
            All.push_back(Each->Last);
        Last = Stream->Last = D.Queue.add(Engine::None, {}, All);
      }
    }
    D.Queue.wait(Last);
    if (!Context)
      return CUDA_ERROR_CONTEXT_IS_DESTROYED;
    flushOutput(*Context);
    return Context->Sticky;
  });
}

EMULATED_API cuStreamQuery(CUstream Handle) {
  return onStream(Handle, [&](Driver &D, const StreamRef &Stream) -> CUresult {
    std::lock_guard Guard(D.Lock);
    if (Stream->Capturing)
      return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
    ContextRef Context = Stream->Context.lock();
    if (!D.Queue.done(Stream->Last))
      return CUDA_ERROR_NOT_READY;
    return Context ? Context->Sticky.load() : CUDA_ERROR_CONTEXT_IS_DESTROYED;
  });
}

/// A function that reads one thing of a stream.
template <typename T, typename F>
static CUresult tell(CUstream Handle, T *Result, F Value) {
  return onStream(Handle, [&](Driver &D, const StreamRef &Stream) {
    if (!Result)
      return CUDA_ERROR_INVALID_VALUE;
    std::lock_guard Guard(D.Lock);
    *Result = Value(*Stream);
    return CUDA_SUCCESS;
  });
}

EMULATED_API cuStreamGetFlags(CUstream Handle, unsigned *Flags) {
  return tell(Handle, Flags, [](CUstream_st &S) { return S.Flags; });
}
EMULATED_API cuStreamGetPriority(CUstream Handle, int *Priority) {
  return tell(Handle, Priority, [](CUstream_st &S) { return S.Priority; });
}
EMULATED_API cuStreamGetId(CUstream Handle, unsigned long long *Id) {
  return tell(Handle, Id, [](CUstream_st &S) { return S.Id; });
}
EMULATED_API cuStreamGetCtx(CUstream Handle, CUcontext *Context) {
  return tell(Handle, Context,
              [](CUstream_st &S) { return S.Context.lock().get(); });
}
#if CUDA_VERSION >= 12050
EMULATED_API cuStreamGetCtx_v2(CUstream Handle, CUcontext *Context,
                               CUgreenCtx *Green) {
  if (Green)
    *Green = nullptr;
  return cuStreamGetCtx(Handle, Context);
}
#endif
#if CUDA_VERSION >= 12080
EMULATED_API cuStreamGetDevice(CUstream Handle, CUdevice *Device) {
  return tell(Handle, Device, [](CUstream_st &) { return 0; });
}
#endif

EMULATED_API cuStreamAttachMemAsync(CUstream Handle, CUdeviceptr, size_t,
                                    unsigned) {
  return onStream(Handle,
                  [](Driver &, const StreamRef &) { return CUDA_SUCCESS; });
}
