//===- Library.cpp - Libraries and kernels, which know no context ---------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A library is loaded into a context, as a module of its own with its own
// variables, when it is first used there.
//
//===----------------------------------------------------------------------===//

#include "Module.h"
#include "ptx/Parser.h"

#include "llvm/Support/MemoryBuffer.h"

namespace reprise::driver {

/// The library's module in Context, loaded if it is not yet.
static CUresult moduleOf(Driver &D, const ContextRef &Context,
                         const LibraryRef &Library, ModuleRef &Result) {
  {
    std::lock_guard Guard(D.Lock);
    auto It = Library->Loaded.find(Context.get());
    if (It != Library->Loaded.end()) {
      Result = It->second;
      return CUDA_SUCCESS;
    }
  }
  ModuleRef M;
  if (CUresult E = makeModule(D, Context, Library->Text, M))
    return E;
  std::lock_guard Guard(D.Lock);
  M->Library = Library.get();
  // Another thread may have been faster.
  auto [It, New] = Library->Loaded.emplace(Context.get(), M);
  Result = It->second;
  if (!New) {
    D.Modules.remove(M.get());
    for (const CUfunc_st *F : M->InOrder)
      D.Functions.remove(F);
  }
  return CUDA_SUCCESS;
}

CUresult functionOf(Driver &D, const ContextRef &Context, CUkern_st &Kernel,
                    FunctionRef &Result) {
  LibraryRef Library;
  {
    std::lock_guard Guard(D.Lock);
    Library = D.Libraries.find(Kernel.Library);
  }
  if (!Library)
    return CUDA_ERROR_INVALID_HANDLE;
  ModuleRef M;
  if (CUresult E = moduleOf(D, Context, Library, M))
    return E;
  auto It = M->Functions.find(Kernel.Name);
  if (It == M->Functions.end())
    return CUDA_ERROR_NOT_FOUND;
  Result = FunctionRef(M, It->second.get());
  return CUDA_SUCCESS;
}

CUresult resolveFunction(Driver &D, const ContextRef &Context,
                         CUfunction Handle, FunctionRef &Result,
                         CUkernel *Named) {
  KernelRef Kernel;
  {
    std::lock_guard Guard(D.Lock);
    Result = D.Functions.find(Handle);
    if (Result)
      return CUDA_SUCCESS;
    Kernel = D.Kernels.find(reinterpret_cast<CUkernel>(Handle));
  }
  if (!Kernel)
    return CUDA_ERROR_INVALID_HANDLE;
  if (Named)
    *Named = Kernel.get();
  return functionOf(D, Context, *Kernel, Result);
}

static CUresult makeLibrary(Driver &D, ChosenImage Image, CUlibrary *Result) {
  if (Image.Error)
    return Image.Error;
  auto Library = std::make_shared<CUlib_st>();
  Library->Text = std::move(Image.Ptx);
  ptx::Module Syntax = ptx::parse(Library->Text);
  for (const ptx::Function &F : Syntax.Functions) {
    if (!F.IsEntry || !F.HasBody)
      continue;
    auto Kernel = std::make_shared<CUkern_st>();
    Kernel->Library = Library.get();
    Kernel->Name = F.Name.str();
    Library->Kernels.push_back(std::move(Kernel));
  }
  std::lock_guard Guard(D.Lock);
  for (const KernelRef &Kernel : Library->Kernels)
    D.Kernels.add(Kernel);
  *Result = D.Libraries.add(std::move(Library));
  return CUDA_SUCCESS;
}

} // namespace reprise::driver

using namespace reprise::driver;

EMULATED_API cuLibraryLoadData(CUlibrary *Result, const void *Image,
                               CUjit_option *, void **, unsigned,
                               CUlibraryOption *, void **, unsigned) {
  return withDriver([&](Driver &D) {
    if (!Result || !Image)
      return CUDA_ERROR_INVALID_VALUE;
    return makeLibrary(D, choosePtx(Image, D.Target), Result);
  });
}

EMULATED_API cuLibraryLoadFromFile(CUlibrary *Result, const char *Path,
                                   CUjit_option *, void **, unsigned,
                                   CUlibraryOption *, void **, unsigned) {
  return withDriver([&](Driver &D) {
    if (!Result || !Path)
      return CUDA_ERROR_INVALID_VALUE;
    auto File = llvm::MemoryBuffer::getFile(Path);
    if (!File)
      return CUDA_ERROR_FILE_NOT_FOUND;
    return makeLibrary(D, choosePtx((*File)->getBuffer(), Path, D.Target),
                       Result);
  });
}

EMULATED_API cuLibraryUnload(CUlibrary Handle) {
  return withDriver([&](Driver &D) {
    {
      std::lock_guard Guard(D.Lock);
      if (!D.Libraries.find(Handle))
        return CUDA_ERROR_INVALID_HANDLE;
    }
    waitForAll(D);
    // It goes without the lock.
    LibraryRef Gone;
    std::vector<std::shared_ptr<void>> Rest;
    std::lock_guard Guard(D.Lock);
    Gone = D.Libraries.remove(Handle);
    if (!Gone)
      return CUDA_ERROR_INVALID_HANDLE;
    for (const KernelRef &Kernel : Gone->Kernels)
      D.Kernels.remove(Kernel.get());
    for (const auto &[Context, M] : Gone->Loaded) {
      for (const CUfunc_st *F : M->InOrder)
        Rest.push_back(D.Functions.remove(F));
      Rest.push_back(D.Modules.remove(M.get()));
    }
    return CUDA_SUCCESS;
  });
}

template <typename F> static CUresult inLibrary(CUlibrary Handle, F Body) {
  return withDriver([&](Driver &D) -> CUresult {
    LibraryRef Library;
    {
      std::lock_guard Guard(D.Lock);
      Library = D.Libraries.find(Handle);
    }
    return Library ? Body(D, Library) : CUDA_ERROR_INVALID_HANDLE;
  });
}

EMULATED_API cuLibraryGetKernel(CUkernel *Result, CUlibrary Handle,
                                const char *Name) {
  return inLibrary(Handle, [&](Driver &, const LibraryRef &Library) {
    if (!Result || !Name)
      return CUDA_ERROR_INVALID_VALUE;
    for (const KernelRef &Kernel : Library->Kernels)
      if (Kernel->Name == Name) {
        *Result = Kernel.get();
        return CUDA_SUCCESS;
      }
    return CUDA_ERROR_NOT_FOUND;
  });
}

EMULATED_API cuLibraryGetKernelCount(unsigned *Count, CUlibrary Handle) {
  return inLibrary(Handle, [&](Driver &, const LibraryRef &Library) {
    if (!Count)
      return CUDA_ERROR_INVALID_VALUE;
    *Count = static_cast<unsigned>(Library->Kernels.size());
    return CUDA_SUCCESS;
  });
}

EMULATED_API cuLibraryEnumerateKernels(CUkernel *Results, unsigned Count,
                                       CUlibrary Handle) {
  return inLibrary(Handle, [&](Driver &, const LibraryRef &Library) {
    if (!Results && Count)
      return CUDA_ERROR_INVALID_VALUE;
    for (size_t I = 0; I < Count && I < Library->Kernels.size(); ++I)
      Results[I] = Library->Kernels[I].get();
    return CUDA_SUCCESS;
  });
}

EMULATED_API cuLibraryGetModule(CUmodule *Result, CUlibrary Handle) {
  return inLibrary(Handle, [&](Driver &, const LibraryRef &Library) {
    return inContext([&](Driver &D, const ContextRef &Context) {
      if (!Result)
        return CUDA_ERROR_INVALID_VALUE;
      ModuleRef M;
      CUresult E = moduleOf(D, Context, Library, M);
      *Result = M.get();
      return E;
    });
  });
}

EMULATED_API cuLibraryGetGlobal(CUdeviceptr *Address, size_t *Bytes,
                                CUlibrary Handle, const char *Name) {
  return inLibrary(Handle, [&](Driver &, const LibraryRef &Library) {
    return inContext([&](Driver &D, const ContextRef &Context) -> CUresult {
      if (!Name || (!Address && !Bytes))
        return CUDA_ERROR_INVALID_VALUE;
      ModuleRef M;
      if (CUresult E = moduleOf(D, Context, Library, M))
        return E;
      reprise::emulator::Range R = findVariable(*M, Name);
      if (!R.Begin)
        return CUDA_ERROR_NOT_FOUND;
      if (Address)
        *Address = R.Begin;
      if (Bytes)
        *Bytes = R.End - R.Begin;
      return CUDA_SUCCESS;
    });
  });
}

EMULATED_API cuLibraryGetManaged(CUdeviceptr *Address, size_t *Bytes,
                                 CUlibrary Handle, const char *Name) {
  return cuLibraryGetGlobal(Address, Bytes, Handle, Name);
}

EMULATED_API cuKernelGetFunction(CUfunction *Result, CUkernel Handle) {
  return inContext([&](Driver &D, const ContextRef &Context) -> CUresult {
    if (!Result)
      return CUDA_ERROR_INVALID_VALUE;
    FunctionRef F;
    if (CUresult E = resolveFunction(D, Context,
                                     reinterpret_cast<CUfunction>(Handle), F))
      return E;
    *Result = F.get();
    return CUDA_SUCCESS;
  });
}

EMULATED_API cuKernelGetLibrary(CUlibrary *Result, CUkernel Handle) {
  return withDriver([&](Driver &D) {
    std::lock_guard Guard(D.Lock);
    KernelRef Kernel = D.Kernels.find(Handle);
    if (!Kernel || !Result)
      return CUDA_ERROR_INVALID_HANDLE;
    *Result = Kernel->Library;
    return CUDA_SUCCESS;
  });
}
