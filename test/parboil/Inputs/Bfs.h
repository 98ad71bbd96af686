//===- Bfs.h - Searching a graph level by level ---------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the variants of Parboil's bfs share: the graph behind textures, colours
// of nodes, and the visit of a node, which lowers its neighbours' costs and
// queues those that nobody has queued.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_PARBOIL_INPUTS_BFS_H
#define REPRISE_TEST_PARBOIL_INPUTS_BFS_H

#include "Suite.h"

static constexpr int MaxThreads = 512, Processors = 14;
static constexpr int White = 16677217, Gray0 = White + 2, Gray1 = White + 3,
                     Black = White + 4, Infinite = 2147483647;

struct Node {
  int x, y; // First edge, number of edges.
};
struct Edge {
  int x, y; // Target, cost.
};

#if SUITE_DEVICE

/// Calls Push for each neighbour of Id that is to be visited next.
template <class F>
__device__ inline void
visit(int Id, cudaTextureObject_t Nodes, cudaTextureObject_t Edges,
      int *g_color, int *g_cost, int gray_shade, bool OnlyUnseen, F Push) {
  g_color[Id] = Black;
  int Cost = g_cost[Id];
  int2 N = tex1Dfetch<int2>(Nodes, Id);
  for (int E = N.x; E < N.x + N.y; ++E) {
    int2 Next = tex1Dfetch<int2>(Edges, E);
    int Through = Cost + Next.y;
    if (atomicMin(&g_cost[Next.x], Through) <= Through)
      continue;
    if (OnlyUnseen && g_color[Next.x] < White)
      continue;
    if (atomicExch(&g_color[Next.x], gray_shade) != gray_shade)
      Push(Next.x);
  }
}

#else

/// The graph and all that the original allocates. Node I of the small graph has
/// edges to the next three.
struct Graph {
  int Nodes;
  Node *NodeList;
  Edge *EdgeList;
  int *Colour, *Cost, *Queue1, *Queue2, *Tail;
  uint64_t NodeTexture, EdgeTexture;

  explicit Graph(Host &H) {
    Nodes = H.size(1000000, 1500);
    int Degree = H.size(6, 3), Count = Nodes * Degree, All = Nodes;
    NodeList = H.buffer<Node>("graph_nodes", Nodes, [=](size_t I) {
      return Node{int(I) * Degree, Degree};
    });
    EdgeList = H.buffer<Edge>("graph_edges", Count, [=](size_t I) {
      size_t From = I / unsigned(Degree), To = 3 * From + 1 + I % 3;
      return Edge{int(To % unsigned(All)), 1};
    });
    Colour = H.buffer<int>("color", Nodes, [](size_t) { return White; });
    Cost =
        H.buffer<int>("cost", Nodes, [](size_t I) { return I ? Infinite : 0; });
    Queue1 = H.buffer<int>("q1", Nodes);
    Queue2 = H.buffer<int>("q2", Nodes);
    Tail = H.buffer<int>("tail", 1);
    H.buffer<int>("front_cost", 1);
    NodeTexture = H.texture(NodeList, Nodes, 2, 32, true);
    EdgeTexture = H.texture(EdgeList, Count, 2, 32, true);
  }
  /// Nodes of each level: what a random graph of this size has, or what the
  /// small one has.
  static std::vector<int> levels(const Host &H) {
    if (H.reduced())
      return {1, 3, 9, 27, 81, 243};
    return {1,     6,      36,     216,    1290,  7700,
            45300, 234000, 482000, 215000, 14400, 51};
  }
};

#endif

#endif // REPRISE_TEST_PARBOIL_INPUTS_BFS_H
