// A kernel is resolved when launches with allocations of their own, whose
// extents are known, are decided; else the reasons that stay are listed.
//
// REQUIRES: cuda
// RUN: %reprise audit --format json %s > %t.json
// RUN: %python %S/Inputs/resolved.py < %t.json | FileCheck %s
// RUN: %reprise audit %s | FileCheck %s --check-prefix=TEXT
// RUN: %reprise audit --db %t.reprise %s > %t.none
// RUN: %reprise audit --format json %t.reprise \
// RUN:   | %python %S/Inputs/resolved.py | FileCheck %s

// TEXT: 17 kernels:
// TEXT-NEXT: resolved at launch: 8 of 11 idempotent or conditional

#include <cstdio>

// CHECK: fill idempotent resolved{{$}}
__global__ void fill(int *x) { x[threadIdx.x] = 1; }

// CHECK: copy conditional resolved{{$}}
__global__ void copy(int *to, const int *from, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    to[i] = from[i];
}

// One extent each settles it.
// CHECK: gather conditional resolved{{$}}
__global__ void gather(int *to, const int *from, const int *index) {
  to[threadIdx.x] = from[index[threadIdx.x]];
}

// Sets that are exact meet or do not.
// CHECK: shift conditional resolved{{$}}
__global__ void shift(int *x, int n) { x[threadIdx.x] = x[threadIdx.x + n]; }

// The guard cuts a run of numbers.
// CHECK: run conditional resolved{{$}}
__global__ void run(int *x, int n, int far) {
  long i = blockIdx.x * (long)blockDim.x + threadIdx.x;
  if (i < n)
    x[i] = x[i + far];
}

// It cuts rows with gaps between them: which numbers are left is not told.
// CHECK: rows conditional stays may-overlap{{$}}
__global__ void rows(int *x, int n, int pitch, int far) {
  long i = blockIdx.x * (long)pitch + threadIdx.x;
  if (i < n)
    x[i] = x[i + far];
}

// Reached or not: both are verdicts.
// CHECK: guarded conditional resolved{{$}}
__global__ void guarded(int *x, int add) {
  if (add)
    x[threadIdx.x] += add;
}

// Beside a clobber nothing else counts.
// CHECK: beside conditional resolved{{$}}
__global__ void beside(int *x, const int *flag, int n, int add) {
  if (add) {
    int old = flag[threadIdx.x] ? x[threadIdx.x + n] : 0;
    x[threadIdx.x] += old;
  }
}

// CHECK: variable conditional resolved{{$}}
__device__ int table[64];
__global__ void variable(const int *index) {
  table[threadIdx.x] = index[threadIdx.x];
}

// No launch that reaches the write is to be run again; nothing is asked.
// CHECK: increment non-idempotent -{{$}}
__global__ void increment(int *x) { x[threadIdx.x] += 1; }

// What is read is any byte of what is written.
// CHECK: inside unknown stays indirect-offset{{$}}
__global__ void inside(int *x, const int *index) {
  x[threadIdx.x] = x[index[threadIdx.x]];
}

// CHECK: loaded unknown stays unknown-pointer{{$}}
__global__ void loaded(int **list, int v) { *list[threadIdx.x] = v; }

// CHECK: prints unknown stays device-output{{$}}
__global__ void prints(int v) { printf("%d\n", v); }

// Who reads and who writes depends on data.
// CHECK: some conditional stays may-overlap{{$}}
__global__ void some(int *x, const int *flag, int n) {
  if (flag[threadIdx.x])
    x[threadIdx.x] = x[threadIdx.x + n];
}

// One pointer of two: it may be the one that is written.
// CHECK: chosen conditional stays may-overlap{{$}}
__global__ void chosen(int *to, const int *from, const int *flag) {
  const int *p = flag[threadIdx.x] ? from : to;
  to[threadIdx.x] = p[threadIdx.x + 32];
}

// CHECK: order unknown stays order-dependent{{$}}
__global__ void order(int *x) {
  x[9] = threadIdx.x;
  x[x[9] + threadIdx.x] = 1;
}

// CHECK: called unknown stays unresolved-call{{$}}
extern __device__ void elsewhere(int *);
__global__ void called(int *x) { elsewhere(x); }
