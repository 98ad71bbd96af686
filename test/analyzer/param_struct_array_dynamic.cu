// A dynamic index into an array of pointers means any of its slots, and no
// other one.
//
// REQUIRES: cuda
// RUN: not %reprise check %s --kernel clear --grid 1 --block 32 --arg 0x40000 \
// RUN:   --arg hex:00000100000000000000020000000000 --arg 0x20000 \
// RUN:   --alloc 0x10000:4096 --alloc 0x20000:4096 --alloc 0x40000:4096 \
// RUN:   | FileCheck %s --check-prefix=SLOT

// SLOT: verdict {{clobbers|unknown}}
struct List {
  int *rows[2];
};
__global__ void clear(const int *which, List list, const int *from) {
  list.rows[which[0] & 1][threadIdx.x] = from[threadIdx.x];
}
