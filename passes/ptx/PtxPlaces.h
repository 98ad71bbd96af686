//===- PtxPlaces.h - From lifted code back to its text --------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Before lifting, Marks chooses the instructions that may become places:
// branches that may go back, where those go, operations of several threads.
// Afterwards, Mapper finds the marks that the lifter made of them and tells
// which statements a site of the plan stands for.
//
// Sound as a must-fact: threads that decide together pass a place as often as
// they pass its site (docs/semantics.md, "Twins of PTX").
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_PASSES_PTX_PTXPLACES_H
#define REPRISE_PASSES_PTX_PTXPLACES_H

#include "PtxPlan.h"
#include "SyncOps.h"
#include "ptx/Lift.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/InstIterator.h"

#include <map>
#include <optional>

namespace reprise::ptx {

using PlaceKey = std::pair<uint32_t, uint32_t>;

inline std::string opcodeOf(const Instruction &I) {
  std::string Text = I.Opcode.str();
  for (llvm::StringRef M : I.Modifiers)
    Text += "." + M.str();
  return Text;
}

/// The statements of one entry that may be places.
class Marks {
public:
  explicit Marks(const Function &F) : F(F) {
    unsigned Depth = 0;
    for (auto [Index, S] : llvm::enumerate(F.Body)) {
      Depth += S.K == Statement::Kind::BlockBegin;
      Depth -= S.K == Statement::Kind::BlockEnd;
      if (S.K != Statement::Kind::Label)
        continue;
      auto [It, New] =
          Labels.try_emplace(S.Label, Label{Index, Depth == 0, true});
      if (!New)
        It->second.Everywhere = It->second.Once = false;
    }
    auto Want = [&](size_t Index) {
      Location Loc = F.Body[Index].Loc;
      Wanted[{Loc.Line, Loc.Column}] = Index;
    };
    for (auto [Index, S] : llvm::enumerate(F.Body))
      if (S.K == Statement::Kind::Instruction &&
          mayBePlace(S.instruction(), Index)) {
        Want(Index);
        // So that no block of a loop's begin is taken out of the way.
        if (S.instruction().Opcode == "bra")
          if (auto To = landing(S.instruction().Operands[0].Name))
            Want(*To);
      }
  }
  /// The first instruction behind a label; none where there are several labels
  /// of that name.
  std::optional<size_t> landing(llvm::StringRef Name) const {
    auto It = Labels.find(Name);
    if (It == Labels.end() || !It->second.Once)
      return std::nullopt;
    for (size_t I = It->second.First; I < F.Body.size(); ++I)
      if (F.Body[I].K == Statement::Kind::Instruction)
        return I;
    return std::nullopt;
  }
  /// A label that all of the body can branch to.
  bool isEverywhere(llvm::StringRef Name) const {
    auto It = Labels.find(Name);
    return It != Labels.end() && It->second.Everywhere;
  }
  void addTo(llvm::DenseSet<PlaceKey> &All) const {
    for (const auto &Place : Wanted)
      All.insert(Place.first);
  }
  /// The statement that I, a mark, stands for.
  std::optional<size_t> statement(const llvm::Instruction &I) const {
    auto Loc = markedPlace(I);
    auto It = Loc ? Wanted.find({Loc->Line, Loc->Column}) : Wanted.end();
    return It == Wanted.end() ? std::nullopt : std::optional(It->second);
  }
  const Instruction &at(size_t Index) const {
    return F.Body[Index].instruction();
  }

private:
  struct Label {
    size_t First;    ///< Statement; of several in different braces.
    bool Everywhere; ///< The only one, and in no braces of its own.
    bool Once;       ///< The only one.
  };

  /// All that may go back; and operations of several threads.
  bool mayBePlace(const Instruction &I, size_t Index) const {
    if (I.Opcode == "brx")
      return true;
    if (I.Opcode == "bra") {
      auto It = I.Operands.size() == 1 ? Labels.find(I.Operands[0].Name)
                                       : Labels.end();
      return It != Labels.end() && It->second.First < Index;
    }
    SyncKind K = classifyOpcode(opcodeOf(I));
    return K != SyncKind::None && K != SyncKind::Unknown;
  }

  const Function &F;
  llvm::StringMap<Label> Labels;
  std::map<PlaceKey, size_t> Wanted;
};

/// Finds the places of one plan's sites.
class Mapper {
public:
  Mapper(llvm::Function &Code, const Marks &M) : M(M), Tree(Code), Loops(Tree) {
    for (llvm::Instruction &I : llvm::instructions(Code))
      if (auto Index = M.statement(I)) {
        Of[I.getParent()].push_back(*Index);
        ++Seen[*Index];
      }
  }

  /// Empty where the text has no place for S.
  Places find(const CheckpointSite &S) const {
    return S.At ? operation(S) : backEdges(S);
  }

private:
  /// The branch back that B ends with. It goes where B does: a condition that
  /// the lifted form has lost is one that it knows.
  std::optional<size_t> branchOf(const llvm::BasicBlock *B) const {
    auto It = Of.find(B);
    if (It == Of.end() || It->second.empty())
      return std::nullopt;
    size_t Last = It->second.back();
    // One that was folded away leaves its mark in the middle.
    const auto *End = llvm::dyn_cast<llvm::BranchInst>(B->getTerminator());
    if (M.at(Last).Opcode != "bra" || Seen.lookup(Last) != 1 || !End ||
        End->isConditional() == M.at(Last).Guard.empty())
      return std::nullopt;
    const llvm::Instruction *I = End->getPrevNode();
    while (I && !M.statement(*I)) {
      if (I->mayHaveSideEffects())
        return std::nullopt;
      I = I->getPrevNode();
    }
    return I && M.statement(*I) == Last ? std::optional(Last) : std::nullopt;
  }

  Places backEdges(const CheckpointSite &S) const {
    const llvm::Loop *L = Loops.getLoopFor(S.Header);
    const llvm::BasicBlock *Latch = L ? L->getLoopLatch() : nullptr;
    auto Begin = Of.find(S.Header);
    if (!Latch || Begin == Of.end())
      return {};
    size_t First = Begin->second.front();
    auto GoesBack = [&](size_t Branch) {
      return Seen.lookup(First) == 1 &&
             M.landing(M.at(Branch).Operands[0].Name) == First;
    };
    if (auto Branch = branchOf(Latch))
      return GoesBack(*Branch) ? Places{*Branch} : Places{};
    // Several branches to one label, which the lifted form brings together.
    Places Found;
    for (const llvm::BasicBlock *P : llvm::predecessors(Latch)) {
      auto Branch = branchOf(P);
      if (!Branch || !GoesBack(*Branch) || Loops.getLoopFor(P) != L)
        return {};
      Found.push_back(*Branch);
    }
    for (const llvm::Instruction &I : *Latch)
      if (I.mayHaveSideEffects())
        return {};
    llvm::sort(Found);
    if (Found.empty())
      return {};
    llvm::StringRef Label = M.at(Found[0]).Operands[0].Name;
    if (!M.isEverywhere(Label) || llvm::any_of(Found, [&](size_t I) {
          return M.at(I).Operands[0].Name != Label;
        }))
      return {};
    return Found;
  }

  Places operation(const CheckpointSite &S) const {
    const llvm::Instruction *I = S.At->getPrevNode();
    while (I && !M.statement(*I) && !I->mayHaveSideEffects())
      I = I->getPrevNode();
    auto Index = I ? M.statement(*I) : std::nullopt;
    if (!Index || Seen.lookup(*Index) != 1 || !M.at(*Index).Guard.empty())
      return {};
    const Instruction &Op = M.at(*Index);
    bool Barrier = Op.Opcode == "bar" || Op.Opcode == "barrier";
    if (S.Kind == SiteKind::Barrier &&
        (!Barrier || !Op.has("sync") || Op.Operands.size() != 1))
      return {};
    if (S.Kind == SiteKind::WarpOp && (Barrier && !Op.has("warp")))
      return {};
    return {*Index};
  }

  const Marks &M;
  llvm::DominatorTree Tree;
  llvm::LoopInfo Loops;
  llvm::DenseMap<const llvm::BasicBlock *, llvm::SmallVector<size_t, 2>> Of;
  llvm::DenseMap<size_t, unsigned> Seen;
};

} // namespace reprise::ptx

#endif // REPRISE_PASSES_PTX_PTXPLACES_H
