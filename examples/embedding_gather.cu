//===- embedding_gather.cu - Rows of a table, chosen by indices in memory -===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which rows are read depends on data, so the whole allocation that holds the
// table counts as read. Idempotent if the output lies in another allocation and
// does not overlap the indices. Output and table in one allocation: nobody can
// tell before the launch.
//
//===----------------------------------------------------------------------===//

#include "support.h"

__global__ void embeddingGather(float *out, const float *table,
                                const int *indices, int n, int dim) {
  int i = blockIdx.x;
  if (i >= n)
    return;
  size_t Row = indices[i];
  for (int d = threadIdx.x; d < dim; d += blockDim.x)
    out[i * dim + d] = table[Row * dim + d];
}

static void reference(float *Out, const float *Table,
                      const std::vector<int> &Indices, int Dim) {
  for (size_t I = 0; I < Indices.size(); ++I)
    for (int D = 0; D < Dim; ++D)
      Out[I * Dim + D] = Table[Indices[I] * Dim + D];
}

int main() {
  const int N = 64, Dim = 96, Rows = 1000;
  std::vector<float> Table = testData(Rows * Dim, 1), Want(N * Dim);
  std::vector<int> Indices(N);
  for (int I = 0; I < N; ++I)
    Indices[I] = I * 37 % Rows;
  reference(Want.data(), Table.data(), Indices, Dim);
  Buffer<int> DevIndices(Indices);

  // Three buffers.
  {
    Buffer<float> DevTable(Table), DevOut(N * Dim);
    embeddingGather<<<N, 64>>>(DevOut.data(), DevTable.data(),
                               DevIndices.data(), N, Dim);
    finishLaunch();
    expectNear("disjoint", DevOut.read(), Want);
  }

  // A grid that is larger than the batch.
  {
    Buffer<float> DevTable(Table), DevOut(N * Dim);
    embeddingGather<<<N + 16, 64>>>(DevOut.data(), DevTable.data(),
                                    DevIndices.data(), N, Dim);
    finishLaunch();
    expectNear("large grid", DevOut.read(), Want);
  }

  // The output behind the table in one allocation: correct, but a verdict would
  // need the indices.
  {
    std::vector<float> Both = Table;
    Both.resize(Rows * Dim + N * Dim);
    Buffer<float> DevBoth(Both);
    embeddingGather<<<N, 64>>>(DevBoth.data() + Rows * Dim, DevBoth.data(),
                               DevIndices.data(), N, Dim);
    finishLaunch();
    reference(Both.data() + Rows * Dim, Table.data(), Indices, Dim);
    expectNear("one allocation", DevBoth.read(), Both);
  }
}
