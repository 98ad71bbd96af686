//===- Rewrite.h - Twins for the kernels of a file ------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   PTX                      the text, and behind it the twins
//   fatbin                   entries of PTX are made longer; the others stay,
//                            but for machine code that is replaced or dropped
//   executable, library,     its fatbins likewise (HostElf.h)
//   object
//
// A driver takes machine code before PTX, so twins that only PTX has are not
// there on a GPU that machine code beside it is for. The result says so for
// each architecture.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_INSTRUMENT_REWRITE_H
#define REPRISE_TOOLS_INSTRUMENT_REWRITE_H

#include "Analyzer.h"
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
  /// Architectures that get machine code made of the new PTX, in place of what
  /// is there.
  std::vector<Arch> Assemble;
  /// Analyse the kernels that get a twin, and put their summaries beside it.
  const AnalyzerOptions *Summaries = nullptr;
  /// Leave out machine code that the new PTX can stand for.
  bool DropCubins = false;
};

/// A PTX image and what became of its kernels.
struct RewrittenImage {
  std::string Path; ///< As Image::path; empty for a file of PTX.
  Arch Target;
  std::vector<Twin> Twins;
};

/// What a driver takes on GPUs of some architectures.
struct ImageUse {
  std::string Fatbin; ///< Path; empty for a file of PTX.
  std::vector<Arch> On;
  std::string Image; ///< "cubin sm_80"
  bool Twins = false;
};

struct Rewritten {
  std::string Bytes; ///< The new file; empty if no kernel got a twin.
  std::vector<RewrittenImage> Images;
  std::vector<ImageUse> Uses; ///< Of fatbins with twins.
  std::vector<Problem> Problems;
};

/// File with twins of its kernels, for which it needs PTX. The error is for
/// files that cannot be rewritten and says why.
/// Thread safety: no shared state.
llvm::Expected<Rewritten> rewriteFile(llvm::MemoryBufferRef File,
                                      const RewriteOptions &Options);

} // namespace reprise

#endif // REPRISE_TOOLS_INSTRUMENT_REWRITE_H
