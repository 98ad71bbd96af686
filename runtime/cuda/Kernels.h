//===- Kernels.h - What is known of a kernel that can be launched -------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One for each handle, a CUfunction or a CUkernel, made when it is launched for
// the first time and immutable from then on.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_CUDA_KERNELS_H
#define REPRISE_CUDA_KERNELS_H

#include "Counts.h"

#include <cuda.h>
#include <string>
#include <vector>

namespace reprise::cuda {

struct ParamPlace {
  uint32_t Offset, Size; ///< Bytes in the argument block.
  bool operator==(const ParamPlace &) const = default;
};

struct KnownSymbol {
  uint64_t Hash; ///< hashName(Name)
  std::string Name;
  reprise_range Range;
};

struct KernelInfo {
  std::string Name;    ///< Mangled; empty when it is not known.
  std::string Image;   ///< Content hash of the code that answers, or empty.
  std::string Detail;  ///< For Why.
  uint32_t Number = 0; ///< Of the name and image in all counts.
  /// Its summary, which lives as long as the process; null: see Why.
  const reprise_kernel *Kernel = nullptr;
  Outcome Why = Outcome::NotFollowed;

  bool LayoutKnown = false;
  std::vector<ParamPlace> Params; ///< In the order of kernelParams.
  uint32_t ArgumentBytes = 0;

  /// Where its variables lie in Context.
  std::vector<KnownSymbol> Symbols;
  CUcontext Context = nullptr;
  /// A CUkernel may be launched in any context, a CUfunction in one.
  bool AnyContext = false;
  /// Tells Symbols of two kernels apart in memo keys; below 2^24, 0: none.
  uint32_t SymbolsNumber = 0;

  uint64_t Generation = 0; ///< Of the summaries that were asked.
  uint64_t Owner = 0;      ///< The CUmodule or CUlibrary that it goes with.
};

} // namespace reprise::cuda

#endif // REPRISE_CUDA_KERNELS_H
