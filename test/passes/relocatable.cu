// Relocatable device code compiles, and its object has the summary.
//
// REQUIRES: cuda
// RUN: %clangxx_cuda -O2 -fgpu-rdc -fpass-plugin=%plugin -c %s -o %t.o
// RUN: %reprise audit %t.o | FileCheck %s

// CHECK: {{^}}set idempotent
// CHECK: 1 kernel:
__global__ void set(int *x) { x[threadIdx.x] = 1; }
