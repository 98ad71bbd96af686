// Three axes, each with its own guard.
//
// REQUIRES: cuda
// RUN: %reprise check %s --kernel copy --grid 2,2,2 --block 4,4,4 \
// RUN:   --arg 0x10000 --arg 0x101e0 --arg 6 --arg 5 --arg 4 \
// RUN:   --alloc 0x10000:1024 | FileCheck %s --check-prefix=APART
// RUN: not %reprise check %s --kernel copy --grid 2,2,2 --block 4,4,4 \
// RUN:   --arg 0x10000 --arg 0x101dc --arg 6 --arg 5 --arg 4 \
// RUN:   --alloc 0x10000:1024 | FileCheck %s --check-prefix=MEET

// APART: verdict idempotent
// MEET: verdict clobbers
// MEET: bytes 0x101dc .. 0x101e0 (4 bytes)
__global__ void copy(int *to, const int *from, int w, int h, int d) {
  int x = blockIdx.x * blockDim.x + threadIdx.x;
  int y = blockIdx.y * blockDim.y + threadIdx.y;
  int z = blockIdx.z * blockDim.z + threadIdx.z;
  if (x < w && y < h && z < d) {
    int i = (z * h + y) * w + x;
    to[i] = from[i];
  }
}
