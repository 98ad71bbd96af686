// A witness is a launch in which both executions happen: it keeps to the
// guards, and there is none where the guards keep the accesses apart. Where
// data decides whether they happen, it is a possible one.
//
// REQUIRES: cuda
// RUN: %reprise explain %s --kernel shift | FileCheck %s --check-prefix=SHIFT
// RUN: %reprise explain %s --kernel apart | FileCheck %s --check-prefix=APART
// RUN: %reprise explain %s --kernel chosen | FileCheck %s --check-prefix=CHOSEN

// SHIFT: note witness for x[4i] and x[4i + 4]
// SHIFT-SAME: n = {{[1-9]}}
__global__ void shift(int *x, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    x[i + 1] = x[i];
}

// APART: class conditional
// APART-NOT: witness for
// APART: pairs that decide
__global__ void apart(int *x, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    x[i + n] = x[i];
}

// CHOSEN: note possible witness for from[4threadIdx.x] and to[4threadIdx.x]
__global__ void chosen(int *to, const int *from) {
  if (from[threadIdx.x] > 0)
    to[threadIdx.x] = 1;
}
