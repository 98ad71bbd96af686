//===- Embed.h - Put summaries into the device image ----------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_PASSES_EMBED_H
#define REPRISE_PASSES_EMBED_H

#include "CheckpointTwin.h"
#include "Model.h"

namespace llvm {
class Module;
} // namespace llvm

namespace reprise {

/// Adds to the device module M a constant byte array in global memory with the
/// JSON text of Summary (docs/formats.md, "Embedding"). Nothing else in M
/// changes; kernels neither read nor reference the array. Its name ends in a
/// hash of the text, so that translation units can be linked together.
void embedSummary(llvm::Module &M, const Module &Summary);

/// The same for what the runtime has to know of the twins in M
/// (docs/formats.md, "Twins").
void embedTwins(llvm::Module &M, const std::vector<Twin> &Twins);

} // namespace reprise

#endif // REPRISE_PASSES_EMBED_H
