//===- Image.h - One device image and where it lies
//-------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Neither LLVM nor a copy of the code: an Image points into what it was found
// in, which must outlive it.
//
// Thread safety: values.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_CONTAINER_IMAGE_H
#define REPRISE_CONTAINER_IMAGE_H

#include <cstdint>
#include <string>
#include <string_view>

namespace reprise {

enum class ImageKind : uint8_t { Ptx, Cubin, LtoIr, Unknown };
enum class Packing : uint8_t { None, Lz4, Zstd };

/// "sm_90a": a number and what may follow it.
///   none  this architecture and, for PTX, every later one
///   'f'   the family, which is every later one of the same major number
///   'a'   this architecture and no other
struct Arch {
  unsigned Sm = 0; ///< 0: not known.
  char Variant = 0;
  /// "sm_90a"; "" when it is not known.
  std::string str() const;
  bool operator==(const Arch &) const = default;
};

/// One device image: where it lies and what its headers say.
struct Image {
  ImageKind Kind = ImageKind::Unknown;
  uint16_t RawKind = 0; ///< Of the fatbin entry; 0 for a file of its own.
  Arch Target;
  /// PTX: the version of the language, 0.0 when not known. Others: of the
  /// entry's format.
  uint16_t Major = 0, Minor = 0;
  std::string_view Name; ///< What `fatbinary --ident` gave; mostly empty.
  uint64_t Flags = 0;    ///< Of the fatbin entry.
  Packing Pack = Packing::None;
  uint64_t StoredSize = 0; ///< Bytes in the file, padding left out.
  uint64_t Size = 0;       ///< Bytes when unpacked, as the headers claim.
  /// Input of the device linker (-rdc): calls into other images are open.
  bool Relocatable = false;

  std::string Member;  ///< Archive members, outermost first, "a.a/b.o".
  std::string Section; ///< Of the host ELF.
  bool InFatbin = false;
  uint32_t Fatbin = 0; ///< Which fatbin of the section, from 0.
  uint32_t Entry = 0;  ///< Which entry of the fatbin, from 0.

  std::string_view Stored; ///< In the file; packed if Pack says so.

  /// Names the image within its file: "libx.a-member.o/.nv_fatbin/3/1",
  /// fatbin 3, entry 1. Empty for a file that is one image.
  std::string path() const;
  /// True for images that one fatbin offers as alternatives of each other.
  bool sameFatbin(const Image &Other) const;
};

/// "ptx", "cubin", "lto-ir", "unknown kind 64".
std::string kindName(const Image &I);

/// Something that is wrong with a part of a file.
struct Problem {
  std::string Where; ///< Like Image::path; empty for the file.
  std::string What;
};

/// Receives what there is, in file order.
class ImageVisitor {
public:
  virtual ~ImageVisitor() = default;
  virtual void image(const Image &I) = 0;
  virtual void problem(const Problem &P) = 0;
};

/// True when I can be loaded on Target: PTX of it or of a lower architecture,
/// machine code of the same major number and no higher minor one, within what
/// 'a' and 'f' allow. An image whose architecture is not known may.
bool runsOn(const Image &I, Arch Target);

} // namespace reprise

#endif // REPRISE_CONTAINER_IMAGE_H
