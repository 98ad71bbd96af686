// What kernels print appears where the host waits, in order with its own
// output.
//
// REQUIRES: emulated
// RUN: %clangxx_cuda -O1 %s -o %t -L%cuda_path/lib64 -L%cuda_path/lib -lcudart
// RUN: env LD_LIBRARY_PATH=%emulated REPRISE_EMULATOR_QUIET=1 %t \
// RUN:   | FileCheck %s --match-full-lines --implicit-check-not={{.}}

// CHECK: launched
// CHECK-NEXT: thread 0: 1.5
// CHECK-NEXT: thread 1: 1.5
// CHECK-NEXT: waited
#include <cstdio>
__global__ void show(double X) {
  printf("thread %d: %.1f\n", static_cast<int>(threadIdx.x), X);
}
int main() {
  show<<<1, 2>>>(1.5);
  puts("launched");
  cudaDeviceSynchronize();
  puts("waited");
}
