//===- SharedScalars.h - Block-wide values kept in shared memory ----------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Kernels keep what all threads of a block share in a shared variable:
//
//   __shared__ float *region;
//   region = all + blockIdx.x * size;      // or thread 0 alone, and a barrier
//   ... region[threadIdx.x] ...
//
// A shared variable that is only loaded and stored whole, and whose every store
// stores the same value, made of parameters, block indices and sizes alone,
// holds that value in every thread of the block whenever it holds anything:
// loads of it are replaced by the value. A load that no store comes before is
// undefined behaviour.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_ANALYZER_SHAREDSCALARS_H
#define REPRISE_ANALYZER_SHAREDSCALARS_H

namespace llvm {
class Function;
} // namespace llvm

namespace reprise {

/// Replaces loads in F. True when something changed.
bool replaceSharedScalars(llvm::Function &F);

} // namespace reprise

#endif // REPRISE_ANALYZER_SHAREDSCALARS_H
