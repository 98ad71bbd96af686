//===- Copy.h - Copies and fills, described -------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_DRIVER_COPY_H
#define REPRISE_TOOLS_DRIVER_COPY_H

#include "Operation.h"

namespace reprise::driver {

/// A copy as cuda.h describes it; refuses what is not in memory that is known.
/// One without bytes has a size of 0. Driver::Lock is not held.
CUresult describe(Driver &D, const CUDA_MEMCPY3D &P, Copy &Result);

/// Bytes from one address to another.
CUDA_MEMCPY3D linear(CUmemorytype To, CUdeviceptr ToAddress, CUmemorytype From,
                     CUdeviceptr FromAddress, size_t Bytes);

/// A fill as cuda.h describes it.
CUresult describe(Driver &D, const CUDA_MEMSET_NODE_PARAMS &P, Fill &Result);

} // namespace reprise::driver

#endif // REPRISE_TOOLS_DRIVER_COPY_H
