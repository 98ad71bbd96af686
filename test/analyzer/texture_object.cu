// A texture object reads what its handle is bound to: the launch knows that.
//
// REQUIRES: cuda
// RUN: %reprise audit --format json %s | FileCheck %s
// RUN: %reprise explain --kernel sample %s | FileCheck --check-prefix=NOTE %s
// RUN: %reprise check --kernel sample --grid 8 --block 256 --arg 0x10000 \
// RUN:   --arg 7 --arg 2000 --texture 7=0x20000:8000 %s | \
// RUN:   FileCheck --check-prefix=APART %s
// RUN: not %reprise check --kernel sample --grid 8 --block 256 --arg 0x10000 \
// RUN:   --arg 7 --arg 2000 --texture 7=0x11f3f:8000 %s | \
// RUN:   FileCheck --check-prefix=MEET %s
// RUN: %reprise check --kernel sample --grid 8 --block 256 --arg 0x10000 \
// RUN:   --arg 7 --arg 2000 --texture 7=array %s | \
// RUN:   FileCheck --check-prefix=APART %s
// RUN: not %reprise check --kernel sample --grid 8 --block 256 --arg 0x10000 \
// RUN:   --arg 7 --arg 2000 --texture 8=0x20000:8000 \
// RUN:   --surface 7=0x20000:8000 %s | FileCheck --check-prefix=UNBOUND %s

// CHECK: "class": "conditional"
// CHECK: "condition": "disjoint(to[0 .. 4n), texture image)"
// NOTE: note {{ *}}a launch needs the binding of texture argument 2: image
// APART: verdict {{ *}}idempotent
// MEET: verdict {{ *}}unknown
// MEET-NEXT: reason {{ *}}may-overlap
// UNBOUND: verdict {{ *}}unknown
// UNBOUND-NEXT: reason {{ *}}texture
// UNBOUND-NEXT: settle the binding of texture argument 2 (image)
// UNBOUND-NEXT: reads {{ *}}texture image
__global__ void sample(float *to, cudaTextureObject_t image, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    to[i] = tex1Dfetch<float>(image, i);
}
