//===- FakeDriver.cpp - A driver that does nothing ----------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Enough of a CUDA driver for the followers: it hands out handles and
// addresses, used ones first, and keeps nothing.
//
//===----------------------------------------------------------------------===//

#include <bit>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <vector>

#include "FakeDriver.h"

#undef cuMemAlloc
#undef cuModuleGetGlobal

namespace {

uint64_t NextAddress = 0x10000000;
std::vector<uint64_t> Free; ///< Of one size for all.
std::mutex Lock;            ///< Of the two above.
uint64_t NextHandle = 0x1000;
bool Capturing = false;
CUcontext Current = std::bit_cast<CUcontext>(uint64_t{0x77});

} // namespace

// NOLINTBEGIN(readability-identifier-naming): named as in cuda.h
extern "C" {

CUresult cuCtxGetCurrent(CUcontext *Context) {
  *Context = Current;
  return CUDA_SUCCESS;
}
CUresult cuCtxDestroy_v2(CUcontext) { return CUDA_SUCCESS; }
CUresult cuDeviceGetCount(int *Count) {
  *Count = 1;
  return CUDA_SUCCESS;
}
CUresult cuDeviceGet(CUdevice *Device, int) {
  *Device = 0;
  return CUDA_SUCCESS;
}
CUresult cuDeviceGetAttribute(int *Value, CUdevice_attribute Which, CUdevice) {
  *Value = Which == CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR ? 9 : 0;
  return CUDA_SUCCESS;
}

CUresult cuMemAlloc_v2(CUdeviceptr *Address, size_t) {
  std::lock_guard Guard(Lock);
  if (Free.empty()) {
    *Address = NextAddress;
    NextAddress += 0x10000;
  } else {
    *Address = Free.back();
    Free.pop_back();
  }
  return CUDA_SUCCESS;
}
CUresult cuMemFree_v2(CUdeviceptr Address) {
  if (Address == FakeRefused)
    return CUDA_ERROR_INVALID_VALUE;
  std::lock_guard Guard(Lock);
  Free.push_back(Address);
  return CUDA_SUCCESS;
}
CUresult cuMemMap(CUdeviceptr, size_t, size_t, CUmemGenericAllocationHandle,
                  unsigned long long) {
  return CUDA_SUCCESS;
}
CUresult cuMemUnmap(CUdeviceptr, size_t) { return CUDA_SUCCESS; }

CUresult cuModuleLoadData(CUmodule *Module, const void *) {
  *Module = std::bit_cast<CUmodule>(NextHandle++);
  return CUDA_SUCCESS;
}
CUresult cuModuleUnload(CUmodule) { return CUDA_SUCCESS; }
/// The same function handle for every module: as if it were given out again.
CUresult cuModuleGetFunction(CUfunction *Function, CUmodule, const char *Name) {
  *Function = std::bit_cast<CUfunction>(
      0x9000 + static_cast<uint64_t>(Name[std::strlen(Name) - 1]));
  return CUDA_SUCCESS;
}
CUresult cuLaunchKernel(CUfunction, unsigned, unsigned, unsigned, unsigned,
                        unsigned, unsigned, unsigned, CUstream, void **,
                        void **) {
  return CUDA_SUCCESS;
}

// Copies and fills do nothing; a destination of null is refused.
CUresult cuMemcpyHtoD_v2(CUdeviceptr To, const void *, size_t) {
  return To ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}
CUresult cuMemcpyDtoDAsync_v2(CUdeviceptr, CUdeviceptr, size_t, CUstream) {
  return CUDA_SUCCESS;
}
CUresult cuMemcpy2D_v2(const CUDA_MEMCPY2D *Plane) {
  return Plane ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}
CUresult cuMemcpy3DPeerAsync(const CUDA_MEMCPY3D_PEER *, CUstream) {
  return CUDA_SUCCESS;
}
#if CUDA_VERSION >= 12080
CUresult cuMemcpyBatchAsync_v2(CUdeviceptr *, CUdeviceptr *, size_t *, size_t,
                               CUmemcpyAttributes *, size_t *, size_t,
                               CUstream) {
  return CUDA_SUCCESS;
}
#endif
CUresult cuMemsetD32Async(CUdeviceptr, unsigned, size_t, CUstream) {
  return CUDA_SUCCESS;
}
CUresult cuMemsetD2D16_v2(CUdeviceptr, size_t, unsigned short, size_t, size_t) {
  return CUDA_SUCCESS;
}
CUresult cuStreamBeginCapture_v2(CUstream, CUstreamCaptureMode) {
  Capturing = true;
  return CUDA_SUCCESS;
}
CUresult cuStreamEndCapture(CUstream, CUgraph *Graph) {
  Capturing = false;
  *Graph = nullptr;
  return CUDA_SUCCESS;
}
CUresult cuStreamIsCapturing(CUstream, CUstreamCaptureStatus *Status) {
  *Status = Capturing ? CU_STREAM_CAPTURE_STATUS_ACTIVE
                      : CU_STREAM_CAPTURE_STATUS_NONE;
  return CUDA_SUCCESS;
}

// A graph is an array of kernel nodes (FakeDriver.h).
CUresult cuGraphInstantiateWithFlags(CUgraphExec *Exec, CUgraph Graph,
                                     unsigned long long) {
  *Exec = reinterpret_cast<CUgraphExec>(Graph);
  return CUDA_SUCCESS;
}
CUresult cuGraphExecUpdate_v2(CUgraphExec, CUgraph,
                              CUgraphExecUpdateResultInfo *) {
  return CUDA_SUCCESS;
}
CUresult cuGraphExecKernelNodeSetParams_v2(CUgraphExec, CUgraphNode,
                                           const CUDA_KERNEL_NODE_PARAMS_v2 *) {
  return CUDA_SUCCESS;
}
CUresult cuGraphNodeSetEnabled(CUgraphExec, CUgraphNode, unsigned) {
  return CUDA_SUCCESS;
}
CUresult cuGraphLaunch(CUgraphExec, CUstream) { return CUDA_SUCCESS; }
CUresult cuGraphExecDestroy(CUgraphExec) { return CUDA_SUCCESS; }
CUresult cuGraphGetNodes(CUgraph Graph, CUgraphNode *Nodes, size_t *Count) {
  const auto *G = reinterpret_cast<const FakeGraph *>(Graph);
  for (size_t I = 0; Nodes && I < *Count && I < G->Nodes.size(); ++I)
    Nodes[I] = reinterpret_cast<CUgraphNode>(G->Nodes[I]);
  *Count = G->Nodes.size();
  return CUDA_SUCCESS;
}
CUresult cuGraphNodeGetType(CUgraphNode Node, CUgraphNodeType *Type) {
  *Type = reinterpret_cast<const FakeNode *>(Node)->Type;
  return CUDA_SUCCESS;
}
CUresult cuGraphKernelNodeGetParams_v2(CUgraphNode Node,
                                       CUDA_KERNEL_NODE_PARAMS_v2 *Params) {
  *Params = reinterpret_cast<const FakeNode *>(Node)->Params;
  return CUDA_SUCCESS;
}
CUresult cuGraphChildGraphNodeGetGraph(CUgraphNode Node, CUgraph *Graph) {
  *Graph = reinterpret_cast<CUgraph>(
      reinterpret_cast<const FakeNode *>(Node)->Child);
  return CUDA_SUCCESS;
}
}
// NOLINTEND(readability-identifier-naming)
