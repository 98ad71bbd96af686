//===- Printable.h - Text of unknown origin, made safe to show ------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_PRINTABLE_H
#define REPRISE_TOOLS_PRINTABLE_H

#include "llvm/ADT/StringRef.h"

#include <string>

namespace reprise {

/// Text as one line of valid UTF-8 that a terminal or a page shows as it is.
/// Names in binaries may hold anything: escape sequences that take over a
/// terminal, marks that turn the direction of writing, bytes that are no text.
///
///   line feed, tab, carriage return    \n \t \r
///   other ASCII control characters     \x1b
///   bytes that are no UTF-8            \xff
///   other characters without a glyph   \u{202e}
///
/// A backslash stays as it is, so this is for people: what has to be read back
/// is in the JSON. KeepLines leaves line feeds in place. Thread-safe.
std::string printable(llvm::StringRef Text, bool KeepLines = false);

} // namespace reprise

#endif // REPRISE_TOOLS_PRINTABLE_H
