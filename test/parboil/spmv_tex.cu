//===- spmv_tex.cu - Matrix times vector (Parboil spmv, texture) ----------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// As spmv, with the vector behind a texture.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle parboil/spmv_tex | FileCheck %s

// CHECK: parboil/spmv_tex spmv_jds_texture conditional conditional
// CHECK-SAME: 50 50 0 0 0 1
// CHECK: condition: parboil/spmv_tex spmv_jds_texture: disjoint(

#include "Inputs/Spmv.h"

#if SUITE_DEVICE

__global__ void spmv_jds_texture(float *dst_vector, const float *d_data,
                                 const int *d_index, const int *d_perm,
                                 const float *x_vec, const int *d_nzcnt,
                                 const int dim,
                                 cudaTextureObject_t tex_x_float) {
  int Row = blockIdx.x * blockDim.x + threadIdx.x;
  if (Row >= dim)
    return;
  int To = d_perm[Row];
  dst_vector[To] = pipelinedRow(FromTexture{tex_x_float}, d_data, d_index, Row);
}

#else

static void launches(Host &H) { multiply(H, "spmv_jds_texture", true); }
SUITE(parboil, spmv_tex)

#endif
