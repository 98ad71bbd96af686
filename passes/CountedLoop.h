//===- CountedLoop.h - Loops that can run in slices -----------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   do { ... i += s; } while (i < n);
//
// runs in slices of N iterations, without an instruction more in any of them,
// when the test compares with the end of the slice instead of n:
//
//   m = end(i);
//   do {
//     do { ... i += s; } while (i < m);
//   } while (i < n && (poll(), m = end(i), true));
//
//   end(i) = i + N*s  if i < n and n - i > N*s, as unsigned numbers; else n
//
// A step that is not a constant is asked first whether it is positive and N*s
// fits in its type's positive numbers; where not, end(i) = n.
//
// Within a slice that does not end with n, i goes from some i0 < n to i0 + N*s,
// which is below n, in steps of s: no step wraps and none reaches n, so the
// slice's test goes on exactly where the loop's test does. That holds for !=
// as well, where i0 < n is not needed. The comparison may be of any kind that
// goes in the step's direction; nothing is assumed about wrapping.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_PASSES_COUNTEDLOOP_H
#define REPRISE_PASSES_COUNTEDLOOP_H

#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Instructions.h"

#include <optional>

namespace reprise {

/// A loop in simplified form whose only latch ends it by such a test.
struct CountedLoop {
  llvm::PHINode *Counter = nullptr;
  llvm::BranchInst *Latch = nullptr;
  llvm::ICmpInst *Test = nullptr;
  unsigned EndOperand = 1;              ///< Of Test; the other is the counter.
  llvm::CmpInst::Predicate GoesOn = {}; ///< counter GoesOn end.
  llvm::Value *Step = nullptr; ///< A constant, or invariant in the loop.

  llvm::Value *end() const { return Test->getOperand(EndOperand); }

  static std::optional<CountedLoop> match(const llvm::Loop &L);
  /// True when slices of N iterations have an end that can be computed.
  bool fits(uint32_t N) const;
  /// end(i) of the comment above.
  llvm::Value *sliceEnd(llvm::IRBuilder<> &B, llvm::Value *From,
                        uint32_t N) const;

private:
  const llvm::ConstantInt *constantStep() const;
};

} // namespace reprise

#endif // REPRISE_PASSES_COUNTEDLOOP_H
