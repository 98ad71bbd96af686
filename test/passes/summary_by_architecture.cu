// Code that differs between the architectures of one program: which of them
// will run is not known, so neither summary may answer; with --arch one does.
//
// REQUIRES: cuda
// RUN: %clangxx_cuda -O2 --cuda-gpu-arch=sm_90 -fpass-plugin=%plugin -c %s -o %t.o
// RUN: %reprise audit %t.o | FileCheck %s
// RUN: %reprise audit %t.o --arch sm_80 | FileCheck %s --check-prefix=OLD

// CHECK: {{^}}work unknown {{.*}}several kernels of this name differ
// CHECK: {{^}}same idempotent
// CHECK: no answer for ptx sm_80: 1 kernel
// OLD: {{^}}work non-idempotent
// OLD: {{^}}same idempotent
// OLD-NOT: no answer for
__global__ void work(int *x) {
#if __CUDA_ARCH__ >= 900
  x[threadIdx.x] = 1;
#else
  x[threadIdx.x] += 1;
#endif
}
__global__ void same(int *x) { x[threadIdx.x] = 1; }
