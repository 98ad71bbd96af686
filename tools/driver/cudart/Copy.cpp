//===- Copy.cpp - Copies and fills of linear memory and variables ---------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Runtime.h"

namespace reprise::cudart {

CUresult copy(const DriverCalls &D, const CUDA_MEMCPY3D &P, bool Async,
              cudaStream_t Stream) {
  CUresult E = D.cuMemcpy3DAsync(&P, streamOf(Stream));
  return E || Async ? E : D.cuStreamSynchronize(streamOf(Stream));
}

/// The plain forms work on the default stream, whichever that is, and wait.
static CUresult finish(const DriverCalls &D, CUresult E, bool Async) {
  return E || Async ? E : D.cuStreamSynchronize(streamOf(nullptr));
}

static cudaError_t copy(void *To, const void *From, size_t Bytes,
                        cudaMemcpyKind Kind, cudaStream_t Given, bool Async) {
  return call([&](const DriverCalls &D) {
    if (!Bytes)
      return CUDA_SUCCESS;
    CUstream Stream = streamOf(Given);
    // Without a stream there are functions that wait.
    bool Plain = !Async && !Stream;
    switch (Kind) {
    case cudaMemcpyHostToDevice:
      return Plain
                 ? D.cuMemcpyHtoD(address(To), From, Bytes)
                 : finish(D,
                          D.cuMemcpyHtoDAsync(address(To), From, Bytes, Stream),
                          Async);
    case cudaMemcpyDeviceToHost:
      return Plain
                 ? D.cuMemcpyDtoH(To, address(From), Bytes)
                 : finish(D,
                          D.cuMemcpyDtoHAsync(To, address(From), Bytes, Stream),
                          Async);
    case cudaMemcpyDeviceToDevice:
      return Plain ? D.cuMemcpyDtoD(address(To), address(From), Bytes)
                   : finish(D,
                            D.cuMemcpyDtoDAsync(address(To), address(From),
                                                Bytes, Stream),
                            Async);
    case cudaMemcpyHostToHost:
    case cudaMemcpyDefault:
      return Plain ? D.cuMemcpy(address(To), address(From), Bytes)
                   : finish(D,
                            D.cuMemcpyAsync(address(To), address(From), Bytes,
                                            Stream),
                            Async);
    }
    return static_cast<CUresult>(cudaErrorInvalidMemcpyDirection);
  });
}

static cudaError_t fill(void *To, int Value, size_t Bytes, cudaStream_t Stream,
                        bool Async) {
  return call([&](const DriverCalls &D) {
    auto Byte = static_cast<unsigned char>(Value);
    if (!Bytes)
      return CUDA_SUCCESS;
    if (!Async && !streamOf(Stream))
      return D.cuMemsetD8(address(To), Byte, Bytes);
    return finish(D,
                  D.cuMemsetD8Async(address(To), Byte, Bytes, streamOf(Stream)),
                  Async);
  });
}

static cudaError_t fill2D(void *To, size_t Pitch, int Value, size_t Width,
                          size_t Height, cudaStream_t Stream, bool Async) {
  return call([&](const DriverCalls &D) {
    auto Byte = static_cast<unsigned char>(Value);
    if (!Width || !Height)
      return CUDA_SUCCESS;
    if (!Async && !streamOf(Stream))
      return D.cuMemsetD2D8(address(To), Pitch, Byte, Width, Height);
    return finish(D,
                  D.cuMemsetD2D8Async(address(To), Pitch, Byte, Width, Height,
                                      streamOf(Stream)),
                  Async);
  });
}

/// Between a variable and other memory.
static cudaError_t copySymbol(const void *Variable, void *Other, size_t Bytes,
                              size_t Offset, bool ToVariable,
                              cudaMemcpyKind Kind, cudaStream_t Stream,
                              bool Async) {
  CUdeviceptr Address = 0;
  size_t Size = 0;
  cudaError_t E = call([&](const DriverCalls &D) {
    return variableOf(D, Variable, Address, Size);
  });
  if (E)
    return E;
  if (Offset > Size || Bytes > Size - Offset)
    return record(cudaErrorInvalidValue);
  void *Place = pointer(Address + Offset);
  return ToVariable ? copy(Place, Other, Bytes, Kind, Stream, Async)
                    : copy(Other, Place, Bytes, Kind, Stream, Async);
}

} // namespace reprise::cudart

using namespace reprise::cudart;

RUNTIME_API cudaMemcpy(void *To, const void *From, size_t Bytes,
                       cudaMemcpyKind Kind) {
  return copy(To, From, Bytes, Kind, nullptr, false);
}
RUNTIME_API cudaMemcpyAsync(void *To, const void *From, size_t Bytes,
                            cudaMemcpyKind Kind, cudaStream_t Stream) {
  return copy(To, From, Bytes, Kind, Stream, true);
}
RUNTIME_API cudaMemcpyPeer(void *To, int, const void *From, int, size_t Bytes) {
  return copy(To, From, Bytes, cudaMemcpyDeviceToDevice, nullptr, false);
}
RUNTIME_API cudaMemcpyPeerAsync(void *To, int, const void *From, int,
                                size_t Bytes, cudaStream_t Stream) {
  return copy(To, From, Bytes, cudaMemcpyDeviceToDevice, Stream, true);
}

RUNTIME_API cudaMemset(void *To, int Value, size_t Bytes) {
  return fill(To, Value, Bytes, nullptr, false);
}
RUNTIME_API cudaMemsetAsync(void *To, int Value, size_t Bytes,
                            cudaStream_t Stream) {
  return fill(To, Value, Bytes, Stream, true);
}
RUNTIME_API cudaMemset2D(void *To, size_t Pitch, int Value, size_t Width,
                         size_t Height) {
  return fill2D(To, Pitch, Value, Width, Height, nullptr, false);
}
RUNTIME_API cudaMemset2DAsync(void *To, size_t Pitch, int Value, size_t Width,
                              size_t Height, cudaStream_t Stream) {
  return fill2D(To, Pitch, Value, Width, Height, Stream, true);
}
RUNTIME_API cudaMemset3D(cudaPitchedPtr To, int Value, cudaExtent Size) {
  return fill2D(To.ptr, To.pitch, Value, Size.width, Size.height * Size.depth,
                nullptr, false);
}
RUNTIME_API cudaMemset3DAsync(cudaPitchedPtr To, int Value, cudaExtent Size,
                              cudaStream_t Stream) {
  return fill2D(To.ptr, To.pitch, Value, Size.width, Size.height * Size.depth,
                Stream, true);
}

RUNTIME_API cudaMemcpyToSymbol(const void *Variable, const void *From,
                               size_t Bytes, size_t Offset,
                               cudaMemcpyKind Kind) {
  return copySymbol(Variable, const_cast<void *>(From), Bytes, Offset, true,
                    Kind, nullptr, false);
}
RUNTIME_API cudaMemcpyFromSymbol(void *To, const void *Variable, size_t Bytes,
                                 size_t Offset, cudaMemcpyKind Kind) {
  return copySymbol(Variable, To, Bytes, Offset, false, Kind, nullptr, false);
}
RUNTIME_API cudaMemcpyToSymbolAsync(const void *Variable, const void *From,
                                    size_t Bytes, size_t Offset,
                                    cudaMemcpyKind Kind, cudaStream_t Stream) {
  return copySymbol(Variable, const_cast<void *>(From), Bytes, Offset, true,
                    Kind, Stream, true);
}
RUNTIME_API cudaMemcpyFromSymbolAsync(void *To, const void *Variable,
                                      size_t Bytes, size_t Offset,
                                      cudaMemcpyKind Kind,
                                      cudaStream_t Stream) {
  return copySymbol(Variable, To, Bytes, Offset, false, Kind, Stream, true);
}
