// R4: atomics with an idempotent operator, whose result nobody uses, may run
// twice. All others of the same bytes must be the same; reads must be apart.
//
// RUN: %reprise audit %s | FileCheck %s
// RUN: %reprise explain %s --kernel flags | FileCheck %s --check-prefix=RULE

// CHECK-DAG: flags {{.*}}conditional {{.*}}disjoint(
// CHECK-DAG: limits {{.*}}conditional {{.*}}disjoint(
// CHECK-DAG: used {{.*}}non-idempotent
// CHECK-DAG: sum {{.*}}non-idempotent
// CHECK-DAG: alone {{ *}}idempotent
// CHECK-DAG: mixed {{ *}}{{conditional|unknown|non-idempotent}}
// RULE: R4

extern "C" __global__ void flags(unsigned *bits, const int *at) {
  int i = at[threadIdx.x];
  atomicOr(&bits[i >> 5], 1u << (i & 31));
}

// The address depends on data, too; min and max of one array are two kinds, so
// they take two arrays here.
extern "C" __global__ void limits(int *lo, int *hi, const int *in) {
  atomicMin(lo, in[threadIdx.x]);
  atomicMax(hi, in[threadIdx.x]);
}

extern "C" __global__ void used(unsigned *bits, unsigned *old) {
  old[threadIdx.x] = atomicOr(&bits[0], 1u);
}

extern "C" __global__ void sum(int *total) { atomicAdd(total, 1); }

extern "C" __global__ void alone(unsigned *bits) {
  atomicOr(&bits[threadIdx.x], 1u);
}

extern "C" __global__ void mixed(unsigned *bits) {
  atomicOr(&bits[0], 1u);
  atomicAnd(&bits[0], 2u);
}
