//===- PtxPlan.h - Where an entry of PTX can be left ----------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// CheckpointPlan.h for PTX. The plan is made for the lifted kernel; each of its
// sites is then looked for in the text, by the marks that the lifter sets
// (ptx/Lift.h). A loop's place is the branch that goes back; an operation's
// place is the operation. Where the text has no such place, or more than the
// plan speaks of, the site is declined.
//
// What the lifter does not know about the text is refused here: calls into
// functions that end the thread, clusters, registers that tell how much shared
// memory there is.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_PASSES_PTX_PTXPLAN_H
#define REPRISE_PASSES_PTX_PTXPLAN_H

#include "CheckpointPlan.h"
#include "TextSlices.h"
#include "ptx/Syntax.h"

#include <functional>
#include <optional>

namespace reprise::ptx {

/// Indices into a function's statements.
using Places = std::vector<size_t>;

struct PtxPlan {
  const Function *Entry = nullptr;
  /// Its sites point nowhere.
  CheckpointPlan Plan;
  uint32_t ControlOffset = 0; ///< Of the Control in the argument block.
  /// Of the count of threads that ended, in shared memory: size and alignment.
  /// What else is there keeps its place modulo 16: code may access it by more
  /// bytes than it is declared to be aligned to, where that happens to be so.
  uint32_t CountBytes = 16;
  /// Bulk copies may still write when the thread that started them ends.
  bool WaitsForBulk = false;
  /// For each site: the branches that go back, all to one label, or the
  /// operation. Never empty.
  std::vector<Places> Sites;
  /// The same; of loops that run in slices.
  std::vector<std::optional<TextSlice>> Slices;
  bool HasScopes = false;  ///< Loads may hit the multiprocessor's own cache.
  bool HasLoops = false;   ///< Whether they can be left or not.
  bool HasMapless = false; ///< The module has an entry with that twin's name.

  void clearSites() {
    Plan.Sites.clear();
    Sites.clear();
    Slices.clear();
  }
};

/// Plans for the entries with a body that Wanted accepts (empty: all), in the
/// order of definition; twins and entries that have one are left out. Syntax
/// must outlive them. Name is the text's, for messages. Thread safety: no
/// shared state.
std::vector<PtxPlan>
planEntries(const Module &Syntax, llvm::StringRef Name,
            const PlanOptions &Options = {},
            const std::function<bool(const std::string &)> &Wanted = {});

} // namespace reprise::ptx

#endif // REPRISE_PASSES_PTX_PTXPLAN_H
