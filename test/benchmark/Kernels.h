//===- Kernels.h - Kernels that the benchmarks share ----------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_BENCHMARK_KERNELS_H
#define REPRISE_TEST_BENCHMARK_KERNELS_H

#include "KernelBuilder.h"

namespace reprise::test {

/// 12 reads and 4 writes of strided rows, 48 pairs. Twelve buffers are read
/// in \p Groups different shapes.
inline Kernel sixteenAccesses(unsigned Groups) {
  KernelBuilder B("sixteen");
  Id Reads[4], Writes[4];
  for (unsigned I = 0; I < 4; ++I)
    Reads[I] = B.pointer("in" + std::to_string(I));
  for (unsigned I = 0; I < 4; ++I)
    Writes[I] = B.pointer("out" + std::to_string(I));
  Id Pitch = B.int64("pitch"), D = B.domain();
  Id NX = B.ntid(0), NY = B.ntid(1);
  Id TX = B.define(D, B.range(B.constant(0), B.addConst(NX, -1)));
  Id BX = B.define(D, B.range(B.constant(0), B.addConst(B.nctaid(0), -1)));
  Id TY = B.define(D, B.range(B.constant(0), B.addConst(NY, -1)));
  Id BY = B.define(D, B.range(B.constant(0), B.addConst(B.nctaid(1), -1)));
  Id X = B.define(
      D, B.sum(B.formOf(B.constant(0), {{TX, B.constant(1)}, {BX, NX}})));
  Id Y = B.define(
      D, B.sum(B.formOf(B.constant(0), {{TY, B.constant(1)}, {BY, NY}})));
  auto Offset = [&](int64_t Const) {
    return B.formOf(B.constant(Const), {{X, B.constant(4)}, {Y, Pitch}});
  };
  for (unsigned I = 0; I < 12; ++I)
    B.read(Reads[I % Groups % 4], D, Offset(4 * (I / Groups)),
           I % Groups < 4 ? 4 : 4 + I % Groups);
  for (unsigned I = 0; I < 4; ++I)
    B.write(Writes[I], D, Offset(0), 4);
  B.allPairs();
  return B.K;
}

} // namespace reprise::test

#endif // REPRISE_TEST_BENCHMARK_KERNELS_H
