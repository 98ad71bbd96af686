//===- Occupancy.cpp - How many blocks fit --------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// By the limits that the device names (Limits.h): threads, blocks, registers
// and shared memory.
//
//===----------------------------------------------------------------------===//

#include "Limits.h"
#include "Module.h"

#include <algorithm>

namespace reprise::driver {

static int blocksOf(const CUfunc_st &F, int Threads, size_t Shared) {
  if (Threads <= 0 || static_cast<unsigned>(Threads) > F.MaxThreads)
    return 0;
  int Warps = (Threads + WarpSize - 1) / WarpSize;
  int Blocks = std::min({ProcessorBlocks, ProcessorThreads / (Warps * WarpSize),
                         Registers / (Warps * WarpSize * FunctionRegisters)});
  size_t Each = F.StaticShared + Shared + SharedReserved;
  return static_cast<int>(
      std::min<size_t>(static_cast<size_t>(Blocks), SharedPerProcessor / Each));
}

} // namespace reprise::driver

using namespace reprise::driver;

EMULATED_API cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(
    int *Blocks, CUfunction Handle, int Threads, size_t Shared, unsigned) {
  return withFunction(Handle, [&](CUfunc_st &F) {
    if (!Blocks || Threads <= 0)
      return CUDA_ERROR_INVALID_VALUE;
    *Blocks = blocksOf(F, Threads, Shared);
    return CUDA_SUCCESS;
  });
}
EMULATED_API cuOccupancyMaxActiveBlocksPerMultiprocessor(int *Blocks,
                                                         CUfunction Handle,
                                                         int Threads,
                                                         size_t Shared) {
  return cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(
      Blocks, Handle, Threads, Shared, 0);
}

EMULATED_API cuOccupancyMaxPotentialBlockSizeWithFlags(
    int *Grid, int *Block, CUfunction Handle, CUoccupancyB2DSize SharedOf,
    size_t Shared, int Limit, unsigned) {
  return withFunction(Handle, [&](CUfunc_st &F) {
    if (!Grid || !Block)
      return CUDA_ERROR_INVALID_VALUE;
    int Most = static_cast<int>(F.MaxThreads);
    if (Limit > 0)
      Most = std::min(Most, Limit);
    int Best = 0;
    *Grid = *Block = 0;
    for (int Threads = Most; Threads > 0;
         Threads = (Threads - 1) / WarpSize * WarpSize) {
      int Blocks = blocksOf(F, Threads, SharedOf ? SharedOf(Threads) : Shared);
      if (Blocks * Threads <= Best)
        continue;
      Best = Blocks * Threads;
      *Block = Threads;
      *Grid = Blocks * Processors;
    }
    return CUDA_SUCCESS;
  });
}
EMULATED_API cuOccupancyMaxPotentialBlockSize(int *Grid, int *Block,
                                              CUfunction Handle,
                                              CUoccupancyB2DSize SharedOf,
                                              size_t Shared, int Limit) {
  return cuOccupancyMaxPotentialBlockSizeWithFlags(Grid, Block, Handle,
                                                   SharedOf, Shared, Limit, 0);
}

EMULATED_API cuOccupancyAvailableDynamicSMemPerBlock(size_t *Bytes,
                                                     CUfunction Handle,
                                                     int Blocks, int Threads) {
  return withFunction(Handle, [&](CUfunc_st &F) {
    if (!Bytes || Blocks <= 0 || Threads <= 0)
      return CUDA_ERROR_INVALID_VALUE;
    size_t Each = SharedPerProcessor / static_cast<size_t>(Blocks);
    size_t Taken = F.StaticShared + SharedReserved;
    *Bytes = std::min<size_t>(Each > Taken ? Each - Taken : 0,
                              SharedPerBlockOptIn - F.StaticShared);
    return CUDA_SUCCESS;
  });
}
