//===- cfd_pre_euler3d.cu - Flow, contributions stored (Rodinia cfd) ------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The neighbours of an element are loaded from memory and may be none.
// What each element contributes to a flux is computed beforehand.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle rodinia/cfd_pre_euler3d | FileCheck %s

// CHECK: rodinia/cfd_pre_euler3d cuda_initialize_variables idempotent idempotent 3 3 0 0 0 3
// CHECK: rodinia/cfd_pre_euler3d cuda_compute_step_factor conditional conditional 2000 2000 0 0 0 2
// CHECK: rodinia/cfd_pre_euler3d cuda_time_step conditional conditional 6000 6000 0 0 0 6
// CHECK: rodinia/cfd_pre_euler3d cuda_compute_flux_contributions conditional conditional 6000 6000 0 0 0 6
// CHECK: rodinia/cfd_pre_euler3d cuda_compute_flux conditional conditional 6000 6000 0 0 0 6
// CHECK: condition: rodinia/cfd_pre_euler3d cuda_compute_flux: disjoint(
// CHECK: problems: 0

using Real = float;
#include "Inputs/Euler.h"

#if SUITE_DEVICE

__global__ void cuda_compute_flux_contributions(int nelr, Real *variables,
                                                Real *fc_momentum_x,
                                                Real *fc_momentum_y,
                                                Real *fc_momentum_z,
                                                Real *fc_density_energy) {
  int i = blockDim.x * blockIdx.x + threadIdx.x;
  State state = loadState(variables, i, nelr);
  Contribution mine = contributionOf(state, motionOf(state));
  storeVec(fc_momentum_x, i, nelr, mine.x);
  storeVec(fc_momentum_y, i, nelr, mine.y);
  storeVec(fc_momentum_z, i, nelr, mine.z);
  storeVec(fc_density_energy, i, nelr, mine.energy);
}

__global__ void cuda_compute_flux(int nelr, int *elements_surrounding_elements,
                                  Real *normals, Real *variables,
                                  Real *fc_momentum_x, Real *fc_momentum_y,
                                  Real *fc_momentum_z, Real *fc_density_energy,
                                  Real *fluxes) {
  computeFlux(
      blockDim.x * blockIdx.x + threadIdx.x, nelr,
      elements_surrounding_elements, normals, variables,
      [=](int at, const State &, const Motion &) {
        return Contribution{loadVec(fc_momentum_x, at, nelr),
                            loadVec(fc_momentum_y, at, nelr),
                            loadVec(fc_momentum_z, at, nelr),
                            loadVec(fc_density_energy, at, nelr)};
      },
      fluxes);
}

#else

static void launches(Host &H) { eulerLaunches(H, 192, true); }
SUITE(rodinia, cfd_pre_euler3d)

#endif
