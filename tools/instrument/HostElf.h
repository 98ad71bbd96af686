//===- HostElf.h - Put other fatbins into a program -----------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Fatbins that have grown do not fit where they were. The section .nv_fatbin
// goes to the end of the file:
//
//   executables, libraries   to a new segment, behind all others in memory. Its
//                            program header is one that nothing needs to run,
//                            of a note. Records in .nvFatBinSegment, and the
//                            relocations of their pointers, name the new place.
//                            The old bytes stay, but no section has them
//   objects                  the section alone moves; symbols and relocations
//                            follow what moved within it
//
// All else keeps its place, its address and its bytes.
//
// Thread safety: const functions may run at the same time.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_INSTRUMENT_HOSTELF_H
#define REPRISE_TOOLS_INSTRUMENT_HOSTELF_H

#include "llvm/ADT/StringRef.h"
#include "llvm/BinaryFormat/ELF.h"
#include "llvm/Support/Error.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace reprise {

class HostElf {
public:
  /// Errors say why the file cannot be rewritten. Bytes must outlive the
  /// object.
  static llvm::Expected<HostElf> open(llvm::StringRef Bytes);

  /// What .nv_fatbin holds.
  llvm::StringRef fatbins() const;
  /// A record leads to the fatbin at this offset of fatbins(), so that it can
  /// be elsewhere.
  bool isFound(uint64_t Offset) const { return !Found || Found->count(Offset); }

  /// The file with other fatbins. Moved has for each offset that isFound() and
  /// that a fatbin began at where it begins now.
  llvm::Expected<std::string>
  withFatbins(llvm::StringRef Fatbins,
              const std::map<uint64_t, uint64_t> &Moved) const;

private:
  using Header = llvm::ELF::Elf64_Ehdr;
  using Section = llvm::ELF::Elf64_Shdr;
  using Segment = llvm::ELF::Elf64_Phdr;

  struct Record {
    uint64_t Pointer; ///< Place in the file of its pointer.
    uint64_t Value;
    std::optional<uint64_t> Addend; ///< Place in the file, of the relocation.
  };

  llvm::Error findRecords();
  llvm::Error newSegment(std::string &Out, uint64_t Offset, uint64_t Address,
                         uint64_t Size) const;
  llvm::Error moveInObject(std::string &Out,
                           const std::map<uint64_t, uint64_t> &Moved) const;
  llvm::StringRef content(const Section &S) const {
    return Bytes.substr(S.sh_offset, S.sh_size);
  }
  uint64_t page() const;

  llvm::StringRef Bytes;
  Header Head;
  std::vector<Section> Sections;
  std::vector<std::string> Names;
  std::vector<Segment> Segments;
  size_t Fatbin = 0; ///< Index of .nv_fatbin.
  std::vector<Record> Records;
  std::optional<std::set<uint64_t>> Found; ///< None: of an object.
};

} // namespace reprise

#endif // REPRISE_TOOLS_INSTRUMENT_HOSTELF_H
