//===- PtxText.cpp - What can be told of PTX without parsing it -----------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PtxText.h"

#include "llvm/ADT/StringExtras.h"

#include <algorithm>

using namespace llvm;

namespace reprise {

namespace {

bool isWord(char C) { return isAlnum(C) || C == '_' || C == '$' || C == '%'; }

/// Words, directives (".entry") and single characters, one after the other.
class Scanner {
public:
  explicit Scanner(StringRef T) : Text(T) {}

  /// The next token, empty at the end.
  StringRef next() {
    skip();
    size_t Start = At;
    if (At == Text.size())
      return "";
    ++At;
    if (Text[Start] == '.' || isWord(Text[Start]))
      while (At < Text.size() && isWord(Text[At]))
        ++At;
    else if (Text[Start] == '"')
      string();
    return Text.slice(Start, At);
  }

private:
  void skip() {
    while (At < Text.size()) {
      if (isSpace(Text[At]))
        ++At;
      else if (Text.substr(At).starts_with("//"))
        At = std::min(Text.find('\n', At), Text.size());
      else if (Text.substr(At).starts_with("/*")) {
        size_t End = Text.find("*/", At + 2);
        At = End == StringRef::npos ? Text.size() : End + 2;
      } else
        return;
    }
  }

  /// At is behind the opening quote.
  void string() {
    while (At < Text.size()) {
      char C = Text[At++];
      if (C == '"')
        return;
      if (C == '\\' && At < Text.size())
        ++At;
    }
  }

  StringRef Text;
  size_t At = 0;
};

/// Behind the name of an entry: true when its body comes before the end of the
/// statement. Directives in between may have a semicolon of their own.
bool hasBody(Scanner &S) {
  bool Pragma = false;
  for (StringRef T = S.next(); !T.empty(); T = S.next()) {
    if (T == "{")
      return true;
    if (T == ".pragma")
      Pragma = true;
    if (T == ";") {
      if (!Pragma)
        return false;
      Pragma = false;
    }
  }
  return false;
}

} // namespace

bool isPtxText(StringRef Text) { return Scanner(Text).next() == ".version"; }

PtxHeader readPtxHeader(StringRef Text) {
  PtxHeader H;
  Scanner S(Text);
  if (S.next() != ".version")
    return H;
  StringRef Major = S.next(), Minor = S.next();
  Minor.consume_front(".");
  if (Major.getAsInteger(10, H.Major) || Minor.getAsInteger(10, H.Minor))
    H.Major = H.Minor = 0;
  if (S.next() != ".target")
    return H;
  StringRef Name = S.next();
  if (!Name.consume_front("sm_"))
    return H;
  unsigned Sm;
  if (Name.consumeInteger(10, Sm))
    return H;
  H.Target.Sm = Sm;
  if (Name == "a" || Name == "f")
    H.Target.Variant = Name[0];
  return H;
}

void forEachPtxEntry(StringRef Text, function_ref<void(StringRef)> F) {
  Scanner S(Text);
  for (StringRef T = S.next(); !T.empty(); T = S.next()) {
    if (T != ".entry")
      continue;
    StringRef Name = S.next();
    if (hasBody(S))
      F(Name);
  }
}

} // namespace reprise
