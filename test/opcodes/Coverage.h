//===- Coverage.h - Which opcodes were compared ---------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_OPCODES_COVERAGE_H
#define REPRISE_TEST_OPCODES_COVERAGE_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace reprise::opcodes {

class Coverage {
public:
  /// Every instruction in Ptx counts as compared.
  void add(llvm::StringRef Ptx);

  /// Reads where the opcodes are checked that no kernel compares: a text of
  /// lines "opcode  file  why", # for comments. The files are looked up in
  /// Root, and must hold the opcode as a word.
  llvm::Error readElsewhere(const std::string &Path, const std::string &Root);

  /// "opcode  N  its forms" for each opcode that the lifter knows; those that
  /// are not compared with the place of their test.
  void print(llvm::raw_ostream &OS) const;

  /// What is wrong with the lists: an opcode that is neither compared nor
  /// listed, or both, or that the lifter does not know.
  std::vector<std::string> problems() const;

  size_t opcodes() const { return Forms.size(); }
  size_t forms() const;

private:
  struct Place {
    std::string File, Why;
  };
  std::map<std::string, std::set<std::string>> Forms;
  std::map<std::string, Place> Elsewhere;
};

} // namespace reprise::opcodes

#endif // REPRISE_TEST_OPCODES_COVERAGE_H
