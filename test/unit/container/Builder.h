//===- Builder.h - Containers made byte by byte ---------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Fatbins, ELF files, cubins and archives for tests and as seeds of the fuzzer.
// Written against the layouts in docs/formats.md, not against the reader.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_CONTAINER_BUILDER_H
#define REPRISE_TEST_CONTAINER_BUILDER_H

#include <cstdint>
#include <string>
#include <vector>

namespace reprise::test {

/// Little-endian bytes.
class Bytes {
public:
  template <typename T> Bytes &number(T Value) {
    for (size_t I = 0; I < sizeof(T); ++I)
      Text.push_back(
          static_cast<char>(static_cast<uint64_t>(Value) >> (8 * I)));
    return *this;
  }
  Bytes &u8(unsigned V) { return number(static_cast<uint8_t>(V)); }
  Bytes &u16(unsigned V) { return number(static_cast<uint16_t>(V)); }
  Bytes &u32(uint64_t V) { return number(static_cast<uint32_t>(V)); }
  Bytes &u64(uint64_t V) { return number(V); }
  Bytes &add(const std::string &S) {
    Text += S;
    return *this;
  }
  Bytes &pad(size_t Alignment) {
    while (Text.size() % Alignment)
      Text.push_back('\0');
    return *this;
  }
  std::string Text;
};

inline constexpr uint64_t Lz4 = 0x2000, Zstd = 0x8000, ArchOnly = 0x100000,
                          Family = 0x200000;

std::string packLz4(const std::string &Payload);
std::string packZstd(const std::string &Payload);

/// One entry; fields that stay unset follow from the payload.
struct Entry {
  unsigned Kind = 1;
  std::string Payload; ///< Unpacked; packed as Flags say.
  unsigned Sm = 80;
  uint64_t Flags = 0;
  std::string Name = "";
  unsigned Major = 9, Minor = 0;
  unsigned ExtraHeader = 0; ///< Bytes behind the name.
  int64_t ClaimedPayload = -1, ClaimedPacked = -1, ClaimedSize = -1;
  int64_t ClaimedHeader = -1;

  std::string build() const;
};

/// A fatbin of these entries. Size: what its header claims, -1 for the truth.
std::string fatbin(const std::vector<Entry> &Entries, int64_t Size = -1);

struct Section {
  std::string Name;
  std::string Content;
  uint32_t Type = 1;  ///< SHT_PROGBITS
  uint64_t Flags = 2; ///< SHF_ALLOC
  uint64_t Address = 0;
  uint32_t Link = 0, Info = 0;
  uint64_t EntrySize = 0;
};

/// 64-bit ELF file. Machine 62 is x86-64, 190 CUDA; Type 1 relocatable, 2
/// executable, 3 shared.
std::string elf(const std::vector<Section> &Sections, unsigned Machine = 62,
                unsigned Type = 3, uint32_t Flags = 0, unsigned Abi = 0);

struct Parameter {
  unsigned Ordinal, Offset, Size;
  bool V2 = false;
};
struct Function {
  std::string Name;
  std::vector<Parameter> Parameters;
  bool Kernel = true;
  int Block = -1; ///< Size of the block, -1: not said.
};
/// sm_90 by default, ABI version 8.
std::string cubin(const std::vector<Function> &Functions, unsigned Type = 2,
                  uint32_t Flags = 90u << 8, unsigned Abi = 8);

struct ArchiveMember {
  std::string Name; ///< Up to 15 characters.
  std::string Content;
};
std::string archive(const std::vector<ArchiveMember> &Members);

/// A module with one empty kernel for each name.
std::string ptx(const std::vector<std::string> &Names,
                const std::string &Target = "sm_80");

} // namespace reprise::test

#endif // REPRISE_TEST_CONTAINER_BUILDER_H
