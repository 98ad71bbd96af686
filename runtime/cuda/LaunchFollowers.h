//===- LaunchFollowers.h - The ways to launch a kernel ------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_CUDA_LAUNCHFOLLOWERS_H
#define REPRISE_CUDA_LAUNCHFOLLOWERS_H

#include "Driver.h"
#include "Launch.h"
#include "Preempt.h"
#include "Windows.h"

#include <optional>

namespace reprise::cuda {

/// Does the null stream mean the thread's own in this variant?
constexpr bool isPerThread(Slot S) {
  constexpr bool Variants[] = {
#define FOLLOW(Name, Base, Since, PerThread, Function) PerThread,
#include "Followed.inc"
#undef FOLLOW
  };
  return Variants[static_cast<unsigned>(S)];
}

template <typename Launch>
CUresult followed(const LaunchRequest &Request, Launch &&LaunchIt) {
  std::optional<WindowedCall> Call;
  if (windowsOn()) {
    Call.emplace(Request.Stream, Request.PerThread);
    if (Request.Overlaps)
      Call->fences(FenceCause::Overlaps);
  }
  const bool Told = Call && !Request.Overlaps;
  if (CUresult Refused = beforeLaunch(Request, Told ? &*Call : nullptr)) {
    if (Call)
      Call->drop();
    return Refused;
  }
  CUresult R = LaunchIt();
  afterLaunch(R);
  if (Call)
    Call->end(R);
  return R;
}

/// The same of a launch that may be stopped if its stream may. \p Plain: it has
/// no attributes that its twin could not have.
template <typename Launch>
CUresult followedStoppable(const LaunchRequest &Request, bool Plain,
                           Launch &&LaunchIt) {
  if (!isMarked(Request.Stream))
    return followed(Request, LaunchIt);
  return followed(Request, [&] {
    return launchStoppable(Request, Plain, std::ref(LaunchIt));
  });
}

/// Attributes that make no difference.
inline bool isPlain(const CUlaunchConfig &Config) {
  for (unsigned I = 0; Config.attrs && I < Config.numAttrs; ++I) {
    const CUlaunchAttribute &A = Config.attrs[I];
    if (A.id == CU_LAUNCH_ATTRIBUTE_IGNORE ||
        (A.id == CU_LAUNCH_ATTRIBUTE_COOPERATIVE && !A.value.cooperative))
      continue;
    return false;
  }
  return true;
}

/// Has the launch an attribute with which it does not keep to the order of its
/// stream, or one that is not known?
inline bool overlaps(const CUlaunchConfig &Config) {
  for (unsigned I = 0; Config.attrs && I < Config.numAttrs; ++I)
    switch (static_cast<int>(Config.attrs[I].id)) {
    case CU_LAUNCH_ATTRIBUTE_IGNORE:
    case CU_LAUNCH_ATTRIBUTE_ACCESS_POLICY_WINDOW:
    case CU_LAUNCH_ATTRIBUTE_COOPERATIVE:
    case CU_LAUNCH_ATTRIBUTE_CLUSTER_DIMENSION:
    case CU_LAUNCH_ATTRIBUTE_CLUSTER_SCHEDULING_POLICY_PREFERENCE:
    case CU_LAUNCH_ATTRIBUTE_PRIORITY:
    case CU_LAUNCH_ATTRIBUTE_MEM_SYNC_DOMAIN_MAP:
    case CU_LAUNCH_ATTRIBUTE_MEM_SYNC_DOMAIN:
      continue;
    default:
      return true;
    }
  return false;
}

template <Slot S>
CUresult launchKernel(CUfunction Function, unsigned GridX, unsigned GridY,
                      unsigned GridZ, unsigned BlockX, unsigned BlockY,
                      unsigned BlockZ, unsigned Shared, CUstream Stream,
                      void **Params, void **Extra) {
  LaunchRequest Request{reinterpret_cast<uint64_t>(Function),
                        {GridX, GridY, GridZ},
                        {BlockX, BlockY, BlockZ},
                        Shared,
                        Stream,
                        Params,
                        Extra,
                        isPerThread(S)};
  return followedStoppable(Request, /*Plain=*/true, [&] {
    return real<S>(launchKernel<S>)(Function, GridX, GridY, GridZ, BlockX,
                                    BlockY, BlockZ, Shared, Stream, Params,
                                    Extra);
  });
}

template <Slot S>
CUresult launchKernelEx(const CUlaunchConfig *Config, CUfunction Function,
                        void **Params, void **Extra) {
  if (!Config)
    return real<S>(launchKernelEx<S>)(Config, Function, Params, Extra);
  LaunchRequest Request{
      reinterpret_cast<uint64_t>(Function),
      {Config->gridDimX, Config->gridDimY, Config->gridDimZ},
      {Config->blockDimX, Config->blockDimY, Config->blockDimZ},
      Config->sharedMemBytes,
      Config->hStream,
      Params,
      Extra,
      isPerThread(S),
      windowsOn() && overlaps(*Config)};
  return followedStoppable(Request, isPlain(*Config), [&] {
    return real<S>(launchKernelEx<S>)(Config, Function, Params, Extra);
  });
}

template <Slot S>
CUresult launchCooperativeKernel(CUfunction Function, unsigned GridX,
                                 unsigned GridY, unsigned GridZ,
                                 unsigned BlockX, unsigned BlockY,
                                 unsigned BlockZ, unsigned Shared,
                                 CUstream Stream, void **Params) {
  LaunchRequest Request{reinterpret_cast<uint64_t>(Function),
                        {GridX, GridY, GridZ},
                        {BlockX, BlockY, BlockZ},
                        Shared,
                        Stream,
                        Params,
                        nullptr,
                        isPerThread(S)};
  return followed(Request, [&] {
    return real<S>(launchCooperativeKernel<S>)(Function, GridX, GridY, GridZ,
                                               BlockX, BlockY, BlockZ, Shared,
                                               Stream, Params);
  });
}

template <Slot S>
CUresult launchMultiDevice(CUDA_LAUNCH_PARAMS *List, unsigned Count,
                           unsigned Flags) {
  for (unsigned I = 0; List && I < Count; ++I) {
    const CUDA_LAUNCH_PARAMS &L = List[I];
    LaunchRequest Request{reinterpret_cast<uint64_t>(L.function),
                          {L.gridDimX, L.gridDimY, L.gridDimZ},
                          {L.blockDimX, L.blockDimY, L.blockDimZ},
                          L.sharedMemBytes,
                          L.hStream,
                          L.kernelParams,
                          nullptr,
                          false};
    if (CUresult Refused = beforeLaunch(Request))
      return Refused;
  }
  CUresult R = real<S>(launchMultiDevice<S>)(List, Count, Flags);
  afterLaunch(R);
  return R;
}

/// The interface of CUDA 2: block and arguments were set before, by calls that
/// are not followed.
inline LaunchRequest unreadable(CUfunction Function, int GridX, int GridY,
                                CUstream Stream) {
  return {reinterpret_cast<uint64_t>(Function),
          {static_cast<unsigned>(GridX), static_cast<unsigned>(GridY), 1},
          {0, 0, 0},
          0,
          Stream,
          nullptr,
          nullptr,
          false};
}

template <Slot S> CUresult launchOld(CUfunction Function) {
  return followed(unreadable(Function, 1, 1, nullptr),
                  [&] { return real<S>(launchOld<S>)(Function); });
}

template <Slot S>
CUresult launchGrid(CUfunction Function, int GridX, int GridY) {
  return followed(unreadable(Function, GridX, GridY, nullptr), [&] {
    return real<S>(launchGrid<S>)(Function, GridX, GridY);
  });
}

template <Slot S>
CUresult launchGridAsync(CUfunction Function, int GridX, int GridY,
                         CUstream Stream) {
  return followed(unreadable(Function, GridX, GridY, Stream), [&] {
    return real<S>(launchGridAsync<S>)(Function, GridX, GridY, Stream);
  });
}

template <Slot S> CUresult streamDestroy(CUstream Stream) {
  beforeStreamDestroy(Stream);
  return real<S>(streamDestroy<S>)(Stream);
}

} // namespace reprise::cuda

#endif // REPRISE_CUDA_LAUNCHFOLLOWERS_H
