//===- Audit.h - What an audit found --------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The writers of the formats share this: text and JSON in Audit.cpp, the page
// in Html.h.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_AUDIT_H
#define REPRISE_TOOLS_AUDIT_H

#include "Binary.h"

#include <deque>
#include <string>
#include <vector>

namespace reprise {

/// One file of the command line.
struct AuditedInput {
  std::string Path;
  std::string Failure; ///< Why it could not be read; empty if it could.
  bool IsBinary = false;
  BinaryReport Report; ///< Of a binary.
};

/// One kernel.
struct AuditRow {
  Kernel K;
  const AuditedInput *Input = nullptr;
  const Origin *From = nullptr; ///< Of a kernel from a binary, else null.

  /// "ptx sm_90"; empty where the kernel is not from a binary.
  std::string image() const {
    return From ? Input->Report.Images[From->Image].label() : "";
  }
};

struct AuditResult {
  std::deque<AuditedInput> Inputs; ///< Rows point into them.
  std::vector<AuditRow> Rows;
};

/// The reasons that stand in the way somewhere in K, by name, each once.
std::vector<std::string> reasonsOf(const Kernel &K);

} // namespace reprise

#endif // REPRISE_TOOLS_AUDIT_H
