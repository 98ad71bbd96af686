//===- Objects.cpp - Texture and surface objects ------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ForkLocks.h"
#include "ObjectFollowers.h"

#include <unordered_set>

namespace reprise::cuda {

namespace {

struct Arrays {
  std::unordered_set<CUarray> Own; ///< Arrays with memory of their own.
};

Arrays &arrays() {
  static Arrays *const A = new Arrays;
  return *A;
}

/// Bytes of one channel; 0 when it is not known.
size_t channelBytes(CUarray_format Format) {
  switch (Format) {
  case CU_AD_FORMAT_UNSIGNED_INT8:
  case CU_AD_FORMAT_SIGNED_INT8:
    return 1;
  case CU_AD_FORMAT_UNSIGNED_INT16:
  case CU_AD_FORMAT_SIGNED_INT16:
  case CU_AD_FORMAT_HALF:
    return 2;
  case CU_AD_FORMAT_UNSIGNED_INT32:
  case CU_AD_FORMAT_SIGNED_INT32:
  case CU_AD_FORMAT_FLOAT:
    return 4;
  default:
    return 0;
  }
}

} // namespace

void enterArray(CUarray Array) {
  Arrays &A = arrays();
  std::lock_guard Guard(forkLock(Guarded::Arrays));
  A.Own.insert(Array);
}

void leaveArray(CUarray Array) {
  Arrays &A = arrays();
  std::lock_guard Guard(forkLock(Guarded::Arrays));
  A.Own.erase(Array);
}

void forgetArrays() {
  Arrays &A = arrays();
  std::lock_guard Guard(forkLock(Guarded::Arrays));
  A.Own.clear();
}

bool bindingOf(const CUDA_RESOURCE_DESC &Resource, reprise_binding &Binding) {
  switch (Resource.resType) {
  case CU_RESOURCE_TYPE_LINEAR:
    Binding.memory = {Resource.res.linear.devPtr,
                      Resource.res.linear.sizeInBytes};
    break;
  case CU_RESOURCE_TYPE_PITCH2D: {
    const auto &P = Resource.res.pitch2D;
    size_t Row = P.width * P.numChannels * channelBytes(P.format);
    if (Row == 0 || P.height == 0)
      return false;
    Binding.memory = {P.devPtr, P.pitchInBytes * (P.height - 1) + Row};
    break;
  }
  case CU_RESOURCE_TYPE_ARRAY: {
    Arrays &A = arrays();
    std::lock_guard Guard(forkLock(Guarded::Arrays));
    if (A.Own.count(Resource.res.array.hArray))
      Binding.array = reinterpret_cast<uint64_t>(Resource.res.array.hArray);
    return true;
  }
  case CU_RESOURCE_TYPE_MIPMAPPED_ARRAY:
    return true; // Its levels are arrays too: it may be any.
  default:
    return false;
  }
  return Binding.memory.size != 0 && Binding.memory.address != 0;
}

} // namespace reprise::cuda
