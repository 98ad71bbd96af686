// One loop reads rows of a matrix and another one writes them: each instance
// that writes has read the same place, in another iteration. The near misses
// stay conditional.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s

#define ROWS 16

// CHECK: later_rows {{ *}}non-idempotent
__global__ void later_rows(float *m, int n) {
  __shared__ float s[ROWS][32];
  int t = threadIdx.x;
  for (int r = 0; r < ROWS; ++r)
    s[r][t] = m[r * n + t];
  __syncthreads();
  for (int w = 1; w < ROWS; ++w)
    m[w * n + t] = s[w][t] * 2;
}

// The write goes on where the read ends.
// CHECK: beyond {{ *}}conditional
__global__ void beyond(float *m, int n) {
  __shared__ float s[ROWS][32];
  int t = threadIdx.x;
  for (int r = 0; r < ROWS; ++r)
    s[r][t] = m[r * n + t];
  __syncthreads();
  for (int w = 0; w < ROWS; ++w)
    m[(w + ROWS) * n + t] = s[w][t] * 2;
}

// The read ends at a row that the arguments choose, and may not begin.
// CHECK: fewer {{ *}}conditional
__global__ void fewer(float *m, int n, int rows) {
  __shared__ float s[ROWS][32];
  int t = threadIdx.x;
  for (int r = 0; r < rows; ++r)
    s[r % ROWS][t] = m[r * n + t];
  __syncthreads();
  for (int w = 1; w < ROWS; ++w)
    m[w * n + t] = s[w][t] * 2;
}

// Another stride: only some rows are read.
// CHECK: even_rows {{ *}}conditional
__global__ void even_rows(float *m, int n) {
  __shared__ float s[ROWS][32];
  int t = threadIdx.x;
  for (int r = 0; r < ROWS; r += 2)
    s[r][t] = m[r * n + t];
  __syncthreads();
  for (int w = 1; w < ROWS; w += 2)
    m[w * n + t] = s[w][t] * 2;
}

// The loop may be left early.
// CHECK: until {{ *}}conditional
__global__ void until(float *m, int n) {
  __shared__ float s[ROWS][32];
  int t = threadIdx.x;
  for (int r = 0; r < ROWS; ++r) {
    s[r][t] = m[r * n + t];
    if (s[r][t] < 0)
      break;
  }
  __syncthreads();
  for (int w = 1; w < ROWS; ++w)
    m[w * n + t] = s[w][t] * 2;
}

// Half of the threads read, the other half writes: nothing says that both
// touch the same place in one thread.
// CHECK: halves {{ *}}conditional
__global__ void halves(float *m, int n) {
  __shared__ float s[ROWS][32];
  int t = threadIdx.x;
  if (t < 16)
    for (int r = 0; r < ROWS; ++r)
      s[r][t] = m[r * n + t];
  __syncthreads();
  if (t >= 16)
    for (int w = 1; w < ROWS; ++w)
      m[w * n + t] = s[w][t - 16] * 2;
}

// What is read was written before.
// CHECK: refilled {{ *}}conditional
__global__ void refilled(float *m, int n) {
  __shared__ float s[ROWS][32];
  int t = threadIdx.x;
  for (int z = 0; z < ROWS; ++z)
    m[z * n + t] = 0;
  for (int r = 0; r < ROWS; ++r)
    s[r][t] = m[r * n + t];
  __syncthreads();
  for (int w = 1; w < ROWS; ++w)
    m[w * n + t] = s[w][t] * 2;
}
