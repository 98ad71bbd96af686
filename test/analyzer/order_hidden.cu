// What depends on the order of threads or on a clock, by ways that are easily
// overlooked: copies of structs, assembly on shared memory, atomic loads and
// stores, and a clock with another name.
//
// RUN: %reprise audit %s -- --cuda-gpu-arch=sm_80 | FileCheck %s
// CHECK-DAG: copied {{.*}}unknown
// CHECK-DAG: copiedToShared {{.*}}unknown
// CHECK-DAG: assemblyAtomic {{.*}}unknown
// CHECK-DAG: assemblyStore {{.*}}unknown
// CHECK-DAG: assemblyInOrder {{.*}}idempotent
// CHECK-DAG: raced {{.*}}unknown
// CHECK-DAG: reset {{.*}}unknown
// CHECK-DAG: cycles {{.*}}unknown

struct Table {
  int V[8];
};

extern "C" __global__ void copied(int *a, const Table *g, int k) {
  unsigned t = clock();
  Table s = g[t & 1];
  a[s.V[k] & 1023] = 1;
}

extern "C" __global__ void copiedToShared(int *a, const Table *g, int k) {
  __shared__ Table s;
  unsigned t = clock();
  if (threadIdx.x == 0)
    s = g[t & 1];
  __syncthreads();
  a[s.V[k] & 1023] = 1;
}

static __device__ unsigned placeOf(const int *s) {
  return static_cast<unsigned>(__cvta_generic_to_shared(s));
}

extern "C" __global__ void assemblyAtomic(int *a) {
  __shared__ int s;
  if (threadIdx.x == 0)
    s = 0;
  __syncthreads();
  int old;
  asm volatile("atom.shared.add.u32 %0, [%1], 1;"
               : "=r"(old)
               : "r"(placeOf(&s))
               : "memory");
  a[old & 1023] = 1;
}

extern "C" __global__ void assemblyStore(int *a) {
  __shared__ int s[64];
  asm volatile("st.shared.u32 [%0], %1;"
               :
               : "r"(placeOf(s + threadIdx.x)), "r"((int)clock())
               : "memory");
  __syncthreads();
  a[s[63 - threadIdx.x] & 1023] = 1;
}

extern "C" __global__ void assemblyInOrder(int *a) {
  __shared__ int s[64];
  asm volatile("st.shared.u32 [%0], %1;"
               :
               : "r"(placeOf(s + threadIdx.x)), "r"(threadIdx.x)
               : "memory");
  __syncthreads();
  a[s[63 - threadIdx.x] & 1023] = 1;
}

extern "C" __global__ void raced(int *a) {
  __shared__ int s;
  __scoped_atomic_store_n(&s, (int)threadIdx.x, __ATOMIC_RELAXED,
                          __MEMORY_SCOPE_WRKGRP);
  __syncthreads();
  a[__scoped_atomic_load_n(&s, __ATOMIC_RELAXED, __MEMORY_SCOPE_WRKGRP) &
    1023] = 1;
}

extern "C" __global__ void reset(int *a) {
  __shared__ int s;
  if (threadIdx.x == 0)
    s = 0;
  __syncthreads();
  atomicAdd(&s, 1);
  if (threadIdx.x == 7)
    __scoped_atomic_store_n(&s, 0, __ATOMIC_RELAXED, __MEMORY_SCOPE_WRKGRP);
  __syncthreads();
  a[s & 1023] = 1;
}

extern "C" __global__ void cycles(int *a) {
  a[__builtin_readcyclecounter() & 1023] = 1;
}
