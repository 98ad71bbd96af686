//===- Followers.h - All functions that follow the driver's -------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_CUDA_FOLLOWERS_H
#define REPRISE_CUDA_FOLLOWERS_H

#include "CopyFollowers.h"
#include "GraphFollowers.h"
#include "LaunchFollowers.h"
#include "MemoryFollowers.h"
#include "ModuleFollowers.h"
#include "ObjectFollowers.h"

namespace reprise::cuda {

inline bool asksPerThread(cuuint64_t Flags) {
  return (Flags & CU_GET_PROC_ADDRESS_PER_THREAD_DEFAULT_STREAM) != 0;
}

template <Slot S>
CUresult getProcAddress(const char *Name, void **Function, int Version,
                        cuuint64_t Flags) {
  CUresult R = real<S>(getProcAddress<S>)(Name, Function, Version, Flags);
  if (R == CUDA_SUCCESS && Name && Function)
    *Function = followerOf(*Function, Name, Version, asksPerThread(Flags));
  return R;
}

template <Slot S>
CUresult getProcAddress2(const char *Name, void **Function, int Version,
                         cuuint64_t Flags,
                         CUdriverProcAddressQueryResult *Status) {
  CUresult R =
      real<S>(getProcAddress2<S>)(Name, Function, Version, Flags, Status);
  if (R == CUDA_SUCCESS && Name && Function)
    *Function = followerOf(*Function, Name, Version, asksPerThread(Flags));
  return R;
}

} // namespace reprise::cuda

#endif // REPRISE_CUDA_FOLLOWERS_H
