//===- random.cu - Dropout and random numbers (PyTorch, cuRAND) -----------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Counter-based generators hold no state in memory: a seed, and an offset that
// the host moves. In captured graphs seed and offset are read from memory. Old
// generators with a state for each thread save it again at the end.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle frameworks/random | FileCheck %s

// CHECK: frameworks/random fused_dropout_kernel_vec conditional conditional 51 50 1 0 0 27
// CHECK: frameworks/random masked_scale_kernel conditional conditional 25 25 0 0 0 1
// CHECK: frameworks/random distribution_elementwise_grid_stride_kernel conditional conditional 49 49 0 0 0 2
// CHECK: frameworks/random random_state_setup_kernel idempotent idempotent 1 1 0 0 0 1
// CHECK: frameworks/random random_uniform_kernel non-idempotent non-idempotent 10 0 10 0 0 1

// CHECK: condition: frameworks/random fused_dropout_kernel_vec: disjoint(b[0 .. 16((total - 1) / 4) + 16), args.SeedPointer[0 .. 8)) and disjoint(c[0 ..
// CHECK: condition: frameworks/random masked_scale_kernel: disjoint(out[0 .. 4N), grad[0 .. 4N)) and disjoint(out[0 .. 4N), mask[0 .. N))
// CHECK: condition: frameworks/random distribution_elementwise_grid_stride_kernel: disjoint(out[0 .. 16gridDim.x*blockDim.x*((N - 1) / (4gridDim.x*blockDim.x)) +

#include "Suite.h"

/// Two numbers, or where they are.
struct PhiloxArgs {
  unsigned long Seed;
  union {
    unsigned long Value;
    const long *Pointer;
  } Offset;
  const long *SeedPointer;
  unsigned Extra; ///< Of the offset, inside a captured graph.
  bool Captured;
};

/// State of a generator that a thread owns.
struct XorState {
  unsigned D, V[5];
};

#if SUITE_DEVICE

struct Philox {
  uint4 Counter;
  uint2 Key;

  __device__ Philox(unsigned long Seed, unsigned long Stream,
                    unsigned long Offset) {
    Key = {static_cast<unsigned>(Seed), static_cast<unsigned>(Seed >> 32)};
    Counter = {
        static_cast<unsigned>(Offset), static_cast<unsigned>(Offset >> 32),
        static_cast<unsigned>(Stream), static_cast<unsigned>(Stream >> 32)};
  }
  __device__ uint4 next() {
    uint4 C = Counter;
    uint2 K = Key;
    for (int Round = 0; Round < 10; ++Round) {
      unsigned High0 = __umulhi(0xD2511F53, C.x), Low0 = 0xD2511F53 * C.x;
      unsigned High1 = __umulhi(0xCD9E8D57, C.z), Low1 = 0xCD9E8D57 * C.z;
      C = {High1 ^ C.y ^ K.x, Low1, High0 ^ C.w ^ K.y, Low0};
      K.x += 0x9E3779B9, K.y += 0xBB67AE85;
    }
    if (++Counter.x == 0)
      ++Counter.y;
    return C;
  }
  __device__ float4 uniform() {
    uint4 R = next();
    constexpr float Scale = 2.3283064e-10f;
    return {R.x * Scale + Scale / 2, R.y * Scale + Scale / 2,
            R.z * Scale + Scale / 2, R.w * Scale + Scale / 2};
  }
};

__device__ Philox generatorFor(const PhiloxArgs &A, unsigned long Stream) {
  if (A.Captured)
    return Philox(*A.SeedPointer, Stream, *A.Offset.Pointer + A.Extra);
  return Philox(A.Seed, Stream, A.Offset.Value);
}

/// Four elements a thread and round.
__global__ void fused_dropout_kernel_vec(const float *a, float *b,
                                         unsigned char *c, unsigned total,
                                         float p, PhiloxArgs args) {
  unsigned Thread = blockIdx.x * blockDim.x + threadIdx.x;
  Philox State = generatorFor(args, Thread);
  float Scale = 1 / p;
  for (unsigned I = Thread * 4; I < total; I += gridDim.x * blockDim.x * 4) {
    float4 R = State.uniform();
    float4 V = *reinterpret_cast<const float4 *>(a + I);
    uchar4 Keep = {R.x < p, R.y < p, R.z < p, R.w < p};
    V.x = Keep.x ? V.x * Scale : 0, V.y = Keep.y ? V.y * Scale : 0;
    V.z = Keep.z ? V.z * Scale : 0, V.w = Keep.w ? V.w * Scale : 0;
    *reinterpret_cast<float4 *>(b + I) = V;
    *reinterpret_cast<uchar4 *>(c + I) = Keep;
  }
}

__global__ void masked_scale_kernel(const float *grad,
                                    const unsigned char *mask, float *out,
                                    int N, float scale) {
  int I = blockIdx.x * blockDim.x + threadIdx.x;
  if (I < N)
    out[I] = grad[I] * mask[I] * scale;
}

/// Four numbers that lie gridDim.x * blockDim.x apart, in rounds that all
/// threads take part in.
__global__ void distribution_elementwise_grid_stride_kernel(float *out, int N,
                                                            float mean,
                                                            float deviation,
                                                            PhiloxArgs args) {
  int Thread = blockIdx.x * blockDim.x + threadIdx.x;
  Philox State = generatorFor(args, Thread);
  int Step = blockDim.x * gridDim.x, Rounds = ((N - 1) / (Step * 4) + 1);
  for (int I = Thread, End = Rounds * Step * 4; I < End; I += Step * 4) {
    float4 R = State.uniform();
    float A = sqrtf(-2 * __logf(R.x)), B = sqrtf(-2 * __logf(R.z));
    float Normal[4] = {
        A * __sinf(6.2831853f * R.y), A * __cosf(6.2831853f * R.y),
        B * __sinf(6.2831853f * R.w), B * __cosf(6.2831853f * R.w)};
#pragma unroll
    for (int K = 0; K < 4; ++K) {
      int At = I + Step * K;
      if (At < N)
        out[At] = Normal[K] * deviation + mean;
    }
    __syncthreads();
  }
}

__global__ void random_state_setup_kernel(XorState *states, unsigned seed,
                                          int N) {
  int I = blockIdx.x * blockDim.x + threadIdx.x;
  if (I >= N)
    return;
  XorState S = {seed, {}};
  for (unsigned K = 0; K < 5; ++K)
    S.V[K] = (seed ^ (I * 69069u)) * 1099087573u + K;
  states[I] = S;
}

__global__ void random_uniform_kernel(XorState *states, float *out, int N) {
  int Thread = blockIdx.x * blockDim.x + threadIdx.x;
  XorState S = states[Thread];
  for (int I = Thread; I < N; I += gridDim.x * blockDim.x) {
    unsigned T = S.V[0] ^ (S.V[0] >> 2);
    S.V[0] = S.V[1], S.V[1] = S.V[2], S.V[2] = S.V[3], S.V[3] = S.V[4];
    S.V[4] = (S.V[4] ^ (S.V[4] << 4)) ^ (T ^ (T << 1));
    S.D += 362437;
    out[I] = (S.V[4] + S.D) * 2.3283064e-10f;
  }
  states[Thread] = S;
}

#else

static void launches(Host &H) {
  auto Value = [](size_t I) { return float(I % 41) - 20; };
  // Hidden layers of BERT-base.
  unsigned N = H.size(16 * 512 * 768, 2048);
  auto *X = H.buffer<float>("x", N, Value);
  auto *Y = H.buffer<float>("y", N);
  auto *Mask = H.buffer<unsigned char>("mask", N);
  auto *Seed = H.buffer<long>("seed", 1, [](size_t) { return 42; });
  auto *Offset = H.buffer<long>("offset", 1);
  PhiloxArgs Args = {};
  Args.Seed = 42;
  unsigned Blocks = H.size(132 * 8, 2);
  for (unsigned Step = 0; Step < 25; ++Step) {
    Args.Offset.Value = Step * 64;
    H.launch("fused_dropout_kernel_vec", Blocks, 256, X, Y, Mask, N, 0.9f, Args)
        .is(Idempotent);
  }
  PhiloxArgs Graph = {};
  Graph.Captured = true;
  Graph.SeedPointer = Seed;
  Graph.Offset.Pointer = Offset;
  H.launch("fused_dropout_kernel_vec", Blocks, 256, X, Y, Mask, N, 0.9f, Graph)
      .is(Idempotent)
      .times(25);
  H.launch("fused_dropout_kernel_vec", Blocks, 256, X, X, Mask, N, 0.9f, Args)
      .is(Clobbers);
  H.launch("masked_scale_kernel", (N + 255) / 256, 256, Y, Mask, X, int(N),
           1 / 0.9f)
      .is(Idempotent)
      .times(25);

  // Weights of GPT-2 are drawn at the start.
  const char *Normal = "distribution_elementwise_grid_stride_kernel";
  H.launch(Normal, Blocks, 256, Y, int(N), 0.0f, 0.02f, Args)
      .is(Idempotent)
      .times(48);
  H.launch(Normal, Blocks, 256, Y, int(N), 0.0f, 0.02f, Graph).is(Idempotent);

  int Generators = H.size(64 * 256, 256);
  auto *States = H.buffer<XorState>("states", Generators);
  unsigned Few = unsigned(Generators) / 64;
  H.launch("random_state_setup_kernel", Few, 64, States, 1234u, Generators)
      .is(Idempotent);
  H.launch("random_uniform_kernel", Few, 64, States, Y, int(N))
      .is(Clobbers)
      .times(10);
}
SUITE(frameworks, random)

#endif
