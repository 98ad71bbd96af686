//===- AnalyzePtx.h - From PTX text to summaries --------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_ANALYZER_PTX_ANALYZEPTX_H
#define REPRISE_ANALYZER_PTX_ANALYZEPTX_H

#include "Analyzer.h"

#include <string>
#include <string_view>
#include <vector>

namespace reprise {

/// Summaries of all kernels of a PTX module, which Name names. Never fails: a
/// kernel that cannot be parsed or lifted is in the result as one that may
/// access anything, with line and column. Problems, if given, gets what was
/// wrong outside of kernels, and notes, as "3:1: text".
/// Thread safety: no shared state.
Module analyzePtx(std::string_view Text, const std::string &Name,
                  const AnalyzerOptions &Options = {},
                  std::vector<std::string> *Problems = nullptr);

} // namespace reprise

#endif // REPRISE_ANALYZER_PTX_ANALYZEPTX_H
