//===- FakeDriver.h - A driver that does nothing ------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_UNIT_CUDA_FAKEDRIVER_H
#define REPRISE_TEST_UNIT_CUDA_FAKEDRIVER_H

#include <cuda.h>
#include <vector>

struct FakeGraph;

struct FakeNode {
  CUgraphNodeType Type = CU_GRAPH_NODE_TYPE_KERNEL;
  CUDA_KERNEL_NODE_PARAMS_v2 Params{};
  FakeGraph *Child = nullptr;
};

struct FakeGraph {
  std::vector<FakeNode *> Nodes;
};

/// The address that the driver does not free.
inline constexpr CUdeviceptr FakeRefused = 0x10000000;

#endif // REPRISE_TEST_UNIT_CUDA_FAKEDRIVER_H
