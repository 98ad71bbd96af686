// An index that is masked or kept small by a guard reaches these places only.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s

struct Rows {
  int *row[8];
};

// CHECK: masked {{.*}}disjoint(rows.row[0][0 .. 4n), from[0 .. 4n)) and disjoint(rows.row[1][0 .. 4n), from[0 .. 4n)) and disjoint(rows.row[0][0 .. 4n), which[0 .. 4)) and disjoint(rows.row[1][0 .. 4n), which[0 .. 4)){{$}}
__global__ void masked(const int *which, Rows rows, const int *from, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    rows.row[which[0] & 1][i] = from[i];
}

// What the guard leaves out is empty at launch, and its pointers may be null.
// RUN: %reprise check %s --kernel guarded --grid 1,4 --block 32 \
// RUN:   --arg hex:00000100000000000000020000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000 \
// RUN:   --arg 0x30000 --arg 2 | FileCheck --check-prefix=GUARDED %s
// GUARDED: verdict {{ *}}idempotent
__global__ void guarded(Rows rows, const int *from, int count) {
  if (blockIdx.y < count)
    rows.row[blockIdx.y][threadIdx.x] = from[threadIdx.x];
}
