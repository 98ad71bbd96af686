//===- Table.h - Aligned columns ------------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_TABLE_H
#define REPRISE_TOOLS_TABLE_H

#include "llvm/Support/raw_ostream.h"

#include <string>
#include <vector>

namespace reprise {

/// Rows of text printed in columns as wide as their longest entry; the last
/// column is not padded.
class Table {
public:
  explicit Table(std::vector<std::string> Header) {
    Rows.push_back(std::move(Header));
  }
  /// What a cell holds that does not print is escaped (Printable.h).
  void add(std::vector<std::string> Row);
  void print(llvm::raw_ostream &OS) const;

private:
  std::vector<std::vector<std::string>> Rows;
};

} // namespace reprise

#endif // REPRISE_TOOLS_TABLE_H
