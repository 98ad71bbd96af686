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

#include "Image.h"
#include "Unpack.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBufferRef.h"

namespace reprise {

/// True for what visitImages takes: told by the first bytes, no promise that
/// the rest is sound or that there is device code.
bool isContainer(llvm::StringRef Bytes);

/// Calls V for every image of File. The error says that the file as a whole is
/// of no kind that is understood (a thin archive, a Windows program, ...).
llvm::Error visitImages(llvm::MemoryBufferRef File, ImageVisitor &V);

/// unpack() with LLVM's errors.
llvm::Expected<ImageBytes> load(const Image &I, uint64_t Limit = MaxImageSize);

} // namespace reprise

#endif // REPRISE_ANALYZER_CONTAINER_H
