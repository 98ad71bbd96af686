//===- Labels.cpp - Classes of kernels as people found them ---------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Labels.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/MemoryBuffer.h"

#include <map>

using namespace llvm;

namespace reprise {

Expected<std::vector<Label>> readLabels(const std::string &Path) {
  auto File = MemoryBuffer::getFile(Path, /*IsText=*/true);
  if (!File)
    return createFileError(Path, File.getError());
  auto Refuse = [&](size_t Line, const Twine &What) {
    return createStringError(std::make_error_code(std::errc::invalid_argument),
                             Path + ":" + Twine(Line) + ": " + What);
  };
  SmallVector<StringRef> Lines, Header;
  (*File)->getBuffer().split(Lines, '\n');
  Lines.front().rtrim('\r').split(Header, '\t');
  auto Column = [&](StringRef Name) {
    return static_cast<size_t>(find(Header, Name) - Header.begin());
  };
  size_t Kernel = Column("kernel"), Class = Column("class");
  size_t Benchmark = Column("benchmark"), Note = Column("note");
  if (std::max(Kernel, Class) >= Header.size())
    return Refuse(1, "the first line names the columns, separated by tabs; "
                     "kernel and class are needed, benchmark and note are "
                     "optional");

  std::vector<Label> All;
  std::map<std::pair<std::string, std::string>, reprise_class> Seen;
  for (size_t I = 1; I < Lines.size(); ++I) {
    if (Lines[I].trim().empty())
      continue;
    SmallVector<StringRef> Cells;
    Lines[I].rtrim('\r').split(Cells, '\t');
    Cells.resize(std::max(Cells.size(), Header.size()));
    auto Cell = [&](size_t C) {
      return C < Header.size() ? Cells[C].trim() : StringRef();
    };
    Label L;
    L.Class = StringSwitch<reprise_class>(Cell(Class))
                  .Cases("I", "idempotent", REPRISE_CLASS_IDEMPOTENT)
                  .Cases("N", "non-idempotent", REPRISE_CLASS_NON_IDEMPOTENT)
                  .Cases("C", "conditional", REPRISE_CLASS_CONDITIONAL)
                  .Default(REPRISE_CLASS_UNKNOWN);
    if (L.Class == REPRISE_CLASS_UNKNOWN)
      return Refuse(I + 1, "class '" + Cell(Class) +
                               "' is none of I, N, C, idempotent, "
                               "non-idempotent, conditional");
    L.Kernel = Cell(Kernel).str();
    if (L.Kernel.empty())
      return Refuse(I + 1, "the column kernel is empty");
    L.Benchmark = Cell(Benchmark).str();
    L.Note = Cell(Note).str();
    auto [It, New] = Seen.try_emplace({L.Benchmark, L.Kernel}, L.Class);
    if (!New && It->second != L.Class)
      return Refuse(I + 1, "a second line for kernel " + L.Kernel +
                               " gives it another class");
    if (New)
      All.push_back(std::move(L));
  }
  return All;
}

} // namespace reprise
