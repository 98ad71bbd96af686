//===- ModuleApi.cpp - Modules and functions, as programs ask for them ----===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Limits.h"
#include "Module.h"

#include "llvm/Support/MemoryBuffer.h"

using namespace reprise::driver;

//===----------------------------------------------------------------------===//
// Loading
//===----------------------------------------------------------------------===//

static CUresult load(Driver &D, const ContextRef &Context, ChosenImage Image,
                     CUmodule *Result) {
  if (Image.Error)
    return Image.Error;
  ModuleRef M;
  CUresult E = makeModule(D, Context, std::move(Image.Ptx), M);
  *Result = M.get();
  return E;
}

EMULATED_API cuModuleLoadData(CUmodule *Result, const void *Image) {
  return inContext([&](Driver &D, const ContextRef &Context) {
    if (!Result || !Image)
      return CUDA_ERROR_INVALID_VALUE;
    return load(D, Context, choosePtx(Image, D.Target), Result);
  });
}

EMULATED_API cuModuleLoadDataEx(CUmodule *Result, const void *Image, unsigned,
                                CUjit_option *, void **) {
  return cuModuleLoadData(Result, Image);
}

EMULATED_API cuModuleLoadFatBinary(CUmodule *Result, const void *Image) {
  return cuModuleLoadData(Result, Image);
}

EMULATED_API cuModuleLoad(CUmodule *Result, const char *Path) {
  return inContext([&](Driver &D, const ContextRef &Context) -> CUresult {
    if (!Result || !Path)
      return CUDA_ERROR_INVALID_VALUE;
    auto File = llvm::MemoryBuffer::getFile(Path);
    if (!File)
      return CUDA_ERROR_FILE_NOT_FOUND;
    return load(D, Context, choosePtx((*File)->getBuffer(), Path, D.Target),
                Result);
  });
}

EMULATED_API cuModuleUnload(CUmodule Handle) {
  return inContext([&](Driver &D, const ContextRef &Context) {
    {
      std::lock_guard Guard(D.Lock);
      ModuleRef M = D.Modules.find(Handle);
      if (!M || M->Library)
        return CUDA_ERROR_INVALID_HANDLE;
    }
    waitFor(D, *Context);
    flushOutput(*Context);
    // It goes without the lock.
    ModuleRef Gone;
    std::vector<FunctionRef> Functions;
    std::lock_guard Guard(D.Lock);
    Gone = D.Modules.remove(Handle);
    if (Gone)
      for (const CUfunc_st *F : Gone->InOrder)
        Functions.push_back(D.Functions.remove(F));
    return CUDA_SUCCESS;
  });
}

EMULATED_API cuModuleGetLoadingMode(CUmoduleLoadingMode *Mode) {
  return withDriver([&](Driver &) {
    if (!Mode)
      return CUDA_ERROR_INVALID_VALUE;
    *Mode = CU_MODULE_LAZY_LOADING;
    return CUDA_SUCCESS;
  });
}

//===----------------------------------------------------------------------===//
// What is in a module
//===----------------------------------------------------------------------===//

template <typename F> static CUresult inModule(CUmodule Handle, F Body) {
  return inContext([&](Driver &D, const ContextRef &) -> CUresult {
    ModuleRef M;
    {
      std::lock_guard Guard(D.Lock);
      M = D.Modules.find(Handle);
    }
    return M ? Body(*M) : CUDA_ERROR_INVALID_HANDLE;
  });
}

EMULATED_API cuModuleGetFunction(CUfunction *Result, CUmodule Handle,
                                 const char *Name) {
  return inModule(Handle, [&](CUmod_st &M) {
    if (!Result || !Name)
      return CUDA_ERROR_INVALID_VALUE;
    auto It = M.Functions.find(Name);
    if (It == M.Functions.end())
      return CUDA_ERROR_NOT_FOUND;
    *Result = It->second.get();
    return CUDA_SUCCESS;
  });
}

EMULATED_API cuModuleGetFunctionCount(unsigned *Count, CUmodule Handle) {
  return inModule(Handle, [&](CUmod_st &M) {
    if (!Count)
      return CUDA_ERROR_INVALID_VALUE;
    *Count = static_cast<unsigned>(M.InOrder.size());
    return CUDA_SUCCESS;
  });
}

EMULATED_API cuModuleEnumerateFunctions(CUfunction *Results, unsigned Count,
                                        CUmodule Handle) {
  return inModule(Handle, [&](CUmod_st &M) {
    if (!Results && Count)
      return CUDA_ERROR_INVALID_VALUE;
    for (size_t I = 0; I < Count && I < M.InOrder.size(); ++I)
      Results[I] = M.InOrder[I];
    return CUDA_SUCCESS;
  });
}

EMULATED_API cuModuleGetGlobal_v2(CUdeviceptr *Address, size_t *Bytes,
                                  CUmodule Handle, const char *Name) {
  return inModule(Handle, [&](CUmod_st &M) {
    if (!Name || (!Address && !Bytes))
      return CUDA_ERROR_INVALID_VALUE;
    reprise::emulator::Range R = findVariable(M, Name);
    if (!R.Begin)
      return CUDA_ERROR_NOT_FOUND;
    if (Address)
      *Address = R.Begin;
    if (Bytes)
      *Bytes = R.End - R.Begin;
    return CUDA_SUCCESS;
  });
}

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

static CUresult readAttribute(const CUfunc_st &F, CUfunction_attribute Which,
                              int &Value) {
  auto *D = Driver::get();
  switch (Which) {
  case CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK:
    Value = static_cast<int>(F.MaxThreads);
    return CUDA_SUCCESS;
  case CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES:
    Value = static_cast<int>(F.StaticShared);
    return CUDA_SUCCESS;
  case CU_FUNC_ATTRIBUTE_CONST_SIZE_BYTES:
    Value = static_cast<int>(F.Module->ConstantBytes);
    return CUDA_SUCCESS;
  case CU_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES:
    Value = static_cast<int>(F.LocalBytes);
    return CUDA_SUCCESS;
  case CU_FUNC_ATTRIBUTE_NUM_REGS:
    Value = FunctionRegisters;
    return CUDA_SUCCESS;
  case CU_FUNC_ATTRIBUTE_PTX_VERSION:
  case CU_FUNC_ATTRIBUTE_BINARY_VERSION:
    Value = static_cast<int>(D->Target.Sm);
    return CUDA_SUCCESS;
  case CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES:
    Value = F.MaxDynamicShared;
    return CUDA_SUCCESS;
  case CU_FUNC_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT:
    Value = F.Carveout;
    return CUDA_SUCCESS;
  default:
    Value = 0;
    return Which < CU_FUNC_ATTRIBUTE_MAX ? CUDA_SUCCESS
                                         : CUDA_ERROR_INVALID_VALUE;
  }
}

static CUresult writeAttribute(CUfunc_st &F, CUfunction_attribute Which,
                               int Value) {
  switch (Which) {
  case CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES:
    if (Value < 0 || static_cast<uint64_t>(Value) + F.StaticShared >
                         uint64_t(SharedPerBlockOptIn))
      return CUDA_ERROR_INVALID_VALUE;
    F.MaxDynamicShared = Value;
    return CUDA_SUCCESS;
  case CU_FUNC_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT:
    F.Carveout = Value;
    return CUDA_SUCCESS;
  default:
    return CUDA_ERROR_INVALID_VALUE;
  }
}

EMULATED_API cuFuncGetAttribute(int *Value, CUfunction_attribute Which,
                                CUfunction Handle) {
  return withFunction(Handle, [&](CUfunc_st &F) {
    return Value ? readAttribute(F, Which, *Value) : CUDA_ERROR_INVALID_VALUE;
  });
}

EMULATED_API cuFuncSetAttribute(CUfunction Handle, CUfunction_attribute Which,
                                int Value) {
  return withFunction(
      Handle, [&](CUfunc_st &F) { return writeAttribute(F, Which, Value); });
}

EMULATED_API cuFuncSetCacheConfig(CUfunction Handle, CUfunc_cache) {
  return withFunction(Handle, [&](CUfunc_st &) { return CUDA_SUCCESS; });
}

EMULATED_API cuFuncGetModule(CUmodule *Result, CUfunction Handle) {
  return withFunction(Handle, [&](CUfunc_st &F) {
    if (!Result)
      return CUDA_ERROR_INVALID_VALUE;
    *Result = F.Module;
    return CUDA_SUCCESS;
  });
}

EMULATED_API cuFuncGetName(const char **Name, CUfunction Handle) {
  return withFunction(Handle, [&](CUfunc_st &F) {
    if (!Name)
      return CUDA_ERROR_INVALID_VALUE;
    *Name = F.Name.c_str();
    return CUDA_SUCCESS;
  });
}

EMULATED_API cuFuncIsLoaded(CUfunctionLoadingState *State, CUfunction Handle) {
  return withFunction(Handle, [&](CUfunc_st &) {
    if (!State)
      return CUDA_ERROR_INVALID_VALUE;
    *State = CU_FUNCTION_LOADING_STATE_LOADED;
    return CUDA_SUCCESS;
  });
}

EMULATED_API cuFuncLoad(CUfunction Handle) {
  return withFunction(Handle, [&](CUfunc_st &F) { return prepare(F); });
}

static CUresult readParameter(const CUfunc_st &F, size_t Index, size_t *Offset,
                              size_t *Size) {
  if (!Offset || Index >= F.Parameters.size())
    return CUDA_ERROR_INVALID_VALUE;
  *Offset = F.Parameters[Index].Offset;
  if (Size)
    *Size = F.Parameters[Index].Size;
  return CUDA_SUCCESS;
}

EMULATED_API cuFuncGetParamInfo(CUfunction Handle, size_t Index, size_t *Offset,
                                size_t *Size) {
  return withFunction(Handle, [&](CUfunc_st &F) {
    return readParameter(F, Index, Offset, Size);
  });
}

//===----------------------------------------------------------------------===//
// The same of kernels
//===----------------------------------------------------------------------===//

static CUfunction asFunction(CUkernel Kernel) {
  return reinterpret_cast<CUfunction>(Kernel);
}

EMULATED_API cuKernelGetParamInfo(CUkernel Handle, size_t Index, size_t *Offset,
                                  size_t *Size) {
  return cuFuncGetParamInfo(asFunction(Handle), Index, Offset, Size);
}

EMULATED_API cuKernelGetName(const char **Name, CUkernel Handle) {
  return cuFuncGetName(Name, asFunction(Handle));
}

EMULATED_API cuKernelGetAttribute(int *Value, CUfunction_attribute Which,
                                  CUkernel Handle, CUdevice Device) {
  return Device ? CUDA_ERROR_INVALID_DEVICE
                : cuFuncGetAttribute(Value, Which, asFunction(Handle));
}

EMULATED_API cuKernelSetAttribute(CUfunction_attribute Which, int Value,
                                  CUkernel Handle, CUdevice Device) {
  return Device ? CUDA_ERROR_INVALID_DEVICE
                : cuFuncSetAttribute(asFunction(Handle), Which, Value);
}

EMULATED_API cuKernelSetCacheConfig(CUkernel Handle, CUfunc_cache,
                                    CUdevice Device) {
  return Device ? CUDA_ERROR_INVALID_DEVICE
                : cuFuncSetCacheConfig(asFunction(Handle),
                                       CU_FUNC_CACHE_PREFER_NONE);
}
