//===- Expectations.h - Classes found and expected ------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A label speaks of a kernel when its benchmark is part of the input's path and
// its name is the kernel's: whole ("scan<float, 1>"), without the template's
// arguments ("scan"), or with a description of them ("scan<T=float|int>", which
// speaks of each). Where several do, the first of these forms counts.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_EXPECTATIONS_H
#define REPRISE_TOOLS_EXPECTATIONS_H

#include "Audit.h"
#include "Labels.h"

#include <nlohmann/json_fwd.hpp>

namespace reprise {

struct Compared {
  const AuditRow *Row;
  const Label *Expected;
};

struct NotFound {
  const Label *Expected;
  /// One that the label speaks of and that could not be analysed as a whole:
  /// the kernel may be there. Else null.
  const AuditedInput *Failed;
};

/// Points into the inputs, rows and labels it was made of.
struct Comparison {
  std::vector<Compared> Agreeing, Differing;
  std::vector<NotFound> Missing;
  std::vector<const AuditRow *> Unexpected; ///< Found and not expected.

  /// Some difference has no note that explains it.
  bool fails() const;
};

/// True when the label's name is one of the kernel's forms above.
bool speaksOf(const Label &L, const Kernel &K);

Comparison compare(const AuditResult &Audit, llvm::ArrayRef<Label> Labels);

void printComparison(const Comparison &C, llvm::raw_ostream &OS);
nlohmann::ordered_json comparisonJson(const Comparison &C);

} // namespace reprise

#endif // REPRISE_TOOLS_EXPECTATIONS_H
