//===- ImageBytes.cpp - Unpack the payload of an image --------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Container.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/SHA256.h"

#include <climits>
#include <new>

#include <lz4.h>
#include <zstd.h>

using namespace llvm;

namespace reprise {

/// One byte of an LZ4 block stands for at most 255.
static constexpr uint64_t MaxLz4Ratio = 255;

static Error broken(const Twine &What) {
  return createStringError(
      std::make_error_code(std::errc::illegal_byte_sequence), What);
}

/// What can be told before memory is taken.
static Error checkClaim(const Image &I, uint64_t Limit) {
  if (I.Size > Limit)
    return broken("the image claims " + Twine(I.Size) +
                  " bytes, more than the limit of " + Twine(Limit));
  bool Lies = false;
  if (I.Pack == Packing::Lz4) {
    Lies = I.Stored.size() > INT_MAX || I.Size > INT_MAX ||
           I.Size / MaxLz4Ratio > I.Stored.size();
  } else {
    unsigned long long Frame =
        ZSTD_getFrameContentSize(I.Stored.data(), I.Stored.size());
    Lies = Frame == ZSTD_CONTENTSIZE_ERROR ||
           (Frame != ZSTD_CONTENTSIZE_UNKNOWN && Frame > I.Size);
  }
  return Lies ? broken("the packed image cannot hold what it claims")
              : Error::success();
}

Expected<ImageBytes> load(const Image &I, uint64_t Limit) {
  // Its flags say zstd, but what there is in CUDA 13 is not.
  if (I.Kind == ImageKind::LtoIr)
    return broken("LTO-IR is in a format that is not documented");
  if (I.Pack == Packing::None) {
    ImageBytes Bytes(I.Stored);
    if (I.Kind == ImageKind::Ptx)
      Bytes.trimPadding();
    return Bytes;
  }
  if (Error E = checkClaim(I, Limit))
    return std::move(E);
  // Not make_unique: the buffer needs no zeros, and what is not written to
  // takes no memory.
  std::unique_ptr<char[]> Buffer(new (std::nothrow) char[I.Size + 1]);
  if (!Buffer)
    return broken("there is no memory for an image of " + Twine(I.Size) +
                  " bytes");
  uint64_t Size = 0;
  if (I.Pack == Packing::Zstd) {
    size_t N =
        ZSTD_decompress(Buffer.get(), I.Size, I.Stored.data(), I.Stored.size());
    if (ZSTD_isError(N))
      return broken(Twine("zstd: ") + ZSTD_getErrorName(N));
    Size = N;
  } else {
    int N = LZ4_decompress_safe(I.Stored.data(), Buffer.get(),
                                static_cast<int>(I.Stored.size()),
                                static_cast<int>(I.Size));
    if (N < 0)
      return broken("the LZ4 block is broken");
    Size = static_cast<uint64_t>(N);
  }
  if (Size != I.Size)
    return broken("the image has " + Twine(Size) + " bytes and claims " +
                  Twine(I.Size));
  ImageBytes Bytes(std::move(Buffer), Size);
  if (I.Kind == ImageKind::Ptx)
    Bytes.trimPadding();
  return Bytes;
}

std::string contentHash(StringRef Payload) {
  return toHex(SHA256::hash(arrayRefFromStringRef(Payload)),
               /*LowerCase=*/true);
}

} // namespace reprise
