//===- Fill.cpp - Fills ---------------------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Copy.h"
#include "Driver.h"

#include <algorithm>
#include <cstring>

namespace reprise::driver {

CUresult runFill(Driver &D, const Fill &What) {
  const CUDA_MEMSET_NODE_PARAMS &P = What.Given;
  Heap::Access Access(D.Memory);
  for (size_t Row = 0; Row < P.height; ++Row) {
    // NOLINTNEXTLINE(performance-no-int-to-ptr)
    auto *To = reinterpret_cast<uint8_t *>(P.dst + Row * P.pitch);
    if (P.elementSize == 1)
      std::memset(To, static_cast<int>(P.value & 0xff), P.width);
    else
      for (size_t I = 0; I < P.width; ++I)
        std::memcpy(To + I * P.elementSize, &P.value, P.elementSize);
  }
  return CUDA_SUCCESS;
}

CUresult describe(Driver &D, const CUDA_MEMSET_NODE_PARAMS &P, Fill &Result) {
  Result.Given = P;
  if (!P.width || !P.height)
    return CUDA_SUCCESS;
  unsigned Size = P.elementSize;
  if ((Size != 1 && Size != 2 && Size != 4) || P.dst % Size ||
      (P.height > 1 && (P.pitch < P.width * Size || P.pitch % Size)))
    return CUDA_ERROR_INVALID_VALUE;
  uint64_t Bytes = (P.height - 1) * P.pitch + P.width * Size;
  return D.Addresses.holds(P.dst, Bytes) ? CUDA_SUCCESS
                                         : CUDA_ERROR_INVALID_VALUE;
}

static CUresult fill(CUstream Handle, CUdeviceptr To, size_t Pitch,
                     unsigned Value, unsigned Size, size_t Width, size_t Height,
                     bool Async) {
  return onStream(Handle, [&](Driver &D, const StreamRef &Stream) -> CUresult {
    CUDA_MEMSET_NODE_PARAMS P{};
    P.dst = To, P.pitch = Pitch, P.value = Value, P.elementSize = Size;
    P.width = Width, P.height = Height;
    Fill F;
    if (CUresult E = describe(D, P, F))
      return E;
    if (!Width || !Height)
      return CUDA_SUCCESS;
    return Async ? issue(D, Stream, F) : issueAndWait(D, Stream, F);
  });
}

} // namespace reprise::driver

using namespace reprise::driver;

EMULATED_API cuMemsetD8_v2(CUdeviceptr To, unsigned char Value, size_t Count) {
  return fill(nullptr, To, 0, Value, 1, Count, 1, false);
}
EMULATED_API cuMemsetD16_v2(CUdeviceptr To, unsigned short Value,
                            size_t Count) {
  return fill(nullptr, To, 0, Value, 2, Count, 1, false);
}
EMULATED_API cuMemsetD32_v2(CUdeviceptr To, unsigned Value, size_t Count) {
  return fill(nullptr, To, 0, Value, 4, Count, 1, false);
}
EMULATED_API cuMemsetD8Async(CUdeviceptr To, unsigned char Value, size_t Count,
                             CUstream Stream) {
  return fill(Stream, To, 0, Value, 1, Count, 1, true);
}
EMULATED_API cuMemsetD16Async(CUdeviceptr To, unsigned short Value,
                              size_t Count, CUstream Stream) {
  return fill(Stream, To, 0, Value, 2, Count, 1, true);
}
EMULATED_API cuMemsetD32Async(CUdeviceptr To, unsigned Value, size_t Count,
                              CUstream Stream) {
  return fill(Stream, To, 0, Value, 4, Count, 1, true);
}

EMULATED_API cuMemsetD2D8_v2(CUdeviceptr To, size_t Pitch, unsigned char Value,
                             size_t Width, size_t Height) {
  return fill(nullptr, To, Pitch, Value, 1, Width, Height, false);
}
EMULATED_API cuMemsetD2D16_v2(CUdeviceptr To, size_t Pitch,
                              unsigned short Value, size_t Width,
                              size_t Height) {
  return fill(nullptr, To, Pitch, Value, 2, Width, Height, false);
}
EMULATED_API cuMemsetD2D32_v2(CUdeviceptr To, size_t Pitch, unsigned Value,
                              size_t Width, size_t Height) {
  return fill(nullptr, To, Pitch, Value, 4, Width, Height, false);
}
EMULATED_API cuMemsetD2D8Async(CUdeviceptr To, size_t Pitch,
                               unsigned char Value, size_t Width, size_t Height,
                               CUstream Stream) {
  return fill(Stream, To, Pitch, Value, 1, Width, Height, true);
}
EMULATED_API cuMemsetD2D16Async(CUdeviceptr To, size_t Pitch,
                                unsigned short Value, size_t Width,
                                size_t Height, CUstream Stream) {
  return fill(Stream, To, Pitch, Value, 2, Width, Height, true);
}
EMULATED_API cuMemsetD2D32Async(CUdeviceptr To, size_t Pitch, unsigned Value,
                                size_t Width, size_t Height, CUstream Stream) {
  return fill(Stream, To, Pitch, Value, 4, Width, Height, true);
}
