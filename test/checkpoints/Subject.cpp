//===- Subject.cpp - A CUDA file's kernels with their twins ---------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Subject.h"
#include "CudaCompile.h"
#include "Input.h"

#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/Demangle/Demangle.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace reprise::checkpoints {

Expected<std::unique_ptr<Subject>>
Subject::open(const std::string &Path,
              const std::vector<std::string> &ClangFlags,
              const PlanOptions &Options) {
  auto Bitcode = compileCuda(Path, ClangFlags, nullptr, "-O2");
  if (!Bitcode)
    return Bitcode.takeError();
  LLVMContext Context;
  auto M = parseBitcodeFile((*Bitcode)->getMemBufferRef(), Context);
  if (!M)
    return M.takeError();
  auto S = std::make_unique<Subject>();
  S->Twins = addTwins(**M, Options);
  std::string Broken;
  raw_string_ostream Stream(Broken);
  if (verifyModule(**M, &Stream))
    return createStringError(Path + ": the twins are no valid IR: " + Broken);
  for (Twin &T : S->Twins)
    T.Code = nullptr;
  auto Code = emulator::Program::load(**M);
  if (!Code)
    return Code.takeError();
  S->Code = std::move(*Code);
  return std::move(S);
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
