//===- GraphExec.cpp - Instances of graphs, and their launches ------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Graph.h"

#include "llvm/ADT/STLExtras.h"

#include <unordered_map>

using namespace reprise::driver;

CUgraphExec_st::Step *CUgraphExec_st::find(const CUgraphNode_st *Node) {
  for (Step &S : Steps)
    if (S.From == Node)
      return &S;
  return nullptr;
}

namespace reprise::driver {

using Step = CUgraphExec_st::Step;

/// Adds the steps of a graph behind Entry, if that is an index; child graphs
/// become steps of their own. False when nodes form a circle.
static bool addSteps(const CUgraph_st &Graph, std::vector<size_t> Entry,
                     std::vector<Step> &To) {
  std::vector<CUgraphNode_st *> Order = inOrder(Graph);
  if (Order.empty() && !Graph.Nodes.empty())
    return false;
  std::unordered_map<const CUgraphNode_st *, size_t> Index;
  for (const CUgraphNode_st *Node : Order) {
    Step S;
    S.From = Node;
    S.Type = Node->Type;
    for (const CUgraphNode_st *Before : Node->After)
      S.After.push_back(Index[Before]);
    if (Node->After.empty())
      S.After = Entry;
    S.What = std::make_shared<const Operation>(Node->What);
    if (const auto *Child = std::get_if<ChildGraph>(&Node->What)) {
      size_t First = To.size();
      if (!addSteps(*Child->Graph, S.After, To))
        return false;
      for (size_t I = First; I < To.size(); ++I)
        S.After.push_back(I);
    }
    Index[Node] = To.size();
    To.push_back(std::move(S));
  }
  return true;
}

static CUresult instantiate(CUgraphExec *Result, CUgraph Handle,
                            unsigned long long Flags) {
  return withGraph(Handle, [&](Driver &D, CUgraph_st &Graph) {
    if (!Result)
      return CUDA_ERROR_INVALID_VALUE;
    if (Flags & CUDA_GRAPH_INSTANTIATE_FLAG_DEVICE_LAUNCH)
      return refuse("a graph that is launched by the device");
    auto Exec = std::make_shared<CUgraphExec_st>();
    Exec->Flags = Flags;
    Exec->Source = D.Graphs.find(&Graph);
    if (!addSteps(Graph, {}, Exec->Steps))
      return CUDA_ERROR_INVALID_VALUE;
    *Result = D.GraphExecs.add(std::move(Exec));
    return CUDA_SUCCESS;
  });
}

/// The task of one step. Driver::Lock is held.
static TaskRef startStep(Driver &D, const ContextRef &Context, const Step &S,
                         std::vector<TaskRef> After) {
  const Operation &What = *S.What;
  if (const auto *Wait = std::get_if<WaitEvent>(&What))
    After.push_back(Wait->Event->Marker);
  Engine On = S.Enabled ? engineOf(What) : Engine::None;
  bool Marker = On == Engine::None || S.Type == CU_GRAPH_NODE_TYPE_GRAPH ||
                S.Type == CU_GRAPH_NODE_TYPE_WAIT_EVENT ||
                S.Type == CU_GRAPH_NODE_TYPE_EVENT_RECORD ||
                S.Type == CU_GRAPH_NODE_TYPE_MEM_ALLOC ||
                S.Type == CU_GRAPH_NODE_TYPE_MEM_FREE;
  TaskRef T = Marker ? D.Queue.add(Engine::None, {}, After)
                     : start(D, Context, S.What, After);
  if (const auto *Record = std::get_if<RecordEvent>(&What)) {
    Record->Event->Recorded = true;
    Record->Event->Marker = T;
  }
  return T;
}

static CUresult launch(CUgraphExec Handle, CUstream On) {
  return onStream(On, [&](Driver &D, const StreamRef &Stream) {
    ContextRef Context = Stream->Context.lock();
    std::lock_guard Guard(D.Lock);
    auto Exec = D.GraphExecs.find(Handle);
    if (!Exec || !Context)
      return CUDA_ERROR_INVALID_VALUE;
    if (Stream->Capturing)
      return refuse("a graph launch in a capture");
    TaskRef Entry = mark(D, *Stream, Exec->Last);
    std::vector<TaskRef> Tasks;
    for (const Step &S : Exec->Steps) {
      std::vector<TaskRef> After{Entry};
      for (size_t I : S.After)
        After.push_back(Tasks[I]);
      Tasks.push_back(startStep(D, Context, S, std::move(After)));
    }
    Tasks.push_back(Entry);
    Stream->Last = Exec->Last = D.Queue.add(Engine::None, {}, Tasks);
    return CUDA_SUCCESS;
  });
}

/// What a graph of the same shape changes in an instance.
static CUgraphExecUpdateResult
update(CUgraphExec_st &Exec, const CUgraph_st &Graph, CUgraphNode &Wrong) {
  std::vector<Step> New;
  if (!addSteps(Graph, {}, New) || New.size() != Exec.Steps.size())
    return CU_GRAPH_EXEC_UPDATE_ERROR_TOPOLOGY_CHANGED;
  for (size_t I = 0; I < New.size(); ++I) {
    Wrong = const_cast<CUgraphNode>(New[I].From);
    if (New[I].After != Exec.Steps[I].After)
      return CU_GRAPH_EXEC_UPDATE_ERROR_TOPOLOGY_CHANGED;
    if (New[I].Type != Exec.Steps[I].Type)
      return CU_GRAPH_EXEC_UPDATE_ERROR_NODE_TYPE_CHANGED;
  }
  Wrong = nullptr;
  // Handles of the graph that it was made from still name its steps.
  for (size_t I = 0; I < New.size(); ++I)
    Exec.Steps[I].What = std::move(New[I].What);
  return CU_GRAPH_EXEC_UPDATE_SUCCESS;
}

static CUresult update(CUgraphExec Handle, CUgraph From, CUgraphNode *Wrong,
                       CUgraphExecUpdateResult *Result) {
  return withGraph(From, [&](Driver &D, CUgraph_st &Graph) {
    auto Exec = D.GraphExecs.find(Handle);
    CUgraphNode Node = nullptr;
    if (!Exec)
      return CUDA_ERROR_INVALID_VALUE;
    CUgraphExecUpdateResult How = update(*Exec, Graph, Node);
    if (Wrong)
      *Wrong = Node;
    if (Result)
      *Result = How;
    return How ? CUDA_ERROR_GRAPH_EXEC_UPDATE_FAILURE : CUDA_SUCCESS;
  });
}

} // namespace reprise::driver

EMULATED_API cuGraphInstantiateWithFlags(CUgraphExec *Result, CUgraph Graph,
                                         unsigned long long Flags) {
  return instantiate(Result, Graph, Flags);
}
EMULATED_API cuGraphInstantiate(CUgraphExec *Result, CUgraph Graph,
                                CUgraphNode *Wrong, char *, size_t) {
  if (Wrong)
    *Wrong = nullptr;
  return instantiate(Result, Graph, 0);
}
EMULATED_API cuGraphInstantiate_v2(CUgraphExec *Result, CUgraph Graph,
                                   CUgraphNode *Wrong, char *Log, size_t Room) {
  return cuGraphInstantiate(Result, Graph, Wrong, Log, Room);
}
EMULATED_API
cuGraphInstantiateWithParams(CUgraphExec *Result, CUgraph Graph,
                             CUDA_GRAPH_INSTANTIATE_PARAMS *Params) {
  if (!Params)
    return CUDA_ERROR_INVALID_VALUE;
  Params->hErrNode_out = nullptr;
  CUresult E = instantiate(Result, Graph, Params->flags);
  Params->result_out =
      E ? CUDA_GRAPH_INSTANTIATE_ERROR : CUDA_GRAPH_INSTANTIATE_SUCCESS;
  return E;
}

EMULATED_API cuGraphLaunch(CUgraphExec Handle, CUstream Stream) {
  return launch(Handle, Stream);
}

EMULATED_API cuGraphUpload(CUgraphExec Handle, CUstream Stream) {
  return onStream(Stream, [&](Driver &D, const StreamRef &) {
    std::lock_guard Guard(D.Lock);
    return D.GraphExecs.find(Handle) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
  });
}

EMULATED_API cuGraphExecDestroy(CUgraphExec Handle) {
  return inContext([&](Driver &D, const ContextRef &) {
    // It goes without the lock.
    std::shared_ptr<CUgraphExec_st> Gone;
    std::lock_guard Guard(D.Lock);
    Gone = D.GraphExecs.remove(Handle);
    return Gone ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
  });
}

EMULATED_API cuGraphExecGetFlags(CUgraphExec Handle, cuuint64_t *Flags) {
  return inContext([&](Driver &D, const ContextRef &) {
    std::lock_guard Guard(D.Lock);
    auto Exec = D.GraphExecs.find(Handle);
    if (!Exec || !Flags)
      return CUDA_ERROR_INVALID_VALUE;
    *Flags = Exec->Flags;
    return CUDA_SUCCESS;
  });
}

EMULATED_API cuGraphExecUpdate(CUgraphExec Handle, CUgraph Graph,
                               CUgraphNode *Wrong,
                               CUgraphExecUpdateResult *Result) {
  return update(Handle, Graph, Wrong, Result);
}
EMULATED_API cuGraphExecUpdate_v2(CUgraphExec Handle, CUgraph Graph,
                                  CUgraphExecUpdateResultInfo *Info) {
  if (!Info)
    return CUDA_ERROR_INVALID_VALUE;
  *Info = {};
  return update(Handle, Graph, &Info->errorNode, &Info->result);
}

/// Runs a body with one step of an instance.
template <typename F>
static CUresult withStep(CUgraphExec Handle, CUgraphNode Node, F Body) {
  return inContext([&](Driver &D, const ContextRef &) -> CUresult {
    std::lock_guard Guard(D.Lock);
    auto Exec = D.GraphExecs.find(Handle);
    Step *S = Exec ? Exec->find(Node) : nullptr;
    if (!S)
      return CUDA_ERROR_INVALID_VALUE;
    Body(*S);
    return CUDA_SUCCESS;
  });
}
EMULATED_API cuGraphNodeSetEnabled(CUgraphExec Handle, CUgraphNode Node,
                                   unsigned Enabled) {
  return withStep(Handle, Node, [&](Step &S) { S.Enabled = Enabled != 0; });
}
EMULATED_API cuGraphNodeGetEnabled(CUgraphExec Handle, CUgraphNode Node,
                                   unsigned *Enabled) {
  return withStep(Handle, Node, [&](Step &S) { *Enabled = S.Enabled; });
}
