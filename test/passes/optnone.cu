// A kernel marked optnone is classified too.
//
// REQUIRES: cuda
// RUN: %clangxx_cuda --cuda-device-only -S -O2 -fpass-plugin=%plugin %s \
// RUN:   -o %t.s -Rpass-analysis=reprise 2>&1 | FileCheck %s

// CHECK: remark: kernel set(int*): idempotent
__attribute__((optnone)) __global__ void set(int *x) { x[threadIdx.x] = 1; }
