//===- TwinDocument.h - What the runtime is told of twins -----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_PASSES_TWINDOCUMENT_H
#define REPRISE_PASSES_TWINDOCUMENT_H

#include "CheckpointTwin.h"

#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace reprise {

/// What the names of embedded arrays begin with.
inline constexpr char SummaryPrefix[] = "__reprise_summary_";
inline constexpr char TwinsPrefix[] = "__reprise_twins_";

/// Prefix and a hash of the text, so that translation units can be linked
/// together.
std::string embeddedName(llvm::StringRef Prefix, llvm::StringRef Text);

/// The JSON text of docs/formats.md, "Twins".
std::string writeTwins(const std::vector<Twin> &Twins);

} // namespace reprise

#endif // REPRISE_PASSES_TWINDOCUMENT_H
