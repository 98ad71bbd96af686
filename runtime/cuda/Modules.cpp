//===- Modules.cpp - Which kernel a handle is ---------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Modules.h"
#include "Driver.h"
#include "Handles.h"
#include "Limits.h"
#include "ModuleFollowers.h"
#include "State.h"
#include "Summaries.h"
#include "Variables.h"
#include "Windows.h"

#include <bit>
#include <map>
#include <mutex>
#include <unordered_map>

namespace reprise::cuda {

namespace {

/// A CUfunction or CUkernel that the program has.
struct Handle {
  std::shared_ptr<Code> From; ///< Null: it came a way that is not followed.
  std::string Name;
  uint64_t Owner = 0; ///< Module or library, whose unloading ends it.
  CUmodule Module = nullptr;
  CUlibrary Library = nullptr;     ///< Set: the handle is a CUkernel.
  std::shared_ptr<const Twin> Its; ///< Once it was asked for.
};

/// Modules and libraries by their handles.
struct Loaded {
  std::shared_ptr<Code> From;
  uint64_t Owner = 0;
};

struct Registry {
  std::mutex Lock;
  std::unordered_map<uint64_t, Loaded> Modules;
  std::unordered_map<uint64_t, Handle> Handles;
  std::unordered_map<uint64_t, std::vector<std::shared_ptr<Code>>> Links;
  /// What the linker gave, by the address that the program passes on.
  std::unordered_map<uint64_t, std::shared_ptr<Code>> Linked;
  std::map<std::pair<std::string, std::string>, uint32_t> Numbers;
  std::vector<CountedKernel> Counted;
  uint32_t LastSymbols = 0;
};

Registry &registry() {
  static Registry *const R = new Registry;
  return *R;
}

template <typename T> uint64_t keyOf(T Pointer) {
  return reinterpret_cast<uint64_t>(Pointer);
}

/// The driver's parameters; false when it cannot tell.
template <typename Ask>
bool readLayout(Ask &&Query, std::vector<ParamPlace> &Params) {
  for (size_t I = 0; I < MaxParams; ++I) {
    size_t Offset = 0, Size = 0;
    const CUresult Answer = Query(I, &Offset, &Size);
    // It says so of the place behind the last parameter, and, where there is
    // none, of the first.
    if (Answer != CUDA_SUCCESS)
      return I != 0 || Answer == CUDA_ERROR_INVALID_VALUE;
    Params.push_back(
        {static_cast<uint32_t>(Offset), static_cast<uint32_t>(Size)});
  }
  return true;
}

void readLayout(const Handle &H, uint64_t Key, KernelInfo &Info) {
  const Api &D = api();
  if (H.Library && D.KernelGetParamInfo)
    Info.LayoutKnown = readLayout(
        [&](size_t I, size_t *Offset, size_t *Size) {
          return D.KernelGetParamInfo(std::bit_cast<CUkernel>(Key), I, Offset,
                                      Size);
        },
        Info.Params);
  // A function that was made of a library's kernel is known by the library.
  if ((!H.Library || Info.Params.empty()) && D.FuncGetParamInfo) {
    std::vector<ParamPlace> Params;
    const bool Known = readLayout(
        [&](size_t I, size_t *Offset, size_t *Size) {
          return D.FuncGetParamInfo(std::bit_cast<CUfunction>(Key), I, Offset,
                                    Size);
        },
        Params);
    if (Known && (!H.Library || !Params.empty())) {
      Info.Params = std::move(Params);
      Info.LayoutKnown = true;
    }
  }
}

/// Takes the summary's layout, or refuses the summary.
void agreeOnLayout(KernelInfo &Info) {
  std::vector<ParamPlace> Own;
  Own.reserve(Info.Kernel->Model.Params.size());
  for (const Param &P : Info.Kernel->Model.Params)
    Own.push_back({P.Offset, P.Size});
  if (!Info.LayoutKnown) {
    Info.Params = std::move(Own);
    Info.LayoutKnown = true;
  } else if (Info.Params != Own) {
    Info.Kernel = nullptr;
    Info.Why = Outcome::OtherLayout;
    return;
  }
  Info.ArgumentBytes = Info.Kernel->Model.ParamBytes;
}

void findSymbols(const Handle &H, KernelInfo &Info) {
  const Api &D = api();
  for (const Symbol &S : Info.Kernel->Model.Symbols) {
    CUdeviceptr Address = 0;
    size_t Size = 0;
    CUresult Found = CUDA_ERROR_NOT_FOUND;
    if (H.Library && D.LibraryGetGlobal)
      Found = D.LibraryGetGlobal(&Address, &Size, H.Library, S.Name.c_str());
    else if (H.Module && D.ModuleGetGlobal)
      Found = D.ModuleGetGlobal(&Address, &Size, H.Module, S.Name.c_str());
    if (Found == CUDA_SUCCESS && Address != 0)
      Info.Symbols.push_back({hashName(S.Name), S.Name, {Address, Size}});
  }
}

/// With the lock held.
uint32_t numberOf(Registry &R, const KernelInfo &Info) {
  auto [It, New] = R.Numbers.emplace(std::pair(Info.Name, Info.Image),
                                     static_cast<uint32_t>(R.Counted.size()));
  if (New)
    R.Counted.push_back({Info.Name, Info.Image, Info.Detail});
  else
    R.Counted[It->second].Detail = Info.Detail;
  return It->second;
}

Handle findHandle(uint64_t Key) {
  Registry &R = registry();
  {
    std::lock_guard Guard(R.Lock);
    auto It = R.Handles.find(Key);
    if (It != R.Handles.end())
      return It->second;
  }
  Handle H;
  const char *Name = nullptr;
  if (Key != 0 && api().FuncGetName &&
      api().FuncGetName(&Name, std::bit_cast<CUfunction>(Key)) ==
          CUDA_SUCCESS &&
      Name)
    H.Name = Name;
  return H;
}

} // namespace

void bindKernel(uint64_t Key) {
  Handle H = findHandle(Key);
  auto Info = std::make_unique<KernelInfo>();
  Info->Name = H.Name;
  Info->Owner = H.Owner;
  Info->AnyContext = H.Library != nullptr;
  Info->Generation = summariesGeneration();
  if (api().CtxGetCurrent)
    api().CtxGetCurrent(&Info->Context);
  if (H.From) {
    Code::Answer A = H.From->find(H.Name, deviceTargets());
    Info->Kernel = A.Kernel;
    Info->Why = A.Why;
    Info->Detail = A.Detail;
    Info->Image = A.Image;
    readLayout(H, Key, *Info);
  }
  for (const ParamPlace &P : Info->Params)
    Info->ArgumentBytes = std::max(Info->ArgumentBytes, P.Offset + P.Size);
  if (Info->Kernel)
    agreeOnLayout(*Info);
  if (Info->Kernel)
    findSymbols(H, *Info);
  if (Info->Kernel && windowsOn())
    Info->Kernel->whole(); // Made here, where nobody takes the time.
  Registry &R = registry();
  {
    std::lock_guard Guard(R.Lock);
    if (!Info->Symbols.empty())
      Info->SymbolsNumber = ++R.LastSymbols;
    Info->Number = numberOf(R, *Info);
  }
  publishKernel(Key, Info.release());
}

Home homeOf(uint64_t Handle) {
  Registry &R = registry();
  std::lock_guard Guard(R.Lock);
  auto It = R.Handles.find(Handle);
  if (It == R.Handles.end())
    return {};
  return {It->second.From,    It->second.Name,  It->second.Module,
          It->second.Library, It->second.Owner, It->second.Its};
}

void keepTwin(uint64_t Handle, std::shared_ptr<const Twin> Its) {
  Registry &R = registry();
  std::lock_guard Guard(R.Lock);
  auto It = R.Handles.find(Handle);
  if (It != R.Handles.end())
    It->second.Its = std::move(Its);
}

bool isOutdated(const KernelInfo &Info) {
  return Info.Why == Outcome::NotAudited && !Info.Kernel &&
         Info.Generation != summariesGeneration();
}

std::vector<CountedKernel> countedKernels() {
  Registry &R = registry();
  std::lock_guard Guard(R.Lock);
  return R.Counted;
}

void lockModules() { registry().Lock.lock(); }
void unlockModules() { registry().Lock.unlock(); }

// What the followers enter.

void enterModule(CUmodule Module, const void *Start) {
  Registry &R = registry();
  std::shared_ptr<Code> From;
  {
    std::lock_guard Guard(R.Lock);
    auto It = R.Linked.find(keyOf(Start));
    if (It != R.Linked.end())
      From = It->second;
  }
  if (!From)
    From = Code::fromMemory(Start);
  std::lock_guard Guard(R.Lock);
  R.Modules[keyOf(Module)] = {std::move(From), keyOf(Module)};
}

void enterModuleFile(CUmodule Module, const char *Path) {
  std::shared_ptr<Code> From = Code::fromFile(Path);
  Registry &R = registry();
  std::lock_guard Guard(R.Lock);
  R.Modules[keyOf(Module)] = {std::move(From), keyOf(Module)};
}

void enterLibraryModule(CUmodule Module, CUlibrary Library) {
  Registry &R = registry();
  std::lock_guard Guard(R.Lock);
  auto It = R.Modules.find(keyOf(Library));
  if (It != R.Modules.end()) {
    Loaded Copy = It->second; // The next line may move what It points to.
    R.Modules[keyOf(Module)] = std::move(Copy);
  }
}

void leaveModule(uint64_t Owner) {
  Registry &R = registry();
  {
    std::lock_guard Guard(R.Lock);
    std::erase_if(R.Modules,
                  [&](const auto &M) { return M.second.Owner == Owner; });
    std::erase_if(R.Handles,
                  [&](const auto &H) { return H.second.Owner == Owner; });
  }
  leaveVariables(Owner);
  removeKernels([&](const KernelInfo &Info) { return Info.Owner == Owner; });
}

static void enterHandle(uint64_t Key, uint64_t Parent, std::string Name,
                        CUmodule Module, CUlibrary Library) {
  Registry &R = registry();
  bool Changed = true;
  {
    std::lock_guard Guard(R.Lock);
    Handle H;
    auto It = R.Modules.find(Parent);
    if (It != R.Modules.end()) {
      H.From = It->second.From;
      H.Owner = It->second.Owner;
    }
    H.Name = std::move(Name);
    H.Module = Module;
    H.Library = Library;
    auto [Place, New] = R.Handles.try_emplace(Key, H);
    Changed =
        New || Place->second.From != H.From || Place->second.Name != H.Name;
    Place->second = std::move(H);
  }
  // A handle that the driver gave out again: without our seeing why, or while
  // another thread still bound what it was before.
  if (Changed)
    forgetKernel(Key);
}

void enterFunction(CUfunction Function, CUmodule Module, const char *Name) {
  enterHandle(keyOf(Function), keyOf(Module), Name, Module, nullptr);
}

void enterKernel(CUkernel Kernel, CUlibrary Library, const char *Name) {
  enterHandle(keyOf(Kernel), keyOf(Library), Name, nullptr, Library);
}

void enterKernelFunction(CUfunction Function, CUkernel Kernel) {
  if (keyOf(Function) == keyOf(Kernel))
    return;
  Registry &R = registry();
  std::lock_guard Guard(R.Lock);
  auto It = R.Handles.find(keyOf(Kernel));
  if (It == R.Handles.end() || R.Handles.count(keyOf(Function)))
    return;
  Handle H = It->second;
  R.Handles.emplace(keyOf(Function), std::move(H));
}

void enterGlobal(uint64_t Parent, uint64_t Address, uint64_t Size) {
  uint64_t Owner = 0;
  {
    Registry &R = registry();
    std::lock_guard Guard(R.Lock);
    auto It = R.Modules.find(Parent);
    if (It == R.Modules.end())
      return; // Nobody would see it go.
    Owner = It->second.Owner;
  }
  enterVariable(Address, Size, Owner);
}

void enterLinkInput(CUlinkState Link, std::shared_ptr<Code> Input) {
  Registry &R = registry();
  std::lock_guard Guard(R.Lock);
  R.Links[keyOf(Link)].push_back(std::move(Input));
}

void enterLinked(CUlinkState Link, const void *Cubin) {
  Registry &R = registry();
  std::lock_guard Guard(R.Lock);
  R.Linked[keyOf(Cubin)] = Code::linked(R.Links[keyOf(Link)]);
}

void leaveLink(CUlinkState Link) {
  Registry &R = registry();
  std::lock_guard Guard(R.Lock);
  // The linked code lies in memory of the link.
  auto It = R.Links.find(keyOf(Link));
  if (It == R.Links.end())
    return;
  std::erase_if(R.Linked, [&](const auto &L) {
    return L.second->isLinkedFrom(It->second);
  });
  R.Links.erase(It);
}

} // namespace reprise::cuda
