//===- ToolId.cpp - Which code makes the answers --------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ToolId.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Chrono.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MathExtras.h"

#include <link.h>

#include <cstring>

using namespace llvm;

namespace reprise {

/// The build id among the notes of a loaded object, as hexadecimal.
static std::string buildId(const dl_phdr_info &Object) {
  for (unsigned I = 0; I < Object.dlpi_phnum; ++I) {
    const ElfW(Phdr) &Segment = Object.dlpi_phdr[I];
    if (Segment.p_type != PT_NOTE)
      continue;
    uintptr_t Address = Object.dlpi_addr + Segment.p_vaddr;
    // The loader gives a number. NOLINTNEXTLINE(performance-no-int-to-ptr)
    const void *Begin = reinterpret_cast<const void *>(Address);
    ArrayRef<uint8_t> Notes(static_cast<const uint8_t *>(Begin),
                            Segment.p_memsz);
    ElfW(Nhdr) Note;
    while (Notes.size() >= sizeof Note) {
      std::memcpy(&Note, Notes.data(), sizeof Note);
      Notes = Notes.drop_front(sizeof Note);
      uint64_t Name = alignTo(Note.n_namesz, 4);
      uint64_t Content = alignTo(Note.n_descsz, 4);
      if (Name > Notes.size() || Content > Notes.size() - Name)
        break;
      if (Note.n_type == NT_GNU_BUILD_ID && Note.n_namesz == 4 &&
          std::memcmp(Notes.data(), "GNU", 4) == 0)
        return toHex(Notes.slice(Name, Note.n_descsz), /*LowerCase=*/true);
      Notes = Notes.drop_front(Name + Content);
    }
  }
  return "";
}

/// Names the file of a library that has no build id.
static std::string fileId(const char *Path) {
  sys::fs::file_status Status;
  if (sys::fs::status(Path, Status))
    return Path; // The kernel's vdso: it is no file, and computes nothing.
  return std::string(Path) + "," + std::to_string(Status.getSize()) + "," +
         std::to_string(
             Status.getLastModificationTime().time_since_epoch().count());
}

std::string toolId() {
  struct State {
    std::string Id;
    bool First = true, Known = true;
  } Result;
  dl_iterate_phdr(
      [](dl_phdr_info *Object, size_t, void *Data) {
        State &S = *static_cast<State *>(Data);
        StringRef Name(Object->dlpi_name);
        if (!Name.starts_with("linux-vdso")) {
          std::string Id = buildId(*Object);
          if (Id.empty() && S.First) // The program itself comes first.
            S.Known = false;
          S.Id += (Id.empty() ? fileId(Object->dlpi_name) : Id) + "\n";
        }
        S.First = false;
        return 0;
      },
      &Result);
  return Result.Known ? Result.Id : "";
}

} // namespace reprise
