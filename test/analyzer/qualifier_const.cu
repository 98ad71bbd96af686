// A const pointer may be cast and stored through.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s

// CHECK: bump non-idempotent
__global__ void bump(const int *x) { ++const_cast<int *>(x)[threadIdx.x]; }
