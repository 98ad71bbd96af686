// Pointers and sizes inside a struct parameter keep the members' names.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s --check-prefix=CHECK-CLASS
// RUN: %reprise check %s --kernel copy --grid 1 --block 32 \
// RUN:   --arg hex:00000100000000008000010000000000 --arg 32 \
// RUN:   --alloc 0x10000:256 | FileCheck %s --check-prefix=APART
// RUN: not %reprise check %s --kernel copy --grid 1 --block 32 \
// RUN:   --arg hex:00000100000000007c00010000000000 --arg 32 \
// RUN:   --alloc 0x10000:256 | FileCheck %s --check-prefix=MEET

// CHECK-CLASS: copy conditional {{.*}}disjoint(view.to[0 .. 4n), view.from[0 .. 4n))
// APART: verdict idempotent
// MEET: verdict clobbers
// MEET: bytes 0x1007c .. 0x10080 (4 bytes)
struct View {
  int *to;
  const int *from;
};
__global__ void copy(View view, int n) {
  int i = threadIdx.x;
  if (i < n)
    view.to[i] = view.from[i];
}
