// atom and red of inline assembly read and write.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s

// CHECK-DAG: exchange non-idempotent {{.*}}reads and writes x[4threadIdx.x] at once
// CHECK-DAG: reduce non-idempotent {{.*}}reads and writes x[4threadIdx.x] at once
__global__ void exchange(int *x) {
  int old;
  asm volatile("atom.global.exch.b32 %0, [%1], %2;"
               : "=r"(old)
               : "l"(x + threadIdx.x), "r"(1)
               : "memory");
}
__global__ void reduce(int *x) {
  asm volatile("red.global.add.u32 [%0], %1;" ::"l"(x + threadIdx.x), "r"(1)
               : "memory");
}
