//===- Graphs.h - The kernels of a graph --------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A graph is read when it is instantiated and when it is updated: each kernel
// node, those of child graphs among them, with its arguments. When it is
// launched, each node is decided like a launch of its own, with the memory that
// is alive then.
//
// Bodies of conditional nodes run as often as the device decides: they count
// once, as conditional-node.
//
// Thread safety: all functions. A launch of a graph takes no lock.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_CUDA_GRAPHS_H
#define REPRISE_CUDA_GRAPHS_H

#include "Counts.h"

#include <cstddef>
#include <cuda.h>
#include <vector>

namespace reprise::cuda {

struct GraphNode {
  CUgraphNode Node;
  uint64_t Handle;
  uint32_t Grid[3], Block[3], Shared;
  std::vector<std::byte> Arguments;
  bool Readable = false; ///< Arguments are there.
  bool Enabled = true;
  bool Changing = false; ///< In a conditional body.
};

struct GraphInfo {
  std::vector<GraphNode> Nodes;
  /// Changed in a way that is not followed: no node can be read.
  bool Opaque = false;
  bool Writes = false; ///< Something else than its kernels may write memory.
};

void enterGraph(CUgraphExec Exec, CUgraph Graph);
void leaveGraph(CUgraphExec Exec);
void setGraphNode(CUgraphExec Exec, CUgraphNode Node,
                  const CUDA_KERNEL_NODE_PARAMS_v2 &Params);
void enableGraphNode(CUgraphExec Exec, CUgraphNode Node, bool Enabled);
void blindGraph(CUgraphExec Exec);

/// Decides all nodes; CUDA_SUCCESS: go on.
CUresult beforeGraph(CUgraphExec Exec, CUstream Stream, bool PerThread);

} // namespace reprise::cuda

#endif // REPRISE_CUDA_GRAPHS_H
