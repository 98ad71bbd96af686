//===- Graph.cpp - Graphs and captures ------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Array.h"

namespace reprise::cudart {

static cudaError_t describe(const DriverCalls &D,
                            const cudaKernelNodeParams *From,
                            CUDA_KERNEL_NODE_PARAMS &To) {
  if (!From)
    return cudaErrorInvalidValue;
  To = {};
  CUfunction F = nullptr;
  if (cudaError_t E = functionOf(D, From->func, F))
    return E;
#if CUDA_VERSION >= 12000
  // What functionOf() gives is a kernel's handle.
  To.kern = reinterpret_cast<CUkernel>(F);
#else
  To.func = F;
#endif
  To.gridDimX = From->gridDim.x, To.gridDimY = From->gridDim.y;
  To.gridDimZ = From->gridDim.z;
  To.blockDimX = From->blockDim.x, To.blockDimY = From->blockDim.y;
  To.blockDimZ = From->blockDim.z;
  To.sharedMemBytes = From->sharedMemBytes;
  To.kernelParams = From->kernelParams;
  To.extra = From->extra;
  return cudaSuccess;
}

/// Runs a body with a kernel node's parameters in the driver's terms.
template <typename F>
static cudaError_t withKernel(const cudaKernelNodeParams *Params, F Body) {
  return call([&](const DriverCalls &D) {
    CUDA_KERNEL_NODE_PARAMS P{};
    cudaError_t E = describe(D, Params, P);
    return E ? E : error(Body(D, P));
  });
}

/// The same for copies.
template <typename F>
static cudaError_t withCopy(const cudaMemcpy3DParms *Params, F Body) {
  return call([&](const DriverCalls &D) {
    CUDA_MEMCPY3D P{};
    CUresult E = Params ? describe(D, *Params, P) : CUDA_ERROR_INVALID_VALUE;
    CUcontext Context = nullptr;
    if (!E)
      E = D.cuCtxGetCurrent(&Context);
    return E ? E : Body(D, P, Context);
  });
}

/// Copies of bytes in a row.
template <typename F>
static cudaError_t withLinear(void *To, const void *From, size_t Bytes,
                              cudaMemcpyKind Kind, F Body) {
  cudaMemcpy3DParms P{};
  P.srcPtr = {const_cast<void *>(From), Bytes, Bytes, 1};
  P.dstPtr = {To, Bytes, Bytes, 1};
  P.extent = {Bytes, 1, 1};
  P.kind = Kind;
  return withCopy(&P, Body);
}

/// The same for fills.
template <typename F>
static cudaError_t withFill(const cudaMemsetParams *From, F Body) {
  return call([&](const DriverCalls &D) {
    CUDA_MEMSET_NODE_PARAMS P{};
    CUcontext Context = nullptr;
    if (!From)
      return CUDA_ERROR_INVALID_VALUE;
    P.dst = address(From->dst), P.pitch = From->pitch, P.value = From->value;
    P.elementSize = From->elementSize;
    P.width = From->width, P.height = From->height;
    CUresult E = D.cuCtxGetCurrent(&Context);
    return E ? E : Body(D, P, Context);
  });
}

static CUDA_HOST_NODE_PARAMS describe(const cudaHostNodeParams &From) {
  CUDA_HOST_NODE_PARAMS P{};
  P.fn = From.fn;
  P.userData = From.userData;
  return P;
}

} // namespace reprise::cudart

using namespace reprise::cudart;

/// A function that only hands its arguments on.
#define HAND_ON(Name, Driver, Parameters, ...)                                 \
  RUNTIME_API Name Parameters {                                                \
    return call([&](const DriverCalls &D) { return D.Driver(__VA_ARGS__); });  \
  }

//===----------------------------------------------------------------------===//
// Graphs
//===----------------------------------------------------------------------===//

HAND_ON(cudaGraphCreate, cuGraphCreate, (cudaGraph_t * Result, unsigned Flags),
        Result, Flags)
HAND_ON(cudaGraphDestroy, cuGraphDestroy, (cudaGraph_t Graph), Graph)
HAND_ON(cudaGraphClone, cuGraphClone, (cudaGraph_t * Result, cudaGraph_t Graph),
        Result, Graph)
HAND_ON(cudaGraphDestroyNode, cuGraphDestroyNode, (cudaGraphNode_t Node), Node)
HAND_ON(cudaGraphGetNodes, cuGraphGetNodes,
        (cudaGraph_t Graph, cudaGraphNode_t *Nodes, size_t *Count), Graph,
        Nodes, Count)
HAND_ON(cudaGraphGetRootNodes, cuGraphGetRootNodes,
        (cudaGraph_t Graph, cudaGraphNode_t *Nodes, size_t *Count), Graph,
        Nodes, Count)
HAND_ON(cudaGraphNodeGetType, cuGraphNodeGetType,
        (cudaGraphNode_t Node, cudaGraphNodeType *Type), Node,
        reinterpret_cast<CUgraphNodeType *>(Type))
#if CUDA_VERSION >= 13000
HAND_ON(cudaGraphAddDependencies, cuGraphAddDependencies,
        (cudaGraph_t Graph, const cudaGraphNode_t *From,
         const cudaGraphNode_t *To, const cudaGraphEdgeData *, size_t Count),
        Graph, From, To, nullptr, Count)
HAND_ON(cudaGraphGetEdges, cuGraphGetEdges,
        (cudaGraph_t Graph, cudaGraphNode_t *From, cudaGraphNode_t *To,
         cudaGraphEdgeData *Data, size_t *Count),
        Graph, From, To, reinterpret_cast<CUgraphEdgeData *>(Data), Count)
#else
HAND_ON(cudaGraphAddDependencies, cuGraphAddDependencies,
        (cudaGraph_t Graph, const cudaGraphNode_t *From,
         const cudaGraphNode_t *To, size_t Count),
        Graph, From, To, Count)
HAND_ON(cudaGraphGetEdges, cuGraphGetEdges,
        (cudaGraph_t Graph, cudaGraphNode_t *From, cudaGraphNode_t *To,
         size_t *Count),
        Graph, From, To, Count)
#endif

//===----------------------------------------------------------------------===//
// Instances
//===----------------------------------------------------------------------===//

HAND_ON(cudaGraphInstantiateWithFlags, cuGraphInstantiateWithFlags,
        (cudaGraphExec_t * Result, cudaGraph_t Graph, unsigned long long Flags),
        Result, Graph, Flags)
HAND_ON(cudaGraphLaunch, cuGraphLaunch,
        (cudaGraphExec_t Instance, cudaStream_t Stream), Instance,
        streamOf(Stream))
HAND_ON(cudaGraphUpload, cuGraphUpload,
        (cudaGraphExec_t Instance, cudaStream_t Stream), Instance,
        streamOf(Stream))
HAND_ON(cudaGraphExecDestroy, cuGraphExecDestroy, (cudaGraphExec_t Instance),
        Instance)

#if CUDA_VERSION >= 12000
RUNTIME_API cudaGraphInstantiate(cudaGraphExec_t *Result, cudaGraph_t Graph,
                                 unsigned long long Flags) {
  return cudaGraphInstantiateWithFlags(Result, Graph, Flags);
}
RUNTIME_API cudaGraphExecUpdate(cudaGraphExec_t Instance, cudaGraph_t Graph,
                                cudaGraphExecUpdateResultInfo *Result) {
  return call([&](const DriverCalls &D) {
    CUgraphExecUpdateResultInfo Info{};
    CUresult E = D.cuGraphExecUpdate(Instance, Graph, &Info);
    if (Result) {
      Result->result = static_cast<cudaGraphExecUpdateResult>(Info.result);
      Result->errorNode = Info.errorNode;
      Result->errorFromNode = Info.errorFromNode;
    }
    return E;
  });
}
#else
RUNTIME_API cudaGraphInstantiate(cudaGraphExec_t *Result, cudaGraph_t Graph,
                                 cudaGraphNode_t *Wrong, char *, size_t) {
  if (Wrong)
    *Wrong = nullptr;
  return cudaGraphInstantiateWithFlags(Result, Graph, 0);
}
HAND_ON(cudaGraphExecUpdate, cuGraphExecUpdate,
        (cudaGraphExec_t Instance, cudaGraph_t Graph, cudaGraphNode_t *Wrong,
         cudaGraphExecUpdateResult *Result),
        Instance, Graph, Wrong,
        reinterpret_cast<CUgraphExecUpdateResult *>(Result))
#endif

//===----------------------------------------------------------------------===//
// Nodes
//===----------------------------------------------------------------------===//

RUNTIME_API cudaGraphAddKernelNode(cudaGraphNode_t *Result, cudaGraph_t Graph,
                                   const cudaGraphNode_t *After, size_t Count,
                                   const cudaKernelNodeParams *Params) {
  return withKernel(Params, [&](const DriverCalls &D, auto &P) {
    return D.cuGraphAddKernelNode(Result, Graph, After, Count, &P);
  });
}
RUNTIME_API cudaGraphKernelNodeSetParams(cudaGraphNode_t Node,
                                         const cudaKernelNodeParams *Params) {
  return withKernel(Params, [&](const DriverCalls &D, auto &P) {
    return D.cuGraphKernelNodeSetParams(Node, &P);
  });
}
RUNTIME_API
cudaGraphExecKernelNodeSetParams(cudaGraphExec_t Instance, cudaGraphNode_t Node,
                                 const cudaKernelNodeParams *Params) {
  return withKernel(Params, [&](const DriverCalls &D, auto &P) {
    return D.cuGraphExecKernelNodeSetParams(Instance, Node, &P);
  });
}
RUNTIME_API cudaGraphKernelNodeGetParams(cudaGraphNode_t Node,
                                         cudaKernelNodeParams *Result) {
  return call([&](const DriverCalls &D) {
    CUDA_KERNEL_NODE_PARAMS P{};
    if (CUresult E = D.cuGraphKernelNodeGetParams(Node, &P))
      return E;
    void *Handle = P.func;
#if CUDA_VERSION >= 12000
    if (!Handle)
      Handle = P.kern;
#endif
    Result->func = const_cast<void *>(hostOf(Handle));
    Result->gridDim = {P.gridDimX, P.gridDimY, P.gridDimZ};
    Result->blockDim = {P.blockDimX, P.blockDimY, P.blockDimZ};
    Result->sharedMemBytes = P.sharedMemBytes;
    Result->kernelParams = P.kernelParams;
    Result->extra = P.extra;
    return CUDA_SUCCESS;
  });
}

RUNTIME_API cudaGraphAddMemcpyNode(cudaGraphNode_t *Result, cudaGraph_t Graph,
                                   const cudaGraphNode_t *After, size_t Count,
                                   const cudaMemcpy3DParms *Params) {
  return withCopy(Params, [&](const DriverCalls &D, auto &P, CUcontext C) {
    return D.cuGraphAddMemcpyNode(Result, Graph, After, Count, &P, C);
  });
}
RUNTIME_API cudaGraphAddMemcpyNode1D(cudaGraphNode_t *Result, cudaGraph_t Graph,
                                     const cudaGraphNode_t *After, size_t Count,
                                     void *To, const void *From, size_t Bytes,
                                     cudaMemcpyKind Kind) {
  return withLinear(
      To, From, Bytes, Kind, [&](const DriverCalls &D, auto &P, CUcontext C) {
        return D.cuGraphAddMemcpyNode(Result, Graph, After, Count, &P, C);
      });
}
RUNTIME_API cudaGraphExecMemcpyNodeSetParams1D(cudaGraphExec_t Instance,
                                               cudaGraphNode_t Node, void *To,
                                               const void *From, size_t Bytes,
                                               cudaMemcpyKind Kind) {
  return withLinear(
      To, From, Bytes, Kind, [&](const DriverCalls &D, auto &P, CUcontext C) {
        return D.cuGraphExecMemcpyNodeSetParams(Instance, Node, &P, C);
      });
}
RUNTIME_API cudaGraphExecMemcpyNodeSetParams(cudaGraphExec_t Instance,
                                             cudaGraphNode_t Node,
                                             const cudaMemcpy3DParms *Params) {
  return withCopy(Params, [&](const DriverCalls &D, auto &P, CUcontext C) {
    return D.cuGraphExecMemcpyNodeSetParams(Instance, Node, &P, C);
  });
}

RUNTIME_API cudaGraphAddMemsetNode(cudaGraphNode_t *Result, cudaGraph_t Graph,
                                   const cudaGraphNode_t *After, size_t Count,
                                   const cudaMemsetParams *Params) {
  return withFill(Params, [&](const DriverCalls &D, auto &P, CUcontext C) {
    return D.cuGraphAddMemsetNode(Result, Graph, After, Count, &P, C);
  });
}
RUNTIME_API cudaGraphExecMemsetNodeSetParams(cudaGraphExec_t Instance,
                                             cudaGraphNode_t Node,
                                             const cudaMemsetParams *Params) {
  return withFill(Params, [&](const DriverCalls &D, auto &P, CUcontext C) {
    return D.cuGraphExecMemsetNodeSetParams(Instance, Node, &P, C);
  });
}

RUNTIME_API cudaGraphAddHostNode(cudaGraphNode_t *Result, cudaGraph_t Graph,
                                 const cudaGraphNode_t *After, size_t Count,
                                 const cudaHostNodeParams *Params) {
  return call([&](const DriverCalls &D) {
    if (!Params)
      return CUDA_ERROR_INVALID_VALUE;
    CUDA_HOST_NODE_PARAMS P = describe(*Params);
    return D.cuGraphAddHostNode(Result, Graph, After, Count, &P);
  });
}
RUNTIME_API cudaGraphExecHostNodeSetParams(cudaGraphExec_t Instance,
                                           cudaGraphNode_t Node,
                                           const cudaHostNodeParams *Params) {
  return call([&](const DriverCalls &D) {
    if (!Params)
      return CUDA_ERROR_INVALID_VALUE;
    CUDA_HOST_NODE_PARAMS P = describe(*Params);
    return D.cuGraphExecHostNodeSetParams(Instance, Node, &P);
  });
}

HAND_ON(cudaGraphAddEmptyNode, cuGraphAddEmptyNode,
        (cudaGraphNode_t * Result, cudaGraph_t Graph,
         const cudaGraphNode_t *After, size_t Count),
        Result, Graph, After, Count)
HAND_ON(cudaGraphAddChildGraphNode, cuGraphAddChildGraphNode,
        (cudaGraphNode_t * Result, cudaGraph_t Graph,
         const cudaGraphNode_t *After, size_t Count, cudaGraph_t Child),
        Result, Graph, After, Count, Child)

//===----------------------------------------------------------------------===//
// Captures
//===----------------------------------------------------------------------===//

HAND_ON(cudaStreamBeginCapture, cuStreamBeginCapture,
        (cudaStream_t Stream, cudaStreamCaptureMode Mode), streamOf(Stream),
        static_cast<CUstreamCaptureMode>(Mode))
HAND_ON(cudaStreamEndCapture, cuStreamEndCapture,
        (cudaStream_t Stream, cudaGraph_t *Result), streamOf(Stream), Result)
HAND_ON(cudaStreamIsCapturing, cuStreamIsCapturing,
        (cudaStream_t Stream, cudaStreamCaptureStatus *Status),
        streamOf(Stream), reinterpret_cast<CUstreamCaptureStatus *>(Status))
HAND_ON(cudaThreadExchangeStreamCaptureMode, cuThreadExchangeStreamCaptureMode,
        (cudaStreamCaptureMode * Mode),
        reinterpret_cast<CUstreamCaptureMode *>(Mode))

static CUstreamCaptureStatus *statusOf(cudaStreamCaptureStatus *Status) {
  return reinterpret_cast<CUstreamCaptureStatus *>(Status);
}
static cuuint64_t *numberOf(unsigned long long *Id) {
  return reinterpret_cast<cuuint64_t *>(Id);
}
#if CUDA_VERSION >= 13000
HAND_ON(cudaStreamGetCaptureInfo, cuStreamGetCaptureInfo,
        (cudaStream_t Stream, cudaStreamCaptureStatus *Status,
         unsigned long long *Id, cudaGraph_t *Graph,
         const cudaGraphNode_t **Tail, const cudaGraphEdgeData **Data,
         size_t *Count),
        streamOf(Stream), statusOf(Status), numberOf(Id), Graph, Tail,
        reinterpret_cast<const CUgraphEdgeData **>(Data), Count)
#elif CUDA_VERSION >= 12000
HAND_ON(cudaStreamGetCaptureInfo, cuStreamGetCaptureInfo,
        (cudaStream_t Stream, cudaStreamCaptureStatus *Status,
         unsigned long long *Id, cudaGraph_t *Graph,
         const cudaGraphNode_t **Tail, size_t *Count),
        streamOf(Stream), statusOf(Status), numberOf(Id), Graph, Tail, Count)
#else
HAND_ON(cudaStreamGetCaptureInfo, cuStreamGetCaptureInfo,
        (cudaStream_t Stream, cudaStreamCaptureStatus *Status,
         unsigned long long *Id),
        streamOf(Stream), statusOf(Status), numberOf(Id))
#endif
