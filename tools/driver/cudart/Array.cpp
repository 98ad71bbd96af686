//===- Array.cpp - Arrays, and copies of two and three dimensions ---------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Array.h"

namespace reprise::cudart {

CUresult arrayForm(CUarray Array, const DriverCalls &D,
                   CUDA_ARRAY3D_DESCRIPTOR &Form) {
  return D.cuArray3DGetDescriptor(&Form, Array);
}

unsigned channelBytes(CUarray_format Format) {
  switch (Format) {
  case CU_AD_FORMAT_UNSIGNED_INT8:
  case CU_AD_FORMAT_SIGNED_INT8:
    return 1;
  case CU_AD_FORMAT_UNSIGNED_INT16:
  case CU_AD_FORMAT_SIGNED_INT16:
  case CU_AD_FORMAT_HALF:
    return 2;
  default:
    return 4;
  }
}

bool formatOf(const cudaChannelFormatDesc &From, CUarray_format &Format,
              unsigned &Channels) {
  Channels = (From.x > 0) + (From.y > 0) + (From.z > 0) + (From.w > 0);
  bool Float = From.f == cudaChannelFormatKindFloat;
  bool Signed = From.f == cudaChannelFormatKindSigned;
  switch (From.x) {
  case 8:
    Format = Signed ? CU_AD_FORMAT_SIGNED_INT8 : CU_AD_FORMAT_UNSIGNED_INT8;
    return !Float;
  case 16:
    Format = Float    ? CU_AD_FORMAT_HALF
             : Signed ? CU_AD_FORMAT_SIGNED_INT16
                      : CU_AD_FORMAT_UNSIGNED_INT16;
    return true;
  case 32:
    Format = Float    ? CU_AD_FORMAT_FLOAT
             : Signed ? CU_AD_FORMAT_SIGNED_INT32
                      : CU_AD_FORMAT_UNSIGNED_INT32;
    return true;
  default:
    return false;
  }
}

static cudaChannelFormatDesc channelsOf(const CUDA_ARRAY3D_DESCRIPTOR &Form) {
  cudaChannelFormatDesc Result{};
  int Bits = static_cast<int>(channelBytes(Form.Format) * 8);
  Result.x = Bits;
  Result.y = Form.NumChannels > 1 ? Bits : 0;
  Result.z = Result.w = Form.NumChannels > 2 ? Bits : 0;
  switch (Form.Format) {
  case CU_AD_FORMAT_HALF:
  case CU_AD_FORMAT_FLOAT:
    Result.f = cudaChannelFormatKindFloat;
    break;
  case CU_AD_FORMAT_SIGNED_INT8:
  case CU_AD_FORMAT_SIGNED_INT16:
  case CU_AD_FORMAT_SIGNED_INT32:
    Result.f = cudaChannelFormatKindSigned;
    break;
  default:
    Result.f = cudaChannelFormatKindUnsigned;
  }
  return Result;
}

//===----------------------------------------------------------------------===//
// Copies
//===----------------------------------------------------------------------===//

static CUmemorytype sideOf(cudaMemcpyKind Kind, bool To) {
  switch (Kind) {
  case cudaMemcpyHostToDevice:
    return To ? CU_MEMORYTYPE_DEVICE : CU_MEMORYTYPE_HOST;
  case cudaMemcpyDeviceToHost:
    return To ? CU_MEMORYTYPE_HOST : CU_MEMORYTYPE_DEVICE;
  case cudaMemcpyDeviceToDevice:
    return CU_MEMORYTYPE_DEVICE;
  case cudaMemcpyHostToHost:
    return CU_MEMORYTYPE_HOST;
  default:
    return CU_MEMORYTYPE_UNIFIED;
  }
}

void setFrom(CUDA_MEMCPY3D &P, const void *From, size_t Pitch,
             cudaMemcpyKind Kind) {
  P.srcMemoryType = sideOf(Kind, false);
  P.srcHost = From;
  P.srcDevice = address(From);
  P.srcPitch = Pitch;
}

void setTo(CUDA_MEMCPY3D &P, void *To, size_t Pitch, cudaMemcpyKind Kind) {
  P.dstMemoryType = sideOf(Kind, true);
  P.dstHost = To;
  P.dstDevice = address(To);
  P.dstPitch = Pitch;
}

static void setFromArray(CUDA_MEMCPY3D &P, cudaArray_const_t Array, size_t X,
                         size_t Y) {
  P.srcMemoryType = CU_MEMORYTYPE_ARRAY;
  P.srcArray = handleOf(Array);
  P.srcXInBytes = X;
  P.srcY = Y;
}

static void setToArray(CUDA_MEMCPY3D &P, cudaArray_const_t Array, size_t X,
                       size_t Y) {
  P.dstMemoryType = CU_MEMORYTYPE_ARRAY;
  P.dstArray = handleOf(Array);
  P.dstXInBytes = X;
  P.dstY = Y;
}

static CUDA_MEMCPY3D sized(size_t Width, size_t Height, size_t Depth = 1) {
  CUDA_MEMCPY3D P{};
  P.WidthInBytes = Width;
  P.Height = Height;
  P.Depth = Depth;
  return P;
}

static cudaError_t run(const CUDA_MEMCPY3D &P, cudaStream_t Stream,
                       bool Async) {
  return call([&](const DriverCalls &D) { return copy(D, P, Async, Stream); });
}

CUresult describe(const DriverCalls &D, const cudaMemcpy3DParms &From,
                  CUDA_MEMCPY3D &P) {
  P = sized(From.extent.width, From.extent.height, From.extent.depth);
  // Where an array takes part, lengths are in its elements.
  auto Scale = [&](cudaArray_t Array, size_t X, size_t &Bytes) {
    Bytes = X;
    if (!Array)
      return CUDA_SUCCESS;
    CUDA_ARRAY3D_DESCRIPTOR Form{};
    CUresult E = arrayForm(handleOf(Array), D, Form);
    size_t Element = channelBytes(Form.Format) * Form.NumChannels;
    P.WidthInBytes = From.extent.width * Element;
    Bytes = X * Element;
    return E;
  };
  size_t SrcX = 0, DstX = 0;
  if (CUresult E = Scale(From.srcArray, From.srcPos.x, SrcX))
    return E;
  if (CUresult E = Scale(From.dstArray, From.dstPos.x, DstX))
    return E;
  if (From.srcArray)
    setFromArray(P, From.srcArray, 0, 0);
  else
    setFrom(P, From.srcPtr.ptr, From.srcPtr.pitch, From.kind);
  if (From.dstArray)
    setToArray(P, From.dstArray, 0, 0);
  else
    setTo(P, From.dstPtr.ptr, From.dstPtr.pitch, From.kind);
  P.srcXInBytes = SrcX, P.srcY = From.srcPos.y, P.srcZ = From.srcPos.z;
  P.dstXInBytes = DstX, P.dstY = From.dstPos.y, P.dstZ = From.dstPos.z;
  P.srcHeight = From.srcPtr.ysize;
  P.dstHeight = From.dstPtr.ysize;
  return CUDA_SUCCESS;
}

} // namespace reprise::cudart

using namespace reprise::cudart;

RUNTIME_API cudaMalloc3DArray(cudaArray_t *Result,
                              const cudaChannelFormatDesc *Channels,
                              cudaExtent Size, unsigned Flags) {
  return call([&](const DriverCalls &D) {
    CUDA_ARRAY3D_DESCRIPTOR Form{};
    if (!Result || !Channels ||
        !formatOf(*Channels, Form.Format, Form.NumChannels))
      return CUDA_ERROR_INVALID_VALUE;
    Form.Width = Size.width;
    Form.Height = Size.height;
    Form.Depth = Size.depth;
    Form.Flags = Flags;
    CUarray Array = nullptr;
    CUresult E = D.cuArray3DCreate(&Array, &Form);
    if (!E)
      *Result = reinterpret_cast<cudaArray_t>(Array);
    return E;
  });
}
RUNTIME_API cudaMallocArray(cudaArray_t *Result,
                            const cudaChannelFormatDesc *Channels, size_t Width,
                            size_t Height, unsigned Flags) {
  return cudaMalloc3DArray(Result, Channels, {Width, Height, 0}, Flags);
}
RUNTIME_API cudaFreeArray(cudaArray_t Array) {
  return call([&](const DriverCalls &D) {
    return Array ? D.cuArrayDestroy(handleOf(Array)) : CUDA_SUCCESS;
  });
}

RUNTIME_API cudaArrayGetInfo(cudaChannelFormatDesc *Channels, cudaExtent *Size,
                             unsigned *Flags, cudaArray_t Array) {
  return call([&](const DriverCalls &D) {
    CUDA_ARRAY3D_DESCRIPTOR Form{};
    if (CUresult E = arrayForm(handleOf(Array), D, Form))
      return E;
    if (Channels)
      *Channels = channelsOf(Form);
    if (Size)
      *Size = {Form.Width, Form.Height, Form.Depth};
    if (Flags)
      *Flags = Form.Flags;
    return CUDA_SUCCESS;
  });
}
RUNTIME_API cudaGetChannelDesc(cudaChannelFormatDesc *Channels,
                               cudaArray_const_t Array) {
  return call([&](const DriverCalls &D) {
    CUDA_ARRAY3D_DESCRIPTOR Form{};
    CUresult E = arrayForm(handleOf(Array), D, Form);
    if (!E)
      *Channels = channelsOf(Form);
    return E;
  });
}

extern "C" __attribute__((visibility("default"))) cudaChannelFormatDesc
cudaCreateChannelDesc(int X, int Y, int Z, int W, cudaChannelFormatKind Kind) {
  return {X, Y, Z, W, Kind};
}

//===----------------------------------------------------------------------===//
// Copies of two dimensions
//===----------------------------------------------------------------------===//

RUNTIME_API cudaMemcpy2DAsync(void *To, size_t ToPitch, const void *From,
                              size_t FromPitch, size_t Width, size_t Height,
                              cudaMemcpyKind Kind, cudaStream_t Stream) {
  CUDA_MEMCPY3D P = sized(Width, Height);
  setFrom(P, From, FromPitch, Kind);
  setTo(P, To, ToPitch, Kind);
  return run(P, Stream, true);
}
RUNTIME_API cudaMemcpy2D(void *To, size_t ToPitch, const void *From,
                         size_t FromPitch, size_t Width, size_t Height,
                         cudaMemcpyKind Kind) {
  CUDA_MEMCPY3D P = sized(Width, Height);
  setFrom(P, From, FromPitch, Kind);
  setTo(P, To, ToPitch, Kind);
  return run(P, nullptr, false);
}

static cudaError_t toArray(cudaArray_t To, size_t X, size_t Y, const void *From,
                           size_t Pitch, size_t Width, size_t Height,
                           cudaMemcpyKind Kind, cudaStream_t Stream,
                           bool Async) {
  CUDA_MEMCPY3D P = sized(Width, Height);
  setFrom(P, From, Pitch, Kind);
  setToArray(P, To, X, Y);
  return run(P, Stream, Async);
}
static cudaError_t fromArray(void *To, size_t Pitch, cudaArray_const_t From,
                             size_t X, size_t Y, size_t Width, size_t Height,
                             cudaMemcpyKind Kind, cudaStream_t Stream,
                             bool Async) {
  CUDA_MEMCPY3D P = sized(Width, Height);
  setFromArray(P, From, X, Y);
  setTo(P, To, Pitch, Kind);
  return run(P, Stream, Async);
}

RUNTIME_API cudaMemcpy2DToArray(cudaArray_t To, size_t X, size_t Y,
                                const void *From, size_t Pitch, size_t Width,
                                size_t Height, cudaMemcpyKind Kind) {
  return toArray(To, X, Y, From, Pitch, Width, Height, Kind, nullptr, false);
}
RUNTIME_API cudaMemcpy2DToArrayAsync(cudaArray_t To, size_t X, size_t Y,
                                     const void *From, size_t Pitch,
                                     size_t Width, size_t Height,
                                     cudaMemcpyKind Kind, cudaStream_t Stream) {
  return toArray(To, X, Y, From, Pitch, Width, Height, Kind, Stream, true);
}
RUNTIME_API cudaMemcpy2DFromArray(void *To, size_t Pitch,
                                  cudaArray_const_t From, size_t X, size_t Y,
                                  size_t Width, size_t Height,
                                  cudaMemcpyKind Kind) {
  return fromArray(To, Pitch, From, X, Y, Width, Height, Kind, nullptr, false);
}
RUNTIME_API cudaMemcpy2DFromArrayAsync(void *To, size_t Pitch,
                                       cudaArray_const_t From, size_t X,
                                       size_t Y, size_t Width, size_t Height,
                                       cudaMemcpyKind Kind,
                                       cudaStream_t Stream) {
  return fromArray(To, Pitch, From, X, Y, Width, Height, Kind, Stream, true);
}
RUNTIME_API cudaMemcpyToArray(cudaArray_t To, size_t X, size_t Y,
                              const void *From, size_t Bytes,
                              cudaMemcpyKind Kind) {
  return toArray(To, X, Y, From, Bytes, Bytes, 1, Kind, nullptr, false);
}
RUNTIME_API cudaMemcpyFromArray(void *To, cudaArray_const_t From, size_t X,
                                size_t Y, size_t Bytes, cudaMemcpyKind Kind) {
  return fromArray(To, Bytes, From, X, Y, Bytes, 1, Kind, nullptr, false);
}

//===----------------------------------------------------------------------===//
// Copies of three dimensions
//===----------------------------------------------------------------------===//

static cudaError_t copy3D(const cudaMemcpy3DParms *Params, cudaStream_t Stream,
                          bool Async) {
  return call([&](const DriverCalls &D) {
    CUDA_MEMCPY3D P{};
    if (!Params)
      return CUDA_ERROR_INVALID_VALUE;
    CUresult E = describe(D, *Params, P);
    return E ? E : copy(D, P, Async, Stream);
  });
}
RUNTIME_API cudaMemcpy3D(const cudaMemcpy3DParms *Params) {
  return copy3D(Params, nullptr, false);
}
RUNTIME_API cudaMemcpy3DAsync(const cudaMemcpy3DParms *Params,
                              cudaStream_t Stream) {
  return copy3D(Params, Stream, true);
}
