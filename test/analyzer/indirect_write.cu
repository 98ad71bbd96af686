// A write through a loaded index may hit any byte of its allocation.
//
// REQUIRES: cuda
// RUN: not %reprise check %s --kernel scatter --grid 1 --block 32 \
// RUN:   --arg 0x10000 --arg 0x10400 --arg 0x20000 \
// RUN:   --alloc 0x10000:2048 --alloc 0x20000:128 \
// RUN:   | FileCheck %s --check-prefix=ONE
// RUN: not %reprise check %s --kernel scatter --grid 1 --block 32 \
// RUN:   --no-in-bounds --arg 0x10000 --arg 0x10400 --arg 0x20000 \
// RUN:   --alloc 0x10000:1024 --alloc 0x10400:1024 --alloc 0x20000:128 \
// RUN:   | FileCheck %s --check-prefix=ANYWHERE

// ONE: verdict unknown
// ANYWHERE: verdict unknown
__global__ void scatter(int *to, const int *from, const int *index) {
  to[index[threadIdx.x]] = from[threadIdx.x];
}
