//===- Lexer.cpp - Words of PTX -------------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Lexer.h"

#include <array>
#include <cstring>

namespace reprise::ptx {

namespace {

enum CharClass : uint8_t { Letter = 1, Digit = 2, Blank = 4 };

constexpr std::array<uint8_t, 256> charClasses() {
  std::array<uint8_t, 256> Table{};
  for (unsigned C = 'a'; C <= 'z'; ++C)
    Table[C] = Letter;
  for (unsigned C = 'A'; C <= 'Z'; ++C)
    Table[C] = Letter;
  for (unsigned C = '0'; C <= '9'; ++C)
    Table[C] = Digit;
  for (unsigned char C : {'_', '$', '%'})
    Table[C] = Letter;
  for (unsigned char C : {' ', '\t', '\r', '\n', '\f', '\v', '\0'})
    Table[C] = Blank;
  return Table;
}

constexpr std::array<uint8_t, 256> Classes = charClasses();

bool is(char C, unsigned Mask) {
  return Classes[static_cast<unsigned char>(C)] & Mask;
}

} // namespace

void Lexer::skipLine() {
  const void *NewLine = std::memchr(At, '\n', static_cast<size_t>(End - At));
  At = NewLine ? static_cast<const char *>(NewLine) : End;
}

void Lexer::skipBlank() {
  while (At != End) {
    char C = *At;
    if (C == '\n') {
      ++Line;
      LineStart = ++At;
    } else if (is(C, Blank)) {
      ++At;
    } else if ((C == '/' && At + 1 != End && At[1] == '/') ||
               (C == '#' && At == LineStart)) {
      skipLine(); // A comment, or what a preprocessor left.
    } else if (C == '/' && At + 1 != End && At[1] == '*') {
      At += 2;
      while (At != End && !(*At == '*' && At + 1 != End && At[1] == '/')) {
        if (*At == '\n') {
          ++Line;
          LineStart = At + 1;
        }
        ++At;
      }
      if (At != End)
        At += 2;
    } else {
      return;
    }
  }
}

Token Lexer::next() {
  skipBlank();
  Token T;
  T.Loc = {Line, static_cast<uint32_t>(At - LineStart) + 1};
  if (At == End)
    return T;
  const char *First = At;
  auto Rest = [&](const char *From) {
    return StringRef(From, static_cast<size_t>(At - From));
  };
  if (is(*At, Letter)) {
    do
      ++At;
    while (At != End && is(*At, Letter | Digit));
    T.Kind = TokenKind::Word;
    T.Text = Rest(First);
    return T;
  }
  if (*At == '.' && At + 1 != End && is(At[1], Letter | Digit)) {
    ++At;
    while (At != End && (is(*At, Letter | Digit) ||
                         (*At == ':' && End - At > 2 && At[1] == ':' &&
                          is(At[2], Letter | Digit))))
      At += *At == ':' ? 2 : 1;
    T.Kind = TokenKind::Dotted;
    T.Text = Rest(First + 1);
    return T;
  }
  if (is(*At, Digit)) {
    // 0x.. and 0f.. hold e as a digit; 0.5e-3 does not.
    bool Exponent = *At != '0';
    while (++At != End) {
      if (is(*At, Letter | Digit)) // Digits, 0x.., 0f.., exponents, U.
        continue;
      if (*At == '.' && At + 1 != End && is(At[1], Digit)) {
        Exponent = true;
        continue;
      }
      if ((*At == '+' || *At == '-') && Exponent &&
          (At[-1] == 'e' || At[-1] == 'E'))
        continue;
      break;
    }
    T.Kind = TokenKind::Number;
    T.Text = Rest(First);
    return T;
  }
  if (*At == '"') {
    const char *Body = ++At;
    while (At != End && *At != '"' && *At != '\n')
      At += *At == '\\' && At + 1 != End && At[1] != '\n' ? 2 : 1;
    if (At > End)
      At = End;
    T.Kind = TokenKind::String;
    T.Text = Rest(Body);
    if (At != End && *At == '"')
      ++At;
    return T;
  }
  T.Kind = TokenKind::Punct;
  T.Char = *At++;
  T.Text = Rest(First);
  return T;
}

} // namespace reprise::ptx
