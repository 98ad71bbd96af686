//===- PtxTwin.cpp - Twins of entries, as PTX -----------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Two kinds of counters stand beside the pieces of TwinPieces.h:
//
//   %reprise_left        instructions to the next poll of a loop
//   %reprise_passes<N>   passes to the next poll of operation N
//
// One counter is enough for all loops: threads that decide together run the
// same of them, equally often and in the same order.
//
//===----------------------------------------------------------------------===//

#include "PtxTwin.h"
#include "Control.h"
#include "StopRules.h"
#include "TwinPieces.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"

#include <algorithm>

using namespace llvm;

namespace reprise::ptx {

using namespace pieces;

namespace {

class Writer {
public:
  Writer(StringRef Text, const EntryText &Parts, const PtxPlan &P,
         const PlanOptions &Options)
      : Text(Text), Parts(Parts), P(P), F(*P.Entry), Options(Options) {}

  bool chooseNames();
  std::string run();

private:
  void renameLabels();
  void redirectEnds();
  /// Breaks StopRule::DoneAtTheEnd: threads are counted before their last
  /// store as well; at the end it comes too late to matter.
  void countEarly();
  void addLoop(const CheckpointSite &S, const Places &Where);
  void addBarrier(const CheckpointSite &S, size_t At);
  void addVote(const CheckpointSite &S, size_t At);

  std::string own(std::string Code) const;
  std::string renamed(StringRef Label) const {
    return Label.str() + own("_reprise_twin");
  }
  size_t offset(StringRef Part) const {
    return static_cast<size_t>(Part.data() - Text.data());
  }
  std::string decide() const;
  std::string countEnded() const {
    return std::string(IsMapped) + (P.WaitsForBulk ? FinishBulk : "") +
           CountThread + WordAndBit + Mark;
  }
  std::string counter();
  std::string poll(StringRef Stay) const;
  std::string header() const;

  StringRef Text;
  const EntryText &Parts;
  const PtxPlan &P;
  const Function &F;
  const PlanOptions &Options;
  std::string Stem;
  StringSet<> Labels;
  TextEdits Edits;
  /// What stands before and behind the body.
  std::string Initial, Tail;
  unsigned Counters = 0, Jumps = 0;
};

} // namespace

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

bool Writer::chooseNames() {
  StringSet<> Others;
  for (const Statement &S : F.Body)
    if (S.K == Statement::Kind::Label || S.K == Statement::Kind::Targets ||
        S.K == Statement::Kind::Prototype)
      Labels.insert(S.Label);
    else if (S.K == Statement::Kind::Variable)
      Others.insert(S.Label);
  for (const Variable &V : F.Params)
    Others.insert(V.Name);
  // A name that is both cannot be told apart.
  for (const auto &L : Labels)
    if (Others.count(L.getKey()))
      return false;
  for (unsigned N = 0;; ++N) {
    Stem = "reprise" + (N ? std::to_string(N) : "") + "_";
    bool Used = any_of(Parts.Words,
                       [&](const Token &T) { return T.Text.contains(Stem); }) ||
                any_of(F.Params, [&](const Variable &V) {
                  return V.Name.contains(Stem);
                });
    if (!Used)
      return true;
  }
}

/// Code as written above, with the names of this entry.
std::string Writer::own(std::string Code) const {
  constexpr StringRef Usual = "reprise_";
  if (Stem != Usual)
    for (size_t At = Code.find(Usual); At != std::string::npos;
         At = Code.find(Usual, At + Stem.size()))
      Code.replace(At, Usual.size(), Stem);
  return Code;
}

//===----------------------------------------------------------------------===//
// The body
//===----------------------------------------------------------------------===//

/// Debug sections speak of the original's labels.
void Writer::renameLabels() {
  for (const Token &T : Parts.Words)
    if (Labels.count(T.Text))
      Edits.replace({offset(T.Text), offset(T.Text) + T.Text.size()},
                    renamed(T.Text));
}

void Writer::redirectEnds() {
  for (auto [S, Range] : zip(F.Body, Parts.Statements)) {
    if (S.K != Statement::Kind::Instruction)
      continue;
    const Instruction &I = S.instruction();
    if (I.Opcode == "ret" || I.Opcode == "exit")
      Edits.replace(
          {offset(I.Opcode), Range.End},
          own(I.has("uni") ? "bra.uni $reprise_end;" : "bra $reprise_end;"));
  }
}

void Writer::countEarly() {
  size_t Last = F.Body.size();
  for (auto [Index, S] : enumerate(F.Body))
    if (S.K == Statement::Kind::Instruction && S.instruction().Opcode == "st" &&
        !S.instruction().has("shared"))
      Last = Index;
  if (Last == F.Body.size())
    return;
  std::string Code = countEnded();
  for (auto [From, To] : {std::pair<StringRef, StringRef>("$reprise_end:", ""),
                          {"$reprise_out", "$reprise_early"}})
    for (size_t At = Code.find(From); At != std::string::npos;
         At = Code.find(From, At + To.size()))
      Code.replace(At, From.size(), To);
  size_t At = Parts.Statements[Last].Begin;
  Edits.replace({At, At}, own("\n" + Code + "$reprise_early:\n"));
}

/// %reprise_p0 becomes the decision of all that leave together.
std::string Writer::decide() const {
  switch (P.Plan.Inside) {
  case Granularity::Block:
    return std::string(ReadRequest) + AnyOfBlock;
  case Granularity::Warp:
    return ReadRequest +
           std::string(
               "\tvote.sync.any.pred %reprise_p0, %reprise_p0, 0xffffffff;\n");
  default:
    return ReadRequest;
  }
}

/// Asks, and goes on at the label Stay.
std::string Writer::poll(StringRef Stay) const {
  return "\tmov.u32 %reprise_left, " +
         std::to_string(Options.PollInstructions) + ";\n" + decide() +
         "\t@!%reprise_p0 bra " + Stay.str() + ";\n\tbra $reprise_leave;\n";
}

void Writer::addLoop(const CheckpointSite &S, const Places &Where) {
  std::string Spend =
      "\n\tadd.s32 %reprise_left, %reprise_left, -" +
      std::to_string(std::clamp(S.Body, 1u, Options.PollInstructions)) + ";\n";
  std::string Number = std::to_string(Jumps++);
  StringRef Label = F.Body[Where[0]].instruction().Operands[0].Name;
  // The label is renamed behind own(), for it may contain what that replaces.
  auto With = [&](std::string Code) {
    Code = own(std::move(Code));
    for (size_t At = Code.find('#'); At != std::string::npos;
         At = Code.find('#', At))
      Code.replace(At, 1, renamed(Label));
    return Code;
  };
  if (Where.size() > 1) {
    for (size_t I : Where) {
      StringRef Target = F.Body[I].instruction().Operands[0].Name;
      Edits.replace({offset(Target), offset(Target) + Target.size()},
                    own("$reprise_tick" + Number));
    }
    Tail += With("$reprise_tick" + Number + ":" + Spend +
                 "\tsetp.gt.s32 %reprise_p0, %reprise_left, 0;\n"
                 "\t@%reprise_p0 bra #;\n" +
                 poll("#"));
    return;
  }
  const Instruction &I = F.Body[Where[0]].instruction();
  std::string Code;
  if (I.Guard.empty()) {
    Code = With(Spend +
                "\tsetp.gt.s32 %reprise_p0, %reprise_left, 0;\n"
                "\t@%reprise_p0 bra #;\n" +
                poll("#"));
  } else {
    // Both questions in one branch, as long as nothing is due.
    std::string Guard = I.Guard.str();
    std::string Not = "!" + Guard;
    if (I.GuardNegated)
      std::swap(Guard, Not);
    Code = With(Spend + "\tsetp.gt.and.s32 %reprise_p0, %reprise_left, 0, ") +
           Guard + With(";\n\t@%reprise_p0 bra #;\n\t@") + Not +
           With(" bra $reprise_past" + Number + ";\n" + poll("#") +
                "$reprise_past" + Number + ":");
  }
  Edits.replace(Parts.Statements[Where[0]], Code);
}

std::string Writer::counter() {
  return "%reprise_passes" + std::to_string(Counters++);
}

/// The kernel's barrier becomes one that carries the decision. Not all threads
/// need to be due: whoever is asks for all.
void Writer::addBarrier(const CheckpointSite &S, size_t At) {
  const Instruction &I = F.Body[At].instruction();
  std::string Code;
  if (S.Period > 1) {
    std::string Passes = counter(), Period = std::to_string(S.Period);
    Initial += "\tmov.u32 " + Passes + ", " + Period + ";\n";
    Code = "\n\tadd.s32 " + Passes + ", " + Passes +
           ", -1;\n"
           "\tsetp.le.s32 %reprise_p0, " +
           Passes +
           ", 0;\n"
           "\tmov.u32 %reprise_r0, 0;\n"
           "\tld.param.u64 %reprise_d0, [__reprise_control];\n"
           "\t@%reprise_p0 ld.volatile.global.u32 %reprise_r0, "
           "[%reprise_d0];\n"
           "\t@%reprise_p0 mov.u32 " +
           Passes + ", " + Period +
           ";\n"
           "\tsetp.gt.u32 %reprise_p0, %reprise_r0, 1;\n";
  } else if (S.Period == 1) {
    Code = "\n" + std::string(ReadRequest);
  } else {
    Code = "\n\tmov.u32 %reprise_r0, 0;\n"
           "\tsetp.ne.u32 %reprise_p0, %reprise_r0, 0;\n";
  }
  Code += "\t" + I.Opcode.str() + (I.has("cta") ? ".cta" : "") +
          ".red.or.pred" + (I.has("aligned") ? ".aligned" : "") +
          " %reprise_p0, 0, %reprise_p0;\n"
          "\t@%reprise_p0 bra $reprise_leave;";
  Edits.replace(Parts.Statements[At], own(Code));
}

/// Before the warp's own operation, for which all lanes are here.
void Writer::addVote(const CheckpointSite &S, size_t At) {
  std::string Code = "\n";
  std::string Past = "$reprise_past" + std::to_string(Jumps++);
  if (S.Period > 1) {
    std::string Passes = counter(), Period = std::to_string(S.Period);
    Initial += "\tmov.u32 " + Passes + ", " + Period + ";\n";
    Code += "\tadd.s32 " + Passes + ", " + Passes +
            ", -1;\n"
            "\tsetp.gt.s32 %reprise_p0, " +
            Passes +
            ", 0;\n"
            "\t@%reprise_p0 bra " +
            Past + ";\n\tmov.u32 " + Passes + ", " + Period + ";\n";
  }
  Code += decide() + "\t@%reprise_p0 bra $reprise_leave;\n";
  if (S.Period > 1)
    Code += Past + ":\n";
  Edits.replace({Parts.Statements[At].Begin, Parts.Statements[At].Begin},
                own(Code) + "\t");
}

//===----------------------------------------------------------------------===//
// The whole
//===----------------------------------------------------------------------===//

std::string Writer::header() const {
  std::string Result = F.Link == Linkage::Weak      ? ".weak "
                       : F.Link == Linkage::Visible ? ".visible "
                                                    : "";
  Result += ".entry " + (TwinPrefix + F.Name).str();
  if (F.Params.empty())
    Result += own("(" + std::string(Parameter) + ")");
  else
    // A comment may stand before the last parenthesis.
    Result += (Text.slice(Parts.Params.Begin, Parts.Params.End - 1) + "\n\t, " +
               own(Parameter) + "\n)")
                  .str();
  return Result +
         Text.slice(Parts.Directives.Begin, Parts.Directives.End).str();
}

std::string Writer::run() {
  renameLabels();
  redirectEnds();
  if (weakened(StopRule::DoneAtTheEnd))
    countEarly();
  bool Loops = false;
  for (auto [S, Where] : zip(P.Plan.Sites, P.Sites)) {
    switch (S.Kind) {
    case SiteKind::CountedLoop:
    case SiteKind::Loop:
      Loops = true;
      addLoop(S, Where);
      break;
    case SiteKind::Barrier:
      addBarrier(S, Where[0]);
      break;
    case SiteKind::WarpOp:
      addVote(S, Where[0]);
      break;
    }
  }
  std::string Front = Variables;
  std::string Bytes = std::to_string(P.CountBytes);
  Front +=
      "\t.shared .align " + Bytes + " .b8 __reprise_ended[" + Bytes + "];\n";
  if (Counters)
    Front += "\t.reg .b32 %reprise_passes<" + std::to_string(Counters) + ">;\n";
  if (Loops)
    Front += "\t.reg .b32 %reprise_left;\n\tmov.u32 %reprise_left, " +
             std::to_string(Options.PollInstructions) + ";\n";
  Front += Initial + HasMap +
           (P.Plan.Entry == Granularity::Thread ? AskAlone
                                                : "\tbra $reprise_ask;\n") +
           "$reprise_map:\n" + WordAndBit + SkipWhenDone + AskTogether +
           (weakened(StopRule::ReadOnce)        ? ReadAgain
            : weakened(StopRule::LeaveTogether) ? ""
                                                : AnyOfBlock) +
           LeaveIfAsked + "$reprise_body:\n";
  std::string Back = countEnded();
  std::string Left =
      "$reprise_leave:\n" +
      std::string(P.Plan.WaitsForCopies ? "\tcp.async.wait_all;\n" : "") +
      Leave;
  return header() + "{" + own(Front) + Edits.apply(Text, Parts.Body) + "\n" +
         own(Back) + Tail + own(Left) + "}\n";
}

std::string writeTwin(StringRef Text, const LineTable &Lines, PtxPlan &P,
                      const PlanOptions &Options) {
  EntryText Parts;
  bool Known = Parts.find(Text, Lines, *P.Entry);
  Writer W(Text, Parts, P, Options);
  if (!Known || !W.chooseNames()) {
    P.Plan.Refusal = "its text has a form that cannot be copied";
    P.Plan.Entry = P.Plan.Inside = Granularity::None;
    P.Plan.Sites.clear();
    P.Sites.clear();
    return "";
  }
  return W.run();
}

} // namespace reprise::ptx
