//===- bfs.cu - Breadth-first search (Parboil bfs) ------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One of three kernels takes a level, by its size: a block that goes on as long
// as the level fits in it; as many blocks as there are processors, which meet
// at a barrier of the grid after each level; or any number of blocks for one
// level. Blocks keep eight queues in shared memory.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle parboil/bfs | FileCheck %s

// CHECK-DAG: parboil/bfs BFS_in_GPU_kernel non-idempotent non-idempotent 2 0 {{2 +0|0 +2}} 0 1
// CHECK-DAG: parboil/bfs BFS_kernel_multi_blk_inGPU {{.*}} non-idempotent 2 0 {{2 +0|0 +2}} 0
// CHECK-DAG: parboil/bfs BFS_kernel non-idempotent non-idempotent 5 0 {{5 +0|0 +5}} 0 1

#include "Inputs/Bfs.h"

#if SUITE_DEVICE

static constexpr int Queues = 8, QueueSize = 400;

/// Queues of node numbers; a thread uses the one of its number modulo 8.
struct LocalQueues {
  int Tail[Queues], Sharers[Queues];
  int Items[Queues][QueueSize];

  __device__ void reset() {
    if (threadIdx.x >= Queues)
      return;
    Tail[threadIdx.x] = 0;
    Sharers[threadIdx.x] =
        blockDim.x / Queues + (threadIdx.x < blockDim.x % Queues);
  }
  __device__ void push(int Id, int *Overflow) {
    int Q = threadIdx.x % Queues, At = atomicAdd(&Tail[Q], 1);
    if (At >= QueueSize)
      *Overflow = 1;
    else
      Items[Q][At] = Id;
  }
  /// By one thread: where each queue starts; their sum.
  __device__ int place(int *Starts) const {
    int Sum = 0;
    for (int Q = 0; Q < Queues; ++Q) {
      Starts[Q] = Sum;
      Sum += Tail[Q];
    }
    return Sum;
  }
  __device__ void copy(int *To, const int *Starts) const {
    int Q = threadIdx.x % Queues;
    for (int I = threadIdx.x / Queues; I < Tail[Q]; I += Sharers[Q])
      To[Starts[Q] + I] = Items[Q][I];
  }
};

__device__ volatile int Arrived = 0, LevelSize = 0, GoesOn = 0;

/// Waits for all blocks; Round counts the barriers since the first launch.
__device__ static void gridBarrier(int Round) {
  __syncthreads();
  if (threadIdx.x == 0) {
    atomicAdd(const_cast<int *>(&Arrived), 1);
    while (Arrived < Processors * Round)
      ;
  }
  __syncthreads();
}

__global__ void BFS_in_GPU_kernel(int *q1, int *q2, Node *g_graph_nodes,
                                  Edge *g_graph_edges, int *g_color,
                                  int *g_cost, int no_of_nodes, int *tail,
                                  int gray_shade, int k, int *overflow,
                                  cudaTextureObject_t g_graph_node_ref,
                                  cudaTextureObject_t g_graph_edge_ref) {
  __shared__ LocalQueues Local;
  __shared__ int Starts[Queues], Level[MaxThreads], Total;
  if (threadIdx.x == 0)
    Total = 0;
  while (true) {
    Local.reset();
    __syncthreads();
    int T = blockIdx.x * MaxThreads + threadIdx.x;
    if (T < no_of_nodes)
      visit(Total == 0 ? q1[T] : Level[T], g_graph_node_ref, g_graph_edge_ref,
            g_color, g_cost, gray_shade, false,
            [&](int Id) { Local.push(Id, overflow); });
    __syncthreads();
    if (threadIdx.x == 0)
      *tail = Total = Local.place(Starts);
    __syncthreads();
    if (Total == 0)
      return;
    if (Total > MaxThreads) {
      Local.copy(q2, Starts);
      return;
    }
    Local.copy(Level, Starts);
    __syncthreads();
    no_of_nodes = Total;
    gray_shade = gray_shade == Gray0 ? Gray1 : Gray0;
  }
}

__global__ void BFS_kernel_multi_blk_inGPU(
    int *q1, int *q2, Node *g_graph_nodes, Edge *g_graph_edges, int *g_color,
    int *g_cost, int *no_of_nodes, int *tail, int gray_shade, int k,
    int *switch_k, int *max_nodes_per_block, int *global_kt, int *overflow,
    cudaTextureObject_t g_graph_node_ref,
    cudaTextureObject_t g_graph_edge_ref) {
  __shared__ LocalQueues Local;
  __shared__ int Starts[Queues], Start, Count, Odd;
  if (threadIdx.x == 0) {
    Odd = 1;
    if (blockIdx.x == 0)
      LevelSize = *no_of_nodes;
  }
  int Round = atomicOr(global_kt, 0);
  while (true) {
    Local.reset();
    if (threadIdx.x == 0)
      Count = LevelSize;
    __syncthreads();
    int T = blockIdx.x * MaxThreads + threadIdx.x;
    if (T < Count) {
      int *Queue = Odd ? q1 : q2;
      visit(atomicOr(&Queue[T], 0), g_graph_node_ref, g_graph_edge_ref, g_color,
            g_cost, gray_shade, false,
            [&](int Id) { Local.push(Id, overflow); });
    }
    __syncthreads();
    if (threadIdx.x == 0)
      Start = atomicAdd(tail, Local.place(Starts));
    __syncthreads();
    Local.copy((Odd ? q2 : q1) + Start, Starts);
    if (threadIdx.x == 0)
      Odd = (Odd + 1) % 2;
    gray_shade = gray_shade == Gray0 ? Gray1 : Gray0;
    gridBarrier(Round + 1);
    if (blockIdx.x == 0 && threadIdx.x == 0) {
      GoesOn = 0;
      if (*tail < Processors * MaxThreads && *tail > MaxThreads) {
        GoesOn = 1;
        LevelSize = *tail;
        *tail = 0;
      }
    }
    gridBarrier(Round + 2);
    Round += 2;
    if (GoesOn)
      continue;
    if (blockIdx.x == 0 && threadIdx.x == 0) {
      *global_kt = Round;
      *switch_k = (Odd + 1) % 2;
      *no_of_nodes = LevelSize;
    }
    return;
  }
}

__global__ void BFS_kernel(int *q1, int *q2, Node *g_graph_nodes,
                           Edge *g_graph_edges, int *g_color, int *g_cost,
                           int no_of_nodes, int *tail, int gray_shade, int k,
                           int *overflow, cudaTextureObject_t g_graph_node_ref,
                           cudaTextureObject_t g_graph_edge_ref) {
  __shared__ LocalQueues Local;
  __shared__ int Starts[Queues], Start;
  Local.reset();
  __syncthreads();
  int T = blockIdx.x * MaxThreads + threadIdx.x;
  if (T < no_of_nodes)
    visit(q1[T], g_graph_node_ref, g_graph_edge_ref, g_color, g_cost,
          gray_shade, false, [&](int Id) { Local.push(Id, overflow); });
  __syncthreads();
  if (threadIdx.x == 0)
    Start = atomicAdd(tail, Local.place(Starts));
  __syncthreads();
  Local.copy(q2 + Start, Starts);
}

#else

static void launches(Host &H) {
  Graph G(H);
  H.write(G.Queue1, std::vector<int>{0});
  auto *Switch = H.buffer<int>("switch_k", 1);
  auto *Count = H.buffer<int>("num_t", 1);
  H.buffer<bool>("stay", 1);
  auto *Most = H.buffer<int>("max_nodes_per_block", 1);
  auto *Rounds = H.buffer<int>("global_kt", 1);
  auto *Overflow = H.buffer<int>("overflow", 1);
  int *From = G.Queue1, *To = G.Queue2, Level = 0;
  // The levels that a launch starts with. Those from 1 on and from 51 on fit in
  // one block, which stays with them.
  std::vector<int> Sizes = {1,      1290,   7700, 45300, 234000,
                            482000, 215000, 5200, 51};
  if (H.reduced())
    Sizes = {1, 9000, 729};
  for (int Size : Sizes) {
    H.write(G.Tail, std::vector<int>{0});
    int Shade = Level % 2 ? Gray1 : Gray0;
    if (Size <= MaxThreads) {
      H.launch("BFS_in_GPU_kernel", 1, MaxThreads, From, To, G.NodeList,
               G.EdgeList, G.Colour, G.Cost, Size, G.Tail, Shade, Level,
               Overflow, G.NodeTexture, G.EdgeTexture)
          .is(Clobbers);
    } else if (Size <= MaxThreads * Processors) {
      H.write(Count, std::vector<int>{Size});
      H.launch("BFS_kernel_multi_blk_inGPU", Processors, MaxThreads, From, To,
               G.NodeList, G.EdgeList, G.Colour, G.Cost, Count, G.Tail, Shade,
               Level, Switch, Most, Rounds, Overflow, G.NodeTexture,
               G.EdgeTexture)
          .is(Clobbers);
    } else {
      H.launch("BFS_kernel", (Size + MaxThreads - 1) / MaxThreads, MaxThreads,
               From, To, G.NodeList, G.EdgeList, G.Colour, G.Cost,
               H.size(Size, 729), G.Tail, Shade, Level, Overflow, G.NodeTexture,
               G.EdgeTexture)
          .is(Clobbers);
    }
    std::swap(From, To);
    ++Level;
  }
}
SUITE(parboil, bfs)

#endif
