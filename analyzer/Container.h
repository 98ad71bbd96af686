//===- Container.h - Device images of executables, libraries, fatbins -----===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Enumerates the device code in a file:
//
//   archive ──► members, archives again among them
//   host ELF ─► .nv_fatbin, __nv_relfatbin   fatbins one after the other
//           └─► other allocated data         fatbins anywhere in it: some
//                                            libraries load their code from
//                                            there (.ldata, .cask_resource)
//   fatbin ───► entries: PTX, cubin, LTO-IR, kinds that are not known
//   cubin, PTX  on their own
//
// Nothing is copied: an Image points into the file, which must outlive it, and
// load() makes the bytes of one image when they are wanted. Memory is bounded
// by the largest image, whatever the file's size.
//
// Files may be broken or hostile. Every size is checked before it is used; what
// is wrong is reported as a Problem and the rest of the file goes on.
//
// Thread safety: functions without state; an Image is a value.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_ANALYZER_CONTAINER_H
#define REPRISE_ANALYZER_CONTAINER_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBufferRef.h"

#include <cstdint>
#include <memory>
#include <string>

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
  llvm::StringRef Name; ///< What `fatbinary --ident` gave; mostly empty.
  uint64_t Flags = 0;   ///< Of the fatbin entry.
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

  llvm::StringRef Stored; ///< In the file; packed if Pack says so.

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

/// True for what visitImages takes: told by the first bytes, no promise that
/// the rest is sound or that there is device code.
bool isContainer(llvm::StringRef Bytes);

/// Calls V for every image of File. The error says that the file as a whole is
/// of no kind that is understood (a thin archive, a Windows program, ...).
llvm::Error visitImages(llvm::MemoryBufferRef File, ImageVisitor &V);

/// No image is larger than this; the largest in the libraries of CUDA 13 has an
/// eighth of it.
inline constexpr uint64_t MaxImageSize = uint64_t(1) << 30;

/// The payload of one image; owns it only where it had to be unpacked.
class ImageBytes {
public:
  explicit ImageBytes(llvm::StringRef Mapped) : Bytes(Mapped) {}
  ImageBytes(std::unique_ptr<char[]> Buffer, size_t Size)
      : Owned(std::move(Buffer)), Bytes(Owned.get(), Size) {}
  llvm::StringRef get() const { return Bytes; }

  /// PTX ends at its last character: what `fatbinary` pads it with, and the
  /// terminator that it may have, is no part of it.
  void trimPadding() { Bytes = Bytes.rtrim('\0'); }

private:
  std::unique_ptr<char[]> Owned;
  llvm::StringRef Bytes;
};

/// The payload of I, unpacked. Refuses, before memory is taken, what claims to
/// be larger than Limit or than its packed bytes can possibly hold. LTO-IR is
/// opaque and always refused.
llvm::Expected<ImageBytes> load(const Image &I, uint64_t Limit = MaxImageSize);

/// SHA-256 of a payload as load() gives it, in hexadecimal: equal for the same
/// code whatever it is packed in. A verdict is bound to it, so that nobody may
/// be able to make another image of the same hash.
std::string contentHash(llvm::StringRef Payload);

} // namespace reprise

#endif // REPRISE_ANALYZER_CONTAINER_H
