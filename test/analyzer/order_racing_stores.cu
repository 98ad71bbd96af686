// Threads race for one place with plain stores; who wins decides where they
// write next. It was called idempotent: the read follows a store of the same
// thread (R2), and what it reads was taken for that store's value.
//
// RUN: %reprise audit %s | FileCheck %s
// CHECK: race unknown {{.*}}order of threads

extern "C" __global__ void race(int *a) {
  a[9] = threadIdx.y;
  a[threadIdx.y + a[9]] = 1;
}
