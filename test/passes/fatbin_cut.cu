// A fatbin that is cut off is refused wherever the cut is.
//
// REQUIRES: cuda
// RUN: %clangxx_cuda -O2 -fpass-plugin=%plugin -c %s -o %t.o
// RUN: llvm-objcopy -O binary --only-section=.nv_fatbin \
// RUN:   --set-section-flags=.nv_fatbin=alloc %t.o %t.fatbin
// RUN: %reprise audit %t.fatbin | FileCheck %s
// RUN: %python %S/../tools/Inputs/cut_everywhere.py %reprise %t.fatbin \
// RUN:   %t.cut.fatbin

// CHECK: {{^}}set idempotent
__global__ void set(int *x) { x[threadIdx.x] = 1; }
