// The plugin tells where the twin of each kernel can be left, and why not
// elsewhere.
//
// REQUIRES: cuda
// RUN: %clangxx_cuda -Xclang -load -Xclang %plugin -fpass-plugin=%plugin \
// RUN:   -mllvm -reprise-checkpoints --cuda-device-only -O2 -S %s -o %t.s \
// RUN:   -Rpass=reprise -Rpass-missed=reprise 2>&1 | FileCheck %s
// RUN: FileCheck --check-prefix=PTX %s < %t.s
// RUN: %clangxx_cuda -Xclang -load -Xclang %plugin -fpass-plugin=%plugin \
// RUN:   -mllvm -reprise-checkpoints -mllvm -reprise-spread-requests \
// RUN:   --cuda-device-only -O2 -S %s -o %t.s
// RUN: FileCheck --check-prefix=SPREAD %s < %t.s

// PTX: .entry __reprise_twin__Z3setPii(
// PTX: .param .align 8 .b8 __reprise_twin__Z3setPii_param_2[24]
// SPREAD: .param .align 8 .b8 __reprise_twin__Z3setPii_param_2[40]
// PTX: .entry __reprise_twin_mapless__Z3setPii(

// CHECK: [[#@LINE+1]]:{{[0-9]+}}: remark: kernel set(int*, int) can be left at entry by a thread; inside by a thread at {{.*}}twin_remarks.cu:[[#@LINE+2]]:{{[0-9]+}} (loop in slices, polled every {{[0-9]+}})
__global__ void set(int *x, int n) {
  for (int i = threadIdx.x; i < n; i += blockDim.x)
    x[i] = i;
}

// A barrier in a loop that the block runs alike: the block is asked together.
// CHECK: remark: kernel shift(int*, int) can be left at entry by a block; inside by a block at {{.*}} (loop in slices
__global__ void shift(int *x, int n) {
  __shared__ int Next[64];
  for (int i = 0; i < n; ++i) {
    Next[threadIdx.x] = x[64 * i + threadIdx.x];
    __syncthreads();
    x[64 * (n + i) + threadIdx.x] = Next[(threadIdx.x + 1) % 64];
    __syncthreads();
  }
}

// Data in shared memory decides how long the loop runs: its barriers carry the
// decision.
// CHECK: remark: kernel until(int*) can be left at entry by a block; inside by a block at {{.*}} (barrier, polled every
__global__ void until(int *x) {
  __shared__ int Changed;
  int Mine = x[threadIdx.x];
  do {
    __syncthreads();
    Changed = 0;
    __syncthreads();
    if (Mine > 0 && (Mine -= Mine / 3 + 1) > 0)
      Changed = 1;
    __syncthreads();
  } while (Changed);
  x[threadIdx.x] = Mine;
}

// The barrier makes the load happen again: another block may set the word.
// CHECK: remark: kernel told(int*) cannot be stopped: a loop may wait for other blocks ({{.*}}twin_remarks.cu:[[#@LINE+5]]:{{[0-9]+}})
__global__ void told(int *flag) {
  __shared__ int Set;
  while (true) {
    if (threadIdx.x == 0)
      Set = flag[0];
    __syncthreads();
    if (Set)
      break;
    __syncthreads();
  }
}

// CHECK: remark: kernel rows(int*, int const*, int const*) can be left at entry by a warp; inside by a warp at {{.*}} (warp operation, polled every
__global__ void rows(int *x, const int *from, const int *next) {
  int Sum = 0;
  for (int i = threadIdx.x / 32; i >= 0; i = next[i])
    Sum += __shfl_xor_sync(~0u, from[32 * i + threadIdx.x % 32], 1);
  x[threadIdx.x] = Sum;
}

// CHECK: remark: kernel part(int*, int) can be left at entry by a block [-Rpass=reprise]
// CHECK: remark: kernel part(int*, int) has no checkpoint inside: a barrier for a part of the block
__global__ void part(int *x, int n) {
  for (int i = 0; i < n; ++i) {
    asm volatile("bar.sync 1, 64;" ::: "memory");
    x[i] = i;
  }
}

// CHECK: remark: kernel wait(int volatile*) cannot be stopped: a loop may wait for other blocks ({{.*}}twin_remarks.cu:[[#@LINE+2]]:{{[0-9]+}})
__global__ void wait(volatile int *flag) {
  while (flag[0] == 0)
    ;
}

// A compare-and-swap that tries again waits for nobody.
// CHECK: remark: kernel largest(float*, float) can be left at entry by a thread; inside
__global__ void largest(float *x, float v) {
  int *Bits = (int *)x;
  int Old = *Bits, Seen;
  do {
    Seen = Old;
    Old = atomicCAS(Bits, Seen, __float_as_int(fmaxf(v, __int_as_float(Seen))));
  } while (Old != Seen);
}

// CHECK: remark: kernel full(int*) cannot be stopped: static shared memory has no room for the block's count
__global__ void full(int *x) {
  __shared__ int All[12288];
  All[threadIdx.x] = x[threadIdx.x];
  __syncthreads();
  x[threadIdx.x] = All[x[threadIdx.x]];
}

struct Block {
  int of[1022];
};
// CHECK: remark: kernel many(Block, int*) cannot be stopped: the parameters leave no room for the Control
__global__ void many(Block b, int *x) { *x = b.of[threadIdx.x]; }

// CHECK: remark: kernel deep(int*, int) cannot be stopped: a function that cannot be inlined (_Z4walkPii) may wait for other blocks
__device__ __noinline__ int walk(int *x, int n) {
  if (n <= 1)
    return *x;
  return walk(x + 1, n / 2) + walk(x + 2, n / 3);
}
__global__ void deep(int *x, int n) { *x = walk(x, n); }
