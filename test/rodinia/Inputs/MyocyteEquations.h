//===- MyocyteEquations.h - Rates of a heart cell (Rodinia myocyte) -------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// 91 equations: 46 of excitation and calcium, and three times 15 of calmodulin.
// The formulas are shorter than the original's; what is read and written, and
// in which order, is not.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_RODINIA_INPUTS_MYOCYTEEQUATIONS_H
#define REPRISE_TEST_RODINIA_INPUTS_MYOCYTEEQUATIONS_H

/// How fast a gate moves to where it would rest at the voltage V.
__device__ float gate(float now, float V, float half, float slope, float tau) {
  return (1 / (1 + expf((half - V) / slope)) - now) / tau;
}

/// How fast a buffer binds what there is of Ion.
__device__ float bind(float now, float ion, float on, float off, float total) {
  return on * ion * (total - now) - off * now;
}

__device__ void excite(int timeinst, float *initvalu, float *finavalu,
                       int valu_offset, float *params) {
  float *rate = finavalu + valu_offset;
  float cycle = params[15];
  float v[40];
#pragma unroll
  for (int i = 0; i < 40; ++i)
    v[i] = initvalu[valu_offset + i];
  float V = v[38], caJunction = v[35], caSl = v[36], caCytosol = v[37];

  // Sodium channel.
  float slowH, slowJ;
  if (V >= -40) {
    slowH = 0.13f * (1 + expf(-(V + 10.66f) / 11.1f));
    slowJ = 3.3f / expf(-2.5e-7f * V);
  } else {
    slowH = 1 / (0.135f * expf((80 + V) / -6.8f) + 3.56f);
    slowJ = 1 / (0.12f * expf(-0.01f * V) + 0.03f);
  }
  rate[0] = gate(v[0], V, -47, 5, 0.2f);
  rate[1] = gate(v[1], V, -78, -6, slowH);
  rate[2] = gate(v[2], V, -78, -6, slowJ);
  // Potassium and transient outward channels.
  rate[11] = gate(v[11], V, -50, 7.5f, 300);
  rate[12] = gate(v[12], V, -1.5f, 16.7f, 500);
  rate[7] = gate(v[7], V, -3, 15, 9);
  rate[8] = gate(v[8], V, -33.5f, -10, 3000);
  rate[39] = gate(v[39], V, -33.5f, -10, 2800);
  rate[9] = gate(v[9], V, -3, 15, 3.5f);
  rate[10] = gate(v[10], V, -33.5f, -10, 20);
  // Calcium channel.
  rate[3] = gate(v[3], V, -14.5f, 6, 1.5f);
  rate[4] = gate(v[4], V, -35, -3.6f, 30);
  rate[5] = 1.7f * caJunction * (1 - v[5]) - 11.9e-3f * v[5];
  rate[6] = 1.7f * caSl * (1 - v[6]) - 11.9e-3f * v[6];
  float calcium = v[3] * v[4] * (1 - v[5]) * (V - 60) * 1e-3f;
  rate[42] = -calcium;
  float exchange = (v[31] * v[31] * v[31] - caSl) * expf(V / 50) * 1e-4f;
  rate[44] = 2 * exchange;
  float pump = caSl / (caSl + 5e-4f);
  rate[43] = -pump;
  float leak = 1e-3f * (V - 120);
  rate[45] = -leak;
  // Release from the store.
  float resting = 1 - v[13] - v[14] - v[15];
  float opening = 10 * caJunction * caJunction;
  rate[13] = 0.005f * resting - 0.5f * caJunction * v[13] -
             (opening * v[13] - 0.06f * v[14]);
  rate[14] = opening * v[13] - 0.06f * v[14] -
             (0.5f * caJunction * v[14] - 0.005f * v[15]);
  rate[15] = 0.5f * caJunction * v[14] - 0.005f * v[15] -
             (0.06f * v[15] - opening * resting);
  // Buffers; what they take is read back from where it was written.
  rate[16] = bind(v[16], v[31], 1e-4f, 1e-3f, 7.6f);
  rate[17] = bind(v[17], v[32], 1e-4f, 1e-3f, 1.7f);
  rate[18] = bind(v[18], caCytosol, 32.7f, 19.6e-3f, 70e-3f);
  rate[19] = bind(v[19] + v[20], caCytosol, 2.37f, 3.2e-5f, 140e-3f);
  rate[20] = bind(v[19] + v[20], 1, 3e-3f, 3.33e-3f, 140e-3f);
  rate[21] = 0;
  rate[22] = bind(v[22] + v[23], caCytosol, 13.8f, 0.46e-3f, 140e-3f);
  rate[23] = bind(v[22] + v[23], 1, 0.0157f, 0.057e-3f, 140e-3f);
  rate[24] = bind(v[24], caCytosol, 100, 60e-3f, 17.1e-3f);
  float inCytosol = rate[18] + rate[19] + rate[20] + rate[21] + rate[22] +
                    rate[23] + rate[24];
  rate[25] = bind(v[25], caJunction, 100, 1.3f, 4.6e-4f);
  rate[26] = bind(v[26], caSl, 100, 1.3f, 0.0374f);
  rate[27] = bind(v[27], caJunction, 100, 30e-3f, 1.6e-4f);
  rate[28] = bind(v[28], caSl, 100, 30e-3f, 0.0134f);
  float inJunction = rate[25] + rate[27];
  float inSl = rate[26] + rate[28];
  // Ions.
  float serca = caCytosol * caCytosol / (caCytosol * caCytosol + 6e-8f);
  rate[29] = bind(v[29], v[30], 100, 65, 2.6f);
  rate[30] = serca - 5e-6f * (v[30] - caJunction) - rate[29];
  rate[31] = -exchange + 1e-2f * (v[32] - v[31]) - rate[16];
  rate[32] =
      -leak + 1e-2f * (v[31] - v[32]) + 1e-3f * (v[33] - v[32]) - rate[17];
  rate[33] = 1e-3f * (v[32] - v[33]);
  rate[34] = 0;
  rate[35] = -calcium + 1e-2f * (caSl - caJunction) - inJunction;
  rate[36] = -leak + 1e-2f * (caJunction - caSl) - inSl;
  rate[37] = -serca - inCytosol + 1e-3f * (caSl - caCytosol);
  // Voltage, with a current at the start of each cycle.
  float applied = fmodf(timeinst, cycle) <= 5 ? 9.5f : 0;
  rate[38] = -(calcium + pump + leak - exchange - applied);
  rate[40] = 0;
  rate[41] = 0;
}

__device__ void calmodulin(float *initvalu, float *finavalu, int valu_offset,
                           float *params, int params_offset, int com_offset,
                           float Ca) {
  float *rate = finavalu + valu_offset;
  float buffer = params[params_offset + 1];
  float kinase = params[params_offset + 2];
  float phosphatase = params[params_offset + 3];
  float inhibitor = params[params_offset + 4];
  float K = params[16], Mg = params[17];
  float v[15];
#pragma unroll
  for (int i = 0; i < 15; ++i)
    v[i] = initvalu[valu_offset + i];
  float help = 1 + K / 0.94f - Mg / 0.012f;
  float two = 0.1f * (Ca * Ca * v[0] - help * v[1]);
  float four = 0.2f * (Ca * Ca * v[1] - help * v[2]);
  float twoB = 0.1f * (Ca * Ca * v[3] - v[4]);
  float fourB = 0.2f * (Ca * Ca * v[4] - v[5]);
  float free = buffer - v[3] - v[4] - v[5];
  float bound = kinase * (v[6] + v[7]), off = phosphatase * v[8];
  rate[0] = -two - 1e-3f * v[0] * free;
  rate[1] = two - four - 1e-3f * v[1] * free;
  rate[2] = four - 1e-3f * v[2] * free - bound;
  rate[3] = 1e-3f * v[0] * free - twoB;
  rate[4] = 1e-3f * v[1] * free + twoB - fourB;
  rate[5] = 1e-3f * v[2] * free + fourB;
  rate[6] = 1e-3f * v[2] - v[6];
  rate[7] = v[6] - off;
  rate[8] = off - inhibitor * v[9];
  rate[9] = inhibitor * v[9] - v[10];
  rate[10] = v[10] - v[9];
  rate[11] = Ca * v[12] - v[11];
  rate[12] = v[11] - v[12];
  rate[13] = v[12] - v[13];
  rate[14] = v[13] - v[14];
  // The table for it was never used: the original writes it to the rates.
  finavalu[com_offset] = 1e-3f * (2 * bound - 2 * (two + four + twoB + fourB));
}

#endif // REPRISE_TEST_RODINIA_INPUTS_MYOCYTEEQUATIONS_H
