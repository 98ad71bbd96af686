//===- Driver.cpp - The real CUDA driver --------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Driver.h"
#include "Entries.h"
#include "Settings.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <functional>
#include <pthread.h>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <vector>

// Set before anything looks for a symbol; Stubs.S jumps through it.
extern "C" {
// NOLINTNEXTLINE(readability-identifier-naming): named as in Stubs.S.
__attribute__((visibility("hidden"))) void *reprise_real_dlsym = nullptr;
}

namespace reprise::cuda {

namespace {

constexpr unsigned SlotCount = static_cast<unsigned>(Slot::Count);

struct FollowedName {
  const char *Name, *Base;
  int Since;
  bool PerThread;
};

constexpr FollowedName Followed[] = {
#define FOLLOW(Name, Base, Since, PerThread, Function)                         \
  {#Name, Base, Since, PerThread},
#include "Followed.inc"
#undef FOLLOW
};

using DlsymFunction = void *(*)(void *, const char *);

std::atomic<void *> RealFunctions[SlotCount];
/// Where the program reaches the driver's functions: our own export of each.
void *Exported[SlotCount];
/// What the driver exports, by address, and our place for it.
struct ExportedFunction {
  void *Address;
  int Index;
};
std::vector<ExportedFunction> ByAddress;
Api Functions;
void *Library = nullptr;
char Path[4096];
enum { NotLoaded, Loading, Loaded };
std::atomic<int> Stage{NotLoaded};
pthread_mutex_t LoadLock = PTHREAD_MUTEX_INITIALIZER;

CUresult notFound() { return CUDA_ERROR_NOT_FOUND; }
CUresult noDriver() { return CUDA_ERROR_NO_DEVICE; }

/// Is \p File this very library?
bool isOurselves(const char *File) {
  Dl_info Info;
  struct stat Ours, Theirs;
  return dladdr(reinterpret_cast<void *>(&isOurselves), &Info) &&
         stat(Info.dli_fname, &Ours) == 0 && stat(File, &Theirs) == 0 &&
         Ours.st_dev == Theirs.st_dev && Ours.st_ino == Theirs.st_ino;
}

bool tryLoad(const char *File) {
  struct stat Status;
  if (stat(File, &Status) != 0 || isOurselves(File))
    return false;
  Library = dlopen(File, RTLD_NOW | RTLD_LOCAL);
  if (!Library)
    return false;
  std::snprintf(Path, sizeof Path, "%s", File);
  return true;
}

/// `reprise run` names the driver; the rest is for who sets LD_PRELOAD by hand.
bool findLibrary() {
  if (const char *Given = std::getenv("REPRISE_REAL_LIBCUDA"))
    if (*Given)
      return tryLoad(Given);
  if (const char *Folders = std::getenv("LD_LIBRARY_PATH")) {
    std::string All = Folders;
    for (size_t At = 0; At <= All.size();) {
      size_t End = std::min(All.find(':', At), All.size());
      if (End > At &&
          tryLoad((All.substr(At, End - At) + "/libcuda.so.1").c_str()))
        return true;
      At = End + 1;
    }
  }
  for (const char *Folder :
       {"/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib/wsl/lib",
        "/usr/local/nvidia/lib64", "/usr/local/cuda/compat"})
    if (tryLoad((std::string(Folder) + "/libcuda.so.1").c_str()))
      return true;
  return false;
}

template <typename T> void find(T &Function, const char *Name) {
  Function = reinterpret_cast<T>(driverFunction(Name));
}

void findFunctions() {
  Api &A = Functions;
  find(A.DriverGetVersion, "cuDriverGetVersion");
  find(A.CtxGetCurrent, "cuCtxGetCurrent");
  find(A.CtxGetDevice, "cuCtxGetDevice");
  find(A.DeviceGetCount, "cuDeviceGetCount");
  find(A.DeviceGet, "cuDeviceGet");
  find(A.DeviceGetAttribute, "cuDeviceGetAttribute");
  find(A.DevicePrimaryCtxGetState, "cuDevicePrimaryCtxGetState");
  find(A.StreamGetCtx, "cuStreamGetCtx");
  find(A.StreamIsCapturing, "cuStreamIsCapturing");
  find(A.StreamIsCapturingPerThread, "cuStreamIsCapturing_ptsz");
  find(A.FuncGetName, "cuFuncGetName");
  find(A.KernelGetName, "cuKernelGetName");
  find(A.FuncGetParamInfo, "cuFuncGetParamInfo");
  find(A.KernelGetParamInfo, "cuKernelGetParamInfo");
  find(A.ModuleGetGlobal, "cuModuleGetGlobal_v2");
  find(A.LibraryGetGlobal, "cuLibraryGetGlobal");
  find(A.MemHostGetDevicePointer, "cuMemHostGetDevicePointer_v2");
  find(A.MemGetAddressRange, "cuMemGetAddressRange_v2");
  find(A.GraphGetNodes, "cuGraphGetNodes");
  find(A.GraphNodeGetType, "cuGraphNodeGetType");
  find(A.GraphChildGraphNodeGetGraph, "cuGraphChildGraphNodeGetGraph");
  find(A.GraphKernelNodeGetParams, "cuGraphKernelNodeGetParams");
  find(A.GraphKernelNodeGetParams2, "cuGraphKernelNodeGetParams_v2");
  for (unsigned I = 0; I < SlotCount; ++I) {
    void *Address = driverFunction(Followed[I].Name);
    if (!Address)
      Address = reinterpret_cast<void *>(Library ? &notFound : &noDriver);
    RealFunctions[I].store(Address, std::memory_order_release);
    int Index = entryIndex(Followed[I].Name);
    Exported[I] = Index < 0 ? nullptr : exportedEntry(Index);
  }
  if (settings().Operation == Mode::Off)
    return;
  for (int I = 0; I < entryCount(); ++I)
    if (void *Address = driverFunction(entryName(I)))
      ByAddress.push_back({Address, I});
  std::sort(ByAddress.begin(), ByAddress.end(),
            [](const ExportedFunction &A, const ExportedFunction &B) {
              return std::less<>()(A.Address, B.Address);
            });
}

/// Is \p Name one of the exported names of what is asked for by \p Base?
bool isNameOf(std::string_view Name, std::string_view Base, bool PerThread) {
  if (!Name.starts_with(Base))
    return false;
  Name.remove_prefix(Base.size());
  if (Name.starts_with("_v"))
    Name.remove_prefix(std::min(Name.size(), Name.find('_', 2)));
  return Name.empty() || (PerThread && (Name == "_ptsz" || Name == "_ptds"));
}

/// Our place for the driver's function at \p Address; null: it exports none of
/// that base name there.
void *exportedAt(void *Address, const char *Base, bool PerThread) {
  auto At = std::lower_bound(ByAddress.begin(), ByAddress.end(), Address,
                             [](const ExportedFunction &E, void *Wanted) {
                               return std::less<>()(E.Address, Wanted);
                             });
  for (; At != ByAddress.end() && At->Address == Address; ++At)
    if (isNameOf(entryName(At->Index), Base, PerThread))
      return exportedEntry(At->Index);
  return nullptr;
}

void load() {
  // A constructor of the driver may look for symbols and come here again.
  static thread_local bool Within = false;
  if (Within)
    return;
  Within = true;
  pthread_mutex_lock(&LoadLock);
  if (Stage.load(std::memory_order_relaxed) == NotLoaded) {
    Stage.store(Loading, std::memory_order_relaxed);
    realDlsym();
    if (!findLibrary())
      std::fprintf(stderr,
                   "reprise: error: no CUDA driver was found%s%s; name its "
                   "libcuda.so.1 with REPRISE_REAL_LIBCUDA\n",
                   std::getenv("REPRISE_REAL_LIBCUDA") ? " at " : "",
                   std::getenv("REPRISE_REAL_LIBCUDA")
                       ? std::getenv("REPRISE_REAL_LIBCUDA")
                       : "");
    findFunctions();
    Stage.store(Loaded, std::memory_order_release);
  }
  pthread_mutex_unlock(&LoadLock);
  Within = false;
}

void ensureLoaded() {
  if (Stage.load(std::memory_order_acquire) != Loaded)
    load();
}

} // namespace

void *realDlsym() {
  if (!reprise_real_dlsym) {
    // dlvsym is not ours, so this cannot come back here.
    void *Found = dlvsym(RTLD_NEXT, "dlsym", "GLIBC_2.34");
    if (!Found)
      Found = dlvsym(RTLD_NEXT, "dlsym", "GLIBC_2.2.5");
    if (!Found) {
      std::fputs("reprise: error: this C library has no dlsym of version "
                 "GLIBC_2.34 or GLIBC_2.2.5\n",
                 stderr);
      std::abort();
    }
    __atomic_store_n(&reprise_real_dlsym, Found, __ATOMIC_RELEASE);
  }
  return reprise_real_dlsym;
}

void *driverFunction(const char *Name) {
  if (!Library)
    return nullptr;
  return reinterpret_cast<DlsymFunction>(realDlsym())(Library, Name);
}

const Api &api() {
  ensureLoaded();
  return Functions;
}

bool driverLoaded() {
  ensureLoaded();
  return Library != nullptr;
}

const char *driverPath() {
  ensureLoaded();
  return Path;
}

void *realFunction(Slot S) {
  auto &Place = RealFunctions[static_cast<unsigned>(S)];
  if (void *Address = Place.load(std::memory_order_acquire))
    return Address;
  ensureLoaded();
  void *Address = Place.load(std::memory_order_acquire);
  return Address ? Address : reinterpret_cast<void *>(&notFound);
}

void *followerOf(void *Address, const char *Base, int Version, bool PerThread) {
  if (!Address || settings().Operation == Mode::Off)
    return Address;
  ensureLoaded();
  for (unsigned I = 0; I < SlotCount; ++I)
    if (RealFunctions[I].load(std::memory_order_relaxed) == Address)
      return Exported[I] ? Exported[I] : Address;
  if (void *Ours = exportedAt(Address, Base, PerThread))
    return Ours;
  // The loader bound the driver's own names to ours.
  for (int I = 0; I < entryCount(); ++I)
    if (exportedEntry(I) == Address)
      return Address;
  // A driver that answers with another address than it exports. Only versions
  // whose types this build knows can be followed.
  int Best = -1;
  for (unsigned I = 0; I < SlotCount && Version <= CUDA_VERSION; ++I) {
    const FollowedName &F = Followed[I];
    if (std::strcmp(F.Base, Base) != 0 || F.Since > Version ||
        (F.PerThread && !PerThread))
      continue;
    if (Best < 0 || F.Since > Followed[Best].Since ||
        (F.Since == Followed[Best].Since && F.PerThread))
      Best = static_cast<int>(I);
  }
  if (Best < 0 || !Exported[Best])
    return spareEntry(Address, Base, orderRule(Base, Version, PerThread));
  RealFunctions[Best].store(Address, std::memory_order_release);
  return Exported[Best];
}

} // namespace reprise::cuda
