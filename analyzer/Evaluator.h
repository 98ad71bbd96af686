//===- Evaluator.h - LLVM values as linear forms --------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads integers of normalised device code as linear forms over threads,
// blocks and loop iterations. ScalarEvolution canonicalises arithmetic and
// finds recurrences; what it calls unknown is read here.
//
// A value of W bits stands for its class modulo 2^W. The form is congruent to
// it, always. Where the code *observes* the value (extends, compares, divides
// it) the form must equal the machine's number, which holds exactly when it
// lies in the observed range: asSigned and asUnsigned attach that as a check
// to be made at launch, unless it holds for every launch.
//
// Example: `sext i32 (ctaid.x * ntid.x + tid.x) to i64` is the Lin
// {tid.x: 1, ctaid.x: ntid.x} with the check that it lies in
// [-2^31, 2^31 - 1].
//
// Some values have no single form: min and max of two varying values, select,
// the phi of a branch. The evaluator then stops with a *pending choice*; the
// caller fixes one alternative after the other and evaluates again.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_ANALYZER_EVALUATOR_H
#define REPRISE_ANALYZER_EVALUATOR_H

#include "Normalize.h"
#include "Symbolic.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/Analysis/ScalarEvolutionExpressions.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/GlobalVariable.h"
#include "llvm/IR/Instructions.h"

#include <array>

namespace reprise {

/// Where each argument of a kernel lies in the argument block, by the PTX
/// rule: in order, each at its own alignment.
struct ParamLayout {
  std::vector<Param> Params;
  uint32_t Bytes = 0;
  /// Names of the members of struct parameters, by offset into the block.
  std::map<uint32_t, std::string> Members;
  static ParamLayout of(const llvm::Function &F, const KernelEntry &Entry);
};

/// An integer or pointer of Width bits.
struct Val {
  unsigned Width = 64;
  Lin L;
  Id Exact = None; ///< Uniform values: the machine's number itself.
  /// Set when L is just the opaque atom of this value.
  const void *Opaque = nullptr;

  bool isUniform() const { return Exact != None; }
};

/// A value with several alternatives: a select (2), a phi (its incoming
/// edges), a min or max expression (its operands).
struct Choice {
  llvm::Value *V = nullptr;
  const llvm::SCEV *MinMax = nullptr;
  unsigned Count = 0;
  const void *key() const {
    return V ? static_cast<const void *>(V) : static_cast<const void *>(MinMax);
  }
};

/// A load from memory that the host fills and kernels cannot write: a by-value
/// parameter or a constant variable. With an index that varies it is a choice
/// between the places that it can read; their number is limited.
///
///   p.ptrs[blockIdx.y], p.ptrs at bytes 8 to 40 of p:
///     Index 8 + 8 * ctaid.y, First 8, Stride 8, Count 4
struct HostLoad {
  Id Param = None; ///< Index of the parameter; or
  const llvm::GlobalVariable *Variable = nullptr;
  unsigned Bits = 0;   ///< That are loaded: whole bytes, at most 64.
  uint64_t Last = 0;   ///< Bytes into the object, the last place there is.
  uint64_t First = 0;  ///< Likewise, the first place.
  uint64_t Stride = 0; ///< Bytes between places.
  unsigned Count = 0;  ///< Places; 1: always the first.
  const llvm::SCEV *Index = nullptr; ///< Bytes into the object; Count > 1.
};

/// What the source calls V: the variable that debug information binds to it,
/// else the IR's name without the suffixes that passes append. May be empty.
std::string sourceName(llvm::Value *V);

class Evaluator {
public:
  Evaluator(llvm::Function &F, llvm::ScalarEvolution &SE, llvm::LoopInfo &LI,
            const ParamLayout &Layout, ExprTable &Exprs, AtomTable &Atoms,
            std::vector<Symbol> &Symbols);

  Val value(llvm::Value *V);
  Val scev(const llvm::SCEV *S);

  /// L with the check that it is the value read as signed / unsigned.
  Lin asSigned(const Val &V);
  Lin asUnsigned(const Val &V);

  /// floor(Num / Den) for Den a uniform positive number.
  Lin quotient(const Lin &Num, const Poly &Den);
  /// The same for a divisor that all threads share, with its conditions.
  Lin quotientBy(const Lin &Num, const Lin &Den) {
    Lin Q = quotient(Num, Den.Const);
    Q.require(Den);
    return Q;
  }
  /// Rewrites `F - Den * floor(F / Den)` inside L to the digit F mod Den.
  Lin rewriteDigits(Lin L);

  AtomId loopAtom(const llvm::Loop *L);
  const llvm::Loop *loopOf(AtomId A) const;
  AtomId threadAtom(bool Block, unsigned Dim);
  /// The atom of the same machine value read as signed, if A is its unsigned
  /// reading and both occur.
  std::optional<AtomId> signedTwin(AtomId A) const;
  /// True when the opaque atom A stands for a value defined outside L.
  bool opaqueInvariant(AtomId A, const llvm::Loop *L) const;

  /// The value that the opaque atom A stands for; null where it is none of the
  /// code's.
  llvm::Value *opaqueValue(AtomId A) const;

  /// Alternatives fixed for the evaluations that follow; forgets results.
  void setChoices(llvm::ArrayRef<std::pair<const void *, unsigned>> C);
  /// The first choice met since setChoices or clearPending that was not fixed.
  const std::optional<Choice> &pending() const { return Pending; }
  void clearPending() { Pending.reset(); }

  /// V as a load of what the host gives, if it is one.
  std::optional<HostLoad> hostLoad(llvm::Value *V);
  /// What holds where L reads its place number Place: two forms that are not
  /// negative, and that depend on the check that L stays inside its object.
  std::array<Lin, 2> placeGuards(const HostLoad &L, unsigned Place);

  /// Index of GV in the kernel's symbols.
  Id symbol(const llvm::GlobalVariable &GV);

  const ParamLayout &layout() const { return Layout; }
  ExprTable &exprs() { return Exprs; }
  AtomTable &atoms() { return Atoms; }
  llvm::ScalarEvolution &scalarEvolution() { return SE; }
  llvm::LoopInfo &loops() { return LI; }

private:
  Val uniform(Id Exact);
  Val opaque(const void *Key, unsigned Width, llvm::Value *V);
  Val instruction(llvm::Instruction *I);
  Val binary(llvm::BinaryOperator *I);
  Val call(llvm::CallBase *C);
  /// The bits of V, a floating-point number that all threads share.
  std::optional<Id> floatBits(llvm::Value *V);
  /// C at launch, exactly; nullopt where its operands are not shared.
  std::optional<Id> floatCompare(llvm::FCmpInst *C);
  /// The float or double of these bits, zero of its sign where subnormal.
  Id flushedFloat(Id Bits);
  Val choose(const Choice &C);
  Val loaded(llvm::LoadInst *I);
  bool mayTake(const llvm::LoadInst &Load, uint64_t Places);
  /// The alternative that is fixed for Key, if one is.
  std::optional<unsigned> choiceOf(const void *Key);
  Val minMax(const llvm::SCEVMinMaxExpr *S);
  Val addRec(const llvm::SCEVAddRecExpr *S);
  Val product(const llvm::SCEVMulExpr *S);
  std::optional<std::pair<const llvm::SCEV *, const llvm::SCEV *>>
  saturatingDifference(const llvm::SCEVAddExpr *S);
  Val extend(const Val &V, unsigned Width, bool Signed);
  Val remainderOfPowerOfTwo(const llvm::SCEV *S, unsigned Bits, unsigned Width);
  AtomId opaqueAtom(const void *Key, unsigned Width, bool Signed,
                    llvm::Value *V);
  Lin observe(const Val &V, bool Signed);

  llvm::Function &F;
  llvm::ScalarEvolution &SE;
  llvm::LoopInfo &LI;
  const ParamLayout &Layout;
  ExprTable &Exprs;
  AtomTable &Atoms;
  std::vector<Symbol> &Symbols;

  /// A value that depends on choices, and the one that was open, if any.
  struct Chosen {
    Val V;
    std::optional<Choice> Open;
  };
  using ChosenValues = llvm::DenseMap<const llvm::SCEV *, Chosen>;
  using ChoiceList = std::vector<std::pair<const void *, unsigned>>;

  /// What was evaluated: whatever the choices are, and under each of those
  /// tried so far. Neighbouring accesses have the same choices.
  llvm::DenseMap<const llvm::SCEV *, Val> Settled;
  std::map<ChoiceList, ChosenValues> PerChoice;
  ChosenValues *Cache = &PerChoice[{}];
  llvm::DenseMap<const void *, unsigned> Choices;
  /// Grows whenever a value turns out to depend on a choice.
  uint64_t Consulted = 0;
  std::optional<Choice> Pending;
  std::map<const llvm::Loop *, AtomId> LoopAtoms;
  std::map<AtomId, const llvm::Loop *> AtomLoops;
  std::map<std::pair<const void *, bool>, AtomId> OpaqueAtoms;
  std::map<AtomId, llvm::Value *> OpaqueValues; ///< Null: not known.
  std::map<const void *, llvm::Value *> OpaqueSources;
  std::map<std::pair<bool, unsigned>, AtomId> ThreadAtoms;
  std::vector<AtomId> Quotients;
  std::map<AtomId, AtomId> Digits; ///< Quotient to its digit.
  std::map<const llvm::SCEV *, std::vector<AtomId>> BoundedAtoms;
  unsigned Depth = 0;
  /// The load from a table of many pointers that is split up, if one is.
  const llvm::LoadInst *LargeTable = nullptr;
};

} // namespace reprise

#endif // REPRISE_ANALYZER_EVALUATOR_H
