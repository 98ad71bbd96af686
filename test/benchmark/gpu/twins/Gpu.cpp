//===- Gpu.cpp - The CUDA driver, opened when it is needed ----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Gpu.h"

#include <dlfcn.h>

namespace reprise::twins {

static void *find(void *Library, const char *Name) {
  void *F = dlsym(Library, Name);
  if (!F)
    throw GpuError(std::string("the driver has no ") + Name +
                   "; it is older than CUDA 10");
  return F;
}

Gpu::Gpu() {
  void *Library = dlopen("libcuda.so.1", RTLD_NOW);
  if (!Library)
    throw GpuError(std::string("there is no CUDA driver: ") + dlerror() +
                   ". Install NVIDIA's, or put the folder of the emulated one "
                   "into LD_LIBRARY_PATH");
#define REPRISE_GPU_FIND(Name)                                                 \
  this->Name = reinterpret_cast<decltype(&::Name)>(find(Library, #Name));
  REPRISE_GPU_FUNCTIONS(REPRISE_GPU_FIND)
#undef REPRISE_GPU_FIND
  EventElapsedTime = reinterpret_cast<decltype(EventElapsedTime)>(
      find(Library, "cuEventElapsedTime"));
  check(cuInit(0), "initialises the driver");
  check(cuDeviceGet(&Device, 0), "takes the first device");
  CUcontext Context = nullptr;
  check(cuDevicePrimaryCtxRetain(&Context, Device), "makes a context");
  check(cuCtxSetCurrent(Context), "takes the context");
}

void Gpu::check(CUresult Result, const std::string &What) const {
  if (Result == CUDA_SUCCESS)
    return;
  const char *Name = nullptr;
  if (cuGetErrorName(Result, &Name) != CUDA_SUCCESS || !Name)
    Name = "an error without a name";
  throw GpuError(What + ": " + Name);
}

std::string Gpu::describe() const {
  char Name[256] = "";
  int Major = 0, Minor = 0, Version = 0;
  cuDeviceGetName(Name, sizeof Name, Device);
  cuDeviceGetAttribute(&Major, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR,
                       Device);
  cuDeviceGetAttribute(&Minor, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR,
                       Device);
  cuDriverGetVersion(&Version);
  return std::string(Name) + ", compute capability " + std::to_string(Major) +
         "." + std::to_string(Minor) + ", driver for CUDA " +
         std::to_string(Version / 1000) + "." +
         std::to_string(Version % 1000 / 10);
}

CUdeviceptr Gpu::allocate(uint64_t Bytes) const {
  CUdeviceptr P = 0;
  check(cuMemAlloc_v2(&P, Bytes),
        "allocates " + std::to_string(Bytes) + " bytes");
  return P;
}

} // namespace reprise::twins
