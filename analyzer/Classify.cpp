//===- Classify.cpp - Class and condition of a kernel ---------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// idempotent      no pair is left and no effect: no instance can clobber
// non-idempotent  some write always overwrites what its own thread has read:
//                 every instance that reaches it clobbers
// unknown         no launch can be decided: an effect, or a pair with an
//                 access to any memory
// conditional     everything else; the condition says what a launch must keep
//
//===----------------------------------------------------------------------===//

#include "KernelAnalysis.h"
#include "Printer.h"

#include <algorithm>

namespace reprise {

namespace {

class Classifier {
public:
  explicit Classifier(KernelState &S) : S(S), K(S.K) {}

  void run() {
    for (const Pair &P : K.Pairs)
      if (P.Kind == PairKind::Linked && argumentGuards(P.Write).empty()) {
        K.Class = REPRISE_CLASS_NON_IDEMPOTENT;
        note(P);
        return;
      }
    bool Undecidable = !K.Effects.empty();
    for (const Effect &E : K.Effects)
      K.Notes.push_back(std::string(reprise_reason_text(E.Reason)) +
                        (E.Detail.empty() ? "" : " (" + E.Detail + ")"));
    for (const Pair &P : K.Pairs)
      for (Id I : {P.Read, P.Write})
        if (S.Accesses[I].A.Root == RootKind::Unknown) {
          Undecidable = true;
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

  void noteUnknown(const Access &A) {
    std::string Text = reprise_reason_text(A.Reason);
    if (!A.Detail.empty())
      Text += " (" + A.Detail + ")";
    if (A.Loc.Line)
      Text += " at " + A.Loc.File + ":" + std::to_string(A.Loc.Line);
    add(K.Notes, Text);
  }

  void note(const Pair &P) {
    const Access &R = S.Accesses[P.Read].A, &W = S.Accesses[P.Write].A;
    std::string Text = P.Read == P.Write
                           ? "reads and writes " + W.Text + " at once"
                           : "reads " + R.Text + ", then writes it";
    if (W.Loc.Line)
      Text += " at " + W.Loc.File + ":" + std::to_string(W.Loc.Line);
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

  /// disjoint(W[0 .. 4n), R[0 .. 4n)) for each pair of ranges; ranges of the
  /// same root, offset and guard are printed once.
  void condition() {
    std::vector<std::string> Parts;
    for (const Pair &P : K.Pairs) {
      AnalyzedAccess &R = S.Accesses[P.Read], &W = S.Accesses[P.Write];
      if (R.A.Rule == "first iteration")
        continue;
      if (P.Kind == PairKind::Linked) {
        std::string Guards;
        for (const std::string &G : argumentGuards(P.Write))
          Guards += (Guards.empty() ? "" : " and ") + G;
        add(Parts, "not (" + Guards + ")");
        continue;
      }
      bool SameRoot = R.precise() && W.precise() && R.A.Root == W.A.Root &&
                      R.A.Base == W.A.Base && R.A.Symbol == W.A.Symbol;
      if (SameRoot)
        // Ranges would overlap: what counts is the exact sets.
        add(Parts, "disjoint({" + W.A.Text + "}, {" + R.A.Text + "})");
      else
        add(Parts, "disjoint(" + printRange(S, W) + ", " + printRange(S, R) +
                       ")");
      for (Id I : {P.Read, P.Write})
        if (S.Accesses[I].A.Top)
          noteUnknown(S.Accesses[I].A);
    }
    for (const std::string &P : Parts)
      K.Condition += (K.Condition.empty() ? "" : " and ") + P;
  }

  KernelState &S;
  Kernel &K;
};

} // namespace

void classify(KernelState &S) { Classifier(S).run(); }

} // namespace reprise
