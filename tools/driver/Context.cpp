//===- Context.cpp - Contexts ---------------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// All contexts share one range of addresses. What is allocated in one belongs
// to it and goes with it.
//
//===----------------------------------------------------------------------===//

#include "Allocate.h"
#include "Driver.h"
#include "Module.h"

#include <cstdio>

namespace reprise::driver {

std::vector<ContextRef> &contextStack() {
  static thread_local std::vector<ContextRef> Stack;
  return Stack;
}

ContextRef currentContext() {
  auto &Stack = contextStack();
  return Stack.empty() ? nullptr : Stack.back();
}

void flushOutput(CUctx_st &Context) {
  std::string Text;
  {
    std::lock_guard Guard(Context.OutputLock);
    Text.swap(Context.Output);
  }
  if (Text.empty())
    return;
  std::fwrite(Text.data(), 1, Text.size(), stdout);
  std::fflush(stdout);
}

/// Driver::Lock is held.
static ContextRef makeContext(Driver &D, unsigned Flags, bool Primary) {
  auto Context = std::make_shared<CUctx_st>();
  Context->Flags = Flags;
  Context->Primary = Primary;
  Context->Id = D.nextId();
  Context->Limits = {{CU_LIMIT_STACK_SIZE, 1024},
                     {CU_LIMIT_PRINTF_FIFO_SIZE, 1 << 20},
                     {CU_LIMIT_MALLOC_HEAP_SIZE, 8 << 20},
                     {CU_LIMIT_DEV_RUNTIME_SYNC_DEPTH, 2},
                     {CU_LIMIT_DEV_RUNTIME_PENDING_LAUNCH_COUNT, 2048},
                     {CU_LIMIT_MAX_L2_FETCH_GRANULARITY, 64},
                     {CU_LIMIT_PERSISTING_L2_CACHE_SIZE, 0}};
  Context->Legacy = std::make_shared<CUstream_st>();
  Context->Legacy->Context = Context;
  Context->Legacy->Id = D.nextId();
  D.Contexts.add(Context);
  return Context;
}

/// Waits for the context's work and frees what it owns.
static void endContext(Driver &D, const ContextRef &Context) {
  waitFor(D, *Context);
  flushOutput(*Context);
  Context->Alive = false;
  // What goes, goes without the lock.
  std::vector<std::shared_ptr<void>> Rest;
  {
    std::lock_guard Guard(D.Lock);
    auto Own = [&](auto &Object) { return Object.Context.lock() == Context; };
    D.Streams.removeIf(Own);
    D.Events.removeIf(Own);
    removeModules(D, *Context, Rest);
    Context->Streams.clear();
    Context->PerThread.clear();
    D.Contexts.remove(Context.get());
  }
  for (const Block &B : D.Addresses.select(
           [&](const Block &Each) { return Each.Context == Context.get(); }))
    releaseBlock(D, B.Address);
}

} // namespace reprise::driver

using namespace reprise::driver;

//===----------------------------------------------------------------------===//
// The primary context
//===----------------------------------------------------------------------===//

EMULATED_API cuDevicePrimaryCtxRetain(CUcontext *Result, CUdevice Device) {
  return withDriver([&](Driver &D) {
    if (!Result)
      return CUDA_ERROR_INVALID_VALUE;
    if (Device)
      return CUDA_ERROR_INVALID_DEVICE;
    std::lock_guard Guard(D.Lock);
    if (!D.PrimaryContext)
      D.PrimaryContext = makeContext(D, D.PrimaryFlags, true);
    ++D.PrimaryContext->References;
    *Result = D.PrimaryContext.get();
    return CUDA_SUCCESS;
  });
}

static CUresult endPrimary(CUdevice Device, bool Always) {
  return withDriver([&](Driver &D) {
    if (Device)
      return CUDA_ERROR_INVALID_DEVICE;
    ContextRef Ended;
    {
      std::lock_guard Guard(D.Lock);
      if (!D.PrimaryContext)
        return Always ? CUDA_SUCCESS : CUDA_ERROR_INVALID_CONTEXT;
      if (!Always && --D.PrimaryContext->References)
        return CUDA_SUCCESS;
      Ended = std::move(D.PrimaryContext);
      D.PrimaryContext = nullptr;
    }
    endContext(D, Ended);
    return CUDA_SUCCESS;
  });
}

EMULATED_API cuDevicePrimaryCtxRelease_v2(CUdevice Device) {
  return endPrimary(Device, false);
}
EMULATED_API cuDevicePrimaryCtxRelease(CUdevice Device) {
  return endPrimary(Device, false);
}
EMULATED_API cuDevicePrimaryCtxReset_v2(CUdevice Device) {
  return endPrimary(Device, true);
}
EMULATED_API cuDevicePrimaryCtxReset(CUdevice Device) {
  return endPrimary(Device, true);
}

EMULATED_API cuDevicePrimaryCtxSetFlags_v2(CUdevice Device, unsigned Flags) {
  return withDriver([&](Driver &D) {
    if (Device)
      return CUDA_ERROR_INVALID_DEVICE;
    std::lock_guard Guard(D.Lock);
    D.PrimaryFlags = Flags;
    if (D.PrimaryContext)
      D.PrimaryContext->Flags = Flags;
    return CUDA_SUCCESS;
  });
}
EMULATED_API cuDevicePrimaryCtxSetFlags(CUdevice Device, unsigned Flags) {
  return cuDevicePrimaryCtxSetFlags_v2(Device, Flags);
}

EMULATED_API cuDevicePrimaryCtxGetState(CUdevice Device, unsigned *Flags,
                                        int *Active) {
  return withDriver([&](Driver &D) {
    if (!Flags || !Active)
      return CUDA_ERROR_INVALID_VALUE;
    if (Device)
      return CUDA_ERROR_INVALID_DEVICE;
    std::lock_guard Guard(D.Lock);
    *Flags = D.PrimaryFlags;
    *Active = D.PrimaryContext != nullptr;
    return CUDA_SUCCESS;
  });
}

//===----------------------------------------------------------------------===//
// Others
//===----------------------------------------------------------------------===//

EMULATED_API cuCtxCreate_v2(CUcontext *Result, unsigned Flags,
                            CUdevice Device) {
  return withDriver([&](Driver &D) {
    if (!Result)
      return CUDA_ERROR_INVALID_VALUE;
    if (Device)
      return CUDA_ERROR_INVALID_DEVICE;
    std::lock_guard Guard(D.Lock);
    contextStack().push_back(makeContext(D, Flags, false));
    *Result = contextStack().back().get();
    return CUDA_SUCCESS;
  });
}
EMULATED_API cuCtxCreate(CUcontext *Result, unsigned Flags, CUdevice Device) {
  return cuCtxCreate_v2(Result, Flags, Device);
}
EMULATED_API cuCtxCreate_v3(CUcontext *Result, CUexecAffinityParam *, int Count,
                            unsigned Flags, CUdevice Device) {
  return Count ? refuse("cuCtxCreate with an affinity")
               : cuCtxCreate_v2(Result, Flags, Device);
}
#if CUDA_VERSION >= 12050
EMULATED_API cuCtxCreate_v4(CUcontext *Result, CUctxCreateParams *Params,
                            unsigned Flags, CUdevice Device) {
  return Params ? refuse("cuCtxCreate with parameters")
                : cuCtxCreate_v2(Result, Flags, Device);
}
#endif

EMULATED_API cuCtxDestroy_v2(CUcontext Handle) {
  return withDriver([&](Driver &D) {
    ContextRef Context;
    {
      std::lock_guard Guard(D.Lock);
      Context = D.Contexts.find(Handle);
    }
    if (!Context || Context->Primary)
      return CUDA_ERROR_INVALID_CONTEXT;
    endContext(D, Context);
    auto &Stack = contextStack();
    if (!Stack.empty() && Stack.back() == Context)
      Stack.pop_back();
    return CUDA_SUCCESS;
  });
}
EMULATED_API cuCtxDestroy(CUcontext Handle) { return cuCtxDestroy_v2(Handle); }

EMULATED_API cuCtxPushCurrent_v2(CUcontext Handle) {
  return withDriver([&](Driver &D) {
    std::lock_guard Guard(D.Lock);
    ContextRef Context = D.Contexts.find(Handle);
    if (!Context)
      return CUDA_ERROR_INVALID_CONTEXT;
    contextStack().push_back(Context);
    return CUDA_SUCCESS;
  });
}
EMULATED_API cuCtxPushCurrent(CUcontext Handle) {
  return cuCtxPushCurrent_v2(Handle);
}

EMULATED_API cuCtxPopCurrent_v2(CUcontext *Handle) {
  return withDriver([&](Driver &) {
    auto &Stack = contextStack();
    if (Stack.empty())
      return CUDA_ERROR_INVALID_CONTEXT;
    if (Handle)
      *Handle = Stack.back().get();
    Stack.pop_back();
    return CUDA_SUCCESS;
  });
}
EMULATED_API cuCtxPopCurrent(CUcontext *Handle) {
  return cuCtxPopCurrent_v2(Handle);
}

EMULATED_API cuCtxSetCurrent(CUcontext Handle) {
  return withDriver([&](Driver &D) {
    auto &Stack = contextStack();
    std::lock_guard Guard(D.Lock);
    ContextRef Context = D.Contexts.find(Handle);
    if (Handle && !Context)
      return CUDA_ERROR_INVALID_CONTEXT;
    if (!Stack.empty())
      Stack.pop_back();
    if (Context)
      Stack.push_back(Context);
    return CUDA_SUCCESS;
  });
}

EMULATED_API cuCtxGetCurrent(CUcontext *Handle) {
  return withDriver([&](Driver &) {
    if (!Handle)
      return CUDA_ERROR_INVALID_VALUE;
    *Handle = currentContext().get();
    return CUDA_SUCCESS;
  });
}

EMULATED_API cuCtxGetDevice(CUdevice *Device) {
  return inContext([&](Driver &, const ContextRef &) {
    if (!Device)
      return CUDA_ERROR_INVALID_VALUE;
    *Device = 0;
    return CUDA_SUCCESS;
  });
}

EMULATED_API cuCtxGetFlags(unsigned *Flags) {
  return inContext([&](Driver &, const ContextRef &Context) {
    if (!Flags)
      return CUDA_ERROR_INVALID_VALUE;
    *Flags = Context->Flags;
    return CUDA_SUCCESS;
  });
}

EMULATED_API cuCtxGetId(CUcontext Handle, unsigned long long *Id) {
  return withDriver([&](Driver &D) {
    std::lock_guard Guard(D.Lock);
    ContextRef Context = Handle ? D.Contexts.find(Handle) : currentContext();
    if (!Context || !Id)
      return CUDA_ERROR_INVALID_CONTEXT;
    *Id = Context->Id;
    return CUDA_SUCCESS;
  });
}

EMULATED_API cuCtxGetApiVersion(CUcontext Handle, unsigned *Version) {
  return withDriver([&](Driver &D) {
    std::lock_guard Guard(D.Lock);
    if (!Version || (Handle && !D.Contexts.find(Handle)))
      return CUDA_ERROR_INVALID_CONTEXT;
    *Version = 3020;
    return CUDA_SUCCESS;
  });
}

EMULATED_API cuCtxSynchronize() {
  return inContext([&](Driver &D, const ContextRef &Context) -> CUresult {
    waitFor(D, *Context);
    flushOutput(*Context);
    return Context->Sticky;
  });
}

EMULATED_API cuCtxGetLimit(size_t *Value, CUlimit Which) {
  return inContext([&](Driver &D, const ContextRef &Context) {
    std::lock_guard Guard(D.Lock);
    auto It = Context->Limits.find(Which);
    if (!Value || It == Context->Limits.end())
      return Value ? CUDA_ERROR_UNSUPPORTED_LIMIT : CUDA_ERROR_INVALID_VALUE;
    *Value = It->second;
    return CUDA_SUCCESS;
  });
}

EMULATED_API cuCtxSetLimit(CUlimit Which, size_t Value) {
  return inContext([&](Driver &D, const ContextRef &Context) {
    std::lock_guard Guard(D.Lock);
    auto It = Context->Limits.find(Which);
    if (It == Context->Limits.end())
      return CUDA_ERROR_UNSUPPORTED_LIMIT;
    It->second = Value;
    return CUDA_SUCCESS;
  });
}

EMULATED_API cuCtxGetStreamPriorityRange(int *Least, int *Greatest) {
  return inContext([&](Driver &, const ContextRef &) {
    if (Least)
      *Least = 0;
    if (Greatest)
      *Greatest = -5;
    return CUDA_SUCCESS;
  });
}

EMULATED_API cuCtxGetCacheConfig(CUfunc_cache *Config) {
  return inContext([&](Driver &, const ContextRef &) {
    if (!Config)
      return CUDA_ERROR_INVALID_VALUE;
    *Config = CU_FUNC_CACHE_PREFER_NONE;
    return CUDA_SUCCESS;
  });
}
EMULATED_API cuCtxSetCacheConfig(CUfunc_cache) {
  return inContext([&](Driver &, const ContextRef &) { return CUDA_SUCCESS; });
}
