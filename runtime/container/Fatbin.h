//===- Fatbin.h - The entries of fatbins ----------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// All numbers are little-endian; fatbins start at multiples of eight bytes and
// are padded with zeros.
//
//   fatbin                                entry
//   ┌────┬──────────────────────────┐     ┌────┬──────────────────────────────┐
//   │  0 │ u32 0xBA55ED50           │     │  0 │ u16 kind: 1 PTX, 2 cubin,    │
//   │  4 │ u16 version, 1           │     │    │     8 LTO-IR                 │
//   │  6 │ u16 header size H, 16    │     │  2 │ u16 version, 0x101           │
//   │  8 │ u64 size of the entries  │     │  4 │ u32 header size H, 64 or more│
//   ├────┼──────────────────────────┤     │  8 │ u64 payload size P, padded   │
//   │  H │ entry, entry, ...        │     │ 16 │ u32 packed size, 0: not      │
//   └────┴──────────────────────────┘     │ 20 │ u32 offset of the options    │
//                                         │ 24 │ u16 minor, u16 major version │
//   flags                                 │ 28 │ u32 architecture, 90 = sm_90 │
//       0x2000 LZ4 block                  │ 32 │ u32 offset of the name       │
//       0x8000 zstd frame                 │ 36 │ u32 length of the name       │
//     0x100000 'a' architecture           │ 40 │ u64 flags                    │
//     0x200000 'f' architecture           │ 48 │ u64                          │
//                                         │ 56 │ u64 unpacked size            │
//                                         ├────┼──────────────────────────────┤
//                                         │  H │ payload of P bytes           │
//                                         └────┴──────────────────────────────┘
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_CONTAINER_FATBIN_H
#define REPRISE_CONTAINER_FATBIN_H

#include "Image.h"

namespace reprise {

/// True when Bytes begin with a fatbin's header.
bool isFatbin(std::string_view Bytes);

/// Visits the fatbins that follow each other in Bytes. Place gives the fields
/// of the images that say where Bytes lie. What lies between the fatbins and is
/// not padding is reported, once, and skipped.
void visitFatbins(std::string_view Bytes, const Image &Place, ImageVisitor &V);

/// Looks for fatbins anywhere in Bytes, which lie at Address in the program, at
/// addresses that are multiples of eight. Only what fits into Bytes and has a
/// sound first entry is taken for one; all else is data of the program.
void searchFatbins(std::string_view Bytes, uint64_t Address, const Image &Place,
                   ImageVisitor &V);

} // namespace reprise

#endif // REPRISE_CONTAINER_FATBIN_H
