//===- OrderedDriver.cpp - A driver that tells what it was called with ---===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// OrderedTest.cpp looks at the last call of its thread. Of cuGetProcAddress
// there is one that answers with what is exported, and one function that is
// answered and exported by no name.
//
//===----------------------------------------------------------------------===//

#include <cuda.h>

#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <dlfcn.h>

#undef cuGetProcAddress
#undef cuMemcpyHtoD
#undef cuStreamQuery

namespace {

thread_local char Last[256];

CUresult tell(const char *Form, ...) {
  va_list Values;
  va_start(Values, Form);
  std::vsnprintf(Last, sizeof Last, Form, Values);
  va_end(Values);
  return CUDA_SUCCESS;
}

CUresult hidden(int Value) { return tell("hidden %d", Value); }

} // namespace

// NOLINTBEGIN(readability-identifier-naming): named as in cuda.h
extern "C" {

const char *lastCall() { return Last; }

CUresult cuInit(unsigned) { return CUDA_SUCCESS; }
CUresult cuCtxGetCurrent(CUcontext *) { return tell("current"); }
CUresult cuCtxSynchronize() { return tell("synchronize"); }
CUresult cuMemcpyHtoD_v2(CUdeviceptr, const void *, size_t) {
  return tell("copy");
}
CUresult cuMemcpyHtoD_v2_ptds(CUdeviceptr, const void *, size_t) {
  return tell("copy of a thread");
}
CUresult cuStreamQuery(CUstream Stream) {
  return tell("query %p", static_cast<void *>(Stream));
}
CUresult cuStreamQuery_ptsz(CUstream Stream) {
  return tell("query %p of a thread", static_cast<void *>(Stream));
}
CUresult cuLaunchKernel(CUfunction Function, unsigned GridX, unsigned GridY,
                        unsigned GridZ, unsigned BlockX, unsigned BlockY,
                        unsigned BlockZ, unsigned Shared, CUstream Stream,
                        void **Params, void **Extra) {
  return tell("launch %p %u %u %u %u %u %u %u %p %p %p",
              static_cast<void *>(Function), GridX, GridY, GridZ, BlockX,
              BlockY, BlockZ, Shared, static_cast<void *>(Stream),
              static_cast<void *>(Params), static_cast<void *>(Extra));
}
CUresult cuLaunchKernelEx(const CUlaunchConfig *Config, CUfunction Function,
                          void **, void **) {
  return tell("launch %p with %p", static_cast<void *>(Function),
              static_cast<const void *>(Config));
}
CUresult cuTexRefSetMipmapLevelClamp(CUtexref Reference, float Low,
                                     float High) {
  return tell("clamp %p %.2f %.2f", static_cast<void *>(Reference),
              static_cast<double>(Low), static_cast<double>(High));
}

/// No header has it. Eight vectors, six integers and two on the stack.
CUresult cuOnlyHere(int A, double B, double C, int D, double E, double F, int G,
                    double H, double I, int J, double K, double L, int M, int N,
                    int O, int P) {
  return tell("only %d %.1f %.1f %d %.1f %.1f %d %.1f %.1f %d %.1f %.1f %d %d "
              "%d %d",
              A, B, C, D, E, F, G, H, I, J, K, L, M, N, O, P);
}

CUresult cuGetProcAddress(const char *Name, void **Function, int,
                          cuuint64_t Flags) {
  static const struct {
    const char *Name;
    void *Plain, *PerThread;
  } Known[] = {{"cuCtxSynchronize", reinterpret_cast<void *>(&cuCtxSynchronize),
                nullptr},
               {"cuMemcpyHtoD", reinterpret_cast<void *>(&cuMemcpyHtoD_v2),
                reinterpret_cast<void *>(&cuMemcpyHtoD_v2_ptds)},
               {"cuStreamQuery", reinterpret_cast<void *>(&cuStreamQuery),
                reinterpret_cast<void *>(&cuStreamQuery_ptsz)},
               {"cuOnlyHere", reinterpret_cast<void *>(&cuOnlyHere), nullptr},
               {"cuHidden", reinterpret_cast<void *>(&hidden), nullptr},
               {"cuDeviceGetName", reinterpret_cast<void *>(&hidden), nullptr}};
  *Function = nullptr;
  for (const auto &Each : Known)
    if (std::strcmp(Each.Name, Name) == 0)
      *Function = Flags & CU_GET_PROC_ADDRESS_PER_THREAD_DEFAULT_STREAM &&
                          Each.PerThread
                      ? Each.PerThread
                      : Each.Plain;
  return *Function ? CUDA_SUCCESS : CUDA_ERROR_NOT_FOUND;
}
}
// NOLINTEND(readability-identifier-naming)
