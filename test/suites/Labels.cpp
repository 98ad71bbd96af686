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

using namespace llvm;

namespace reprise::suites {

Expected<std::map<std::string, FileLabels>>
readLabels(const std::string &Path) {
  auto File = MemoryBuffer::getFile(Path, /*IsText=*/true);
  if (!File)
    return createFileError(Path, File.getError());
  auto Refuse = [&](size_t Line, const Twine &What) {
    return createStringError(std::make_error_code(std::errc::invalid_argument),
                             Path + ":" + Twine(Line) + ": " + What);
  };
  SmallVector<StringRef> Lines, Header;
  (*File)->getBuffer().split(Lines, '\n');
  Lines.front().split(Header, '\t');
  auto Column = [&](StringRef Name) {
    return static_cast<size_t>(find(Header, Name) - Header.begin());
  };
  size_t Benchmark = Column("benchmark"), Kernel = Column("kernel"),
         Class = Column("class"), Note = Column("note");
  if (std::max({Benchmark, Kernel, Class}) >= Header.size())
    return Refuse(1, "the columns benchmark, kernel and class are needed");

  std::map<std::string, FileLabels> All;
  for (size_t I = 1; I < Lines.size(); ++I) {
    if (Lines[I].trim().empty())
      continue;
    SmallVector<StringRef> Cells;
    Lines[I].split(Cells, '\t');
    Cells.resize(std::max(Cells.size(), Header.size()));
    Label L;
    L.Class = StringSwitch<reprise_class>(Cells[Class])
                  .Case("I", REPRISE_CLASS_IDEMPOTENT)
                  .Case("N", REPRISE_CLASS_NON_IDEMPOTENT)
                  .Case("C", REPRISE_CLASS_CONDITIONAL)
                  .Default(REPRISE_CLASS_UNKNOWN);
    if (L.Class == REPRISE_CLASS_UNKNOWN)
      return Refuse(I + 1, "class '" + Cells[Class] + "' is not I, N or C");
    if (Note < Header.size())
      L.Note = Cells[Note].trim().str();
    if (!All[Cells[Benchmark].str()].emplace(Cells[Kernel].str(), L).second)
      return Refuse(I + 1, "a second line for kernel " + Cells[Kernel]);
  }
  return All;
}

} // namespace reprise::suites
