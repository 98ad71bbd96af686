//===- Program.cpp - The emulator's public face ---------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Compile.h"
#include "Emulator.h"
#include "InlinePtx.h"
#include "Lower.h"
#include "Variables.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/Bitcode/BitcodeWriter.h"
#include "llvm/IR/DebugInfo.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/TargetParser/Triple.h"
#include "llvm/Transforms/Utils/Cloning.h"

using namespace llvm;

namespace reprise::emulator {

namespace {

template <typename... Parts> Error failure(const Parts &...P) {
  return createStringError(std::make_error_code(std::errc::invalid_argument),
                           (Twine("") + ... + P));
}

class ProgramImpl;

class KernelImpl : public Kernel {
public:
  KernelImpl(ProgramImpl &Parent, ExtractedKernel Code, std::string Name);
  StringRef name() const override { return Name; }
  uint32_t paramBytes() const override { return Code.ParamBytes; }
  uint32_t sharedBytes() const override { return StaticShared; }
  std::vector<ParameterInfo> parameters() const override {
    std::vector<ParameterInfo> Result;
    Result.reserve(Code.Parameters.size());
    for (const Parameter &P : Code.Parameters)
      Result.push_back({P.Offset, P.Size});
    return Result;
  }
  Error compile() override { return compiled(false).takeError(); }
  Result run(const Launch &L) override;
  std::vector<std::string> prepare();

private:
  Expected<CompiledKernel *> compiled(bool Traced);

  ProgramImpl &Parent;
  ExtractedKernel Code; ///< Lowered and simplified after prepare().
  std::string Name;
  uint32_t StaticShared = 0;
  uint64_t StackBytes = 0;
  Arena State, Sites[2];
  std::optional<CompiledKernel> Forms[2];
};

class ProgramImpl : public Program {
public:
  std::vector<std::string> kernels() const override {
    std::vector<std::string> Names;
    for (Function *F : findEntries(*M))
      Names.push_back(F->getName().str());
    return Names;
  }
  ArrayRef<Symbol> symbols() const override { return Vars.symbols(); }
  void reset() override { Vars.reset(); }
  Expected<Kernel *> prepare(StringRef Name) override;

  orc::ThreadSafeContext Context;
  std::unique_ptr<Module> M;
  ProgramOptions Options;
  Variables Vars;
  std::unique_ptr<Compiler> Jit;
  StringMap<std::unique_ptr<KernelImpl>> Kernels;
};

/// Frames beside local variables, and what the runtime needs on top.
constexpr uint64_t LeastStack = 64 << 10;

GridResources &resources(uint64_t StackBytes) {
  // Stacks are expensive to make; programs on one thread share them.
  static thread_local std::unique_ptr<GridResources> Kept;
  static thread_local uint64_t KeptBytes = 0;
  if (!Kept || KeptBytes < StackBytes) {
    Kept.reset();
    Kept = std::make_unique<GridResources>(StackBytes);
    KeptBytes = StackBytes;
  }
  return *Kept;
}

/// __nvvm_reflect("__CUDA_FTZ") and its like.
void resolveReflection(Module &M) {
  for (const char *Name : {"__nvvm_reflect", "__nvvm_reflect_ocl"}) {
    Function *F = M.getFunction(Name);
    if (!F)
      continue;
    for (User *U : make_early_inc_range(F->users())) {
      auto *Call = dyn_cast<CallInst>(U);
      if (!Call || Call->arg_size() != 1)
        continue;
      const Value *P = Call->getArgOperand(0)->stripPointerCasts();
      auto *V = dyn_cast<GlobalVariable>(P);
      auto *Text = V && V->hasInitializer()
                       ? dyn_cast<ConstantDataSequential>(V->getInitializer())
                       : nullptr;
      StringRef Key = Text && Text->isCString() ? Text->getAsCString() : "";
      unsigned Arch = 80;
      StringRef Cpu =
          Call->getFunction()->getFnAttribute("target-cpu").getValueAsString();
      if (Cpu.consume_front("sm_"))
        Cpu.consumeInteger(10, Arch);
      uint64_t Value = Key == "__CUDA_ARCH"        ? Arch * 10
                       : Key == "__CUDA_PREC_SQRT" ? 1
                       : Key == "__CUDA_PREC_DIV"  ? 1
                                                   : 0;
      Call->replaceAllUsesWith(ConstantInt::get(Call->getType(), Value));
      Call->eraseFromParent();
    }
  }
}

} // namespace

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

KernelImpl::KernelImpl(ProgramImpl &Program, ExtractedKernel Extracted,
                       std::string Mangled)
    : Parent(Program), Code(std::move(Extracted)), Name(std::move(Mangled)) {}

/// Makes the code ready to compile; returns what stands in the way.
std::vector<std::string> KernelImpl::prepare() {
  if (!State.reset(sizeof(JitState), /*Low32=*/true))
    return {"memory below 4 GiB is exhausted"};
  StaticShared = lowerKernel(Code, reinterpret_cast<uint64_t>(State.data()));
  addEntry(Code);
  simplifyKernel(*Code.M);
  std::vector<std::string> Problems = findRefusals(*Code.M);
  for (const std::string &V : Code.Undefined)
    Problems.push_back("the variable " + V + ", which has no initial value");
  const DataLayout &DL = Code.M->getDataLayout();
  for (const Function &F : *Code.M) {
    uint64_t Frame = 0;
    for (const Instruction &I : instructions(F))
      if (auto *A = dyn_cast<AllocaInst>(&I)) {
        auto Size = A->getAllocationSize(DL);
        if (Size && Size->getFixedValue() < (uint64_t(64) << 20))
          Frame += Size->getFixedValue();
        else
          Problems.push_back("a local array of variable or enormous size");
      }
    StackBytes += 2 * Frame;
  }
  StackBytes += LeastStack;
  return Problems;
}

Expected<CompiledKernel *> KernelImpl::compiled(bool Traced) {
  std::optional<CompiledKernel> &Form = Forms[Traced];
  if (Form)
    return &*Form;
  Compiler::Request R;
  R.Name = Name;
  R.Traced = Traced;
  R.NaturalAlignment = Parent.Options.FromPtx;
  R.State = reinterpret_cast<JitState *>(State.data());
  R.Sites = &Sites[Traced];
  auto K = Parent.Jit->compile(CloneModule(*Code.M), R);
  if (!K)
    return K.takeError();
  Form = std::move(*K);
  Form->StaticShared = StaticShared;
  Form->ParamBytes = Code.ParamBytes;
  return &*Form;
}

Result KernelImpl::run(const Launch &L) {
  bool Traced = L.Trace != TraceLevel::None ||
                L.Order.K == Schedule::Kind::Random ||
                L.Stop.K == Cut::Kind::Access || L.Stop.K == Cut::Kind::Store;
  auto K = compiled(Traced);
  if (!K) {
    Result R;
    R.S = Status::Faulted;
    R.Problem.Kind = FaultKind::Unsupported;
    R.Problem.Text = Name + ": cannot be compiled: " + toString(K.takeError());
    return R;
  }
  return Grid(**K, L, Parent.symbols(), resources(StackBytes)).run();
}

//===----------------------------------------------------------------------===//
// Programs
//===----------------------------------------------------------------------===//

Expected<Kernel *> ProgramImpl::prepare(StringRef Name) {
  if (auto It = Kernels.find(Name); It != Kernels.end())
    return It->second.get();
  Function *Entry = nullptr;
  for (Function *F : findEntries(*M))
    if (F->getName() == Name)
      Entry = F;
  if (!Entry)
    return failure("there is no kernel '", Name,
                   "'; there are: ", join(kernels(), ", "));
  auto K = std::make_unique<KernelImpl>(
      *this, extractKernel(*Entry, Vars.addresses()), Name.str());
  std::vector<std::string> Problems = K->prepare();
  if (!Problems.empty())
    return failure(Name, " cannot be emulated; it needs ",
                   join(Problems, "; "));
  Kernel *Result = K.get();
  Kernels[Name] = std::move(K);
  return Result;
}

Expected<std::unique_ptr<Program>>
Program::load(const Module &Given, const ProgramOptions &Options) {
  if (!Triple(Given.getTargetTriple()).isNVPTX())
    return failure("the module is for '", Given.getTargetTriple(),
                   "', not for an NVIDIA GPU");
  auto P = std::make_unique<ProgramImpl>();
  P->Options = Options;
  P->Context = orc::ThreadSafeContext(std::make_unique<LLVMContext>());
  // Into a context of our own.
  SmallVector<char, 0> Buffer;
  BitcodeWriter Writer(Buffer);
  Writer.writeModule(Given);
  Writer.writeSymtab();
  Writer.writeStrtab();
  auto Copy = parseBitcodeFile(
      MemoryBufferRef(StringRef(Buffer.data(), Buffer.size()), "device"),
      *P->Context.getContext());
  if (!Copy)
    return Copy.takeError();
  P->M = std::move(*Copy);
  stripNonLineTableDebugInfo(*P->M);
  resolveReflection(*P->M);
  liftInlineAssembly(*P->M);
  if (!P->Vars.create(*P->M))
    return failure("there is no memory for the module's variables");
  auto Jit = Compiler::create(P->Context);
  if (!Jit)
    return Jit.takeError();
  P->Jit = std::move(*Jit);
  return std::unique_ptr<Program>(std::move(P));
}

} // namespace reprise::emulator
