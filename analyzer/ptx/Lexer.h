//===- Lexer.h - Words of PTX ---------------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Splits text into tokens without copying or allocating:
//
//   Word    %r1  $L__BB0_2  ld  _      Dotted  .u32  .L2::128B  .1d
//   Number  12  0x1fU  0f3F800000  1.5  String  "a.cu"
//   Punct   one character              End     also for text that is cut off
//
// A character that PTX does not have is a Punct of its own, for the parser to
// refuse. Reads nothing outside the text, whatever the text holds.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_ANALYZER_PTX_LEXER_H
#define REPRISE_ANALYZER_PTX_LEXER_H

#include "Syntax.h"

namespace reprise::ptx {

enum class TokenKind : uint8_t { End, Word, Dotted, Number, String, Punct };

struct Token {
  TokenKind Kind = TokenKind::End;
  char Char = 0; ///< Punct: the character.
  Location Loc;
  StringRef Text; ///< Dotted without the dot, String without the quotes.
};

class Lexer {
public:
  explicit Lexer(StringRef Text)
      : At(Text.begin()), End(Text.end()), LineStart(Text.begin()) {}

  Token next();
  /// Skips the rest of the line.
  void skipLine();

private:
  void skipBlank();

  const char *At, *End, *LineStart;
  uint32_t Line = 1;
};

} // namespace reprise::ptx

#endif // REPRISE_ANALYZER_PTX_LEXER_H
