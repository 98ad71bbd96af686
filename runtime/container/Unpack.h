//===- Unpack.h - The payload of an image
//-----------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Thread safety: functions without state.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_CONTAINER_UNPACK_H
#define REPRISE_CONTAINER_UNPACK_H

#include "Image.h"

#include <memory>

namespace reprise {

/// No image is larger than this; the largest in the libraries of CUDA 13 has an
/// eighth of it.
inline constexpr uint64_t MaxImageSize = uint64_t(1) << 30;

/// The payload of one image; owns it only where it had to be unpacked.
class ImageBytes {
public:
  explicit ImageBytes(std::string_view Mapped) : Bytes(Mapped) {}
  ImageBytes(std::unique_ptr<char[]> Buffer, size_t Size)
      : Owned(std::move(Buffer)), Bytes(Owned.get(), Size) {}
  std::string_view get() const { return Bytes; }

  /// PTX ends at its last character: what `fatbinary` pads it with, and the
  /// terminator that it may have, is no part of it.
  void trimPadding() {
    Bytes = Bytes.substr(0, Bytes.find_last_not_of('\0') + 1);
  }

private:
  std::unique_ptr<char[]> Owned;
  std::string_view Bytes;
};

/// The payload of I, unpacked. False, and Error says why: refuses, before
/// memory is taken, what claims to be larger than Limit or than its packed
/// bytes can possibly hold. LTO-IR is opaque and always refused.
bool unpack(const Image &I, ImageBytes &Bytes, std::string &Error,
            uint64_t Limit = MaxImageSize);

/// SHA-256 of a payload as unpack() gives it, in hexadecimal: equal for the
/// same code whatever it is packed in. A verdict is bound to it, so that nobody
/// may be able to make another image of the same hash.
std::string contentHash(std::string_view Payload);

} // namespace reprise

#endif // REPRISE_CONTAINER_UNPACK_H
