//===- Graph.h - Graphs ---------------------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A graph holds operations and which follows which. An executable graph is a
// copy of it; each launch puts its operations into the scheduler, behind what
// the stream did before, and what the stream does next goes behind all of them.
//
//   Graph.cpp       nodes and edges       GraphNodes.cpp   what nodes do
//   GraphExec.cpp   instances, launches   Capture.cpp      graphs out of
//   streams
//
// Everything here is protected by Driver::Lock.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_DRIVER_GRAPH_H
#define REPRISE_TOOLS_DRIVER_GRAPH_H

#include "Driver.h"
#include "Operation.h"

struct CUgraphNode_st {
  CUgraph_st *Graph = nullptr;
  CUgraphNodeType Type = CU_GRAPH_NODE_TYPE_EMPTY;
  reprise::driver::Operation What;
  std::vector<CUgraphNode_st *> After;
  /// What cuGraphMemFreeNodeGetParams gives.
  uint64_t Freed = 0;
};

struct CUgraph_st {
  CUgraph_st() = default;
  CUgraph_st(const CUgraph_st &) = delete;
  CUgraph_st &operator=(const CUgraph_st &) = delete;
  ~CUgraph_st(); ///< Memory that its nodes allocated goes.

  std::vector<reprise::driver::GraphNodeRef> Nodes;
  std::vector<uint64_t> Blocks; ///< Of nodes that allocate.
};

struct CUgraphExec_st {
  struct Step {
    const CUgraphNode_st *From = nullptr; ///< Only compared.
    CUgraphNodeType Type = CU_GRAPH_NODE_TYPE_EMPTY;
    std::shared_ptr<const reprise::driver::Operation> What;
    std::vector<size_t> After; ///< Indices of earlier steps.
    bool Enabled = true;
  };
  std::vector<Step> Steps;
  unsigned long long Flags = 0;
  reprise::driver::GraphRef Source; ///< Keeps what nodes allocated.
  reprise::driver::TaskRef Last;    ///< Launches of one instance are in order.

  Step *find(const CUgraphNode_st *Node);
};

namespace reprise::driver {

/// A node behind others of the same graph; null when one is of another.
CUgraphNode_st *addNode(Driver &D, CUgraph_st &Graph, Operation What,
                        const std::vector<CUgraphNode_st *> &After);

/// The nodes, each behind those that it follows; empty when they form a circle.
std::vector<CUgraphNode_st *> inOrder(const CUgraph_st &Graph);

/// Stream goes behind what Event captured, and captures from now on too.
CUresult joinCapture(CUstream_st &Stream, CUevent_st &Event);

/// Runs a body with the graph behind a handle, and with Driver::Lock.
template <typename F> CUresult withGraph(CUgraph Handle, F Body) {
  return inContext([&](Driver &D, const ContextRef &) -> CUresult {
    std::lock_guard Guard(D.Lock);
    GraphRef Graph = D.Graphs.find(Handle);
    return Graph ? Body(D, *Graph) : CUDA_ERROR_INVALID_VALUE;
  });
}

/// The same with a node that does something of type T.
template <typename T, typename F>
CUresult withNode(CUgraphNode Handle, F Body) {
  return inContext([&](Driver &D, const ContextRef &) -> CUresult {
    std::lock_guard Guard(D.Lock);
    GraphNodeRef Node = D.GraphNodes.find(Handle);
    T *What = Node ? std::get_if<T>(&Node->What) : nullptr;
    return What ? Body(D, *What) : CUDA_ERROR_INVALID_VALUE;
  });
}

/// The same with any node.
template <typename F> CUresult withAnyNode(CUgraphNode Handle, F Body) {
  return inContext([&](Driver &D, const ContextRef &) -> CUresult {
    std::lock_guard Guard(D.Lock);
    GraphNodeRef Node = D.GraphNodes.find(Handle);
    return Node ? Body(D, *Node) : CUDA_ERROR_INVALID_VALUE;
  });
}

/// Hands out a list as CUDA does: without a place for it only the count.
template <typename T>
CUresult handOut(const std::vector<T> &From, T *To, size_t *Count) {
  if (!Count)
    return CUDA_ERROR_INVALID_VALUE;
  size_t Room = To ? *Count : 0;
  for (size_t I = 0; I < Room; ++I)
    To[I] = I < From.size() ? From[I] : T();
  *Count = To ? std::min(Room, From.size()) : From.size();
  return CUDA_SUCCESS;
}

} // namespace reprise::driver

#endif // REPRISE_TOOLS_DRIVER_GRAPH_H
