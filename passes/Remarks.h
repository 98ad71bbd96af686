//===- Remarks.h - Report classes through LLVM's remarks ------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_PASSES_REMARKS_H
#define REPRISE_PASSES_REMARKS_H

#include "Model.h"

namespace llvm {
class Module;
} // namespace llvm

namespace reprise {

/// Emits one analysis remark of pass "reprise" for each kernel, at the
/// kernel's definition: its class with the condition or the reasons.
/// `-Rpass-analysis=reprise` prints them, -fsave-optimization-record stores
/// them.
void emitRemarks(llvm::Module &M, const Module &Summary);

} // namespace reprise

#endif // REPRISE_PASSES_REMARKS_H
