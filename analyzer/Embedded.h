//===- Embedded.h - Read summaries back out of finished programs ----------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The plugin puts each device module's summary into the image as a global byte
// array named __reprise_summary_<hash>. It is found again in every image that
// Container.h finds:
//
//   cubin      the symbol of that name in .nv.global.init
//   PTX        the initialiser of the array
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_ANALYZER_EMBEDDED_H
#define REPRISE_ANALYZER_EMBEDDED_H

#include "Container.h"

#include <string>
#include <vector>

namespace reprise {

/// True when the content looks like a container of images.
bool mayHoldEmbedded(llvm::MemoryBufferRef File);

/// The JSON texts in File, in file order, each once. Every size in the file is
/// checked before use: a broken file is an error, never a crash.
llvm::Expected<std::vector<std::string>>
embeddedSummaries(llvm::MemoryBufferRef File);

/// Appends the texts in one image to Texts, those that are not yet there.
llvm::Error appendEmbedded(ImageKind Kind, llvm::StringRef Payload,
                           std::vector<std::string> &Texts);

} // namespace reprise

#endif // REPRISE_ANALYZER_EMBEDDED_H
