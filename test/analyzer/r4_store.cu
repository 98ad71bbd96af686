// R4: an `or` or `and` may share bytes with a plain store, whatever is stored.
//
// RUN: %reprise audit %s | FileCheck %s

// CHECK-DAG: both {{ *}}idempotent
// CHECK-DAG: bytes {{ *}}idempotent
// CHECK-DAG: least {{ *}}{{conditional|unknown|non-idempotent}}
// CHECK-DAG: old {{ *}}{{conditional|unknown|non-idempotent}}
// CHECK-DAG: seen {{ *}}{{conditional|unknown|non-idempotent}}
// CHECK-DAG: after {{ *}}{{conditional|unknown|non-idempotent}}
// CHECK-DAG: race {{ *}}{{unknown|non-idempotent}}

extern "C" __global__ void both(unsigned *bits) {
  if (threadIdx.x == 0)
    bits[0] = 7;
  else
    atomicOr(&bits[threadIdx.x / 2], 8u << threadIdx.x % 8);
}

extern "C" __global__ void bytes(unsigned *bits) {
  reinterpret_cast<char *>(bits)[2] = 1;
  atomicAnd(&bits[threadIdx.x], 0xff00ffu);
}

// What is stored is smaller than the words that were there and that were not.
extern "C" __global__ void least(int *x) {
  reinterpret_cast<char *>(x)[2] = 1;
  atomicMin(&x[threadIdx.x], 9);
}

extern "C" __global__ void old(unsigned *bits, unsigned *out) {
  bits[0] = 7;
  out[threadIdx.x] = atomicOr(&bits[threadIdx.x], 8u);
}

extern "C" __global__ void seen(unsigned *bits, unsigned *out) {
  bits[1] = 7;
  atomicOr(&bits[threadIdx.x], 8u);
  out[threadIdx.x] = bits[threadIdx.x];
}

// R2 says that the read is not live-in; what it sees is a mixture all the same.
extern "C" __global__ void after(unsigned *bits) {
  bits[threadIdx.x] = 7;
  atomicOr(&bits[threadIdx.x / 2], 8u);
  bits[threadIdx.x + 64] = bits[threadIdx.x];
}

// Who comes first stores: the re-run may not.
extern "C" __global__ void race(unsigned *bits, int *turn) {
  if (atomicExch(turn, threadIdx.x) == 3)
    bits[threadIdx.x] = 1;
  atomicOr(&bits[threadIdx.x], 8u);
}
