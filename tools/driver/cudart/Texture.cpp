//===- Texture.cpp - Texture and surface objects --------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Array.h"

#include <algorithm>

namespace reprise::cudart {

static CUresult resourceOf(const cudaResourceDesc &From,
                           CUDA_RESOURCE_DESC &To) {
  switch (From.resType) {
  case cudaResourceTypeArray:
    To.resType = CU_RESOURCE_TYPE_ARRAY;
    To.res.array.hArray = handleOf(From.res.array.array);
    return CUDA_SUCCESS;
  case cudaResourceTypeLinear:
    To.resType = CU_RESOURCE_TYPE_LINEAR;
    To.res.linear.devPtr = address(From.res.linear.devPtr);
    To.res.linear.sizeInBytes = From.res.linear.sizeInBytes;
    return formatOf(From.res.linear.desc, To.res.linear.format,
                    To.res.linear.numChannels)
               ? CUDA_SUCCESS
               : CUDA_ERROR_INVALID_VALUE;
  case cudaResourceTypePitch2D:
    To.resType = CU_RESOURCE_TYPE_PITCH2D;
    To.res.pitch2D.devPtr = address(From.res.pitch2D.devPtr);
    To.res.pitch2D.width = From.res.pitch2D.width;
    To.res.pitch2D.height = From.res.pitch2D.height;
    To.res.pitch2D.pitchInBytes = From.res.pitch2D.pitchInBytes;
    return formatOf(From.res.pitch2D.desc, To.res.pitch2D.format,
                    To.res.pitch2D.numChannels)
               ? CUDA_SUCCESS
               : CUDA_ERROR_INVALID_VALUE;
  default:
    return CUDA_ERROR_NOT_SUPPORTED;
  }
}

static CUDA_TEXTURE_DESC textureOf(const cudaTextureDesc &From) {
  CUDA_TEXTURE_DESC To{};
  for (int I = 0; I < 3; ++I)
    To.addressMode[I] = static_cast<CUaddress_mode>(From.addressMode[I]);
  To.filterMode = static_cast<CUfilter_mode>(From.filterMode);
  // The driver looks at it only where there are integers.
  if (From.readMode == cudaReadModeElementType)
    To.flags |= CU_TRSF_READ_AS_INTEGER;
  if (From.normalizedCoords)
    To.flags |= CU_TRSF_NORMALIZED_COORDINATES;
  if (From.sRGB)
    To.flags |= CU_TRSF_SRGB;
  To.maxAnisotropy = From.maxAnisotropy;
  To.mipmapFilterMode = static_cast<CUfilter_mode>(From.mipmapFilterMode);
  To.mipmapLevelBias = From.mipmapLevelBias;
  To.minMipmapLevelClamp = From.minMipmapLevelClamp;
  To.maxMipmapLevelClamp = From.maxMipmapLevelClamp;
  std::copy_n(From.borderColor, 4, To.borderColor);
  return To;
}

static cudaError_t makeTexture(cudaTextureObject_t *Result,
                               const cudaResourceDesc *Resource,
                               const cudaTextureDesc *Description,
                               const cudaResourceViewDesc *View) {
  return call([&](const DriverCalls &D) {
    CUDA_RESOURCE_DESC R{};
    if (!Result || !Resource || !Description)
      return CUDA_ERROR_INVALID_VALUE;
    if (View)
      return CUDA_ERROR_NOT_SUPPORTED;
    if (CUresult E = resourceOf(*Resource, R))
      return E;
    CUDA_TEXTURE_DESC T = textureOf(*Description);
    return D.cuTexObjectCreate(Result, &R, &T, nullptr);
  });
}

} // namespace reprise::cudart

using namespace reprise::cudart;

RUNTIME_API cudaCreateTextureObject(cudaTextureObject_t *Result,
                                    const cudaResourceDesc *Resource,
                                    const cudaTextureDesc *Description,
                                    const cudaResourceViewDesc *View) {
  return makeTexture(Result, Resource, Description, View);
}
RUNTIME_API cudaDestroyTextureObject(cudaTextureObject_t Object) {
  return call(
      [&](const DriverCalls &D) { return D.cuTexObjectDestroy(Object); });
}

RUNTIME_API cudaCreateSurfaceObject(cudaSurfaceObject_t *Result,
                                    const cudaResourceDesc *Resource) {
  return call([&](const DriverCalls &D) {
    CUDA_RESOURCE_DESC R{};
    if (!Result || !Resource)
      return CUDA_ERROR_INVALID_VALUE;
    CUresult E = resourceOf(*Resource, R);
    return E ? E : D.cuSurfObjectCreate(Result, &R);
  });
}
RUNTIME_API cudaDestroySurfaceObject(cudaSurfaceObject_t Object) {
  return call(
      [&](const DriverCalls &D) { return D.cuSurfObjectDestroy(Object); });
}
