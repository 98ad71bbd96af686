// The host's side of the compilation is the same with the plugin.
//
// REQUIRES: cuda
// RUN: %clangxx_cuda --cuda-host-only -S -emit-llvm -O1 %s -o %t.a
// RUN: %clangxx_cuda --cuda-host-only -S -emit-llvm -O1 \
// RUN:   -fpass-plugin=%plugin %s -o %t.b
// RUN: cmp %t.a %t.b

__global__ void set(int *x) { x[threadIdx.x] = 1; }
int main() { set<<<1, 1>>>(nullptr); }
