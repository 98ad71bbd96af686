//===- SourceTree.cpp - The inputs below a folder -------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SourceTree.h"
#include "Container.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <deque>
#include <set>

using namespace llvm;

namespace reprise {

namespace {

/// The path without "." and "..", so that two ways to one file compare equal.
std::string plain(const Twine &Path) {
  SmallString<256> Text;
  Path.toVector(Text);
  if (sys::fs::make_absolute(Text)) // There is no current folder.
    return Text.str().str();
  sys::path::remove_dots(Text, /*remove_dot_dot=*/true);
  return Text.str().str();
}

bool isCuda(StringRef Path) {
  StringRef E = sys::path::extension(Path);
  return E == ".cu" || E == ".cuh";
}

bool mayInclude(StringRef Path) {
  static const StringSet<> Endings = {".cu", ".cuh", ".h",  ".hpp",
                                      ".hh", ".inl", ".inc"};
  return Endings.contains(sys::path::extension(Path));
}

std::string textOf(StringRef Path) {
  auto File = MemoryBuffer::getFile(Path, /*IsText=*/true);
  return File ? (*File)->getBuffer().str() : ""; // Clang tells what is wrong.
}

/// The name in `#include "NAME"` or `#include <NAME>`; empty for other lines.
StringRef includedBy(StringRef Line) {
  Line = Line.ltrim();
  if (!Line.consume_front("#"))
    return "";
  Line = Line.ltrim();
  if (!Line.consume_front("include"))
    return "";
  Line = Line.ltrim();
  if (Line.consume_front("\""))
    return Line.take_until([](char C) { return C == '"'; });
  if (Line.consume_front("<"))
    return Line.take_until([](char C) { return C == '>'; });
  return "";
}

bool holdsDeviceCode(const std::string &Path) {
  struct Any : ImageVisitor {
    bool Found = false;
    void image(const Image &) override { Found = true; }
    void problem(const Problem &) override {}
  } Visitor;
  auto File = openInput(Path);
  if (!File) {
    consumeError(File.takeError());
    return false;
  }
  if (!isContainer((*File)->getBuffer()))
    return false;
  consumeError(visitImages((*File)->getMemBufferRef(), Visitor));
  return Visitor.Found;
}

/// All files below Folder, in no order.
Error listFiles(const std::string &Folder, std::vector<std::string> &Files) {
  std::deque<std::string> Todo = {Folder};
  while (!Todo.empty()) {
    std::string Current = std::move(Todo.front());
    Todo.pop_front();
    std::error_code EC;
    for (sys::fs::directory_iterator It(Current, EC, /*follow_symlinks=*/false),
         End;
         It != End && !EC; It.increment(EC)) {
      if (sys::path::filename(It->path()).starts_with("."))
        continue;
      if (It->type() == sys::fs::file_type::directory_file)
        Todo.push_back(It->path());
      else if (sys::fs::is_regular_file(It->path())) // Or a link to one.
        Files.push_back(It->path());
    }
    if (EC)
      return createStringError(EC, "cannot read the folder %s: %s",
                               Current.c_str(), EC.message().c_str());
  }
  return Error::success();
}

/// The files that others include, by their plain paths.
std::set<std::string> includedFiles(ArrayRef<std::string> Files,
                                    ArrayRef<std::string> Paths) {
  std::set<std::string> Included;
  for (const std::string &File : Files) {
    if (!mayInclude(File))
      continue;
    std::string Text = textOf(File);
    SmallVector<StringRef> Lines;
    StringRef(Text).split(Lines, '\n');
    for (StringRef Line : Lines) {
      StringRef Name = includedBy(Line);
      if (!isCuda(Name))
        continue;
      std::vector<std::string> Flags = includeFlags(File, Paths);
      for (size_t I = 1; I < Flags.size(); I += 2) {
        std::string Found = plain(Flags[I] + "/" + Name);
        if (!sys::fs::exists(Found))
          continue;
        if (Found != plain(File))
          Included.insert(Found);
        break;
      }
    }
  }
  return Included;
}

} // namespace

std::vector<std::string> includeFlags(StringRef File,
                                      ArrayRef<std::string> Paths) {
  std::string Top;
  for (const std::string &P : Paths) {
    std::string Candidate = plain(P);
    if (StringRef(plain(File)).starts_with(Candidate + "/") &&
        Candidate.size() > Top.size())
      Top = Candidate;
  }
  std::vector<std::string> Flags;
  std::string Folder = sys::path::parent_path(plain(File)).str();
  for (;;) {
    Flags.insert(Flags.end(), {"-idirafter", Folder});
    if (Top.empty() || Folder.size() <= Top.size())
      return Flags;
    Folder = sys::path::parent_path(Folder).str();
  }
}

Expected<SourceTree> findInputs(ArrayRef<std::string> Paths, bool Binaries) {
  SourceTree Tree;
  std::vector<std::string> Files;
  std::set<std::string> Named; // By the user: inputs whatever they are.
  for (const std::string &P : Paths) {
    if (!sys::fs::is_directory(P)) {
      Named.insert(P);
      Files.push_back(P);
    } else if (Error E = listFiles(P, Files)) {
      return std::move(E);
    }
  }
  sort(Files);
  Files.erase(llvm::unique(Files), Files.end());
  std::set<std::string> Included = includedFiles(Files, Paths);
  for (const std::string &File : Files) {
    if (Named.count(File)) {
      Tree.Inputs.push_back(File);
      continue;
    }
    StringRef Extension = sys::path::extension(File);
    bool Defines =
        isCuda(File) && StringRef(textOf(File)).contains("__global__");
    bool IsPart = isCuda(File) && Included.count(plain(File));
    if (IsPart) {
      if (Defines)
        Tree.Parts.push_back(File);
    } else if (Extension == ".cu" || Extension == ".ptx" || Defines ||
               (Binaries && !mayInclude(File) && holdsDeviceCode(File))) {
      Tree.Inputs.push_back(File);
    }
  }
  if (Tree.Inputs.empty() && !Tree.Parts.empty()) // They include each other.
    std::swap(Tree.Inputs, Tree.Parts);
  if (Tree.Inputs.empty())
    return createStringError(
        std::errc::no_such_file_or_directory,
        "%s: no CUDA source (.cu, .cuh with kernels) and no PTX (.ptx) below; "
        "binaries count with --binaries",
        Paths.front().c_str());
  return Tree;
}

/// What of clang's messages is worth a line.
static std::string firstError(StringRef Messages) {
  SmallVector<StringRef> Lines;
  Messages.split(Lines, '\n');
  for (StringRef Line : Lines)
    if (Line.contains("error: "))
      return Line.trim().str();
  return "";
}

void loadTree(const SourceTree &Tree, ArrayRef<std::string> Paths,
              InputOptions Options, function_ref<void(TreeInput &&)> Take) {
  std::vector<TreeInput> All;
  std::set<std::string> Seen; // Files that a kernel came from.
  std::string Messages;
  Options.FlagsFor = [&](const std::string &Path) {
    return includeFlags(Path, Paths);
  };
  Options.OnMessages = [&](std::string &&Text) { Messages = std::move(Text); };
  auto Keep = [&](const std::string &Path, Expected<Module> M,
                  BinaryReport &&Report) {
    std::string Text = std::move(Messages);
    Messages.clear();
    if (M) {
      for (const Kernel &K : M->Kernels)
        Seen.insert(plain(K.Loc.File));
    } else if (std::string First = firstError(Text); !First.empty()) {
      consumeError(M.takeError());
      M = createStringError(std::errc::invalid_argument,
                            "%s does not compile with clang 19: %s",
                            Path.c_str(), First.c_str());
    }
    All.push_back({Path, std::move(Text), std::move(M), std::move(Report)});
  };
  loadInputs(Tree.Inputs, Options, Keep);
  std::vector<std::string> Left;
  for (const std::string &Part : Tree.Parts)
    if (!Seen.count(plain(Part)))
      Left.push_back(Part);
  if (!Left.empty())
    loadInputs(Left, Options, Keep);
  sort(All,
       [](const TreeInput &A, const TreeInput &B) { return A.Path < B.Path; });
  for (TreeInput &Input : All)
    Take(std::move(Input));
}

} // namespace reprise
