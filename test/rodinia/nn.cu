//===- nn.cu - Distances to a point (Rodinia nn) --------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads records of two floats, writes one float for each. The grid has a second
// dimension when there are more records than one dimension of blocks covers.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle rodinia/nn | FileCheck %s

// CHECK: rodinia/nn euclid conditional conditional 1 1 0 0 0 1
// CHECK: condition: rodinia/nn euclid: disjoint(

#include "Suite.h"

struct LatLong {
  float Lat, Lng;
};

#if SUITE_DEVICE

__global__ void euclid(const LatLong *locations, float *distances,
                       int numRecords, float lat, float lng) {
  int g = blockDim.x * (gridDim.x * blockIdx.y + blockIdx.x) + threadIdx.x;
  if (g >= numRecords)
    return;
  float dLat = lat - locations[g].Lat, dLng = lng - locations[g].Lng;
  distances[g] = sqrtf(dLat * dLat + dLng * dLng);
}

#else

static void launches(Host &H) {
  int Records = H.size(42764, 700);
  auto *Locations = H.buffer<LatLong>("locations", Records, [](size_t I) {
    return LatLong{float(I % 90), float(I % 180)};
  });
  auto *Distances = H.buffer<float>("distances", Records);
  H.launch("euclid", (Records + 255) / 256, 256, Locations, Distances, Records,
           30.0f, 90.0f)
      .is(Idempotent);
}
SUITE(rodinia, nn)

#endif
