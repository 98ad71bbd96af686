//===- GraphNodes.cpp - What the nodes of graphs do -----------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Allocate.h"
#include "Copy.h"
#include "Graph.h"
#include "Launch.h"
#include "Module.h"

namespace reprise::driver {

//===----------------------------------------------------------------------===//
// From cuda.h's structures to operations. Driver::Lock is not held.
//===----------------------------------------------------------------------===//

/// Both versions of the structure; the newer one may name a kernel instead.
template <typename P> static CUfunction functionIn(const P &Params) {
  CUfunction F = Params.func;
  if constexpr (requires { Params.kern; })
    if (!F)
      F = reinterpret_cast<CUfunction>(Params.kern);
  return F;
}

template <typename P>
static CUresult makeKernel(Driver &D, const ContextRef &Context, const P *From,
                           Operation &To) {
  if (!From)
    return CUDA_ERROR_INVALID_VALUE;
  KernelLaunch L;
  L.Grid[0] = From->gridDimX, L.Grid[1] = From->gridDimY;
  L.Grid[2] = From->gridDimZ;
  L.Block[0] = From->blockDimX, L.Block[1] = From->blockDimY;
  L.Block[2] = From->blockDimZ;
  L.Shared = From->sharedMemBytes;
  CUresult E = describe(D, Context, functionIn(*From), From->kernelParams,
                        From->extra, L);
  To = std::move(L);
  return E;
}

/// Copies and fills.
template <typename Made, typename P>
static CUresult makeTransfer(Driver &D, const P *From, Operation &To) {
  if (!From)
    return CUDA_ERROR_INVALID_VALUE;
  Made M;
  CUresult E = describe(D, *From, M);
  To = std::move(M);
  return E;
}

static CUresult makeHost(const CUDA_HOST_NODE_PARAMS *From, Operation &To) {
  if (!From || !From->fn)
    return CUDA_ERROR_INVALID_VALUE;
  HostCall Call;
  Call.Function = From->fn;
  Call.Data = From->userData;
  To = Call;
  return CUDA_SUCCESS;
}

/// Adds a node whose operation Make makes.
template <typename F>
static CUresult add(CUgraphNode *Result, CUgraph Handle,
                    const CUgraphNode *After, size_t Count, F Make) {
  return inContext([&](Driver &D, const ContextRef &Context) -> CUresult {
    if (!Result || (Count && !After))
      return CUDA_ERROR_INVALID_VALUE;
    Operation What;
    if (CUresult E = Make(D, Context, What))
      return E;
    std::lock_guard Guard(D.Lock);
    GraphRef Graph = D.Graphs.find(Handle);
    if (!Graph)
      return CUDA_ERROR_INVALID_VALUE;
    *Result = addNode(D, *Graph, std::move(What),
                      std::vector<CUgraphNode>(After, After + Count));
    return *Result ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
  });
}

/// Puts another operation of the same kind into a node or an instance's step.
template <typename F>
static CUresult change(CUgraphExec Instance, CUgraphNode Handle, F Make) {
  return inContext([&](Driver &D, const ContextRef &Context) -> CUresult {
    Operation What;
    if (CUresult E = Make(D, Context, What))
      return E;
    std::lock_guard Guard(D.Lock);
    if (!Instance) {
      GraphNodeRef Node = D.GraphNodes.find(Handle);
      if (!Node || Node->What.index() != What.index())
        return CUDA_ERROR_INVALID_VALUE;
      Node->What = std::move(What);
      return CUDA_SUCCESS;
    }
    auto Exec = D.GraphExecs.find(Instance);
    auto *Step = Exec ? Exec->find(Handle) : nullptr;
    if (!Step || Step->What->index() != What.index())
      return CUDA_ERROR_INVALID_VALUE;
    Step->What = std::make_shared<const Operation>(std::move(What));
    return CUDA_SUCCESS;
  });
}

template <typename P> static auto kernelMaker(const P *Params) {
  return [=](Driver &D, const ContextRef &Context, Operation &What) {
    return makeKernel(D, Context, Params, What);
  };
}
static auto copyMaker(const CUDA_MEMCPY3D *Params) {
  return [=](Driver &D, const ContextRef &, Operation &What) {
    return makeTransfer<Copy>(D, Params, What);
  };
}
static auto fillMaker(const CUDA_MEMSET_NODE_PARAMS *Params) {
  return [=](Driver &D, const ContextRef &, Operation &What) {
    return makeTransfer<Fill>(D, Params, What);
  };
}
static auto hostMaker(const CUDA_HOST_NODE_PARAMS *Params) {
  return [=](Driver &, const ContextRef &, Operation &What) {
    return makeHost(Params, What);
  };
}

/// Pointers into the node, which are good as long as it is as it is.
template <typename P> static CUresult readKernel(KernelLaunch &L, P *Result) {
  if (!Result)
    return CUDA_ERROR_INVALID_VALUE;
  P R{};
  if constexpr (requires { R.kern; })
    R.kern = L.Given;
  if (!L.Given)
    R.func = L.Function.get();
  R.gridDimX = L.Grid[0], R.gridDimY = L.Grid[1], R.gridDimZ = L.Grid[2];
  R.blockDimX = L.Block[0], R.blockDimY = L.Block[1], R.blockDimZ = L.Block[2];
  R.sharedMemBytes = L.Shared;
  L.Pointers.clear();
  for (const emulator::ParameterInfo &Info : L.Function->Parameters)
    L.Pointers.push_back(L.Params.data() + Info.Offset);
  R.kernelParams = L.Pointers.data();
  *Result = R;
  return CUDA_SUCCESS;
}

} // namespace reprise::driver

using namespace reprise::driver;

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

EMULATED_API cuGraphAddKernelNode(CUgraphNode *Result, CUgraph Graph,
                                  const CUgraphNode *After, size_t Count,
                                  const CUDA_KERNEL_NODE_PARAMS_v1 *Params) {
  return add(Result, Graph, After, Count, kernelMaker(Params));
}
EMULATED_API
cuGraphKernelNodeSetParams(CUgraphNode Node,
                           const CUDA_KERNEL_NODE_PARAMS_v1 *Params) {
  return change(nullptr, Node, kernelMaker(Params));
}
EMULATED_API cuGraphKernelNodeGetParams(CUgraphNode Node,
                                        CUDA_KERNEL_NODE_PARAMS_v1 *Result) {
  return withNode<KernelLaunch>(
      Node, [&](Driver &, KernelLaunch &L) { return readKernel(L, Result); });
}
EMULATED_API
cuGraphExecKernelNodeSetParams(CUgraphExec Instance, CUgraphNode Node,
                               const CUDA_KERNEL_NODE_PARAMS_v1 *Params) {
  return Instance ? change(Instance, Node, kernelMaker(Params))
                  : CUDA_ERROR_INVALID_VALUE;
}

EMULATED_API cuGraphAddKernelNode_v2(CUgraphNode *Result, CUgraph Graph,
                                     const CUgraphNode *After, size_t Count,
                                     const CUDA_KERNEL_NODE_PARAMS *Params) {
  return add(Result, Graph, After, Count, kernelMaker(Params));
}
EMULATED_API
cuGraphKernelNodeSetParams_v2(CUgraphNode Node,
                              const CUDA_KERNEL_NODE_PARAMS *Params) {
  return change(nullptr, Node, kernelMaker(Params));
}
EMULATED_API cuGraphKernelNodeGetParams_v2(CUgraphNode Node,
                                           CUDA_KERNEL_NODE_PARAMS *Result) {
  return withNode<KernelLaunch>(
      Node, [&](Driver &, KernelLaunch &L) { return readKernel(L, Result); });
}
EMULATED_API
cuGraphExecKernelNodeSetParams_v2(CUgraphExec Instance, CUgraphNode Node,
                                  const CUDA_KERNEL_NODE_PARAMS *Params) {
  return Instance ? change(Instance, Node, kernelMaker(Params))
                  : CUDA_ERROR_INVALID_VALUE;
}

//===----------------------------------------------------------------------===//
// Copies, fills, host functions
//===----------------------------------------------------------------------===//

EMULATED_API cuGraphAddMemcpyNode(CUgraphNode *Result, CUgraph Graph,
                                  const CUgraphNode *After, size_t Count,
                                  const CUDA_MEMCPY3D *Params, CUcontext) {
  return add(Result, Graph, After, Count, copyMaker(Params));
}
EMULATED_API cuGraphMemcpyNodeSetParams(CUgraphNode Node,
                                        const CUDA_MEMCPY3D *Params) {
  return change(nullptr, Node, copyMaker(Params));
}
EMULATED_API cuGraphMemcpyNodeGetParams(CUgraphNode Node,
                                        CUDA_MEMCPY3D *Result) {
  return withNode<Copy>(Node, [&](Driver &, Copy &C) {
    *Result = C.Given;
    return CUDA_SUCCESS;
  });
}
EMULATED_API cuGraphExecMemcpyNodeSetParams(CUgraphExec Instance,
                                            CUgraphNode Node,
                                            const CUDA_MEMCPY3D *Params,
                                            CUcontext) {
  return Instance ? change(Instance, Node, copyMaker(Params))
                  : CUDA_ERROR_INVALID_VALUE;
}

EMULATED_API cuGraphAddMemsetNode(CUgraphNode *Result, CUgraph Graph,
                                  const CUgraphNode *After, size_t Count,
                                  const CUDA_MEMSET_NODE_PARAMS *Params,
                                  CUcontext) {
  return add(Result, Graph, After, Count, fillMaker(Params));
}
EMULATED_API cuGraphMemsetNodeSetParams(CUgraphNode Node,
                                        const CUDA_MEMSET_NODE_PARAMS *Params) {
  return change(nullptr, Node, fillMaker(Params));
}
EMULATED_API cuGraphMemsetNodeGetParams(CUgraphNode Node,
                                        CUDA_MEMSET_NODE_PARAMS *Result) {
  return withNode<Fill>(Node, [&](Driver &, Fill &F) {
    *Result = F.Given;
    return CUDA_SUCCESS;
  });
}
EMULATED_API
cuGraphExecMemsetNodeSetParams(CUgraphExec Instance, CUgraphNode Node,
                               const CUDA_MEMSET_NODE_PARAMS *Params,
                               CUcontext) {
  return Instance ? change(Instance, Node, fillMaker(Params))
                  : CUDA_ERROR_INVALID_VALUE;
}

EMULATED_API cuGraphAddHostNode(CUgraphNode *Result, CUgraph Graph,
                                const CUgraphNode *After, size_t Count,
                                const CUDA_HOST_NODE_PARAMS *Params) {
  return add(Result, Graph, After, Count, hostMaker(Params));
}
EMULATED_API cuGraphHostNodeSetParams(CUgraphNode Node,
                                      const CUDA_HOST_NODE_PARAMS *Params) {
  return change(nullptr, Node, hostMaker(Params));
}
EMULATED_API cuGraphHostNodeGetParams(CUgraphNode Node,
                                      CUDA_HOST_NODE_PARAMS *Result) {
  return withNode<HostCall>(Node, [&](Driver &, HostCall &H) {
    *Result = {};
    Result->fn = H.Function;
    Result->userData = H.Data;
    return CUDA_SUCCESS;
  });
}
EMULATED_API cuGraphExecHostNodeSetParams(CUgraphExec Instance,
                                          CUgraphNode Node,
                                          const CUDA_HOST_NODE_PARAMS *Params) {
  return Instance ? change(Instance, Node, hostMaker(Params))
                  : CUDA_ERROR_INVALID_VALUE;
}

//===----------------------------------------------------------------------===//
// Others
//===----------------------------------------------------------------------===//

EMULATED_API cuGraphAddEmptyNode(CUgraphNode *Result, CUgraph Graph,
                                 const CUgraphNode *After, size_t Count) {
  return add(
      Result, Graph, After, Count,
      [](Driver &, const ContextRef &, Operation &) { return CUDA_SUCCESS; });
}

EMULATED_API cuGraphAddChildGraphNode(CUgraphNode *Result, CUgraph Graph,
                                      const CUgraphNode *After, size_t Count,
                                      CUgraph Child) {
  CUgraph Own = nullptr;
  if (CUresult E = cuGraphClone(&Own, Child))
    return E;
  return add(Result, Graph, After, Count,
             [&](Driver &D, const ContextRef &, Operation &What) {
               std::lock_guard Guard(D.Lock);
               What = ChildGraph{D.Graphs.find(Own)};
               return CUDA_SUCCESS;
             });
}

EMULATED_API cuGraphChildGraphNodeGetGraph(CUgraphNode Node, CUgraph *Result) {
  return withNode<ChildGraph>(Node, [&](Driver &, ChildGraph &C) {
    *Result = C.Graph.get();
    return CUDA_SUCCESS;
  });
}

template <typename T>
static CUresult addEvent(CUgraphNode *Result, CUgraph Graph,
                         const CUgraphNode *After, size_t Count,
                         CUevent Event) {
  return add(Result, Graph, After, Count,
             [&](Driver &D, const ContextRef &, Operation &What) {
               std::lock_guard Guard(D.Lock);
               T Made{D.Events.find(Event)};
               bool Found = Made.Event != nullptr;
               What = std::move(Made);
               return Found ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
             });
}
EMULATED_API cuGraphAddEventRecordNode(CUgraphNode *Result, CUgraph Graph,
                                       const CUgraphNode *After, size_t Count,
                                       CUevent Event) {
  return addEvent<RecordEvent>(Result, Graph, After, Count, Event);
}
EMULATED_API cuGraphAddEventWaitNode(CUgraphNode *Result, CUgraph Graph,
                                     const CUgraphNode *After, size_t Count,
                                     CUevent Event) {
  return addEvent<WaitEvent>(Result, Graph, After, Count, Event);
}

EMULATED_API cuGraphNodeGetType(CUgraphNode Handle, CUgraphNodeType *Type) {
  return withAnyNode(Handle, [&](Driver &, CUgraphNode_st &Node) {
    if (!Type)
      return CUDA_ERROR_INVALID_VALUE;
    *Type = Node.Type;
    return CUDA_SUCCESS;
  });
}
