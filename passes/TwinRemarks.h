//===- TwinRemarks.h - Tell where kernels can be left ---------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_PASSES_TWINREMARKS_H
#define REPRISE_PASSES_TWINREMARKS_H

#include "CheckpointTwin.h"

namespace reprise {

/// Emits remarks of pass "reprise" at each kernel's definition:
/// `-Rpass=reprise` prints where its twin can be left, `-Rpass-missed=reprise`
/// the loops that it cannot be left in, and kernels without a twin.
void emitTwinRemarks(llvm::Module &M, const std::vector<Twin> &Twins);

} // namespace reprise

#endif // REPRISE_PASSES_TWINREMARKS_H
