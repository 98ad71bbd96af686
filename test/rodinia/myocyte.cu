//===- myocyte.cu - A heart cell's equations (Rodinia myocyte) ------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// In `kernel` one thread of each of two blocks evaluates the equations; it
// reads back rates that it has written. The second block also overwrites rates
// 0 to 2 of the first, as the original does. In `solver_2` each thread solves a
// system of its own, with steps of Fehlberg's method in slices of global memory
// that it writes before it reads.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// R2: in solver_2 many stores fill a slice together that a loop reads.
// RUN: %suites --oracle rodinia/myocyte | FileCheck %s

// CHECK: rodinia/myocyte kernel conditional conditional 1300 1300 0 0 0 4
// CHECK: rodinia/myocyte solver_2 conditional conditional 1 0 0 1 1 1
// CHECK: condition: rodinia/myocyte kernel: disjoint(
// CHECK: condition: rodinia/myocyte solver_2: disjoint(
// CHECK: problems: 0

#include "Suite.h"

constexpr int Equations = 91, Parameters = 18, Stages = 13, Attempts = 12;
constexpr int Threads = 32;

#if SUITE_DEVICE

#include "Inputs/MyocyteEquations.h"

__global__ void kernel(int timeinst, float *d_initvalu, float *d_finavalu,
                       float *d_params, float *d_com) {
  if (blockIdx.x == 0) {
    if (threadIdx.x == 0)
      excite(timeinst, d_initvalu, d_finavalu, 0, d_params);
  } else if (blockIdx.x == 1) {
    if (threadIdx.x == 0) {
      calmodulin(d_initvalu, d_finavalu, 46, d_params, 0, 0,
                 d_initvalu[35] * 1e3f);
      calmodulin(d_initvalu, d_finavalu, 61, d_params, 5, 1,
                 d_initvalu[36] * 1e3f);
      calmodulin(d_initvalu, d_finavalu, 76, d_params, 10, 2,
                 d_initvalu[37] * 1e3f);
    }
  }
}

/// All rates at one moment, by one thread.
__device__ void evaluate(int timeinst, float *initvalu, float *params,
                         float *finavalu, float *com) {
  excite(timeinst, initvalu, finavalu, 0, params);
  calmodulin(initvalu, finavalu, 46, params, 0, 0, initvalu[35] * 1e3f);
  calmodulin(initvalu, finavalu, 61, params, 5, 1, initvalu[36] * 1e3f);
  calmodulin(initvalu, finavalu, 76, params, 10, 2, initvalu[37] * 1e3f);
  // Exchange between the compartments.
  finavalu[35] = finavalu[35] + 1e-3f * com[0];
  finavalu[36] = finavalu[36] + 1e-3f * com[1];
  finavalu[37] = finavalu[37] + 1e-3f * com[2];
  float total = 0;
  for (int i = 0; i < 15; ++i)
    if (i < 10 || i > 11)
      total += initvalu[46 + i];
  float free = params[1] - params[2] * total;
  for (int i = 0; i < 3; ++i) {
    float toSl = 1e-3f * (initvalu[46 + i] - free * initvalu[61 + i]);
    float toCytosol = 8.6e-3f * (initvalu[61 + i] - initvalu[76 + i]);
    finavalu[46 + i] = finavalu[46 + i] - toSl;
    finavalu[61 + i] = finavalu[61 + i] + 0.027f * toSl - toCytosol;
    finavalu[76 + i] = finavalu[76 + i] + 0.03f * toCytosol;
  }
  for (int i = 0; i < Equations; ++i) {
    if (isnan(finavalu[i]))
      finavalu[i] = 0.0001f;
    else if (isinf(finavalu[i]))
      finavalu[i] = 0.0001f;
  }
}

/// One step of h from initvalu to finavalu. The rates of the 13 stages are
/// rows of finavalu_temp.
__device__ void fehlberg(float h, float timeinst, float *initvalu,
                         float *finavalu, float *params, float *error,
                         float *initvalu_temp, float *finavalu_temp,
                         float *com) {
  auto K = [=](int stage, int i) {
    return finavalu_temp[stage * Equations + i];
  };
  auto Move = [=](auto Slope) {
    for (int i = 0; i < Equations; ++i)
      initvalu_temp[i] = initvalu[i] + h * Slope(i);
  };
  for (int j = 0; j < Stages; ++j) {
    float moment = timeinst;
    if (j == 0) {
      for (int i = 0; i < Equations; ++i)
        initvalu_temp[i] = initvalu[i];
    } else if (j == 1) {
      moment = timeinst + 2 / 27.0f * h;
      Move([=](int i) { return 2 / 27.0f * K(0, i); });
    } else if (j == 2) {
      moment = timeinst + h / 9;
      Move([=](int i) { return (K(0, i) + 3 * K(1, i)) / 36; });
    } else if (j == 3) {
      moment = timeinst + h / 6;
      Move([=](int i) { return (K(0, i) + 3 * K(2, i)) / 24; });
    } else if (j == 4) {
      moment = timeinst + 5 / 12.0f * h;
      Move([=](int i) {
        return (20 * K(0, i) - 75 * K(2, i) + 75 * K(3, i)) / 48;
      });
    } else if (j == 5) {
      moment = timeinst + h / 2;
      Move([=](int i) { return (K(0, i) + 5 * K(3, i) + 4 * K(4, i)) / 20; });
    } else if (j == 6) {
      moment = timeinst + 5 / 6.0f * h;
      Move([=](int i) {
        return (-25 * K(0, i) + 125 * K(3, i) - 260 * K(4, i) + 250 * K(5, i)) /
               108;
      });
    } else if (j == 7) {
      moment = timeinst + h / 6;
      Move([=](int i) {
        return 31 / 300.0f * K(0, i) + 61 / 225.0f * K(4, i) -
               2 / 9.0f * K(5, i) + 13 / 900.0f * K(6, i);
      });
    } else if (j == 8) {
      moment = timeinst + 2 / 3.0f * h;
      Move([=](int i) {
        return 2 * K(0, i) - 53 / 6.0f * K(3, i) + 704 / 45.0f * K(4, i) -
               107 / 9.0f * K(5, i) + 67 / 90.0f * K(6, i) + 3 * K(7, i);
      });
    } else if (j == 9) {
      moment = timeinst + h / 3;
      Move([=](int i) {
        return -91 / 108.0f * K(0, i) + 23 / 108.0f * K(3, i) -
               976 / 135.0f * K(4, i) + 311 / 54.0f * K(5, i) -
               19 / 60.0f * K(6, i) + 17 / 6.0f * K(7, i) - K(8, i) / 12;
      });
    } else if (j == 10) {
      moment = timeinst + h;
      Move([=](int i) {
        return 2383 / 4100.0f * K(0, i) - 341 / 164.0f * K(3, i) +
               4496 / 1025.0f * K(4, i) - 301 / 82.0f * K(5, i) +
               2133 / 4100.0f * K(6, i) + 45 / 82.0f * K(7, i) +
               45 / 164.0f * K(8, i) + 18 / 41.0f * K(9, i);
      });
    } else if (j == 11) {
      Move([=](int i) {
        return 3 / 205.0f * K(0, i) - 6 / 41.0f * K(5, i) -
               3 / 205.0f * K(6, i) - 3 / 41.0f * K(7, i) +
               3 / 41.0f * K(8, i) + 6 / 41.0f * K(9, i);
      });
    } else {
      moment = timeinst + h;
      Move([=](int i) {
        return -1777 / 4100.0f * K(0, i) - 341 / 164.0f * K(3, i) +
               4496 / 1025.0f * K(4, i) - 289 / 82.0f * K(5, i) +
               2193 / 4100.0f * K(6, i) + 51 / 82.0f * K(7, i) +
               33 / 164.0f * K(8, i) + 12 / 41.0f * K(9, i) + K(11, i);
      });
    }
    evaluate(moment, initvalu_temp, params, &finavalu_temp[j * Equations], com);
  }
  for (int i = 0; i < Equations; ++i)
    finavalu[i] = initvalu[i] +
                  h * (41 / 840.0f * (K(0, i) + K(10, i)) +
                       34 / 105.0f * K(5, i) + 9 / 35.0f * (K(6, i) + K(7, i)) +
                       9 / 280.0f * (K(8, i) + K(9, i)));
  for (int i = 0; i < Equations; ++i)
    error[i] = fabsf(41 / 840.0f * (K(0, i) + K(10, i) - K(11, i) - K(12, i)));
}

__global__ void solver_2(int workload, int xmax, float *x, float *y,
                         float *params, float *com, float *err, float *scale,
                         float *yy, float *initvalu_temp,
                         float *finavalu_temp) {
  int t = blockIdx.x * Threads + threadIdx.x;
  float tolerance = 10 / float(xmax);
  if (xmax <= 0 || t >= workload)
    return;
  int slice = t * Equations;
  for (int k = 1; k <= xmax; ++k) {
    int before = t * ((xmax + 1) * Equations) + (k - 1) * Equations;
    int now = before + Equations;
    int moment = t * (xmax + 1) + k;
    x[moment] = k;
    float h = 1;
    int j = 0;
    for (; j < Attempts; ++j) {
      fehlberg(h, x[moment], &y[before], &y[now], &params[t * Parameters],
               &err[slice], &initvalu_temp[slice],
               &finavalu_temp[t * Stages * Equations], &com[t * 3]);
      bool isWrong = false, isOutside = false;
      for (int i = 0; i < Equations; ++i)
        if (err[slice + i] > 0)
          isWrong = true;
      if (!isWrong)
        break;
      float least = 4;
      for (int i = 0; i < Equations; ++i) {
        if (y[before + i] == 0)
          yy[slice + i] = tolerance;
        else
          yy[slice + i] = fabsf(y[before + i]);
        scale[slice + i] =
            0.8f * powf(tolerance * yy[slice + i] / err[slice + i], 1 / 7.0f);
        if (scale[slice + i] < least)
          least = scale[slice + i];
      }
      for (int i = 0; i < Equations; ++i)
        if (err[slice + i] > tolerance * yy[slice + i])
          isOutside = true;
      if (!isOutside)
        break;
      h = fminf(h * fminf(fmaxf(least, 0.125f), 4), 0.9f);
      if (x[moment] + h > float(xmax))
        h = float(xmax) - x[moment];
      else if (x[moment] + h + 0.5f * h > float(xmax))
        h = 0.5f * h;
    }
    x[moment] = x[moment] + h;
    if (j >= Attempts)
      return;
  }
}

#else

static float initial(size_t I) {
  size_t Equation = I % Equations;
  return Equation == 38 ? -80.0f : float(Equation * 17 % 29 + 1) / 64;
}
static float parameter(size_t I) {
  return I % Parameters == 15 ? 1000.0f : float(I % Parameters + 1) / 8;
}

/// One system, with the rates on the GPU and the rest on the host.
static void oneSystem(Host &H) {
  auto *Values = H.buffer<float>("initvalu", Equations, initial);
  auto *Rates = H.buffer<float>("finavalu", Equations);
  auto *Params = H.buffer<float>("params", Parameters, parameter);
  auto *Com = H.buffer<float>("com", 3);
  auto Evaluate = [&](int Time, uint64_t Times) {
    H.launch("kernel", 2, Threads, Time, Values, Rates, Params, Com)
        .is(Idempotent)
        .times(Times);
  };
  // The 13 stages of each step of 1, as the kernel sees their times. A step
  // that is tried again makes 13 more; the data decides.
  for (int Step = 0; Step < H.size(100, 1); ++Step) {
    Evaluate(Step, 10);
    Evaluate(Step + 1, 1);
    Evaluate(Step, 1);
    Evaluate(Step + 1, 1);
  }
  for (float *P : {Values, Rates, Params, Com})
    H.release(P);
}

/// Many systems, which the usual run does not ask for: with the same number of
/// steps, and one system.
static void manySystems(Host &H) {
  int Systems = H.size(1, 34), Steps = H.size(100, 1);
  auto Count = size_t(Systems);
  auto *Y =
      H.buffer<float>("y", Count * size_t(Steps + 1) * Equations, initial);
  auto *X = H.buffer<float>("x", Count * size_t(Steps + 1));
  auto *Params = H.buffer<float>("params", Count * Parameters, parameter);
  auto *Com = H.buffer<float>("com", Count * 3);
  auto *Err = H.buffer<float>("err", Count * Equations);
  auto *Scale = H.buffer<float>("scale", Count * Equations);
  auto *YY = H.buffer<float>("yy", Count * Equations);
  auto *Values = H.buffer<float>("initvalu_temp", Count * Equations);
  auto *Rates = H.buffer<float>("finavalu_temp", Count * Stages * Equations);
  H.launch("solver_2", H.size(4, 2), Threads, Systems, Steps, X, Y, Params, Com,
           Err, Scale, YY, Values, Rates)
      .is(Idempotent);
}

static void launches(Host &H) {
  oneSystem(H);
  manySystems(H);
}
SUITE(rodinia, myocyte)

#endif
