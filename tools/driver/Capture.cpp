//===- Capture.cpp - Graphs out of streams --------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Graph.h"

#include "llvm/ADT/STLExtras.h"

namespace reprise::driver {

static std::vector<CUgraphNode_st *> tailOf(const CUstream_st &Stream) {
  std::vector<CUgraphNode_st *> Nodes;
  Nodes.reserve(Stream.CaptureTail.size());
  for (const GraphNodeRef &Node : Stream.CaptureTail)
    Nodes.push_back(Node.get());
  return Nodes;
}

CUresult capture(Driver &D, CUstream_st &Stream, Operation What) {
  Capture &C = *Stream.Capturing;
  if (C.Invalid)
    return CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
  CUgraphNode_st *Node = addNode(D, *C.Graph, std::move(What), tailOf(Stream));
  if (!Node) {
    C.Invalid = true;
    return CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
  }
  Stream.CaptureTail = {D.GraphNodes.find(Node)};
  return CUDA_SUCCESS;
}

CUresult joinCapture(CUstream_st &Stream, CUevent_st &Event) {
  if (Stream.Capturing && Stream.Capturing != Event.Capturing)
    return CUDA_ERROR_STREAM_CAPTURE_MERGE;
  if (!Event.Capturing->Graph)
    return CUDA_ERROR_STREAM_CAPTURE_ISOLATION; // It has ended.
  Stream.Capturing = Event.Capturing;
  Stream.Capturing->Streams.insert(&Stream);
  for (const GraphNodeRef &Node : Event.CaptureTail)
    if (!llvm::is_contained(Stream.CaptureTail, Node))
      Stream.CaptureTail.push_back(Node);
  return CUDA_SUCCESS;
}

static thread_local CUstreamCaptureMode ThreadMode =
    CU_STREAM_CAPTURE_MODE_GLOBAL;

static CUresult begin(CUstream Handle, CUstreamCaptureMode Mode, CUgraph Into,
                      const CUgraphNode *After, size_t Count) {
  return onStream(Handle, [&](Driver &D, const StreamRef &Stream) -> CUresult {
    ContextRef Context = Stream->Context.lock();
    std::lock_guard Guard(D.Lock);
    if (!Context || Stream == Context->Legacy)
      return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
    if (Stream->Capturing)
      return CUDA_ERROR_ILLEGAL_STATE;
    auto C = std::make_shared<Capture>();
    C->Graph = Into ? D.Graphs.find(Into) : std::make_shared<CUgraph_st>();
    if (!C->Graph)
      return CUDA_ERROR_INVALID_VALUE;
    C->Given = Into != nullptr;
    C->Id = D.nextId();
    C->Origin = Stream.get();
    C->Mode = Mode;
    C->Thread = std::this_thread::get_id();
    C->Streams.insert(Stream.get());
    if (!Into)
      D.Graphs.add(C->Graph);
    Stream->CaptureTail.clear();
    for (size_t I = 0; I < Count; ++I)
      if (GraphNodeRef Node = D.GraphNodes.find(After[I]))
        Stream->CaptureTail.push_back(std::move(Node));
    Stream->Capturing = std::move(C);
    return CUDA_SUCCESS;
  });
}

/// True when every node leads to what the origin captured last.
static bool isJoined(const Capture &C) {
  std::set<const CUgraphNode_st *> Followed;
  for (const GraphNodeRef &Node : C.Graph->Nodes)
    Followed.insert(Node->After.begin(), Node->After.end());
  return llvm::all_of(C.Graph->Nodes, [&](const GraphNodeRef &Node) {
    return Followed.count(Node.get()) ||
           llvm::is_contained(C.Origin->CaptureTail, Node);
  });
}

/// Takes all streams out of a capture. Driver::Lock is held.
static void end(Driver &D, const ContextRef &Context,
                const std::shared_ptr<Capture> &C) {
  std::vector<StreamRef> All(Context->Streams.begin(), Context->Streams.end());
  for (const StreamRef &Each : All)
    if (Each->Capturing == C) {
      Each->Capturing = nullptr;
      Each->CaptureTail.clear();
    }
  D.Events.each([&](CUevent_st &Event) {
    if (Event.Capturing == C)
      Event.CaptureTail.clear();
  });
}

struct Info {
  CUstreamCaptureStatus Status = CU_STREAM_CAPTURE_STATUS_NONE;
  cuuint64_t Id = 0;
  CUgraph Graph = nullptr;
};

/// Tail stays good until the thread asks again.
static CUresult readCapture(CUstream Handle, Info &Result,
                            const CUgraphNode **Tail, size_t *Count) {
  return onStream(Handle, [&](Driver &D, const StreamRef &Stream) {
    static thread_local std::vector<CUgraphNode> Nodes;
    std::lock_guard Guard(D.Lock);
    Nodes.clear();
    if (const auto &C = Stream->Capturing) {
      Result.Status = C->Invalid ? CU_STREAM_CAPTURE_STATUS_INVALIDATED
                                 : CU_STREAM_CAPTURE_STATUS_ACTIVE;
      Result.Id = C->Id;
      Result.Graph = C->Graph.get();
      Nodes = tailOf(*Stream);
    }
    if (Tail)
      *Tail = Nodes.data();
    if (Count)
      *Count = Nodes.size();
    return CUDA_SUCCESS;
  });
}

} // namespace reprise::driver

using namespace reprise::driver;

EMULATED_API cuStreamBeginCapture_v2(CUstream Stream,
                                     CUstreamCaptureMode Mode) {
  return begin(Stream, Mode, nullptr, nullptr, 0);
}
EMULATED_API cuStreamBeginCapture(CUstream Stream) {
  return begin(Stream, CU_STREAM_CAPTURE_MODE_GLOBAL, nullptr, nullptr, 0);
}
#if CUDA_VERSION >= 12030
EMULATED_API cuStreamBeginCaptureToGraph(CUstream Stream, CUgraph Graph,
                                         const CUgraphNode *After,
                                         const CUgraphEdgeData *, size_t Count,
                                         CUstreamCaptureMode Mode) {
  return Graph ? begin(Stream, Mode, Graph, After, Count)
               : CUDA_ERROR_INVALID_VALUE;
}
#endif

EMULATED_API cuStreamEndCapture(CUstream Handle, CUgraph *Result) {
  return onStream(Handle, [&](Driver &D, const StreamRef &Stream) -> CUresult {
    // What goes, goes without the lock.
    std::shared_ptr<Capture> C;
    GraphRef Gone;
    std::lock_guard Guard(D.Lock);
    C = Stream->Capturing;
    ContextRef Context = Stream->Context.lock();
    if (!C || !Context || !Result)
      return CUDA_ERROR_ILLEGAL_STATE;
    if (C->Origin != Stream.get())
      return CUDA_ERROR_STREAM_CAPTURE_UNMATCHED;
    CUresult E = C->Invalid      ? CUDA_ERROR_STREAM_CAPTURE_INVALIDATED
                 : !isJoined(*C) ? CUDA_ERROR_STREAM_CAPTURE_UNJOINED
                                 : CUDA_SUCCESS;
    end(D, Context, C);
    *Result = E ? nullptr : C->Graph.get();
    if (E && !C->Given) {
      Gone = D.Graphs.remove(C->Graph.get());
      for (const GraphNodeRef &Node : Gone->Nodes)
        D.GraphNodes.remove(Node.get());
    }
    C->Graph = nullptr;
    return E;
  });
}

EMULATED_API cuStreamIsCapturing(CUstream Handle,
                                 CUstreamCaptureStatus *Status) {
  Info I;
  CUresult E = readCapture(Handle, I, nullptr, nullptr);
  if (!E && Status)
    *Status = I.Status;
  return Status ? E : CUDA_ERROR_INVALID_VALUE;
}

EMULATED_API cuStreamGetCaptureInfo_v2(CUstream Handle,
                                       CUstreamCaptureStatus *Status,
                                       cuuint64_t *Id, CUgraph *Graph,
                                       const CUgraphNode **Tail,
                                       size_t *Count) {
  Info I;
  if (!Status)
    return CUDA_ERROR_INVALID_VALUE;
  CUresult E = readCapture(Handle, I, Tail, Count);
  *Status = I.Status;
  if (Id)
    *Id = I.Id;
  if (Graph)
    *Graph = I.Graph;
  return E;
}
EMULATED_API cuStreamGetCaptureInfo(CUstream Handle,
                                    CUstreamCaptureStatus *Status,
                                    cuuint64_t *Id) {
  return cuStreamGetCaptureInfo_v2(Handle, Status, Id, nullptr, nullptr,
                                   nullptr);
}
#if CUDA_VERSION >= 12030
EMULATED_API cuStreamGetCaptureInfo_v3(CUstream Handle,
                                       CUstreamCaptureStatus *Status,
                                       cuuint64_t *Id, CUgraph *Graph,
                                       const CUgraphNode **Tail,
                                       const CUgraphEdgeData **Data,
                                       size_t *Count) {
  if (Data)
    *Data = nullptr; // None has any.
  return cuStreamGetCaptureInfo_v2(Handle, Status, Id, Graph, Tail, Count);
}
#endif

EMULATED_API cuStreamUpdateCaptureDependencies(CUstream Handle,
                                               CUgraphNode *Nodes, size_t Count,
                                               unsigned Flags) {
  return onStream(Handle, [&](Driver &D, const StreamRef &Stream) -> CUresult {
    std::lock_guard Guard(D.Lock);
    if (!Stream->Capturing)
      return CUDA_ERROR_ILLEGAL_STATE;
    std::vector<GraphNodeRef> New;
    for (size_t I = 0; I < Count; ++I) {
      GraphNodeRef Node = D.GraphNodes.find(Nodes[I]);
      if (!Node || Node->Graph != Stream->Capturing->Graph.get())
        return CUDA_ERROR_INVALID_VALUE;
      New.push_back(std::move(Node));
    }
    if (Flags != CU_STREAM_SET_CAPTURE_DEPENDENCIES)
      llvm::append_range(New, Stream->CaptureTail);
    Stream->CaptureTail = std::move(New);
    return CUDA_SUCCESS;
  });
}
#if CUDA_VERSION >= 12030
EMULATED_API cuStreamUpdateCaptureDependencies_v2(CUstream Handle,
                                                  CUgraphNode *Nodes,
                                                  const CUgraphEdgeData *,
                                                  size_t Count,
                                                  unsigned Flags) {
  return cuStreamUpdateCaptureDependencies(Handle, Nodes, Count, Flags);
}
#endif

EMULATED_API cuThreadExchangeStreamCaptureMode(CUstreamCaptureMode *Mode) {
  return withDriver([&](Driver &) {
    if (!Mode)
      return CUDA_ERROR_INVALID_VALUE;
    std::swap(*Mode, ThreadMode);
    return CUDA_SUCCESS;
  });
}
