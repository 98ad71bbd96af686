//===- EntryText.cpp - Where the parts of an entry lie in the text --------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EntryText.h"

namespace reprise::ptx {

LineTable::LineTable(StringRef Text) : Starts{0}, Size(Text.size()) {
  for (size_t At = Text.find('\n'); At != StringRef::npos;
       At = Text.find('\n', At + 1))
    Starts.push_back(At + 1);
}

size_t LineTable::offset(Location Loc) const {
  if (Loc.Line == 0 || Loc.Line > Starts.size() || Loc.Column == 0)
    return Size;
  return std::min(Starts[Loc.Line - 1] + Loc.Column - 1, Size);
}

static bool isPunct(const Token &T, char C) {
  return T.Kind == TokenKind::Punct && T.Char == C;
}

bool EntryText::find(StringRef Text, const LineTable &Lines,
                     const Function &F) {
  size_t Name = Lines.offset(F.Loc);
  // `.entry .attribute(...) name` is a form that is not copied.
  if (!Text.substr(Name).starts_with(F.Name) ||
      !Text.take_front(Name).rtrim().ends_with(".entry"))
    return false;
  Lexer Lex(Text.substr(Name));
  Token T = Lex.next();
  auto Begin = [&] {
    // The text of these two is without what they begin with.
    bool Bare = T.Kind == TokenKind::Dotted || T.Kind == TokenKind::String;
    return static_cast<size_t>(T.Text.data() - Text.data()) - Bare;
  };
  if (T.Text != F.Name)
    return false;
  T = Lex.next();
  Params.Begin = Params.End = Name + F.Name.size();
  if (isPunct(T, '(')) {
    Params.Begin = Begin();
    for (unsigned Depth = 0;; T = Lex.next()) {
      if (T.Kind == TokenKind::End)
        return false;
      if (isPunct(T, '('))
        ++Depth;
      else if (isPunct(T, ')') && --Depth == 0)
        break;
    }
    Params.End = Begin() + 1;
    T = Lex.next();
  }
  Directives.Begin = Params.End;
  while (!isPunct(T, '{')) {
    if (T.Kind == TokenKind::End)
      return false;
    T = Lex.next();
  }
  Directives.End = Begin();
  Body.Begin = Begin() + 1;

  // Statements are in order, and each begins with a token.
  auto Next = F.Body.begin();
  auto Start = [&] {
    return Next == F.Body.end() ? Text.size() : Lines.offset(Next->Loc);
  };
  char Ends = 0; ///< What ends the statement that is open.
  for (unsigned Depth = 1; Depth;) {
    T = Lex.next();
    if (T.Kind == TokenKind::End)
      return false;
    size_t At = Begin();
    if (T.Kind == TokenKind::Word)
      Words.push_back(T);
    if (At > Start())
      return false;
    while (At == Start()) {
      if (Ends)
        return false;
      Ends = Next->K == Statement::Kind::Instruction ? ';'
             : Next->K == Statement::Kind::Label     ? ':'
                                                     : 0;
      Statements.push_back({At, At});
      ++Next;
    }
    if (Ends && isPunct(T, Ends)) {
      Statements.back().End = At + 1;
      Ends = 0;
    }
    if (isPunct(T, '{'))
      ++Depth;
    else if (isPunct(T, '}'))
      --Depth;
    Body.End = At;
  }
  return Next == F.Body.end() && !Ends;
}

std::string TextEdits::apply(StringRef Text, TextRange Part) const {
  std::string Result;
  size_t At = Part.Begin;
  for (auto It = Edits.lower_bound(Part.Begin);
       It != Edits.end() && It->first < Part.End; ++It) {
    if (It->first < At) // In what is replaced as a whole.
      continue;
    if (It->first > At)
      Result += Text.slice(At, It->first);
    Result += It->second.Text;
    At = std::max(At, It->second.End);
  }
  return Result += Text.slice(At, std::max(At, Part.End));
}

} // namespace reprise::ptx
