//===- bplustree.cu - Searches in a B+ tree (Rodinia b+tree) --------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each block follows one query down the tree. Its threads compare the query
// with all keys of a node; the one that finds it stores the next node, and the
// first thread makes that the current one. The state of the search is in global
// memory and starts anew with each launch of the host only.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle rodinia/bplustree | FileCheck %s

// CHECK: rodinia/bplustree findK non-idempotent non-idempotent 1 0
// CHECK: rodinia/bplustree findRangeK non-idempotent non-idempotent 1 0
// CHECK: problems: 0

#include "Suite.h"

#if !SUITE_DEVICE
#include <climits>
#endif

constexpr int Order = 256;
struct KNode {
  int Location;
  int Indices[Order + 1];
  int Keys[Order + 1];
  bool IsLeaf;
  int NumKeys;
};
struct Record {
  int Value;
};

#if SUITE_DEVICE

__device__ bool leadsTo(const KNode &node, int slot, int key) {
  return node.Keys[slot] <= key && node.Keys[slot + 1] > key;
}

__global__ void findK(long height, KNode *knodesD, long knodes_elem,
                      Record *recordsD, long *currKnodeD, long *offsetD,
                      int *keysD, Record *ansD) {
  int slot = threadIdx.x, query = blockIdx.x;
  for (int i = 0; i < height; i++) {
    if (leadsTo(knodesD[currKnodeD[query]], slot, keysD[query]))
      if (knodesD[offsetD[query]].Indices[slot] < knodes_elem)
        offsetD[query] = knodesD[offsetD[query]].Indices[slot];
    __syncthreads();
    if (slot == 0)
      currKnodeD[query] = offsetD[query];
    __syncthreads();
  }
  if (knodesD[currKnodeD[query]].Keys[slot] == keysD[query])
    ansD[query].Value =
        recordsD[knodesD[currKnodeD[query]].Indices[slot]].Value;
}

__global__ void findRangeK(long height, KNode *knodesD, long knodes_elem,
                           long *currKnodeD, long *offsetD, long *lastKnodeD,
                           long *offset_2D, int *startD, int *endD,
                           int *RecstartD, int *ReclenD) {
  int slot = threadIdx.x, query = blockIdx.x;
  for (int i = 0; i < height; i++) {
    if (leadsTo(knodesD[currKnodeD[query]], slot, startD[query]))
      if (knodesD[currKnodeD[query]].Indices[slot] < knodes_elem)
        offsetD[query] = knodesD[currKnodeD[query]].Indices[slot];
    if (leadsTo(knodesD[lastKnodeD[query]], slot, endD[query]))
      if (knodesD[lastKnodeD[query]].Indices[slot] < knodes_elem)
        offset_2D[query] = knodesD[lastKnodeD[query]].Indices[slot];
    __syncthreads();
    if (slot == 0) {
      currKnodeD[query] = offsetD[query];
      lastKnodeD[query] = offset_2D[query];
    }
    __syncthreads();
  }
  if (knodesD[currKnodeD[query]].Keys[slot] == startD[query])
    RecstartD[query] = knodesD[currKnodeD[query]].Indices[slot];
  __syncthreads();
  if (knodesD[lastKnodeD[query]].Keys[slot] == endD[query])
    ReclenD[query] =
        knodesD[lastKnodeD[query]].Indices[slot] - RecstartD[query] + 1;
}

#else

// A root, two nodes, and four leaves of ten keys 0, 3, 6, ...; key 3 I belongs
// to record I.
static std::vector<KNode> smallTree() {
  constexpr int PerLeaf = 10;
  std::vector<KNode> Nodes(7);
  for (int N = 0; N < 7; ++N) {
    KNode &Node = Nodes[N];
    Node.Location = N;
    Node.IsLeaf = N >= 3;
    Node.NumKeys = Node.IsLeaf ? PerLeaf : 2;
    int FirstLeaf = N == 0 ? 0 : N < 3 ? (N - 1) * 2 : N - 3;
    int Leaves = N == 0 ? 2 : 1; // Of each child.
    for (int K = 0; K <= Order; ++K) {
      bool Used = K < Node.NumKeys;
      int First = FirstLeaf * PerLeaf + K * (N < 3 ? Leaves * PerLeaf : 1);
      Node.Keys[K] = Used ? 3 * First : INT_MAX;
      Node.Indices[K] = !Used ? 0 : N < 3 ? 2 * N + 1 + K : First;
    }
  }
  return Nodes;
}

static void launches(Host &H) {
  int Records = H.size(1000000, 40);
  long Height = 2, Nodes = H.size(7874, 7);
  std::vector<KNode> Tree = smallTree();
  // The usual tree has the small one in front, and nodes that nothing leads to.
  auto Node = [&](size_t I) { return I < Tree.size() ? Tree[I] : KNode(); };

  int Ranges = H.size(6000, 3);
  auto *Knodes = H.buffer<KNode>("knodesD", Nodes, Node);
  auto *Current = H.buffer<long>("currKnodeD", Ranges);
  auto *Offset = H.buffer<long>("offsetD", Ranges);
  auto *Last = H.buffer<long>("lastKnodeD", Ranges);
  auto *Offset2 = H.buffer<long>("offset_2D", Ranges);
  auto *Start =
      H.buffer<int>("startD", Ranges, [](size_t I) { return I * 30; });
  auto *End =
      H.buffer<int>("endD", Ranges, [](size_t I) { return I * 30 + 45; });
  auto *RecStart = H.buffer<int>("RecstartD", Ranges);
  auto *RecLength = H.buffer<int>("ReclenD", Ranges);
  H.launch("findRangeK", Ranges, Order, Height, Knodes, Nodes, Current, Offset,
           Last, Offset2, Start, End, RecStart, RecLength)
      .is(Clobbers);
  for (const void *Buffer : std::initializer_list<const void *>{
           Knodes, Current, Offset, Last, Offset2, Start, End, RecStart,
           RecLength})
    H.release(Buffer);

  int Queries = H.size(10000, 4);
  auto *AllRecords = H.buffer<Record>(
      "recordsD", Records, [](size_t I) { return Record{int(I) * 100}; });
  Knodes = H.buffer<KNode>("knodesD", Nodes, Node);
  Current = H.buffer<long>("currKnodeD", Queries);
  Offset = H.buffer<long>("offsetD", Queries);
  auto *Keys = H.buffer<int>("keysD", Queries, [](size_t I) { return I * 33; });
  auto *Answers = H.buffer<Record>("ansD", Queries);
  H.launch("findK", Queries, Order, Height, Knodes, Nodes, AllRecords, Current,
           Offset, Keys, Answers)
      .is(Clobbers);
}
SUITE(rodinia, bplustree)

#endif
