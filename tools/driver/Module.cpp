//===- Module.cpp - Device code that was loaded ---------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Module.h"
#include "Limits.h"
#include "ptx/Lift.h"
#include "ptx/LiftImpl.h"
#include "ptx/Parser.h"

#include "llvm/Support/MathExtras.h"

#include <algorithm>

using llvm::StringRef;

namespace reprise::driver {

static void readDirectives(const ptx::Function &F, CUfunc_st &Result) {
  auto Product = [](const ptx::Directive &D) {
    uint64_t N = 1;
    for (uint64_t Each : D.Numbers)
      N *= std::max<uint64_t>(Each, 1);
    return static_cast<unsigned>(std::min<uint64_t>(N, MaxBlockThreads));
  };
  if (const ptx::Directive *Most = F.find("maxntid"))
    Result.MaxThreads = Product(*Most);
  if (const ptx::Directive *Exact = F.find("reqntid")) {
    Result.MaxThreads = Product(*Exact);
    for (size_t I = 0; I < 3; ++I)
      Result.Required[I] = I < Exact->Numbers.size()
                               ? static_cast<unsigned>(Exact->Numbers[I])
                               : 1;
  }
}

static FunctionRef makeFunction(const ptx::Function &F, CUmod_st &M) {
  auto Result = std::make_shared<CUfunc_st>();
  Result->Module = &M;
  Result->Name = F.Name.str();
  uint64_t At = 0;
  for (const ptx::Variable &P : F.Params) {
    uint64_t Bytes = ptx::byteSize(P);
    At = llvm::alignTo(At, ptx::alignmentOf(P));
    Result->Parameters.push_back(
        {static_cast<uint32_t>(At), static_cast<uint32_t>(Bytes)});
    At += Bytes;
  }
  Result->ParamBytes = static_cast<uint32_t>(At);
  readDirectives(F, *Result);
  for (const ptx::Statement &S : F.Body)
    if (S.K == ptx::Statement::Kind::Variable) {
      const ptx::Variable &V = S.variable();
      if (V.In == ptx::Space::Shared)
        Result->StaticShared += ptx::byteSize(V);
      else if (V.In == ptx::Space::Local)
        Result->LocalBytes += ptx::byteSize(V);
    }
  return Result;
}

/// Shared variables of the module that the text of the body names.
static uint64_t sharedOutside(const ptx::Module &M, const ptx::Function &F) {
  uint64_t Bytes = 0;
  for (const ptx::Variable &V : M.Variables) {
    if (V.In != ptx::Space::Shared || V.Link == ptx::Linkage::Extern)
      continue;
    auto Names = [&](const ptx::Operand &O) {
      return O.Name == V.Name ||
             llvm::any_of(O.Elements, [&](const ptx::Operand &E) {
               return E.Name == V.Name;
             });
    };
    if (llvm::any_of(F.Body, [&](const ptx::Statement &S) {
          return S.K == ptx::Statement::Kind::Instruction &&
                 llvm::any_of(S.instruction().Operands, Names);
        }))
      Bytes += ptx::byteSize(V);
  }
  return Bytes;
}

CUresult makeModule(Driver &D, const ContextRef &Context, std::string Ptx,
                    ModuleRef &Result) {
  auto M = std::make_shared<CUmod_st>();
  M->Context = Context;
  M->Text = std::move(Ptx);
  M->Syntax = ptx::parse(M->Text);
  for (const ptx::Diagnostic &E : M->Syntax.Errors)
    Driver::say("PTX, " + E.str());
  for (const ptx::Variable &V : M->Syntax.Variables)
    if (V.In == ptx::Space::Const)
      M->ConstantBytes += ptx::byteSize(V);
  for (const ptx::Function &F : M->Syntax.Functions) {
    if (!F.IsEntry || !F.HasBody)
      continue;
    FunctionRef Function = makeFunction(F, *M);
    Function->StaticShared += sharedOutside(M->Syntax, F);
    if (M->Functions.emplace(Function->Name, Function).second)
      M->InOrder.push_back(Function.get());
  }
  std::lock_guard Guard(D.Lock);
  for (const auto &[Name, Function] : M->Functions)
    // The handle keeps the module.
    D.Functions.add(FunctionRef(M, Function.get()));
  D.Modules.add(M);
  Result = std::move(M);
  return CUDA_SUCCESS;
}

void removeModules(Driver &D, CUctx_st &Context,
                   std::vector<std::shared_ptr<void>> &Rest) {
  auto Belongs = [&](const CUmod_st &M) {
    return M.Context.lock().get() == &Context;
  };
  D.Functions.removeIf([&](const CUfunc_st &F) { return Belongs(*F.Module); });
  D.Libraries.each([&](CUlib_st &L) {
    if (auto It = L.Loaded.find(&Context); It != L.Loaded.end()) {
      Rest.push_back(It->second);
      L.Loaded.erase(It);
    }
  });
  std::vector<const CUmod_st *> Gone;
  D.Modules.each([&](const CUmod_st &M) {
    if (Belongs(M))
      Gone.push_back(&M);
  });
  for (const CUmod_st *M : Gone)
    Rest.push_back(D.Modules.remove(M));
}

//===----------------------------------------------------------------------===//
// Programs
//===----------------------------------------------------------------------===//

/// Makes the program of a module, once. Busy is held.
static void makeProgram(CUmod_st &M) {
  if (M.Program || !M.Refusal.empty())
    return;
  llvm::LLVMContext Code;
  auto Lifted = ptx::lift(M.Syntax, "module", Code);
  auto Loaded = emulator::Program::load(*Lifted, {.FromPtx = true});
  if (!Loaded) {
    M.Refusal = llvm::toString(Loaded.takeError());
    return;
  }
  M.Program = std::move(*Loaded);
  Driver *D = Driver::get();
  uint64_t First = UINT64_MAX, End = 0;
  for (const emulator::Symbol &S : M.Program->symbols()) {
    First = std::min(First, S.Address);
    End = std::max(End, S.Address + S.Size);
    Block B;
    B.Address = S.Address;
    B.Bytes = S.Size;
    B.Kind = MemoryKind::Variable;
    B.Context = M.Context.lock().get();
    B.Id = D->nextId();
    D->Addresses.add(B);
  }
  M.FirstVariable = End ? First : 0;
  M.EndOfVariables = End;
}

CUresult prepare(CUfunc_st &F) {
  std::unique_lock Busy(F.Module->Busy, std::try_to_lock);
  return Busy ? prepareHeld(F) : CUDA_SUCCESS;
}

CUresult prepareHeld(CUfunc_st &F) {
  if (F.Ready)
    return CUDA_SUCCESS;
  if (F.Refusal.empty()) {
    makeProgram(*F.Module);
    if (!F.Module->Program) {
      F.Refusal = F.Module->Refusal;
    } else if (auto K = F.Module->Program->prepare(F.Name); !K) {
      F.Refusal = llvm::toString(K.takeError());
    } else if (llvm::Error E = (*K)->compile()) {
      F.Refusal = llvm::toString(std::move(E));
    } else {
      F.Ready = *K;
      Driver::endFirst();
      return CUDA_SUCCESS;
    }
  }
  Driver::sayOnce(F.Name + F.Refusal,
                  F.Name + " cannot be launched: " + F.Refusal);
  return CUDA_ERROR_NOT_SUPPORTED;
}

emulator::Range findVariable(CUmod_st &M, StringRef Name) {
  std::lock_guard Busy(M.Busy);
  makeProgram(M);
  if (M.Program)
    for (const emulator::Symbol &S : M.Program->symbols())
      if (S.Name == Name)
        return {S.Address, S.Address + S.Size};
  return {};
}

} // namespace reprise::driver

CUmod_st::~CUmod_st() {
  auto *D = reprise::driver::Driver::get();
  if (!D) {
    // Without LLVM it cannot go.
    [[maybe_unused]] const auto *Kept = Program.release();
    return;
  }
  if (Program)
    for (const reprise::emulator::Symbol &S : Program->symbols())
      D->Addresses.remove(S.Address);
}
