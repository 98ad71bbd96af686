// A pointer that was loaded from memory may point anywhere.
//
// REQUIRES: cuda
// RUN: %reprise audit --format json %s | FileCheck %s

// CHECK: "class": "unknown"
// CHECK: "reasons": [
// CHECK-NEXT: "unknown-pointer"
struct Node {
  Node *next;
  int value;
};
__global__ void mark(Node *list) { list[threadIdx.x].next->value = 1; }
