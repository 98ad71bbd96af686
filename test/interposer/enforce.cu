// What happens to a launch that is not idempotent: the policy decides, or a
// callback that the program sets where it finds the interposer in itself.
//
// REQUIRES: nvcc, interposer, emulated
// RUN: rm -rf %t && mkdir %t
// RUN: %nvcc -cudart shared -I%S/../../runtime/include -gencode arch=compute_90,code=[sm_90,compute_90] %s -o %t/app
// RUN: %reprise audit %t/app --db %t/db >%t/audit
//
// RUN: %reprise run --emulated --db %t/db --mode enforce -- %t/app 2>%t/err | FileCheck --check-prefix=WARN %s
// RUN: FileCheck --check-prefix=WARNED %s <%t/err
// WARN: apart: no error
// WARN: onto itself: no error
// WARN: first 1
// WARNED: reprise: _Z3incPfPKfi: clobbers: It reads what it overwrites.
// WARNED: 2 launches seen, 2 decided: 1 idempotent, 1 clobber
//
// RUN: %reprise run --emulated --db %t/db --mode enforce --policy fail -- %t/app 2>%t/err | FileCheck --check-prefix=FAIL %s
// RUN: FileCheck --check-prefix=FAILED %s <%t/err
// FAIL: apart: no error
// FAIL: onto itself: {{.*}}not permitted
// FAIL: first 0
// FAILED: It is not launched.
// FAILED: 1 were not launched, as the policy says
//
// RUN: not --crash %reprise run --emulated --db %t/db --mode enforce --policy abort -- %t/app >%t/out 2>%t/err
// RUN: FileCheck --check-prefix=ABORTED %s <%t/err
// ABORTED: The program ends.
//
// RUN: %reprise run --emulated --db %t/db --mode enforce --policy fail -- %t/app callback 2>%t/err | FileCheck --check-prefix=CALL %s
// CALL: apart: no error
// CALL: asked for _Z3incPfPKfi, 1 blocks, 128 threads, 20 bytes: clobbers
// CALL: onto itself: no error
// CALL: first 1

#include "reprise/reprise_interposer.h"

#include <cstdio>
#include <dlfcn.h>

__global__ void inc(float *to, const float *from, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    to[i] = from[i] + 1;
}

static int onLaunch(const reprise_cuda_launch *l, void *) {
  std::printf("asked for %s, %u blocks, %u threads, %zu bytes: %s\n", l->kernel,
              l->grid[0], l->block[0], l->arguments_size, l->outcome);
  return 0;
}

int main(int argc, char **) {
  const int n = 128;
  float *a, *b, first = -1;
  if (argc > 1)
    if (auto *set = (reprise_cuda_set_callback_fn *)dlsym(
            RTLD_DEFAULT, "reprise_cuda_set_callback"))
      set(onLaunch, nullptr);
  cudaMalloc(&a, n * sizeof *a);
  cudaMalloc(&b, n * sizeof *b);
  cudaMemset(a, 0, n * sizeof *a);
  inc<<<1, n>>>(b, a, n);
  std::printf("apart: %s\n", cudaGetErrorString(cudaGetLastError()));
  inc<<<1, n>>>(a, a, n);
  std::printf("onto itself: %s\n", cudaGetErrorString(cudaGetLastError()));
  cudaMemcpy(&first, a, sizeof first, cudaMemcpyDeviceToHost);
  std::printf("first %g\n", first);
}
