//===- bfs_base.cu - Breadth-first search (Parboil bfs, base) -------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A launch for each level. A block has a queue in shared memory, and an atomic
// gives it its place in the next level's queue.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle parboil/bfs_base | FileCheck %s

// CHECK: parboil/bfs_base BFS_kernel non-idempotent non-idempotent
// CHECK-SAME: 12 0 {{12 +0|0 +12}} 0 6

#include "Inputs/Bfs.h"

#if SUITE_DEVICE

__global__ void BFS_kernel(int *q1, int *q2, Node *g_graph_nodes,
                           Edge *g_graph_edges, int *g_color, int *g_cost,
                           int no_of_nodes, int *tail, int gray_shade, int k,
                           cudaTextureObject_t g_graph_node_ref,
                           cudaTextureObject_t g_graph_edge_ref) {
  __shared__ int Count, Start;
  __shared__ int Queue[8 * 400];
  if (threadIdx.x == 0)
    Count = 0;
  __syncthreads();
  int T = blockIdx.x * MaxThreads + threadIdx.x;
  if (T < no_of_nodes)
    visit(q1[T], g_graph_node_ref, g_graph_edge_ref, g_color, g_cost,
          gray_shade, true, [&](int Id) { Queue[atomicAdd(&Count, 1)] = Id; });
  __syncthreads();
  if (threadIdx.x == 0)
    Start = atomicAdd(tail, Count);
  __syncthreads();
  for (int I = threadIdx.x; I < Count; I += blockDim.x)
    q2[Start + I] = Queue[I];
}

#else

static void launches(Host &H) {
  Graph G(H);
  H.write(G.Queue1, std::vector<int>{0});
  int *From = G.Queue1, *To = G.Queue2;
  int Level = 0;
  for (int Count : Graph::levels(H)) {
    H.write(G.Tail, std::vector<int>{0});
    uint32_t Blocks = (Count + MaxThreads - 1) / MaxThreads;
    uint32_t Threads = Blocks > 1 ? MaxThreads : std::max(Count, 8);
    H.launch("BFS_kernel", Blocks, Threads, From, To, G.NodeList, G.EdgeList,
             G.Colour, G.Cost, Count, G.Tail, Level % 2 ? Gray1 : Gray0, Level,
             G.NodeTexture, G.EdgeTexture)
        .is(Clobbers);
    std::swap(From, To);
    ++Level;
  }
}
SUITE(parboil, bfs_base)

#endif
