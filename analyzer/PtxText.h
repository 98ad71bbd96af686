//===- PtxText.h - What can be told of PTX without parsing it -------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Enough of PTX's spelling to count: comments and strings are passed over, so
// that the word `.entry` in one of them is no kernel. Used to hold the number
// of kernels that are reported against the number that there are; it shares
// nothing with the parser whose work it checks.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_ANALYZER_PTXTEXT_H
#define REPRISE_ANALYZER_PTXTEXT_H

#include "Container.h"

#include "llvm/ADT/STLFunctionalExtras.h"

namespace reprise {

/// True when Text begins, after space and comments, with `.version`.
bool isPtxText(llvm::StringRef Text);

/// `.version 9.0` and the first name behind `.target`; what is missing stays
/// zero.
struct PtxHeader {
  uint16_t Major = 0, Minor = 0;
  Arch Target;
};
PtxHeader readPtxHeader(llvm::StringRef Text);

/// Calls F for the name of each `.entry` that has a body, in order. Names are
/// those of the text, also where it is broken off behind them.
void forEachPtxEntry(llvm::StringRef Text,
                     llvm::function_ref<void(llvm::StringRef)> F);

} // namespace reprise

#endif // REPRISE_ANALYZER_PTXTEXT_H
