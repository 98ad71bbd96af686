// Source, and the lines of reader and writer: the last block's thread 0 reads
// what the first block writes.
// REQUIRES: cuda
// RUN: %reprise verify %s --kernel shift --grid 2 --block 64 \
// RUN:   --buffer A=float[192]:random --arg A --arg 64 | FileCheck %s

__global__ void shift(float *a, int by) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  float v = a[i];
  a[i + by] = v + 1;
}

// CHECK:      oracle   race-dependent
// CHECK-NEXT: runtime  clobbers
// CHECK-NEXT: agree    yes
// CHECK-NEXT: byte     A+256 (0x{{[0-9a-f]+}}), the first of 256
// CHECK-NEXT: reader   block (1,0,0) thread (0,0,0) at source.cu:9:
// CHECK-NEXT: writer   block (0,0,0) thread (0,0,0) at source.cu:10:
