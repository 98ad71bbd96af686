//===- driver_api.cpp - A program of the driver's API ---------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Expect.h"

#include <cstring>
#include <cuda.h>
#include <string_view>
#include <sys/wait.h>
#include <unistd.h>

static constexpr char Code[] = R"(
.version 8.0
.target sm_80
.address_size 64
.visible .global .align 4 .u32 total = 40;
.visible .entry add(.param .u64 to, .param .u8 small, .param .u32 value)
{
  .reg .b64 %rd<3>;
  .reg .b32 %r<5>;
  ld.param.u64 %rd1, [to];
  ld.param.u8 %r1, [small];
  ld.param.u32 %r2, [value];
  add.u32 %r3, %r1, %r2;
  cvta.to.global.u64 %rd2, %rd1;
  st.global.u32 [%rd2], %r3;
  atom.global.add.u32 %r4, [total], %r3;
  ret;
}
.visible .entry other() .maxntid 64, 1, 1 { ret; }
)";

static CUdeviceptr Result;

static unsigned readNumber(CUdeviceptr From) {
  unsigned Value = 0;
  OK(cuMemcpyDtoH(&Value, From, sizeof Value));
  return Value;
}

static void modules() {
  CUmodule Module;
  CUfunction Add, Other;
  OK(cuModuleLoadData(&Module, Code));
  OK(cuModuleGetFunction(&Add, Module, "add"));
  OK(cuModuleGetFunction(&Other, Module, "other"));
  GIVES(CUDA_ERROR_NOT_FOUND, cuModuleGetFunction(&Other, Module, "none"));
  unsigned char Small = 5;
  unsigned Value = 1000;
  void *Arguments[] = {&Result, &Small, &Value};
  OK(cuLaunchKernel(Add, 1, 1, 1, 1, 1, 1, 0, nullptr, Arguments, nullptr));
  EXPECT(readNumber(Result) == 1005);

  // The same as a block of bytes.
  struct {
    CUdeviceptr To;
    unsigned char Small;
    unsigned Value;
  } Block = {Result, 7, 2000};
  size_t Size = sizeof Block;
  void *Extra[] = {CU_LAUNCH_PARAM_BUFFER_POINTER, &Block,
                   CU_LAUNCH_PARAM_BUFFER_SIZE, &Size, CU_LAUNCH_PARAM_END};
  OK(cuLaunchKernel(Add, 1, 1, 1, 1, 1, 1, 0, nullptr, nullptr, Extra));
  EXPECT(readNumber(Result) == 2007);
  size_t Offset = 0;
  OK(cuFuncGetParamInfo(Add, 2, &Offset, &Size));
  EXPECT(Offset == 12 && Size == 4);
  GIVES(CUDA_ERROR_INVALID_VALUE, cuFuncGetParamInfo(Add, 3, &Offset, &Size));
  int Most = 0;
  OK(cuFuncGetAttribute(&Most, CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK, Other));
  EXPECT(Most == 64);
  GIVES(CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES,
        cuLaunchKernel(Other, 1, 1, 1, 65, 1, 1, 0, nullptr, nullptr, nullptr));

  CUdeviceptr Total;
  OK(cuModuleGetGlobal(&Total, &Size, Module, "total"));
  EXPECT(Size == 4 && readNumber(Total) == 40 + 1005 + 2007);
  OK(cuModuleUnload(Module));
  GIVES(CUDA_ERROR_INVALID_HANDLE, cuModuleUnload(Module));
  GIVES(CUDA_ERROR_INVALID_HANDLE,
        cuLaunchKernel(Add, 1, 1, 1, 1, 1, 1, 0, nullptr, Arguments, nullptr));
  GIVES(CUDA_ERROR_INVALID_VALUE, cuMemcpyDtoH(&Value, Total, 4));
  GIVES(CUDA_ERROR_INVALID_IMAGE, cuModuleLoadData(&Module, "no code"));
}

static void libraries(CUcontext First) {
  CUlibrary Library;
  CUkernel Add;
  CUfunction Here, There;
  CUcontext Second, Popped;
  OK(cuLibraryLoadData(&Library, Code, nullptr, nullptr, 0, nullptr, nullptr,
                       0));
  OK(cuLibraryGetKernel(&Add, Library, "add"));
  OK(cuKernelGetFunction(&Here, Add));
  unsigned char Small = 1;
  unsigned Value = 2;
  void *Arguments[] = {&Result, &Small, &Value};
  // A kernel is as good as a function.
  OK(cuLaunchKernel(reinterpret_cast<CUfunction>(Add), 1, 1, 1, 1, 1, 1, 0,
                    nullptr, Arguments, nullptr));
  CUlaunchConfig Config{};
  Config.gridDimX = Config.gridDimY = Config.gridDimZ = 1;
  Config.blockDimX = Config.blockDimY = Config.blockDimZ = 1;
  OK(cuLaunchKernelEx(&Config, Here, Arguments, nullptr));

  // Another context has its own variables, and its memory goes with it.
  CUdeviceptr Total, Other, Memory;
  OK(cuLibraryGetGlobal(&Total, nullptr, Library, "total"));
#if CUDA_VERSION >= 13000
  OK(cuCtxCreate(&Second, nullptr, 0, 0));
#else
  OK(cuCtxCreate(&Second, 0, 0));
#endif
  OK(cuLibraryGetGlobal(&Other, nullptr, Library, "total"));
  OK(cuKernelGetFunction(&There, Add));
  EXPECT(Total != Other && Here != There);
  EXPECT(readNumber(Other) == 40);
  OK(cuMemAlloc(&Memory, 100));
  CUcontext Owner;
  OK(cuPointerGetAttribute(&Owner, CU_POINTER_ATTRIBUTE_CONTEXT, Memory));
  EXPECT(Owner == Second);
  OK(cuCtxPopCurrent(&Popped));
  EXPECT(Popped == Second);
  OK(cuCtxGetCurrent(&Popped));
  EXPECT(Popped == First && readNumber(Total) == 46);
  OK(cuCtxDestroy(Second));
  GIVES(CUDA_ERROR_INVALID_VALUE, cuMemFree(Memory));
  GIVES(CUDA_ERROR_INVALID_CONTEXT, cuCtxSetCurrent(Second));
  OK(cuLibraryUnload(Library));
  GIVES(CUDA_ERROR_INVALID_HANDLE, cuKernelGetFunction(&Here, Add));
}

static void names() {
  void *Function = nullptr, *Older = nullptr;
  CUdriverProcAddressQueryResult Status;
  OK(cuGetProcAddress("cuMemAlloc", &Function, 12000, 0, &Status));
  EXPECT(Function == reinterpret_cast<void *>(&cuMemAlloc) &&
         Status == CU_GET_PROC_ADDRESS_SUCCESS);
  OK(cuGetProcAddress("cuMemAlloc", &Older, 3000, 0, &Status));
  EXPECT(Older && Older != Function);
  OK(cuGetProcAddress("cuMemAllocAsync", &Function, 11000, 0, &Status));
  EXPECT(!Function && Status == CU_GET_PROC_ADDRESS_VERSION_NOT_SUFFICIENT);
  OK(cuGetProcAddress("cuNothing", &Function, 13000, 0, &Status));
  EXPECT(!Function && Status == CU_GET_PROC_ADDRESS_SYMBOL_NOT_FOUND);
  OK(cuGetProcAddress("cuLaunchKernel", &Function, 12000, 0, &Status));
  OK(cuGetProcAddress("cuLaunchKernel", &Older, 12000,
                      CU_GET_PROC_ADDRESS_PER_THREAD_DEFAULT_STREAM, &Status));
  EXPECT(Function == reinterpret_cast<void *>(&cuLaunchKernel) &&
         Older != Function);
  const char *Text = nullptr;
  OK(cuGetErrorName(CUDA_ERROR_INVALID_VALUE, &Text));
  EXPECT(Text == std::string_view("CUDA_ERROR_INVALID_VALUE"));
  OK(cuGetErrorString(CUDA_ERROR_INVALID_VALUE, &Text));
  EXPECT(Text == std::string_view("invalid value"));
  GIVES(CUDA_ERROR_INVALID_VALUE,
        cuGetErrorName(static_cast<CUresult>(12345), &Text));
}

static void linker() {
  CUlinkState State;
  OK(cuLinkCreate(0, nullptr, nullptr, &State));
  OK(cuLinkAddData(State, CU_JIT_INPUT_PTX, const_cast<char *>(Code),
                   sizeof Code, "code", 0, nullptr, nullptr));
  void *Image;
  size_t Size;
  CUmodule Module;
  CUfunction Add;
  OK(cuLinkComplete(State, &Image, &Size));
  OK(cuModuleLoadData(&Module, Image));
  OK(cuLinkDestroy(State));
  OK(cuModuleGetFunction(&Add, Module, "add"));
  OK(cuModuleUnload(Module));
}

static void mapped() {
  CUmemAllocationProp Properties{};
  Properties.type = CU_MEM_ALLOCATION_TYPE_PINNED;
  Properties.location.type = CU_MEM_LOCATION_TYPE_DEVICE;
  size_t Step = 0;
  OK(cuMemGetAllocationGranularity(&Step, &Properties,
                                   CU_MEM_ALLOC_GRANULARITY_MINIMUM));
  CUdeviceptr Range;
  CUmemGenericAllocationHandle A, B;
  OK(cuMemAddressReserve(&Range, 2 * Step, 0, 0, 0));
  OK(cuMemCreate(&A, Step, &Properties, 0));
  OK(cuMemCreate(&B, Step, &Properties, 0));
  GIVES(CUDA_ERROR_INVALID_VALUE, cuMemsetD32(Range, 1, 4));
  OK(cuMemMap(Range, Step, 0, A, 0));
  OK(cuMemMap(Range + Step, Step, 0, B, 0));
  CUmemAccessDesc Access{};
  Access.location = Properties.location;
  Access.flags = CU_MEM_ACCESS_FLAGS_PROT_READWRITE;
  OK(cuMemSetAccess(Range, 2 * Step, &Access, 1));
  OK(cuMemsetD32(Range + Step, 17, 4));
  // What is mapped elsewhere is the same memory.
  OK(cuMemUnmap(Range, Step));
  OK(cuMemUnmap(Range + Step, Step));
  OK(cuMemMap(Range, Step, 0, B, 0));
  OK(cuMemSetAccess(Range, Step, &Access, 1));
  EXPECT(readNumber(Range) == 17);
  OK(cuMemRelease(A));
  OK(cuMemRelease(B));
  OK(cuMemUnmap(Range, Step));
  OK(cuMemAddressFree(Range, 2 * Step));
  GIVES(CUDA_ERROR_INVALID_VALUE, cuMemRelease(A));
}

int main() {
  int Count = 0;
  GIVES(CUDA_ERROR_NOT_INITIALIZED, cuDeviceGetCount(&Count));
  OK(cuInit(0));
  OK(cuDeviceGetCount(&Count));
  EXPECT(Count == 1);
  GIVES(CUDA_ERROR_INVALID_CONTEXT, cuMemAlloc(&Result, 4));
  char Name[64];
  OK(cuDeviceGetName(Name, sizeof Name, 0));
  EXPECT(Name == std::string_view("Reprise emulator (CPU)"));
  CUcontext Context;
  OK(cuDevicePrimaryCtxRetain(&Context, 0));
  OK(cuCtxSetCurrent(Context));
  OK(cuMemAlloc(&Result, 4));
  modules();
  libraries(Context);
  names();
  linker();
  mapped();

  // A child process has no device, and does not hang.
  pid_t Child = fork();
  if (!Child) {
    GIVES(CUDA_ERROR_NOT_INITIALIZED, cuMemFree(Result));
    GIVES(CUDA_ERROR_NOT_INITIALIZED, cuInit(0));
    _exit(0);
  }
  int Status = 1;
  EXPECT(waitpid(Child, &Status, 0) == Child && Status == 0);

  OK(cuMemFree(Result));
  OK(cuDevicePrimaryCtxRelease(0));
  GIVES(CUDA_ERROR_CONTEXT_IS_DESTROYED, cuMemAlloc(&Result, 4));
  GIVES(CUDA_ERROR_INVALID_CONTEXT, cuDevicePrimaryCtxRelease(0));
}
