//===- gemm_chain.cu - Small matrix products through cuBLAS ---------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// usage: gemm_chain [PRODUCTS]
//
// Ping-pong between two matrices, with products of sizes for which cuBLAS
// chooses different kernels. Prints a checksum for each size, and the
// microseconds of one product as `time NAME VALUE`.
//
//===----------------------------------------------------------------------===//

#include "../../../examples/support.h"

#include <chrono>
#include <cublas_v2.h>
#include <string>
#include <utility>

static void check(cublasStatus_t Status, const char *What) {
  if (Status == CUBLAS_STATUS_SUCCESS)
    return;
  std::fprintf(stderr, "%s: cuBLAS status %d\n", What, Status);
  std::exit(2);
}

/// A matrix that keeps lengths, so that long chains neither vanish nor grow.
static std::vector<float> reflection(int N) {
  std::vector<float> Axis = testData(N, N), Matrix;
  float Length = 0;
  for (float Value : Axis)
    Length += Value * Value;
  for (int Row = 0; Row < N; ++Row)
    for (int Column = 0; Column < N; ++Column)
      Matrix.push_back((Row == Column ? 1.0f : 0.0f) -
                       2 * Axis[Row] * Axis[Column] / Length);
  return Matrix;
}

static void multiply(cublasHandle_t Handle, int N, long Products) {
  size_t Count = static_cast<size_t>(N) * N;
  std::vector<float> Host = reflection(N);
  Buffer<float> Factor(Host), First(testData(Count, N + 1)), Second(Count);
  float *From = First.data(), *To = Second.data();
  const float One = 1, Zero = 0;

  auto Run = [&](long Times) {
    for (long I = 0; I < Times; ++I) {
      check(cublasSgemm(Handle, CUBLAS_OP_N, CUBLAS_OP_N, N, N, N, &One,
                        Factor.data(), N, From, N, &Zero, To, N),
            "cublasSgemm");
      std::swap(From, To);
    }
    check(cudaDeviceSynchronize(), "synchronize");
  };

  Run(2);
  auto Start = std::chrono::steady_clock::now();
  Run(Products);
  std::chrono::duration<double, std::micro> Elapsed =
      std::chrono::steady_clock::now() - Start;

  std::vector<float> Result = (From == First.data() ? First : Second).read();
  double Sum = 0;
  for (float Value : Result)
    Sum += Value;
  std::printf("n=%d checksum %.9g\n", N, Sum);
  std::printf("time n=%d %.3f\n", N, Elapsed.count() / Products);
}

int main(int Count, char **Arguments) {
  long Products = Count > 1 ? std::stol(Arguments[1]) : 2000;
  cublasHandle_t Handle;
  check(cublasCreate(&Handle), "cublasCreate");
  for (int N : {32, 100, 512, 1024})
    multiply(Handle, N, Products);
  check(cublasDestroy(Handle), "cublasDestroy");
}
