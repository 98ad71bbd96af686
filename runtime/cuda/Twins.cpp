//===- Twins.cpp - The twin of a kernel in the program --------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Twins.h"
#include "Modules.h"
#include "PreemptDriver.h"

#include <bit>

namespace reprise::cuda {

namespace {

using Layout = std::vector<ParamPlace>;

template <typename Ask> Layout layoutBy(Ask &&Query) {
  Layout Params;
  size_t Offset = 0, Size = 0;
  for (size_t I = 0; Query(I, &Offset, &Size) == CUDA_SUCCESS; ++I)
    Params.push_back(
        {static_cast<uint32_t>(Offset), static_cast<uint32_t>(Size)});
  return Params;
}

/// The driver's parameters of a CUfunction or, \p IsKernel, of a CUkernel or a
/// function that was made from one.
Layout layoutOf(CUfunction Function, bool IsKernel) {
  Layout Params;
  if (IsKernel)
    Params = layoutBy([&](size_t I, size_t *Offset, size_t *Size) {
      return api().KernelGetParamInfo(reinterpret_cast<CUkernel>(Function), I,
                                      Offset, Size);
    });
  if (Params.empty())
    Params = layoutBy([&](size_t I, size_t *Offset, size_t *Size) {
      return api().FuncGetParamInfo(Function, I, Offset, Size);
    });
  return Params;
}

/// Is the twin as the image says?
bool fits(const Home &Of, uint64_t Handle, CUfunction Function,
          const TwinEntry &Entry) {
  const bool IsKernel = Of.Library != nullptr;
  if (!api().KernelGetParamInfo || !api().FuncGetParamInfo)
    return true; // A driver before CUDA 12.4 cannot tell.
  Layout Own = layoutOf(std::bit_cast<CUfunction>(Handle), IsKernel);
  Own.push_back({Entry.ControlOffset, Entry.ControlBytes});
  return Own == layoutOf(Function, IsKernel);
}

/// The CUfunction of \p Handle in the current context; null when the driver
/// cannot tell.
CUfunction inContext(CUfunction Handle, bool IsKernel) {
  if (!IsKernel)
    return Handle;
  CUfunction Function = nullptr;
  if (!stopApi().KernelGetFunction ||
      stopApi().KernelGetFunction(
          &Function, reinterpret_cast<CUkernel>(Handle)) != CUDA_SUCCESS)
    return nullptr;
  return Function;
}

void load(CUfunction Handle, bool IsKernel) {
  CUfunction Function = inContext(Handle, IsKernel);
  if (Function && stopApi().FuncLoad)
    stopApi().FuncLoad(Function);
}

CUfunction functionOf(const Home &Of, const std::string &Name) {
  if (Of.Library) {
    CUkernel Kernel = nullptr;
    if (stopApi().LibraryGetKernel &&
        stopApi().LibraryGetKernel(&Kernel, Of.Library, Name.c_str()) ==
            CUDA_SUCCESS)
      return reinterpret_cast<CUfunction>(Kernel);
    return nullptr;
  }
  CUfunction Function = nullptr;
  if (Of.Module && stopApi().ModuleGetFunction &&
      stopApi().ModuleGetFunction(&Function, Of.Module, Name.c_str()) ==
          CUDA_SUCCESS)
    return Function;
  return nullptr;
}

} // namespace

std::shared_ptr<const Twin> twinOf(uint64_t Handle) {
  const Home Of = homeOf(Handle);
  if (Of.Known)
    return Of.Known;
  auto T = std::make_shared<Twin>();
  TwinEntry Entry;
  if (!Of.From || !Of.From->findTwin(Of.Name, deviceTargets(), Entry))
    T->Detail = "its image has no twins";
  else if (Entry.Twin.empty()) {
    T->Why = REPRISE_STOP_REASON_REFUSED;
    T->Detail = Entry.Refusal;
  } else if (CUfunction Function = functionOf(Of, Entry.Twin); !Function) {
    T->Why = REPRISE_STOP_REASON_LAYOUT;
    T->Detail = "the driver does not find the twin";
  } else if (!fits(Of, Handle, Function, Entry)) {
    T->Why = REPRISE_STOP_REASON_LAYOUT;
    T->Detail = "the twin's parameters are not those that the image names";
  } else {
    T->Any.Function = Function;
    T->ControlOffset = Entry.ControlOffset;
    T->ControlBytes = Entry.ControlBytes;
    // Launches can do without it.
    if (CUfunction Other =
            Entry.Mapless.empty() ? nullptr : functionOf(Of, Entry.Mapless);
        Other && fits(Of, Handle, Other, Entry))
      T->Mapless.Function = Other;
    T->Inside = Entry.Inside;
    T->IsKernel = Of.Library != nullptr;
    T->Owner = Of.Owner;
    T->Why = REPRISE_STOP_REASON_NONE;
  }
  // A driver that loads functions when they are launched first may wait for the
  // whole device then, which must not happen with a stream's lock held.
  if (Of.From)
    load(std::bit_cast<CUfunction>(Handle), Of.Library != nullptr);
  for (const TwinCode *Each : {&T->Any, &T->Mapless})
    if (Each->Function)
      load(Each->Function, T->IsKernel);
  keepTwin(Handle, T);
  return T;
}

void allowShared(const Twin &T, const TwinCode &Code, uint32_t Bytes) {
  if (Bytes <= Code.Shared.load(std::memory_order_relaxed) ||
      !stopApi().FuncSetAttribute)
    return;
  CUfunction Function = inContext(Code.Function, T.IsKernel);
  if (!Function)
    return;
  stopApi().FuncSetAttribute(Function,
                             CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES,
                             static_cast<int>(Bytes));
  Code.Shared.store(Bytes, std::memory_order_relaxed);
}

} // namespace reprise::cuda
