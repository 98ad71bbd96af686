//===- Transfers.h - Copies and fills of the program --------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the program has the driver copy and fill, counted by the thread that
// asks for it. Nothing is decided and nothing refused.
//
// Thread safety: all functions. They take no lock, and allocate nothing after a
// thread's first operation.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_CUDA_TRANSFERS_H
#define REPRISE_CUDA_TRANSFERS_H

#include <cstdint>
#include <cuda.h>

namespace reprise::cuda {

struct Transfer {
  enum Kind : uint8_t { Copy, Fill };

  Kind What;
  uint64_t Bytes;  ///< Written; 0 where the description is senseless.
  bool CanCapture; ///< The stream may record it into a graph.
  CUstream Stream; ///< Where CanCapture.
  bool PerThread;  ///< The null stream is the thread's own.
  uint64_t Count = 1;
  /// What is written, or more: [To, To + Span).
  uint64_t To = 0, Span = 0;
  /// From where, of a copy from the host that is done when the call returns.
  const void *Host = nullptr;
};

/// Would the driver record it instead of doing it? Ask before the driver gets
/// it: a refusal may end the capture.
bool isRecorded(const Transfer &T) noexcept;

/// The driver's answer. What a thread does for which there is no record (there
/// was no memory) is not counted.
void countTransfer(const Transfer &T, bool Recorded, CUresult Answer) noexcept;

} // namespace reprise::cuda

#endif // REPRISE_CUDA_TRANSFERS_H
