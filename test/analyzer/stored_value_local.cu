// What a store writes is dropped, unless the store may change a variable of the
// thread's own that is read again: through a pointer to that variable or
// another, or by offsets from it that LLVM's search for it gives up on.
//
// RUN: %reprise audit %s | FileCheck %s
// RUN: not %reprise check %s --kernel either --grid 1 --block 1 --arg 0x10000 \
// RUN:   --arg 0x20000 --arg 1 | FileCheck %s --check-prefix=LAUNCH

// The index is 5 where `local` was written: a[0] is not the only write.
// CHECK: either {{.*}}unknown
// LAUNCH: verdict {{ *}}unknown

extern "C" __global__ void either(int *a, int *g, int c) {
  int local[2] = {0, 0};
  int *p = c ? local : g;
  p[threadIdx.x & 1] = 5;
  int v = a[5];
  a[local[threadIdx.x & 1]] = v;
}

// CHECK: chain {{.*}}unknown

extern "C" __global__ void chain(int *a, int i, int j) {
  struct S {
    int x[2][2][2][2][2][2][2][2];
  } local = {};
  local.x[i & 1][j & 1][i & 1][j & 1][i & 1][j & 1][i & 1][j & 1] = 5;
  int v = a[5];
  a[local.x[i & 1][j & 1][i & 1][j & 1][i & 1][j & 1][i & 1][j & 1]] = v;
}
