//===- Module.h - Device code that was loaded -----------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A module is PTX: machine code cannot be executed. It is parsed when it is
// loaded; a kernel is made ready when it is first launched, since a library may
// bring hundreds of which few are used.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_DRIVER_MODULE_H
#define REPRISE_TOOLS_DRIVER_MODULE_H

#include "Driver.h"
#include "ptx/Syntax.h"

#include <optional>

namespace reprise::driver {

/// PTX for the device out of what a program hands in: text that ends with 0, a
/// fatbin, or the record that the compiler makes of one.
struct ChosenImage {
  CUresult Error = CUDA_SUCCESS;
  std::string Ptx;
};
ChosenImage choosePtx(const void *Image, Arch Target);
/// The same of a file's content.
ChosenImage choosePtx(llvm::StringRef Bytes, const std::string &Name,
                      Arch Target);

/// Parses and registers. Driver::Lock is not held.
CUresult makeModule(Driver &D, const ContextRef &Context, std::string Ptx,
                    ModuleRef &Result);

/// A variable's place; {0, 0} where there is none of this name.
emulator::Range findVariable(CUmod_st &Module, llvm::StringRef Name);

/// The function of a kernel in a context, which loads the library there.
CUresult functionOf(Driver &D, const ContextRef &Context, CUkern_st &Kernel,
                    FunctionRef &Result);

/// The function behind a handle of either kind; Kernel gets the kernel's.
CUresult resolveFunction(Driver &D, const ContextRef &Context,
                         CUfunction Handle, FunctionRef &Result,
                         CUkernel *Kernel = nullptr);

/// Runs a body with the function behind a handle, in the current context.
template <typename F> CUresult withFunction(CUfunction Handle, F Body) {
  return inContext([&](Driver &D, const ContextRef &Context) -> CUresult {
    FunctionRef Function;
    if (CUresult E = resolveFunction(D, Context, Handle, Function))
      return E;
    return Body(*Function);
  });
}

/// Makes the kernel ready to run, unless one of its module runs just now;
/// NOT_SUPPORTED, with the reason on stderr, if the emulator cannot run it.
CUresult prepare(CUfunc_st &Function);
/// The same for who holds Module::Busy, so in any case.
CUresult prepareHeld(CUfunc_st &Function);

/// Takes the modules of a context out of the tables, and hands them to Rest.
/// Driver::Lock is held.
void removeModules(Driver &D, CUctx_st &Context,
                   std::vector<std::shared_ptr<void>> &Rest);

} // namespace reprise::driver

struct CUfunc_st {
  CUmod_st *Module = nullptr;
  std::string Name;
  std::vector<reprise::emulator::ParameterInfo> Parameters;
  uint32_t ParamBytes = 0;
  unsigned MaxThreads = 1024;
  unsigned Required[3] = {0, 0, 0}; ///< .reqntid; 0: none.
  std::atomic<int> MaxDynamicShared{48 << 10};
  std::atomic<int> Carveout{-1};
  uint64_t StaticShared = 0, LocalBytes = 0;
  bool HasBody = true;

  // CUmod_st::Busy.
  reprise::emulator::Kernel *Ready = nullptr;
  std::string Refusal;
};

struct CUmod_st {
  CUmod_st() = default;
  CUmod_st(const CUmod_st &) = delete;
  CUmod_st &operator=(const CUmod_st &) = delete;
  ~CUmod_st(); ///< Its variables go.

  std::weak_ptr<CUctx_st> Context;
  CUlibrary Library = nullptr; ///< If it was loaded as a part of one.
  std::string Text;
  reprise::ptx::Module Syntax;
  uint64_t ConstantBytes = 0;
  std::map<std::string, reprise::driver::FunctionRef> Functions;
  std::vector<CUfunc_st *> InOrder;

  std::mutex Busy; ///< A program does one thing at a time.
  std::unique_ptr<reprise::emulator::Program> Program;
  std::string Refusal; ///< Why there is no program.
  /// Where its variables lie.
  std::atomic<uint64_t> FirstVariable{0}, EndOfVariables{0};
};

struct CUlib_st {
  std::string Text;
  std::vector<reprise::driver::KernelRef> Kernels;
  // Driver::Lock.
  std::map<CUctx_st *, reprise::driver::ModuleRef> Loaded;
};

struct CUkern_st {
  CUlib_st *Library = nullptr;
  std::string Name;
};

#endif // REPRISE_TOOLS_DRIVER_MODULE_H
