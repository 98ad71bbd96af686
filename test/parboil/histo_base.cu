//===- histo_base.cu - Saturating histogram (Parboil histo, base) ---------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Blocks add their counters to global ones. The last kernel also clears the
// global counters that it has read.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// That the last kernel clears what it has read is not seen for all arguments.
// RUN: %suites --oracle parboil/histo_base | FileCheck %s

// CHECK: parboil/histo_base histo_prescan_kernel conditional non-idempotent 20 20 0 0 0 1
// CHECK: parboil/histo_base histo_intermediates_kernel conditional conditional 20 20 0 0 0 1
// CHECK: parboil/histo_base histo_main_kernel non-idempotent non-idempotent 20 0 20 0 0 1
// CHECK: parboil/histo_base histo_final_kernel non-idempotent non-idempotent 20 0 20 0 0 1

#include "Inputs/Histo.h"

#if SUITE_DEVICE

__global__ void histo_main_kernel(uchar4 *sm_mappings, unsigned num_elements,
                                  unsigned sm_range_min, unsigned sm_range_max,
                                  unsigned histo_height, unsigned histo_width,
                                  unsigned *global_subhisto,
                                  unsigned *global_histo,
                                  unsigned *global_overflow) {
  __shared__ unsigned Counters[Kilobytes][256];
  countAll(sm_mappings, num_elements, sm_range_min, sm_range_max, global_histo,
           global_overflow, Counters);
  unsigned *To = global_subhisto + (sm_range_min + blockIdx.y) * BinsPerBlock;
  for (unsigned I = threadIdx.x; I < BinsPerBlock / 4; I += blockDim.x)
    for (unsigned J = 0; J < 4; ++J)
      atomicAdd(To + I * 4 + J, Counters[I / 256][I % 256] >> (8 * J) & 0xff);
}

__global__ void histo_final_kernel(unsigned sm_range_min, unsigned sm_range_max,
                                   unsigned histo_height, unsigned histo_width,
                                   unsigned *global_subhisto,
                                   unsigned *global_histo,
                                   unsigned *global_overflow,
                                   unsigned *final_histo) {
  unsigned First = threadIdx.x + blockIdx.x * blockDim.x;
  unsigned Step = gridDim.x * blockDim.x;
  unsigned Low = sm_range_min * BinsPerBlock;
  unsigned Inside = (sm_range_max - sm_range_min + 1) * BinsPerBlock;
  for (unsigned I = First; I < Low / 4; I += Step)
    finishOutside(global_histo, final_histo, I);
  for (unsigned I = Low / 4 + First; I < (Low + Inside) / 4; I += Step) {
    auto *Overflows = reinterpret_cast<uint4 *>(global_overflow);
    uint4 C = Overflows[I];
    Overflows[I] = make_uint4(0, 0, 0, 0);
    C.x = global_subhisto[I * 4];
    C.y = global_subhisto[I * 4 + 1];
    C.z = global_subhisto[I * 4 + 2];
    C.w = global_subhisto[I * 4 + 3];
    reinterpret_cast<uchar4 *>(final_histo)[I] = make_uchar4(
        saturated(C.x), saturated(C.y), saturated(C.z), saturated(C.w));
  }
  for (unsigned I = (Low + Inside) / 4 + First;
       I < histo_height * histo_width / 4; I += Step)
    finishOutside(global_histo, final_histo, I);
}

#else

static void launches(Host &H) { run(H, 1); }
SUITE(parboil, histo_base)

#endif
