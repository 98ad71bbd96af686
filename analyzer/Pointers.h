//===- Pointers.h - Where an address points -------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Splits an address into a root (a pointer from the argument block, a
// variable, or unknown) and a linear byte offset. An address with several
// possible roots or offsets (select, phi, min, max) yields one alternative for
// each, with the guards under which it is taken; their union is the address.
//
// Memory that other threads or a later run cannot see (the thread's stack, the
// block's shared memory, constants, the argument block) yields nothing.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_ANALYZER_POINTERS_H
#define REPRISE_ANALYZER_POINTERS_H

#include "Guards.h"

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/IR/GlobalVariable.h"

namespace reprise {

struct PointerAlternative {
  RootKind Root = RootKind::Unknown;
  Id Base = None;  ///< Param: the pointer's value. Handles: theirs.
  Id Param = None; ///< Param: index of the parameter.
  llvm::GlobalVariable *Symbol = nullptr;
  Lin Offset;
  bool Top = false; ///< Offset not known.
  reprise_reason Reason = REPRISE_REASON_NONE;
  std::string Detail;
  Context Guards; ///< Of the block, with those of the alternative.
};

class PointerResolver {
public:
  PointerResolver(Evaluator &Eval, GuardReader &Guards)
      : Eval(Eval), Reader(Guards) {}

  /// Alternatives for Address (a pointer, or an integer that holds one), used
  /// in block At.
  std::vector<PointerAlternative> resolve(llvm::Value *Address,
                                          llvm::BasicBlock *At);
  /// Alternatives for Handle, of kind Texture or Surface, used in block At.
  std::vector<PointerAlternative> handles(llvm::Value *Handle, RootKind Kind,
                                          llvm::BasicBlock *At);
  /// True when the address that was resolved last may be one that yields
  /// nothing.
  bool mayBeInvisible() const { return Hidden; }
  /// Alternatives for an integer, as offsets without a root.
  std::vector<std::pair<Lin, Context>> integers(const llvm::SCEV *S,
                                                const Context &C);

private:
  void resolve(llvm::Value *Address, const Lin &Extra, const Context &C,
               unsigned Depth);
  void root(llvm::Value *Base, const Lin &Offset, const Context &C,
            unsigned Depth);
  void hide() { Hidden = true; }
  void cycle(llvm::PHINode *Phi, const Context &C);
  void integerAddress(llvm::Value *V, const Lin &Extra, const Context &C);
  void unknown(const Context &C, reprise_reason Reason,
               const std::string &Detail);
  using Values = std::vector<std::pair<Val, Context>>;
  bool enumerate(const llvm::SCEV *S, const Context &C,
                 std::vector<std::pair<const void *, unsigned>> &Choices,
                 Values &Results);
  Values values(const llvm::SCEV *S, const Context &C);
  Id paramOf(Id Pointer, bool Handle);
  Context withChoice(const Context &C, const Choice &K, unsigned Alternative);

  Evaluator &Eval;
  GuardReader &Reader;
  llvm::BasicBlock *At = nullptr;
  unsigned Nesting = 0; ///< Of addresses that are sums with an address.
  std::vector<PointerAlternative> Out;
  bool Hidden = false;
  size_t Most = 0; ///< Alternatives.
};

} // namespace reprise

#endif // REPRISE_ANALYZER_POINTERS_H
