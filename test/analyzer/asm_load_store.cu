// Loads and stores of inline assembly are accesses of their width.
//
// REQUIRES: cuda
// RUN: %reprise explain %s --kernel copy | FileCheck %s

// CHECK: read from[8threadIdx.x + 16] 8
// CHECK: write to[8threadIdx.x] 8
__global__ void copy(float2 *to, const float2 *from) {
  float2 v;
  asm volatile("ld.global.cg.v2.f32 {%0, %1}, [%2+16];"
               : "=f"(v.x), "=f"(v.y)
               : "l"(from + threadIdx.x));
  asm volatile("st.global.v2.f32 [%0], {%1, %2};" ::"l"(to + threadIdx.x),
               "f"(v.x), "f"(v.y)
               : "memory");
}
