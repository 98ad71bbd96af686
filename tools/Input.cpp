//===- Input.cpp - From a file to summaries -------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Input.h"
#include "CudaCompile.h"
#include "Embedded.h"
#include "Json.h"
#include "Progress.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/BinaryFormat/Magic.h"
#include "llvm/Demangle/Demangle.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/IRReader/IRReader.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/TargetParser/Triple.h"

#include <set>

using namespace llvm;

namespace reprise {

template <typename... Parts> static Error failure(const Parts &...P) {
  std::string Text;
  raw_string_ostream OS(Text);
  (OS << ... << P);
  return createStringError(std::make_error_code(std::errc::invalid_argument),
                           Text);
}

static Expected<Module> analyzeIr(MemoryBufferRef Buffer, StringRef Path,
                                  const InputOptions &Options) {
  LLVMContext Context;
  SMDiagnostic Diagnostic;
  std::unique_ptr<llvm::Module> M = parseIR(Buffer, Diagnostic, Context);
  if (!M) {
    std::string Text;
    raw_string_ostream OS(Text);
    Diagnostic.print(nullptr, OS, /*ShowColors=*/false);
    return failure(Path, " is not valid LLVM IR:\n", StringRef(Text).rtrim());
  }
  Triple Target(M->getTargetTriple());
  if (!Target.isNVPTX())
    return failure(Path, " is IR for '", M->getTargetTriple(),
                   "', not for an NVIDIA GPU; make it with clang++ "
                   "--cuda-device-only -emit-llvm");
  Progress Report("analysing " + Path.str());
  return analyzeModule(*M, Options.Analysis);
}

static Expected<Module> readSummary(StringRef Text, StringRef Path) {
  Module M;
  std::string Message;
  if (readJson(std::string_view(Text.data(), Text.size()), M, Message) !=
      REPRISE_OK)
    return failure(Path, ": ", Message);
  for (Kernel &K : M.Kernels) // The format leaves it optional.
    if (K.Demangled.empty())
      K.Demangled = demangle(K.Name);
  return M;
}

static Expected<Module> readEmbedded(MemoryBufferRef Buffer, StringRef Path) {
  auto Texts = embeddedSummaries(Buffer);
  if (!Texts)
    return failure(Path, ": ", toString(Texts.takeError()));
  if (Texts->empty())
    return failure(Path, " holds no Reprise summaries; compile its device code "
                         "with the pass plugin, or audit its source");
  Module All;
  for (const std::string &Text : *Texts) {
    auto M = readSummary(Text, Path);
    if (!M)
      return M.takeError();
    if (All.Producer.empty()) {
      All.Producer = M->Producer;
      All.Source = M->Source;
      All.Target = M->Target;
    }
    concatenate(All, std::move(*M));
  }
  return All;
}

Expected<Module> loadInput(const std::string &Path,
                           const InputOptions &Options) {
  if (sys::fs::is_directory(Path))
    return failure(Path, " is a folder; name the files in it");
  auto File = MemoryBuffer::getFile(Path, /*IsText=*/false,
                                    /*RequiresNullTerminator=*/true);
  if (!File)
    return failure("cannot read ", Path, ": ", File.getError().message());
  MemoryBufferRef Buffer = (*File)->getMemBufferRef();
  StringRef Text = Buffer.getBuffer();
  StringRef Extension = sys::path::extension(Path);

  if (Extension == ".cu" || Extension == ".cuh") {
    auto Bitcode = compileCuda(Path, Options.ClangFlags);
    if (!Bitcode)
      return Bitcode.takeError();
    return analyzeIr((*Bitcode)->getMemBufferRef(), Path, Options);
  }
  if (Extension == ".json" || Text.ltrim().starts_with("{"))
    return readSummary(Text, Path);
  if (Extension == ".ll" || identify_magic(Text) == file_magic::bitcode)
    return analyzeIr(Buffer, Path, Options);
  if (mayHoldEmbedded(Buffer))
    return readEmbedded(Buffer, Path);
  return failure("what ", Path,
                 " is cannot be told; inputs are CUDA source (.cu), LLVM IR "
                 "(.ll, .bc), a summary (.json) or a program that was built "
                 "with the plugin");
}

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

/// The demangled name without return type, template result or parameters.
std::string shortName(const Kernel &K) {
  StringRef Name = K.Demangled;
  unsigned Angles = 0;
  size_t End = Name.size();
  for (size_t I = 0; I < Name.size(); ++I) {
    if (Name[I] == '<')
      ++Angles;
    else if (Name[I] == '>' && Angles)
      --Angles;
    else if (Name[I] == '(' && !Angles &&
             !Name.substr(I).starts_with("(anonymous namespace)")) {
      End = I;
      break;
    }
  }
  Name = Name.take_front(End);
  // "void reduce<float>": templates are printed with their result.
  Angles = 0;
  for (size_t I = Name.size(); I-- > 0;) {
    if (Name[I] == '>')
      ++Angles;
    else if (Name[I] == '<' && Angles)
      --Angles;
    else if (Name[I] == ' ' && !Angles &&
             !Name.take_front(I).ends_with("(anonymous"))
      return Name.substr(I + 1).str();
  }
  return Name.str();
}

/// True when Name may stand for K.
static bool mayMean(const Kernel &K, StringRef Name) {
  return StringRef(K.Name).starts_with(Name) ||
         StringRef(K.Demangled).starts_with(Name) ||
         StringRef(shortName(K)).starts_with(Name);
}

Expected<Kernel> loadKernel(const std::string &Path, const std::string &Name,
                            InputOptions Options) {
  Options.Analysis.Filter = [&](const std::string &Mangled) {
    Kernel K;
    K.Name = Mangled;
    K.Demangled = demangle(Mangled);
    return mayMean(K, Name);
  };
  auto M = loadInput(Path, Options);
  if (!M)
    return M.takeError();
  if (M->Kernels.empty()) {
    // Nothing matches: list what there is.
    Options.Analysis.Filter = nullptr;
    M = loadInput(Path, Options);
    if (!M)
      return M.takeError();
  }
  auto K = findKernel(*M, Name);
  if (!K)
    return K.takeError();
  return **K;
}

Expected<const Kernel *> findKernel(const Module &M, const std::string &Name) {
  std::vector<const Kernel *> Exact, Prefix;
  for (const Kernel &K : M.Kernels) {
    if (K.Name == Name)
      return &K;
    if (K.Demangled == Name || shortName(K) == Name)
      Exact.push_back(&K);
    else if (mayMean(K, Name))
      Prefix.push_back(&K);
  }
  const auto &Found = Exact.empty() ? Prefix : Exact;
  if (Found.size() == 1)
    return Found.front();
  std::string List;
  auto Candidates = [&](auto &&Range) {
    for (const Kernel *K : Range)
      List += "\n  " + K->Demangled + "  " + K->Name;
  };
  if (!Found.empty()) {
    Candidates(Found);
    return failure("kernel name '", Name, "' is ambiguous:", List);
  }
  for (const Kernel &K : M.Kernels)
    List += "\n  " + K.Demangled + "  " + K.Name;
  if (M.Kernels.empty())
    return failure("there is no kernel in the input");
  return failure("there is no kernel '", Name, "'; there are:", List);
}

} // namespace reprise
