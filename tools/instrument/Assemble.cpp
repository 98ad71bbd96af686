//===- Assemble.cpp - Machine code of PTX, as an entry of a fatbin --------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Assemble.h"
#include "CudaCompile.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace reprise {

/// Says nothing where all went well, warnings of old code included.
static Error run(const std::vector<std::string> &Command) {
  std::vector<StringRef> Args(Command.begin(), Command.end());
  SmallString<128> Log;
  if (sys::fs::createTemporaryFile("reprise", "log", Log))
    return createStringError(std::errc::io_error,
                             "cannot make a temporary file");
  FileRemover Clean(Log);
  std::string Message;
  std::optional<StringRef> Redirects[] = {std::nullopt, Log.str(), Log.str()};
  int Status = sys::ExecuteAndWait(Args[0], Args, std::nullopt, Redirects, 0, 0,
                                   &Message);
  if (!Status)
    return Error::success();
  if (auto Text = MemoryBuffer::getFile(Log))
    Message += (*Text)->getBuffer().rtrim().str();
  return createStringError(std::errc::invalid_argument,
                           "%s ends with status %d: %s", Args[0].str().c_str(),
                           Status, Message.c_str());
}

/// An option that changes code and names no file.
static bool isPassedOn(StringRef Option) {
  constexpr StringLiteral Known[] = {
      "--register-usage-level=", "--maxrregcount=", "--opt-level=", "--fmad=",
      "-O"};
  return any_of(Known, [&](StringRef K) { return Option.starts_with(K); }) ||
         Option == "--generate-line-info" || Option == "-lineinfo";
}

Expected<std::string> assemble(StringRef Text, Arch Target, StringRef Options) {
  std::string Toolkit = findToolkit();
  if (Toolkit.empty())
    return createStringError(
        std::errc::no_such_file_or_directory,
        "--arch needs ptxas and fatbinary, and no CUDA toolkit was found; set "
        "CUDA_PATH or put nvcc on PATH");
  SmallString<128> Ptx, Cubin, Fatbin;
  if (sys::fs::createTemporaryFile("reprise", "ptx", Ptx) ||
      sys::fs::createTemporaryFile("reprise", "cubin", Cubin) ||
      sys::fs::createTemporaryFile("reprise", "fatbin", Fatbin))
    return createStringError(std::errc::io_error,
                             "cannot make a temporary file");
  FileRemover CleanPtx(Ptx), CleanCubin(Cubin), CleanFatbin(Fatbin);
  std::error_code Failed;
  raw_fd_ostream OS(Ptx, Failed);
  if (!Failed) {
    OS << Text;
    OS.close();
    Failed = OS.error();
  }
  if (Failed)
    return createStringError(Failed, "cannot write a temporary file");
  std::vector<std::string> Command = {Toolkit + "/bin/ptxas",
                                      "-arch=" + Target.str()};
  SmallVector<StringRef, 8> Words;
  Options.split(Words, ' ', -1, /*KeepEmpty=*/false);
  for (StringRef Word : Words)
    if (isPassedOn(Word))
      Command.push_back(Word.str());
  Command.insert(Command.end(), {Ptx.str().str(), "-o", Cubin.str().str()});
  if (Error E = run(Command))
    return std::move(E);
  if (Error E = run({Toolkit + "/bin/fatbinary", "-64",
                     "--create=" + Fatbin.str().str(),
                     "--image3=kind=elf,sm=" + Target.str().substr(3) +
                         ",file=" + Cubin.str().str()}))
    return std::move(E);
  auto Made = MemoryBuffer::getFile(Fatbin);
  if (!Made)
    return createStringError(Made.getError(),
                             "cannot read what fatbinary made");
  return (*Made)->getBuffer().str();
}

} // namespace reprise
