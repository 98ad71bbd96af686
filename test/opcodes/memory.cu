//===- memory.cu - Loads and stores of every width and space --------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Opcodes.cuh"

#ifdef __clang__
// Hints about caches do not change what is read.
#define __ldcg(P) (*(P))
#define __ldca(P) (*(P))
#define __ldcs(P) (*(P))
#define __ldcv(P) (*(P))
#define __stcg(P, V) (*(P) = (V))
#define __stcs(P, V) (*(P) = (V))
#define __stwt(P, V) (*(P) = (V))
#endif

namespace {
__constant__ u32 Table[16] = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3};
__constant__ double Reals[4] = {0.5, -1.25, 1e300, 5e-324};
__device__ u32 Numbers[8] = {10, 20, 30, 40, 50, 60, 70, 80};
__device__ u64 Wide = 0x0123456789abcdef;
struct Mixed {
  u8 a;
  s16 b;
  u32 c;
  u64 d;
  float e[3];
};
__device__ const Mixed Records[2] = {{1, -2, 3, 4, {0.5f, 1.5f, 2.5f}},
                                     {9, -8, 7, 6, {5.5f, 4.5f, 3.5f}}};
__device__ u32 *Pointer = Numbers + 2;
} // namespace

KERNEL(widths) {
  // 64 bytes of this thread in global memory.
  u64 *P = O.place();
  for (int I = 0; I < 3; ++I)
    O.place();
  auto *Bytes = reinterpret_cast<u8 *>(P);
  for (u32 I = 0; I < 64; ++I)
    Bytes[I] = u8(A >> (8 * (I & 7))) + u8(I);
  O(Bytes[a & 63]), O(reinterpret_cast<s8 *>(P)[b & 63]);
  O(reinterpret_cast<u16 *>(P)[a & 31]), O(reinterpret_cast<s16 *>(P)[b & 31]);
  O(reinterpret_cast<u32 *>(P)[a & 15]), O(reinterpret_cast<s32 *>(P)[b & 15]);
  O(P[a & 7]), O(reinterpret_cast<float *>(P)[c & 15]);
  O(reinterpret_cast<double *>(P)[c & 7]);
  auto V2 = reinterpret_cast<uint2 *>(P)[a & 7];
  O(V2.x), O(V2.y);
  auto V4 = reinterpret_cast<int4 *>(P)[b & 3];
  O(V4.x), O(V4.y), O(V4.z), O(V4.w);
  auto U2 = reinterpret_cast<ulonglong2 *>(P)[c & 3];
  O(U2.x), O(U2.y);
  auto C4 = reinterpret_cast<uchar4 *>(P)[d & 15];
  O(C4.x), O(C4.y), O(C4.z), O(C4.w);
  auto S2 = reinterpret_cast<short2 *>(P)[d & 15];
  O(S2.x), O(S2.y);
  auto S4 = reinterpret_cast<ushort4 *>(P)[d & 7];
  O(S4.x), O(S4.w);
  auto F4 = reinterpret_cast<float4 *>(P)[a & 3];
  O(F4.x), O(F4.w);
  auto D2 = reinterpret_cast<double2 *>(P)[a & 3];
  O(D2.x), O(D2.y);
  O(*reinterpret_cast<volatile u32 *>(P)), O(__ldg(P + 1));
  O(__ldg(reinterpret_cast<u8 *>(P) + 5)),
      O(__ldg(reinterpret_cast<int4 *>(P)).z);
  O(__ldcg(P + 2)), O(__ldcs(P + 3)), O(__ldca(P + 4)), O(__ldcv(P + 5));
  reinterpret_cast<u8 *>(P)[c & 63] = u8(d);
  reinterpret_cast<u16 *>(P)[d & 31] = u16(c);
  reinterpret_cast<float *>(P)[3] = flt(a) == flt(a) ? flt(a) : 0.f;
  reinterpret_cast<int4 *>(P)[3] = make_int4(s32(a), s32(b), s32(c), s32(d));
  reinterpret_cast<uchar4 *>(P)[2] = make_uchar4(u8(a), u8(b), u8(c), u8(d));
  reinterpret_cast<ulonglong2 *>(P)[2] = make_ulonglong2(C, D);
  reinterpret_cast<short2 *>(P)[1] = make_short2(s16(a), s16(b));
  *reinterpret_cast<volatile u16 *>(P) = u16(a);
  __stcg(P + 1, B), __stcs(P + 6, A), __stwt(P + 2, C);
}

KERNEL(spaces) {
  __shared__ u64 Shared[128];
  __shared__ u8 Small[512];
  u32 T = threadIdx.x;
  Shared[T] = A;
  Small[4 * T] = u8(a), Small[4 * T + 1] = u8(b);
  *reinterpret_cast<u16 *>(Small + 4 * T + 2) = u16(c);
  __syncthreads();
  O(Shared[T ^ 1]), O(Shared[127 - T]), O(Small[a & 511]);
  O(*reinterpret_cast<u32 *>(Small + 4 * (b & 127)));
  O(reinterpret_cast<s16 *>(Small)[c & 255]);
  O(reinterpret_cast<uint4 *>(Shared)[d & 63].y);
  __syncthreads();
  reinterpret_cast<float2 *>(Shared)[T] = make_float2(1.5f, float(s8(a)));
  __syncthreads();
  O(reinterpret_cast<float2 *>(Shared)[(T + 5) & 127].y);
  O(Table[a & 15]), O(Reals[b & 3]), O(Table[3]), O(Numbers[c & 7]), O(Wide);
  O(Records[d & 1].b), O(Records[a & 1].e[b % 3]), O(Records[b & 1].d);
  O(Pointer[s32(a & 7) - 2]);
  u32 Local[16];
  for (u32 I = 0; I < 16; ++I)
    Local[(I * 5 + a) & 15] = b >> I;
  O(Local[c & 15]), O(Local[d & 15]);
  u8 Bytes[24] = {};
  for (u32 I = 0; I < 24; ++I)
    Bytes[(I * 7 + b) % 24] ^= u8(A >> (I & 31));
  O(*reinterpret_cast<u8 *>(Bytes + c % 24)), O(Bytes[d % 24]);
  // One pointer to any of the spaces.
  const u32 *Any =
      a & 1 ? Local + (b & 7) : reinterpret_cast<u32 *>(Shared) + 1;
  if (c & 1)
    Any = Table + (d & 7);
  O(*Any), O(__isShared(Any)), O(__isLocal(Any)), O(__isGlobal(Numbers));
  O(__isConstant(Any)), O(__isGlobal(Any));
  __syncthreads();
}

KERNEL(ptx_memory) {
  u64 *P = O.place();
  for (int I = 0; I < 3; ++I)
    O.place();
  for (u32 I = 0; I < 8; ++I)
    P[I] = A * (2 * I + 1) + B;
  u32 *W = reinterpret_cast<u32 *>(P);
  u16 *H = reinterpret_cast<u16 *>(P);
#define LOAD(T, K, TEXT, REFERENCE) PTX(T, K, TEXT, REFERENCE, "l"(P))
  LOAD(u32, "=r", "ld.u8 %0, [%1+3];", reinterpret_cast<u8 *>(P)[3]);
  LOAD(u32, "=r", "ld.s8 %0, [%1+4];", s32(reinterpret_cast<s8 *>(P)[4]));
  LOAD(u32, "=r", "ld.u16 %0, [%1+6];", H[3]);
  LOAD(u32, "=r", "ld.global.s16 %0, [%1+8];", s32(s16(H[4])));
  LOAD(u64, "=l", "ld.s32 %0, [%1+12];", s64(s32(W[3])));
  LOAD(u64, "=l", "ld.global.u32 %0, [%1+12];", W[3]);
  LOAD(u64, "=l", "ld.global.b64 %0, [%1+16];", P[2]);
  LOAD(u32, "=r", "ld.global.nc.b32 %0, [%1+20];", W[5]);
  LOAD(u32, "=r", "ld.global.ca.b32 %0, [%1+20];", W[5]);
  LOAD(u32, "=r", "ld.relaxed.gpu.global.u32 %0, [%1+24];", W[6]);
  LOAD(u32, "=r", "ld.acquire.sys.u32 %0, [%1+24];", W[6]);
  LOAD(u32, "=r", "ld.volatile.global.u32 %0, [%1+28];", W[7]);
  LOAD(u32, "=r", "ldu.global.u32 %0, [%1+28];", W[7]);
  LOAD(u32, "=r",
       "{ .reg .b32 x; ld.global.v2.u32 {%0, x}, [%1+8]; add.u32 "
       "%0, %0, x; }",
       W[2] + W[3]);
  LOAD(u32, "=r",
       "{ .reg .b32 x, y, z; ld.v4.u32 {x, %0, y, z}, [%1+16]; "
       "shf.l.wrap.b32 %0, x, z, 5; xor.b32 %0, %0, y; }",
       (W[7] << 5 | W[4] >> 27) ^ W[6]);
  LOAD(u64, "=l",
       "{ .reg .b64 x; ld.global.v2.b64 {x, %0}, [%1+32]; sub.u64 "
       "%0, %0, x; }",
       P[5] - P[4]);
  LOAD(u32, "=r",
       "{ .reg .b16 x, y; ld.v2.b8 {x, y}, [%1+2]; mov.b32 %0, {y, "
       "x}; }",
       reinterpret_cast<u8 *>(P)[3] | reinterpret_cast<u8 *>(P)[2] << 16);
#define STORE(TEXT, REFERENCE)                                                 \
  PTX(u64, "=l", TEXT " ld.global.u64 %0, [%1+56];", REFERENCE, "l"(P),        \
      "r"(c), "l"(D), "h"(u16(d)))
  u64 Last = P[7];
  STORE("st.global.u8 [%1+57], %2;", (Last & ~0xff00ull) | u64(u8(c)) << 8);
  STORE("st.u16 [%1+58], %4;",
        (Last & 0xffffffff000000ffull) | u64(u8(c)) << 8 | u64(u16(d)) << 16);
  STORE("st.global.u32 [%1+60], %2;",
        u64(c) << 32 | (Last & 0xff) | u64(u8(c)) << 8 | u64(u16(d)) << 16);
  STORE("st.global.b64 [%1+56], %3;", D);
  STORE("st.v2.u32 [%1+56], {%2, %2};", u64(c) << 32 | c);
  STORE("st.relaxed.gpu.global.u32 [%1+56], 7;", u64(c) << 32 | 7);
  STORE("st.release.gpu.u32 [%1+60], 9;", u64(9) << 32 | 7);
  STORE("st.volatile.global.u64 [%1+56], %3;", D);
  STORE("st.global.cs.v4.u16 [%1+56], {%4, %4, 1, 2};",
        u64(u16(d)) * 0x10001 | 2ull << 48 | 1ull << 32);
  PTX(u64, "=l", "mov.b64 %0, {%1, %2};", B << 32 | u32(A), IN32);
  R32("{ .reg .b16 x, y; mov.b32 {x, y}, %1; mov.b32 %0, {y, x}; }",
      a << 16 | a >> 16);
  R32("mov.b32 %0, 0f3F800000;", 0x3f800000);
  R64("mov.u64 %0, 0xfedcba9876543210;", 0xfedcba9876543210);
  F32("mov.f32 %0, %1;", flt(a));
  F64("mov.f64 %0, 0d4000000000000000;", 2.0);
  R32("{ .local .align 8 .b8 buf[32]; .reg .b32 t; and.b32 t, %1, 7; "
      "st.local.v4.u32 [buf], {%1, %2, %3, %4}; st.local.v4.u32 [buf+16], {%4, "
      "%3, %2, %1}; .reg .b64 at, more; mov.u64 at, buf; mul.wide.u32 more, t, "
      "4; add.u64 at, at, more; ld.local.u32 %0, [at]; }",
      (a & 7) == 0 || (a & 7) == 7   ? a
      : (a & 7) == 1 || (a & 7) == 6 ? b
      : (a & 7) == 2 || (a & 7) == 5 ? c
                                     : d);
  R32("{ .shared .align 4 .b8 sh[512]; .reg .b64 at; .reg .b32 t; mov.u32 t, "
      "%%tid.x; shl.b32 t, t, 2; mov.u64 at, sh; .reg .b64 more; cvt.u64.u32 "
      "more, t; add.u64 at, at, more; st.shared.u32 [at], %2; cvta.shared.u64 "
      "at, at; .reg .pred q; isspacep.shared q, at; ld.u32 %0, [at]; @!q "
      "mov.u32 %0, 1; cvta.to.shared.u64 at, at; membar.cta; ld.shared.u32 t, "
      "[at]; add.u32 %0, %0, t; }",
      b + b);
}

KERNEL(async_copies) {
  u64 *P = O.place();
  O.place();
  for (u32 I = 0; I < 4; ++I)
    P[I] = A + I * B;
  __shared__ __align__(16) u32 Shared[128 * 8];
  u32 *Own = Shared + 8 * threadIdx.x;
#ifdef __clang__
  for (u32 I = 0; I < 8; ++I)
    Own[I] = I < 4 ? reinterpret_cast<u32 *>(P)[I] : I == 7 ? 0 : u32(P[I - 4]);
  Own[6] = 0;
#else
  u32 To = u32(__cvta_generic_to_shared(Own));
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16;\n"
               "cp.async.ca.shared.global [%2], [%1], 4;\n"
               "cp.async.ca.shared.global [%2+4], [%3], 4, 4;\n"
               "cp.async.ca.shared.global [%2+8], [%1], 8, 0;\n"
               "cp.async.commit_group; cp.async.wait_group 0;\n"
               "cp.async.wait_all; prefetch.global.L2 [%1];\n"
               "prefetchu.L1 [%1]; .reg .b64 policy;\n"
               "createpolicy.fractional.L2::evict_last.b64 policy, 1.0;\n"
               "applypriority.global.L2::evict_normal [%1], 128;\n" ::"r"(To),
               "l"(P), "r"(To + 16), "l"(P + 1)
               : "memory");
#endif
  for (u32 I = 0; I < 8; ++I)
    O(Own[I]);
}
