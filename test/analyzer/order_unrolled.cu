// nvcc unrolls the loop; rolled up again it must not hide that what it adds to
// came from a clock. The same for atomic loads of PTX.
//
// REQUIRES: nvcc
// RUN: %nvcc -O3 -ptx -arch=sm_80 %s -o %t.ptx
// RUN: %reprise audit %t.ptx | FileCheck %s
// CHECK-DAG: summed {{.*}}unknown
// CHECK-DAG: raced {{.*}}unknown

extern "C" __global__ void summed(int *a, const float *from, int columns) {
  float m = clock();
  for (int c = threadIdx.x; c < columns; c += 64)
    m += from[c];
  a[(int)m & 1023] = 1;
}

extern "C" __global__ void raced(int *a) {
  __shared__ int s;
  unsigned at = (unsigned)__cvta_generic_to_shared(&s);
  asm volatile("st.relaxed.cta.shared.u32 [%0], %1;"
               :
               : "r"(at), "r"(threadIdx.x)
               : "memory");
  __syncthreads();
  int winner;
  asm volatile("ld.relaxed.cta.shared.u32 %0, [%1];"
               : "=r"(winner)
               : "r"(at)
               : "memory");
  a[winner & 1023] = 1;
}
