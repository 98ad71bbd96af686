//===- Register.cpp - Kernels and variables of the program ----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Compilers make calls, before main(), that tell which fatbin a program has and
// which of its host addresses stand for which kernels and variables in it. The
// fatbin is loaded when one of them is first used.
//
//===----------------------------------------------------------------------===//

#include "Runtime.h"

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

struct uint3;

namespace reprise::cudart {

namespace {

struct Managed {
  void **Host;
  std::string Name;
};

struct Image {
  const void *Wrapper = nullptr;
  std::vector<Managed> Variables;
#if CUDA_VERSION >= 12000
  CUlibrary Library = nullptr;
#else
  CUmodule Module = nullptr;
#endif
  unsigned LoadedIn = 0; ///< Which epoch; 0: not loaded.
};

struct Named {
  Image *Of = nullptr;
  std::string Name;
  CUfunction Function = nullptr; ///< Or a kernel's handle.
  unsigned FoundIn = 0;
};

struct Registry {
  std::recursive_mutex Lock;
  std::vector<std::unique_ptr<Image>> Images;
  std::unordered_map<const void *, Named> Kernels, Variables;
};

} // namespace

/// Never destroyed: programs unregister in exit handlers.
static Registry &registry() {
  static auto &R = *new Registry;
  return R;
}

/// Handles of libraries stay good when a context goes, those of modules not.
static bool isCurrent(unsigned Epoch) {
#if CUDA_VERSION >= 12000
  return Epoch != 0;
#else
  return Epoch == contextEpoch();
#endif
}

/// Registry::Lock is held.
static CUresult variableIn(const DriverCalls &D, const Image &I,
                           const std::string &Name, CUdeviceptr &Address,
                           size_t &Bytes) {
#if CUDA_VERSION >= 12000
  return D.cuLibraryGetGlobal(&Address, &Bytes, I.Library, Name.c_str());
#else
  return D.cuModuleGetGlobal(&Address, &Bytes, I.Module, Name.c_str());
#endif
}

/// Registry::Lock is held.
static CUresult load(const DriverCalls &D, Image &I) {
  if (isCurrent(I.LoadedIn))
    return CUDA_SUCCESS;
#if CUDA_VERSION >= 12000
  CUresult E = D.cuLibraryLoadData(&I.Library, I.Wrapper, nullptr, nullptr, 0,
                                   nullptr, nullptr, 0);
#else
  CUresult E = D.cuModuleLoadData(&I.Module, I.Wrapper);
#endif
  if (E)
    return E;
  I.LoadedIn = contextEpoch();
  for (const Managed &M : I.Variables) {
    CUdeviceptr Address = 0;
    size_t Bytes = 0;
    if ((E = variableIn(D, I, M.Name, Address, Bytes)))
      return E;
    *M.Host = pointer(Address);
  }
  return CUDA_SUCCESS;
}

cudaError_t functionOf(const DriverCalls &D, const void *Host,
                       CUfunction &Result) {
  Registry &R = registry();
  std::lock_guard Guard(R.Lock);
  auto It = R.Kernels.find(Host);
  if (It == R.Kernels.end()) {
    // Handles of kernels are allowed in its place.
    Result = static_cast<CUfunction>(const_cast<void *>(Host));
    return Host ? cudaSuccess : cudaErrorInvalidDeviceFunction;
  }
  Named &K = It->second;
  if (!isCurrent(K.FoundIn)) {
    CUresult E = load(D, *K.Of);
#if CUDA_VERSION >= 12000
    CUkernel Kernel = nullptr;
    if (!E)
      E = D.cuLibraryGetKernel(&Kernel, K.Of->Library, K.Name.c_str());
    K.Function = reinterpret_cast<CUfunction>(Kernel);
#else
    if (!E)
      E = D.cuModuleGetFunction(&K.Function, K.Of->Module, K.Name.c_str());
#endif
    if (E)
      return E == CUDA_ERROR_NOT_FOUND ? cudaErrorInvalidDeviceFunction
                                       : error(E);
    K.FoundIn = contextEpoch();
  }
  Result = K.Function;
  return cudaSuccess;
}

const void *hostOf(const void *Handle) {
  Registry &R = registry();
  std::lock_guard Guard(R.Lock);
  for (const auto &[Host, K] : R.Kernels)
    if (isCurrent(K.FoundIn) && K.Function == Handle)
      return Host;
  return Handle;
}

cudaError_t variableOf(const DriverCalls &D, const void *Host,
                       CUdeviceptr &Address, size_t &Bytes) {
  Registry &R = registry();
  std::lock_guard Guard(R.Lock);
  auto It = R.Variables.find(Host);
  if (It == R.Variables.end())
    return cudaErrorInvalidSymbol;
  if (CUresult E = load(D, *It->second.Of))
    return error(E);
  CUresult E = variableIn(D, *It->second.Of, It->second.Name, Address, Bytes);
  return E == CUDA_ERROR_NOT_FOUND ? cudaErrorInvalidSymbol : error(E);
}

} // namespace reprise::cudart

using namespace reprise::cudart;

#define RUNTIME_HOOK extern "C" __attribute__((visibility("default")))

RUNTIME_HOOK void **__cudaRegisterFatBinary(void *Wrapper) {
  Registry &R = registry();
  std::lock_guard Guard(R.Lock);
  R.Images.push_back(std::make_unique<Image>());
  R.Images.back()->Wrapper = Wrapper;
  return reinterpret_cast<void **>(R.Images.back().get());
}

RUNTIME_HOOK void __cudaRegisterFatBinaryEnd(void **) {}

RUNTIME_HOOK void __cudaUnregisterFatBinary(void **Handle) {
  auto *I = reinterpret_cast<Image *>(Handle);
  Registry &R = registry();
  std::lock_guard Guard(R.Lock);
  auto Own = [&](const auto &Entry) { return Entry.second.Of == I; };
  std::erase_if(R.Kernels, Own);
  std::erase_if(R.Variables, Own);
  if (isCurrent(I->LoadedIn))
    if (const DriverCalls *D = driver()) {
#if CUDA_VERSION >= 12000
      D->cuLibraryUnload(I->Library);
#else
      D->cuModuleUnload(I->Module);
#endif
    }
  std::erase_if(R.Images, [&](const auto &Each) { return Each.get() == I; });
}

RUNTIME_HOOK void __cudaRegisterFunction(void **Handle, const char *Host,
                                         char *, const char *Name, int, uint3 *,
                                         uint3 *, dim3 *, dim3 *, int *) {
  Registry &R = registry();
  std::lock_guard Guard(R.Lock);
  R.Kernels[Host] = {reinterpret_cast<Image *>(Handle), Name, nullptr, 0};
}

RUNTIME_HOOK void __cudaRegisterVar(void **Handle, char *Host, char *,
                                    const char *Name, int, size_t, int, int) {
  Registry &R = registry();
  std::lock_guard Guard(R.Lock);
  R.Variables[Host] = {reinterpret_cast<Image *>(Handle), Name, nullptr, 0};
}

RUNTIME_HOOK void __cudaRegisterManagedVar(void **Handle, void **Host, char *,
                                           const char *Name, int, size_t, int,
                                           int) {
  auto *I = reinterpret_cast<Image *>(Handle);
  Registry &R = registry();
  std::lock_guard Guard(R.Lock);
  R.Variables[static_cast<const void *>(Host)] = {I, Name, nullptr, 0};
  I->Variables.push_back({Host, Name});
}

/// Called before the host uses a managed variable.
RUNTIME_HOOK char __cudaInitModule(void **Handle) {
  return call([&](const DriverCalls &D) {
           Registry &R = registry();
           std::lock_guard Guard(R.Lock);
           return load(D, *reinterpret_cast<Image *>(Handle));
         }) == cudaSuccess;
}

RUNTIME_API cudaGetSymbolAddress(void **Result, const void *Variable) {
  return call([&](const DriverCalls &D) {
    CUdeviceptr Address = 0;
    size_t Bytes = 0;
    cudaError_t E = Result ? variableOf(D, Variable, Address, Bytes)
                           : cudaErrorInvalidValue;
    if (!E)
      *Result = pointer(Address);
    return E;
  });
}

RUNTIME_API cudaGetSymbolSize(size_t *Result, const void *Variable) {
  return call([&](const DriverCalls &D) {
    CUdeviceptr Address = 0;
    return Result ? variableOf(D, Variable, Address, *Result)
                  : cudaErrorInvalidValue;
  });
}

#if CUDA_VERSION >= 12000
RUNTIME_API cudaGetFuncBySymbol(cudaFunction_t *Result, const void *Function) {
  return call([&](const DriverCalls &D) {
    CUfunction Kernel = nullptr;
    cudaError_t E =
        Result ? functionOf(D, Function, Kernel) : cudaErrorInvalidValue;
    return E ? E
             : error(D.cuKernelGetFunction(Result,
                                           reinterpret_cast<CUkernel>(Kernel)));
  });
}

static cudaError_t kernelOf(cudaKernel_t *Result, const void *Function) {
  return call([&](const DriverCalls &D) {
    CUfunction Kernel = nullptr;
    cudaError_t E =
        Result ? functionOf(D, Function, Kernel) : cudaErrorInvalidValue;
    if (!E)
      *Result = reinterpret_cast<cudaKernel_t>(Kernel);
    return E;
  });
}
RUNTIME_API cudaGetKernel(cudaKernel_t *Result, const void *Function) {
  return kernelOf(Result, Function);
}
RUNTIME_API __cudaGetKernel(cudaKernel_t *Result, const void *Function) {
  return kernelOf(Result, Function);
}
#endif
