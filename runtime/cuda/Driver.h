//===- Driver.h - The real CUDA driver ----------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The library that the program would have used, loaded by its path, and its
// functions:
//
//   real<S>(follower)  the function that a follower stands for
//   Api                what we ask of the driver ourselves
//
// A function that the driver lacks is null in Api, and through real<>() answers
// CUDA_ERROR_NOT_FOUND.
//
// Thread safety: all functions; loading happens once, at the first call.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_CUDA_DRIVER_H
#define REPRISE_CUDA_DRIVER_H

#include <atomic>
#include <cuda.h>

namespace reprise::cuda {

/// The followed functions by their exported names.
enum class Slot : unsigned {
#define FOLLOW(Name, Base, Since, PerThread, Function) Slot_##Name,
#include "Followed.inc"
#undef FOLLOW
  Count
};

/// Functions that are asked, not followed. A minor version that the driver
/// lacks leaves its pointer null.
struct Api {
  CUresult (*DriverGetVersion)(int *);
  CUresult (*CtxGetCurrent)(CUcontext *);
  CUresult (*CtxGetDevice)(CUdevice *);
  CUresult (*DeviceGetCount)(int *);
  CUresult (*DeviceGet)(CUdevice *, int);
  CUresult (*DeviceGetAttribute)(int *, CUdevice_attribute, CUdevice);
  CUresult (*DevicePrimaryCtxGetState)(CUdevice, unsigned *, int *);
  CUresult (*StreamGetCtx)(CUstream, CUcontext *);
  CUresult (*StreamIsCapturing)(CUstream, CUstreamCaptureStatus *);
  CUresult (*StreamIsCapturingPerThread)(CUstream, CUstreamCaptureStatus *);
  CUresult (*FuncGetName)(const char **, CUfunction);
  CUresult (*KernelGetName)(const char **, CUkernel);
  CUresult (*FuncGetParamInfo)(CUfunction, size_t, size_t *, size_t *);
  CUresult (*KernelGetParamInfo)(CUkernel, size_t, size_t *, size_t *);
  CUresult (*ModuleGetGlobal)(CUdeviceptr *, size_t *, CUmodule, const char *);
  CUresult (*LibraryGetGlobal)(CUdeviceptr *, size_t *, CUlibrary,
                               const char *);
  CUresult (*MemHostGetDevicePointer)(CUdeviceptr *, void *, unsigned);
  CUresult (*MemGetAddressRange)(CUdeviceptr *, size_t *, CUdeviceptr);
  CUresult (*GraphGetNodes)(CUgraph, CUgraphNode *, size_t *);
  CUresult (*GraphNodeGetType)(CUgraphNode, CUgraphNodeType *);
  CUresult (*GraphChildGraphNodeGetGraph)(CUgraphNode, CUgraph *);
  CUresult (*GraphKernelNodeGetParams)(CUgraphNode,
                                       CUDA_KERNEL_NODE_PARAMS_v1 *);
  CUresult (*GraphKernelNodeGetParams2)(CUgraphNode,
                                        CUDA_KERNEL_NODE_PARAMS_v2 *);
};

/// Never null pointers to functions that no driver exports: see Api.
const Api &api();

/// False when no driver could be loaded; said once on stderr.
bool driverLoaded();

/// Path of the driver; empty when none could be loaded.
const char *driverPath();

/// A function of the driver by its exported name, or null.
void *driverFunction(const char *Name);

/// The real function of \p S; never null: an answer of CUDA_ERROR_NOT_FOUND
/// stands for what the driver lacks.
void *realFunction(Slot S);

/// The function behind \p Follower, of the same type.
template <Slot S, typename R, typename... A>
auto real(R (*)(A...)) -> R (*)(A...) {
  return reinterpret_cast<R (*)(A...)>(realFunction(S));
}

/// What the program shall get for the driver's function \p Address, which it
/// asked for by \p Base (a name without version), for \p Version of CUDA: our
/// place that leads to its follower or to it; in mode off \p Address.
void *followerOf(void *Address, const char *Base, int Version, bool PerThread);

} // namespace reprise::cuda

#endif // REPRISE_CUDA_DRIVER_H
