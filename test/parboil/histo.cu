//===- histo.cu - Saturating histogram (Parboil histo) --------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each block stores counters of its own, which the last kernel adds up. That
// one also clears the global counters that it has read.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// That the last kernel clears what it has read is not seen for all arguments.
// RUN: %suites --oracle parboil/histo | FileCheck %s

// CHECK: parboil/histo histo_prescan_kernel conditional non-idempotent 20 20 0 0 0 1
// CHECK: parboil/histo histo_intermediates_kernel conditional conditional 20 20 0 0 0 1
// CHECK: parboil/histo histo_main_kernel non-idempotent non-idempotent 20 0 0 20 0 1
// CHECK: parboil/histo histo_final_kernel non-idempotent non-idempotent 20 0 20 0 0 1

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
  unsigned *To = global_subhisto +
                 blockIdx.x * (histo_height * histo_width / 4) +
                 (sm_range_min + blockIdx.y) * BinsPerBlock / 4;
  for (unsigned I = threadIdx.x; I < BinsPerBlock / 4; I += blockDim.x)
    To[I] = Counters[I / 256][I % 256];
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
#pragma unroll
    for (unsigned J = 0; J < ScanBlocks; ++J) {
      unsigned Four = global_subhisto[I + J * histo_height * histo_width / 4];
      C.x += Four & 0xff;
      C.y += Four >> 8 & 0xff;
      C.z += Four >> 16 & 0xff;
      C.w += Four >> 24;
    }
    reinterpret_cast<uchar4 *>(final_histo)[I] = make_uchar4(
        saturated(C.x), saturated(C.y), saturated(C.z), saturated(C.w));
  }
  for (unsigned I = (Low + Inside) / 4 + First;
       I < histo_height * histo_width / 4; I += Step)
    finishOutside(global_histo, final_histo, I);
}

#else

static void launches(Host &H) { run(H, ScanBlocks); }
SUITE(parboil, histo)

#endif
