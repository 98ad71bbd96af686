//===- program.h - What the programs of the tests share -------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// They run under `reprise run --mode enforce --policy fail`: a launch that is
// not idempotent comes back as refused, so a program prints the verdict of
// each.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_PROGRAM_H
#define REPRISE_TEST_PROGRAM_H

#include <cuda.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

/// Not in the header of CUDA 13, but in every driver.
extern "C" CUresult cuCtxCreate_v2(CUcontext *, unsigned, CUdevice);

inline void check(CUresult Result, const char *What) {
  if (Result == CUDA_SUCCESS)
    return;
  std::printf("%s: error %d\n", What, Result);
  std::fflush(stdout);
  std::_Exit(2);
}

inline std::string contents(const char *Path) {
  std::ifstream File(Path, std::ios::binary);
  return {std::istreambuf_iterator<char>(File), {}};
}

inline CUcontext newContext() {
  CUcontext Context;
  check(cuInit(0), "cuInit");
  check(cuCtxCreate_v2(&Context, 0, 0), "cuCtxCreate");
  return Context;
}

inline CUmodule load(const std::string &Ptx) {
  CUmodule Module;
  check(cuModuleLoadData(&Module, Ptx.c_str()), "cuModuleLoadData");
  return Module;
}

inline CUfunction work(CUmodule Module) {
  CUfunction Function;
  check(cuModuleGetFunction(&Function, Module, "work"), "cuModuleGetFunction");
  return Function;
}

inline CUdeviceptr allocate(size_t Size) {
  CUdeviceptr Address;
  check(cuMemAlloc(&Address, Size), "cuMemAlloc");
  return Address;
}

inline CUresult launch(CUfunction Function, CUdeviceptr To, CUdeviceptr From,
                       unsigned N) {
  void *Params[] = {&To, &From, &N};
  return cuLaunchKernel(Function, 1, 1, 1, 256, 1, 1, 0, nullptr, Params,
                        nullptr);
}

/// One line: what was launched, and whether it may be run again.
inline void tell(const char *What, CUresult Result) {
  std::printf("%s: %s\n", What,
              Result == CUDA_SUCCESS               ? "idempotent"
              : Result == CUDA_ERROR_NOT_PERMITTED ? "refused"
                                                   : "error");
}

#endif // REPRISE_TEST_PROGRAM_H
