// (unsigned char)(250 - y) + y is 250 for y < 251 and something else beyond. As
// a form it is -6 under a condition on y, and the condition has to stay when y
// itself cancels: it was lost where the constant became a factor, so a[-6] was
// taken to be written.
//
// RUN: not %reprise check %s --kernel factor --grid 1 --block 1 \
// RUN:   --arg 0x10000 --arg 0x103e8 | FileCheck %s

// b is at a[250], which is written.
// CHECK: verdict {{ *}}{{clobbers|unknown}}

extern "C" __global__ void factor(int *a, const int *b) {
  int y = blockIdx.y;
  a[(unsigned char)(250 - y) + y] = b[0];
}
