//===- atomics.cu - Atomic operations -------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each thread on memory of its own, so that the results do not depend on an
// order. The references are plain loads and stores.
//
//===----------------------------------------------------------------------===//

#include "Opcodes.cuh"

namespace {
/// *P becomes Of(*P); the old value.
template <class T, class F> __device__ T update(void *P, F Of) {
  T *At = static_cast<T *>(P), Old = *At;
  *At = T(Of(Old));
  return Old;
}
} // namespace

// Old and new value of an operation with operand V, in global memory by atom
// and red, in shared memory, and through a generic pointer.
#define ATOMIC(T, K, L, OP, V, REFERENCE)                                      \
  do {                                                                         \
    T x = V;                                                                   \
    auto Of = [=](T old) { return REFERENCE; };                                \
    T *G = reinterpret_cast<T *>(P), *S = reinterpret_cast<T *>(Shared);       \
    *G = *S = T(A);                                                            \
    PTX(T, K, "atom.global." OP " %0, [%1], %2;", update<T>(G, Of), "l"(G),    \
        L(x));                                                                 \
    O(*G);                                                                     \
    PTX(T, K, "atom." OP " %0, [%1], %2;", update<T>(S, Of), "l"(S), L(x));    \
    O(*S);                                                                     \
    PTX(u32, "=r", "red.global." OP " [%1], %2; mov.u32 %0, 1;",               \
        (update<T>(G, Of), 1), "l"(G), L(x));                                  \
    O(*G);                                                                     \
    PTX(T, K, "atom.shared." OP " %0, [%1], %2;", update<T>(S, Of),            \
        "r"(u32(__cvta_generic_to_shared(S))), L(x));                          \
    O(*S);                                                                     \
    PTX(u32, "=r", "red.shared." OP " [%1], %2; mov.u32 %0, 1;",               \
        (update<T>(S, Of), 1), "r"(u32(__cvta_generic_to_shared(S))), L(x));   \
    O(*S);                                                                     \
    *G = 0;                                                                    \
  } while (0)

#define OWN_MEMORY                                                             \
  u64 *P = O.place();                                                          \
  __shared__ u64 Block[128];                                                   \
  u64 *Shared = Block + threadIdx.x;                                           \
  *Shared = 0

KERNEL(words) {
  OWN_MEMORY;
  ATOMIC(u32, "=r", "r", "add.u32", b, old + x);
  ATOMIC(s32, "=r", "r", "add.s32", s32(b), u32(old) + u32(x));
  ATOMIC(u32, "=r", "r", "and.b32", b, old & x);
  ATOMIC(u32, "=r", "r", "or.b32", b, old | x);
  ATOMIC(u32, "=r", "r", "xor.b32", b, old ^ x);
  ATOMIC(u32, "=r", "r", "min.u32", b, old < x ? old : x);
  ATOMIC(u32, "=r", "r", "max.u32", b, old > x ? old : x);
  ATOMIC(s32, "=r", "r", "min.s32", s32(b), old < x ? old : x);
  ATOMIC(s32, "=r", "r", "max.s32", s32(b), old > x ? old : x);
  ATOMIC(u32, "=r", "r", "inc.u32", b, old >= x ? 0 : old + 1);
  ATOMIC(u32, "=r", "r", "dec.u32", b, old == 0 || old > x ? x : old - 1);
  ATOMIC(u32, "=r", "r", "relaxed.sys.add.u32", b, old + x);
  ATOMIC(float, "=f", "f", "add.f32", flt(b), old + x);
}

KERNEL(doubles) {
  OWN_MEMORY;
  ATOMIC(u64, "=l", "l", "add.u64", B, old + x);
  ATOMIC(u64, "=l", "l", "and.b64", B, old & x);
  ATOMIC(u64, "=l", "l", "or.b64", B, old | x);
  ATOMIC(u64, "=l", "l", "xor.b64", B, old ^ x);
  ATOMIC(u64, "=l", "l", "min.u64", B, old < x ? old : x);
  ATOMIC(u64, "=l", "l", "max.u64", B, old > x ? old : x);
  ATOMIC(s64, "=l", "l", "min.s64", s64(B), old < x ? old : x);
  ATOMIC(s64, "=l", "l", "max.s64", s64(B), old > x ? old : x);
  ATOMIC(double, "=d", "d", "add.f64", dbl(B), old + x);
}

KERNEL(exchanges) {
  OWN_MEMORY;
  // Comparisons that succeed for half of the threads.
  *P = A;
  u64 Expected = c & 1 ? A : B;
  PTX(u32, "=r", "atom.global.exch.b32 %0, [%1], %2;",
      update<u32>(P, [=](u32) { return b; }), "l"(P), "r"(b));
  O(*P);
  PTX(u64, "=l", "atom.global.exch.b64 %0, [%1], %2;",
      update<u64>(P, [=](u64) { return A; }), "l"(P), "l"(A));
  O(*P);
  PTX(u32, "=r", "atom.global.cas.b32 %0, [%1], %2, %3;",
      update<u32>(P, [=](u32 V) { return V == u32(Expected) ? d : V; }), "l"(P),
      "r"(u32(Expected)), "r"(d));
  O(*P);
  *P = A;
  PTX(u64, "=l", "atom.cas.b64 %0, [%1], %2, %3;",
      update<u64>(P, [=](u64 V) { return V == Expected ? D : V; }), "l"(P),
      "l"(Expected), "l"(D));
  O(*P);
  *P = A;
  PTX(u16, "=h", "atom.global.cas.b16 %0, [%1], %2, %3;",
      update<u16>(P, [=](u16 V) { return V == u16(Expected) ? u16(d) : V; }),
      "l"(P), "h"(u16(Expected)), "h"(u16(d)));
  O(*P);
  *Shared = A;
  u32 To = u32(__cvta_generic_to_shared(Shared));
  PTX(u64, "=l", "atom.shared.exch.b64 %0, [%1], %2;",
      update<u64>(Shared, [=](u64) { return B; }), "r"(To), "l"(B));
  PTX(u32, "=r", "atom.shared.cas.b32 %0, [%1], %2, %3;",
      update<u32>(Shared, [=](u32 V) { return V == b ? d : V; }), "r"(To),
      "r"(b), "r"(d));
  O(*Shared);
  *P = 0;
}

KERNEL(cxx_atomics) {
  OWN_MEMORY;
  *P = A;
  auto *W = reinterpret_cast<u32 *>(P);
  auto *S = reinterpret_cast<s32 *>(P);
  O(atomicAdd(W, b)), O(atomicSub(W, c)), O(atomicExch(W + 1, d)), O(*P);
  O(atomicMin(S, s32(b))), O(atomicMax(W + 1, c)), O(atomicInc(W, d)), O(*P);
  O(atomicDec(W, c)), O(atomicAnd(W, b | c)), O(atomicOr(W + 1, c)), O(*P);
  O(atomicXor(W, a)), O(atomicCAS(W, a, b)), O(atomicAdd(P, B)), O(*P);
  O(atomicCAS(P, C, D)), O(atomicMax(P, B)), O(atomicMin(P, C)), O(*P);
  O(atomicAnd(P, D)), O(atomicXor(P, C)), O(atomicExch(P, A)), O(*P);
  *W = 0x40490fdb;
  O(atomicAdd(reinterpret_cast<float *>(W), float(s16(b))));
  O(*reinterpret_cast<float *>(W));
  *P = 0x4009000000000000;
  O(atomicAdd(reinterpret_cast<double *>(P), double(s16(b))));
  O(*reinterpret_cast<double *>(P));
  auto *V = reinterpret_cast<u32 *>(Shared);
  O(atomicAdd(V, b)), O(atomicMax(V, c)), O(atomicXor(V, d)), O(*V);
  O(atomicAdd(Shared, D)), O(*Shared);
  *P = 0;
}
