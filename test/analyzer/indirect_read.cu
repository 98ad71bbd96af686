// An index that was loaded may be any: the whole allocation counts.
//
// REQUIRES: cuda
// RUN: %reprise audit --format json %s | FileCheck %s
// RUN: not %reprise check %s --kernel gather --grid 1 --block 32 \
// RUN:   --arg 0x10000 --arg 0x10400 --arg 0x20000 \
// RUN:   --alloc 0x10000:2048 --alloc 0x20000:128 \
// RUN:   | FileCheck %s --check-prefix=ONE
// RUN: %reprise check %s --kernel gather --grid 1 --block 32 \
// RUN:   --arg 0x10000 --arg 0x10400 --arg 0x20000 \
// RUN:   --alloc 0x10000:1024 --alloc 0x10400:1024 --alloc 0x20000:128 \
// RUN:   | FileCheck %s --check-prefix=TWO

// CHECK: "class": "conditional"
// CHECK: "condition": "{{.*}}disjoint(to[0 .. 4blockDim.x), table[*])
// CHECK: "reasons": [
// CHECK-NEXT: "indirect-offset"
// ONE: verdict unknown
// TWO: verdict idempotent
// TWO: assumes in-bounds
__global__ void gather(int *to, const int *table, const int *index) {
  to[threadIdx.x] = table[index[threadIdx.x]];
}
