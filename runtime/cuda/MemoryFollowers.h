//===- MemoryFollowers.h - Memory that comes and goes -------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An allocation is entered after the driver made it; what is freed is taken out
// before the driver frees it and entered again when it refuses.
//
// Memory with a second address (one physical allocation mapped twice, host
// memory whose device address is another, what is imported) is entered as an
// alias: sets of bytes that look apart may be the same, so a launch that is
// given such memory is not found idempotent.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_CUDA_MEMORYFOLLOWERS_H
#define REPRISE_CUDA_MEMORYFOLLOWERS_H

#include "Driver.h"
#include "Guard.h"
#include "Preempt.h"
#include "State.h"

namespace reprise::cuda {

inline CUcontext currentContext() {
  CUcontext Context = nullptr;
  if (api().CtxGetCurrent)
    api().CtxGetCurrent(&Context);
  return Context;
}

inline CUresult entered(CUresult R, const CUdeviceptr *Address, size_t Size,
                        Source From) {
  if (R == CUDA_SUCCESS)
    addAllocation(*Address, Size, currentContext(), From);
  return R;
}

/// Takes out what begins at \p Address, frees it, and puts it back on failure.
template <typename Free> CUresult leaving(uint64_t Address, Free &&FreeIt) {
  Allocation Gone;
  bool Known = Address != 0 && removeAllocation(Address, Gone);
  CUresult R = FreeIt();
  if (R != CUDA_SUCCESS && R != CUDA_ERROR_DEINITIALIZED && Known)
    addAllocation(Gone.Range.address, Gone.Range.size, Gone.Context, Gone.From);
  return R;
}

/// Pinned host memory: the device may have another address for it.
inline void enterHost(void *Host, size_t Size, Source From) {
  const auto Address = reinterpret_cast<uint64_t>(Host);
  addAllocation(Address, Size, currentContext(), From);
  CUdeviceptr OnDevice = 0;
  if (!api().MemHostGetDevicePointer ||
      api().MemHostGetDevicePointer(&OnDevice, Host, 0) != CUDA_SUCCESS ||
      OnDevice == Address)
    return;
  addAllocation(OnDevice, Size, currentContext(), From);
  addAlias(Address, Size);
  addAlias(OnDevice, Size);
}

template <typename Free> CUresult leavingHost(void *Host, Free &&FreeIt) {
  CUdeviceptr OnDevice = 0;
  const auto Address = reinterpret_cast<uint64_t>(Host);
  Allocation Gone, Other;
  if (Host && api().MemHostGetDevicePointer &&
      api().MemHostGetDevicePointer(&OnDevice, Host, 0) == CUDA_SUCCESS &&
      OnDevice != Address)
    removeAllocation(OnDevice, Other);
  bool Known = Host && removeAllocation(Address, Gone);
  CUresult R = FreeIt();
  if (R != CUDA_SUCCESS && R != CUDA_ERROR_DEINITIALIZED && Known)
    enterHost(Host, Gone.Range.size, Gone.From);
  return R;
}

template <Slot S> CUresult memAlloc(CUdeviceptr *Address, size_t Size) {
  return entered(real<S>(memAlloc<S>)(Address, Size), Address, Size,
                 Source::Device);
}

template <Slot S>
CUresult memAllocPitch(CUdeviceptr *Address, size_t *Pitch, size_t Width,
                       size_t Height, unsigned ElementSize) {
  CUresult R =
      real<S>(memAllocPitch<S>)(Address, Pitch, Width, Height, ElementSize);
  return entered(R, Address, R == CUDA_SUCCESS ? *Pitch * Height : 0,
                 Source::Device);
}

template <Slot S>
CUresult memAllocManaged(CUdeviceptr *Address, size_t Size, unsigned Flags) {
  return entered(real<S>(memAllocManaged<S>)(Address, Size, Flags), Address,
                 Size, Source::Device);
}

template <Slot S>
CUresult memAllocAsync(CUdeviceptr *Address, size_t Size, CUstream Stream) {
  return entered(real<S>(memAllocAsync<S>)(Address, Size, Stream), Address,
                 Size, Source::Device);
}

template <Slot S>
CUresult memAllocFromPoolAsync(CUdeviceptr *Address, size_t Size,
                               CUmemoryPool Pool, CUstream Stream) {
  return entered(real<S>(memAllocFromPoolAsync<S>)(Address, Size, Pool, Stream),
                 Address, Size, Source::Device);
}

/// Enters what the driver says lies at \p Address, as an alias: who exported it
/// may be this process.
inline void enterImported(CUdeviceptr Address) {
  CUdeviceptr Start = 0;
  size_t Size = 0;
  if (!api().MemGetAddressRange ||
      api().MemGetAddressRange(&Start, &Size, Address) != CUDA_SUCCESS)
    return;
  addAllocation(Start, Size, currentContext(), Source::Imported);
  addAlias(Start, Size);
}

template <Slot S>
CUresult memPoolImportPointer(CUdeviceptr *Address, CUmemoryPool Pool,
                              CUmemPoolPtrExportData *Data) {
  CUresult R = real<S>(memPoolImportPointer<S>)(Address, Pool, Data);
  if (R == CUDA_SUCCESS)
    enterImported(*Address);
  return R;
}

template <Slot S>
CUresult ipcOpenMemHandle(CUdeviceptr *Address, CUipcMemHandle Handle,
                          unsigned Flags) {
  CUresult R = real<S>(ipcOpenMemHandle<S>)(Address, Handle, Flags);
  if (R == CUDA_SUCCESS)
    enterImported(*Address);
  return R;
}

template <Slot S> CUresult ipcCloseMemHandle(CUdeviceptr Address) {
  return leaving(Address,
                 [&] { return real<S>(ipcCloseMemHandle<S>)(Address); });
}

template <Slot S>
CUresult
externalMemoryGetMappedBuffer(CUdeviceptr *Address, CUexternalMemory Memory,
                              const CUDA_EXTERNAL_MEMORY_BUFFER_DESC *Desc) {
  CUresult R = real<S>(externalMemoryGetMappedBuffer<S>)(Address, Memory, Desc);
  if (R == CUDA_SUCCESS) {
    addAllocation(*Address, Desc->size, currentContext(), Source::Imported);
    addAlias(*Address, Desc->size); // It may be mapped more than once.
  }
  return R;
}

template <Slot S> CUresult memFree(CUdeviceptr Address) {
  return leaving(Address, [&] { return real<S>(memFree<S>)(Address); });
}

template <Slot S> CUresult memFreeAsync(CUdeviceptr Address, CUstream Stream) {
  return leaving(Address,
                 [&] { return real<S>(memFreeAsync<S>)(Address, Stream); });
}

template <Slot S>
CUresult memHostAlloc(void **Host, size_t Size, unsigned Flags) {
  CUresult R = real<S>(memHostAlloc<S>)(Host, Size, Flags);
  if (R == CUDA_SUCCESS)
    enterHost(*Host, Size, Source::Host);
  return R;
}

template <Slot S> CUresult memAllocHost(void **Host, size_t Size) {
  CUresult R = real<S>(memAllocHost<S>)(Host, Size);
  if (R == CUDA_SUCCESS)
    enterHost(*Host, Size, Source::Host);
  return R;
}

template <Slot S> CUresult memFreeHost(void *Host) {
  return leavingHost(Host, [&] { return real<S>(memFreeHost<S>)(Host); });
}

template <Slot S>
CUresult memHostRegister(void *Host, size_t Size, unsigned Flags) {
  CUresult R = real<S>(memHostRegister<S>)(Host, Size, Flags);
  if (R == CUDA_SUCCESS)
    enterHost(Host, Size, Source::Registered);
  return R;
}

template <Slot S> CUresult memHostUnregister(void *Host) {
  return leavingHost(Host, [&] { return real<S>(memHostUnregister<S>)(Host); });
}

/// Enters a mapping; the second of one handle makes both of them aliases.
void enterMapping(CUdeviceptr Address, size_t Size,
                  CUmemGenericAllocationHandle Handle);
void leaveMapping(CUdeviceptr Address, size_t Size);

template <Slot S>
CUresult memMap(CUdeviceptr Address, size_t Size, size_t Offset,
                CUmemGenericAllocationHandle Handle, unsigned long long Flags) {
  CUresult R = real<S>(memMap<S>)(Address, Size, Offset, Handle, Flags);
  if (R == CUDA_SUCCESS)
    guarded([&] { enterMapping(Address, Size, Handle); });
  return R;
}

template <Slot S> CUresult memUnmap(CUdeviceptr Address, size_t Size) {
  leaveMapping(Address, Size);
  return real<S>(memUnmap<S>)(Address, Size);
}

/// Their handles are given out again when their context is gone.
void forgetArrays();

template <Slot S> CUresult ctxDestroy(CUcontext Context) {
  beforeContextDestroy(Context);
  removeContext(Context);
  forgetArrays();
  removeKernels([&](const KernelInfo &Info) {
    return Info.Context == Context && !Info.AnyContext;
  });
  return real<S>(ctxDestroy<S>)(Context);
}

/// All memory of the device's primary context is gone, if the call ended it.
void leavePrimaryContext(CUdevice Device);

template <Slot S> CUresult primaryCtxRelease(CUdevice Device) {
  beforePrimaryContextEnds(Device);
  CUresult R = real<S>(primaryCtxRelease<S>)(Device);
  leavePrimaryContext(Device);
  return R;
}

template <Slot S> CUresult primaryCtxReset(CUdevice Device) {
  beforePrimaryContextEnds(Device);
  CUresult R = real<S>(primaryCtxReset<S>)(Device);
  leavePrimaryContext(Device);
  return R;
}

} // namespace reprise::cuda

#endif // REPRISE_CUDA_MEMORYFOLLOWERS_H
