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
// The location may be wrapped, depending on how long the path is.
// CHECK: optimization_record.cu'
// CHECK: Line: [[#@LINE+5]]
// CHECK: Function: _Z3setPi
// CHECK: Kernel: 'set(int*)'
// CHECK: Class: idempotent
// CHECK: ...
__global__ void set(int *x) { x[threadIdx.x] = 1; }
