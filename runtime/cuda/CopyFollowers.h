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
#include "Windows.h"

#include <algorithm>
#include <optional>

namespace reprise::cuda {

/// \p Tell tells a WindowedCall what is copied.
template <typename Function, typename Description>
CUresult transferred(const Transfer &T, Function &&Call, Description &&Tell) {
  std::optional<WindowedCall> Window;
  if (windowsOn()) {
    Window.emplace(T.Stream, T.PerThread);
    Tell(*Window);
  }
  const bool Recorded = isRecorded(T);
  if (Recorded && Window)
    Window->fences(FenceCause::Captured);
  VariableWrite Write(T.To, T.Span, T.Host != nullptr);
  CUresult R = Call();
  if (T.Host && R == CUDA_SUCCESS)
    Write.done(T.Host);
  countTransfer(T, Recorded, R);
  if (Window)
    Window->end(R);
  return R;
}

/// Of copies that no window can hold.
template <typename Function>
CUresult transferred(const Transfer &T, Function &&Call) {
  return transferred(
      T, Call, [](WindowedCall &Window) { Window.fences(FenceCause::Copy); });
}

/// Of a copy or fill that is done when the call returns.
template <Slot S> Transfer atOnce(Transfer::Kind What, uint64_t Bytes) {
  return {What, Bytes, false, nullptr, isPerThread(S)};
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

/// Device memory, as windows take it.
inline reprise_region region(uint64_t Address, uint64_t Width,
                             uint64_t Rows = 1, uint64_t Pitch = 0,
                             uint64_t Slices = 1, uint64_t SlicePitch = 0) {
  return {REPRISE_REGION_DEVICE,
          0,
          Address,
          Width,
          Rows,
          Pitch,
          Slices,
          SlicePitch,
          0};
}
inline constexpr reprise_region Outside{};

/// Is it an address that can be the device's?
inline bool isLinear(CUmemorytype Type) {
  return Type == CU_MEMORYTYPE_DEVICE || Type == CU_MEMORYTYPE_UNIFIED;
}

inline void tell(WindowedCall &Window, const CUDA_MEMCPY2D *P) {
  if (!P || !isLinear(P->srcMemoryType) || !isLinear(P->dstMemoryType))
    return Window.fences(FenceCause::Copy);
  Window.copies(region(P->dstDevice + P->dstY * P->dstPitch + P->dstXInBytes,
                       P->WidthInBytes, P->Height, P->dstPitch),
                region(P->srcDevice + P->srcY * P->srcPitch + P->srcXInBytes,
                       P->WidthInBytes, P->Height, P->srcPitch));
}

inline void tell(WindowedCall &Window, const CUDA_MEMCPY3D *P) {
  if (!P || !isLinear(P->srcMemoryType) || !isLinear(P->dstMemoryType))
    return Window.fences(FenceCause::Copy);
  const uint64_t To = P->dstPitch * P->dstHeight,
                 From = P->srcPitch * P->srcHeight;
  Window.copies(region(P->dstDevice + P->dstZ * To + P->dstY * P->dstPitch +
                           P->dstXInBytes,
                       P->WidthInBytes, P->Height, P->dstPitch, P->Depth, To),
                region(P->srcDevice + P->srcZ * From + P->srcY * P->srcPitch +
                           P->srcXInBytes,
                       P->WidthInBytes, P->Height, P->srcPitch, P->Depth,
                       From));
}

template <Slot S>
CUresult copyDevice(CUdeviceptr To, CUdeviceptr From, size_t Size) {
  return transferred(
      to(atOnce<S>(Transfer::Copy, Size), To, Size),
      [&] { return real<S>(copyDevice<S>)(To, From, Size); },
      [&](WindowedCall &W) { W.copies(region(To, Size), region(From, Size)); });
}

template <Slot S>
CUresult copyDeviceAsync(CUdeviceptr To, CUdeviceptr From, size_t Size,
                         CUstream Stream) {
  return transferred(
      to(onStream<S>(Transfer::Copy, Size, Stream), To, Size),
      [&] { return real<S>(copyDeviceAsync<S>)(To, From, Size, Stream); },
      [&](WindowedCall &W) { W.copies(region(To, Size), region(From, Size)); });
}

template <Slot S>
CUresult copyToDevice(CUdeviceptr To, const void *From, size_t Size) {
  Transfer T = to(atOnce<S>(Transfer::Copy, Size), To, Size);
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
  return transferred(to(atOnce<S>(Transfer::Copy, Size), To, Size),
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
  return transferred(atOnce<S>(Transfer::Copy, Size), [&] {
    return real<S>(copyDeviceToArray<S>)(To, Offset, From, Size);
  });
}

template <Slot S>
CUresult copyArrayToDevice(CUdeviceptr To, CUarray From, size_t Offset,
                           size_t Size) {
  return transferred(to(atOnce<S>(Transfer::Copy, Size), To, Size), [&] {
    return real<S>(copyArrayToDevice<S>)(To, From, Offset, Size);
  });
}

template <Slot S>
CUresult copyHostToArray(CUarray To, size_t Offset, const void *From,
                         size_t Size) {
  return transferred(atOnce<S>(Transfer::Copy, Size), [&] {
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
  return transferred(to(atOnce<S>(Transfer::Copy, Size), To, Size), [&] {
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
  return transferred(atOnce<S>(Transfer::Copy, Size), [&] {
    return real<S>(copyArray<S>)(To, ToOffset, From, FromOffset, Size);
  });
}

template <Slot S>
CUresult copyPeer(CUdeviceptr To, CUcontext ToContext, CUdeviceptr From,
                  CUcontext FromContext, size_t Size) {
  return transferred(to(atOnce<S>(Transfer::Copy, Size), To, Size), [&] {
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
  return transferred(
      toPlane(atOnce<S>(Transfer::Copy, bytesOf(Plane)), Plane),
      [&] { return real<S>(copyPlane<S>)(Plane); },
      [&](WindowedCall &W) { tell(W, Plane); });
}

template <Slot S>
CUresult copyPlaneAsync(const CUDA_MEMCPY2D *Plane, CUstream Stream) {
  return transferred(
      toPlane(onStream<S>(Transfer::Copy, bytesOf(Plane), Stream), Plane),
      [&] { return real<S>(copyPlaneAsync<S>)(Plane, Stream); },
      [&](WindowedCall &W) { tell(W, Plane); });
}

template <Slot S> CUresult copyBox(const CUDA_MEMCPY3D *Box) {
  return transferred(
      toBox(atOnce<S>(Transfer::Copy, bytesOf(Box)), Box),
      [&] { return real<S>(copyBox<S>)(Box); },
      [&](WindowedCall &W) { tell(W, Box); });
}

template <Slot S>
CUresult copyBoxAsync(const CUDA_MEMCPY3D *Box, CUstream Stream) {
  return transferred(
      toBox(onStream<S>(Transfer::Copy, bytesOf(Box), Stream), Box),
      [&] { return real<S>(copyBoxAsync<S>)(Box, Stream); },
      [&](WindowedCall &W) { tell(W, Box); });
}

template <Slot S> CUresult copyPeerBox(const CUDA_MEMCPY3D_PEER *Box) {
  return transferred(toBox(atOnce<S>(Transfer::Copy, bytesOf(Box)), Box),
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
        toLine(atOnce<S>(Transfer::Fill, uint64_t{Count} * sizeof(T)), To),
        [&] { return real<S>(line<S>)(To, Value, Count); },
        [&](WindowedCall &W) {
          W.copies(region(To, uint64_t{Count} * sizeof(T)), Outside);
        });
  }

  template <Slot S>
  static CUresult lineAsync(CUdeviceptr To, T Value, size_t Count,
                            CUstream Stream) {
    return transferred(
        toLine(onStream<S>(Transfer::Fill, uint64_t{Count} * sizeof(T), Stream),
               To),
        [&] { return real<S>(lineAsync<S>)(To, Value, Count, Stream); },
        [&](WindowedCall &W) {
          W.copies(region(To, uint64_t{Count} * sizeof(T)), Outside);
        });
  }

  template <Slot S>
  static CUresult plane(CUdeviceptr To, size_t Pitch, T Value, size_t Width,
                        size_t Height) {
    return transferred(
        to(atOnce<S>(Transfer::Fill, uint64_t{Width} * Height * sizeof(T)), To,
           spanOf(1, Height, std::max(Pitch, Width * sizeof(T)))),
        [&] { return real<S>(plane<S>)(To, Pitch, Value, Width, Height); },
        [&](WindowedCall &W) {
          W.copies(region(To, uint64_t{Width} * sizeof(T), Height, Pitch),
                   Outside);
        });
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
        },
        [&](WindowedCall &W) {
          W.copies(region(To, uint64_t{Width} * sizeof(T), Height, Pitch),
                   Outside);
        });
  }
};

} // namespace reprise::cuda

#endif // REPRISE_CUDA_COPYFOLLOWERS_H
