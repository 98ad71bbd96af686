// Updates that do not commute, of one word that has two names, is chosen at run
// time, or is updated in parts.
//
// RUN: %reprise audit %s | FileCheck %s
// CHECK-DAG: twoNames {{.*}}unknown
// CHECK-DAG: chosen {{.*}}unknown
// CHECK-DAG: apart {{.*}}idempotent
// CHECK-DAG: parts {{.*}}unknown
// CHECK-DAG: carries {{.*}}unknown

extern __shared__ int first[];
extern __shared__ unsigned second[];

extern "C" __global__ void twoNames(int *a, int x, int y) {
  if (threadIdx.x == 0)
    first[0] = 0;
  __syncthreads();
  atomicAdd(&first[0], x);
  atomicMax(reinterpret_cast<int *>(&second[0]), y);
  __syncthreads();
  if (first[0] > 100)
    a[threadIdx.x] = 1;
}

extern "C" __global__ void chosen(int *a, int x, int y, int k) {
  __shared__ int s, t;
  if (threadIdx.x == 0)
    s = t = 0;
  __syncthreads();
  atomicAdd(k > 3 ? &s : &t, x);
  atomicMax(&s, y);
  __syncthreads();
  if (s > 100)
    a[threadIdx.x] = 1;
}

// Two words; each has updates of one kind.
extern "C" __global__ void apart(int *a, int x, int y) {
  __shared__ int s, t;
  if (threadIdx.x == 0)
    s = t = 0;
  __syncthreads();
  atomicAdd(&s, x);
  atomicMax(&t, y);
  __syncthreads();
  if (s > t)
    a[threadIdx.x] = 1;
}

extern "C" __global__ void parts(int *a, unsigned x, unsigned long long y) {
  __shared__ unsigned long long s;
  if (threadIdx.x == 0)
    s = 0;
  __syncthreads();
  atomicMax(&s, y + threadIdx.x);
  atomicMax(reinterpret_cast<unsigned *>(&s), x);
  __syncthreads();
  if (static_cast<unsigned>(s) > 100)
    a[threadIdx.x] = 1;
}

extern "C" __global__ void carries(int *a, unsigned x, unsigned long long y) {
  __shared__ unsigned long long s;
  if (threadIdx.x == 0)
    s = 0;
  __syncthreads();
  atomicAdd(&s, y);
  atomicAdd(reinterpret_cast<unsigned *>(&s), x);
  __syncthreads();
  if (s >> 32)
    a[threadIdx.x] = 1;
}
