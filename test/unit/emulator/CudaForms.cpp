//===- CudaForms.cpp - One CUDA source in the forms that kernels come in --===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CudaForms.h"
#include "CudaCompile.h"
#include "ptx/Lift.h"
#include "ptx/Parser.h"

#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Program.h"

using namespace llvm;

namespace reprise::emulator {

const char *nameOf(Form F) {
  return F == Form::ClangIr    ? "ClangIr"
         : F == Form::ClangPtx ? "ClangPtx"
                               : "NvccPtx";
}

bool isAvailable(Form F) {
  const std::string Toolkit = REPRISE_CUDA_PATH;
  if (F == Form::NvccPtx)
    return *REPRISE_NVCC != '\0';
  return !Toolkit.empty();
}

std::vector<Form> availableForms() {
  std::vector<Form> Result;
  for (Form F : {Form::ClangIr, Form::ClangPtx, Form::NvccPtx})
    if (isAvailable(F))
      Result.push_back(F);
  return Result;
}

Expected<std::string> makePtx(const std::string &Path, Form F,
                              const char *Architecture) {
  SmallString<128> Output;
  if (std::error_code E =
          sys::fs::createTemporaryFile("emulator", "ptx", Output))
    return createStringError(E, "cannot make a temporary file");
  FileRemover Cleanup(Output);
  std::vector<std::string> Args;
  if (F == Form::NvccPtx)
    Args = {REPRISE_NVCC, "-ptx", std::string("-arch=") + Architecture,
            "-fmad=false", "-lineinfo"};
  else
    Args = {REPRISE_CLANGXX,
            std::string("--config=") + REPRISE_CUDA_CONFIG,
            "-Wno-unknown-cuda-version",
            "-x",
            "cuda",
            "--cuda-device-only",
            "-S",
            "-O2",
            "-ffp-contract=off",
            std::string("--cuda-gpu-arch=") + Architecture,
            std::string("--cuda-path=") + REPRISE_CUDA_PATH,
            "-isystem",
            std::string(REPRISE_CUDA_PATH) + "/include/cccl"};
  Args.insert(Args.end(), {"-o", Output.str().str(), Path});
  std::vector<StringRef> Refs(Args.begin(), Args.end());
  if (sys::ExecuteAndWait(Args[0], Refs) != 0)
    return createStringError("%s does not compile %s", Args[0].c_str(),
                             Path.c_str());
  auto Buffer = MemoryBuffer::getFile(Output);
  if (!Buffer)
    return createStringError(Buffer.getError(), "cannot read the PTX");
  return (*Buffer)->getBuffer().str();
}

Expected<std::unique_ptr<Program>> loadPtx(const std::string &Text,
                                           const std::string &Name) {
  LLVMContext Context;
  ptx::Module Syntax = ptx::parse(Text);
  auto M = ptx::lift(Syntax, Name, Context);
  return Program::load(*M, {.FromPtx = true});
}

Expected<std::unique_ptr<Program>> loadCuda(const std::string &Path, Form F,
                                            const char *Architecture) {
  if (F != Form::ClangIr) {
    auto Text = makePtx(Path, F, Architecture);
    if (!Text)
      return Text.takeError();
    return loadPtx(*Text, Path);
  }
  auto Bitcode =
      compileCuda(Path, {"-ffp-contract=off",
                         std::string("--cuda-gpu-arch=") + Architecture});
  if (!Bitcode)
    return Bitcode.takeError();
  LLVMContext Context;
  auto M = parseBitcodeFile((*Bitcode)->getMemBufferRef(), Context);
  if (!M)
    return M.takeError();
  return Program::load(**M);
}

} // namespace reprise::emulator
