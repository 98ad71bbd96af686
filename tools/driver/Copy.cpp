//===- Copy.cpp - Copies --------------------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every copy is one of three dimensions between two sides (Operation.h).
//
// Host memory that is neither allocated nor registered here is pageable: a copy
// from it takes its content before the call returns, one to it is done by then,
// as drivers do.
//
//===----------------------------------------------------------------------===//

#include "Copy.h"
#include "Driver.h"

#include "llvm/Support/MathExtras.h"

#include <cstring>

namespace reprise::driver {

static uint8_t *pointer(uint64_t Address) {
  // NOLINTNEXTLINE(performance-no-int-to-ptr)
  return reinterpret_cast<uint8_t *>(Address);
}

CUresult runCopy(Driver &D, const Copy &C) {
  Heap::Access Access(D.Memory);
  Side From = C.From;
  if (!C.Staged.empty()) {
    From.Address = reinterpret_cast<uint64_t>(C.Staged.data());
    From.Pitch = C.Width;
    From.Slice = C.Width * C.Height;
  }
  for (uint64_t Z = 0; Z < C.Depth; ++Z)
    for (uint64_t Y = 0; Y < C.Height; ++Y)
      std::memmove(pointer(C.To.Address + Z * C.To.Slice + Y * C.To.Pitch),
                   pointer(From.Address + Z * From.Slice + Y * From.Pitch),
                   C.Width);
  return CUDA_SUCCESS;
}

/// Takes what the host's memory holds now.
static void stage(Copy &C) {
  C.Staged.resize(C.Width * C.Height * C.Depth);
  uint8_t *To = C.Staged.data();
  for (uint64_t Z = 0; Z < C.Depth; ++Z)
    for (uint64_t Y = 0; Y < C.Height; ++Y, To += C.Width)
      std::memcpy(To,
                  pointer(C.From.Address + Z * C.From.Slice + Y * C.From.Pitch),
                  C.Width);
}

/// One side of a copy of three dimensions, as cuda.h describes it.
struct Given {
  CUmemorytype Type;
  const void *Host;
  CUdeviceptr Device;
  CUarray Array;
  size_t X, Y, Z, Pitch, Height;
};

static CUresult makeSide(Driver &D, const Given &G, const Copy &C, Side &S) {
  if (G.Type == CU_MEMORYTYPE_ARRAY) {
    {
      std::lock_guard Guard(D.Lock);
      S.Array = D.Arrays.find(G.Array);
    }
    if (!S.Array)
      return CUDA_ERROR_INVALID_HANDLE;
    const CUarray_st &A = *S.Array;
    S.Pitch = A.pitch();
    S.Slice = S.Pitch * A.rows();
    if (G.X + C.Width > S.Pitch || G.Y + C.Height > A.rows() ||
        G.Z + C.Depth > A.slices())
      return CUDA_ERROR_INVALID_VALUE;
    S.Address = A.Address + G.X + G.Y * S.Pitch + G.Z * S.Slice;
    S.Device = true;
    return CUDA_SUCCESS;
  }
  uint64_t Base = G.Type == CU_MEMORYTYPE_HOST
                      ? reinterpret_cast<uint64_t>(G.Host)
                      : G.Device;
  S.Pitch = G.Pitch ? G.Pitch : G.X + C.Width;
  S.Slice = S.Pitch * (G.Height ? G.Height : G.Y + C.Height);
  if (C.Height > 1 && S.Pitch < C.Width)
    return CUDA_ERROR_INVALID_VALUE;
  S.Address = Base + G.X + G.Y * S.Pitch + G.Z * S.Slice;
  auto B = D.Addresses.find(S.Address);
  S.Pageable = !B;
  if (!B && (G.Type == CU_MEMORYTYPE_DEVICE || D.Memory.contains(S.Address)))
    return CUDA_ERROR_INVALID_VALUE;
  if (!B)
    return CUDA_SUCCESS;
  S.Device = B->onDevice();
  uint64_t Bytes = (C.Depth - 1) * S.Slice + (C.Height - 1) * S.Pitch + C.Width;
  return D.Addresses.holds(S.Address, Bytes) ||
                 (G.Type != CU_MEMORYTYPE_DEVICE && !S.Device)
             ? CUDA_SUCCESS
             : CUDA_ERROR_INVALID_VALUE;
}

CUresult describe(Driver &D, const CUDA_MEMCPY3D &P, Copy &C) {
  C.Width = P.WidthInBytes;
  C.Height = P.Height;
  C.Depth = P.Depth;
  C.Given = P;
  if (!C.Width || !C.Height || !C.Depth)
    return CUDA_SUCCESS; // Nothing to do.
  if (CUresult E =
          makeSide(D,
                   {P.srcMemoryType, P.srcHost, P.srcDevice, P.srcArray,
                    P.srcXInBytes, P.srcY, P.srcZ, P.srcPitch, P.srcHeight},
                   C, C.From))
    return E;
  return makeSide(D,
                  {P.dstMemoryType, P.dstHost, P.dstDevice, P.dstArray,
                   P.dstXInBytes, P.dstY, P.dstZ, P.dstPitch, P.dstHeight},
                  C, C.To);
}

/// Puts a copy at the end of a stream.
static CUresult copy(CUstream Handle, const CUDA_MEMCPY3D &P, bool Async) {
  return onStream(Handle, [&](Driver &D, const StreamRef &Stream) -> CUresult {
    Copy C;
    if (CUresult E = describe(D, P, C))
      return E;
    if (!C.Width || !C.Height || !C.Depth)
      return CUDA_SUCCESS;
    bool Capturing;
    {
      std::lock_guard Guard(D.Lock);
      Capturing = Stream->Capturing != nullptr;
    }
    bool Wait = !Async || (C.To.Pageable && !Capturing);
    if (!Wait && C.From.Pageable && !Capturing)
      stage(C);
    return Wait ? issueAndWait(D, Stream, std::move(C))
                : issue(D, Stream, std::move(C));
  });
}

static CUDA_MEMCPY3D widened(const CUDA_MEMCPY2D &P) {
  CUDA_MEMCPY3D R{};
  R.srcXInBytes = P.srcXInBytes, R.srcY = P.srcY;
  R.srcMemoryType = P.srcMemoryType, R.srcHost = P.srcHost;
  R.srcDevice = P.srcDevice, R.srcArray = P.srcArray, R.srcPitch = P.srcPitch;
  R.dstXInBytes = P.dstXInBytes, R.dstY = P.dstY;
  R.dstMemoryType = P.dstMemoryType, R.dstHost = P.dstHost;
  R.dstDevice = P.dstDevice, R.dstArray = P.dstArray, R.dstPitch = P.dstPitch;
  R.WidthInBytes = P.WidthInBytes, R.Height = P.Height, R.Depth = 1;
  return R;
}

static CUDA_MEMCPY3D widened(const CUDA_MEMCPY3D_PEER &P) {
  CUDA_MEMCPY3D R{};
  R.srcXInBytes = P.srcXInBytes, R.srcY = P.srcY, R.srcZ = P.srcZ;
  R.srcMemoryType = P.srcMemoryType, R.srcHost = P.srcHost;
  R.srcDevice = P.srcDevice, R.srcArray = P.srcArray;
  R.srcPitch = P.srcPitch, R.srcHeight = P.srcHeight;
  R.dstXInBytes = P.dstXInBytes, R.dstY = P.dstY, R.dstZ = P.dstZ;
  R.dstMemoryType = P.dstMemoryType, R.dstHost = P.dstHost;
  R.dstDevice = P.dstDevice, R.dstArray = P.dstArray;
  R.dstPitch = P.dstPitch, R.dstHeight = P.dstHeight;
  R.WidthInBytes = P.WidthInBytes, R.Height = P.Height, R.Depth = P.Depth;
  return R;
}

CUDA_MEMCPY3D linear(CUmemorytype To, CUdeviceptr ToAddress, CUmemorytype From,
                     CUdeviceptr FromAddress, size_t Bytes) {
  CUDA_MEMCPY3D R{};
  R.srcMemoryType = From;
  R.srcDevice = FromAddress;
  R.srcHost = pointer(FromAddress);
  R.dstMemoryType = To;
  R.dstDevice = ToAddress;
  R.dstHost = pointer(ToAddress);
  R.WidthInBytes = Bytes, R.Height = 1, R.Depth = 1;
  return R;
}

static constexpr CUmemorytype InHost = CU_MEMORYTYPE_HOST,
                              InDevice = CU_MEMORYTYPE_DEVICE,
                              InArray = CU_MEMORYTYPE_ARRAY,
                              Anywhere = CU_MEMORYTYPE_UNIFIED;

/// Between an array's first row and linear memory.
static CUDA_MEMCPY3D ofArray(CUarray Array, size_t Offset, CUDA_MEMCPY3D R,
                             bool ToArray) {
  if (ToArray)
    R.dstMemoryType = InArray, R.dstArray = Array, R.dstXInBytes = Offset;
  else
    R.srcMemoryType = InArray, R.srcArray = Array, R.srcXInBytes = Offset;
  return R;
}

static uint64_t number(const void *P) { return reinterpret_cast<uint64_t>(P); }

} // namespace reprise::driver

using namespace reprise::driver;

//===----------------------------------------------------------------------===//
// Linear
//===----------------------------------------------------------------------===//

EMULATED_API cuMemcpy(CUdeviceptr To, CUdeviceptr From, size_t Bytes) {
  return copy(nullptr, linear(Anywhere, To, Anywhere, From, Bytes), false);
}
EMULATED_API cuMemcpyAsync(CUdeviceptr To, CUdeviceptr From, size_t Bytes,
                           CUstream Stream) {
  return copy(Stream, linear(Anywhere, To, Anywhere, From, Bytes), true);
}
EMULATED_API cuMemcpyPeer(CUdeviceptr To, CUcontext, CUdeviceptr From,
                          CUcontext, size_t Bytes) {
  return copy(nullptr, linear(InDevice, To, InDevice, From, Bytes), false);
}
EMULATED_API cuMemcpyPeerAsync(CUdeviceptr To, CUcontext, CUdeviceptr From,
                               CUcontext, size_t Bytes, CUstream Stream) {
  return copy(Stream, linear(InDevice, To, InDevice, From, Bytes), true);
}
EMULATED_API cuMemcpyHtoD_v2(CUdeviceptr To, const void *From, size_t Bytes) {
  return copy(nullptr, linear(InDevice, To, InHost, number(From), Bytes),
              false);
}
EMULATED_API cuMemcpyHtoDAsync_v2(CUdeviceptr To, const void *From,
                                  size_t Bytes, CUstream Stream) {
  return copy(Stream, linear(InDevice, To, InHost, number(From), Bytes), true);
}
EMULATED_API cuMemcpyDtoH_v2(void *To, CUdeviceptr From, size_t Bytes) {
  return copy(nullptr, linear(InHost, number(To), InDevice, From, Bytes),
              false);
}
EMULATED_API cuMemcpyDtoHAsync_v2(void *To, CUdeviceptr From, size_t Bytes,
                                  CUstream Stream) {
  return copy(Stream, linear(InHost, number(To), InDevice, From, Bytes), true);
}
EMULATED_API cuMemcpyDtoD_v2(CUdeviceptr To, CUdeviceptr From, size_t Bytes) {
  return copy(nullptr, linear(InDevice, To, InDevice, From, Bytes), false);
}
EMULATED_API cuMemcpyDtoDAsync_v2(CUdeviceptr To, CUdeviceptr From,
                                  size_t Bytes, CUstream Stream) {
  return copy(Stream, linear(InDevice, To, InDevice, From, Bytes), true);
}

//===----------------------------------------------------------------------===//
// Of two and three dimensions
//===----------------------------------------------------------------------===//

EMULATED_API cuMemcpy2D_v2(const CUDA_MEMCPY2D *P) {
  return P ? copy(nullptr, widened(*P), false) : CUDA_ERROR_INVALID_VALUE;
}
EMULATED_API cuMemcpy2DUnaligned_v2(const CUDA_MEMCPY2D *P) {
  return P ? copy(nullptr, widened(*P), false) : CUDA_ERROR_INVALID_VALUE;
}
EMULATED_API cuMemcpy2DAsync_v2(const CUDA_MEMCPY2D *P, CUstream Stream) {
  return P ? copy(Stream, widened(*P), true) : CUDA_ERROR_INVALID_VALUE;
}
EMULATED_API cuMemcpy3D_v2(const CUDA_MEMCPY3D *P) {
  return P ? copy(nullptr, *P, false) : CUDA_ERROR_INVALID_VALUE;
}
EMULATED_API cuMemcpy3DAsync_v2(const CUDA_MEMCPY3D *P, CUstream Stream) {
  return P ? copy(Stream, *P, true) : CUDA_ERROR_INVALID_VALUE;
}
EMULATED_API cuMemcpy3DPeer(const CUDA_MEMCPY3D_PEER *P) {
  return P ? copy(nullptr, widened(*P), false) : CUDA_ERROR_INVALID_VALUE;
}
EMULATED_API cuMemcpy3DPeerAsync(const CUDA_MEMCPY3D_PEER *P, CUstream Stream) {
  return P ? copy(Stream, widened(*P), true) : CUDA_ERROR_INVALID_VALUE;
}

//===----------------------------------------------------------------------===//
// Of arrays of one dimension
//===----------------------------------------------------------------------===//

EMULATED_API cuMemcpyDtoA_v2(CUarray To, size_t Offset, CUdeviceptr From,
                             size_t Bytes) {
  return copy(
      nullptr,
      ofArray(To, Offset, linear(InDevice, 0, InDevice, From, Bytes), true),
      false);
}
EMULATED_API cuMemcpyAtoD_v2(CUdeviceptr To, CUarray From, size_t Offset,
                             size_t Bytes) {
  return copy(
      nullptr,
      ofArray(From, Offset, linear(InDevice, To, InDevice, 0, Bytes), false),
      false);
}
EMULATED_API cuMemcpyHtoA_v2(CUarray To, size_t Offset, const void *From,
                             size_t Bytes) {
  return copy(nullptr,
              ofArray(To, Offset,
                      linear(InDevice, 0, InHost, number(From), Bytes), true),
              false);
}
EMULATED_API cuMemcpyAtoH_v2(void *To, CUarray From, size_t Offset,
                             size_t Bytes) {
  return copy(nullptr,
              ofArray(From, Offset,
                      linear(InHost, number(To), InDevice, 0, Bytes), false),
              false);
}
EMULATED_API cuMemcpyHtoAAsync_v2(CUarray To, size_t Offset, const void *From,
                                  size_t Bytes, CUstream Stream) {
  return copy(Stream,
              ofArray(To, Offset,
                      linear(InDevice, 0, InHost, number(From), Bytes), true),
              true);
}
EMULATED_API cuMemcpyAtoHAsync_v2(void *To, CUarray From, size_t Offset,
                                  size_t Bytes, CUstream Stream) {
  return copy(Stream,
              ofArray(From, Offset,
                      linear(InHost, number(To), InDevice, 0, Bytes), false),
              true);
}
EMULATED_API cuMemcpyAtoA_v2(CUarray To, size_t ToOffset, CUarray From,
                             size_t FromOffset, size_t Bytes) {
  return copy(nullptr,
              ofArray(From, FromOffset,
                      ofArray(To, ToOffset,
                              linear(InDevice, 0, InDevice, 0, Bytes), true),
                      false),
              false);
}
