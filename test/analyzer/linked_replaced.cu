// Both branches write what is read behind them: no instance clobbers, so the
// class may not say that all do.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s

// CHECK: either {{ *}}conditional
__global__ void either(int *a, const int *b) {
  int i = threadIdx.x;
  if (b[i] > 3)
    a[i] = 1;
  else
    a[i] = 2;
  a[i] += 2;
}
