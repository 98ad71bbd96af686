//===- Runtime.h - A CUDA runtime over the driver's API -------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What programs that were linked with a shared cudart need. It is compiled once
// for each toolkit, with that toolkit's headers, and reaches the driver as
// NVIDIA's does: through dlopen, dlsym and cuGetProcAddress.
//
// Error numbers of the two interfaces are the same since CUDA 10.1.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_DRIVER_CUDART_RUNTIME_H
#define REPRISE_TOOLS_DRIVER_CUDART_RUNTIME_H

#include <cuda.h>
#include <cuda_runtime_api.h>

#include <cstdint>
#include <new>

#define RUNTIME_API                                                            \
  extern "C" __attribute__((visibility("default"))) cudaError_t

/// The functions of the driver that are called, as cuda.h names them.
#define REPRISE_DRIVER_CALLS(X)                                                \
  X(cuInit)                                                                    \
  X(cuDriverGetVersion)                                                        \
  X(cuDeviceGet)                                                               \
  X(cuDeviceGetCount)                                                          \
  X(cuDeviceGetName)                                                           \
  X(cuDeviceGetAttribute)                                                      \
  X(cuDeviceTotalMem)                                                          \
  X(cuDeviceGetPCIBusId)                                                       \
  X(cuDeviceGetByPCIBusId)                                                     \
  X(cuDeviceGetUuid)                                                           \
  X(cuDeviceCanAccessPeer)                                                     \
  X(cuDeviceGetDefaultMemPool)                                                 \
  X(cuDeviceGetMemPool)                                                        \
  X(cuDeviceSetMemPool)                                                        \
  X(cuDevicePrimaryCtxRetain)                                                  \
  X(cuDevicePrimaryCtxReset)                                                   \
  X(cuDevicePrimaryCtxSetFlags)                                                \
  X(cuDevicePrimaryCtxGetState)                                                \
  X(cuCtxGetCurrent)                                                           \
  X(cuCtxSetCurrent)                                                           \
  X(cuCtxSynchronize)                                                          \
  X(cuCtxGetLimit)                                                             \
  X(cuCtxSetLimit)                                                             \
  X(cuCtxGetStreamPriorityRange)                                               \
  X(cuModuleLoadData)                                                          \
  X(cuModuleUnload)                                                            \
  X(cuModuleGetFunction)                                                       \
  X(cuModuleGetGlobal)                                                         \
  X(cuMemAlloc)                                                                \
  X(cuMemAllocPitch)                                                           \
  X(cuMemAllocManaged)                                                         \
  X(cuMemFree)                                                                 \
  X(cuMemGetInfo)                                                              \
  X(cuMemHostAlloc)                                                            \
  X(cuMemFreeHost)                                                             \
  X(cuMemHostRegister)                                                         \
  X(cuMemHostUnregister)                                                       \
  X(cuMemHostGetDevicePointer)                                                 \
  X(cuMemHostGetFlags)                                                         \
  X(cuMemAllocAsync)                                                           \
  X(cuMemAllocFromPoolAsync)                                                   \
  X(cuMemFreeAsync)                                                            \
  X(cuMemPoolCreate)                                                           \
  X(cuMemPoolDestroy)                                                          \
  X(cuMemPoolTrimTo)                                                           \
  X(cuMemPoolGetAttribute)                                                     \
  X(cuMemPoolSetAttribute)                                                     \
  X(cuMemPoolSetAccess)                                                        \
  X(cuMemAdvise)                                                               \
  X(cuMemPrefetchAsync)                                                        \
  X(cuMemcpy)                                                                  \
  X(cuMemcpyAsync)                                                             \
  X(cuMemcpyHtoD)                                                              \
  X(cuMemcpyHtoDAsync)                                                         \
  X(cuMemcpyDtoH)                                                              \
  X(cuMemcpyDtoHAsync)                                                         \
  X(cuMemcpyDtoD)                                                              \
  X(cuMemcpyDtoDAsync)                                                         \
  X(cuMemcpy3D)                                                                \
  X(cuMemcpy3DAsync)                                                           \
  X(cuMemsetD8)                                                                \
  X(cuMemsetD8Async)                                                           \
  X(cuMemsetD2D8)                                                              \
  X(cuMemsetD2D8Async)                                                         \
  X(cuPointerGetAttributes)                                                    \
  X(cuStreamCreateWithPriority)                                                \
  X(cuStreamDestroy)                                                           \
  X(cuStreamSynchronize)                                                       \
  X(cuStreamQuery)                                                             \
  X(cuStreamWaitEvent)                                                         \
  X(cuStreamGetFlags)                                                          \
  X(cuStreamGetPriority)                                                       \
  X(cuStreamAddCallback)                                                       \
  X(cuStreamAttachMemAsync)                                                    \
  X(cuStreamBeginCapture)                                                      \
  X(cuStreamEndCapture)                                                        \
  X(cuStreamIsCapturing)                                                       \
  X(cuStreamGetCaptureInfo)                                                    \
  X(cuThreadExchangeStreamCaptureMode)                                         \
  X(cuEventCreate)                                                             \
  X(cuEventDestroy)                                                            \
  X(cuEventRecord)                                                             \
  X(cuEventRecordWithFlags)                                                    \
  X(cuEventSynchronize)                                                        \
  X(cuEventQuery)                                                              \
  X(cuEventElapsedTime)                                                        \
  X(cuFuncGetAttribute)                                                        \
  X(cuFuncSetAttribute)                                                        \
  X(cuFuncSetCacheConfig)                                                      \
  X(cuLaunchKernel)                                                            \
  X(cuLaunchKernelEx)                                                          \
  X(cuLaunchCooperativeKernel)                                                 \
  X(cuLaunchHostFunc)                                                          \
  X(cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags)                      \
  X(cuOccupancyAvailableDynamicSMemPerBlock)                                   \
  X(cuArray3DCreate)                                                           \
  X(cuArrayDestroy)                                                            \
  X(cuArray3DGetDescriptor)                                                    \
  X(cuTexObjectCreate)                                                         \
  X(cuTexObjectDestroy)                                                        \
  X(cuSurfObjectCreate)                                                        \
  X(cuSurfObjectDestroy)                                                       \
  X(cuGraphCreate)                                                             \
  X(cuGraphDestroy)                                                            \
  X(cuGraphClone)                                                              \
  X(cuGraphInstantiateWithFlags)                                               \
  X(cuGraphLaunch)                                                             \
  X(cuGraphUpload)                                                             \
  X(cuGraphExecDestroy)                                                        \
  X(cuGraphExecUpdate)                                                         \
  X(cuGraphDestroyNode)                                                        \
  X(cuGraphAddDependencies)                                                    \
  X(cuGraphGetNodes)                                                           \
  X(cuGraphGetRootNodes)                                                       \
  X(cuGraphGetEdges)                                                           \
  X(cuGraphNodeGetType)                                                        \
  X(cuGraphAddKernelNode)                                                      \
  X(cuGraphAddMemcpyNode)                                                      \
  X(cuGraphAddMemsetNode)                                                      \
  X(cuGraphAddHostNode)                                                        \
  X(cuGraphAddEmptyNode)                                                       \
  X(cuGraphAddChildGraphNode)                                                  \
  X(cuGraphKernelNodeGetParams)                                                \
  X(cuGraphKernelNodeSetParams)                                                \
  X(cuGraphExecKernelNodeSetParams)                                            \
  X(cuGraphExecMemcpyNodeSetParams)                                            \
  X(cuGraphExecMemsetNodeSetParams)                                            \
  X(cuGraphExecHostNodeSetParams)

#if CUDA_VERSION >= 12000
#define REPRISE_LIBRARY_CALLS(X)                                               \
  X(cuLibraryLoadData)                                                         \
  X(cuLibraryLoadFromFile)                                                     \
  X(cuLibraryUnload)                                                           \
  X(cuLibraryGetKernel)                                                        \
  X(cuLibraryGetGlobal)                                                        \
  X(cuKernelGetFunction)
#else
#define REPRISE_LIBRARY_CALLS(X)
#endif

namespace reprise::cudart {

// NOLINTBEGIN(readability-identifier-naming,bugprone-macro-parentheses)
struct DriverCalls {
#define X(Name) decltype(&::Name) Name = nullptr;
  REPRISE_DRIVER_CALLS(X)
  REPRISE_LIBRARY_CALLS(X)
#undef X
};
// NOLINTEND(readability-identifier-naming,bugprone-macro-parentheses)

/// The driver; null, with the reason on stderr, if there is none. The first
/// call loads it. Thread safety: any.
const DriverCalls *driver();

/// As driver(), with cuInit() called and the thread's context current: the
/// device's primary one, unless the program chose another.
cudaError_t enter(const DriverCalls *&D);
/// The primary context was reset; threads get the new one.
void forgetContexts();
/// Counts such resets.
unsigned contextEpoch();

/// Remembers an error for cudaGetLastError, and hands it on.
cudaError_t record(cudaError_t Error);
inline cudaError_t error(CUresult E) { return static_cast<cudaError_t>(E); }

/// Says once on stderr that a function is not supported.
cudaError_t refuse(const char *Function);
void say(const char *Text);

/// While one exists, stream 0 is the thread's own default stream.
class PerThreadStreams {
public:
  PerThreadStreams();
  ~PerThreadStreams();
  PerThreadStreams(const PerThreadStreams &) = delete;
  PerThreadStreams &operator=(const PerThreadStreams &) = delete;

private:
  bool Before;
};
/// The driver's handle for a stream of the runtime.
CUstream streamOf(cudaStream_t Stream);

/// Runs a body that returns a CUresult with the driver ready.
template <typename F> cudaError_t call(F Body) noexcept {
  try {
    const DriverCalls *D = nullptr;
    if (cudaError_t E = enter(D))
      return record(E);
    return record(static_cast<cudaError_t>(Body(*D)));
  } catch (const std::bad_alloc &) {
    return record(cudaErrorMemoryAllocation);
  }
}

/// What a program registered for its kernel, or a handle that stands for one.
cudaError_t functionOf(const DriverCalls &D, const void *Function,
                       CUfunction &Result);
/// The host's address of the kernel that functionOf() gave a handle for, or the
/// handle.
const void *hostOf(const void *Handle);
/// Where the device has a variable that a program registered.
cudaError_t variableOf(const DriverCalls &D, const void *Variable,
                       CUdeviceptr &Address, size_t &Bytes);

inline CUdeviceptr address(const void *Pointer) {
  return reinterpret_cast<CUdeviceptr>(Pointer);
}
inline void *pointer(CUdeviceptr Address) {
  return reinterpret_cast<void *>(Address); // NOLINT(performance-no-int-to-ptr)
}

/// A copy of three dimensions, as the driver wants it; the plain one waits.
CUresult copy(const DriverCalls &D, const CUDA_MEMCPY3D &P, bool Async,
              cudaStream_t Stream);

} // namespace reprise::cudart

#endif // REPRISE_TOOLS_DRIVER_CUDART_RUNTIME_H
