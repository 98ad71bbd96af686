// Where a kernel can be left, and why not elsewhere.
//
// REQUIRES: cuda
// RUN: %reprise explain %s --kernel tiles --checkpoints | FileCheck %s
// RUN: %reprise explain %s --kernel sum --checkpoints --format json \
// RUN:   | FileCheck --check-prefix=JSON %s
// RUN: %reprise explain %s --kernel flag --checkpoints \
// RUN:   | FileCheck --check-prefix=NONE %s

// CHECK: kernel     tiles(int*, int)
// CHECK-NEXT: entry      by a block
// CHECK-NEXT: inside     by a block
// CHECK: where it can be left
// CHECK: loop in slices {{.*}}explain_checkpoints.cu:[[#@LINE+4]]:
// CHECK: loops without a checkpoint
// CHECK: explain_checkpoints.cu:[[#@LINE+7]]:{{[0-9]+}}: threads of a block may run it a different number of times, and it has no barrier
__global__ void tiles(int *x, int n) {
  for (int i = 0; i < n; ++i) {
    __syncthreads();
    x[64 * i + threadIdx.x] = i;
    __syncthreads();
  }
  for (int i = threadIdx.x; i < n; i += blockDim.x)
    x[i] += 1;
}

// JSON: "refusal": ""
// JSON: "inside": "thread"
// JSON: "kind": "loop in slices"
// JSON: "period": {{[1-9]}}
__global__ void sum(int *x, const int *from, int n) {
  int Sum = 0;
  for (int i = 0; i < n; ++i)
    Sum += from[i] * i;
  x[threadIdx.x] = Sum;
}

// NONE: twin       none: a loop may wait for other blocks
__global__ void flag(volatile int *x) {
  while (*x == 0)
    ;
}
