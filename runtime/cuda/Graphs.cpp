//===- Graphs.cpp - The kernels of a graph ------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Graphs.h"
#include "Driver.h"
#include "Guard.h"
#include "Launch.h"
#include "Modules.h"
#include "State.h"
#include "Variables.h"

#include <algorithm>

namespace reprise::cuda {

namespace {

/// Nodes of graphs in graphs; deeper ones are not read.
constexpr unsigned MaxDepth = 16;

uint64_t keyOf(CUgraphExec Exec) { return reinterpret_cast<uint64_t>(Exec); }

Retired oldGraph(const GraphInfo *Info) {
  return {const_cast<GraphInfo *>(Info),
          [](void *Object) { delete static_cast<GraphInfo *>(Object); }};
}

void publish(CUgraphExec Exec, std::unique_ptr<GraphInfo> Info) {
  const GraphInfo *New = Info.release();
  update([&](Version &V, std::vector<Retired> &Old) {
    if (const GraphInfo *const *Before = V.Graphs.find(keyOf(Exec)))
      Old.push_back(oldGraph(*Before));
    V.Graphs.insert(keyOf(Exec), New, Old);
  });
}

/// A copy of what is known, to be changed.
std::unique_ptr<GraphInfo> copyOf(CUgraphExec Exec) {
  Thread *T = currentThread();
  if (!T)
    return nullptr;
  Pin V(*T);
  const GraphInfo *const *Info = V->Graphs.find(keyOf(Exec));
  return Info ? std::make_unique<GraphInfo>(**Info) : nullptr;
}

GraphNode readNode(CUgraphNode Node, const CUDA_KERNEL_NODE_PARAMS_v2 &P) {
  GraphNode N{};
  N.Enabled = true;
  N.Node = Node;
  N.Handle = reinterpret_cast<uint64_t>(P.func);
  if (!P.func)
    N.Handle = reinterpret_cast<uint64_t>(P.kern);
  const uint32_t Grid[] = {P.gridDimX, P.gridDimY, P.gridDimZ};
  const uint32_t Block[] = {P.blockDimX, P.blockDimY, P.blockDimZ};
  std::copy(Grid, Grid + 3, N.Grid);
  std::copy(Block, Block + 3, N.Block);
  N.Shared = P.sharedMemBytes;
  Thread *T = currentThread();
  if (!T)
    return N;
  LaunchRequest Request{N.Handle,
                        {N.Grid[0], N.Grid[1], N.Grid[2]},
                        {N.Block[0], N.Block[1], N.Block[2]},
                        N.Shared,
                        nullptr,
                        P.kernelParams,
                        P.extra,
                        false};
  for (bool Bound : {false, true}) {
    Pin V(*T);
    if (const KernelInfo *const *Info = V->Kernels.find(N.Handle)) {
      size_t Size = 0;
      const auto *Bytes = static_cast<const std::byte *>(
          readArguments(**Info, Request, T->Arguments, Size));
      N.Readable = Bytes || (*Info)->ArgumentBytes == 0;
      if (Bytes)
        N.Arguments.assign(Bytes, Bytes + Size);
      break;
    }
    if (!Bound)
      bindKernel(N.Handle);
  }
  return N;
}

/// The parameters in today's form, whichever the driver has.
bool askNode(CUgraphNode Node, CUDA_KERNEL_NODE_PARAMS_v2 &Params) {
  if (api().GraphKernelNodeGetParams2)
    return api().GraphKernelNodeGetParams2(Node, &Params) == CUDA_SUCCESS;
  CUDA_KERNEL_NODE_PARAMS_v1 Old{};
  if (!api().GraphKernelNodeGetParams ||
      api().GraphKernelNodeGetParams(Node, &Old) != CUDA_SUCCESS)
    return false;
  Params = {};
  Params.func = Old.func;
  Params.gridDimX = Old.gridDimX;
  Params.gridDimY = Old.gridDimY;
  Params.gridDimZ = Old.gridDimZ;
  Params.blockDimX = Old.blockDimX;
  Params.blockDimY = Old.blockDimY;
  Params.blockDimZ = Old.blockDimZ;
  Params.sharedMemBytes = Old.sharedMemBytes;
  Params.kernelParams = Old.kernelParams;
  Params.extra = Old.extra;
  return true;
}

void readGraph(GraphInfo &Info, CUgraph Graph, unsigned Depth) {
  const Api &D = api();
  size_t Count = 0;
  if (Depth > MaxDepth || !D.GraphGetNodes || !D.GraphNodeGetType ||
      D.GraphGetNodes(Graph, nullptr, &Count) != CUDA_SUCCESS) {
    Info.Opaque = true;
    return;
  }
  std::vector<CUgraphNode> Nodes(Count);
  if (Count == 0)
    return;
  if (D.GraphGetNodes(Graph, Nodes.data(), &Count) != CUDA_SUCCESS) {
    Info.Opaque = true;
    return;
  }
  Nodes.resize(std::min(Count, Nodes.size()));
  for (CUgraphNode Node : Nodes) {
    CUgraphNodeType Type;
    if (D.GraphNodeGetType(Node, &Type) != CUDA_SUCCESS) {
      Info.Writes = true;
      continue;
    }
    CUDA_KERNEL_NODE_PARAMS_v2 Params{};
    if (Type == CU_GRAPH_NODE_TYPE_KERNEL) {
      if (askNode(Node, Params)) {
        Info.Nodes.push_back(readNode(Node, Params));
      } else {
        GraphNode N{};
        N.Node = Node;
        Info.Nodes.push_back(std::move(N));
      }
    } else if (Type == CU_GRAPH_NODE_TYPE_GRAPH) {
      CUgraph Child = nullptr;
      if (D.GraphChildGraphNodeGetGraph &&
          D.GraphChildGraphNodeGetGraph(Node, &Child) == CUDA_SUCCESS)
        readGraph(Info, Child, Depth + 1);
      else
        Info.Opaque = true;
    } else if (static_cast<int>(Type) == /*CONDITIONAL*/ 13) {
      // The driver does not give its bodies: one node stands for all of them.
      GraphNode N{};
      N.Node = Node;
      N.Enabled = true;
      N.Changing = true;
      Info.Nodes.push_back(std::move(N));
      Info.Writes = true;
    } else if (Type != CU_GRAPH_NODE_TYPE_EMPTY &&
               Type != CU_GRAPH_NODE_TYPE_HOST &&
               Type != CU_GRAPH_NODE_TYPE_WAIT_EVENT &&
               Type != CU_GRAPH_NODE_TYPE_EVENT_RECORD &&
               Type != CU_GRAPH_NODE_TYPE_MEM_ALLOC &&
               Type != CU_GRAPH_NODE_TYPE_MEM_FREE) {
      Info.Writes = true;
    }
  }
}

} // namespace

void enterGraph(CUgraphExec Exec, CUgraph Graph) {
  auto Info = std::make_unique<GraphInfo>();
  readGraph(*Info, Graph, 0);
  publish(Exec, std::move(Info));
}

void leaveGraph(CUgraphExec Exec) {
  update([&](Version &V, std::vector<Retired> &Old) {
    if (const GraphInfo *const *Info = V.Graphs.find(keyOf(Exec))) {
      Old.push_back(oldGraph(*Info));
      V.Graphs.erase(keyOf(Exec), Old);
    }
  });
}

void setGraphNode(CUgraphExec Exec, CUgraphNode Node,
                  const CUDA_KERNEL_NODE_PARAMS_v2 &Params) {
  auto Info = copyOf(Exec);
  if (!Info)
    return;
  for (GraphNode &N : Info->Nodes)
    if (N.Node == Node) {
      bool Enabled = N.Enabled;
      N = readNode(Node, Params);
      N.Enabled = Enabled;
    }
  publish(Exec, std::move(Info));
}

void enableGraphNode(CUgraphExec Exec, CUgraphNode Node, bool Enabled) {
  auto Info = copyOf(Exec);
  if (!Info)
    return;
  for (GraphNode &N : Info->Nodes)
    if (N.Node == Node)
      N.Enabled = Enabled;
  publish(Exec, std::move(Info));
}

void blindGraph(CUgraphExec Exec) {
  auto Info = copyOf(Exec);
  if (!Info)
    return;
  Info->Opaque = true;
  publish(Exec, std::move(Info));
}

CUresult beforeGraph(CUgraphExec Exec, CUstream Stream, bool PerThread) {
  Thread *T = currentThread();
  if (!T) {
    loseVariables();
    return CUDA_SUCCESS;
  }
  Pin V(*T);
  const GraphInfo *const *Known = V->Graphs.find(keyOf(Exec));
  if (!Known || (*Known)->Opaque || (*Known)->Writes)
    loseVariables();
  if (!Known) {
    LaunchRequest Request{};
    return countNode(Request, Outcome::NotFollowed);
  }
  for (const GraphNode &N : (*Known)->Nodes) {
    if (!N.Enabled)
      continue;
    LaunchRequest Request{N.Handle,
                          {N.Grid[0], N.Grid[1], N.Grid[2]},
                          {N.Block[0], N.Block[1], N.Block[2]},
                          N.Shared,
                          Stream,
                          nullptr,
                          nullptr,
                          PerThread};
    CUresult Refused =
        N.Changing ? countNode(Request, Outcome::Changing)
        : (*Known)->Opaque || !N.Readable
            ? countNode(Request, Outcome::NotReadable)
            : decideNode(Request, N.Arguments.data(), N.Arguments.size());
    if (Refused)
      return Refused;
  }
  return CUDA_SUCCESS;
}

} // namespace reprise::cuda
