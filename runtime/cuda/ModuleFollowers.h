//===- ModuleFollowers.h - Modules, libraries and their kernels ---------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the program loads is entered after the driver took it; what it unloads
// is taken out before the driver forgets it, since handles are given out again.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_CUDA_MODULEFOLLOWERS_H
#define REPRISE_CUDA_MODULEFOLLOWERS_H

#include "Code.h"
#include "Driver.h"
#include "Guard.h"
#include "Preempt.h"

namespace reprise::cuda {

void enterModule(CUmodule Module, const void *Start);
void enterModuleFile(CUmodule Module, const char *Path);
void enterLibraryModule(CUmodule Module, CUlibrary Library);
/// Of a module or library.
void leaveModule(uint64_t Owner);
void enterFunction(CUfunction Function, CUmodule Module, const char *Name);
void enterKernel(CUkernel Kernel, CUlibrary Library, const char *Name);
void enterKernelFunction(CUfunction Function, CUkernel Kernel);
/// The program has the address of a variable of the module or library Parent.
void enterGlobal(uint64_t Parent, uint64_t Address, uint64_t Size);
void enterLinkInput(CUlinkState Link, std::shared_ptr<Code> Input);
void enterLinked(CUlinkState Link, const void *Cubin);
void leaveLink(CUlinkState Link);

/// Do the options put variables of the code where the program says? They may
/// then lie in its allocations, which no summary knows of.
inline bool placesSymbols(const CUjit_option *Options, unsigned Count) {
  for (unsigned I = 0; Options && I < Count; ++I)
    if (Options[I] == CU_JIT_GLOBAL_SYMBOL_NAMES)
      return true;
  return false;
}

template <Slot S> CUresult moduleLoad(CUmodule *Module, const char *Path) {
  CUresult R = real<S>(moduleLoad<S>)(Module, Path);
  if (R == CUDA_SUCCESS)
    guarded([&] { enterModuleFile(*Module, Path); });
  return R;
}

template <Slot S> CUresult moduleLoadData(CUmodule *Module, const void *Start) {
  CUresult R = real<S>(moduleLoadData<S>)(Module, Start);
  if (R == CUDA_SUCCESS)
    guarded([&] { enterModule(*Module, Start); });
  return R;
}

template <Slot S>
CUresult moduleLoadDataEx(CUmodule *Module, const void *Start, unsigned Count,
                          CUjit_option *Options, void **Values) {
  CUresult R =
      real<S>(moduleLoadDataEx<S>)(Module, Start, Count, Options, Values);
  if (R == CUDA_SUCCESS && !placesSymbols(Options, Count))
    guarded([&] { enterModule(*Module, Start); });
  return R;
}

template <Slot S> CUresult moduleUnload(CUmodule Module) {
  beforeModuleUnload(reinterpret_cast<uint64_t>(Module));
  guarded([&] { leaveModule(reinterpret_cast<uint64_t>(Module)); });
  return real<S>(moduleUnload<S>)(Module);
}

template <Slot S>
CUresult moduleGetFunction(CUfunction *Function, CUmodule Module,
                           const char *Name) {
  CUresult R = real<S>(moduleGetFunction<S>)(Function, Module, Name);
  if (R == CUDA_SUCCESS)
    guarded([&] { enterFunction(*Function, Module, Name); });
  return R;
}

template <Slot S>
CUresult moduleEnumerateFunctions(CUfunction *Functions, unsigned Count,
                                  CUmodule Module) {
  CUresult R = real<S>(moduleEnumerateFunctions<S>)(Functions, Count, Module);
  if (R != CUDA_SUCCESS || !api().FuncGetName)
    return R;
  guarded([&] {
    for (unsigned I = 0; I < Count; ++I) {
      const char *Name = nullptr;
      if (Functions[I] &&
          api().FuncGetName(&Name, Functions[I]) == CUDA_SUCCESS && Name)
        enterFunction(Functions[I], Module, Name);
    }
  });
  return R;
}

template <Slot S>
CUresult libraryLoadData(CUlibrary *Library, const void *Start,
                         CUjit_option *JitOptions, void **JitValues,
                         unsigned JitCount, CUlibraryOption *Options,
                         void **Values, unsigned Count) {
  CUresult R = real<S>(libraryLoadData<S>)(
      Library, Start, JitOptions, JitValues, JitCount, Options, Values, Count);
  if (R == CUDA_SUCCESS && !placesSymbols(JitOptions, JitCount))
    guarded([&] { enterModule(reinterpret_cast<CUmodule>(*Library), Start); });
  return R;
}

template <Slot S>
CUresult libraryLoadFromFile(CUlibrary *Library, const char *Path,
                             CUjit_option *JitOptions, void **JitValues,
                             unsigned JitCount, CUlibraryOption *Options,
                             void **Values, unsigned Count) {
  CUresult R = real<S>(libraryLoadFromFile<S>)(
      Library, Path, JitOptions, JitValues, JitCount, Options, Values, Count);
  if (R == CUDA_SUCCESS && !placesSymbols(JitOptions, JitCount))
    guarded(
        [&] { enterModuleFile(reinterpret_cast<CUmodule>(*Library), Path); });
  return R;
}

template <Slot S> CUresult libraryUnload(CUlibrary Library) {
  beforeModuleUnload(reinterpret_cast<uint64_t>(Library));
  guarded([&] { leaveModule(reinterpret_cast<uint64_t>(Library)); });
  return real<S>(libraryUnload<S>)(Library);
}

inline CUresult foundGlobal(CUresult R, const CUdeviceptr *Address, size_t Size,
                            const void *Parent) {
  if (R == CUDA_SUCCESS && Address)
    guarded([&] {
      enterGlobal(reinterpret_cast<uint64_t>(Parent), *Address, Size);
    });
  return R;
}

// A caller who does not want the size gets one that nobody sees.

template <Slot S>
CUresult moduleGetGlobal(CUdeviceptr *Address, size_t *Size, CUmodule Module,
                         const char *Name) {
  size_t Own = 0;
  size_t *Place = Size ? Size : &Own;
  return foundGlobal(real<S>(moduleGetGlobal<S>)(Address, Place, Module, Name),
                     Address, *Place, Module);
}

template <Slot S>
CUresult libraryGetGlobal(CUdeviceptr *Address, size_t *Size, CUlibrary Library,
                          const char *Name) {
  size_t Own = 0;
  size_t *Place = Size ? Size : &Own;
  return foundGlobal(
      real<S>(libraryGetGlobal<S>)(Address, Place, Library, Name), Address,
      *Place, Library);
}

template <Slot S>
CUresult libraryGetKernel(CUkernel *Kernel, CUlibrary Library,
                          const char *Name) {
  CUresult R = real<S>(libraryGetKernel<S>)(Kernel, Library, Name);
  if (R == CUDA_SUCCESS)
    guarded([&] { enterKernel(*Kernel, Library, Name); });
  return R;
}

template <Slot S>
CUresult libraryEnumerateKernels(CUkernel *Kernels, unsigned Count,
                                 CUlibrary Library) {
  CUresult R = real<S>(libraryEnumerateKernels<S>)(Kernels, Count, Library);
  if (R != CUDA_SUCCESS || !api().KernelGetName)
    return R;
  guarded([&] {
    for (unsigned I = 0; I < Count; ++I) {
      const char *Name = nullptr;
      if (Kernels[I] &&
          api().KernelGetName(&Name, Kernels[I]) == CUDA_SUCCESS && Name)
        enterKernel(Kernels[I], Library, Name);
    }
  });
  return R;
}

template <Slot S>
CUresult libraryGetModule(CUmodule *Module, CUlibrary Library) {
  CUresult R = real<S>(libraryGetModule<S>)(Module, Library);
  if (R == CUDA_SUCCESS)
    guarded([&] { enterLibraryModule(*Module, Library); });
  return R;
}

template <Slot S>
CUresult kernelGetFunction(CUfunction *Function, CUkernel Kernel) {
  CUresult R = real<S>(kernelGetFunction<S>)(Function, Kernel);
  if (R == CUDA_SUCCESS)
    guarded([&] { enterKernelFunction(*Function, Kernel); });
  return R;
}

template <Slot S>
CUresult linkCreate(unsigned Count, CUjit_option *Options, void **Values,
                    CUlinkState *Link) {
  return real<S>(linkCreate<S>)(Count, Options, Values, Link);
}

template <Slot S>
CUresult linkAddData(CUlinkState Link, CUjitInputType Type, void *Data,
                     size_t Size, const char *Name, unsigned Count,
                     CUjit_option *Options, void **Values) {
  CUresult R = real<S>(linkAddData<S>)(Link, Type, Data, Size, Name, Count,
                                       Options, Values);
  if (R == CUDA_SUCCESS && !placesSymbols(Options, Count))
    guarded([&] {
      enterLinkInput(Link, Code::fromBytes({static_cast<const char *>(Data),
                                            Data ? Size : 0}));
    });
  return R;
}

template <Slot S>
CUresult linkAddFile(CUlinkState Link, CUjitInputType Type, const char *Path,
                     unsigned Count, CUjit_option *Options, void **Values) {
  CUresult R =
      real<S>(linkAddFile<S>)(Link, Type, Path, Count, Options, Values);
  if (R == CUDA_SUCCESS)
    guarded([&] { enterLinkInput(Link, Code::fromFile(Path)); });
  return R;
}

template <Slot S>
CUresult linkComplete(CUlinkState Link, void **Cubin, size_t *Size) {
  CUresult R = real<S>(linkComplete<S>)(Link, Cubin, Size);
  if (R == CUDA_SUCCESS)
    guarded([&] { enterLinked(Link, *Cubin); });
  return R;
}

template <Slot S> CUresult linkDestroy(CUlinkState Link) {
  guarded([&] { leaveLink(Link); });
  return real<S>(linkDestroy<S>)(Link);
}

} // namespace reprise::cuda

#endif // REPRISE_CUDA_MODULEFOLLOWERS_H
