//===- Labels.h - Classes of kernels as people found them -----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// test/SUITE/labels.tsv, tab-separated with a header. Columns that count:
//
//   benchmark  the file's name without its ending
//   kernel     its name, as far as it tells it from the others of the file
//   class      I idempotent, N non-idempotent, C conditional
//   note       why the tool's class is another one, where it is; else empty
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_SUITES_LABELS_H
#define REPRISE_TEST_SUITES_LABELS_H

#include "reprise/reprise.h"

#include "llvm/Support/Error.h"

#include <map>
#include <string>

namespace reprise::suites {

struct Label {
  reprise_class Class = REPRISE_CLASS_UNKNOWN;
  std::string Note;
};

/// Of one file of a suite, by kernel.
using FileLabels = std::map<std::string, Label>;

/// By benchmark. The error names the line.
llvm::Expected<std::map<std::string, FileLabels>>
readLabels(const std::string &Path);

} // namespace reprise::suites

#endif // REPRISE_TEST_SUITES_LABELS_H
