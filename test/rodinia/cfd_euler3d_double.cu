//===- cfd_euler3d_double.cu - Flow around a wing, double (Rodinia cfd) ---===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The neighbours of an element are loaded from memory and may be none.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle rodinia/cfd_euler3d_double | FileCheck %s

// CHECK: rodinia/cfd_euler3d_double cuda_initialize_variables idempotent idempotent 3 3 0 0 0 3
// CHECK: rodinia/cfd_euler3d_double cuda_compute_step_factor conditional conditional 2000 2000 0 0 0 2
// CHECK: rodinia/cfd_euler3d_double cuda_time_step conditional conditional 6000 6000 0 0 0 6
// CHECK: rodinia/cfd_euler3d_double cuda_compute_flux conditional conditional 6000 6000 0 0 0 6
// CHECK: condition: rodinia/cfd_euler3d_double cuda_compute_flux: disjoint(
// CHECK: problems: 0

using Real = double;
#include "Inputs/Euler.h"

#if SUITE_DEVICE

__global__ void cuda_compute_flux(int nelr, int *elements_surrounding_elements,
                                  Real *normals, Real *variables,
                                  Real *fluxes) {
  computeFlux(
      blockDim.x * blockIdx.x + threadIdx.x, nelr,
      elements_surrounding_elements, normals, variables,
      [](int, const State &s, const Motion &m) { return contributionOf(s, m); },
      fluxes);
}

#else

static void launches(Host &H) { eulerLaunches(H, 128, false); }
SUITE(rodinia, cfd_euler3d_double)

#endif
