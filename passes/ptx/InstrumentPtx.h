//===- InstrumentPtx.h - Twins for a module of PTX ------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   module      the text as it was, to the last byte
//   twins       two .entry for each kernel that can be left: one that knows of
//               a map of blocks, and one that does not
//   arrays      __reprise_twins_<hash>, for the runtime; and others, if given
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_PASSES_PTX_INSTRUMENTPTX_H
#define REPRISE_PASSES_PTX_INSTRUMENTPTX_H

#include "CheckpointTwin.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace reprise {

struct PtxTwins {
  /// What is to be put behind the module's text; empty if no kernel got a twin.
  std::string Added;
  /// In the order of definition; no code. Kernels that already have a twin are
  /// left out.
  std::vector<Twin> Twins;
  std::vector<std::string> Problems; ///< Of the parser, outside of kernels.
};

/// Twins for those entries of the module Text that Wanted accepts (empty: all).
/// Name is for messages. Never fails: what is not understood has no twin.
/// Thread safety: no shared state.
PtxTwins
addPtxTwins(std::string_view Text, const std::string &Name,
            const PlanOptions &Options = {},
            const std::function<bool(const std::string &)> &Wanted = {});

/// A byte array of PTX that holds Text and a zero, named as the plugin names
/// it.
std::string embeddedPtx(llvm::StringRef Prefix, llvm::StringRef Text);

} // namespace reprise

#endif // REPRISE_PASSES_PTX_INSTRUMENTPTX_H
