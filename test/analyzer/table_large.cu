// A table of up to 128 pointers is split up, if others leave room for it.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s
// RUN: %reprise check %s --kernel gather --grid 4,2 --block 32 \
// RUN:   --arg 0x30000 --arg hex:00000100000000000000020000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000 \
// RUN:   --arg 2 --alloc 0x10000:512 --alloc 0x20000:512 --alloc 0x30000:1024 \
// RUN:   | FileCheck %s --check-prefix=APART
// RUN: not %reprise check %s --kernel gather --grid 4,2 --block 32 \
// RUN:   --arg 0x20000 --arg hex:00000100000000000000020000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000 \
// RUN:   --arg 2 --alloc 0x10000:512 --alloc 0x20000:1024 \
// RUN:   | FileCheck %s --check-prefix=SAME

struct Table {
  const int *from[20];
};

// CHECK-DAG: gather conditional
// APART: verdict {{ *}}idempotent
// SAME: verdict {{ *}}{{clobbers|unknown}}
__global__ void gather(int *to, Table table, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  to[blockIdx.y * gridDim.x * blockDim.x + i] = table.from[blockIdx.y][i] + n;
}

struct Pairs {
  const int *from[100];
  int *to[100];
};

// CHECK-DAG: both unknown
__global__ void both(Pairs pairs) {
  pairs.to[blockIdx.y][threadIdx.x] = pairs.from[blockIdx.y][threadIdx.x];
}
