//===- CudaCompile.cpp - CUDA source to device bitcode --------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CudaCompile.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Program.h"

#include <cerrno> // program_invocation_name

using namespace llvm;

namespace reprise {

static bool isToolkit(const Twine &Folder) {
  return sys::fs::exists(Folder + "/include/cuda.h") &&
         sys::fs::exists(Folder + "/nvvm/libdevice");
}

/// The toolkit as users have it; empty when there is none.
std::string findToolkit() {
  if (auto Given = sys::Process::GetEnv("CUDA_PATH"))
    if (isToolkit(*Given))
      return *Given;
  if (auto Nvcc = sys::findProgramByName("nvcc")) {
    SmallString<256> Real;
    if (!sys::fs::real_path(*Nvcc, Real)) {
      sys::path::remove_filename(Real);
      sys::path::remove_filename(Real);
      if (isToolkit(Real))
        return Real.str().str();
    }
  }
  for (const char *Known : {"/usr/local/cuda", REPRISE_CUDA_PATH})
    if (*Known && isToolkit(Known))
      return Known;
  return "";
}

/// <prefix>/lib/reprise/cuda beside <prefix>/bin/reprise.
static std::string compatibilityFolder() {
  // By its name where /proc, which LLVM asks first, is not there.
  SmallString<256> Folder(
      sys::fs::getMainExecutable(program_invocation_name, nullptr));
  sys::path::remove_filename(Folder);
  sys::path::remove_filename(Folder);
  sys::path::append(Folder, "lib", "reprise", "cuda");
  return Folder.str().str();
}

static Expected<std::string> findClang() {
  std::string Wanted = REPRISE_CLANGXX;
  if (auto Given = sys::Process::GetEnv("REPRISE_CLANG"))
    Wanted = *Given;
  for (const std::string &Name : {Wanted, std::string("clang++-19")})
    if (auto Program = sys::findProgramByName(Name))
      return *Program;
  return createStringError(
      std::errc::no_such_file_or_directory,
      "clang++ 19 was not found (looked for '%s'); install it with "
      "`apt-get install clang-19` or set REPRISE_CLANG",
      Wanted.c_str());
}

Expected<std::unique_ptr<MemoryBuffer>>
compileCuda(const std::string &Path, const std::vector<std::string> &Flags,
            std::string *Messages, const char *Level) {
  auto Has = [&](StringRef Prefix) {
    return any_of(Flags, [&](const std::string &F) {
      return StringRef(F).starts_with(Prefix);
    });
  };
  auto Clang = findClang();
  if (!Clang)
    return Clang.takeError();
  SmallString<256> Output;
  if (std::error_code E = sys::fs::createTemporaryFile("reprise", "bc", Output))
    return createStringError(E, "cannot make a temporary file");
  FileRemover Cleanup(Output);
  SmallString<256> Log;
  FileRemover LogCleanup;
  if (Messages) {
    if (std::error_code E = sys::fs::createTemporaryFile("reprise", "log", Log))
      return createStringError(E, "cannot make a temporary file");
    LogCleanup.setFile(Log);
  }

  std::vector<std::string> Args = {*Clang,
                                   "--config=" + compatibilityFolder() +
                                       "/clang.cfg",
                                   "-Wno-unknown-cuda-version",
                                   "-x",
                                   "cuda",
                                   "--cuda-device-only",
                                   "-emit-llvm",
                                   "-c",
                                   "-fno-discard-value-names"};
  if (Messages && sys::Process::StandardErrHasColors())
    Args.push_back("-fcolor-diagnostics");
  if (!Has("-g"))
    Args.push_back("-g"); // Names of variables; clang keeps them at -O0 only.
  if (!Has("--cuda-path")) {
    std::string Toolkit = findToolkit();
    if (Toolkit.empty())
      return createStringError(
          std::errc::no_such_file_or_directory,
          "no CUDA toolkit was found; set CUDA_PATH, put nvcc on PATH, or pass "
          "`-- --cuda-path=FOLDER`");
    Args.push_back("--cuda-path=" + Toolkit);
    // Before /usr/local/include, where another toolkit may have its headers.
    Args.insert(Args.end(), {"-isystem", Toolkit + "/include"});
    // Thrust, CUB and libcu++ moved here with CUDA 13; nvcc adds it itself.
    if (sys::fs::exists(Toolkit + "/include/cccl"))
      Args.insert(Args.end(), {"-isystem", Toolkit + "/include/cccl"});
  }
  if (!Has("--cuda-gpu-arch") && !Has("--offload-arch"))
    Args.push_back("--cuda-gpu-arch=sm_80");
  Args.insert(Args.end(), Flags.begin(), Flags.end());
  // The analysis wants the source's form, whatever -O the user's build has.
  Args.insert(Args.end(), {Level, "-o", Output.str().str(), Path});

  std::vector<StringRef> Refs(Args.begin(), Args.end());
  std::string Message;
  std::optional<StringRef> Redirects[3];
  if (Messages)
    Redirects[2] = Log.str();
  int Status = sys::ExecuteAndWait(*Clang, Refs, std::nullopt, Redirects, 0, 0,
                                   &Message);
  if (Messages)
    if (auto Text = MemoryBuffer::getFile(Log))
      *Messages = (*Text)->getBuffer().str();
  if (Status != 0)
    return createStringError(
        std::errc::invalid_argument,
        "%s does not compile with clang 19%s%s; flags for it go behind `--`",
        Path.c_str(), Message.empty() ? "" : ": ", Message.c_str());
  auto Buffer = MemoryBuffer::getFile(Output);
  if (!Buffer)
    return createStringError(Buffer.getError(), "cannot read clang's output");
  return std::move(*Buffer);
}

} // namespace reprise
