// Every launch of an unmodified program is seen and decided: once the images
// are audited, with the verdict that the arguments give.
//
// REQUIRES: nvcc, interposer, emulated
// RUN: rm -rf %t && mkdir %t
// RUN: %nvcc -cudart shared -gencode arch=compute_90,code=[sm_90,compute_90] %s -o %t/app
// RUN: %reprise run --emulated -- %t/app >%t/out 2>%t/err
// RUN: FileCheck --check-prefix=OUT %s <%t/out
// RUN: FileCheck --check-prefix=BEFORE %s <%t/err
// RUN: %reprise audit %t/app --db %t/app.reprise >%t/audit
// RUN: %reprise run --emulated --db %t/app.reprise -- %t/app >%t/out 2>%t/err
// RUN: FileCheck --check-prefix=OUT %s <%t/out
// RUN: FileCheck --check-prefix=AFTER %s <%t/err
//
// The folder with libcuda.so.1 does what LD_PRELOAD does.
// RUN: %reprise run --emulated --shim --db %t/app.reprise -- %t/app >%t/out 2>%t/err
// RUN: FileCheck --check-prefix=OUT %s <%t/out
// RUN: FileCheck --check-prefix=AFTER %s <%t/err
//
// And as JSON, in a file.
// RUN: %reprise run --emulated --db %t/app.reprise --format json --output %t/report.json -- %t/app
// RUN: %python -m json.tool %t/report.json | FileCheck --check-prefix=JSON %s
//
// OUT: 5
//
// BEFORE: 17 launches seen, 17 decided: 0 idempotent, 0 clobber, 17 unknown
// BEFORE: 17 not-audited
//
// AFTER: 17 launches seen, 17 decided: 11 idempotent, 6 clobber, 0 unknown
// AFTER-DAG: 11 10 1 0 4000 add(float const*, float const*, float*, int)
// AFTER-DAG: 5 0 5 0 4000 inc(float*, int)
// AFTER-DAG: 1 1 0 0 - fromTable(float*)
//
// JSON-DAG: "seen": 17
// JSON-DAG: "decided": 17
// JSON-DAG: "lost": 0
// JSON-DAG: "clobbers": 6

#include <cstdio>

__device__ float table[16];

__global__ void add(const float *a, const float *b, float *c, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    c[i] = a[i] + b[i];
}

__global__ void inc(float *a, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    a[i] += 1;
}

__global__ void fromTable(float *out) {
  out[threadIdx.x] = table[threadIdx.x % 16];
}

int main() {
  const int n = 1000;
  float *a, *b, *c, first = -1;
  cudaMalloc(&a, n * sizeof *a);
  cudaMalloc(&b, n * sizeof *b);
  cudaMalloc(&c, n * sizeof *c);
  cudaMemset(a, 0, n * sizeof *a);
  cudaMemset(b, 0, n * sizeof *b);
  for (int i = 0; i < 10; ++i)
    add<<<8, 128>>>(a, b, c, n);
  add<<<8, 128>>>(a, b, a, n);
  for (int i = 0; i < 5; ++i)
    inc<<<8, 128>>>(a, n);
  fromTable<<<1, 16>>>(c);
  cudaMemcpy(&first, a, sizeof first, cudaMemcpyDeviceToHost);
  std::printf("%g\n", first);
  cudaFree(a);
  cudaFree(b);
  cudaFree(c);
}
