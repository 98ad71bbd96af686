//===- leukocyte.cu - Cells in a video (Rodinia leukocyte) ----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Detection reads textures and constant tables and writes one matrix. Tracking
// has a block for each cell, which takes its matrices from arrays of pointers,
// iterates in shared memory and overwrites the matrix that it began with: none
// of the kernel's own arguments is written through.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// Textures that are read through a handle; class of IMGVF_kernel: a matrix that
// is read and written through a loaded pointer.
// RUN: %suites --oracle rodinia/leukocyte | FileCheck %s

// CHECK: rodinia/leukocyte GICOV_kernel conditional conditional 1 1 0 0 0 1
// CHECK: rodinia/leukocyte dilate_kernel conditional conditional 1 1 0 0 0 1
// CHECK: rodinia/leukocyte IMGVF_kernel unknown non-idempotent 5 0 0 5 0 1
// CHECK: condition: rodinia/leukocyte GICOV_kernel: disjoint(
// CHECK: condition: rodinia/leukocyte dilate_kernel: disjoint(
// CHECK: problems: 0

#include "Suite.h"

constexpr int Samples = 150, MaxRadius = 20, Circles = 7;
constexpr int Element = 12 * 2 + 1; // Rows and columns of what dilates.
constexpr int Threads = 320, PowerBelow = 256;
constexpr int CellRows = 41, CellCols = 81;

#if SUITE_DEVICE

__constant__ float c_sin_angle[Samples];
__constant__ float c_cos_angle[Samples];
__constant__ int c_tX[Circles * Samples];
__constant__ int c_tY[Circles * Samples];
__constant__ float c_strel[Element * Element];

__global__ void GICOV_kernel(cudaTextureObject_t t_grad_x,
                             cudaTextureObject_t t_grad_y, int grad_m,
                             float *gicov) {
  int i = blockIdx.x + MaxRadius + 2;
  int j = threadIdx.x + MaxRadius + 2;
  float best = 0;
  for (int k = 0; k < Circles; ++k) {
    float sum = 0, squares = 0, mean = 0;
    for (int n = 0; n < Samples; ++n) {
      int y = j + c_tY[k * Samples + n];
      int x = i + c_tX[k * Samples + n];
      int at = x * grad_m + y;
      float p = tex1Dfetch<float>(t_grad_x, at) * c_cos_angle[n] +
                tex1Dfetch<float>(t_grad_y, at) * c_sin_angle[n];
      sum += p;
      float change = p - mean;
      mean += change / float(n + 1);
      squares += change * (p - mean);
    }
    mean = sum / float(Samples);
    float score = mean * mean / (squares / float(Samples - 1));
    if (score > best)
      best = score;
  }
  gicov[i * grad_m + j] = best;
}

__global__ void dilate_kernel(cudaTextureObject_t t_img, int img_m, int img_n,
                              int strel_m, int strel_n, float *dilated) {
  int middleI = strel_m / 2, middleJ = strel_n / 2;
  int pixel = blockIdx.x * blockDim.x + threadIdx.x;
  int i = pixel % img_m, j = pixel / img_m;
  float most = 0;
  for (int a = 0; a < strel_m; ++a) {
    int y = i - middleI + a;
    if (y < 0 || y >= img_m)
      continue;
    for (int b = 0; b < strel_n; ++b) {
      int x = j - middleJ + b;
      if (x >= 0 && x < img_n && c_strel[a * strel_n + b] != 0) {
        float value = tex1Dfetch<float>(t_img, x * img_m + y);
        if (value > most)
          most = value;
      }
    }
  }
  dilated[i * img_n + j] = most;
}

__device__ float step(float x) { return atanf(x) / 3.14159265f + 0.5f; }

__global__ void IMGVF_kernel(float **IMGVF_array, float **I_array, int *m_array,
                             int *n_array, float vx, float vy, float e,
                             int max_iterations, float cutoff) {
  __shared__ float field[CellRows * CellCols];
  __shared__ float buffer[Threads];
  __shared__ bool converged;
  int cell = blockIdx.x, t = threadIdx.x;
  float *global = IMGVF_array[cell];
  float *image = I_array[cell];
  int m = m_array[cell], n = n_array[cell];
  int rounds = (m * n + Threads - 1) / Threads;
  for (int r = 0; r < rounds; ++r) {
    int i = (t + r * Threads) / n, j = (t + r * Threads) % n;
    if (i < m)
      field[i * n + j] = global[i * n + j];
  }
  __syncthreads();
  if (t == 0)
    converged = false;
  __syncthreads();

  const float mu = 0.5f, lambda = 8 * mu + 1;
  float sharpness = 1 / e;
  for (int k = 0; !converged && k < max_iterations; ++k) {
    float change = 0;
    int i = 0, j = t % n - Threads % n;
    for (int r = 0; r < rounds; ++r) {
      int lastI = i, lastJ = j;
      i = (t + r * Threads) * (1 / float(n));
      j += Threads % n;
      if (j >= n)
        j -= n;
      float now = 0, before = 0;
      if (i < m) {
        int up = i == 0 ? 0 : i - 1, down = i == m - 1 ? m - 1 : i + 1;
        int left = j == 0 ? 0 : j - 1, right = j == n - 1 ? n - 1 : j + 1;
        before = field[i * n + j];
        auto Force = [&](int row, int col, float along) {
          float d = field[row * n + col] - before;
          return step(d * along * sharpness) * d;
        };
        now = before +
              mu / lambda *
                  (Force(up, j, -vy) + Force(down, j, vy) +
                   Force(i, left, -vx) + Force(i, right, vx) +
                   Force(up, right, vx - vy) + Force(down, right, vx + vy) +
                   Force(up, left, -vx - vy) + Force(down, left, vy - vx));
        float pixel = image[i * n + j];
        now -= 1 / lambda * pixel * (now - pixel);
      }
      // One round behind, so that neighbours read what was before.
      if (r > 0 && lastI < m)
        field[lastI * n + lastJ] = buffer[t];
      if (r < rounds - 1)
        buffer[t] = now;
      else if (i < m)
        field[i * n + j] = now;
      change += fabsf(now - before);
      __syncthreads();
    }
    buffer[t] = change;
    __syncthreads();
    if (t >= PowerBelow)
      buffer[t - PowerBelow] += buffer[t];
    __syncthreads();
    for (int half = PowerBelow / 2; half > 0; half /= 2) {
      if (t < half)
        buffer[t] += buffer[t + half];
      __syncthreads();
    }
    if (t == 0 && buffer[0] / float(m * n) < cutoff)
      converged = true;
    __syncthreads();
  }
  for (int r = 0; r < rounds; ++r) {
    int i = (t + r * Threads) / n, j = (t + r * Threads) % n;
    if (i < m)
      global[i * n + j] = field[i * n + j];
  }
}

#else

#include <cmath>

static void detect(Host &H) {
  int Rows = H.size(219, 48), Cols = H.size(640, 50), Edge = MaxRadius + 2;
  auto Size = size_t(Rows) * size_t(Cols);
  std::vector<float> Sine, Cosine, Disk;
  std::vector<int> X, Y;
  for (int I = 0; I < Samples; ++I) {
    Sine.push_back(float(I) / Samples);
    Cosine.push_back(1 - float(I) / Samples);
  }
  for (int I = 0; I < Circles * Samples; ++I) {
    X.push_back(I % (2 * MaxRadius + 1) - MaxRadius);
    Y.push_back(I * 7 % (2 * MaxRadius + 1) - MaxRadius);
  }
  for (int I = 0; I < Element * Element; ++I)
    Disk.push_back(std::abs(I / Element - 12) + std::abs(I % Element - 12) < 13
                       ? 1.0f
                       : 0.0f);
  H.setSymbol("c_sin_angle", Sine);
  H.setSymbol("c_cos_angle", Cosine);
  H.setSymbol("c_tX", X);
  H.setSymbol("c_tY", Y);
  H.setSymbol("c_strel", Disk);

  auto Gradient = [](size_t I) { return float(I * 13 % 31) / 31 - 0.5f; };
  auto *GradX = H.buffer<float>("grad_x", Size, Gradient);
  auto *GradY = H.buffer<float>("grad_y", Size, Gradient);
  uint64_t TexX = H.texture(GradX, Size), TexY = H.texture(GradY, Size);
  auto *Gicov = H.buffer<float>("gicov", Size);
  H.launch("GICOV_kernel", unsigned(Cols - 2 * Edge), unsigned(Rows - 2 * Edge),
           TexX, TexY, Rows, Gicov)
      .is(Idempotent);
  H.release(GradX);
  H.release(GradY);

  auto *Dilated = H.buffer<float>("img_dilated", Size);
  uint64_t Image = H.texture(Gicov, Size);
  constexpr int Block = 176;
  // Rounded, not up: a few pixels may be left out.
  auto Blocks = unsigned(std::lround(float(Rows * Cols) / float(Block)));
  if (int(Blocks) * Block > Rows * Cols)
    Blocks = unsigned(Rows * Cols / Block);
  H.launch("dilate_kernel", Blocks, unsigned(Block), Image, Rows, Cols, Element,
           Element, Dilated)
      .is(Idempotent);
  H.release(Gicov);
  H.release(Dilated);
}

static void track(Host &H) {
  int Frames = H.size(5, 1), Iterations = H.size(500, 2);
  int Rows = H.size(CellRows, 20), Cols = H.size(CellCols, 33);
  size_t Cells = H.size(36, 2), Size = size_t(Rows) * size_t(Cols);
  for (int Frame = 0; Frame < Frames; ++Frame) {
    auto *Images = H.buffer<float *>("I_array", Cells);
    auto *Fields = H.buffer<float *>("IMGVF_array", Cells);
    auto *M = H.buffer<int>("m_array", Cells, [=](size_t) { return Rows; });
    auto *N = H.buffer<int>("n_array", Cells, [=](size_t) { return Cols; });
    auto Edges = [](size_t I) { return float(I * 19 % 53) / 53; };
    auto *AllImages = H.buffer<float>("I_all", Cells * Size, Edges);
    auto *AllFields = H.buffer<float>("IMGVF_all", Cells * Size, Edges);
    std::vector<float *> OfImages, OfFields;
    for (size_t C = 0; C < Cells; ++C) {
      OfImages.push_back(AllImages + C * Size);
      OfFields.push_back(AllFields + C * Size);
    }
    H.write(Images, OfImages);
    H.write(Fields, OfFields);
    H.launch("IMGVF_kernel", unsigned(Cells), unsigned(Threads), Fields, Images,
             M, N, 1.0f, 1.0f, 1e-10f, Iterations, 1e-5f)
        .is(Clobbers);
    for (const auto *P : {M, N})
      H.release(P);
    for (float *const *P : {Fields, Images})
      H.release(static_cast<const void *>(P));
    for (const auto *P : {AllFields, AllImages})
      H.release(P);
  }
}

static void launches(Host &H) {
  detect(H);
  track(H);
}
SUITE(rodinia, leukocyte)

#endif
