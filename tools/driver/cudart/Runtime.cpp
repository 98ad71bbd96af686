//===- Runtime.cpp - The way to the driver, and errors --------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Runtime.h"

#include <atomic>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

namespace reprise::cudart {

//===----------------------------------------------------------------------===//
// Messages
//===----------------------------------------------------------------------===//

void say(const char *Text) {
  const char *Quiet = std::getenv("REPRISE_EMULATOR_QUIET");
  if (!Quiet || !*Quiet || std::string_view(Quiet) == "0")
    std::fprintf(stderr, "reprise emulator: %s\n", Text);
}

cudaError_t refuse(const char *Function) {
  // Never destroyed: exit handlers may call.
  static auto &Lock = *new std::mutex;
  static auto &Said = *new std::set<std::string>;
  std::lock_guard Guard(Lock);
  if (Said.insert(Function).second)
    say((std::string(Function) + " is not supported").c_str());
  return record(cudaErrorNotSupported);
}

//===----------------------------------------------------------------------===//
// The driver
//===----------------------------------------------------------------------===//

namespace {

/// The version to ask for. cuda.h's plain name is mostly the newest form of a
/// function; these it leaves at an older one.
int versionOf(std::string_view Name) {
  struct Older {
    std::string_view Name;
    int Version, Until; ///< Until the cuda.h of that version, exclusive.
  };
  static constexpr Older List[] = {
      {"cuCtxSynchronize", 2000, INT_MAX},
      {"cuDeviceGetUuid", 9020, 13000},
      {"cuEventElapsedTime", 2000, 13000},
      {"cuGraphAddDependencies", 10000, 13000},
      {"cuGraphGetEdges", 10000, 13000},
      {"cuMemAdvise", 8000, 13000},
      {"cuMemPrefetchAsync", 8000, 13000},
      {"cuStreamGetCaptureInfo", 10010, 12000},
      {"cuStreamGetCaptureInfo", 11030, 13000},
  };
  for (const Older &O : List)
    if (O.Name == Name && CUDA_VERSION < O.Until)
      return O.Version;
  return CUDA_VERSION;
}

/// cuGetProcAddress of either version.
class Finder {
public:
  Finder() {
    void *Library = dlopen("libcuda.so.1", RTLD_NOW);
    if (!Library) {
      say(dlerror());
      return;
    }
#if CUDA_VERSION >= 12000
    Newer = reinterpret_cast<NewerFn *>(dlsym(Library, "cuGetProcAddress_v2"));
#endif
    Older = reinterpret_cast<OlderFn *>(dlsym(Library, "cuGetProcAddress"));
  }
  void *find(const char *Name) const {
    void *Result = nullptr;
    CUresult E = CUDA_ERROR_NOT_FOUND;
#if CUDA_VERSION >= 12000
    if (Newer) {
      CUdriverProcAddressQueryResult Status;
      E = Newer(Name, &Result, versionOf(Name), 0, &Status);
    } else
#endif
        if (Older)
      E = Older(Name, &Result, versionOf(Name), 0);
    return E ? nullptr : Result;
  }

private:
#if CUDA_VERSION >= 12000
  using NewerFn = CUresult(const char *, void **, int, cuuint64_t,
                           CUdriverProcAddressQueryResult *);
  NewerFn *Newer = nullptr;
#endif
  using OlderFn = CUresult(const char *, void **, int, cuuint64_t);
  OlderFn *Older = nullptr;
};

} // namespace

static const DriverCalls *load() {
  Finder F;
  auto *D = new DriverCalls;
  bool Complete = true;
  auto Take = [&](auto &To, const char *Name) {
    To = reinterpret_cast<std::remove_reference_t<decltype(To)>>(F.find(Name));
    if (!To && Complete)
      say((std::string("libcuda.so.1 lacks ") + Name).c_str());
    Complete = Complete && To;
  };
#define X(Name) Take(D->Name, #Name);
  REPRISE_DRIVER_CALLS(X)
  REPRISE_LIBRARY_CALLS(X)
#undef X
  return Complete ? D : nullptr;
}

const DriverCalls *driver() {
  static const DriverCalls *const D = load();
  return D;
}

//===----------------------------------------------------------------------===//
// The context
//===----------------------------------------------------------------------===//

static std::atomic<unsigned> Epoch{1};
/// When this thread got the primary context.
static thread_local unsigned Since = 0;

void forgetContexts() { ++Epoch; }
unsigned contextEpoch() { return Epoch; }

cudaError_t enter(const DriverCalls *&D) {
  D = driver();
  if (!D)
    return cudaErrorInsufficientDriver;
  CUcontext Current = nullptr;
  CUresult E = D->cuCtxGetCurrent(&Current);
  if (E == CUDA_ERROR_NOT_INITIALIZED) {
    if (CUresult Failed = D->cuInit(0))
      return error(Failed);
    E = D->cuCtxGetCurrent(&Current);
  }
  if (E)
    return error(E);
  bool Stale = Since && Since != Epoch;
  if (Current && !Stale)
    return cudaSuccess;
  CUdevice Device = 0;
  CUcontext Primary = nullptr;
  if ((E = D->cuDeviceGet(&Device, 0)) ||
      (E = D->cuDevicePrimaryCtxRetain(&Primary, Device)) ||
      (E = D->cuCtxSetCurrent(Primary)))
    return error(E);
  Since = Epoch;
  return cudaSuccess;
}

//===----------------------------------------------------------------------===//
// Errors
//===----------------------------------------------------------------------===//

static thread_local cudaError_t LastError = cudaSuccess;

cudaError_t record(cudaError_t Error) {
  if (Error)
    LastError = Error;
  return Error;
}

/// After these nothing works any more until the device is reset.
static bool isSticky(cudaError_t Error) {
  switch (Error) {
  case cudaErrorIllegalAddress:
  case cudaErrorMisalignedAddress:
  case cudaErrorLaunchFailure:
  case cudaErrorLaunchTimeout:
  case cudaErrorAssert:
  case cudaErrorIllegalInstruction:
    return true;
  default:
    return false;
  }
}

//===----------------------------------------------------------------------===//
// Default streams
//===----------------------------------------------------------------------===//

static thread_local bool PerThread = false;
PerThreadStreams::PerThreadStreams() : Before(PerThread) { PerThread = true; }
PerThreadStreams::~PerThreadStreams() { PerThread = Before; }

CUstream streamOf(cudaStream_t Stream) {
  return !Stream && PerThread ? CU_STREAM_PER_THREAD : Stream;
}

struct ErrorName {
  int Number;
  const char *Name;
};

static const char *nameOf(cudaError_t Error) {
  static constexpr ErrorName Names[] = {
#include RUNTIME_ERRORS
  };
  for (const ErrorName &E : Names)
    if (E.Number == Error)
      return E.Name;
  return "unrecognized error code";
}

/// "cudaErrorInvalidValue" -> "invalid value".
static std::string worded(std::string_view Name) {
  constexpr std::string_view Prefix = "cudaError";
  if (Name == "cudaSuccess")
    return "no error";
  if (!Name.starts_with(Prefix))
    return std::string(Name);
  std::string Text;
  for (char C : Name.substr(Prefix.size())) {
    bool Upper = C >= 'A' && C <= 'Z';
    if (Upper && !Text.empty())
      Text += ' ';
    Text += Upper ? static_cast<char>(C - 'A' + 'a') : C;
  }
  return Text;
}

} // namespace reprise::cudart

using namespace reprise::cudart;

RUNTIME_API cudaGetLastError() {
  cudaError_t Error = LastError;
  if (!isSticky(Error))
    LastError = cudaSuccess;
  return Error;
}

RUNTIME_API cudaPeekAtLastError() { return LastError; }

extern "C" __attribute__((visibility("default"))) const char *
cudaGetErrorName(cudaError_t Error) {
  return nameOf(Error);
}

extern "C" __attribute__((visibility("default"))) const char *
cudaGetErrorString(cudaError_t Error) {
  static auto &Lock = *new std::mutex;
  static auto &Texts = *new std::set<std::string>;
  std::lock_guard Guard(Lock);
  return Texts.insert(worded(nameOf(Error))).first->c_str();
}

RUNTIME_API cudaDeviceReset() {
  const DriverCalls *D = nullptr;
  if (cudaError_t E = enter(D))
    return record(E);
  LastError = cudaSuccess;
  CUresult E = D->cuDevicePrimaryCtxReset(0);
  forgetContexts();
  return record(error(E));
}
