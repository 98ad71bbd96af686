//===- Builder.cpp - Containers made byte by byte -------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Builder.h"

#include <lz4.h>
#include <zstd.h>

namespace reprise::test {

std::string packLz4(const std::string &Payload) {
  std::string Out(
      static_cast<size_t>(LZ4_compressBound(static_cast<int>(Payload.size()))),
      '\0');
  int N = LZ4_compress_default(Payload.data(), Out.data(),
                               static_cast<int>(Payload.size()),
                               static_cast<int>(Out.size()));
  Out.resize(static_cast<size_t>(N));
  return Out;
}

std::string packZstd(const std::string &Payload) {
  std::string Out(ZSTD_compressBound(Payload.size()), '\0');
  Out.resize(
      ZSTD_compress(Out.data(), Out.size(), Payload.data(), Payload.size(), 3));
  return Out;
}

static uint64_t claim(int64_t Claimed, uint64_t Truth) {
  return Claimed < 0 ? Truth : static_cast<uint64_t>(Claimed);
}

std::string Entry::build() const {
  bool Packed = Flags & (Lz4 | Zstd);
  std::string Stored = Flags & Zstd  ? packZstd(Payload)
                       : Flags & Lz4 ? packLz4(Payload)
                                     : Payload;
  size_t Exact = Stored.size();
  Stored = Bytes().add(Stored).pad(8).Text;
  std::string Behind = Bytes().add(Name).pad(8).Text;
  Behind.append(ExtraHeader, '\x5a');
  Bytes B;
  B.u16(Kind).u16(0x101);
  B.u32(claim(ClaimedHeader, 64 + Behind.size()));
  B.u64(claim(ClaimedPayload, Stored.size()));
  B.u32(claim(ClaimedPacked, Packed ? Exact : 0)).u32(0);
  B.u16(Minor).u16(Major).u32(Sm);
  B.u32(Name.empty() ? 0 : 64).u32(Name.size());
  B.u64(Flags).u64(0);
  B.u64(claim(ClaimedSize, Packed ? Payload.size() : 0));
  return B.add(Behind).add(Stored).Text;
}

std::string fatbin(const std::vector<Entry> &Entries, int64_t Size) {
  std::string All;
  for (const Entry &E : Entries)
    All += E.build();
  Bytes B;
  B.u32(0xBA55ED50).u16(1).u16(16).u64(claim(Size, All.size()));
  return B.add(All).Text;
}

std::string elf(const std::vector<Section> &Given, unsigned Machine,
                unsigned Type, uint32_t Flags, unsigned Abi) {
  std::vector<Section> Sections = {{"", "", 0, 0}};
  Sections.insert(Sections.end(), Given.begin(), Given.end());
  Sections.push_back({".shstrtab", "", 3, 0});
  std::string Names(1, '\0');
  std::vector<size_t> NameAt;
  for (const Section &S : Sections) {
    NameAt.push_back(S.Name.empty() ? 0 : Names.size());
    if (!S.Name.empty())
      Names += S.Name + '\0';
  }
  Sections.back().Content = Names;

  Bytes Body; // From 64 on, behind the header.
  std::vector<size_t> At;
  for (const Section &S : Sections) {
    Body.pad(8);
    At.push_back(64 + Body.Text.size());
    Body.add(S.Content);
  }
  Body.pad(8);
  size_t Table = 64 + Body.Text.size();

  Bytes B;
  B.add("\177ELF").u8(2).u8(1).u8(1).u8(Machine == 190 ? 0x41 : 0).u8(Abi);
  B.pad(16).u16(Type).u16(Machine).u32(1).u64(0).u64(0).u64(Table).u32(Flags);
  B.u16(64).u16(0).u16(0).u16(64);
  B.u16(static_cast<unsigned>(Sections.size()));
  B.u16(static_cast<unsigned>(Sections.size() - 1));
  B.add(Body.Text);
  for (size_t I = 0; I < Sections.size(); ++I) {
    const Section &S = Sections[I];
    B.u32(NameAt[I]).u32(S.Type).u64(S.Flags).u64(S.Address).u64(At[I]);
    B.u64(S.Content.size()).u32(S.Link).u32(S.Info).u64(8).u64(S.EntrySize);
  }
  return B.Text;
}

std::string cubin(const std::vector<Function> &Functions, unsigned Type,
                  uint32_t Flags, unsigned Abi) {
  std::string Strings(1, '\0');
  Bytes Symbols;
  Symbols.u64(0).u64(0).u64(0);
  std::vector<Section> Sections;
  for (const Function &F : Functions) {
    Symbols.u32(Strings.size()).u8(0x12).u8(F.Kernel ? 0x10 : 0).u16(1);
    Symbols.u64(0).u64(128);
    Strings += F.Name + '\0';
    Bytes Info;
    Info.u8(4).u8(0x37).u16(4).u32(0x82); // Something else.
    Info.u8(3).u8(0x1b).u16(0xff);
    if (F.Block >= 0) {
      Info.u8(3).u8(0x19).u16(static_cast<unsigned>(F.Block));
      Info.u8(4).u8(0x0a).u16(8).u32(0).u16(0x210);
      Info.u16(static_cast<unsigned>(F.Block));
    }
    for (const Parameter &P : F.Parameters) {
      Info.u8(4).u8(P.V2 ? 0x45 : 0x17).u16(12).u32(0).u16(P.Ordinal);
      Info.u16(P.Offset).u32(P.V2 ? P.Size | 0x50000u : P.Size << 18 | 0x1f500);
    }
    Sections.push_back({".nv.info." + F.Name, Info.Text, 0x70000000, 0});
  }
  auto First = static_cast<uint32_t>(Sections.size() + 1);
  Sections.push_back({".symtab", Symbols.Text, 2, 0, 0, First + 1, 1, 24});
  Sections.push_back({".strtab", Strings, 3, 0});
  return elf(Sections, 190, Type, Flags, Abi);
}

std::string archive(const std::vector<ArchiveMember> &Members) {
  auto Field = [](std::string Text, size_t Width) {
    Text.resize(Width, ' ');
    return Text;
  };
  std::string Out = "!<arch>\n";
  for (const ArchiveMember &M : Members) {
    Out += Field(M.Name + "/", 16) + Field("0", 12) + Field("0", 6) +
           Field("0", 6) + Field("644", 8) +
           Field(std::to_string(M.Content.size()), 10) + "`\n" + M.Content;
    if (Out.size() % 2)
      Out += '\n';
  }
  return Out;
}

std::string ptx(const std::vector<std::string> &Names,
                const std::string &Target) {
  std::string Text =
      "//\n.version 8.5\n.target " + Target + "\n.address_size 64\n";
  for (const std::string &Name : Names)
    Text += ".visible .entry " + Name + "(\n\t.param .u64 " + Name +
            "_param_0\n)\n{\n\tret;\n}\n";
  return Text;
}

} // namespace reprise::test
