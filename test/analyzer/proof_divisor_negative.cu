// A proof about remainders holds for negative divisors too, or is none: here
// i % -3 and i % 3 are the same elements.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s

// CHECK-NOT: {{^}}move idempotent
// CHECK: {{^}}move {{conditional|non-idempotent}}
__global__ void move(int *x, long long w) {
  long long i = threadIdx.x;
  int value = x[i % w];
  if (i % w != value)
    x[i % -w] = value;
}
