// A constant index into an array of pointers names its slot.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s

// CHECK: copy conditional {{.*}}disjoint(list.rows[2][{{.*}}), list.rows[0][
struct List {
  int *rows[4];
};
__global__ void copy(List list) {
  list.rows[2][threadIdx.x] = list.rows[0][threadIdx.x];
}
