//===- Audit.h - What an audit found --------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The writers of the formats share this: text and JSON in AuditPrint.cpp, the
// page in Html.h.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_AUDIT_H
#define REPRISE_TOOLS_AUDIT_H

#include "Binary.h"

#include <nlohmann/json_fwd.hpp>

#include <deque>
#include <string>
#include <vector>

namespace reprise {

/// One file of the command line.
struct AuditedInput {
  std::string Path;
  std::string Failure;  ///< Why it could not be read; empty if it could.
  std::string Messages; ///< Clang's, where inputs are below folders.
  bool IsBinary = false;
  BinaryReport Report; ///< Of a binary.

  /// Not all of it was analysed.
  bool failed() const { return !Failure.empty() || !Report.Problems.empty(); }
};

/// One kernel.
struct AuditRow {
  Kernel K;
  const AuditedInput *Input = nullptr;
  const Origin *From = nullptr; ///< Of a kernel from a binary, else null.
  ProofCounts Proofs;           ///< As of BinaryReport.

  /// "ptx sm_90"; empty where the kernel is not from a binary.
  std::string image() const {
    return From ? Input->Report.Images[From->Image].label() : "";
  }
};

struct AuditResult {
  std::deque<AuditedInput> Inputs; ///< Rows point into them.
  std::vector<AuditRow> Rows;
  bool OfTree = false; ///< Inputs are below folders: the output sums them up.

  size_t failed() const;
  ProofCounts proofs() const; ///< Of all kernels together.
};

/// The reasons that stand in the way somewhere in K, by name, each once.
std::vector<std::string> reasonsOf(const Kernel &K);

/// K's condition or, where it has none, its notes in one line.
std::string explanation(const Kernel &K);

void printTable(const AuditResult &Audit, llvm::raw_ostream &OS);
/// What Z3 was asked, kernel by kernel, with times: not the same in every run.
void printStatistics(const AuditResult &Audit, llvm::raw_ostream &OS);
nlohmann::ordered_json auditJson(const AuditResult &Audit);
nlohmann::ordered_json binaryJson(const std::string &Input,
                                  const BinaryReport &Report);
void print(const nlohmann::ordered_json &J, llvm::raw_ostream &OS);

} // namespace reprise

#endif // REPRISE_TOOLS_AUDIT_H
