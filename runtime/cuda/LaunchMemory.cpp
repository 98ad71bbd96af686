//===- LaunchMemory.cpp - The memory map of a launch --------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LaunchMemory.h"
#include "Driver.h"

#include <cstring>

namespace reprise::cuda {

bool symbolsHold(const KernelInfo &Info, CUstream Stream) {
  if (Info.Symbols.empty())
    return false;
  if (!Info.AnyContext)
    return true;
  CUcontext Context = nullptr;
  const bool OfItsOwn =
      Stream && Stream != CU_STREAM_LEGACY && Stream != CU_STREAM_PER_THREAD;
  if (OfItsOwn)
    return api().StreamGetCtx &&
           api().StreamGetCtx(Stream, &Context) == CUDA_SUCCESS &&
           Context == Info.Context;
  return api().CtxGetCurrent && api().CtxGetCurrent(&Context) == CUDA_SUCCESS &&
         Context == Info.Context;
}

bool touchesAlias(const Version &V, const reprise_launch &Launch) {
  if (!V.Textures.empty() || !V.Surfaces.empty())
    return true; // What is bound is not looked at.
  const auto *Bytes = static_cast<const char *>(Launch.arguments);
  for (size_t At = 0; At + 8 <= Launch.arguments_size; At += 8) {
    uint64_t Word;
    std::memcpy(&Word, Bytes + At, sizeof Word);
    const auto I = V.Aliases.floor(Word);
    // The end of a buffer is a pointer to it as well.
    if (I && Word - I.Key <= I.Data->size)
      return true;
  }
  return false;
}

} // namespace reprise::cuda
