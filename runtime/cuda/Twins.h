//===- Twins.h - The twin of a kernel in the program ----------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A twin lies in the module of its kernel, so the driver is asked for it there.
// What the image says is compared with what the driver says of its parameters:
// those of the kernel, and behind them the Control at the offset named. A twin
// that is anything else is not launched.
//
// Thread safety: all functions. They take a lock, and are for streams that can
// be stopped only.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_CUDA_TWINS_H
#define REPRISE_CUDA_TWINS_H

#include "TwinDocument.h"
#include "reprise/reprise_preempt.h"

#include <atomic>
#include <cuda.h>
#include <memory>

namespace reprise::cuda {

/// One of a kernel's twins.
struct TwinCode {
  CUfunction Function = nullptr; ///< A CUfunction or CUkernel; null: none.
  /// The most dynamic shared memory that the driver was told of, in bytes.
  mutable std::atomic<uint32_t> Shared{0};
};

struct Twin {
  TwinCode Any;     ///< No function: see Why.
  TwinCode Mapless; ///< Takes no notice of a map; may be missing.
  uint32_t ControlOffset = 0;
  uint32_t ControlBytes = 0; ///< Of Control or SpreadControl.
  bool IsKernel = false;     ///< It is a CUkernel.
  uint64_t Owner = 0;        ///< The module or library that it goes with.
  bool Inside = false;       ///< It has checkpoints inside its blocks.
  reprise_stop_reason Why = REPRISE_STOP_REASON_NO_TWIN;
  std::string Detail;

  /// What is launched with a map, or without one.
  const TwinCode &code(bool WithMap) const {
    return WithMap || !Mapless.Function ? Any : Mapless;
  }
};

/// Of the kernel with this handle, a CUfunction or CUkernel; never null. The
/// context that the kernel is launched in has to be current. Valid until the
/// module is unloaded. Throws std::bad_alloc.
std::shared_ptr<const Twin> twinOf(uint64_t Handle);

/// Lets \p Code, a twin of \p T, have \p Bytes of dynamic shared memory, as the
/// program did with the kernel. What fails shows when it is launched.
void allowShared(const Twin &T, const TwinCode &Code, uint32_t Bytes);

} // namespace reprise::cuda

#endif // REPRISE_CUDA_TWINS_H
