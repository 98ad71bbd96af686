//===- particlefilter.cu - Tracking by samples (Rodinia particlefilter) ---===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// All steps on the GPU. The state of the random numbers, the weights and the
// first partial sum are updated in place; only resampling is idempotent.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle rodinia/particlefilter | FileCheck %s

// CHECK: rodinia/particlefilter find_index_kernel conditional conditional 9 9 0 0 0 2
// CHECK: rodinia/particlefilter normalize_weights_kernel non-idempotent non-idempotent 9 0 9 0 0 2
// CHECK: rodinia/particlefilter sum_kernel conditional non-idempotent 9 0 {{9 0|0 9}} 0 2
// CHECK: rodinia/particlefilter likelihood_kernel non-idempotent non-idempotent 9 0 {{9 0|0 9}} 0 2
// CHECK: condition: rodinia/particlefilter find_index_kernel: disjoint(
// CHECK: problems: 0

#include "Suite.h"

constexpr int Threads = 512;

#if SUITE_DEVICE

/// A linear congruential generator; each particle has its own state.
__device__ double uniform(int *seed, int i) {
  constexpr int Modulus = 2147483647;
  int next = 1103515245 * seed[i] + 12345;
  seed[i] = next % Modulus;
  return fabs(seed[i] / double(Modulus));
}

__device__ double normal(int *seed, int i) {
  double u = uniform(seed, i), v = uniform(seed, i);
  double angle = cos(2 * 3.14159265358979323846 * v);
  return sqrt(-2 * log(u)) * angle;
}

__global__ void find_index_kernel(double *arrayX, double *arrayY, double *CDF,
                                  double *u, double *xj, double *yj,
                                  double *weights, int Nparticles) {
  int i = blockDim.x * blockIdx.x + threadIdx.x;
  if (i < Nparticles) {
    int found = -1;
    for (int k = 0; k < Nparticles; ++k)
      if (CDF[k] >= u[i]) {
        found = k;
        break;
      }
    if (found == -1)
      found = Nparticles - 1;
    xj[i] = arrayX[found];
    yj[i] = arrayY[found];
  }
  __syncthreads();
}

__global__ void normalize_weights_kernel(double *weights, int Nparticles,
                                         double *partial_sums, double *CDF,
                                         double *u, int *seed) {
  __shared__ double first, sum;
  int i = blockDim.x * blockIdx.x + threadIdx.x;
  if (threadIdx.x == 0)
    sum = partial_sums[0];
  __syncthreads();
  if (i < Nparticles)
    weights[i] = weights[i] / sum;
  __syncthreads();
  if (i == 0) {
    CDF[0] = weights[0];
    for (int k = 1; k < Nparticles; ++k)
      CDF[k] = weights[k] + CDF[k - 1];
    u[0] = 1 / double(Nparticles) * uniform(seed, i);
  }
  __syncthreads();
  if (threadIdx.x == 0)
    first = u[0];
  __syncthreads();
  if (i < Nparticles)
    u[i] = first + i / double(Nparticles);
}

__global__ void sum_kernel(double *partial_sums, int Nparticles) {
  int i = blockDim.x * blockIdx.x + threadIdx.x;
  if (i == 0) {
    double sum = 0;
    int blocks = ceil(double(Nparticles) / double(Threads));
    for (int k = 0; k < blocks; ++k)
      sum += partial_sums[k];
    partial_sums[0] = sum;
  }
}

__global__ void likelihood_kernel(double *arrayX, double *arrayY, double *xj,
                                  double *yj, double *CDF, int *ind, int *objxy,
                                  double *likelihood, unsigned char *I,
                                  double *u, double *weights, int Nparticles,
                                  int countOnes, int max_size, int k, int IszY,
                                  int Nfr, int *seed, double *partial_sums) {
  __shared__ double sums[Threads];
  int i = blockDim.x * blockIdx.x + threadIdx.x;
  if (i < Nparticles) {
    arrayX[i] = xj[i];
    arrayY[i] = yj[i];
    weights[i] = 1 / double(Nparticles);
    arrayX[i] = arrayX[i] + 1.0 + 5.0 * normal(seed, i);
    arrayY[i] = arrayY[i] - 2.0 + 2.0 * normal(seed, i);
  }
  __syncthreads();
  if (i < Nparticles) {
    for (int y = 0; y < countOnes; ++y) {
      int column = int(arrayX[i]) + objxy[y * 2 + 1];
      int row = int(arrayY[i]) + objxy[y * 2];
      ind[i * countOnes + y] = abs(column * IszY * Nfr + row * Nfr + k);
      if (ind[i * countOnes + y] >= max_size)
        ind[i * countOnes + y] = 0;
    }
    double sum = 0;
    for (int y = 0; y < countOnes; ++y) {
      double object = I[ind[i * countOnes + y]] - 100;
      double ground = I[ind[i * countOnes + y]] - 228;
      sum += (object * object - ground * ground) / 50.0;
    }
    likelihood[i] = sum;
    likelihood[i] = likelihood[i] / countOnes;
    weights[i] = weights[i] * exp(likelihood[i]);
  }
  sums[threadIdx.x] = 0;
  __syncthreads();
  if (i < Nparticles)
    sums[threadIdx.x] = weights[i];
  __syncthreads();
  for (unsigned half = blockDim.x / 2; half > 0; half >>= 1) {
    if (threadIdx.x < half)
      sums[threadIdx.x] += sums[threadIdx.x + half];
    __syncthreads();
  }
  if (threadIdx.x == 0)
    partial_sums[blockIdx.x] = sums[0];
  __syncthreads();
}

#else

/// Pairs of offsets inside a circle.
static std::vector<int> disk(int Radius) {
  std::vector<int> Pairs;
  for (int X = 1 - Radius; X < Radius; ++X)
    for (int Y = 1 - Radius; Y < Radius; ++Y)
      if (X * X + Y * Y < Radius * Radius) {
        Pairs.push_back(Y);
        Pairs.push_back(X);
      }
  return Pairs;
}

static void launches(Host &H) {
  int Width = H.size(128, 32), Frames = H.size(10, 3);
  int Particles = H.size(1000, 600);
  auto Count = size_t(Particles);
  int Pixels = Width * Width * Frames;
  std::vector<int> Offsets = disk(H.size(5, 2));
  int Ones = int(Offsets.size() / 2);
  unsigned Blocks = (unsigned(Particles) + Threads - 1) / Threads;

  auto Centre = [=](size_t) { return double(Width) / 2; };
  auto *X = H.buffer<double>("arrayX", Count);
  auto *Y = H.buffer<double>("arrayY", Count);
  auto *XJ = H.buffer<double>("xj", Count, Centre);
  auto *YJ = H.buffer<double>("yj", Count, Centre);
  auto *CDF = H.buffer<double>("CDF", Count);
  auto *U = H.buffer<double>("u", Count);
  auto *Likelihood = H.buffer<double>("likelihood", Count);
  auto *Weights = H.buffer<double>(
      "weights", Count, [=](size_t) { return 1 / double(Particles); });
  auto *I = H.buffer<unsigned char>(
      "I", size_t(Pixels), [](size_t P) { return P % 11 < 3 ? 228 : 100; });
  auto *Object = H.buffer<int>("objxy", Offsets);
  auto *Ind = H.buffer<int>("ind", size_t(Ones) * Count);
  auto *Seed = H.buffer<int>("seed", Count,
                             [](size_t P) { return int(12345 + 1000 * P); });
  auto *Sums = H.buffer<double>("partial_sums", Count);
  for (int Frame = 1; Frame < Frames; ++Frame) {
    H.launch("likelihood_kernel", Blocks, Threads, X, Y, XJ, YJ, CDF, Ind,
             Object, Likelihood, I, U, Weights, Particles, Ones, Pixels, Frame,
             Width, Frames, Seed, Sums)
        .is(Clobbers);
    H.launch("sum_kernel", Blocks, Threads, Sums, Particles).is(Clobbers);
    H.launch("normalize_weights_kernel", Blocks, Threads, Weights, Particles,
             Sums, CDF, U, Seed)
        .is(Clobbers);
    H.launch("find_index_kernel", Blocks, Threads, X, Y, CDF, U, XJ, YJ,
             Weights, Particles)
        .is(Idempotent);
  }
}
SUITE(rodinia, particlefilter)

#endif
