//===- Opcodes.cuh - What the kernels of this folder share ----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each kernel is executed twice on the same inputs: as clang's device IR, and
// as nvcc's PTX, lifted. A thread gets four inputs of 64 bits, A to D; a to d
// are their low 32 bits. O(value) stores a result with the line that it is
// from.
//
//   O(A * B);                                      C++ for both compilers
//   R32("lop3.b32 %0, %1, %2, %3, 0x96;", a ^ b ^ c);
//       nvcc gets the instruction, clang what the manual says that it computes:
//       neither side knows how the other one came to its result.
//
// All NaNs are one: PTX leaves their payload open.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_OPCODES_CUH
#define REPRISE_TEST_OPCODES_CUH

#ifndef __clang__
#pragma nv_diag_suppress 177 // References are for clang only.
#pragma nv_diag_suppress 186 // x < 0 of what is unsigned.
#pragma nv_diag_suppress 550
#endif

using u8 = unsigned char;
using s8 = signed char;
using u16 = unsigned short;
using s16 = short;
using u32 = unsigned;
using s32 = int;
using u64 = unsigned long long;
using s64 = long long;
using u128 = unsigned __int128;
using s128 = __int128;

/// Pairs of a value and a line that one thread may store; the tool knows it
/// too.
constexpr unsigned SlotCount = 384;

static __device__ float flt(u32 Bits) { return __uint_as_float(Bits); }
static __device__ double dbl(u64 Bits) {
  return __longlong_as_double(static_cast<s64>(Bits));
}
static __device__ u32 bitsOf(float V) { return __float_as_uint(V); }
static __device__ u64 bitsOf(double V) {
  return static_cast<u64>(__double_as_longlong(V));
}

class Results {
public:
  __device__ explicit Results(u64 *Out) : Out(Out) {}

  __device__ void operator()(float V, int Line = __builtin_LINE()) {
    put(V != V ? 0x7fffffff : bitsOf(V), Line);
  }
  __device__ void operator()(double V, int Line = __builtin_LINE()) {
    put(V != V ? 0x7fffffffffffffff : bitsOf(V), Line);
  }
  /// Integers, as their own width has them.
  template <class T>
  __device__ void operator()(T V, int Line = __builtin_LINE()) {
    u64 Bits = static_cast<u64>(V);
    if (sizeof(T) < 8)
      Bits &= (1ull << (8 * sizeof(T) % 64)) - 1;
    put(Bits, Line);
  }
  /// The place of a result that the kernel writes by other means.
  __device__ u64 *place(int Line = __builtin_LINE()) {
    put(0, Line);
    return Out - 2;
  }

private:
  __device__ void put(u64 Bits, int Line) {
    if (Count++ == SlotCount)
      __trap();
    *Out++ = Bits;
    *Out++ = static_cast<u64>(Line);
  }
  u64 *Out;
  unsigned Count = 0;
};

/// KERNEL(name) { body with O, a, b, c, d, A, B, C, D }
#define KERNEL(NAME)                                                           \
  static __device__ __forceinline__ void NAME##_body(                          \
      Results &O, u32 a, u32 b, u32 c, u32 d, u64 A, u64 B, u64 C, u64 D);     \
  extern "C" __global__ void NAME(u64 *Out, const u64 *In) {                   \
    unsigned T = blockIdx.x * blockDim.x + threadIdx.x;                        \
    Results O(Out + 2ull * SlotCount * T);                                     \
    In += 4ull * T;                                                            \
    u64 A = In[0], B = In[1], C = In[2], D = In[3];                            \
    NAME##_body(O, static_cast<u32>(A), static_cast<u32>(B),                   \
                static_cast<u32>(C), static_cast<u32>(D), A, B, C, D);         \
  }                                                                            \
  static __device__ __forceinline__ void NAME##_body(                          \
      Results &O, u32 a, u32 b, u32 c, u32 d, u64 A, u64 B, u64 C, u64 D)

/// A result of type T in a register of kind K. TEXT writes %0.
#ifdef __clang__
#define PTX(T, K, TEXT, REFERENCE, ...) O(static_cast<T>(REFERENCE))
#else
#define PTX(T, K, TEXT, REFERENCE, ...)                                        \
  do {                                                                         \
    T Result;                                                                  \
    asm volatile(TEXT : K(Result) : __VA_ARGS__);                              \
    O(Result);                                                                 \
  } while (0)
#endif

// %1 to %4 are the inputs in registers of one width.
#define IN16 "h"(u16(a)), "h"(u16(b)), "h"(u16(c)), "h"(u16(d))
#define IN32 "r"(a), "r"(b), "r"(c), "r"(d)
#define IN64 "l"(A), "l"(B), "l"(C), "l"(D)
#define INF32 "f"(flt(a)), "f"(flt(b)), "f"(flt(c)), "f"(flt(d))
#define INF64 "d"(dbl(A)), "d"(dbl(B)), "d"(dbl(C)), "d"(dbl(D))
#define R16(TEXT, REFERENCE) PTX(u16, "=h", TEXT, REFERENCE, IN16)
#define R32(TEXT, REFERENCE) PTX(u32, "=r", TEXT, REFERENCE, IN32)
#define R64(TEXT, REFERENCE) PTX(u64, "=l", TEXT, REFERENCE, IN64)
#define F32(TEXT, REFERENCE) PTX(float, "=f", TEXT, REFERENCE, INF32)
#define F64(TEXT, REFERENCE) PTX(double, "=d", TEXT, REFERENCE, INF64)
/// TEXT writes the predicate p; %1 to %4 are IN.
#define PREDICATE(TEXT, REFERENCE, ...)                                        \
  PTX(u32, "=r", "{ .reg .pred p, q; " TEXT " selp.u32 %0, 1, 0, p; }",        \
      REFERENCE, __VA_ARGS__)

// One operation in all integer types of 16 bits and more. F is called with
// operands of the type.
#define OPERATION1(S, T, K, OP, F, ...)                                        \
  PTX(T, K, OP "." S " %0, %1;", F(T(A)), __VA_ARGS__)
#define OPERATION2(S, T, K, OP, F, ...)                                        \
  PTX(T, K, OP "." S " %0, %1, %2;", F(T(A), T(B)), __VA_ARGS__)
#define OPERATION3(S, T, K, OP, F, ...)                                        \
  PTX(T, K, OP "." S " %0, %1, %2, %3;", F(T(A), T(B), T(C)), __VA_ARGS__)
#define SIGNED_TYPES(N, OP, F)                                                 \
  OPERATION##N("s16", s16, "=h", OP, F, IN16);                                 \
  OPERATION##N("s32", s32, "=r", OP, F, IN32);                                 \
  OPERATION##N("s64", s64, "=l", OP, F, IN64)
#define UNSIGNED_TYPES(N, OP, F)                                               \
  OPERATION##N("u16", u16, "=h", OP, F, IN16);                                 \
  OPERATION##N("u32", u32, "=r", OP, F, IN32);                                 \
  OPERATION##N("u64", u64, "=l", OP, F, IN64)
#define BIT_TYPES(N, OP, F)                                                    \
  OPERATION##N("b16", u16, "=h", OP, F, IN16);                                 \
  OPERATION##N("b32", u32, "=r", OP, F, IN32);                                 \
  OPERATION##N("b64", u64, "=l", OP, F, IN64)
#define INTEGER_TYPES(N, OP, F)                                                \
  UNSIGNED_TYPES(N, OP, F);                                                    \
  SIGNED_TYPES(N, OP, F)

#endif // REPRISE_TEST_OPCODES_CUH
