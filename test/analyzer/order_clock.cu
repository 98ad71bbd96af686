// So does a clock, however it gets there: through a loop's length, too.
//
// RUN: %reprise audit %s | FileCheck %s
// CHECK-DAG: direct {{.*}}unknown
// CHECK-DAG: length {{.*}}unknown
// CHECK-DAG: timed {{.*}}idempotent

extern "C" __global__ void direct(int *a) { a[clock() & 1] = 1; }

extern "C" __global__ void length(int *a) {
  int n = 0;
  for (long long end = clock64() + 1000; clock64() < end;)
    ++n;
  a[n & 1023] = 1;
}

// Measures itself, as benchmarks do.
extern "C" __global__ void timed(int *a, long long *t) {
  long long start = clock64();
  a[threadIdx.x] = 1;
  t[threadIdx.x] = clock64() - start;
}
