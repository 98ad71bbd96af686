//===- bfs.cu - Breadth-first search (Rodinia bfs) ------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One kernel expands the nodes of the frontier and takes them off it; the other
// makes the nodes that were reached the next frontier. Both clear the mark that
// their guard has read.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle rodinia/bfs | FileCheck %s

// The last launch of Kernel2 finds no mark and writes nothing. Only the data
// tell, so that it must be missed.
// CHECK: rodinia/bfs Kernel non-idempotent non-idempotent 12 0 0 12 0
// CHECK: rodinia/bfs Kernel2 non-idempotent non-idempotent 12 0 0 12 1
// CHECK: problems: 0

#include "Suite.h"

#if !SUITE_DEVICE
#include <algorithm>
#endif

struct BfsNode {
  int Starting, NoOfEdges;
};
constexpr int Threads = 512;

#if SUITE_DEVICE

__global__ void Kernel(BfsNode *g_graph_nodes, int *g_graph_edges,
                       bool *g_graph_mask, bool *g_updating_graph_mask,
                       bool *g_graph_visited, int *g_cost, int no_of_nodes) {
  int tid = blockIdx.x * Threads + threadIdx.x;
  if (tid >= no_of_nodes || !g_graph_mask[tid])
    return;
  g_graph_mask[tid] = false;
  for (int i = g_graph_nodes[tid].Starting;
       i < g_graph_nodes[tid].Starting + g_graph_nodes[tid].NoOfEdges; i++) {
    int id = g_graph_edges[i];
    if (!g_graph_visited[id]) {
      g_cost[id] = g_cost[tid] + 1;
      g_updating_graph_mask[id] = true;
    }
  }
}

__global__ void Kernel2(bool *g_graph_mask, bool *g_updating_graph_mask,
                        bool *g_graph_visited, bool *g_over, int no_of_nodes) {
  int tid = blockIdx.x * Threads + threadIdx.x;
  if (tid >= no_of_nodes || !g_updating_graph_mask[tid])
    return;
  g_graph_mask[tid] = true;
  g_graph_visited[tid] = true;
  *g_over = true;
  g_updating_graph_mask[tid] = false;
}

#else

// Node I leads to 2 I + 1, 2 I + 2 and a node before it.
static std::vector<std::vector<int>> smallGraph(int Nodes) {
  std::vector<std::vector<int>> Graph(Nodes);
  for (int I = 0; I < Nodes; ++I)
    for (int To : {2 * I + 1, 2 * I + 2, I / 3})
      if (To < Nodes)
        Graph[I].push_back(To);
  return Graph;
}

static int countLevels(const std::vector<std::vector<int>> &Graph) {
  std::vector<int> Level(Graph.size(), -1), Queue = {0};
  Level[0] = 1;
  for (size_t I = 0; I < Queue.size(); ++I)
    for (int To : Graph[Queue[I]])
      if (Level[To] < 0) {
        Level[To] = Level[Queue[I]] + 1;
        Queue.push_back(To);
      }
  return *std::max_element(Level.begin(), Level.end());
}

static void launches(Host &H) {
  int Nodes = H.size(1000000, 700), Levels = 12;
  size_t EdgeCount = 5999970;
  std::vector<BfsNode> Starts;
  std::vector<int> Edges;
  if (H.fills()) {
    auto Graph = smallGraph(Nodes);
    for (const std::vector<int> &To : Graph) {
      Starts.push_back({int(Edges.size()), int(To.size())});
      Edges.insert(Edges.end(), To.begin(), To.end());
    }
    Levels = countLevels(Graph);
    EdgeCount = Edges.size();
  }
  auto IsSource = [](size_t I) { return I == 0; };
  auto *GraphNodes = H.buffer<BfsNode>("g_graph_nodes", Nodes,
                                       [&](size_t I) { return Starts[I]; });
  auto *GraphEdges = H.buffer<int>("g_graph_edges", EdgeCount,
                                   [&](size_t I) { return Edges[I]; });
  auto *Mask = H.buffer<bool>("g_graph_mask", Nodes, IsSource);
  auto *Updating = H.buffer<bool>("g_updating_graph_mask", Nodes);
  auto *Visited = H.buffer<bool>("g_graph_visited", Nodes, IsSource);
  auto *Cost =
      H.buffer<int>("g_cost", Nodes, [](size_t I) { return I == 0 ? 0 : -1; });
  auto *Over = H.buffer<bool>("g_over", 1);
  int Grid = (Nodes + Threads - 1) / Threads;
  for (int Level = 1; Level <= Levels; ++Level) {
    H.fill(Over, 0, 1);
    H.launch("Kernel", Grid, Threads, GraphNodes, GraphEdges, Mask, Updating,
             Visited, Cost, Nodes)
        .is(Clobbers);
    H.launch("Kernel2", Grid, Threads, Mask, Updating, Visited, Over, Nodes)
        .is(Level < Levels ? Clobbers : Idempotent);
  }
}
SUITE(rodinia, bfs)

#endif
