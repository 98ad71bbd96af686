// A translation unit without kernels carries no summary.
//
// REQUIRES: cuda
// RUN: %clangxx_cuda --cuda-device-only -S -emit-llvm -O1 \
// RUN:   -fpass-plugin=%plugin %s -o - | FileCheck %s

// CHECK: target triple
// CHECK-NOT: __reprise_summary_
__device__ int twice(int x) { return 2 * x; }
