//===- Unpack.cpp - The payload of an image
//---------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Unpack.h"

#include <climits>
#include <new>

#include <lz4.h>
#include <zstd.h>

namespace reprise {

/// One byte of an LZ4 block stands for at most 255.
static constexpr uint64_t MaxLz4Ratio = 255;

static bool broken(std::string &Error, std::string What) {
  Error = std::move(What);
  return false;
}

/// What can be told before memory is taken.
static bool checkClaim(const Image &I, uint64_t Limit, std::string &Error) {
  if (I.Size > Limit)
    return broken(Error, "the image claims " + std::to_string(I.Size) +
                             " bytes, more than the limit of " +
                             std::to_string(Limit));
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
  return !Lies || broken(Error, "the packed image cannot hold what it claims");
}

bool unpack(const Image &I, ImageBytes &Result, std::string &Error,
            uint64_t Limit) {
  // Its flags say zstd, but what there is in CUDA 13 is not.
  if (I.Kind == ImageKind::LtoIr)
    return broken(Error, "LTO-IR is in a format that is not documented");
  auto Give = [&](ImageBytes Bytes) {
    if (I.Kind == ImageKind::Ptx)
      Bytes.trimPadding();
    Result = std::move(Bytes);
    return true;
  };
  if (I.Pack == Packing::None)
    return Give(ImageBytes(I.Stored));
  if (!checkClaim(I, Limit, Error))
    return false;
  // Not make_unique: the buffer needs no zeros, and what is not written to
  // takes no memory.
  std::unique_ptr<char[]> Buffer(new (std::nothrow) char[I.Size + 1]);
  if (!Buffer)
    return broken(Error, "there is no memory for an image of " +
                             std::to_string(I.Size) + " bytes");
  uint64_t Size = 0;
  if (I.Pack == Packing::Zstd) {
    size_t N =
        ZSTD_decompress(Buffer.get(), I.Size, I.Stored.data(), I.Stored.size());
    if (ZSTD_isError(N))
      return broken(Error, std::string("zstd: ") + ZSTD_getErrorName(N));
    Size = N;
  } else {
    int N = LZ4_decompress_safe(I.Stored.data(), Buffer.get(),
                                static_cast<int>(I.Stored.size()),
                                static_cast<int>(I.Size));
    if (N < 0)
      return broken(Error, "the LZ4 block is broken");
    Size = static_cast<uint64_t>(N);
  }
  if (Size != I.Size)
    return broken(Error, "the image has " + std::to_string(Size) +
                             " bytes and claims " + std::to_string(I.Size));
  return Give(ImageBytes(std::move(Buffer), Size));
}

} // namespace reprise
