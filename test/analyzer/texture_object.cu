// A texture object reads memory that its handle does not tell.
//
// REQUIRES: cuda
// RUN: %reprise audit --format json %s | FileCheck %s

// CHECK: "class": "unknown"
// CHECK: "reasons": [
// CHECK-NEXT: "texture"
__global__ void sample(float *to, cudaTextureObject_t image) {
  to[threadIdx.x] = tex1Dfetch<float>(image, threadIdx.x);
}
