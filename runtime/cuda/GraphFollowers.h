//===- GraphFollowers.h - Graphs and what is captured into them ---------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_CUDA_GRAPHFOLLOWERS_H
#define REPRISE_CUDA_GRAPHFOLLOWERS_H

#include "Driver.h"
#include "Graphs.h"
#include "Guard.h"
#include "LaunchFollowers.h"
#include "Preempt.h"

namespace reprise::cuda {

/// A stop looks whether the stream is being captured, and puts a gate on it; so
/// captures are counted before the driver begins one, and none begins between
/// the two.
template <typename Function>
CUresult beginCapture(CUstream Stream, Function &&Begin) {
  captureBegins();
  const CUresult R = withoutStops(Stream, std::forward<Function>(Begin));
  if (R != CUDA_SUCCESS)
    captureEnds();
  return R;
}

template <Slot S> CUresult streamBeginCaptureOld(CUstream Stream) {
  return beginCapture(
      Stream, [&] { return real<S>(streamBeginCaptureOld<S>)(Stream); });
}

template <Slot S>
CUresult streamBeginCapture(CUstream Stream, CUstreamCaptureMode Kind) {
  return beginCapture(
      Stream, [&] { return real<S>(streamBeginCapture<S>)(Stream, Kind); });
}

template <Slot S>
CUresult streamBeginCaptureToGraph(CUstream Stream, CUgraph Graph,
                                   const CUgraphNode *Dependencies,
                                   const CUgraphEdgeData *Data, size_t Count,
                                   CUstreamCaptureMode Kind) {
  return beginCapture(Stream, [&] {
    return real<S>(streamBeginCaptureToGraph<S>)(Stream, Graph, Dependencies,
                                                 Data, Count, Kind);
  });
}

template <Slot S> CUresult streamEndCapture(CUstream Stream, CUgraph *Graph) {
  CUresult R = real<S>(streamEndCapture<S>)(Stream, Graph);
  // An invalidated capture ends as well.
  if (R != CUDA_ERROR_STREAM_CAPTURE_UNMATCHED &&
      R != CUDA_ERROR_ILLEGAL_STATE && R != CUDA_ERROR_INVALID_VALUE &&
      R != CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD)
    captureEnds();
  return R;
}

inline CUresult instantiated(CUresult R, const CUgraphExec *Exec,
                             CUgraph Graph) {
  if (R == CUDA_SUCCESS)
    guarded([&] { enterGraph(*Exec, Graph); }, [&] { leaveGraph(*Exec); });
  return R;
}

template <Slot S>
CUresult graphInstantiateOld(CUgraphExec *Exec, CUgraph Graph,
                             CUgraphNode *Node, char *Log, size_t Size) {
  return instantiated(
      real<S>(graphInstantiateOld<S>)(Exec, Graph, Node, Log, Size), Exec,
      Graph);
}

template <Slot S>
CUresult graphInstantiateWithFlags(CUgraphExec *Exec, CUgraph Graph,
                                   unsigned long long Flags) {
  return instantiated(real<S>(graphInstantiateWithFlags<S>)(Exec, Graph, Flags),
                      Exec, Graph);
}

template <Slot S>
CUresult graphInstantiateWithParams(CUgraphExec *Exec, CUgraph Graph,
                                    CUDA_GRAPH_INSTANTIATE_PARAMS *Params) {
  return instantiated(
      real<S>(graphInstantiateWithParams<S>)(Exec, Graph, Params), Exec, Graph);
}

template <Slot S>
CUresult graphExecUpdateOld(CUgraphExec Exec, CUgraph Graph, CUgraphNode *Node,
                            CUgraphExecUpdateResult *Result) {
  return instantiated(real<S>(graphExecUpdateOld<S>)(Exec, Graph, Node, Result),
                      &Exec, Graph);
}

template <Slot S>
CUresult graphExecUpdate(CUgraphExec Exec, CUgraph Graph,
                         CUgraphExecUpdateResultInfo *Result) {
  return instantiated(real<S>(graphExecUpdate<S>)(Exec, Graph, Result), &Exec,
                      Graph);
}

template <Slot S>
CUresult
graphExecKernelNodeSetParamsOld(CUgraphExec Exec, CUgraphNode Node,
                                const CUDA_KERNEL_NODE_PARAMS_v1 *Params) {
  CUresult R = real<S>(graphExecKernelNodeSetParamsOld<S>)(Exec, Node, Params);
  if (R == CUDA_SUCCESS)
    guarded(
        [&] {
          CUDA_KERNEL_NODE_PARAMS_v2 New{};
          New.func = Params->func;
          New.gridDimX = Params->gridDimX;
          New.gridDimY = Params->gridDimY;
          New.gridDimZ = Params->gridDimZ;
          New.blockDimX = Params->blockDimX;
          New.blockDimY = Params->blockDimY;
          New.blockDimZ = Params->blockDimZ;
          New.sharedMemBytes = Params->sharedMemBytes;
          New.kernelParams = Params->kernelParams;
          New.extra = Params->extra;
          setGraphNode(Exec, Node, New);
        },
        [&] { leaveGraph(Exec); });
  return R;
}

template <Slot S>
CUresult
graphExecKernelNodeSetParams(CUgraphExec Exec, CUgraphNode Node,
                             const CUDA_KERNEL_NODE_PARAMS_v2 *Params) {
  CUresult R = real<S>(graphExecKernelNodeSetParams<S>)(Exec, Node, Params);
  if (R == CUDA_SUCCESS)
    guarded([&] { setGraphNode(Exec, Node, *Params); },
            [&] { leaveGraph(Exec); });
  return R;
}

template <Slot S>
CUresult graphExecNodeSetParams(CUgraphExec Exec, CUgraphNode Node,
                                CUgraphNodeParams *Params) {
  CUresult R = real<S>(graphExecNodeSetParams<S>)(Exec, Node, Params);
  if (R != CUDA_SUCCESS)
    return R;
  guarded(
      [&] {
        if (Params->type != CU_GRAPH_NODE_TYPE_KERNEL) {
          if (Params->type == CU_GRAPH_NODE_TYPE_GRAPH)
            blindGraph(Exec);
          return;
        }
        const auto &K = Params->kernel;
        CUDA_KERNEL_NODE_PARAMS_v2 New{};
        New.func = K.func;
        New.kern = K.kern;
        New.gridDimX = K.gridDimX;
        New.gridDimY = K.gridDimY;
        New.gridDimZ = K.gridDimZ;
        New.blockDimX = K.blockDimX;
        New.blockDimY = K.blockDimY;
        New.blockDimZ = K.blockDimZ;
        New.sharedMemBytes = K.sharedMemBytes;
        New.kernelParams = K.kernelParams;
        New.extra = K.extra;
        setGraphNode(Exec, Node, New);
      },
      [&] { leaveGraph(Exec); });
  return R;
}

template <Slot S>
CUresult graphExecChildGraphNodeSetParams(CUgraphExec Exec, CUgraphNode Node,
                                          CUgraph Child) {
  CUresult R = real<S>(graphExecChildGraphNodeSetParams<S>)(Exec, Node, Child);
  if (R == CUDA_SUCCESS)
    guarded([&] { blindGraph(Exec); }, [&] { leaveGraph(Exec); });
  return R;
}

template <Slot S>
CUresult graphNodeSetEnabled(CUgraphExec Exec, CUgraphNode Node,
                             unsigned Enabled) {
  CUresult R = real<S>(graphNodeSetEnabled<S>)(Exec, Node, Enabled);
  if (R == CUDA_SUCCESS)
    guarded([&] { enableGraphNode(Exec, Node, Enabled != 0); },
            [&] { leaveGraph(Exec); });
  return R;
}

template <Slot S> CUresult graphLaunch(CUgraphExec Exec, CUstream Stream) {
  CUresult Refused = CUDA_SUCCESS;
  guarded([&] { Refused = beforeGraph(Exec, Stream, isPerThread(S)); });
  if (Refused != CUDA_SUCCESS)
    return Refused;
  return real<S>(graphLaunch<S>)(Exec, Stream);
}

template <Slot S> CUresult graphExecDestroy(CUgraphExec Exec) {
  leaveGraph(Exec);
  return real<S>(graphExecDestroy<S>)(Exec);
}

} // namespace reprise::cuda

#endif // REPRISE_CUDA_GRAPHFOLLOWERS_H
