//===- Euler.h - Solver for the Euler equations -----------------*- C++ -*-===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the four variants of Rodinia cfd have in common. A variant says what
// Real is before it includes this, has a kernel cuda_compute_flux, and calls
// eulerLaunches.
//
// Arrays hold one row per quantity: element i of quantity q is at i + q * nelr.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_RODINIA_INPUTS_EULER_H
#define REPRISE_TEST_RODINIA_INPUTS_EULER_H

#include "Suite.h"

#include <algorithm>

constexpr int Sides = 4, Axes = 3, Variables = 2 + Axes, Stages = 3;
constexpr int Density = 0, Momentum = 1, Energy = Momentum + Axes;
/// What a side of an element may have instead of a neighbour.
constexpr int Wing = -1, FarField = -2;

#if SUITE_DEVICE

constexpr Real Gamma = Real(1.4);

struct Vec {
  Real x, y, z;
};

/// What flows through an element: its momentum in each direction, and energy.
struct Contribution {
  Vec x, y, z, energy;
};

struct State {
  Real density;
  Vec momentum;
  Real energy;
};

/// What follows from a state.
struct Motion {
  Vec velocity;
  Real speed, pressure, sound;
};

__constant__ Real ff_variable[Variables];
__constant__ Vec ff_flux_contribution_momentum_x[1];
__constant__ Vec ff_flux_contribution_momentum_y[1];
__constant__ Vec ff_flux_contribution_momentum_z[1];
__constant__ Vec ff_flux_contribution_density_energy[1];

__device__ inline Vec loadVec(const Real *rows, int i, int nelr) {
  return {rows[i], rows[i + nelr], rows[i + 2 * nelr]};
}

__device__ inline void storeVec(Real *rows, int i, int nelr, const Vec &v) {
  rows[i] = v.x;
  rows[i + nelr] = v.y;
  rows[i + 2 * nelr] = v.z;
}

__device__ inline State loadState(const Real *variables, int i, int nelr) {
  return {variables[i + Density * nelr],
          loadVec(variables + Momentum * nelr, i, nelr),
          variables[i + Energy * nelr]};
}

__device__ inline Real dot(const Vec &a, const Vec &b) {
  return a.x * b.x + a.y * b.y + a.z * b.z;
}

__device__ inline Motion motionOf(const State &s) {
  Motion m;
  m.velocity = {s.momentum.x / s.density, s.momentum.y / s.density,
                s.momentum.z / s.density};
  Real squared = dot(m.velocity, m.velocity);
  m.speed = sqrt(squared);
  m.pressure = (Gamma - 1) * (s.energy - Real(0.5) * s.density * squared);
  m.sound = sqrt(Gamma * m.pressure / s.density);
  return m;
}

__device__ inline Contribution contributionOf(const State &s, const Motion &m) {
  const Vec &v = m.velocity, &p = s.momentum;
  Real total = s.energy + m.pressure;
  return {{v.x * p.x + m.pressure, v.x * p.y, v.x * p.z},
          {v.x * p.y, v.y * p.y + m.pressure, v.y * p.z},
          {v.x * p.z, v.y * p.z, v.z * p.z + m.pressure},
          {v.x * total, v.y * total, v.z * total}};
}

/// Adds what comes through a side: half the normal times the sum of both.
__device__ inline void addSide(State &flux, const Vec &half,
                               const Vec &momentum, const Contribution &mine,
                               const Vec &momentum2,
                               const Contribution &other) {
  auto through = [&](const Vec &a, const Vec &b) {
    return dot(half, {a.x + b.x, a.y + b.y, a.z + b.z});
  };
  flux.density += through(momentum, momentum2);
  flux.momentum.x += through(mine.x, other.x);
  flux.momentum.y += through(mine.y, other.y);
  flux.momentum.z += through(mine.z, other.z);
  flux.energy += through(mine.energy, other.energy);
}

/// The flux of element i. ContributionAt gives that of an element whose state
/// and motion are given.
template <class F>
__device__ inline void computeFlux(int i, int nelr, const int *elements,
                                   const Real *normals, const Real *variables,
                                   F contributionAt, Real *fluxes) {
  State here = loadState(variables, i, nelr);
  Motion motion = motionOf(here);
  Contribution mine = contributionAt(i, here, motion);
  State flux = {};
#pragma unroll
  for (int side = 0; side < Sides; side++) {
    int other = elements[i + side * nelr];
    Vec normal = {normals[i + side * nelr], normals[i + (side + Sides) * nelr],
                  normals[i + (side + 2 * Sides) * nelr]};
    Vec half = {normal.x / 2, normal.y / 2, normal.z / 2};
    if (other >= 0) {
      State there = loadState(variables, other, nelr);
      Motion motion2 = motionOf(there);
      Contribution theirs = contributionAt(other, there, motion2);
      // Artificial viscosity.
      Real factor =
          Real(-0.1) * sqrt(dot(normal, normal)) *
          (motion.speed + motion2.speed + motion.sound + motion2.sound);
      flux.density += factor * (here.density - there.density);
      flux.energy += factor * (here.energy - there.energy);
      flux.momentum.x += factor * (here.momentum.x - there.momentum.x);
      flux.momentum.y += factor * (here.momentum.y - there.momentum.y);
      flux.momentum.z += factor * (here.momentum.z - there.momentum.z);
      addSide(flux, half, here.momentum, mine, there.momentum, theirs);
    } else if (other == Wing) {
      flux.momentum.x += normal.x * motion.pressure;
      flux.momentum.y += normal.y * motion.pressure;
      flux.momentum.z += normal.z * motion.pressure;
    } else if (other == FarField) {
      Vec momentum = {ff_variable[Momentum], ff_variable[Momentum + 1],
                      ff_variable[Momentum + 2]};
      addSide(flux, half, here.momentum, mine, momentum,
              {ff_flux_contribution_momentum_x[0],
               ff_flux_contribution_momentum_y[0],
               ff_flux_contribution_momentum_z[0],
               ff_flux_contribution_density_energy[0]});
    }
  }
  fluxes[i + Density * nelr] = flux.density;
  storeVec(fluxes + Momentum * nelr, i, nelr, flux.momentum);
  fluxes[i + Energy * nelr] = flux.energy;
}

__global__ void cuda_initialize_variables(int nelr, Real *variables) {
  int i = blockDim.x * blockIdx.x + threadIdx.x;
  for (int j = 0; j < Variables; j++)
    variables[i + j * nelr] = ff_variable[j];
}

__global__ void cuda_compute_step_factor(int nelr, Real *variables, Real *areas,
                                         Real *step_factors) {
  int i = blockDim.x * blockIdx.x + threadIdx.x;
  Motion motion = motionOf(loadState(variables, i, nelr));
  step_factors[i] =
      Real(0.5) / (sqrt(areas[i]) * (motion.speed + motion.sound));
}

__global__ void cuda_time_step(int j, int nelr, Real *old_variables,
                               Real *variables, Real *step_factors,
                               Real *fluxes) {
  int i = blockDim.x * blockIdx.x + threadIdx.x;
  Real factor = step_factors[i] / Real(Stages + 1 - j);
#pragma unroll
  for (int row = 0; row < Variables; row++)
    variables[i + row * nelr] =
        old_variables[i + row * nelr] + factor * fluxes[i + row * nelr];
}

#else

/// The solver's launches with blocks of Block threads. Precomputed: a kernel of
/// its own stores the contributions of all elements before the fluxes.
static void eulerLaunches(Host &H, int Block, bool Precomputed) {
  int Elements = H.size(97046, 300);
  int Padded = (Elements + Block - 1) / Block * Block;
  H.setSymbol("ff_variable", std::vector<Real>{1.4, 1.68, 0, 0, 3.508});
  for (const char *Name :
       {"ff_flux_contribution_momentum_x", "ff_flux_contribution_momentum_y",
        "ff_flux_contribution_momentum_z",
        "ff_flux_contribution_density_energy"})
    H.setSymbol(Name, std::vector<Real>{1, 0.5, 0.25});

  auto *Areas =
      H.buffer<Real>("areas", Padded, [](size_t I) { return 1 + I % 3; });
  auto *Around = H.buffer<int>(
      "elements_surrounding_elements", size_t(Padded) * Sides, [=](size_t At) {
        // The elements that fill the last block are copies of the last one.
        int I = std::min<int>(At % Padded, Elements - 1), Side = At / Padded;
        return (I + Side) % 11 == 0   ? Wing
               : (I + Side) % 13 == 0 ? FarField
                                      : (I * 7 + Side * 31 + 1) % Elements;
      });
  auto *Normals = H.buffer<Real>("normals", size_t(Padded) * Axes * Sides,
                                 [](size_t I) { return Real(I % 7) / 7 - 1; });
  size_t All = size_t(Padded) * Variables;
  auto *Values = H.buffer<Real>("variables", All);
  int Grid = Padded / Block;
  H.launch("cuda_initialize_variables", Grid, Block, Padded, Values)
      .is(Idempotent);
  auto *Old = H.buffer<Real>("old_variables", All);
  auto *Fluxes = H.buffer<Real>("fluxes", All);
  auto *Factors = H.buffer<Real>("step_factors", Padded);
  Real *Stored[4] = {};
  if (Precomputed)
    for (Real *&Rows : Stored)
      Rows = H.buffer<Real>("contributions", size_t(Padded) * Axes);
  H.launch("cuda_initialize_variables", Grid, Block, Padded, Old)
      .is(Idempotent);
  H.launch("cuda_initialize_variables", Grid, Block, Padded, Fluxes)
      .is(Idempotent);

  for (int I = 0; I < H.size(2000, 2); ++I) {
    H.copy(Old, Values, All * sizeof(Real));
    H.launch("cuda_compute_step_factor", Grid, Block, Padded, Values, Areas,
             Factors)
        .is(Idempotent);
    for (int Stage = 0; Stage < Stages; ++Stage) {
      if (Precomputed) {
        H.launch("cuda_compute_flux_contributions", Grid, Block, Padded, Values,
                 Stored[0], Stored[1], Stored[2], Stored[3])
            .is(Idempotent);
        H.launch("cuda_compute_flux", Grid, Block, Padded, Around, Normals,
                 Values, Stored[0], Stored[1], Stored[2], Stored[3], Fluxes)
            .is(Idempotent);
      } else {
        H.launch("cuda_compute_flux", Grid, Block, Padded, Around, Normals,
                 Values, Fluxes)
            .is(Idempotent);
      }
      H.launch("cuda_time_step", Grid, Block, Stage, Padded, Old, Values,
               Factors, Fluxes)
          .is(Idempotent);
    }
  }
}

#endif

#endif // REPRISE_TEST_RODINIA_INPUTS_EULER_H
