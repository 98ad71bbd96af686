//===- CopyFollowers.h - The ways to copy and to fill -------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One follower for each list of parameters; what has a stream may be recorded
// into a graph, the rest is done at once.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_CUDA_COPYFOLLOWERS_H
#define REPRISE_CUDA_COPYFOLLOWERS_H

#include "Driver.h"
#include "LaunchFollowers.h"
#include "Transfers.h"
#include "Variables.h"

#include <algorithm>

namespace reprise::cuda {

template <typename Function>
CUresult transferred(const Transfer &T, Function &&Call) {
  const bool Recorded = isRecorded(T);
  VariableWrite Write(T.To, T.Span, T.Host != nullptr);
  CUresult R = Call();
  if (T.Host && R == CUDA_SUCCESS)
    Write.done(T.Host);
  countTransfer(T, Recorded, R);
  return R;
}

/// Of a copy or fill that is done when the call returns.
inline Transfer atOnce(Transfer::Kind What, uint64_t Bytes) {
  return {What, Bytes, false, nullptr, false};
}

template <Slot S>
Transfer onStream(Transfer::Kind What, uint64_t Bytes, CUstream Stream) {
  return {What, Bytes, true, Stream, isPerThread(S)};
}

inline Transfer to(Transfer T, uint64_t Address, uint64_t Size) {
  T.To = Address;
  T.Span = Size;
  return T;
}
inline Transfer toLine(Transfer T, uint64_t Address) {
  return to(T, Address, T.Bytes);
}
inline Transfer to(Transfer T, const void *Address, uint64_t Size) {
  return to(T, reinterpret_cast<uint64_t>(Address), Size);
}

/// The driver refuses null.
inline uint64_t bytesOf(const CUDA_MEMCPY2D *C) {
  return C ? uint64_t{C->WidthInBytes} * C->Height : 0;
}
/// Of CUDA_MEMCPY3D and CUDA_MEMCPY3D_PEER.
template <typename Box> uint64_t bytesOf(const Box *C) {
  return C ? uint64_t{C->WidthInBytes} * C->Height * C->Depth : 0;
}

/// Of rows of a Pitch in slices of Rows, from the first row of the first slice
/// on; as many as there can be where that is no number of 64 bits.
inline uint64_t spanOf(uint64_t Slices, uint64_t Rows, uint64_t Pitch) {
  uint64_t Bytes;
  if (__builtin_mul_overflow(Slices, Rows, &Bytes) ||
      __builtin_mul_overflow(Bytes, Pitch, &Bytes))
    return UINT64_MAX;
  return Bytes;
}

/// Where a described copy goes; an array is in no variable.
template <typename Description>
Transfer toDescribed(Transfer T, const Description &C, uint64_t Span) {
  if (C.dstMemoryType == CU_MEMORYTYPE_ARRAY)
    return T;
  return C.dstMemoryType == CU_MEMORYTYPE_HOST ? to(T, C.dstHost, Span)
                                               : to(T, C.dstDevice, Span);
}
inline Transfer toPlane(Transfer T, const CUDA_MEMCPY2D *C) {
  return C ? toDescribed(T, *C,
                         spanOf(1, C->dstY + C->Height,
                                std::max(C->dstPitch,
                                         C->dstXInBytes + C->WidthInBytes)))
           : T;
}
template <typename Box> Transfer toBox(Transfer T, const Box *C) {
  return C ? toDescribed(T, *C,
                         spanOf(C->dstZ + C->Depth,
                                std::max(C->dstHeight, C->dstY + C->Height),
                                std::max(C->dstPitch,
                                         C->dstXInBytes + C->WidthInBytes)))
           : T;
}

template <Slot S>
CUresult copyDevice(CUdeviceptr To, CUdeviceptr From, size_t Size) {
  return transferred(to(atOnce(Transfer::Copy, Size), To, Size),
                     [&] { return real<S>(copyDevice<S>)(To, From, Size); });
}

template <Slot S>
CUresult copyDeviceAsync(CUdeviceptr To, CUdeviceptr From, size_t Size,
                         CUstream Stream) {
  return transferred(
      to(onStream<S>(Transfer::Copy, Size, Stream), To, Size),
      [&] { return real<S>(copyDeviceAsync<S>)(To, From, Size, Stream); });
}

template <Slot S>
CUresult copyToDevice(CUdeviceptr To, const void *From, size_t Size) {
  Transfer T = to(atOnce(Transfer::Copy, Size), To, Size);
  T.Host = From;
  return transferred(T,
                     [&] { return real<S>(copyToDevice<S>)(To, From, Size); });
}

template <Slot S>
CUresult copyToDeviceAsync(CUdeviceptr To, const void *From, size_t Size,
                           CUstream Stream) {
  return transferred(
      to(onStream<S>(Transfer::Copy, Size, Stream), To, Size),
      [&] { return real<S>(copyToDeviceAsync<S>)(To, From, Size, Stream); });
}

template <Slot S> CUresult copyToHost(void *To, CUdeviceptr From, size_t Size) {
  return transferred(to(atOnce(Transfer::Copy, Size), To, Size),
                     [&] { return real<S>(copyToHost<S>)(To, From, Size); });
}

template <Slot S>
CUresult copyToHostAsync(void *To, CUdeviceptr From, size_t Size,
                         CUstream Stream) {
  return transferred(
      to(onStream<S>(Transfer::Copy, Size, Stream), To, Size),
      [&] { return real<S>(copyToHostAsync<S>)(To, From, Size, Stream); });
}

template <Slot S>
CUresult copyDeviceToArray(CUarray To, size_t Offset, CUdeviceptr From,
                           size_t Size) {
  return transferred(atOnce(Transfer::Copy, Size), [&] {
    return real<S>(copyDeviceToArray<S>)(To, Offset, From, Size);
  });
}

template <Slot S>
CUresult copyArrayToDevice(CUdeviceptr To, CUarray From, size_t Offset,
                           size_t Size) {
  return transferred(to(atOnce(Transfer::Copy, Size), To, Size), [&] {
    return real<S>(copyArrayToDevice<S>)(To, From, Offset, Size);
  });
}

template <Slot S>
CUresult copyHostToArray(CUarray To, size_t Offset, const void *From,
                         size_t Size) {
  return transferred(atOnce(Transfer::Copy, Size), [&] {
    return real<S>(copyHostToArray<S>)(To, Offset, From, Size);
  });
}

template <Slot S>
CUresult copyHostToArrayAsync(CUarray To, size_t Offset, const void *From,
                              size_t Size, CUstream Stream) {
  return transferred(onStream<S>(Transfer::Copy, Size, Stream), [&] {
    return real<S>(copyHostToArrayAsync<S>)(To, Offset, From, Size, Stream);
  });
}

template <Slot S>
CUresult copyArrayToHost(void *To, CUarray From, size_t Offset, size_t Size) {
  return transferred(to(atOnce(Transfer::Copy, Size), To, Size), [&] {
    return real<S>(copyArrayToHost<S>)(To, From, Offset, Size);
  });
}

template <Slot S>
CUresult copyArrayToHostAsync(void *To, CUarray From, size_t Offset,
                              size_t Size, CUstream Stream) {
  return transferred(
      to(onStream<S>(Transfer::Copy, Size, Stream), To, Size), [&] {
        return real<S>(copyArrayToHostAsync<S>)(To, From, Offset, Size, Stream);
      });
}

template <Slot S>
CUresult copyArray(CUarray To, size_t ToOffset, CUarray From, size_t FromOffset,
                   size_t Size) {
  return transferred(atOnce(Transfer::Copy, Size), [&] {
    return real<S>(copyArray<S>)(To, ToOffset, From, FromOffset, Size);
  });
}

template <Slot S>
CUresult copyPeer(CUdeviceptr To, CUcontext ToContext, CUdeviceptr From,
                  CUcontext FromContext, size_t Size) {
  return transferred(to(atOnce(Transfer::Copy, Size), To, Size), [&] {
    return real<S>(copyPeer<S>)(To, ToContext, From, FromContext, Size);
  });
}

template <Slot S>
CUresult copyPeerAsync(CUdeviceptr To, CUcontext ToContext, CUdeviceptr From,
                       CUcontext FromContext, size_t Size, CUstream Stream) {
  return transferred(to(onStream<S>(Transfer::Copy, Size, Stream), To, Size),
                     [&] {
                       return real<S>(copyPeerAsync<S>)(
                           To, ToContext, From, FromContext, Size, Stream);
                     });
}

template <Slot S> CUresult copyPlane(const CUDA_MEMCPY2D *Plane) {
  return transferred(toPlane(atOnce(Transfer::Copy, bytesOf(Plane)), Plane),
                     [&] { return real<S>(copyPlane<S>)(Plane); });
}

template <Slot S>
CUresult copyPlaneAsync(const CUDA_MEMCPY2D *Plane, CUstream Stream) {
  return transferred(
      toPlane(onStream<S>(Transfer::Copy, bytesOf(Plane), Stream), Plane),
      [&] { return real<S>(copyPlaneAsync<S>)(Plane, Stream); });
}

template <Slot S> CUresult copyBox(const CUDA_MEMCPY3D *Box) {
  return transferred(toBox(atOnce(Transfer::Copy, bytesOf(Box)), Box),
                     [&] { return real<S>(copyBox<S>)(Box); });
}

template <Slot S>
CUresult copyBoxAsync(const CUDA_MEMCPY3D *Box, CUstream Stream) {
  return transferred(
      toBox(onStream<S>(Transfer::Copy, bytesOf(Box), Stream), Box),
      [&] { return real<S>(copyBoxAsync<S>)(Box, Stream); });
}

template <Slot S> CUresult copyPeerBox(const CUDA_MEMCPY3D_PEER *Box) {
  return transferred(toBox(atOnce(Transfer::Copy, bytesOf(Box)), Box),
                     [&] { return real<S>(copyPeerBox<S>)(Box); });
}

template <Slot S>
CUresult copyPeerBoxAsync(const CUDA_MEMCPY3D_PEER *Box, CUstream Stream) {
  return transferred(
      toBox(onStream<S>(Transfer::Copy, bytesOf(Box), Stream), Box),
      [&] { return real<S>(copyPeerBoxAsync<S>)(Box, Stream); });
}

#if CUDA_VERSION >= 12080
template <Slot S>
Transfer batch(const CUdeviceptr *To, const size_t *Sizes, size_t Count,
               CUstream Stream) {
  Transfer T = onStream<S>(Transfer::Copy, 0, Stream);
  T.Count = Count;
  for (size_t I = 0; Sizes && I < Count; ++I) {
    T.Bytes += Sizes[I];
    if (To)
      VariableWrite(To[I], Sizes[I], /*AtOnce=*/false);
  }
  return T;
}

template <Slot S>
CUresult copyBatchOld(CUdeviceptr *To, CUdeviceptr *From, size_t *Sizes,
                      size_t Count, CUmemcpyAttributes *Attributes,
                      size_t *Places, size_t AttributeCount, size_t *Failed,
                      CUstream Stream) {
  return transferred(batch<S>(To, Sizes, Count, Stream), [&] {
    return real<S>(copyBatchOld<S>)(To, From, Sizes, Count, Attributes, Places,
                                    AttributeCount, Failed, Stream);
  });
}

template <Slot S>
CUresult copyBatch(CUdeviceptr *To, CUdeviceptr *From, size_t *Sizes,
                   size_t Count, CUmemcpyAttributes *Attributes, size_t *Places,
                   size_t AttributeCount, CUstream Stream) {
  return transferred(batch<S>(To, Sizes, Count, Stream), [&] {
    return real<S>(copyBatch<S>)(To, From, Sizes, Count, Attributes, Places,
                                 AttributeCount, Stream);
  });
}
#endif

/// Fills with a value of one type.
template <typename T> struct Fills {

  template <Slot S>
  static CUresult line(CUdeviceptr To, T Value, size_t Count) {
    return transferred(
        toLine(atOnce(Transfer::Fill, uint64_t{Count} * sizeof(T)), To),
        [&] { return real<S>(line<S>)(To, Value, Count); });
  }

  template <Slot S>
  static CUresult lineAsync(CUdeviceptr To, T Value, size_t Count,
                            CUstream Stream) {
    return transferred(
        toLine(onStream<S>(Transfer::Fill, uint64_t{Count} * sizeof(T), Stream),
               To),
        [&] { return real<S>(lineAsync<S>)(To, Value, Count, Stream); });
  }

  template <Slot S>
  static CUresult plane(CUdeviceptr To, size_t Pitch, T Value, size_t Width,
                        size_t Height) {
    return transferred(
        to(atOnce(Transfer::Fill, uint64_t{Width} * Height * sizeof(T)), To,
           spanOf(1, Height, std::max(Pitch, Width * sizeof(T)))),
        [&] { return real<S>(plane<S>)(To, Pitch, Value, Width, Height); });
  }

  template <Slot S>
  static CUresult planeAsync(CUdeviceptr To, size_t Pitch, T Value,
                             size_t Width, size_t Height, CUstream Stream) {
    return transferred(
        to(onStream<S>(Transfer::Fill, uint64_t{Width} * Height * sizeof(T),
                       Stream),
           To, spanOf(1, Height, std::max(Pitch, Width * sizeof(T)))),
        [&] {
          return real<S>(planeAsync<S>)(To, Pitch, Value, Width, Height,
                                        Stream);
        });
  }
};

} // namespace reprise::cuda

#endif // REPRISE_CUDA_COPYFOLLOWERS_H
