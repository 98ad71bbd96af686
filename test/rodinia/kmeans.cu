//===- kmeans.cu - Nearest centre of each point (Rodinia kmeans) ----------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One kernel transposes the points; then each iteration reads them through a
// texture over that buffer, the centres from constant memory, and writes the
// number of the nearest centre. Several pointers are passed and never used, two
// of them null.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// A texture that is read through a handle.
// RUN: %suites --oracle rodinia/kmeans | FileCheck %s

// CHECK: rodinia/kmeans invert_mapping conditional conditional 1 1 0 0 0 1
// CHECK: rodinia/kmeans kmeansPoint conditional conditional 20 20 0 0 0 1
// CHECK: condition: rodinia/kmeans invert_mapping: disjoint(
// CHECK: condition: rodinia/kmeans kmeansPoint: disjoint(
// CHECK: problems: 0

#include "Suite.h"

constexpr int MostCentres = 32, MostFeatures = 34;

#if SUITE_DEVICE

__constant__ float c_clusters[MostCentres * MostFeatures];

__global__ void invert_mapping(float *input, float *output, int npoints,
                               int nfeatures) {
  int point = threadIdx.x + blockDim.x * blockIdx.x;
  if (point < npoints)
    for (int i = 0; i < nfeatures; ++i)
      output[point + npoints * i] = input[point * nfeatures + i];
}

__global__ void kmeansPoint(cudaTextureObject_t t_features, float *features,
                            int nfeatures, int npoints, int nclusters,
                            int *membership, float *clusters,
                            float *block_clusters, int *block_deltas) {
  unsigned block = gridDim.x * blockIdx.y + blockIdx.x;
  unsigned point = block * blockDim.x * blockDim.y + threadIdx.x;
  int nearest = -1;
  if (point < npoints) {
    float least = 3.402823466e+38f;
    for (int c = 0; c < nclusters; ++c) {
      float distance = 0;
      for (int f = 0; f < nfeatures; ++f) {
        float away = tex1Dfetch<float>(t_features, int(point) + f * npoints) -
                     c_clusters[c * nfeatures + f];
        distance += away * away;
      }
      if (distance < least) {
        least = distance;
        nearest = c;
      }
    }
  }
  if (point < npoints)
    membership[point] = nearest;
}

#else

static void launches(Host &H) {
  int Points = H.size(494020, 700), Features = H.size(34, 5), Centres = 5;
  // The input decides, 501 at most; all have the same arguments.
  int Iterations = H.size(20, 2);
  size_t Values = size_t(Points) * size_t(Features);
  constexpr unsigned Threads = 256;
  unsigned Blocks = (unsigned(Points) + Threads - 1) / Threads, Side = 1;
  while (Side * Side < Blocks)
    ++Side;

  auto *Flipped = H.buffer<float>("feature_flipped", Values,
                                  [](size_t I) { return float(I * 7 % 23); });
  auto *Feature = H.buffer<float>("feature", Values);
  H.launch("invert_mapping", Side * Side, Threads, Flipped, Feature, Points,
           Features)
      .is(Idempotent);

  auto *Membership = H.buffer<int>("membership", size_t(Points));
  auto *Clusters =
      H.buffer<float>("clusters", size_t(Centres) * size_t(Features));
  uint64_t Texture = H.texture(Feature, Values);
  std::vector<float> Table(size_t(Centres) * size_t(Features));
  for (size_t I = 0; I < Table.size(); ++I)
    Table[I] = float(I * 5 % 19);
  H.setSymbol("c_clusters", Table);
  H.launch("kmeansPoint", {Side, Side}, Threads, Texture, Feature, Features,
           Points, Centres, Membership, Clusters, static_cast<float *>(nullptr),
           static_cast<int *>(nullptr))
      .is(Idempotent)
      .times(uint64_t(Iterations));
}
SUITE(rodinia, kmeans)

#endif
