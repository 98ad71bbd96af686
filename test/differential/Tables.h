//===- Tables.h - What a campaign prints ----------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_DIFFERENTIAL_TABLES_H
#define REPRISE_TEST_DIFFERENTIAL_TABLES_H

#include "Campaign.h"

#include "llvm/Support/raw_ostream.h"

namespace reprise::differential {

/// For people: Markdown tables, as docs/benchmarks.md has them.
void printText(const Options &O, const Statistics &S, double Seconds,
               llvm::raw_ostream &OS);
/// For programs; the same bytes for the same options.
void printJson(const Options &O, const Statistics &S, llvm::raw_ostream &OS);

struct RuleName {
  Rule R;
  const char *Name;
};
llvm::ArrayRef<RuleName> ruleNames();
/// True when each rule was caught, and nothing was wrong without.
bool printWeakened(const Weakened &W, const std::vector<Rule> &Rules,
                   llvm::raw_ostream &OS);

} // namespace reprise::differential

#endif // REPRISE_TEST_DIFFERENTIAL_TABLES_H
