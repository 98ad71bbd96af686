//===- Embedded.h - Read summaries back out of finished programs ----------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The plugin puts each device module's summary into the image as a global byte
// array named __reprise_summary_<hash>. It is found again in
//
//   host ELF   section .nv_fatbin, a sequence of fatbins
//   fatbin     header, then entries; PTX and cubin ones are looked into
//   cubin      the symbol of that name in .nv.global.init
//   PTX        the initialiser of the array
//
//     fatbin header (16 bytes)          entry header (64 bytes or more)
//      0  u32 0xBA55ED50                 0  u16 kind: 1 PTX, 2 cubin, 8 LTO-IR
//      4  u16 version                    2  u16 version
//      6  u16 header size                4  u32 header size
//      8  u64 size of the entries        8  u64 payload size
//                                       16  u32 compressed size
//                                       40  u64 flags: 0x2000 LZ4, 0x8000 zstd
//                                       56  u64 uncompressed size
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_ANALYZER_EMBEDDED_H
#define REPRISE_ANALYZER_EMBEDDED_H

#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBufferRef.h"

#include <string>
#include <vector>

namespace reprise {

/// True when the content looks like one of the containers above.
bool mayHoldEmbedded(llvm::MemoryBufferRef File);

/// The JSON texts in File, in file order, each once. Every size in the file is
/// checked before use: a broken file is an error, never a crash. Images that
/// are compressed to more than 256 MiB are refused.
llvm::Expected<std::vector<std::string>>
embeddedSummaries(llvm::MemoryBufferRef File);

} // namespace reprise

#endif // REPRISE_ANALYZER_EMBEDDED_H
