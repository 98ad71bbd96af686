//===- warp.cu - What threads of a warp and of a block do together --------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The references know no warps: they pass values through shared memory.
//
//===----------------------------------------------------------------------===//

#include "Opcodes.cuh"

namespace {
__device__ u32 lane() { return threadIdx.x & 31; }

/// Of(value of a lane) with the values of all threads of the warp.
template <class F> __device__ u64 together(u64 V, F Of) {
  __shared__ u64 Values[128];
  Values[threadIdx.x] = V;
  __syncthreads();
  u64 R = Of([](u32 Lane) { return Values[(threadIdx.x & ~31u) + Lane]; });
  __syncthreads();
  return R;
}
/// The values of all lanes, folded.
template <class F> __device__ u32 fold(u32 V, F Of) {
  return u32(together(V, [&](auto At) {
    u32 R = u32(At(0));
    for (u32 I = 1; I < 32; ++I)
      R = u32(Of(R, u32(At(I))));
    return R;
  }));
}
/// A lane for each bit of which the value is Wanted; only those in Mask.
template <class F> __device__ u32 lanesWhere(u64 V, u32 Mask, F Wanted) {
  return u32(together(V, [&](auto At) {
    u32 R = 0;
    for (u32 I = 0; I < 32; ++I)
      R |= u32(Wanted(At(I))) << I;
    return R & Mask;
  }));
}
enum Kind { Up, Downward, Butterfly, Index };
__device__ u32 shuffle(Kind K, u32 V, u32 By, u32 C, bool &Inside) {
  u32 Segment = C >> 8 & 31, Clamp = C & 31, Own = lane();
  int Last = int((Own & Segment) | (Clamp & ~Segment)), From = 0;
  By &= 31;
  switch (K) {
  case Up:
    From = int(Own) - int(By);
    break;
  case Downward:
    From = int(Own + By);
    break;
  case Butterfly:
    From = int(Own ^ By);
    break;
  case Index:
    From = int((Own & Segment) | (By & ~Segment));
    break;
  }
  Inside = K == Up ? From >= Last : From <= Last;
  u32 Source = Inside ? u32(From) : Own;
  return u32(together(V, [=](auto At) { return At(Source); }));
}
__device__ u32 shuffled(Kind K, u32 V, u32 By, u32 C) {
  bool Inside;
  u32 R = shuffle(K, V, By, C, Inside);
  return Inside ? R : ~R;
}
} // namespace

KERNEL(shuffles) {
  u32 By = b & 31;
#define SHUFFLE(MODE, KIND, C)                                                 \
  PTX(u32, "=r",                                                               \
      "{ .reg .pred p; shfl.sync." MODE ".b32 %0|p, %1, %2, " #C               \
      ", 0xffffffff; @!p not.b32 %0, %0; }",                                   \
      shuffled(KIND, a, By, C), "r"(a), "r"(By))
#define SEGMENTS(MODE, KIND, LAST)                                             \
  SHUFFLE(MODE, KIND, LAST);                                                   \
  SHUFFLE(MODE, KIND, 0x1000 + LAST);                                          \
  SHUFFLE(MODE, KIND, 0x1800 + LAST);                                          \
  SHUFFLE(MODE, KIND, 0x1c00 + LAST);                                          \
  SHUFFLE(MODE, KIND, 0x1e00 + LAST)
  SEGMENTS("up", Up, 0);
  SEGMENTS("down", Downward, 31);
  SEGMENTS("bfly", Butterfly, 31);
  SEGMENTS("idx", Index, 31);
  SHUFFLE("down", Downward, 7);
  SHUFFLE("idx", Index, 0x1807);
  R32("shfl.sync.bfly.b32 %0, %1, 1, 31, 0xffffffff;",
      together(a, [](auto At) { return At(lane() ^ 1); }));
  O(__shfl_sync(~0u, s32(a), s32(b & 31))), O(__shfl_up_sync(~0u, a, 3));
  O(__shfl_down_sync(~0u, flt(a) == flt(a) ? flt(a) : 0.f, 5, 8));
  O(__shfl_xor_sync(~0u, A, 16)), O(__shfl_sync(~0u, dbl(A), 2, 4));
}

KERNEL(votes) {
  bool P = s32(a) < 0;
#define VOTE(TEXT, REFERENCE)                                                  \
  PTX(u32, "=r", "{ .reg .pred p, q; setp.lt.s32 p, %1, 0; " TEXT " }",        \
      REFERENCE, "r"(a))
  auto Set = [](u64 V) { return V != 0; };
  VOTE("vote.sync.ballot.b32 %0, p, 0xffffffff;", lanesWhere(P, ~0u, Set));
  VOTE("vote.sync.ballot.b32 %0, !p, 0xffffffff;", lanesWhere(!P, ~0u, Set));
  VOTE("vote.sync.all.pred q, p, 0xffffffff; selp.u32 %0, 1, 0, q;",
       lanesWhere(P, ~0u, Set) == ~0u);
  VOTE("vote.sync.any.pred q, p, 0xffffffff; selp.u32 %0, 1, 0, q;",
       lanesWhere(P, ~0u, Set) != 0);
  VOTE("vote.sync.uni.pred q, p, 0xffffffff; selp.u32 %0, 1, 0, q;",
       lanesWhere(P, ~0u, Set) == ~0u || lanesWhere(P, ~0u, Set) == 0);
  // Few different values, so that some match.
  u32 Few = a & 3;
  u64 Wide = u64(b & 1) << 40 | 5;
  PTX(u32, "=r", "match.any.sync.b32 %0, %1, 0xffffffff;",
      lanesWhere(Few, ~0u, [=](u64 V) { return V == Few; }), "r"(Few));
  PTX(u32, "=r", "match.any.sync.b64 %0, %1, 0xffffffff;",
      lanesWhere(Wide, ~0u, [=](u64 V) { return V == Wide; }), "l"(Wide));
  u32 Same = threadIdx.x < 64 ? 7 : Few;
#define MATCH_ALL(V)                                                           \
  (lanesWhere(V, ~0u, [=](u64 X) { return X == (V); }) == ~0u ? ~0u : 100u)
  PTX(u32, "=r",
      "{ .reg .pred p; match.all.sync.b32 %0|p, %1, 0xffffffff; @!p add.u32 "
      "%0, %0, 100; }",
      MATCH_ALL(Same), "r"(Same));
  PTX(u32, "=r",
      "{ .reg .pred p; match.all.sync.b64 %0|p, %1, 0xffffffff; @!p add.u32 "
      "%0, %0, 100; }",
      MATCH_ALL(u64(Same)), "l"(u64(Same)));
  O(__ballot_sync(~0u, P)), O(__any_sync(~0u, Few == 2)), O(__activemask());
  O(__all_sync(~0u, Same == 7)), O(__popc(__match_any_sync(~0u, Few)));
  // A part of the warp.
  if (lane() & 1) {
    O(__ballot_sync(0xaaaaaaaa, P)), O(__shfl_sync(0xaaaaaaaa, a, 3));
    O(__match_any_sync(0xaaaaaaaa, Few));
  }
  __syncwarp();
}

KERNEL(reductions) {
#define REDUCE(OP, REFERENCE)                                                  \
  R32("redux.sync." OP " %0, %1, 0xffffffff;", fold(a, REFERENCE))
  REDUCE("add.u32", [](u32 x, u32 y) { return x + y; });
  REDUCE("add.s32", [](u32 x, u32 y) { return x + y; });
  REDUCE("min.u32", [](u32 x, u32 y) { return x < y ? x : y; });
  REDUCE("max.u32", [](u32 x, u32 y) { return x > y ? x : y; });
  REDUCE("min.s32", [](s32 x, s32 y) { return x < y ? x : y; });
  REDUCE("max.s32", [](s32 x, s32 y) { return x > y ? x : y; });
  REDUCE("and.b32", [](u32 x, u32 y) { return x & y; });
  REDUCE("or.b32", [](u32 x, u32 y) { return x | y; });
  REDUCE("xor.b32", [](u32 x, u32 y) { return x ^ y; });
}

KERNEL(barriers) {
  __shared__ u32 Values[128];
  bool P = s32(a) < 0;
  auto Block = [&](auto Of) { // Of(how many threads have P)
    Values[threadIdx.x] = P;
    __syncthreads();
    u32 N = 0;
    for (u32 I = 0; I < 128; ++I)
      N += Values[I];
    __syncthreads();
    return u32(Of(N));
  };
  O(__syncthreads_count(P)), O(__syncthreads_and(P)), O(__syncthreads_or(P));
#define BLOCK(TEXT, REFERENCE)                                                 \
  PTX(u32, "=r", "{ .reg .pred p, q; setp.lt.s32 p, %1, 0; " TEXT " }",        \
      Block(REFERENCE), "r"(a))
  BLOCK("barrier.sync.aligned 0; barrier.red.popc.aligned.u32 %0, 0, p;",
        [](u32 N) { return N; });
  BLOCK("bar.red.popc.u32 %0, 1, p;", [](u32 N) { return N; });
  BLOCK("bar.red.popc.u32 %0, 1, 128, !p;", [](u32 N) { return 128 - N; });
  BLOCK("bar.red.and.pred q, 2, p; selp.u32 %0, 1, 0, q;",
        [](u32 N) { return N == 128; });
  BLOCK("bar.red.or.pred q, 2, p; selp.u32 %0, 1, 0, q;",
        [](u32 N) { return N != 0; });
  // The first half produces, the second waits for it.
  u32 T = threadIdx.x;
  if (T < 64) {
    Values[T] = b;
#ifdef __clang__
    __syncthreads();
#else
    asm volatile("bar.arrive 3, 128;" ::: "memory");
#endif
    O(7u);
  } else {
#ifdef __clang__
    __syncthreads();
#else
    asm volatile("bar.sync 3, 128;" ::: "memory");
#endif
    O(Values[T - 64]);
  }
  __syncthreads();
  Values[T] = c;
#ifdef __clang__
  __syncwarp();
#else
  asm volatile("bar.warp.sync 0xffffffff;" ::: "memory");
#endif
  O(Values[T ^ 5]);
  __threadfence_block(), __threadfence(), __threadfence_system();
}

KERNEL(registers) {
  O(threadIdx.x), O(threadIdx.y), O(threadIdx.z), O(blockIdx.x), O(blockIdx.y);
  O(blockIdx.z), O(blockDim.x), O(blockDim.y), O(blockDim.z), O(gridDim.x);
  O(gridDim.y), O(gridDim.z), O(warpSize);
  u32 Lane = lane();
#define REGISTER(NAME, REFERENCE) R32("mov.u32 %0, %%" NAME ";", REFERENCE)
  REGISTER("laneid", Lane);
  REGISTER("warpid", threadIdx.x / 32);
  REGISTER("nwarpid", 4);
  REGISTER("lanemask_eq", 1u << Lane);
  REGISTER("lanemask_lt", (1u << Lane) - 1);
  REGISTER("lanemask_le", (2u << Lane) - 1);
  REGISTER("lanemask_gt", ~((2u << Lane) - 1));
  REGISTER("lanemask_ge", ~((1u << Lane) - 1));
  REGISTER("tid.x", threadIdx.x);
  REGISTER("ctaid.x", blockIdx.x);
}
