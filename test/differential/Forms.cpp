//===- Forms.cpp - One file of kernels, compiled --------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Forms.h"
#include "Analyzer.h"
#include "Json.h"
#include "Kernel.h"
#include "ptx/AnalyzePtx.h"
#include "ptx/Lift.h"
#include "ptx/Parser.h"

#include "llvm/Analysis/ValueTracking.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Transforms/Utils/Cloning.h"

using namespace llvm;

namespace reprise::differential {

const char *nameOf(Form F) {
  static constexpr const char *Names[] = {"source", "ptx", "nvcc", "optimized"};
  return Names[static_cast<unsigned>(F)];
}

bool isAvailable(Form F) { return F != Form::Nvcc || *REPRISE_NVCC != '\0'; }

static std::vector<std::string> command(Form F) {
  if (F == Form::Nvcc)
    return {REPRISE_NVCC, "-w", "-ptx", "-arch=sm_80"};
  std::vector<std::string> Args = {
      REPRISE_CLANGXX, "-w", "-x", "cuda", "--cuda-device-only", "-nocudainc",
      "-nocudalib", "--cuda-gpu-arch=sm_80",
      // Also where no toolkit tells what PTX there is.
      "--cuda-feature=+ptx78",
      // What kernels do on a wrap is what the machine does: both sides see it.
      "-fwrapv"};
  if (F == Form::Source)
    Args.insert(Args.end(),
                {"-emit-llvm", "-c", "-g", "-O0", "-fno-discard-value-names"});
  else if (F == Form::Optimized)
    Args.insert(Args.end(), {"-emit-llvm", "-c", "-O2"});
  else
    Args.insert(Args.end(), {"-S", "-O2"});
  return Args;
}

static Expected<std::unique_ptr<MemoryBuffer>> compileFile(StringRef Cuda,
                                                           Form F) {
  SmallString<128> Input, Output;
  if (sys::fs::createTemporaryFile("differential", "cu", Input) ||
      sys::fs::createTemporaryFile("differential", "out", Output))
    return createStringError("cannot make a temporary file");
  FileRemover CleanInput(Input), CleanOutput(Output);
  {
    std::error_code E;
    raw_fd_ostream OS(Input, E);
    OS << prelude(F == Form::Nvcc) << Cuda;
    OS.close();
    if (E || OS.has_error())
      return createStringError("cannot write a temporary file");
  }
  std::vector<std::string> Args = command(F);
  Args.insert(Args.end(), {"-o", Output.str().str(), Input.str().str()});
  std::vector<StringRef> Refs(Args.begin(), Args.end());
  std::string Message;
  if (sys::ExecuteAndWait(Args[0], Refs, std::nullopt, {}, 0, 0, &Message))
    return createStringError("%s does not compile the kernels %s",
                             Args[0].c_str(), Message.c_str());
  auto Buffer = MemoryBuffer::getFile(Output);
  if (!Buffer)
    return createStringError("cannot read what %s made", Args[0].c_str());
  return std::move(*Buffer);
}

/// M, in which every read happens, used or not: the optimiser of the emulator
/// may not remove one that the analysis counts.
static std::unique_ptr<llvm::Module> withAllReads(const llvm::Module &M) {
  auto Copy = CloneModule(M);
  for (Function &F : *Copy)
    for (Instruction &I : instructions(F)) {
      if (auto *L = dyn_cast<LoadInst>(&I)) {
        if (!isa<AllocaInst>(getUnderlyingObject(L->getPointerOperand())))
          L->setVolatile(true);
      } else if (auto *T = dyn_cast<MemTransferInst>(&I)) {
        if (!isa<AllocaInst>(getUnderlyingObject(T->getRawSource())))
          T->setVolatile(ConstantInt::getTrue(T->getContext()));
      }
    }
  return Copy;
}

Expected<std::unique_ptr<llvm::Module>>
compileToIr(const std::string &Cuda, Form F, LLVMContext &Context) {
  auto Buffer = compileFile(Cuda, F);
  if (!Buffer)
    return Buffer.takeError();
  return parseBitcodeFile((*Buffer)->getMemBufferRef(), Context);
}

Expected<Compiled> compile(const std::string &Cuda, Form F) {
  auto Buffer = compileFile(Cuda, F);
  if (!Buffer)
    return Buffer.takeError();
  Compiled C;
  C.Context = std::make_unique<LLVMContext>();
  if (F == Form::Source || F == Form::Optimized) {
    auto M = parseBitcodeFile((*Buffer)->getMemBufferRef(), *C.Context);
    if (!M)
      return M.takeError();
    C.M = std::move(*M);
  } else {
    C.Ptx = (*Buffer)->getBuffer().str();
    ptx::Module Syntax = ptx::parse(C.Ptx);
    C.M = ptx::lift(Syntax, "kernels", *C.Context);
  }
  auto P =
      emulator::Program::load(*withAllReads(*C.M), {.FromPtx = !C.Ptx.empty()});
  if (!P)
    return P.takeError();
  C.Program = std::move(*P);
  return C;
}

std::string Compiled::analyze(unsigned SolverLimit) const {
  AnalyzerOptions O;
  O.SolverLimit = SolverLimit;
  return writeJson(Ptx.empty() ? analyzeModule(*M, O)
                               : analyzePtx(Ptx, "kernels", O));
}

} // namespace reprise::differential
