//===- SimulatedDevice.h - Streams whose order is drawn -------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A driver whose device makes one small step after the other: of all that the
// order of streams allows, a random one. It allows no more than the driver's
// manual promises, and the worst of that:
//
// - blocks of a kernel run in any order, several begun at once;
// - a wait for a value looks at the word before what is in front of it, but for
//   other such waits, has ended (the work behind it waits for both);
// - a stream stands still for a while though it could go on;
// - a long copy is not made at once, nor from its beginning to its end;
// - each block runs on some multiprocessor;
// - host functions run on a thread of their own.
//
// Addresses of the device are those of the host. A CUfunction is a SimKernel.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_UNIT_CUDA_SIMULATEDDEVICE_H
#define REPRISE_TEST_UNIT_CUDA_SIMULATEDDEVICE_H

#include <cstddef>
#include <cstdint>
#include <cuda.h>

/// A kernel and, where ControlOffset is not 0, a twin: its blocks have Steps
/// steps, and may be left in front of each. Without steps they end at once.
struct SimKernel {
  unsigned Steps;
  uint32_t ControlOffset; ///< 0: it cannot be stopped.
  uint32_t ControlBytes;  ///< Of Control or SpreadControl.
  bool Mapless;           ///< It takes no notice of a map.
  bool Inside;            ///< Left also in front of steps behind the first.
  void (*Step)(const unsigned char *Arguments, uint32_t Block, unsigned Step);
};

/// What the device does from now on is drawn with this seed.
using SimSeed = void(uint32_t Seed);
inline constexpr char SimSeedName[] = "simulatedSeed";

/// Returns when the device has made so many steps more, or makes none any more.
/// Who waits like that meets it in the same states on any machine.
using SimPass = void(uint32_t Steps);
inline constexpr char SimPassName[] = "simulatedPass";

/// Of what is put on streams from now on, the first Passes are taken and the
/// next Refuses refused. How many of the last such were left.
using SimRefuse = uint32_t(uint32_t Passes, uint32_t Refuses);
inline constexpr char SimRefuseName[] = "simulatedRefuse";

/// What is put on the stream from now on, or no longer, becomes part of a
/// graph. How much did since the last call.
using SimCapture = uint32_t(CUstream Stream, bool Begins);
inline constexpr char SimCaptureName[] = "simulatedCapture";

/// Operations on the stream that have not begun.
using SimQueued = size_t(CUstream Stream);
inline constexpr char SimQueuedName[] = "simulatedQueued";

#endif // REPRISE_TEST_UNIT_CUDA_SIMULATEDDEVICE_H
