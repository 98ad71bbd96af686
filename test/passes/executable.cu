// The summary is read back from the finished executable, with the classes that
// the source has; PTX in it may be compressed or not.
//
// REQUIRES: cuda
// RUN: %clangxx_cuda -O2 -fno-discard-value-names -fpass-plugin=%plugin %s \
// RUN:   -o %t -L%cuda_path/lib64 -L%cuda_path/lib -lcudart_static -ldl -lrt \
// RUN:   -lpthread
// RUN: %reprise audit %t | FileCheck %s
// RUN: %reprise audit %s | FileCheck %s
// RUN: %reprise check %t --kernel copy --grid 1 --block 1 --arg 0x1000 \
// RUN:   --arg 0x1004 --alloc 0x1000:64

// CHECK-DAG: {{^}}set idempotent
// CHECK-DAG: {{^}}add non-idempotent {{.*}}reads x[4threadIdx.x], then writes it
// CHECK-DAG: {{^}}copy conditional {{.*}}disjoint(to[0 .. 4blockDim.x), from[0 .. 4blockDim.x))
// CHECK-NOT: no answer for
// CHECK: 3 kernels: 1 idempotent, 1 non-idempotent, 1 conditional, 0 unknown
__global__ void set(int *x) { x[threadIdx.x] = 1; }
__global__ void add(int *x) { x[threadIdx.x] += 1; }
__global__ void copy(int *to, const int *from) {
  to[threadIdx.x] = from[threadIdx.x];
}
int main() {
  set<<<1, 1>>>(nullptr);
  add<<<1, 1>>>(nullptr);
  copy<<<1, 1>>>(nullptr, nullptr);
}
