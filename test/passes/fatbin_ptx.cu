// The summary is found in a fatbin that holds PTX alone, compressed or not.
//
// REQUIRES: cuda
// RUN: %clangxx_cuda --cuda-device-only -S -O2 -fpass-plugin=%plugin %s -o %t.s
// RUN: %reprise audit %t.s | FileCheck %s
// RUN: %compat/bin/fatbinary --reprise-cuda-path=%cuda_path -64 \
// RUN:   --compress=true --create %t.small \
// RUN:   --image=profile=compute_80,file=%t.s
// RUN: %reprise audit %t.small | FileCheck %s
// RUN: %compat/bin/fatbinary --reprise-cuda-path=%cuda_path -64 \
// RUN:   --compress=false --create %t.large \
// RUN:   --image=profile=compute_80,file=%t.s
// RUN: %reprise audit %t.large | FileCheck %s
// RUN: not cmp %t.small %t.large
// RUN: %python %S/../tools/Inputs/cut_everywhere.py %reprise %t.small %t.cut

// CHECK: {{^}}set idempotent
// CHECK: 1 kernel:
__global__ void set(int *x) { x[threadIdx.x] = 1; }
