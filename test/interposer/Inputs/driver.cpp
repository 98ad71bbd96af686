//===- driver.cpp - A driver that gives handles and addresses out again ---===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For tests of what the interposer believes: it has the functions that any
// driver has and none that is newer, runs no kernel, and hands out whatever was
// given back last: contexts, modules, functions and addresses come back at
// once. A function's handle is its module's plus one, so a new module's
// function has the old one's handle.
//
//   REPRISE_TEST_OLD  leaves out cuGetProcAddress, as drivers before CUDA 11.3
//
// Thread safety: all functions.
//
//===----------------------------------------------------------------------===//

#include <cuda.h>

#include <cstdint>
#include <cstring>
#include <map>
#include <mutex>
#include <pthread.h>
#include <vector>

#define TEST_API extern "C" __attribute__((visibility("default")))

namespace {

/// Numbers that are given out, the last one given back first.
class Numbers {
public:
  Numbers(uint64_t First, uint64_t Distance) : Next(First), Step(Distance) {}
  uint64_t take() {
    if (Free.empty())
      return (Next += Step) - Step;
    const uint64_t Number = Free.back();
    Free.pop_back();
    return Number;
  }
  void giveBack(uint64_t Number) { Free.push_back(Number); }

private:
  uint64_t Next, Step;
  std::vector<uint64_t> Free;
};

struct Driver {
  Driver();
  std::mutex Lock; ///< Of all below.
  Numbers Contexts{0x1000, 16}, Modules{0x100000, 16},
      Addresses{0x700000000000, 1 << 20};
  /// Loaded modules with their contexts, which take them along.
  std::map<uint64_t, CUcontext> Loaded;
};

/// Never destroyed: exit handlers may call.
Driver &driver() {
  static Driver *const D = new Driver;
  return *D;
}

/// A child that was forked may use it, unlike NVIDIA's.
Driver::Driver() {
  pthread_atfork([] { driver().Lock.lock(); }, [] { driver().Lock.unlock(); },
                 [] { driver().Lock.unlock(); });
}

thread_local CUcontext Current;

} // namespace

// NOLINTBEGIN(readability-identifier-naming): named as in cuda.h
TEST_API CUresult cuInit(unsigned) { return CUDA_SUCCESS; }
TEST_API CUresult cuDriverGetVersion(int *Version) {
  *Version = 11000;
  return CUDA_SUCCESS;
}
TEST_API CUresult cuDeviceGetCount(int *Count) {
  *Count = 1;
  return CUDA_SUCCESS;
}
TEST_API CUresult cuDeviceGet(CUdevice *Device, int) {
  *Device = 0;
  return CUDA_SUCCESS;
}
TEST_API CUresult cuDeviceGetAttribute(int *Value, CUdevice_attribute Which,
                                       CUdevice) {
  *Value = Which == CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR ? 8 : 0;
  return CUDA_SUCCESS;
}

TEST_API CUresult cuCtxCreate_v2(CUcontext *Context, unsigned, CUdevice) {
  std::lock_guard Guard(driver().Lock);
  *Context = Current = reinterpret_cast<CUcontext>(driver().Contexts.take());
  return CUDA_SUCCESS;
}
TEST_API CUresult cuCtxDestroy_v2(CUcontext Context) {
  std::lock_guard Guard(driver().Lock);
  std::erase_if(driver().Loaded, [&](const auto &M) {
    if (M.second == Context)
      driver().Modules.giveBack(M.first);
    return M.second == Context;
  });
  driver().Contexts.giveBack(reinterpret_cast<uint64_t>(Context));
  if (Current == Context)
    Current = nullptr;
  return CUDA_SUCCESS;
}
TEST_API CUresult cuCtxSetCurrent(CUcontext Context) {
  Current = Context;
  return CUDA_SUCCESS;
}
TEST_API CUresult cuCtxGetCurrent(CUcontext *Context) {
  *Context = Current;
  return CUDA_SUCCESS;
}
TEST_API CUresult cuCtxSynchronize() { return CUDA_SUCCESS; }

TEST_API CUresult cuModuleLoadData(CUmodule *Module, const void *) {
  std::lock_guard Guard(driver().Lock);
  const uint64_t Handle = driver().Modules.take();
  driver().Loaded[Handle] = Current;
  *Module = reinterpret_cast<CUmodule>(Handle);
  return CUDA_SUCCESS;
}
TEST_API CUresult cuModuleUnload(CUmodule Module) {
  std::lock_guard Guard(driver().Lock);
  if (!driver().Loaded.erase(reinterpret_cast<uint64_t>(Module)))
    return CUDA_ERROR_INVALID_HANDLE;
  driver().Modules.giveBack(reinterpret_cast<uint64_t>(Module));
  return CUDA_SUCCESS;
}
TEST_API CUresult cuModuleGetFunction(CUfunction *Function, CUmodule Module,
                                      const char *) {
  *Function =
      reinterpret_cast<CUfunction>(reinterpret_cast<uint64_t>(Module) + 1);
  return CUDA_SUCCESS;
}

TEST_API CUresult cuMemAlloc_v2(CUdeviceptr *Address, size_t) {
  std::lock_guard Guard(driver().Lock);
  *Address = driver().Addresses.take();
  return CUDA_SUCCESS;
}
TEST_API CUresult cuMemFree_v2(CUdeviceptr Address) {
  if (Address % (1 << 20) != 0)
    return CUDA_ERROR_INVALID_VALUE;
  std::lock_guard Guard(driver().Lock);
  driver().Addresses.giveBack(Address);
  return CUDA_SUCCESS;
}

TEST_API CUresult cuLaunchKernel(CUfunction Function, unsigned, unsigned,
                                 unsigned, unsigned, unsigned, unsigned,
                                 unsigned, CUstream, void **, void **) {
  return Function ? CUDA_SUCCESS : CUDA_ERROR_INVALID_HANDLE;
}

/// No header has it.
TEST_API int cuOnlyOfThisDriver(int Value) { return Value + 1; }

#ifndef REPRISE_TEST_OLD
#undef cuGetProcAddress
TEST_API CUresult cuGetProcAddress(const char *Name, void **Function, int,
                                   cuuint64_t) {
  static const struct {
    const char *Name;
    void *Function;
  } Known[] = {
      {"cuLaunchKernel", reinterpret_cast<void *>(&cuLaunchKernel)},
      {"cuMemAlloc", reinterpret_cast<void *>(&cuMemAlloc_v2)},
      {"cuMemFree", reinterpret_cast<void *>(&cuMemFree_v2)},
      {"cuOnlyOfThisDriver", reinterpret_cast<void *>(&cuOnlyOfThisDriver)},
      {"cuGetProcAddress", reinterpret_cast<void *>(&cuGetProcAddress)}};
  *Function = nullptr;
  for (const auto &Each : Known)
    if (std::strcmp(Each.Name, Name) == 0)
      *Function = Each.Function;
  return *Function ? CUDA_SUCCESS : CUDA_ERROR_NOT_FOUND;
}
#endif
// NOLINTEND(readability-identifier-naming)
