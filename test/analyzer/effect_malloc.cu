// Device malloc changes a heap that nobody restores.
//
// REQUIRES: cuda
// RUN: %reprise audit --format json %s | FileCheck %s

// CHECK: "class": "unknown"
// CHECK: "reasons": [
// CHECK-NEXT: "device-allocation"
__global__ void make(void **to) { to[threadIdx.x] = malloc(16); }
