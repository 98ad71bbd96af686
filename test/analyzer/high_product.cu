// The high half of a product is a quotient, and by a constant often a division.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s

// CHECK: third conditional {{.*}} disjoint(x[0 .. 4((n - 1) / 3) + 4), y[0 .. 4n))
__global__ void third(int *x, const int *y, unsigned n) {
  unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    x[__umulhi(i, 0xaaaaaaabu) >> 1] = y[i];
}

// CHECK: by conditional {{.*}} disjoint(x[0 .. 4((n*m - m) / 4294967296) + 4), y[0 .. 4n))
__global__ void by(int *x, const int *y, unsigned m, unsigned n) {
  unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    x[__umulhi(i, m)] = y[i];
}
