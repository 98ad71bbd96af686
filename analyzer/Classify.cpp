//===- Classify.cpp - Class and condition of a kernel ---------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// idempotent      no pair is left and no effect: no instance can clobber
// non-idempotent  some write always overwrites what its own thread has read, or
//                 reads as well in another loop: every instance that reaches
//                 it clobbers
// unknown         no launch can be decided: an effect, a write that depends on
//                 the order of threads, or a pair with an
//                 access to any memory, or to any byte of the object that the
//                 other one of the pair touches as well
// conditional     everything else; the condition says what a launch must keep
//
//===----------------------------------------------------------------------===//

#include "EarlierRead.h"
#include "Printer.h"

#include <algorithm>

namespace reprise {

namespace {

class Classifier {
public:
  Classifier(KernelState &S, unsigned Limit) : S(S), K(S.K), Limit(Limit) {}

  void run() {
    for (const Pair &P : K.Pairs)
      if (P.Kind == PairKind::Linked &&
          S.Accesses[P.Write].A.Root != RootKind::Unknown &&
          argumentGuards(P.Write).empty() && !mayBeReplaced(P)) {
        K.Class = REPRISE_CLASS_NON_IDEMPOTENT;
        note(P);
        return;
      }
    if (const Pair *P = findReadToo()) {
      K.Class = REPRISE_CLASS_NON_IDEMPOTENT;
      note(*P);
      return;
    }
    bool Undecidable = !K.Effects.empty();
    for (const Effect &E : K.Effects)
      K.Notes.push_back(std::string(reprise_reason_text(E.Reason)) +
                        (E.Detail.empty() ? "" : " (" + E.Detail + ")"));
    for (const Pair &P : K.Pairs)
      if (P.Kind == PairKind::Ordered) {
        if (!argumentGuards(P.Write).empty()) {
          addGuarded(P.Write);
          continue;
        }
        Undecidable = true;
        Access Named = S.Accesses[P.Write].A;
        Named.Reason = REPRISE_REASON_ORDER_DEPENDENT;
        noteUnknown(Named);
      }
    for (const Pair &P : K.Pairs)
      for (Id I : {P.Read, P.Write})
        if (S.Accesses[I].A.Root == RootKind::Unknown ||
            (S.Accesses[I].A.Top && P.Kind == PairKind::Test &&
             sameObject(S.Accesses[P.Read].A, S.Accesses[P.Write].A))) {
          Undecidable = true;
          if (isHandle(S.Accesses[P.Read].A.Root) &&
              sameObject(S.Accesses[P.Read].A, S.Accesses[P.Write].A))
            add(K.Notes, "reads and writes " + S.Accesses[I].A.Text);
          else
            noteUnknown(S.Accesses[I].A);
        }
    if (Undecidable) {
      K.Class = REPRISE_CLASS_UNKNOWN;
      return;
    }
    if (K.Pairs.empty()) {
      K.Class = REPRISE_CLASS_IDEMPOTENT;
      return;
    }
    K.Class = REPRISE_CLASS_CONDITIONAL;
    condition();
  }

private:
  void add(std::vector<std::string> &List, std::string Text) {
    if (std::find(List.begin(), List.end(), Text) == List.end())
      List.push_back(std::move(Text));
  }

  /// Writes before the read go through the same root and are wide enough: what
  /// is read may be what this launch wrote.
  bool mayBeReplaced(const Pair &P) const {
    const Access &R = S.Accesses[P.Read].A;
    uint64_t Bytes = 0;
    for (Id W : P.After) {
      const Access &A = S.Accesses[W].A;
      if (!sameObject(A, R) || otherMembers(S.Accesses[W], S.Accesses[P.Read]))
        continue;
      if (A.Top || S.LI.getLoopFor(S.Accesses[W].I->getParent()))
        return true;
      Bytes += A.Width;
    }
    return Bytes != 0 && Bytes >= R.Width;
  }

  /// Are all addresses of X and Y apart because of their remainders by a power
  /// of two, as different members of the elements of an array are? Index
  /// arithmetic of 16 bits or more that wraps keeps these remainders.
  static bool otherMembers(const AnalyzedAccess &X, const AnalyzedAccess &Y) {
    if (X.Width == 0 || Y.Width == 0)
      return false;
    uint64_t Period = uint64_t{1} << 16;
    auto Divide = [&](const Poly &P, bool Whole) {
      for (const auto &[M, C] : P.terms())
        if (Whole || !M.empty())
          while (static_cast<uint64_t>(C) % Period != 0)
            Period /= 2;
    };
    const Poly Between = X.Offset.Const - Y.Offset.Const;
    if (!Between.isValid())
      return false;
    Divide(Between, false);
    for (const AnalyzedAccess *A : {&X, &Y})
      for (const auto &[Atom, Factor] : A->Offset.Terms) {
        if (!Factor.isValid())
          return false;
        Divide(Factor, true);
      }
    auto At = Between.terms().find({});
    const uint64_t First =
        At == Between.terms().end() ? 0 : static_cast<uint64_t>(At->second);
    return First % Period >= Y.Width && First % Period + X.Width <= Period;
  }

  /// A pair whose write overwrites what its thread reads elsewhere, and nothing
  /// before the read could have replaced it.
  const Pair *findReadToo() {
    // Proofs are few: most pairs fail before Z3 is asked.
    unsigned Asked = 0;
    for (const Pair &P : K.Pairs)
      if (P.Kind == PairKind::Test && P.After.empty() &&
          S.Accesses[P.Read].A.Rule.empty() &&
          argumentGuards(P.Write).empty() && Asked < MaxAsked) {
        const unsigned Before = S.Proofs.Queries;
        if (provedReadToo(S, S.Accesses[P.Read], S.Accesses[P.Write], Limit))
          return &P;
        Asked += S.Proofs.Queries != Before;
      }
    return nullptr;
  }

  static std::string where(const SourceLoc &L) {
    std::string Name = L.File.substr(L.File.find_last_of('/') + 1);
    return " at " + Name + ":" + std::to_string(L.Line);
  }

  /// What a launch has to know of a handle.
  void noteBinding(const Access &A) {
    std::string Kind = A.Root == RootKind::Texture ? "texture" : "surface";
    std::string Text = "a launch needs the binding of " + Kind;
    if (A.Param != None)
      Text += " argument " + std::to_string(A.Param + 1);
    add(K.Notes, Text + ": " + printExpr(S, A.Base));
  }

  void noteUnknown(const Access &A) {
    if (isHandle(A.Root))
      return noteBinding(A);
    std::string Text = reprise_reason_text(A.Reason);
    if (!Text.empty() && Text.back() == '.')
      Text.pop_back();
    if (!A.Detail.empty())
      Text += " (" + A.Detail + ")";
    if (A.Loc.Line)
      Text += where(A.Loc);
    add(K.Notes, Text);
  }

  void note(const Pair &P) {
    const Access &R = S.Accesses[P.Read].A, &W = S.Accesses[P.Write].A;
    std::string Text = P.Read == P.Write
                           ? "reads and writes " + W.Text + " at once"
                           : "reads " + R.Text + ", then writes it";
    if (W.Loc.Line)
      Text += where(W.Loc);
    add(K.Notes, Text);
  }

  /// Guards of an access that depend on the arguments alone.
  std::vector<std::string> argumentGuards(Id Access) {
    std::vector<std::string> Result;
    for (const Guard &G : S.Accesses[Access].Guards.Guards)
      if (G.Uniform != None && !S.Exprs.constantValue(G.Uniform))
        Result.push_back(printExpr(S, G.Uniform));
    return Result;
  }

  static bool sameRoot(const AnalyzedAccess &A, const AnalyzedAccess &B) {
    return A.precise() && B.precise() && sameObject(A.A, B.A);
  }

  void condition() {
    for (const Pair &P : K.Pairs) {
      AnalyzedAccess &R = S.Accesses[P.Read], &W = S.Accesses[P.Write];
      if (R.A.Rule == "first iteration" || P.Kind == PairKind::Ordered ||
          R.ChecksOf != None)
        continue;
      if (P.Kind == PairKind::Linked && !argumentGuards(P.Write).empty())
        addGuarded(P.Write);
      else if (sameRoot(R, W))
        // Hulls would overlap: what counts is the exact sets.
        add(Parts, "disjoint({" + W.A.Text + "}, {" + R.A.Text + "})");
      else
        addRanges(rangeOf(S, W), rangeOf(S, R));
      for (Id I : {P.Read, P.Write}) {
        const Access &A = S.Accesses[I].A;
        if (A.Top)
          noteUnknown(A);
        if (A.Base != None && S.Exprs[A.Base].Opcode == Op::SymbolBytes)
          add(K.Notes, "a launch needs the content of constant variable " +
                           K.Symbols[S.Exprs[A.Base].Symbol].Name);
      }
    }
    std::vector<std::string> All;
    for (const auto &[W, R] : Ranges)
      add(All, "disjoint(" + printRange(S, W) + ", " + printRange(S, R) + ")");
    for (const std::string &P : Parts)
      add(All, P);
    if (All.empty()) // Only readings of addresses are left to be checked.
      All.emplace_back("no index wraps");
    constexpr size_t Shown = 16; // Tables of pointers have hundreds.
    for (size_t I = 0; I < All.size() && I < Shown; ++I)
      K.Condition += (K.Condition.empty() ? "" : " and ") + All[I];
    if (All.size() > Shown)
      K.Condition += " and " + std::to_string(All.size() - Shown) + " more";
  }

  /// The write must not be reached.
  void addGuarded(Id Write) {
    std::string Guards;
    for (const std::string &G : argumentGuards(Write))
      Guards += (Guards.empty() ? "" : " and ") + G;
    add(Parts, "not (" + Guards + ")");
  }

  /// One line for all accesses through the same two roots, where their hull
  /// can be told.
  void addRanges(const ByteRange &W, const ByteRange &R) {
    for (auto &[OldW, OldR] : Ranges) {
      ByteRange NewW = OldW, NewR = OldR;
      if (NewW.merge(W) && NewR.merge(R)) {
        OldW = NewW;
        OldR = NewR;
        return;
      }
    }
    Ranges.emplace_back(W, R);
  }

  std::vector<std::string> Parts;
  std::vector<std::pair<ByteRange, ByteRange>> Ranges;
  static constexpr unsigned MaxAsked = 8;

  KernelState &S;
  Kernel &K;
  unsigned Limit;
};

} // namespace

void classify(KernelState &S, unsigned SolverLimit) {
  Classifier(S, SolverLimit).run();
}

} // namespace reprise
