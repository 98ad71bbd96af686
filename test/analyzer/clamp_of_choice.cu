// A clamp is bounded by the value that its operand has under the choice made:
// min(t, n) says nothing about min(t + 1000, n).
//
// REQUIRES: cuda
// RUN: not %reprise check %s --kernel pick --grid 1 --block 32 \
// RUN:   --arg 0x100000 --arg 0x200000 --arg 2500 \
// RUN:   --alloc 0x100000:0x10000 --alloc 0x200000:256 | FileCheck %s

// CHECK: verdict {{ *}}unknown
// CHECK: reason {{ *}}may-overlap
__global__ void pick(char *a, const char *data, int n) {
  int t = threadIdx.x;
  int s = data[0] > 3 ? t : t + 1000;
  int o = data[1] > 3 ? min(s, n) : 0;
  char x = a[s * 8 + o];
  a[9000 + t] = x;
}
