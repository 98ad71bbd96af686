// Only the plugin's own remarks: none comes from the copy that it normalises.
//
// REQUIRES: cuda
// RUN: %clangxx_cuda --cuda-device-only -S -O2 %s -o %t.without.s \
// RUN:   -Rpass=.* -Rpass-missed=.* -Rpass-analysis=.* 2> %t.without
// RUN: %clangxx_cuda --cuda-device-only -S -O2 %s -o %t.with.s \
// RUN:   -fpass-plugin=%plugin -Rpass=.* -Rpass-missed=.* \
// RUN:   -Rpass-analysis=.* 2> %t.with
// RUN: FileCheck %s --check-prefix=OWN < %t.with
// RUN: %python %S/Inputs/without_own.py < %t.without > %t.a
// RUN: %python %S/Inputs/without_own.py < %t.with > %t.b
// RUN: cmp %t.a %t.b

// OWN: remark: kernel twice(int*): non-idempotent
__device__ int twice(int x) { return 2 * x; }
__global__ void twice(int *x) {
  for (int i = 0; i < 8; ++i)
    x[i] = twice(x[i]);
}
