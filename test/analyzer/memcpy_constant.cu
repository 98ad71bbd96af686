// memcpy of a constant length is an access of that width.
//
// REQUIRES: cuda
// RUN: %reprise explain %s --kernel copy | FileCheck %s

// CHECK: read from[24threadIdx.x] 24
// CHECK: write to[24threadIdx.x] 24
struct Six {
  int v[6];
};
__global__ void copy(Six *to, const Six *from) {
  memcpy(to + threadIdx.x, from + threadIdx.x, sizeof(Six));
}
