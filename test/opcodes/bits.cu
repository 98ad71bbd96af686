//===- bits.cu - Bits, shifts, bytes --------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Opcodes.cuh"

namespace {
/// Shifts by any number of bits: what leaves the width is gone.
template <class T> __device__ T left(T x, u32 n) {
  return n < sizeof(T) * 8 ? T(x << n) : T(0);
}
template <class T> __device__ T right(T x, u32 n) {
  constexpr u32 Last = sizeof(T) * 8 - 1;
  return n <= Last ? T(x >> n) : x < 0 ? T(-1) : T(0);
}
__device__ u32 funnel(u32 lo, u32 hi, u32 n, bool Left) {
  for (u32 I = 0; I < n; ++I)
    if (Left)
      hi = hi << 1 | lo >> 31, lo <<= 1;
    else
      lo = lo >> 1 | hi << 31, hi >>= 1;
  return Left ? hi : lo;
}
__device__ u32 table(u32 a, u32 b, u32 c, u32 Table) {
  u32 R = 0;
  for (u32 I = 0; I < 32; ++I)
    R |= (Table >> ((a >> I & 1) << 2 | (b >> I & 1) << 1 | (c >> I & 1)) & 1)
         << I;
  return R;
}
__device__ u32 byteOf(u32 a, u32 b, u32 n) {
  n &= 7;
  return (n < 4 ? a >> (8 * n) : b >> (8 * (n - 4))) & 255;
}
__device__ u32 permute(u32 a, u32 b, u32 Pick) {
  u32 R = 0;
  for (u32 I = 0; I < 4; ++I, Pick >>= 4) {
    u32 V = byteOf(a, b, Pick);
    R |= (Pick & 8 ? (V & 128 ? 255 : 0) : V) << (8 * I);
  }
  return R;
}
template <class F> __device__ u32 permuteBy(u32 a, u32 b, F Which) {
  u32 R = 0;
  for (u32 I = 0; I < 4; ++I)
    R |= byteOf(a, b, Which(I)) << (8 * I);
  return R;
}
/// bfe, bit by bit as the manual has it.
template <class T> __device__ T extract(T V, u32 Pos, u32 Length) {
  constexpr u32 Last = sizeof(T) * 8 - 1;
  bool Sign = T(-1) < T(0) && Length &&
              (V >> (Pos + Length - 1 < Last ? Pos + Length - 1 : Last) & 1);
  u64 R = 0;
  for (u32 I = 0; I <= Last; ++I)
    R |= u64(I < Length && Pos + I <= Last ? bool(V >> (Pos + I) & 1) : Sign)
         << I;
  return T(R);
}
template <class T> __device__ T insert(T V, T Into, u32 Pos, u32 Length) {
  for (u32 I = 0; I < Length && Pos + I < sizeof(T) * 8; ++I) {
    T At = T(1) << (Pos + I);
    Into = (Into & ~At) | (V >> I & 1 ? At : 0);
  }
  return Into;
}
template <class T> __device__ u32 highest(T V) {
  for (int I = sizeof(T) * 8 - 1; I >= 0; --I)
    if ((V >> I & 1) != (V < 0))
      return u32(I);
  return ~0u;
}
template <class T> __device__ u32 highestShift(T V) {
  u32 At = highest(V);
  return At == ~0u ? At : u32(sizeof(T)) * 8 - 1 - At;
}
__device__ u32 mask(u32 Pos, u32 Length) {
  u32 R = 0;
  for (u32 I = 0; I < Length && Pos + I < 32 && Pos < 32; ++I)
    R |= 1u << (Pos + I);
  return R;
}
__device__ u32 setBit(u32 Mask, u32 Base, int Offset) {
  if (Offset == 0)
    return Mask >> Base & 1 ? Base : ~0u;
  int Step = Offset > 0 ? 1 : -1;
  for (int At = int(Base); At >= 0 && At < 32; At += Step)
    if (Mask >> At & 1 && (Offset -= Step) == 0)
      return u32(At);
  return ~0u;
}
} // namespace

KERNEL(cxx_bits) {
  O(__brev(a)), O(__brevll(A)), O(__clz(s32(a))), O(__clzll(s64(A)));
  O(__popc(a)), O(__popcll(A)), O(__ffs(s32(a))), O(__ffsll(s64(A)));
  O(__byte_perm(a, b, c));
  O(__funnelshift_l(a, b, c)), O(__funnelshift_lc(a, b, c));
  O(__funnelshift_r(a, b, c)), O(__funnelshift_rc(a, b, c));
  O((a & b) | (~a & c)), O(a ^ b ^ c), O((a | b) & ~c), O((A & B) ^ (~C | D));
  O(a >> (b & 31) & 0xff), O((a << 8) | (a >> 24)), O((A << 13) | (A >> 51));
  O(s32(a << 20) >> 20), O(s64(A << 40) >> 40), O((a >> 5) & 0x7ff);
  O((a & ~0xff0u) | ((b & 0xff) << 4)), O(u16(a << 3 | u16(a) >> 13));
  O(!a), O(!!A), O(a ? b : c), O((a & 0x10) != 0), O((A >> 40 & 1) == 0);
}

KERNEL(ptx_logic) {
  BIT_TYPES(2, "and", [](auto x, auto y) { return x & y; });
  BIT_TYPES(2, "or", [](auto x, auto y) { return x | y; });
  BIT_TYPES(2, "xor", [](auto x, auto y) { return x ^ y; });
  BIT_TYPES(1, "not", [](auto x) { return ~x; });
  BIT_TYPES(1, "cnot", [](auto x) { return x == 0; });
  PREDICATE("setp.ne.u32 p, %1, 0; setp.lt.u32 q, %2, %3; and.pred p, p, q;",
            a && b < c, IN32);
  PREDICATE("setp.ne.u32 p, %1, 0; setp.lt.u32 q, %2, %3; or.pred p, p, q;",
            a || b < c, IN32);
  PREDICATE("setp.ne.u32 p, %1, 0; setp.lt.u32 q, %2, %3; xor.pred p, p, q;",
            (a != 0) != (b < c), IN32);
  PREDICATE("setp.lt.u32 q, %2, %3; not.pred p, q;", b >= c, IN32);
  // By amounts around the width, and by any.
  u32 n = c & 127;
#define SHIFTS(OP, T, K, L, F, BY)                                             \
  PTX(T, K, OP " %0, %1, %2;", F(T(A), BY), L(T(A)), "r"(BY))
  SHIFTS("shl.b16", u16, "=h", "h", left, n);
  SHIFTS("shl.b32", u32, "=r", "r", left, n);
  SHIFTS("shl.b64", u64, "=l", "l", left, n);
  SHIFTS("shl.b32", u32, "=r", "r", left, d);
  SHIFTS("shl.b64", u64, "=l", "l", left, d);
  SHIFTS("shr.b16", u16, "=h", "h", right, n);
  SHIFTS("shr.b32", u32, "=r", "r", right, n);
  SHIFTS("shr.b64", u64, "=l", "l", right, n);
  SHIFTS("shr.u16", u16, "=h", "h", right, n);
  SHIFTS("shr.u32", u32, "=r", "r", right, d);
  SHIFTS("shr.u64", u64, "=l", "l", right, d);
  SHIFTS("shr.s16", s16, "=h", "h", right, n);
  SHIFTS("shr.s32", s32, "=r", "r", right, n);
  SHIFTS("shr.s64", s64, "=l", "l", right, n);
  SHIFTS("shr.s16", s16, "=h", "h", right, d);
  SHIFTS("shr.s32", s32, "=r", "r", right, d);
  SHIFTS("shr.s64", s64, "=l", "l", right, d);
  R32("shf.l.clamp.b32 %0, %1, %2, %3;", funnel(a, b, c < 32 ? c : 32, true));
  R32("shf.r.clamp.b32 %0, %1, %2, %3;", funnel(a, b, c < 32 ? c : 32, false));
  R32("shf.l.wrap.b32 %0, %1, %2, %3;", funnel(a, b, c & 31, true));
  R32("shf.r.wrap.b32 %0, %1, %2, %3;", funnel(a, b, c & 31, false));
  PTX(u32, "=r",
      "{ .reg .b32 t; and.b32 t, %3, 63; shf.l.clamp.b32 %0, %1, %2, t; }",
      funnel(a, b, (c & 63) < 32 ? c & 63 : 32, true), IN32);
  PTX(u32, "=r",
      "{ .reg .b32 t; and.b32 t, %3, 63; shf.r.clamp.b32 %0, %1, %2, t; }",
      funnel(a, b, (c & 63) < 32 ? c & 63 : 32, false), IN32);
}

KERNEL(ptx_lop3_prmt) {
#define LOP3(TABLE)                                                            \
  R32("lop3.b32 %0, %1, %2, %3, " #TABLE ";", table(a, b, c, TABLE))
#define LOP3_ROW(H)                                                            \
  LOP3(H##0);                                                                  \
  LOP3(H##3);                                                                  \
  LOP3(H##6);                                                                  \
  LOP3(H##8);                                                                  \
  LOP3(H##a);                                                                  \
  LOP3(H##d)
  LOP3_ROW(0x0);
  LOP3_ROW(0x1);
  LOP3_ROW(0x3);
  LOP3_ROW(0x6);
  LOP3_ROW(0x8);
  LOP3_ROW(0x9);
  LOP3_ROW(0xc);
  LOP3_ROW(0xe);
  LOP3_ROW(0xf);
  LOP3(0xfe);
  LOP3(0xca);
  LOP3(0xb8);
  LOP3(0xe8);
  LOP3(0x1e);
  R32("{ .reg .pred q, p; setp.lt.s32 q, %4, 0; lop3.or.b32 %0|p, %1, %2, %3, "
      "0x80, !q; selp.u32 %0, %0, 7, p; }",
      (a & b & c) || s32(d) >= 0 ? a & b & c : 7);
  R32("{ .reg .pred q, p; setp.lt.s32 q, %4, 0; lop3.and.b32 %0|p, %1, %2, "
      "%3, 0x96, q; selp.u32 %0, %0, 7, p; }",
      (a ^ b ^ c) && s32(d) < 0 ? a ^ b ^ c : 7);
  R32("prmt.b32 %0, %1, %2, %3;", permute(a, b, c));
  R32("prmt.b32 %0, %1, %2, 0x7531;", permute(a, b, 0x7531));
  R32("prmt.b32 %0, %1, %2, 0x9d60;", permute(a, b, 0x9d60));
  u32 n = c & 3;
  R32("prmt.b32.f4e %0, %1, %2, %3;",
      permuteBy(a, b, [=](u32 I) { return n + I; }));
  R32("prmt.b32.b4e %0, %1, %2, %3;",
      permuteBy(a, b, [=](u32 I) { return n - I; }));
  R32("prmt.b32.rc8 %0, %1, %2, %3;", permuteBy(a, b, [=](u32) { return n; }));
  R32("prmt.b32.ecl %0, %1, %2, %3;",
      permuteBy(a, b, [=](u32 I) { return I < n ? n : I; }));
  R32("prmt.b32.ecr %0, %1, %2, %3;",
      permuteBy(a, b, [=](u32 I) { return I < n ? I : n; }));
  R32("prmt.b32.rc16 %0, %1, %2, %3;",
      permuteBy(a, b, [=](u32 I) { return (n & 1) * 2 + (I & 1); }));
}

KERNEL(ptx_fields) {
  // Positions and lengths below 128, and any up to 255.
#define FIELDS(P, L)                                                           \
  PTX(u32, "=r", "bfe.u32 %0, %1, %2, %3;", extract(a, P, L), "r"(a), "r"(P),  \
      "r"(L));                                                                 \
  PTX(u32, "=r", "bfe.s32 %0, %1, %2, %3;", extract(s32(a), P, L), "r"(a),     \
      "r"(P), "r"(L));                                                         \
  PTX(u64, "=l", "bfe.u64 %0, %1, %2, %3;", extract(A, P, L), "l"(A), "r"(P),  \
      "r"(L));                                                                 \
  PTX(u64, "=l", "bfe.s64 %0, %1, %2, %3;", extract(s64(A), P, L), "l"(A),     \
      "r"(P), "r"(L));                                                         \
  PTX(u32, "=r", "bfi.b32 %0, %1, %2, %3, %4;", insert(a, b, P, L), "r"(a),    \
      "r"(b), "r"(P), "r"(L));                                                 \
  PTX(u64, "=l", "bfi.b64 %0, %1, %2, %3, %4;", insert(A, B, P, L), "l"(A),    \
      "l"(B), "r"(P), "r"(L))
  FIELDS((c & 31), (d & 15));
  FIELDS((c & 127), (d & 127));
  FIELDS((c & 255), (d & 255));
  FIELDS(3u, 5u);
  FIELDS(28u, 9u);
  R32("bfe.u32 %0, %1, %2, %3;", extract(a, b & 255, c & 255));
  R32("bfe.s32 %0, %1, %2, %3;", extract(s32(a), b & 255, c & 255));
  R32("bfi.b32 %0, %1, %2, %3, %4;", insert(a, b, c & 255, d & 255));
  R32("bmsk.clamp.b32 %0, %1, %2;", mask(a, b));
  R32("bmsk.wrap.b32 %0, %1, %2;", mask(a & 31, b & 31));
  PTX(u32, "=r", "bmsk.clamp.b32 %0, %1, %2;", mask(a & 63, b & 63),
      "r"(a & 63), "r"(b & 63));
  PTX(u32, "=r", "szext.clamp.u32 %0, %1, %2;",
      extract(a, 0, (b & 63) < 32 ? b & 63 : 32), "r"(a), "r"(b & 63));
  PTX(u32, "=r", "szext.clamp.s32 %0, %1, %2;",
      extract(s32(a), 0, (b & 63) < 32 ? b & 63 : 32), "r"(a), "r"(b & 63));
  R32("szext.clamp.s32 %0, %1, %2;", extract(s32(a), 0, b < 32 ? b : 32));
  R32("szext.wrap.u32 %0, %1, %2;", extract(a, 0, b & 31));
  R32("szext.wrap.s32 %0, %1, %2;", extract(s32(a), 0, b & 31));
  PTX(u32, "=r", "fns.b32 %0, %1, %2, %3;", setBit(a, b & 31, s32(c & 15) - 8),
      "r"(a), "r"(b & 31), "r"(s32(c & 15) - 8));
}

KERNEL(ptx_count) {
  R32("brev.b32 %0, %1;", __builtin_bitreverse32(a));
  R64("brev.b64 %0, %1;", __builtin_bitreverse64(A));
  R32("clz.b32 %0, %1;", a ? __builtin_clz(a) : 32);
  PTX(u32, "=r", "clz.b64 %0, %1;", A ? __builtin_clzll(A) : 64, IN64);
  R32("popc.b32 %0, %1;", __builtin_popcount(a));
  PTX(u32, "=r", "popc.b64 %0, %1;", __builtin_popcountll(A), IN64);
  R32("bfind.u32 %0, %1;", highest(a));
  R32("bfind.s32 %0, %1;", highest(s32(a)));
  PTX(u32, "=r", "bfind.u64 %0, %1;", highest(A), IN64);
  PTX(u32, "=r", "bfind.s64 %0, %1;", highest(s64(A)), IN64);
  R32("bfind.shiftamt.u32 %0, %1;", highestShift(a));
  R32("bfind.shiftamt.s32 %0, %1;", highestShift(s32(a)));
  PTX(u32, "=r", "bfind.shiftamt.u64 %0, %1;", highestShift(A), IN64);
  PTX(u32, "=r", "bfind.shiftamt.s64 %0, %1;", highestShift(s64(A)), IN64);
}
