//===- PtxAnalysis.h - The PTX images of binaries as jobs -----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_PTXANALYSIS_H
#define REPRISE_TOOLS_PTXANALYSIS_H

#include "Analyzer.h"
#include "Binary.h"
#include "Jobs.h"
#include "ResultCache.h"

namespace reprise {

/// The job that fills in the results of Image: parses it, then analyses its
/// kernels in parts (AnalyzePtx.h), unless Cache, if given, knows the answer.
/// Bytes are released at the end. The filter of Options is not asked.
Job analysisOf(std::shared_ptr<PtxJob> Image, AnalyzerOptions Options,
               ResultCache *Cache);

} // namespace reprise

#endif // REPRISE_TOOLS_PTXANALYSIS_H
