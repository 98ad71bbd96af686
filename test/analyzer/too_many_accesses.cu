// A kernel with more accesses than a summary holds is unknown, with the reason;
// the other kernels of the file keep their answers.
//
// REQUIRES: cuda
// RUN: %reprise audit --format json %s | FileCheck %s
//
// CHECK: "demangled": "huge(float*, float*)"
// CHECK-NEXT: "class": "unknown"
// CHECK: too-complex
// CHECK: "demangled": "small(float*)"
// CHECK-NEXT: "class": "idempotent"

#define COPY(k) y[k] = x[k] + x[k + 1];
#define COPY4(k) COPY(k) COPY(k + 1) COPY(k + 2) COPY(k + 3)
#define COPY16(k) COPY4(k) COPY4(k + 4) COPY4(k + 8) COPY4(k + 12)
#define COPY64(k) COPY16(k) COPY16(k + 16) COPY16(k + 32) COPY16(k + 48)
#define COPY256(k) COPY64(k) COPY64(k + 64) COPY64(k + 128) COPY64(k + 192)

__global__ void huge(float *x, float *y){COPY256(threadIdx.x * 256)}

__global__ void small(float *x) {
  x[threadIdx.x] = 1;
}
