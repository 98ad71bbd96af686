//===- PreemptDriver.cpp - The driver's functions that stopping needs -----===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PreemptDriver.h"

namespace reprise::cuda {

/// Newer names first.
template <typename T>
static void find(T &Function, const char *Name, const char *Older = nullptr) {
  void *Found = driverFunction(Name);
  if (!Found && Older)
    Found = driverFunction(Older);
  Function = reinterpret_cast<T>(Found);
}

const StopApi &stopApi() {
  static const StopApi *const All = [] {
    auto *A = new StopApi{};
    driverLoaded(); // Loads it.
    find(A->CtxPushCurrent, "cuCtxPushCurrent_v2");
    find(A->CtxPopCurrent, "cuCtxPopCurrent_v2");
    find(A->CtxGetStreamPriorityRange, "cuCtxGetStreamPriorityRange");
    find(A->StreamGetFlags, "cuStreamGetFlags");
    find(A->StreamGetPriority, "cuStreamGetPriority");
    find(A->StreamCreateWithPriority, "cuStreamCreateWithPriority");
    find(A->StreamDestroy, "cuStreamDestroy_v2");
    find(A->StreamSynchronize, "cuStreamSynchronize");
    find(A->StreamQuery, "cuStreamQuery");
    find(A->StreamWaitEvent, "cuStreamWaitEvent");
    find(A->EventCreate, "cuEventCreate");
    find(A->EventRecord, "cuEventRecord");
    find(A->EventDestroy, "cuEventDestroy_v2");
    find(A->MemAlloc, "cuMemAlloc_v2");
    find(A->MemFree, "cuMemFree_v2");
    find(A->MemHostAlloc, "cuMemHostAlloc");
    find(A->MemFreeHost, "cuMemFreeHost");
    find(A->MemsetD8Async, "cuMemsetD8Async");
    find(A->MemcpyHtoDAsync, "cuMemcpyHtoDAsync_v2");
    find(A->MemcpyAsync, "cuMemcpyAsync");
    find(A->Memcpy2DAsync, "cuMemcpy2DAsync_v2");
    find(A->StreamWriteValue32, "cuStreamWriteValue32_v2",
         "cuStreamWriteValue32");
    find(A->StreamWaitValue32, "cuStreamWaitValue32_v2", "cuStreamWaitValue32");
    find(A->StreamBatchMemOp, "cuStreamBatchMemOp_v2", "cuStreamBatchMemOp");
    find(A->LaunchKernel, "cuLaunchKernel");
    find(A->LaunchHostFunc, "cuLaunchHostFunc");
    find(A->ModuleGetFunction, "cuModuleGetFunction");
    find(A->LibraryGetKernel, "cuLibraryGetKernel");
    find(A->KernelGetFunction, "cuKernelGetFunction");
    find(A->FuncLoad, "cuFuncLoad");
    find(A->FuncSetAttribute, "cuFuncSetAttribute");
    return A;
  }();
  return *All;
}

void WordOperations::write(CUdeviceptr Address, uint32_t Value) {
  auto &W = List[Count++].writeValue;
  W.operation = CU_STREAM_MEM_OP_WRITE_VALUE_32;
  W.address = Address;
  W.value = Value;
}

void WordOperations::wait(CUdeviceptr Address, uint32_t Value) {
  auto &W = List[Count++].waitValue;
  W.operation = CU_STREAM_MEM_OP_WAIT_VALUE_32;
  W.address = Address;
  W.value = Value;
  W.flags = CU_STREAM_WAIT_VALUE_GEQ;
}

unsigned WordOperations::calls() const {
  return stopApi().StreamBatchMemOp ? 1 : Count;
}

bool WordOperations::put(CUstream Stream) {
  const StopApi &D = stopApi();
  if (D.StreamBatchMemOp && Count > 1)
    return D.StreamBatchMemOp(Stream, Count, List, 0) == CUDA_SUCCESS;
  for (unsigned I = 0; I < Count; ++I) {
    const auto &P = List[I];
    const CUresult R =
        P.operation == CU_STREAM_MEM_OP_WRITE_VALUE_32
            ? D.StreamWriteValue32(Stream, P.writeValue.address,
                                   static_cast<cuuint32_t>(P.writeValue.value),
                                   P.writeValue.flags)
            : D.StreamWaitValue32(Stream, P.waitValue.address,
                                  static_cast<cuuint32_t>(P.waitValue.value),
                                  P.waitValue.flags);
    if (R != CUDA_SUCCESS)
      return false;
  }
  return true;
}

bool canStop() {
  const StopApi &A = stopApi();
  return A.CtxPushCurrent && A.CtxPopCurrent && A.CtxGetStreamPriorityRange &&
         A.StreamGetFlags && A.StreamGetPriority &&
         A.StreamCreateWithPriority && A.StreamDestroy && A.StreamSynchronize &&
         A.StreamQuery && A.StreamWaitEvent && A.EventCreate && A.EventRecord &&
         A.EventDestroy && A.MemAlloc && A.MemFree && A.MemHostAlloc &&
         A.MemFreeHost && A.MemsetD8Async && A.MemcpyHtoDAsync &&
         A.MemcpyAsync && A.Memcpy2DAsync && A.StreamWriteValue32 &&
         A.StreamWaitValue32 && A.LaunchKernel && A.LaunchHostFunc &&
         api().StreamGetCtx && api().MemHostGetDevicePointer;
}

CurrentContext::CurrentContext(CUcontext Context) {
  CUcontext Now = nullptr;
  if (api().CtxGetCurrent && api().CtxGetCurrent(&Now) == CUDA_SUCCESS &&
      Now == Context)
    return;
  Pushed = stopApi().CtxPushCurrent(Context) == CUDA_SUCCESS;
}

CurrentContext::~CurrentContext() {
  CUcontext Before = nullptr;
  if (Pushed)
    stopApi().CtxPopCurrent(&Before);
}

} // namespace reprise::cuda
