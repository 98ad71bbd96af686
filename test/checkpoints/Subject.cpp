//===- Subject.cpp - A CUDA file's kernels with their twins ---------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Subject.h"
#include "CudaCompile.h"
#include "Input.h"
#include "ptx/InstrumentPtx.h"
#include "ptx/Lift.h"
#include "ptx/Parser.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/Demangle/Demangle.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Verifier.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Target/TargetMachine.h"

using namespace llvm;

namespace reprise::checkpoints {

/// The PTX of a device module, as clang's last step makes it.
static Expected<std::string> generate(llvm::Module &M) {
  LLVMInitializeNVPTXTargetInfo();
  LLVMInitializeNVPTXTarget();
  LLVMInitializeNVPTXTargetMC();
  LLVMInitializeNVPTXAsmPrinter();
  std::string Problem;
  const Target *T = TargetRegistry::lookupTarget(M.getTargetTriple(), Problem);
  if (!T)
    return createStringError(Problem);
  std::unique_ptr<TargetMachine> Machine(T->createTargetMachine(
      M.getTargetTriple(), "sm_80", "+ptx78", {}, std::nullopt));
  SmallString<0> Text;
  raw_svector_ostream Stream(Text);
  legacy::PassManager Passes;
  if (Machine->addPassesToEmitFile(Passes, Stream, nullptr,
                                   CodeGenFileType::AssemblyFile))
    return createStringError("LLVM cannot generate PTX");
  Passes.run(M);
  return Text.str().str();
}

static Expected<std::string> compileWithNvcc(const std::string &Path,
                                             ArrayRef<std::string> Flags) {
  SmallString<128> Output;
  if (!*REPRISE_NVCC)
    return createStringError("there is no nvcc");
  if (sys::fs::createTemporaryFile("checkpoints", "ptx", Output))
    return createStringError("cannot make a temporary file");
  FileRemover Clean(Output);
  std::vector<StringRef> Args = {
      REPRISE_NVCC, "-w",      "-ptx", "-arch=sm_80", "-std=c++17",
      "-include",   "cstdint", "-o",   Output,        Path};
  llvm::append_range(Args, Flags);
  std::string Message;
  if (sys::ExecuteAndWait(Args[0], Args, std::nullopt, {}, 0, 0, &Message))
    return createStringError(Path + ": nvcc does not compile it " + Message);
  auto Buffer = MemoryBuffer::getFile(Output);
  if (!Buffer)
    return createStringError("cannot read what nvcc made");
  return (*Buffer)->getBuffer().str();
}

/// What runs is the text with its twins, read again.
Expected<std::unique_ptr<Subject>>
Subject::openPtx(const std::string &Ptx, const std::string &Name,
                 const PlanOptions &Options) {
  auto S = std::make_unique<Subject>();
  PtxTwins Made = addPtxTwins(Ptx, Name, Options);
  S->Twins = std::move(Made.Twins);
  std::string Whole = Ptx + Made.Added;
  ptx::Module Syntax = ptx::parse(Whole);
  if (!Syntax.Errors.empty())
    return createStringError(
        Name + ": the twins are no valid PTX: " + Syntax.Errors[0].str());
  LLVMContext Context;
  auto M = ptx::lift(Syntax, Name, Context);
  auto Code = emulator::Program::load(*M, {.FromPtx = true});
  if (!Code)
    return Code.takeError();
  S->Code = std::move(*Code);
  return std::move(S);
}

Expected<std::unique_ptr<Subject>> Subject::open(llvm::Module &M,
                                                 const std::string &Name,
                                                 const PlanOptions &Options) {
  auto S = std::make_unique<Subject>();
  S->Twins = addTwins(M, Options);
  std::string Broken;
  raw_string_ostream Stream(Broken);
  if (verifyModule(M, &Stream))
    return createStringError(Name + ": the twins are no valid IR: " + Broken);
  for (Twin &T : S->Twins)
    T.Code = nullptr;
  auto Code = emulator::Program::load(M);
  if (!Code)
    return Code.takeError();
  S->Code = std::move(*Code);
  return std::move(S);
}

Expected<std::unique_ptr<Subject>>
Subject::open(const std::string &Path, const std::vector<std::string> &Flags,
              const PlanOptions &Options, Maker By) {
  if (By == Maker::NvccPtx) {
    auto Text = compileWithNvcc(Path, Flags);
    return Text ? openPtx(*Text, Path, Options) : Text.takeError();
  }
  auto Bitcode = compileCuda(Path, Flags, nullptr, "-O2");
  if (!Bitcode)
    return Bitcode.takeError();
  LLVMContext Context;
  auto M = parseBitcodeFile((*Bitcode)->getMemBufferRef(), Context);
  if (!M)
    return M.takeError();
  if (By == Maker::ClangPtx) {
    auto Text = generate(**M);
    return Text ? openPtx(*Text, Path, Options) : Text.takeError();
  }
  return open(**M, Path, Options);
}

Expected<const Twin *> Subject::find(const std::string &Name) const {
  Module Names;
  for (const Twin &T : Twins) {
    Kernel &K = Names.Kernels.emplace_back();
    K.Name = T.Plan.Kernel;
    K.Demangled = demangle(T.Plan.Kernel);
  }
  auto K = findKernel(Names, Name);
  if (!K)
    return K.takeError();
  return &Twins[static_cast<size_t>(*K - Names.Kernels.data())];
}

} // namespace reprise::checkpoints
