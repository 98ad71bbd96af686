//===- Texture.cpp - Texture and surface objects --------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Texture.h"
#include "Driver.h"

namespace reprise::driver {

using Linear = emulator::LinearTexture;

/// Bits, sign and kind of a channel. False for packed and compressed formats.
static bool readFormat(CUarray_format Format, Linear &T) {
  switch (Format) {
  case CU_AD_FORMAT_UNSIGNED_INT8:
    T.Bits = 8;
    return true;
  case CU_AD_FORMAT_UNSIGNED_INT16:
    T.Bits = 16;
    return true;
  case CU_AD_FORMAT_UNSIGNED_INT32:
    T.Bits = 32;
    return true;
  case CU_AD_FORMAT_SIGNED_INT8:
    T.Bits = 8, T.Signed = true;
    return true;
  case CU_AD_FORMAT_SIGNED_INT16:
    T.Bits = 16, T.Signed = true;
    return true;
  case CU_AD_FORMAT_SIGNED_INT32:
    T.Bits = 32, T.Signed = true;
    return true;
  case CU_AD_FORMAT_HALF:
    T.Bits = 16, T.Float = true;
    return true;
  case CU_AD_FORMAT_FLOAT:
    T.Bits = 32, T.Float = true;
    return true;
  default:
    return false;
  }
}

static Linear::Mode modeOf(CUaddress_mode Mode) {
  switch (Mode) {
  case CU_TR_ADDRESS_MODE_WRAP:
    return Linear::Mode::Wrap;
  case CU_TR_ADDRESS_MODE_MIRROR:
    return Linear::Mode::Mirror;
  case CU_TR_ADDRESS_MODE_BORDER:
    return Linear::Mode::Border;
  default:
    return Linear::Mode::Clamp;
  }
}

/// Memory and elements. Driver::Lock is held.
static CUresult readResource(Driver &D, const CUDA_RESOURCE_DESC &R,
                             Texture &T) {
  Linear &L = T.Form;
  CUarray_format Format{};
  unsigned Channels = 0;
  switch (R.resType) {
  case CU_RESOURCE_TYPE_ARRAY: {
    T.Array = D.Arrays.find(R.res.array.hArray);
    if (!T.Array)
      return CUDA_ERROR_INVALID_HANDLE;
    const CUDA_ARRAY3D_DESCRIPTOR &Form = T.Array->Form;
    Format = Form.Format;
    Channels = Form.NumChannels;
    L.Address = T.Array->Address;
    L.Elements = Form.Width;
    L.Rows = Form.Depth ? T.Array->rows() : Form.Height;
    L.Slices = Form.Depth;
    L.Pitch = T.Array->pitch();
    break;
  }
  case CU_RESOURCE_TYPE_LINEAR:
    Format = R.res.linear.format;
    Channels = R.res.linear.numChannels;
    L.Address = R.res.linear.devPtr;
    L.Elements = R.res.linear.sizeInBytes;
    break;
  case CU_RESOURCE_TYPE_PITCH2D:
    Format = R.res.pitch2D.format;
    Channels = R.res.pitch2D.numChannels;
    L.Address = R.res.pitch2D.devPtr;
    L.Elements = R.res.pitch2D.width;
    L.Rows = R.res.pitch2D.height;
    L.Pitch = R.res.pitch2D.pitchInBytes;
    break;
  default:
    return refuse("a texture of mipmaps");
  }
  if (Channels != 1 && Channels != 2 && Channels != 4)
    return CUDA_ERROR_INVALID_VALUE;
  if (!readFormat(Format, L))
    return refuse("a texture in a packed or compressed format");
  L.Channels = static_cast<uint8_t>(Channels);
  if (R.resType == CU_RESOURCE_TYPE_LINEAR)
    L.Elements /= L.Bits / 8 * Channels;
  return CUDA_SUCCESS;
}

static CUresult add(Driver &D, std::shared_ptr<Texture> T,
                    unsigned long long *Result) {
  // Numbers that are no addresses, small as those of a device.
  *Result = T->Form.Handle = (uint64_t(1) << 20) + D.nextId();
  D.Textures[*Result] = std::move(T);
  return CUDA_SUCCESS;
}

std::vector<Linear> boundTextures(Driver &D) {
  std::lock_guard Guard(D.Lock);
  std::vector<Linear> Result;
  Result.reserve(D.Textures.size());
  for (const auto &[Number, T] : D.Textures)
    Result.push_back(T->Form);
  return Result;
}

} // namespace reprise::driver

using namespace reprise::driver;

EMULATED_API cuTexObjectCreate(CUtexObject *Result,
                               const CUDA_RESOURCE_DESC *Resource,
                               const CUDA_TEXTURE_DESC *Description,
                               const CUDA_RESOURCE_VIEW_DESC *View) {
  return inContext([&](Driver &D, const ContextRef &) -> CUresult {
    if (!Result || !Resource || !Description)
      return CUDA_ERROR_INVALID_VALUE;
    if (View && View->format != CU_RES_VIEW_FORMAT_NONE)
      return refuse("a texture object with a view");
    auto T = std::make_shared<Texture>();
    T->Resource = *Resource;
    T->Description = *Description;
    T->HasView = View != nullptr;
    if (View)
      T->View = *View;
    std::lock_guard Guard(D.Lock);
    if (CUresult E = readResource(D, *Resource, *T))
      return E;
    auto &L = T->Form;
    L.UnitCoordinates = Description->flags & CU_TRSF_NORMALIZED_COORDINATES;
    L.Linear = Description->filterMode == CU_TR_FILTER_MODE_LINEAR &&
               Resource->resType != CU_RESOURCE_TYPE_LINEAR;
    L.Normalized = !L.Float && L.Bits != 32 &&
                   !(Description->flags & CU_TRSF_READ_AS_INTEGER);
    for (int I = 0; I < 3; ++I)
      L.Outside[I] = modeOf(Description->addressMode[I]);
    if (Description->flags & CU_TRSF_SRGB)
      return refuse("a texture in sRGB");
    return add(D, std::move(T), Result);
  });
}

EMULATED_API cuSurfObjectCreate(CUsurfObject *Result,
                                const CUDA_RESOURCE_DESC *Resource) {
  return inContext([&](Driver &D, const ContextRef &) -> CUresult {
    if (!Result || !Resource || Resource->resType != CU_RESOURCE_TYPE_ARRAY)
      return CUDA_ERROR_INVALID_VALUE;
    auto T = std::make_shared<Texture>();
    T->Resource = *Resource;
    T->Surface = true;
    std::lock_guard Guard(D.Lock);
    if (CUresult E = readResource(D, *Resource, *T))
      return E;
    return add(D, std::move(T), Result);
  });
}

/// Runs the body with an object of the kind that Surface says.
template <typename F>
static CUresult withTexture(unsigned long long Number, bool Surface, F Body) {
  return inContext([&](Driver &D, const ContextRef &) -> CUresult {
    std::lock_guard Guard(D.Lock);
    auto It = D.Textures.find(Number);
    if (It == D.Textures.end() || It->second->Surface != Surface)
      return CUDA_ERROR_INVALID_VALUE;
    return Body(D, *It->second);
  });
}

static CUresult destroy(unsigned long long Number, bool Surface) {
  return withTexture(Number, Surface, [&](Driver &D, Texture &) {
    D.Textures.erase(Number);
    return CUDA_SUCCESS;
  });
}
EMULATED_API cuTexObjectDestroy(CUtexObject Number) {
  return destroy(Number, false);
}
EMULATED_API cuSurfObjectDestroy(CUsurfObject Number) {
  return destroy(Number, true);
}

EMULATED_API cuTexObjectGetResourceDesc(CUDA_RESOURCE_DESC *Result,
                                        CUtexObject Number) {
  return withTexture(Number, false, [&](Driver &, Texture &T) {
    *Result = T.Resource;
    return CUDA_SUCCESS;
  });
}
EMULATED_API cuSurfObjectGetResourceDesc(CUDA_RESOURCE_DESC *Result,
                                         CUsurfObject Number) {
  return withTexture(Number, true, [&](Driver &, Texture &T) {
    *Result = T.Resource;
    return CUDA_SUCCESS;
  });
}
EMULATED_API cuTexObjectGetTextureDesc(CUDA_TEXTURE_DESC *Result,
                                       CUtexObject Number) {
  return withTexture(Number, false, [&](Driver &, Texture &T) {
    *Result = T.Description;
    return CUDA_SUCCESS;
  });
}
EMULATED_API cuTexObjectGetResourceViewDesc(CUDA_RESOURCE_VIEW_DESC *Result,
                                            CUtexObject Number) {
  return withTexture(Number, false, [&](Driver &, Texture &T) {
    if (!T.HasView)
      return CUDA_ERROR_INVALID_VALUE;
    *Result = T.View;
    return CUDA_SUCCESS;
  });
}
