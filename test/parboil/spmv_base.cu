//===- spmv_base.cu - Sparse matrix times vector (Parboil spmv, base) -----===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One thread for each row, one element after the other.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle parboil/spmv_base | FileCheck %s

// CHECK: parboil/spmv_base spmv_jds_naive conditional conditional
// CHECK-SAME: 50 50 0 0 0 1
// CHECK: condition: parboil/spmv_base spmv_jds_naive: disjoint(

#include "Inputs/Spmv.h"

#if SUITE_DEVICE

__global__ void spmv_jds_naive(float *dst_vector, const float *d_data,
                               const int *d_index, const int *d_perm,
                               const float *x_vec, const int *d_nzcnt,
                               const int dim) {
  int Row = blockIdx.x * blockDim.x + threadIdx.x;
  if (Row < dim)
    dst_vector[d_perm[Row]] = plainRow(FromMemory{x_vec}, d_data, d_index, Row);
}

#else

static void launches(Host &H) { multiply(H, "spmv_jds_naive", false); }
SUITE(parboil, spmv_base)

#endif
