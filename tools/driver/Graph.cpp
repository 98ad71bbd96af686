//===- Graph.cpp - Nodes and edges of graphs ------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Graph.h"
#include "Allocate.h"

#include "llvm/ADT/STLExtras.h"

#include <unordered_map>

using namespace reprise::driver;

CUgraph_st::~CUgraph_st() {
  if (Driver *D = Driver::get())
    for (uint64_t Address : Blocks)
      releaseBlock(*D, Address);
}

namespace reprise::driver {

static CUgraphNodeType typeOf(const Operation &What) {
  return std::visit(
      llvm::makeVisitor(
          [](const KernelLaunch &) { return CU_GRAPH_NODE_TYPE_KERNEL; },
          [](const Copy &) { return CU_GRAPH_NODE_TYPE_MEMCPY; },
          [](const Fill &) { return CU_GRAPH_NODE_TYPE_MEMSET; },
          [](const HostCall &) { return CU_GRAPH_NODE_TYPE_HOST; },
          [](const ValueAccess &) { return CU_GRAPH_NODE_TYPE_BATCH_MEM_OP; },
          [](const ValueWait &) { return CU_GRAPH_NODE_TYPE_BATCH_MEM_OP; },
          [](const Release &) { return CU_GRAPH_NODE_TYPE_MEM_FREE; },
          [](const Acquire &) { return CU_GRAPH_NODE_TYPE_MEM_ALLOC; },
          [](const RecordEvent &) { return CU_GRAPH_NODE_TYPE_EVENT_RECORD; },
          [](const WaitEvent &) { return CU_GRAPH_NODE_TYPE_WAIT_EVENT; },
          [](const ChildGraph &) { return CU_GRAPH_NODE_TYPE_GRAPH; },
          [](const Nothing &) { return CU_GRAPH_NODE_TYPE_EMPTY; }),
      What);
}

CUgraphNode_st *addNode(Driver &D, CUgraph_st &Graph, Operation What,
                        const std::vector<CUgraphNode_st *> &After) {
  for (const CUgraphNode_st *Before : After)
    if (!D.GraphNodes.find(Before) || Before->Graph != &Graph)
      return nullptr;
  auto Node = std::make_shared<CUgraphNode_st>();
  Node->Graph = &Graph;
  Node->Type = typeOf(What);
  Node->After = After;
  Node->What = std::move(What);
  D.GraphNodes.add(Node);
  Graph.Nodes.push_back(Node);
  return Node.get();
}

std::vector<CUgraphNode_st *> inOrder(const CUgraph_st &Graph) {
  std::unordered_map<const CUgraphNode_st *, size_t> Waiting;
  std::unordered_map<const CUgraphNode_st *, std::vector<CUgraphNode_st *>>
      Next;
  std::vector<CUgraphNode_st *> Order;
  for (const GraphNodeRef &Node : Graph.Nodes) {
    Waiting[Node.get()] = Node->After.size();
    for (const CUgraphNode_st *Before : Node->After)
      Next[Before].push_back(Node.get());
    if (Node->After.empty())
      Order.push_back(Node.get());
  }
  for (size_t I = 0; I < Order.size(); ++I)
    for (CUgraphNode_st *Node : Next[Order[I]])
      if (--Waiting[Node] == 0)
        Order.push_back(Node);
  if (Order.size() != Graph.Nodes.size())
    Order.clear();
  return Order;
}

/// A copy of a graph with nodes of its own.
static GraphRef clone(Driver &D, const CUgraph_st &From) {
  auto To = std::make_shared<CUgraph_st>();
  std::unordered_map<const CUgraphNode_st *, CUgraphNode_st *> Same;
  for (const GraphNodeRef &Node : From.Nodes) {
    auto Copy = std::make_shared<CUgraphNode_st>(*Node);
    Copy->Graph = To.get();
    Same[Node.get()] = Copy.get();
    D.GraphNodes.add(Copy);
    To->Nodes.push_back(Copy);
  }
  for (const GraphNodeRef &Node : To->Nodes)
    for (CUgraphNode_st *&Before : Node->After)
      Before = Same[Before];
  return To;
}

/// Takes the handles of a graph's nodes away, and of graphs in it.
static void forget(Driver &D, const CUgraph_st &Graph) {
  for (const GraphNodeRef &Node : Graph.Nodes) {
    if (const auto *Child = std::get_if<ChildGraph>(&Node->What)) {
      forget(D, *Child->Graph);
      D.Graphs.remove(Child->Graph.get());
    }
    D.GraphNodes.remove(Node.get());
  }
}

using Edges = std::vector<std::pair<CUgraphNode_st *, CUgraphNode_st *>>;

static Edges edgesOf(const CUgraph_st &Graph) {
  Edges Result;
  for (const GraphNodeRef &Node : Graph.Nodes)
    for (CUgraphNode_st *Before : Node->After)
      Result.emplace_back(Before, Node.get());
  return Result;
}

} // namespace reprise::driver

//===----------------------------------------------------------------------===//
// Graphs
//===----------------------------------------------------------------------===//

EMULATED_API cuGraphCreate(CUgraph *Result, unsigned Flags) {
  return inContext([&](Driver &D, const ContextRef &) {
    if (!Result || Flags)
      return CUDA_ERROR_INVALID_VALUE;
    std::lock_guard Guard(D.Lock);
    *Result = D.Graphs.add(std::make_shared<CUgraph_st>());
    return CUDA_SUCCESS;
  });
}

EMULATED_API cuGraphClone(CUgraph *Result, CUgraph Handle) {
  return withGraph(Handle, [&](Driver &D, CUgraph_st &Graph) {
    if (!Result)
      return CUDA_ERROR_INVALID_VALUE;
    if (!Graph.Blocks.empty())
      return refuse("a copy of a graph that allocates");
    *Result = D.Graphs.add(clone(D, Graph));
    return CUDA_SUCCESS;
  });
}

EMULATED_API cuGraphDestroy(CUgraph Handle) {
  return inContext([&](Driver &D, const ContextRef &) {
    // It goes without the lock.
    GraphRef Gone;
    std::lock_guard Guard(D.Lock);
    Gone = D.Graphs.remove(Handle);
    if (!Gone)
      return CUDA_ERROR_INVALID_VALUE;
    forget(D, *Gone);
    return CUDA_SUCCESS;
  });
}

EMULATED_API cuGraphGetNodes(CUgraph Handle, CUgraphNode *Nodes,
                             size_t *Count) {
  return withGraph(Handle, [&](Driver &, CUgraph_st &Graph) {
    std::vector<CUgraphNode> All;
    All.reserve(Graph.Nodes.size());
    for (const GraphNodeRef &Node : Graph.Nodes)
      All.push_back(Node.get());
    return handOut(All, Nodes, Count);
  });
}

EMULATED_API cuGraphGetRootNodes(CUgraph Handle, CUgraphNode *Nodes,
                                 size_t *Count) {
  return withGraph(Handle, [&](Driver &, CUgraph_st &Graph) {
    std::vector<CUgraphNode> Roots;
    for (const GraphNodeRef &Node : Graph.Nodes)
      if (Node->After.empty())
        Roots.push_back(Node.get());
    return handOut(Roots, Nodes, Count);
  });
}

//===----------------------------------------------------------------------===//
// Edges
//===----------------------------------------------------------------------===//

EMULATED_API cuGraphGetEdges(CUgraph Handle, CUgraphNode *From, CUgraphNode *To,
                             size_t *Count) {
  return withGraph(Handle, [&](Driver &, CUgraph_st &Graph) {
    std::vector<CUgraphNode> Begins, Ends;
    for (auto [Begin, End] : edgesOf(Graph)) {
      Begins.push_back(Begin);
      Ends.push_back(End);
    }
    if (!Count || !From != !To)
      return CUDA_ERROR_INVALID_VALUE;
    size_t Room = *Count;
    if (To)
      handOut(Ends, To, &Room);
    return handOut(Begins, From, Count);
  });
}

static CUresult changeEdges(CUgraph Handle, const CUgraphNode *From,
                            const CUgraphNode *To, size_t Count, bool Add) {
  return withGraph(Handle, [&](Driver &D, CUgraph_st &Graph) {
    for (size_t I = 0; I < Count; ++I)
      if (!D.GraphNodes.find(From[I]) || !D.GraphNodes.find(To[I]) ||
          From[I]->Graph != &Graph || To[I]->Graph != &Graph)
        return CUDA_ERROR_INVALID_VALUE;
    for (size_t I = 0; I < Count; ++I) {
      auto &After = To[I]->After;
      auto It = llvm::find(After, From[I]);
      if (Add == (It != After.end()))
        return CUDA_ERROR_INVALID_VALUE;
      if (Add)
        After.push_back(From[I]);
      else
        After.erase(It);
    }
    return CUDA_SUCCESS;
  });
}

EMULATED_API cuGraphAddDependencies(CUgraph Handle, const CUgraphNode *From,
                                    const CUgraphNode *To, size_t Count) {
  return changeEdges(Handle, From, To, Count, true);
}
EMULATED_API cuGraphRemoveDependencies(CUgraph Handle, const CUgraphNode *From,
                                       const CUgraphNode *To, size_t Count) {
  return changeEdges(Handle, From, To, Count, false);
}

EMULATED_API cuGraphNodeGetDependencies(CUgraphNode Handle, CUgraphNode *Nodes,
                                        size_t *Count) {
  return withAnyNode(Handle, [&](Driver &, CUgraphNode_st &Node) {
    return handOut(Node.After, Nodes, Count);
  });
}

EMULATED_API cuGraphNodeGetDependentNodes(CUgraphNode Handle,
                                          CUgraphNode *Nodes, size_t *Count) {
  return withAnyNode(Handle, [&](Driver &, CUgraphNode_st &Node) {
    std::vector<CUgraphNode> Next;
    for (const GraphNodeRef &Other : Node.Graph->Nodes)
      if (llvm::is_contained(Other->After, &Node))
        Next.push_back(Other.get());
    return handOut(Next, Nodes, Count);
  });
}

EMULATED_API cuGraphDestroyNode(CUgraphNode Handle) {
  return withAnyNode(Handle, [&](Driver &D, CUgraphNode_st &Node) {
    CUgraph_st &Graph = *Node.Graph;
    GraphNodeRef Kept = D.GraphNodes.remove(&Node);
    for (const GraphNodeRef &Other : Graph.Nodes)
      llvm::erase(Other->After, &Node);
    llvm::erase_if(Graph.Nodes,
                   [&](const GraphNodeRef &Each) { return Each == Kept; });
    return CUDA_SUCCESS;
  });
}

#if CUDA_VERSION >= 12030
/// Edges have no data but zeros.
static void clearData(CUgraphEdgeData *Data, const size_t *Count) {
  if (Data && Count)
    std::fill_n(Data, *Count, CUgraphEdgeData{});
}

EMULATED_API cuGraphGetEdges_v2(CUgraph Handle, CUgraphNode *From,
                                CUgraphNode *To, CUgraphEdgeData *Data,
                                size_t *Count) {
  CUresult E = cuGraphGetEdges(Handle, From, To, Count);
  clearData(E ? nullptr : Data, Count);
  return E;
}
EMULATED_API cuGraphAddDependencies_v2(CUgraph Handle, const CUgraphNode *From,
                                       const CUgraphNode *To,
                                       const CUgraphEdgeData *, size_t Count) {
  return changeEdges(Handle, From, To, Count, true);
}
EMULATED_API cuGraphRemoveDependencies_v2(CUgraph Handle,
                                          const CUgraphNode *From,
                                          const CUgraphNode *To,
                                          const CUgraphEdgeData *,
                                          size_t Count) {
  return changeEdges(Handle, From, To, Count, false);
}
EMULATED_API cuGraphNodeGetDependencies_v2(CUgraphNode Handle,
                                           CUgraphNode *Nodes,
                                           CUgraphEdgeData *Data,
                                           size_t *Count) {
  CUresult E = cuGraphNodeGetDependencies(Handle, Nodes, Count);
  clearData(E ? nullptr : Data, Count);
  return E;
}
EMULATED_API cuGraphNodeGetDependentNodes_v2(CUgraphNode Handle,
                                             CUgraphNode *Nodes,
                                             CUgraphEdgeData *Data,
                                             size_t *Count) {
  CUresult E = cuGraphNodeGetDependentNodes(Handle, Nodes, Count);
  clearData(E ? nullptr : Data, Count);
  return E;
}
#endif
