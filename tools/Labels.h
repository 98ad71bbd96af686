//===- Labels.h - Classes of kernels as people found them -----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A table, tab-separated with a header. Columns that count:
//
//   kernel     its name, as far as it tells it from others
//   class      I, N, C, or idempotent, non-idempotent, conditional
//   benchmark  (optional) part of the path where the kernel is: a folder, or
//              the file's name without its ending
//   note       (optional) why the tool's class is another one, where it is
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_LABELS_H
#define REPRISE_TOOLS_LABELS_H

#include "reprise/reprise.h"

#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace reprise {

struct Label {
  std::string Benchmark; ///< Empty: any path.
  std::string Kernel;
  reprise_class Class = REPRISE_CLASS_UNKNOWN;
  std::string Note;
};

/// In the order of the file. Lines that repeat benchmark, kernel and class of
/// an earlier one are left out; with another class they are an error. Errors
/// name the line and say what to write.
llvm::Expected<std::vector<Label>> readLabels(const std::string &Path);

} // namespace reprise

#endif // REPRISE_TOOLS_LABELS_H
