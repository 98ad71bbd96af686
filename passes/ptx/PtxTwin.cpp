//===- PtxTwin.cpp - Twins of entries, as PTX -----------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PtxTwin.h"
#include "Control.h"
#include "StopRules.h"
#include "TwinPieces.h"
#include "TwinWriter.h"

#include "llvm/ADT/STLExtras.h"

#include <utility>

using namespace llvm;

namespace reprise::ptx {

using namespace pieces;

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

bool TwinWriter::chooseNames() {
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
std::string TwinWriter::own(std::string Code) const {
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
void TwinWriter::renameLabels() {
  for (const Token &T : Parts.Words)
    if (Labels.count(T.Text))
      Edits.replace({offset(T.Text), offset(T.Text) + T.Text.size()},
                    renamed(T.Text));
}

void TwinWriter::redirectEnds() {
  if (!WithMap)
    return;
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

void TwinWriter::countEarly() {
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

//===----------------------------------------------------------------------===//
// The request, as TwinPoll.cpp reads it
//===----------------------------------------------------------------------===//

bool TwinWriter::reads(StringRef Register) const {
  return Text.slice(Parts.Body.Begin, Parts.Body.End).contains(Register);
}

std::string TwinWriter::warpInBlock() const {
  std::string Code = "\tmov.u32 %reprise_r0, %tid.x;\n"
                     "\tshr.u32 %reprise_r0, %reprise_r0, 5;\n";
  for (const char *Index : {"%tid.y", "%tid.z"})
    if (reads(Index))
      Code += "\tmov.u32 %reprise_r1, " + std::string(Index) +
              ";\n\tor.b32 %reprise_r0, %reprise_r0, %reprise_r1;\n";
  return Code;
}

std::string TwinWriter::readAtEntry() const {
  if (!asksNear())
    return Options.Spread ? ReadCopy : ReadWord;
  std::string Code = warpInBlock();
  // Blocks that may take long are asked at once, where nobody asks them later.
  // Else one block in four, in no regular order.
  constexpr size_t Long = 2048;
  if (F.Body.size() > Long || (P.HasLoops && !P.Plan.leavesInside()))
    return Code + ReadNear;
  bool Any = false;
  for (auto [Index, Factor] : {std::pair("%ctaid.x", "0x9e3779b1"),
                               std::pair("%ctaid.y", "0x85ebca6b"),
                               std::pair("%ctaid.z", "0xc2b2ae35")})
    if (reads(Index)) {
      Code += "\tmov.u32 %reprise_r1, " + std::string(Index) + ";\n";
      Code += std::exchange(Any, true)
                  ? "\tmad.lo.u32 %reprise_r2, %reprise_r1, " +
                        std::string(Factor) + ", %reprise_r2;\n"
                  : "\tmul.lo.u32 %reprise_r2, %reprise_r1, " +
                        std::string(Factor) + ";\n";
    }
  if (Any)
    Code += "\tshr.u32 %reprise_r2, %reprise_r2, 30;\n"
            "\tor.b32 %reprise_r0, %reprise_r0, %reprise_r2;\n";
  return Code + ReadNear;
}

std::string TwinWriter::read(bool Often) const {
  if (!asksNear())
    return Options.Spread ? ReadCopy : ReadWord;
  // The first warp may have ended, so the others do it now and then.
  std::string Code = warpInBlock() +
                     "\tmov.u32 %reprise_r2, %clock;\n"
                     "\tmul.lo.u32 %reprise_r2, %reprise_r2, 0x9e3779b1;\n"
                     "\tshr.u32 %reprise_r2, %reprise_r2, 27;\n";
  if (Often)
    Code += "\tand.b32 %reprise_r1, %reprise_r2, 3;\n"
            "\tor.b32 %reprise_r0, %reprise_r0, %reprise_r1;\n";
  return Code + "\tmin.u32 %reprise_r0, %reprise_r0, %reprise_r2;\n" + ReadNear;
}

std::string TwinWriter::countEnded() const {
  return std::string(IsMapped) + (P.WaitsForBulk ? FinishBulk : "") +
         CountThread + WordAndBit + Mark;
}

//===----------------------------------------------------------------------===//
// The whole
//===----------------------------------------------------------------------===//

std::string TwinWriter::header() const {
  std::string Result = F.Link == Linkage::Weak      ? ".weak "
                       : F.Link == Linkage::Visible ? ".visible "
                                                    : "";
  Result += ".entry " + ((WithMap ? TwinPrefix : MaplessPrefix) + F.Name).str();
  std::string Last =
      own(Options.Spread ? pieces::SpreadParameter : pieces::Parameter);
  if (F.Params.empty())
    Result += "(" + Last + ")";
  else
    // A comment may stand before the last parenthesis.
    Result += (Text.slice(Parts.Params.Begin, Parts.Params.End - 1) + "\n\t, " +
               Last + "\n)")
                  .str();
  return Result +
         Text.slice(Parts.Directives.Begin, Parts.Directives.End).str();
}

/// Who decides at entry; %reprise_p0 is what each thread wants.
static std::string together(Granularity Who) {
  switch (Who) {
  case Granularity::Block:
    return weakened(StopRule::ReadOnce)        ? ReadAgain
           : weakened(StopRule::LeaveTogether) ? ""
                                               : AnyOfBlock;
  case Granularity::Warp:
    return AnyOfWarp;
  default:
    return "";
  }
}

//===----------------------------------------------------------------------===//
//           has map ? map : alone
//   alone:  asked ? leave : body        for a block: map's last part
//   map:    bit is set ? out;  ended = 0
//   ask:    any of block asked ? leave
//   body:
//===----------------------------------------------------------------------===//

std::string TwinWriter::entry() const {
  auto Ask = [&](Granularity Who) {
    return readAtEntry() + AtEntry + together(Who) + LeaveIfAsked;
  };
  if (!WithMap)
    return Ask(P.Plan.Entry);
  std::string Code = HasMap;
  if (P.Plan.Entry == Granularity::Block)
    Code += "\tbra $reprise_ask;\n";
  else
    Code += Ask(P.Plan.Entry) + "\tbra $reprise_body;\n";
  return Code + "$reprise_map:\n" + WordAndBit + SkipWhenDone +
         "$reprise_ask:\n" + Ask(Granularity::Block) + "$reprise_body:\n";
}

std::string TwinWriter::run() {
  renameLabels();
  redirectEnds();
  if (WithMap && weakened(StopRule::DoneAtTheEnd))
    countEarly();
  addSites();
  std::string Front = Variables + Registers;
  std::string Bytes = std::to_string(P.CountBytes);
  if (WithMap)
    Front +=
        "\t.shared .align " + Bytes + " .b8 __reprise_ended[" + Bytes + "];\n";
  Front += Initial + entry();
  std::string Left =
      "$reprise_leave:\n" +
      std::string(P.Plan.WaitsForCopies ? "\tcp.async.wait_all;\n" : "") +
      Leave;
  return header() + "{" + own(Front) + Edits.apply(Text, Parts.Body) + "\n" +
         own(WithMap ? countEnded() : "\tret;\n") + Tail + own(Left) + "}\n";
}

std::string writeTwin(StringRef Text, const LineTable &Lines, PtxPlan &P,
                      const PlanOptions &Options, bool WithMap) {
  EntryText Parts;
  bool Known = Parts.find(Text, Lines, *P.Entry);
  TwinWriter W(Text, Parts, P, Options, WithMap);
  if (!Known || !W.chooseNames()) {
    P.Plan.Refusal = "its text has a form that cannot be copied";
    P.Plan.Entry = P.Plan.Inside = Granularity::None;
    P.clearSites();
    return "";
  }
  return W.run();
}

} // namespace reprise::ptx
