//===- Stencil.h - Seven points of a grid ---------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the variants of Parboil's stencil share: the index, and the host code
// that lets two grids take turns.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_PARBOIL_INPUTS_STENCIL_H
#define REPRISE_TEST_PARBOIL_INPUTS_STENCIL_H

#include "Suite.h"

#if SUITE_DEVICE

/// Element (I, J, K) of a grid whose planes have NX times NY elements.
#define AT(NX, NY, I, J, K) ((I) + (NX) * ((J) + (NY) * (K)))

#else

/// As many steps as the original makes; the grids are swapped after each.
static inline void iterate(Host &H, const char *Kernel, Dim3 Grid, Dim3 Block,
                           uint32_t Shared, int NX, int NY, int NZ) {
  size_t Points = size_t(NX) * NY * NZ;
  auto *From =
      H.buffer<float>("A0", Points, [](size_t I) { return float(I % 11); });
  auto *To = H.buffer<float>("Anext", Points);
  H.copy(To, From, Points * sizeof(float));
  int Steps = H.size(100, 2);
  for (int T = 0; T < Steps; ++T) {
    H.launch(Kernel, Grid, Block, 1.0f / 6, 1.0f / 36, From, To, NX, NY, NZ)
        .shared(Shared)
        .is(Idempotent);
    std::swap(From, To);
  }
}

#endif

#endif // REPRISE_TEST_PARBOIL_INPUTS_STENCIL_H
