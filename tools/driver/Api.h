//===- Api.h - What every file of the emulated driver starts with ---------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// cuda.h with every version of every function under its own name, so that a
// definition says which version it is: cuMemAlloc_v2.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_DRIVER_API_H
#define REPRISE_TOOLS_DRIVER_API_H

#define __CUDA_API_VERSION_INTERNAL
#include <cuda.h>

/// A function that programs call. Where it has a per-thread form, that one is
/// made from it (Generate.cpp), and so is a refusal of each that is missing.
#define EMULATED_API extern "C" __attribute__((visibility("default"))) CUresult

#define EMULATED_WEAK __attribute__((weak, visibility("default")))

namespace reprise::driver {

/// Says once on stderr that a function is not supported.
CUresult refuse(const char *Function);

/// While one exists, stream 0 is the default stream of this thread only.
class PerThreadStreams {
public:
  PerThreadStreams();
  ~PerThreadStreams();
  PerThreadStreams(const PerThreadStreams &) = delete;
  PerThreadStreams &operator=(const PerThreadStreams &) = delete;
  static bool active();

private:
  bool Before;
};

} // namespace reprise::driver

#endif // REPRISE_TOOLS_DRIVER_API_H
