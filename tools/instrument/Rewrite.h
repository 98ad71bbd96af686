//===- Rewrite.h - Twins for the kernels of a file ------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_INSTRUMENT_REWRITE_H
#define REPRISE_TOOLS_INSTRUMENT_REWRITE_H

#include "CheckpointTwin.h"
#include "Image.h"

#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBufferRef.h"

#include <functional>
#include <string>
#include <vector>

namespace reprise {

struct RewriteOptions {
  /// Mangled names of kernels that get a twin; empty: all.
  std::function<bool(const std::string &Kernel)> Wanted;
  PlanOptions Plan;
};

/// A PTX image and what became of its kernels.
struct RewrittenImage {
  std::string Path; ///< As Image::path; empty for a file of PTX.
  Arch Target;
  std::vector<Twin> Twins;
};

struct Rewritten {
  std::string Bytes; ///< The new file.
  std::vector<RewrittenImage> Images;
  std::vector<Problem> Problems;
};

/// File with twins of its kernels, for which it needs PTX. The error is for
/// files that cannot be rewritten and says why.
/// Thread safety: no shared state.
llvm::Expected<Rewritten> rewriteFile(llvm::MemoryBufferRef File,
                                      const RewriteOptions &Options);

} // namespace reprise

#endif // REPRISE_TOOLS_INSTRUMENT_REWRITE_H
