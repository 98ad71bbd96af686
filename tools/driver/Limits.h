//===- Limits.h - The size of the emulated device -------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Those of sm_90, so that programs choose the launches that they choose there,
// but for one processor: more would only make grids larger.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_DRIVER_LIMITS_H
#define REPRISE_TOOLS_DRIVER_LIMITS_H

namespace reprise::driver {

inline constexpr int MaxBlockThreads = 1024, MaxBlockZ = 64;
inline constexpr int MaxGridX = 0x7fffffff, MaxGridYZ = 65535;
inline constexpr int SharedPerBlock = 48 << 10;
inline constexpr int SharedPerBlockOptIn = 227 << 10;
inline constexpr int SharedPerProcessor = 228 << 10, SharedReserved = 1024;
inline constexpr int ConstantBytes = 64 << 10, WarpSize = 32;
inline constexpr int Registers = 65536, FunctionRegisters = 32;
inline constexpr int Processors = 1, ProcessorThreads = 2048;
inline constexpr int ProcessorBlocks = 32;
inline constexpr int MaxTexture = 1 << 16;

} // namespace reprise::driver

#endif // REPRISE_TOOLS_DRIVER_LIMITS_H
