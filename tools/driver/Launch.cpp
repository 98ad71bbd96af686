//===- Launch.cpp - Kernel launches ---------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Launch.h"
#include "Driver.h"
#include "Limits.h"
#include "Module.h"
#include "Texture.h"

#include <cstring>

namespace reprise::driver {

//===----------------------------------------------------------------------===//
// Describing one
//===----------------------------------------------------------------------===//

/// The argument block, from pointers to arguments or from a buffer.
static CUresult packArguments(const CUfunc_st &F, void **Arguments,
                              void **Extra, std::vector<uint8_t> &Block) {
  Block.assign(F.ParamBytes, 0);
  if (Arguments && Extra)
    return CUDA_ERROR_INVALID_VALUE;
  if (Arguments) {
    for (size_t I = 0; I < F.Parameters.size(); ++I) {
      if (!Arguments[I])
        return CUDA_ERROR_INVALID_VALUE;
      std::memcpy(Block.data() + F.Parameters[I].Offset, Arguments[I],
                  F.Parameters[I].Size);
    }
    return CUDA_SUCCESS;
  }
  if (!Extra)
    return F.Parameters.empty() ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
  const void *Buffer = nullptr;
  size_t Size = 0;
  for (; *Extra != CU_LAUNCH_PARAM_END; Extra += 2) {
    if (*Extra == CU_LAUNCH_PARAM_BUFFER_POINTER)
      Buffer = Extra[1];
    else if (*Extra == CU_LAUNCH_PARAM_BUFFER_SIZE)
      Size = *static_cast<const size_t *>(Extra[1]);
    else
      return CUDA_ERROR_INVALID_VALUE;
  }
  if (Size < F.ParamBytes || (!Buffer && F.ParamBytes))
    return CUDA_ERROR_INVALID_VALUE;
  if (F.ParamBytes)
    std::memcpy(Block.data(), Buffer, F.ParamBytes);
  return CUDA_SUCCESS;
}

static CUresult checkShape(const CUfunc_st &F, const KernelLaunch &L) {
  uint64_t Threads = uint64_t(L.Block[0]) * L.Block[1] * L.Block[2];
  if (!Threads || !L.Grid[0] || !L.Grid[1] || !L.Grid[2] ||
      Threads > MaxBlockThreads || L.Block[2] > MaxBlockZ ||
      L.Block[0] > MaxBlockThreads || L.Block[1] > MaxBlockThreads ||
      L.Grid[0] > MaxGridX || L.Grid[1] > MaxGridYZ || L.Grid[2] > MaxGridYZ)
    return CUDA_ERROR_INVALID_VALUE;
  if (Threads > F.MaxThreads)
    return CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES;
  if (F.Required[0] &&
      !std::equal(std::begin(F.Required), std::end(F.Required), L.Block))
    return CUDA_ERROR_INVALID_VALUE;
  if (L.Shared > static_cast<unsigned>(F.MaxDynamicShared.load()) ||
      L.Shared + F.StaticShared > uint64_t(SharedPerBlockOptIn))
    return CUDA_ERROR_INVALID_VALUE;
  if (L.Cooperative && uint64_t(L.Grid[0]) * L.Grid[1] * L.Grid[2] > 1)
    return refuse("a cooperative launch of several blocks");
  return CUDA_SUCCESS;
}

CUresult describe(Driver &D, const ContextRef &Context, CUfunction Handle,
                  void **Arguments, void **Extra, KernelLaunch &L) {
  if (CUresult E = resolveFunction(D, Context, Handle, L.Function, &L.Given))
    return E;
  CUfunc_st &F = *L.Function;
  if (CUresult E = checkShape(F, L))
    return E;
  if (CUresult E = packArguments(F, Arguments, Extra, L.Params))
    return E;
  return prepare(F);
}

//===----------------------------------------------------------------------===//
// Running one
//===----------------------------------------------------------------------===//

static CUresult errorOf(const emulator::Fault &F) {
  switch (F.Kind) {
  case emulator::FaultKind::None:
    return CUDA_SUCCESS;
  case emulator::FaultKind::OutOfBounds:
  case emulator::FaultKind::ReadOnly:
    return CUDA_ERROR_ILLEGAL_ADDRESS;
  case emulator::FaultKind::Misaligned:
    return CUDA_ERROR_MISALIGNED_ADDRESS;
  case emulator::FaultKind::Barrier:
  case emulator::FaultKind::Limit:
    return CUDA_ERROR_LAUNCH_TIMEOUT;
  case emulator::FaultKind::Trap:
    return F.Text.find("assert") == std::string::npos ? CUDA_ERROR_LAUNCH_FAILED
                                                      : CUDA_ERROR_ASSERT;
  case emulator::FaultKind::BadLaunch:
    return CUDA_ERROR_INVALID_VALUE;
  case emulator::FaultKind::Unsupported:
    return CUDA_ERROR_NOT_SUPPORTED;
  }
  return CUDA_ERROR_UNKNOWN;
}

CUresult runKernel(Driver &D, CUctx_st &Context, const KernelLaunch &L) {
  CUfunc_st &F = *L.Function;
  // Nobody else waits for this lock for long: prepare() only tries.
  std::lock_guard Busy(F.Module->Busy);
  if (CUresult E = prepareHeld(F))
    return E;
  emulator::Launch Run;
  Run.Grid = {L.Grid[0], L.Grid[1], L.Grid[2]};
  Run.Block = {L.Block[0], L.Block[1], L.Block[2]};
  Run.DynamicShared = L.Shared;
  Run.Params = L.Params;
  Run.Allocations = D.Addresses.allocations(F.Module->FirstVariable,
                                            F.Module->EndOfVariables);
  Run.Textures = boundTextures(D);
  emulator::Result Result;
  {
    Heap::Access Access(D.Memory);
    Result = F.Ready->run(Run);
  }
  if (!Result.Output.empty()) {
    std::lock_guard Guard(Context.OutputLock);
    Context.Output += Result.Output;
  }
  if (Result.S == emulator::Status::Finished)
    return CUDA_SUCCESS;
  Driver::say(F.Name + ": " + Result.Problem.Text);
  return errorOf(Result.Problem);
}

static CUresult launch(CUfunction Handle, KernelLaunch L, CUstream On,
                       void **Arguments, void **Extra) {
  return onStream(On, [&](Driver &D, const StreamRef &Stream) -> CUresult {
    ContextRef Context = Stream->Context.lock();
    if (!Context)
      return CUDA_ERROR_CONTEXT_IS_DESTROYED;
    if (CUresult E = describe(D, Context, Handle, Arguments, Extra, L))
      return E;
    return issue(D, Stream, std::move(L));
  });
}

} // namespace reprise::driver

using namespace reprise::driver;

EMULATED_API cuLaunchKernel(CUfunction Function, unsigned GridX, unsigned GridY,
                            unsigned GridZ, unsigned BlockX, unsigned BlockY,
                            unsigned BlockZ, unsigned Shared, CUstream Stream,
                            void **Arguments, void **Extra) {
  KernelLaunch L;
  L.Grid[0] = GridX, L.Grid[1] = GridY, L.Grid[2] = GridZ;
  L.Block[0] = BlockX, L.Block[1] = BlockY, L.Block[2] = BlockZ;
  L.Shared = Shared;
  return launch(Function, std::move(L), Stream, Arguments, Extra);
}

EMULATED_API cuLaunchCooperativeKernel(CUfunction Function, unsigned GridX,
                                       unsigned GridY, unsigned GridZ,
                                       unsigned BlockX, unsigned BlockY,
                                       unsigned BlockZ, unsigned Shared,
                                       CUstream Stream, void **Arguments) {
  KernelLaunch L;
  L.Grid[0] = GridX, L.Grid[1] = GridY, L.Grid[2] = GridZ;
  L.Block[0] = BlockX, L.Block[1] = BlockY, L.Block[2] = BlockZ;
  L.Shared = Shared;
  L.Cooperative = true;
  return launch(Function, std::move(L), Stream, Arguments, nullptr);
}

EMULATED_API cuLaunchKernelEx(const CUlaunchConfig *Config, CUfunction Function,
                              void **Arguments, void **Extra) {
  if (!Config || (Config->numAttrs && !Config->attrs))
    return CUDA_ERROR_INVALID_VALUE;
  KernelLaunch L;
  L.Grid[0] = Config->gridDimX, L.Grid[1] = Config->gridDimY;
  L.Grid[2] = Config->gridDimZ;
  L.Block[0] = Config->blockDimX, L.Block[1] = Config->blockDimY;
  L.Block[2] = Config->blockDimZ;
  L.Shared = Config->sharedMemBytes;
  for (unsigned I = 0; I < Config->numAttrs; ++I) {
    const CUlaunchAttribute &A = Config->attrs[I];
    if (A.id == CU_LAUNCH_ATTRIBUTE_COOPERATIVE)
      L.Cooperative = A.value.cooperative != 0;
    else if (A.id == CU_LAUNCH_ATTRIBUTE_CLUSTER_DIMENSION &&
             uint64_t(A.value.clusterDim.x) * A.value.clusterDim.y *
                     A.value.clusterDim.z >
                 1)
      return refuse("a launch with clusters");
    else if (A.id == CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_EVENT ||
             A.id == CU_LAUNCH_ATTRIBUTE_LAUNCH_COMPLETION_EVENT)
      return refuse("a launch with an event of its own");
    // The others are hints; one launch after the other is always allowed.
  }
  return launch(Function, std::move(L), Config->hStream, Arguments, Extra);
}

static CUresult callHost(CUstream Handle, HostCall Call) {
  return onStream(Handle, [&](Driver &D, const StreamRef &Stream) {
    return Call.Function || Call.Callback ? issue(D, Stream, Call)
                                          : CUDA_ERROR_INVALID_VALUE;
  });
}

EMULATED_API cuLaunchHostFunc(CUstream Stream, CUhostFn Function, void *Data) {
  HostCall Call;
  Call.Function = Function;
  Call.Data = Data;
  return callHost(Stream, Call);
}

EMULATED_API cuStreamAddCallback(CUstream Stream, CUstreamCallback Callback,
                                 void *Data, unsigned Flags) {
  HostCall Call;
  Call.Callback = Callback;
  Call.Data = Data;
  Call.Stream = Stream;
  return Flags ? CUDA_ERROR_INVALID_VALUE : callHost(Stream, Call);
}
