//===- PreemptDriver.h - The driver's functions that stopping needs -------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Beside those of Driver.h. Nothing that is called here is followed or watched.
//
// Thread safety: all functions.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_CUDA_PREEMPTDRIVER_H
#define REPRISE_CUDA_PREEMPTDRIVER_H

#include "Driver.h"

#include <cstdint>

namespace reprise::cuda {

/// A function that the driver lacks is null.
struct StopApi {
  CUresult (*CtxPushCurrent)(CUcontext);
  CUresult (*CtxPopCurrent)(CUcontext *);
  CUresult (*CtxGetStreamPriorityRange)(int *, int *);
  CUresult (*StreamGetFlags)(CUstream, unsigned *);
  CUresult (*StreamGetPriority)(CUstream, int *);
  CUresult (*StreamCreateWithPriority)(CUstream *, unsigned, int);
  CUresult (*StreamDestroy)(CUstream);
  CUresult (*StreamSynchronize)(CUstream);
  CUresult (*StreamQuery)(CUstream);
  CUresult (*StreamWaitEvent)(CUstream, CUevent, unsigned);
  CUresult (*EventCreate)(CUevent *, unsigned);
  CUresult (*EventRecord)(CUevent, CUstream);
  CUresult (*EventDestroy)(CUevent);
  CUresult (*MemAlloc)(CUdeviceptr *, size_t);
  CUresult (*MemFree)(CUdeviceptr);
  CUresult (*MemHostAlloc)(void **, size_t, unsigned);
  CUresult (*MemFreeHost)(void *);
  CUresult (*MemsetD8Async)(CUdeviceptr, unsigned char, size_t, CUstream);
  CUresult (*MemcpyHtoDAsync)(CUdeviceptr, const void *, size_t, CUstream);
  CUresult (*MemcpyAsync)(CUdeviceptr, CUdeviceptr, size_t, CUstream);
  CUresult (*Memcpy2DAsync)(const CUDA_MEMCPY2D *, CUstream);
  CUresult (*StreamWriteValue32)(CUstream, CUdeviceptr, cuuint32_t, unsigned);
  CUresult (*StreamWaitValue32)(CUstream, CUdeviceptr, cuuint32_t, unsigned);
  CUresult (*StreamBatchMemOp)(CUstream, unsigned, CUstreamBatchMemOpParams *,
                               unsigned);
  CUresult (*LaunchKernel)(CUfunction, unsigned, unsigned, unsigned, unsigned,
                           unsigned, unsigned, unsigned, CUstream, void **,
                           void **);
  CUresult (*LaunchHostFunc)(CUstream, CUhostFn, void *);
  CUresult (*ModuleGetFunction)(CUfunction *, CUmodule, const char *);
  CUresult (*LibraryGetKernel)(CUkernel *, CUlibrary, const char *);
  CUresult (*KernelGetFunction)(CUfunction *, CUkernel);
  CUresult (*FuncLoad)(CUfunction);
  CUresult (*FuncSetAttribute)(CUfunction, CUfunction_attribute, int);
};

const StopApi &stopApi();

/// Some operations on words in memory, put on a stream together: with one call,
/// where the driver has it.
class WordOperations {
public:
  void write(CUdeviceptr Address, uint32_t Value);
  /// Until the word is \p Value or above, in a circle.
  void wait(CUdeviceptr Address, uint32_t Value);
  /// False: the driver refused; some of them may be on the stream.
  bool put(CUstream Stream);
  /// Of the driver, that put() makes.
  unsigned calls() const;

private:
  static constexpr unsigned Most = 3;
  CUstreamBatchMemOpParams List[Most] = {};
  unsigned Count = 0;
};

/// Has the driver all that a stream needs to be stopped?
bool canStop();

/// Makes a context current while it lives.
class CurrentContext {
public:
  explicit CurrentContext(CUcontext Context);
  ~CurrentContext();
  CurrentContext(const CurrentContext &) = delete;
  CurrentContext &operator=(const CurrentContext &) = delete;

private:
  bool Pushed = false;
};

} // namespace reprise::cuda

#endif // REPRISE_CUDA_PREEMPTDRIVER_H
