//===- TwinWriter.h - Writes one twin of PTX ------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// PtxTwin.cpp has names, entry and end, PtxSites.cpp the sites. Registers stand
// beside the pieces of TwinPieces.h:
//
//   %reprise_left        instructions to the next poll of a loop
//   %reprise_passes<N>   passes to the next poll of operation N
//   %reprise_slice<N>    where the slice of loop N ends
//
// One counter is enough for all loops that count: threads that decide together
// run the same of them, equally often and in the same order.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_PASSES_PTX_TWINWRITER_H
#define REPRISE_PASSES_PTX_TWINWRITER_H

#include "EntryText.h"
#include "PtxPlan.h"

#include "llvm/ADT/StringSet.h"

#include <string>

namespace reprise::ptx {

class TwinWriter {
public:
  TwinWriter(StringRef Text, const EntryText &Parts, const PtxPlan &P,
             const PlanOptions &Options, bool WithMap)
      : Text(Text), Parts(Parts), P(P), F(*P.Entry), Options(Options),
        WithMap(WithMap) {}

  /// False where names cannot be told apart.
  bool chooseNames();
  /// The whole entry; once.
  std::string run();

private:
  void renameLabels();
  void redirectEnds();
  /// Breaks StopRule::DoneAtTheEnd: threads are counted before their last
  /// store as well; at the end it comes too late to matter.
  void countEarly();
  void addSites();
  void addLoop(const CheckpointSite &S, const Places &Where);
  void addSlices(const CheckpointSite &S, const TextSlice &Slice);
  void addBarrier(const CheckpointSite &S, size_t At);
  void addVote(const CheckpointSite &S, size_t At);

  std::string own(std::string Code) const;
  std::string renamed(StringRef Label) const {
    return Label.str() + own("_reprise_twin");
  }
  size_t offset(StringRef Part) const {
    return static_cast<size_t>(Part.data() - Text.data());
  }
  bool reads(StringRef Register) const;
  /// %reprise_r0 becomes 0 in the block's first warp, as far as the kernel
  /// tells warps apart.
  std::string warpInBlock() const;
  /// %reprise_r0 becomes the request.
  std::string readAtEntry() const;
  /// The same inside; where threads may ask after few instructions, hardly any
  /// of them asks from afar.
  std::string read(bool Often) const;
  /// %reprise_p0 becomes the decision of all that leave together.
  std::string decide(bool Often) const;
  std::string poll(StringRef Stay) const;
  std::string countEnded() const;
  bool asksNear() const { return P.HasScopes && !Options.Spread; }
  std::string counter();
  std::string entry() const;
  std::string header() const;

  StringRef Text;
  const EntryText &Parts;
  const PtxPlan &P;
  const Function &F;
  const PlanOptions &Options;
  const bool WithMap;
  std::string Stem;
  llvm::StringSet<> Labels;
  TextEdits Edits;
  /// What stands before the body, its registers first, and behind it.
  std::string Registers, Initial, Tail;
  unsigned Counters = 0, Jumps = 0;
  bool Counts = false; ///< Some loop does.
};

} // namespace reprise::ptx

#endif // REPRISE_PASSES_PTX_TWINWRITER_H
