// The summary is a byte array in global memory, named by its hash, that keeps
// to the documented form.
//
// REQUIRES: cuda
// RUN: %clangxx_cuda --cuda-device-only -S -O1 -fpass-plugin=%plugin %s -o - \
// RUN:   | FileCheck %s

// CHECK: .global .align 1 .b8 __reprise_summary_{{[0-9a-f]{16}\[[0-9]+\]}} = {123,
// CHECK: .visible .entry _Z3setPi
__global__ void set(int *x) { x[threadIdx.x] = 1; }
