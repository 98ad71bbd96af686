//===- LargestValue.h - Bounds of a value, with the hardware's limits -----===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_ANALYZER_LARGESTVALUE_H
#define REPRISE_ANALYZER_LARGESTVALUE_H

#include "llvm/ADT/APInt.h"
#include "llvm/IR/DataLayout.h"
#include "llvm/IR/Value.h"

namespace reprise {

/// A number that the integer V, read as unsigned, never exceeds: from known
/// bits and from what special registers hold at most on any GPU. As wide as V.
/// Example: 1023 for threadIdx.x, 4092 for threadIdx.x * 4.
llvm::APInt largestValue(const llvm::Value *V, const llvm::DataLayout &DL);

} // namespace reprise

#endif // REPRISE_ANALYZER_LARGESTVALUE_H
