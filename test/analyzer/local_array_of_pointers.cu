// A pointer from the thread's own array is one of those that were stored there.
// Nothing is known where a loop makes the pointers, where something else is
// stored over them, or where the address may be that of another array.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s
// RUN: %reprise check %s --kernel pick --grid 1 --block 96 \
// RUN:   --arg 0x10000 --arg 0x20000 --arg 0x30000 --arg 0x40000 --arg 32 \
// RUN:   | FileCheck %s --check-prefix=APART
// RUN: not %reprise check %s --kernel pick --grid 1 --block 96 \
// RUN:   --arg 0x10000 --arg 0x20000 --arg 0x40100 --arg 0x40000 --arg 32 \
// RUN:   | FileCheck %s --check-prefix=THIRD
// RUN: not %reprise check %s --kernel pick --grid 1 --block 96 \
// RUN:   --arg 0x4017c --arg 0x20000 --arg 0x30000 --arg 0x40000 --arg 32 \
// RUN:   | FileCheck %s --check-prefix=FIRST

// CHECK: pick {{ *}}conditional
// CHECK-SAME: disjoint(v[0 .. 4n), in[0 .. 12n))
// CHECK: made_in_loop {{ *}}unknown
// CHECK: overwritten {{ *}}unknown
// CHECK: merged {{ *}}unknown
// APART: verdict idempotent
// THIRD: verdict unknown
// THIRD: writes v[
// FIRST: verdict unknown
// FIRST: writes q[

__global__ void pick(float *q, float *k, float *v, const float *in, int n) {
  float *To[3] = {q, k, v};
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < 3 * n)
    To[i / n][i % n] = in[i];
}

__global__ void made_in_loop(float *q, const float *in, int n, int m) {
  float *To[3];
  for (int k = 0; k < m; ++k) {
    To[k % 3] = q + k * n;
    if (k >= 3)
      To[in[k] > 0][threadIdx.x] = in[threadIdx.x];
  }
}

__global__ void overwritten(float *q, float *k, const float *in, int at,
                            int value) {
  float *To[3] = {q, k, q};
  reinterpret_cast<int *>(To)[at] = value;
  To[threadIdx.x % 3][threadIdx.x] = in[threadIdx.x];
}

__global__ void merged(float *q, float *k, float *v, const float *in, int at) {
  float *To[3] = {q, k, q}, *Other[3] = {k, q, k};
  float **Where = at > 3 ? &To[at - 4] : &Other[at];
  *Where = v;
  To[threadIdx.x % 3][threadIdx.x] = *Other[threadIdx.x % 3] + in[threadIdx.x];
}
