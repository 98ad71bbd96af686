//===- Html.h - The audit as a page ---------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_HTML_H
#define REPRISE_TOOLS_HTML_H

#include "Audit.h"

#include "llvm/Support/raw_ostream.h"

namespace reprise {

/// Pairs of one kernel that the page lists; it says how many there are.
inline constexpr size_t MaxPairsOnPage = 500;

/// Writes one page that needs nothing else: style, script and data are in it,
/// and its security policy forbids to load anything. The data is one JSON
/// object in a script element of type application/json. Each text in it went
/// through printable(), and no `<` is left, so that no name can end the element
/// or pass for markup. The same audit gives the same page.
void writeHtml(const AuditResult &Audit, llvm::raw_ostream &OS);

} // namespace reprise

#endif // REPRISE_TOOLS_HTML_H
