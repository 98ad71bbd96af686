//===- AnalyzePtx.h - From PTX text to summaries --------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A module of a library may hold hundreds of kernels. It is parsed once and
// analysed in parts: each makes IR of its own kernels and of the device
// functions only, so that memory is bounded by a part and parts may run on
// several threads. The parts follow from the text alone, never from how many
// threads there are.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_ANALYZER_PTX_ANALYZEPTX_H
#define REPRISE_ANALYZER_PTX_ANALYZEPTX_H

#include "Analyzer.h"

#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace reprise {

namespace ptx {
struct Module;
} // namespace ptx

/// The syntax of one PTX module. Thread safety: const functions may run at the
/// same time.
class PtxModule {
public:
  /// Parses. Text must outlive the object; Name says where it came from.
  PtxModule(std::string_view Text, std::string Name);
  ~PtxModule();
  PtxModule(PtxModule &&) noexcept;

  /// What was wrong outside of kernels, and notes, as "3:1: text".
  std::vector<std::string> problems() const;

  /// The names of kernels that Filter accepts, in parts of similar work.
  /// A kernel is in one part; parts and their kernels are in order of
  /// definition.
  using Part = std::unordered_set<std::string>;
  std::vector<Part>
  parts(const std::function<bool(const std::string &)> &Filter) const;

  /// Summaries of the kernels of one part, in order of definition;
  /// Options.Filter is not asked.
  Module analyze(const Part &Kernels, AnalyzerOptions Options) const;

private:
  std::unique_ptr<ptx::Module> Syntax;
  std::string Name;
};

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
