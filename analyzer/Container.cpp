//===- Container.cpp - Device images of executables, libraries, fatbins ---===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a file is, archives and host ELF files. Fatbin.cpp has their content,
// ImageBytes.cpp the payloads.
//
//===----------------------------------------------------------------------===//

#include "Container.h"
#include "Cubin.h"
#include "Elf.h"
#include "Fatbin.h"
#include "PtxText.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/BinaryFormat/ELF.h"
#include "llvm/Object/Archive.h"
#include "llvm/Object/ELF.h"

#include <tuple>
#include <vector>

using namespace llvm;

namespace reprise {

namespace {

constexpr StringLiteral ArchiveMagic = "!<arch>\n";
constexpr StringLiteral ThinMagic = "!<thin>\n";
constexpr StringLiteral ElfMagic = "\177ELF";
constexpr unsigned MaxArchiveDepth = 8;

Error refuse(const Twine &Why) {
  return createStringError(
      std::make_error_code(std::errc::illegal_byte_sequence), Why);
}

class Walker {
public:
  explicit Walker(ImageVisitor &Visitor) : V(Visitor) {}

  /// Depth counts the archives around Bytes.
  Error file(StringRef Bytes, const Image &Place, unsigned Depth) {
    if (Bytes.starts_with(ElfMagic))
      return elf(Bytes, Place);
    if (isFatbin(Bytes)) {
      visitFatbins(Bytes, Place, V);
      return Error::success();
    }
    if (Bytes.starts_with(ArchiveMagic))
      return archive(Bytes, Place, Depth);
    if (Bytes.starts_with(ThinMagic))
      return refuse("a thin archive holds no code, only the names of other "
                    "files; audit those");
    if (isPtxText(Bytes)) {
      ptx(Bytes, Place);
      return Error::success();
    }
    return refuse("neither an ELF file nor an archive, a fatbin or PTX");
  }

private:
  void fail(const Image &Place, Error E) {
    V.problem({Place.path(), toString(std::move(E))});
  }

  void ptx(StringRef Text, Image I) {
    PtxHeader H = readPtxHeader(Text);
    I.Kind = ImageKind::Ptx;
    I.Target = H.Target;
    I.Major = H.Major;
    I.Minor = H.Minor;
    I.Stored = Text;
    I.StoredSize = I.Size = Text.size();
    V.image(I);
  }

  Error archive(StringRef Bytes, const Image &Place, unsigned Depth) {
    if (Depth == MaxArchiveDepth)
      return refuse("archives are nested too deeply");
    auto Archive = object::Archive::create(MemoryBufferRef(Bytes, "archive"));
    if (!Archive)
      return Archive.takeError();
    Error Broken = Error::success();
    for (const object::Archive::Child &C : (*Archive)->children(Broken)) {
      Image Member = Place;
      if (!Member.Member.empty())
        Member.Member += '/';
      auto Name = C.getName();
      Member.Member += Name ? Name->str() : "?";
      consumeError(Name.takeError());
      auto Content = C.getBuffer();
      if (!Content) {
        fail(Member, Content.takeError());
        continue;
      }
      // LLVM looks at a member's size only on its way to the next one.
      size_t Left = Bytes.end() - Content->data();
      if (Content->data() > Bytes.end() || Content->size() > Left) {
        fail(Member, refuse("the archive member is cut off"));
        break;
      }
      // Archives hold more than code: what is of no known kind is no problem.
      if (isContainer(*Content))
        if (Error E = file(*Content, Member, Depth + 1))
          fail(Member, std::move(E));
    }
    if (Broken)
      fail(Place, std::move(Broken));
    return Error::success();
  }

  Error elf(StringRef Bytes, const Image &Place) {
    if (Bytes.size() <= ELF::EI_DATA)
      return refuse("the ELF header is cut off");
    if (Bytes[ELF::EI_DATA] != ELF::ELFDATA2LSB)
      return refuse("big-endian ELF files are not supported");
    return Bytes[ELF::EI_CLASS] == ELF::ELFCLASS32
               ? elf<object::ELF32LE>(Bytes, Place)
               : elf<object::ELF64LE>(Bytes, Place);
  }

  template <typename T> Error elf(StringRef Bytes, const Image &Place) {
    auto Elf = object::ELFFile<T>::create(Bytes);
    if (!Elf)
      return Elf.takeError();
    if (Elf->getHeader().e_machine == ELF::EM_CUDA) {
      cubin(Bytes, Place);
      return Error::success();
    }
    auto Sections = Elf->sections();
    if (!Sections) {
      // Cut off, most likely: the section table is the last thing in a file.
      fail(Place, Sections.takeError());
      Image Anywhere = Place;
      Anywhere.Section = "?";
      searchFatbins(Bytes, /*Address=*/0, Anywhere, V);
      return Error::success();
    }
    return hostSections<T>(*Elf, *Sections, Place);
  }

  void cubin(StringRef Bytes, Image I) {
    I.Kind = ImageKind::Cubin;
    I.Stored = Bytes;
    I.StoredSize = I.Size = Bytes.size();
    I.Target = cubinArch(Bytes);
    I.Relocatable = isRelocatableCubin(Bytes);
    V.image(I);
  }

  struct Range {
    std::string Name;
    StringRef Bytes;
    uint64_t Address;
    bool Fatbins;
  };

  template <typename T>
  Error hostSections(const object::ELFFile<T> &Elf,
                     typename T::ShdrRange Sections, const Image &Place) {
    std::vector<Range> Ranges;
    for (const typename T::Shdr &S : Sections) {
      if (S.sh_type == ELF::SHT_NOBITS || S.sh_type == ELF::SHT_NULL)
        continue;
      Image Section = Place;
      auto Name = Elf.getSectionName(S);
      Section.Section = Name ? Name->str() : "?";
      if (!Name)
        fail(Section, Name.takeError());
      bool Fatbins = Section.Section == ".nv_fatbin" ||
                     Section.Section == "__nv_relfatbin";
      bool Data = S.sh_type == ELF::SHT_PROGBITS &&
                  (S.sh_flags & ELF::SHF_ALLOC) &&
                  !(S.sh_flags & ELF::SHF_EXECINSTR);
      if (!Fatbins && !Data)
        continue;
      auto Content = Elf.getSectionContents(S);
      if (!Content) {
        fail(Section, Content.takeError());
        continue;
      }
      Ranges.push_back(
          {Section.Section, toStringRef(*Content), S.sh_addr, Fatbins});
    }
    // No byte is looked at twice, so that sections that lie on top of each
    // other cost no more than the file is long.
    llvm::sort(Ranges, [](const Range &A, const Range &B) {
      return std::tuple(A.Bytes.data(), A.Bytes.size(), A.Name) <
             std::tuple(B.Bytes.data(), B.Bytes.size(), B.Name);
    });
    const char *End = reinterpret_cast<const char *>(Elf.base());
    for (const Range &R : Ranges) {
      Image Section = Place;
      Section.Section = R.Name;
      if (R.Bytes.empty())
        continue;
      if (R.Bytes.data() < End) {
        V.problem({Section.path(), "the section overlaps another one"});
        continue;
      }
      End = R.Bytes.end();
      Section.Relocatable = R.Name == "__nv_relfatbin";
      if (R.Fatbins)
        visitFatbins(R.Bytes, Section, V);
      else
        searchFatbins(R.Bytes, R.Address, Section, V);
    }
    return Error::success();
  }

  ImageVisitor &V;
};

} // namespace

bool isContainer(StringRef Bytes) {
  return Bytes.starts_with(ElfMagic) || Bytes.starts_with(ArchiveMagic) ||
         Bytes.starts_with(ThinMagic) || isFatbin(Bytes) || isPtxText(Bytes);
}

Error visitImages(MemoryBufferRef File, ImageVisitor &V) {
  return Walker(V).file(File.getBuffer(), Image(), 0);
}

Expected<ImageBytes> load(const Image &I, uint64_t Limit) {
  ImageBytes Bytes{std::string_view()};
  std::string Why;
  if (!unpack(I, Bytes, Why, Limit))
    return refuse(Why);
  return Bytes;
}

} // namespace reprise
