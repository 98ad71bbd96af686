//===- EntryText.h - Where the parts of an entry lie in the text ----------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The parser tells what there is, this where: a copy of an entry is made of its
// text, so that what is not changed is copied to the letter.
//
//   .visible .entry k ( .param .u64 a )  .maxntid 256  { ... @%p bra $L; ... }
//                     ^ Params        ^                ^ Body              ^
//                                                            ^ Statements  ^
//
// Thread safety: values.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_PASSES_PTX_ENTRYTEXT_H
#define REPRISE_PASSES_PTX_ENTRYTEXT_H

#include "ptx/Lexer.h"

#include <map>
#include <string>
#include <vector>

namespace reprise::ptx {

/// Offsets into the module's text, End behind the last character.
struct TextRange {
  size_t Begin = 0, End = 0;
};

/// The starts of lines, as the parser counts them.
class LineTable {
public:
  explicit LineTable(StringRef Text);
  /// The offset of Loc; Text's size for a place outside of it.
  size_t offset(Location Loc) const;

private:
  std::vector<size_t> Starts;
  size_t Size;
};

struct EntryText {
  TextRange Params;     ///< From '(' to ')'; empty where there are none.
  TextRange Directives; ///< From there to '{'.
  TextRange Body;       ///< Between the braces.
  /// For each statement of the syntax. Instructions end behind their ';',
  /// labels behind their ':'; others have a beginning only.
  std::vector<TextRange> Statements;
  std::vector<Token> Words; ///< All words between the braces, in order.

  /// Fills *this for F, an entry with a body in Text. False when text and
  /// syntax do not fit together, so that nothing may be copied.
  bool find(StringRef Text, const LineTable &Lines, const Function &F);
};

/// Replaces parts of a text. Of two that begin at one place the later one
/// holds; one that begins within what another replaces is dropped.
class TextEdits {
public:
  void replace(TextRange What, std::string With) {
    Edits.insert_or_assign(What.Begin, Edit{What.End, std::move(With)});
  }
  /// Part of Text with the replacements that begin in it.
  std::string apply(StringRef Text, TextRange Part) const;

private:
  struct Edit {
    size_t End;
    std::string Text;
  };
  std::map<size_t, Edit> Edits;
};

} // namespace reprise::ptx

#endif // REPRISE_PASSES_PTX_ENTRYTEXT_H
