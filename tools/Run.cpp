//===- Run.cpp - Start a program with its launches checked --------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Sets the environment that libreprise_cuda.so reads and becomes the program,
// so that its exit status, its signals and its process number are its own.
//
//===----------------------------------------------------------------------===//

#include "Commands.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <link.h>
#include <unistd.h>

using namespace llvm;

namespace reprise {

namespace {

/// ../lib from the command, as in the build folder and when installed.
std::string libraryFolder() {
  std::string Own = sys::fs::getMainExecutable(
      nullptr, reinterpret_cast<void *>(&libraryFolder));
  SmallString<256> Folder(sys::path::parent_path(sys::path::parent_path(Own)));
  sys::path::append(Folder, "lib");
  return Folder.str().str();
}

std::string absolute(const std::string &Path) {
  SmallString<256> Full(Path);
  if (sys::fs::make_absolute(Full))
    return Path; // There is no current folder.
  return Full.str().str();
}

/// The driver that a program would get, or empty.
std::string findDriver() {
  void *Handle = dlopen("libcuda.so.1", RTLD_LAZY | RTLD_LOCAL);
  link_map *Map = nullptr;
  if (!Handle ||
      dlinfo(Handle, RTLD_DI_LINKMAP, static_cast<void *>(&Map)) != 0 || !Map)
    return "";
  return absolute(Map->l_name);
}

void prepend(const char *Variable, const std::string &Value, char Separator) {
  const char *Before = std::getenv(Variable);
  std::string All = Value;
  if (Before && *Before)
    All += Separator + std::string(Before);
  setenv(Variable, All.c_str(), /*overwrite=*/1);
}

void set(const char *Variable, const std::string &Value) {
  if (Value.empty())
    unsetenv(Variable);
  else
    setenv(Variable, Value.c_str(), /*overwrite=*/1);
}

Error failure(const Twine &What) {
  return createStringError(std::make_error_code(std::errc::invalid_argument),
                           What);
}

Error setDriver(const RunRequest &Request, const std::string &Libraries) {
  if (Request.Emulated) {
    const std::string Folder = Libraries + "/reprise/emulated";
    const std::string Driver = Folder + "/libcuda.so.1";
    if (!sys::fs::exists(Driver))
      return failure("there is no emulated driver at " + Driver +
                     "; build Reprise with a CUDA toolkit");
    set("REPRISE_REAL_LIBCUDA", Driver);
    prepend("LD_LIBRARY_PATH", Folder, ':');
    return Error::success();
  }
  if (const char *Given = std::getenv("REPRISE_REAL_LIBCUDA"); Given && *Given)
    return Error::success();
  std::string Driver = findDriver();
  if (Driver.empty())
    return failure("there is no CUDA driver (libcuda.so.1) on this machine; "
                   "--emulated runs programs on the CPU");
  set("REPRISE_REAL_LIBCUDA", Driver);
  return Error::success();
}

Error setUp(const RunRequest &Request) {
  const std::string Libraries = libraryFolder();
  const std::string Interposer = Libraries + "/libreprise_cuda.so";
  if (!sys::fs::exists(Interposer))
    return failure("there is no " + Interposer +
                   "; build Reprise with a CUDA toolkit");
  if (Error E = setDriver(Request, Libraries))
    return E;
  std::string Databases;
  for (const std::string &File : Request.Databases) {
    if (!sys::fs::exists(File))
      return failure(File + ": there is no such file; 'reprise audit --db' "
                            "makes one");
    if (File.find(':') != std::string::npos)
      return failure(File + ": the name of a database must not contain ':'");
    Databases += (Databases.empty() ? "" : ":") + absolute(File);
  }
  set("REPRISE_MODE", Request.Mode);
  set("REPRISE_DB", Databases);
  set("REPRISE_POLICY", Request.Policy);
  set("REPRISE_FORMAT", Request.Json ? "json" : "text");
  set("REPRISE_OUTPUT", Request.Output.empty() ? "" : absolute(Request.Output));
  set("REPRISE_LOG", absolute(Request.Log));
  set("REPRISE_OTHER_PTX", Request.OtherPtx ? "1" : "");
  set("REPRISE_WINDOW", Request.Window ? std::to_string(Request.Window) : "");
  set("REPRISE_PID", std::to_string(getpid()));
  set("REPRISE_AUDITOR",
      Request.AutoAudit ? sys::fs::getMainExecutable(
                              nullptr, reinterpret_cast<void *>(&libraryFolder))
                        : "");
  if (Request.Shim)
    prepend("LD_LIBRARY_PATH", Libraries + "/reprise/shim", ':');
  else
    prepend("LD_PRELOAD", Interposer, ':');
  return Error::success();
}

} // namespace

int runProgram(const RunRequest &Request) {
  if (Request.Command.empty())
    return reportError(failure(
        "name a program, like: reprise run --mode observe -- ./app arguments"));
  auto Program = sys::findProgramByName(Request.Command[0]);
  if (!Program)
    return reportError(
        failure(Request.Command[0] + ": " + Program.getError().message()));
  if (Error E = setUp(Request))
    return reportError(std::move(E));
  std::vector<char *> Arguments;
  Arguments.reserve(Request.Command.size() + 1);
  for (const std::string &Part : Request.Command)
    Arguments.push_back(const_cast<char *>(Part.c_str()));
  Arguments.push_back(nullptr);
  execv(Program->c_str(), Arguments.data());
  return reportError(failure(*Program + ": " + std::strerror(errno)));
}

} // namespace reprise
