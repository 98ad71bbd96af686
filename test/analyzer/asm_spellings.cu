// A blank is not needed in front of an address, and an instruction that names
// shared memory may write global memory. These were taken for instructions on
// registers, and on shared memory.
//
// RUN: %reprise audit %s -- --cuda-gpu-arch=sm_90a | FileCheck %s
// CHECK-DAG: noBlank {{.*}}non-idempotent
// CHECK-DAG: noBlankAtomic {{.*}}non-idempotent
// CHECK-DAG: newLine {{.*}}non-idempotent
// CHECK-DAG: label {{.*}}unknown
// CHECK-DAG: twoSpaces {{.*}}unknown

extern "C" __global__ void noBlank(int *a) {
  int v = a[threadIdx.x];
  asm volatile("st.global.u32[%0],%1;"
               :
               : "l"(a + threadIdx.x), "r"(v + 1)
               : "memory");
}

extern "C" __global__ void noBlankAtomic(int *a) {
  asm volatile("red.global.add.u32[%0],%1;"
               :
               : "l"(a + threadIdx.x), "r"(1)
               : "memory");
}

extern "C" __global__ void newLine(int *a) {
  int v = a[threadIdx.x];
  asm volatile("st.global.u32\n[%0], %1;"
               :
               : "l"(a + threadIdx.x), "r"(v + 1)
               : "memory");
}

extern "C" __global__ void label(int *a) {
  int v = a[threadIdx.x];
  asm volatile("There:st.global.u32 [%0], %1;"
               :
               : "l"(a + threadIdx.x), "r"(v + 1)
               : "memory");
}

extern "C" __global__ void twoSpaces(int *a) {
  __shared__ int __align__(128) copy[32];
  copy[threadIdx.x] = a[threadIdx.x] + 1;
  __syncthreads();
  unsigned from = static_cast<unsigned>(__cvta_generic_to_shared(copy));
  asm volatile("tensormap.cp_fenceproxy.global.shared::cta.tensormap::generic."
               "release.gpu.sync.aligned [%0], [%1], 128;"
               :
               : "l"(a), "r"(from)
               : "memory");
}
