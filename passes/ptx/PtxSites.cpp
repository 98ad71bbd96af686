//===- PtxSites.cpp - Checkpoints inside twins of PTX ---------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TwinPieces.h"
#include "TwinWriter.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <utility>

using namespace llvm;

namespace reprise::ptx {

using namespace pieces;

std::string TwinWriter::decide(bool Often) const {
  std::string Code = read(Often) + AtSite;
  switch (P.Plan.Inside) {
  case Granularity::Block:
    return Code + AnyOfBlock;
  case Granularity::Warp:
    return Code + AnyOfWarp;
  default:
    return Code;
  }
}

/// Asks, and goes on at the label Stay.
std::string TwinWriter::poll(StringRef Stay) const {
  return "\tmov.u32 %reprise_left, " +
         std::to_string(Options.PollInstructions) + ";\n" + decide(false) +
         "\t@!%reprise_p0 bra " + Stay.str() + ";\n\tbra $reprise_leave;\n";
}

void TwinWriter::addLoop(const CheckpointSite &S, const Places &Where) {
  if (!std::exchange(Counts, true)) {
    Registers += "\t.reg .b32 %reprise_left;\n";
    Initial += "\tmov.u32 %reprise_left, " +
               std::to_string(Options.PollInstructions) + ";\n";
  }
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

/// The counter is compared with the end of a slice; who comes to that asks, if
/// the loop goes on.
void TwinWriter::addSlices(const CheckpointSite &S, const TextSlice &Slice) {
  const Instruction &Branch = F.Body[Slice.Branch].instruction();
  TextRange Label = Parts.Statements[Slice.Label];
  TextRange Test = Parts.Statements[Slice.Test];
  std::string Number = std::to_string(Jumps++);
  std::string End = own("%reprise_slice" + Number);
  std::string Name = renamed(F.Body[Slice.Label].Label);
  std::string Past = own("$reprise_past" + Number);
  Registers += "\t.reg .b" + std::to_string(Slice.Bits) + " %reprise_slice" +
               Number + ";\n";
  // Names of the text may contain what own() replaces.
  std::string Next = Slice.sliceEnd(End, S.Period, own("%reprise_"));
  Edits.replace(Label, "\n" + Next + Name + ":");
  Edits.replace(Test, Slice.test(F, End));
  std::string Goes = (Branch.GuardNegated ? "!" : "") + Branch.Guard.str();
  std::string Ends = (Branch.GuardNegated ? "" : "!") + Branch.Guard.str();
  Edits.replace(Parts.Statements[Slice.Branch],
                "@" + Goes + " bra " + Name + ";\n\t" +
                    Text.slice(Test.Begin, Test.End).str() + "\n\t@" + Ends +
                    " bra " + Past + ";\n" + own(decide(false)) +
                    own("\t@%reprise_p0 bra $reprise_leave;\n") + Next +
                    "\tbra " + Name + ";\n" + Past + ":");
}

std::string TwinWriter::counter() {
  std::string Name = "%reprise_passes" + std::to_string(Counters++);
  Registers += "\t.reg .b32 " + Name + ";\n";
  return Name;
}

/// The kernel's barrier becomes one that carries the decision. Not all threads
/// need to be due: whoever is asks for all.
void TwinWriter::addBarrier(const CheckpointSite &S, size_t At) {
  const Instruction &I = F.Body[At].instruction();
  std::string Code;
  if (S.Period > 1) {
    std::string Passes = counter(), Period = std::to_string(S.Period);
    std::string Quiet = "$reprise_quiet" + std::to_string(Jumps++);
    Initial += "\tmov.u32 " + Passes + ", " + Period + ";\n";
    Code = "\n\tadd.s32 " + Passes + ", " + Passes +
           ", -1;\n"
           "\tsetp.gt.s32 %reprise_p0, " +
           Passes +
           ", 0;\n"
           "\tmov.u32 %reprise_r0, 0;\n"
           "\t@%reprise_p0 bra " +
           Quiet + ";\n\tmov.u32 " + Passes + ", " + Period + ";\n" +
           read(false) + Quiet + ":\n" + AtSite;
  } else if (S.Period == 1) {
    Code = "\n" + read(true) + AtSite;
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
void TwinWriter::addVote(const CheckpointSite &S, size_t At) {
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
  Code += decide(S.Period == 1) + "\t@%reprise_p0 bra $reprise_leave;\n";
  if (S.Period > 1)
    Code += Past + ":\n";
  Edits.replace({Parts.Statements[At].Begin, Parts.Statements[At].Begin},
                own(Code) + "\t");
}

void TwinWriter::addSites() {
  for (auto [S, Where, Slice] : zip(P.Plan.Sites, P.Sites, P.Slices))
    switch (S.Kind) {
    case SiteKind::CountedLoop:
      addSlices(S, *Slice);
      break;
    case SiteKind::Loop:
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

} // namespace reprise::ptx
