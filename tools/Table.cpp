//===- Table.cpp - Aligned columns ----------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Table.h"

#include "Printable.h"

#include "llvm/Support/Unicode.h"

#include <algorithm>

namespace reprise {

void Table::add(std::vector<std::string> Row) {
  for (std::string &Cell : Row)
    Cell = printable(Cell);
  Rows.push_back(std::move(Row));
}

/// Positions on a terminal. All cells are printable.
static size_t width(const std::string &Cell) {
  return std::max(0, llvm::sys::unicode::columnWidthUTF8(Cell));
}

void Table::print(llvm::raw_ostream &OS) const {
  std::vector<size_t> Widths;
  for (const auto &Row : Rows) {
    Widths.resize(std::max(Widths.size(), Row.size()));
    for (size_t I = 0; I < Row.size(); ++I)
      Widths[I] = std::max(Widths[I], width(Row[I]));
  }
  for (const auto &Row : Rows) {
    std::string Line;
    for (size_t I = 0; I < Row.size(); ++I) {
      Line += Row[I];
      if (I + 1 < Row.size())
        Line.append(Widths[I] - width(Row[I]) + 2, ' ');
    }
    OS << llvm::StringRef(Line).rtrim() << '\n';
  }
}

} // namespace reprise
