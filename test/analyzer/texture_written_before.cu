// A texture sees the memory from before the launch, whatever the same thread
// has stored there: no rule makes its reads harmless.
//
// REQUIRES: cuda
// RUN: not %reprise check --kernel again --grid 1 --block 32 --arg 0x10000 \
// RUN:   --arg 7 --texture 7=0x10000:128 %s | FileCheck %s

// CHECK: verdict {{ *}}unknown
// CHECK-NEXT: reason {{ *}}may-overlap
__global__ void again(float *a, cudaTextureObject_t same) {
  a[threadIdx.x] = 1;
  a[threadIdx.x] = tex1Dfetch<float>(same, threadIdx.x) + 1;
}
