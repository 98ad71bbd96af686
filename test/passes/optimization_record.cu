// -fsave-optimization-record carries the classes.
//
// REQUIRES: cuda
// RUN: %clangxx_cuda --cuda-device-only -S -O2 -fpass-plugin=%plugin \
// RUN:   -fsave-optimization-record -foptimization-record-file=%t.yaml %s \
// RUN:   -o %t.s
// RUN: FileCheck %s < %t.yaml

// CHECK: --- !Analysis
// CHECK-NEXT: Pass: reprise
// CHECK-NEXT: Name: Idempotence
// CHECK: optimization_record.cu', Line: [[#@LINE+5]]
// CHECK: Function: _Z3setPi
// CHECK: Kernel: 'set(int*)'
// CHECK: Class: idempotent
// CHECK: ...
__global__ void set(int *x) { x[threadIdx.x] = 1; }
