// The plugin remarks on each kernel at its definition, alike at every -O level.
//
// REQUIRES: cuda
// RUN: %clangxx_cuda -fpass-plugin=%plugin -fno-discard-value-names -O0 -c %s \
// RUN:   -o %t.o -Rpass-analysis=reprise 2>&1 | FileCheck %s
// RUN: %clangxx_cuda -fpass-plugin=%plugin -fno-discard-value-names -O1 -c %s \
// RUN:   -o %t.o -Rpass-analysis=reprise 2>&1 | FileCheck %s
// RUN: %clangxx_cuda -fpass-plugin=%plugin -fno-discard-value-names -O3 -c %s \
// RUN:   -o %t.o -Rpass-analysis=reprise 2>&1 | FileCheck %s

// CHECK: remarks.cu:[[#@LINE+1]]:{{[0-9]+}}: remark: kernel set(int*): idempotent [-Rpass-analysis=reprise]
__global__ void set(int *x) { x[threadIdx.x] = 1; }

// CHECK: remarks.cu:[[#@LINE+1]]:{{[0-9]+}}: remark: kernel add(int*): non-idempotent; reads x[4threadIdx.x], then writes it{{.*}} [-Rpass-analysis=reprise]
__global__ void add(int *x) { x[threadIdx.x] += 1; }

// CHECK: remarks.cu:[[#@LINE+1]]:{{[0-9]+}}: remark: kernel copy(int*, int const*): conditional if disjoint(to[0 .. 4blockDim.x), from[0 .. 4blockDim.x))
__global__ void copy(int *to, const int *from) {
  to[threadIdx.x] = from[threadIdx.x];
}
