//===- Parser.cpp - PTX modules -------------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Parser.h"
#include "ParserImpl.h"

#include "llvm/ADT/StringSwitch.h"

using namespace llvm;

namespace reprise::ptx {

std::string Diagnostic::str() const {
  return std::to_string(Loc.Line) + ":" + std::to_string(Loc.Column) + ": " +
         Text;
}

const Directive *Function::find(StringRef Wanted) const {
  for (const Directive &D : Directives)
    if (D.Name == Wanted)
      return &D;
  return nullptr;
}

bool looksLikePtx(StringRef Text) {
  Lexer Lex(Text);
  Token T = Lex.next();
  return T.Kind == TokenKind::Dotted && T.Text == "version";
}

Module parse(StringRef Text) {
  Module M;
  Parser(Text, M).run();
  return M;
}

//===----------------------------------------------------------------------===//
// Errors
//===----------------------------------------------------------------------===//

bool Parser::fail(const Twine &Expected) {
  if (Failure)
    return false;
  // A megabyte of identifier is not worth repeating.
  std::string Found = T.Kind == TokenKind::End
                          ? "the end of the text"
                          : "'" + T.Text.take_front(40).str() + "'";
  Failure =
      Diagnostic{T.Loc, ("expected " + Expected + ", found ").str() + Found};
  return false;
}

void Parser::note(Location Loc, const Twine &Text) {
  constexpr size_t Most = 100;
  if (Out.Notes.size() < Most)
    Out.Notes.push_back({Loc, Text.str()});
}

bool Parser::expect(char C) { return accept(C) || fail("'" + Twine(C) + "'"); }

bool Parser::word(StringRef &Text, const char *What) {
  if (T.Kind != TokenKind::Word)
    return fail(What);
  Text = T.Text;
  advance();
  return true;
}

/// True at a directive that cannot stand inside a body or a statement.
bool Parser::startsItem() const {
  if (T.Kind != TokenKind::Dotted)
    return false;
  return StringSwitch<bool>(T.Text)
      .Cases("entry", "func", "visible", "extern", "weak", "common", true)
      .Cases("file", "version", "target", "address_size", "alias", true)
      .Default(false);
}

/// Behind the closing brace of the group that starts here.
void Parser::skipGroup() {
  uint64_t Depth = 0;
  do {
    if (isPunct('{'))
      ++Depth;
    else if (isPunct('}'))
      --Depth;
    advance();
  } while (Depth && T.Kind != TokenKind::End);
}

/// To where a module may go on: behind a semicolon or a group.
void Parser::resynchronize() {
  while (T.Kind != TokenKind::End && !startsItem()) {
    if (isPunct('{'))
      return skipGroup();
    if (accept(';'))
      return;
    advance();
  }
}

/// Out of a body in which something was wrong, at an unknown depth.
void Parser::skipBody() {
  while (T.Kind != TokenKind::End && !startsItem())
    advance();
}

//===----------------------------------------------------------------------===//
// Directives of a module
//===----------------------------------------------------------------------===//

void Parser::run() {
  while (T.Kind != TokenKind::End)
    item();
}

void Parser::item() {
  if (accept(';'))
    return;
  if (isPunct('@')) { // @@DWARF lines of old compilers.
    Lex.skipLine();
    return advance();
  }
  if (T.Kind == TokenKind::Dotted)
    directive();
  else
    fail("a directive");
  if (!Failure)
    return;
  constexpr size_t Most = 1000;
  if (Out.Errors.size() < Most)
    Out.Errors.push_back(std::move(*Failure));
  Failure.reset();
  if (T.Kind != TokenKind::Dotted || !startsItem()) {
    advance();
    resynchronize();
  }
}

void Parser::directive() {
  Linkage Link = Linkage::None;
  for (;; advance()) {
    auto L = T.Kind != TokenKind::Dotted
                 ? Linkage::None
                 : StringSwitch<Linkage>(T.Text)
                       .Case("visible", Linkage::Visible)
                       .Case("extern", Linkage::Extern)
                       .Case("weak", Linkage::Weak)
                       .Case("common", Linkage::Common)
                       .Default(Linkage::None);
    if (L == Linkage::None)
      break;
    Link = L;
  }
  if (T.Kind != TokenKind::Dotted) {
    fail("a variable or a function");
    return;
  }
  if (T.Text == "entry" || T.Text == "func") {
    function(Link);
    return;
  }
  Space In;
  if (space(In)) {
    SmallVector<Variable, 4> List;
    if (variables(Link, List) && expect(';'))
      Out.Variables.insert(Out.Variables.end(), List.begin(), List.end());
    return;
  }
  Location Loc = T.Loc;
  StringRef Name = T.Text;
  if (Name == "file")
    return file();
  if (Name == "section")
    return section();
  if (Name == "target") {
    target();
    return;
  }
  if (Name == "alias") {
    alias();
    return;
  }
  if (Name == "version" || Name == "address_size") {
    advance();
    if (T.Kind != TokenKind::Number) {
      fail("a number");
      return;
    }
    auto [Major, Minor] = T.Text.split('.');
    if (Name == "version") {
      if (Major.getAsInteger(10, Out.Major) ||
          (!Minor.empty() && Minor.getAsInteger(10, Out.Minor)))
        fail("a version");
    } else if (T.Text.getAsInteger(10, Out.AddressSize)) {
      fail("an address size");
    }
    return advance();
  }
  if (Name == "pragma" || Name == "loc") {
    while (T.Kind != TokenKind::End && !isPunct(';') &&
           (T.Kind != TokenKind::Dotted || T.Text == Name))
      advance();
    accept(';');
    return;
  }
  note(Loc, "directive ." + Name.take_front(40) + " skipped");
  advance();
  while (T.Kind == TokenKind::Number || T.Kind == TokenKind::String ||
         T.Kind == TokenKind::Word || T.Kind == TokenKind::Punct) {
    if (isPunct('{'))
      return skipGroup();
    if (accept(';'))
      return;
    advance();
  }
}

bool Parser::target() {
  do {
    advance();
    StringRef Name;
    if (!word(Name, "a target"))
      return false;
    Out.Target.push_back(Name);
  } while (isPunct(','));
  return true;
}

bool Parser::alias() {
  advance();
  Alias A;
  if (!word(A.Name, "a name") || !expect(',') || !word(A.Of, "a name") ||
      !expect(';'))
    return false;
  Out.Aliases.push_back(A);
  return true;
}

/// `.file 1 "a.cu"`, perhaps with time stamp and size.
void Parser::file() {
  advance();
  SourceFile F;
  uint64_t Index;
  if (!integer(Index))
    return;
  F.Index = static_cast<uint32_t>(Index);
  if (T.Kind != TokenKind::String) {
    fail("a file name");
    return;
  }
  F.Name = T.Text;
  advance();
  Out.Files.push_back(F);
  for (uint64_t Ignored; accept(',');)
    if (!integer(Ignored))
      return;
}

/// Debug information as data: of no use without an assembler.
void Parser::section() {
  advance();
  while (T.Kind == TokenKind::Dotted || T.Kind == TokenKind::Word)
    advance();
  if (isPunct('{'))
    return skipGroup();
  fail("'{'");
}

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

bool Parser::function(Linkage Link) {
  Function F;
  F.Loc = T.Loc;
  F.Link = Link;
  F.IsEntry = T.Text == "entry";
  bool Ok = functionHeader(F);
  if (Ok && isPunct('{')) {
    F.HasBody = true;
    Ok = body(F);
  } else if (Ok) {
    accept(';');
  }
  if (Ok) {
    Out.Functions.push_back(F);
    return true;
  }
  if (F.Name.empty())
    return false;
  // The function stays in the list, so that it can be reported.
  if (!F.HasBody)
    while (T.Kind != TokenKind::End && !startsItem() && !isPunct('{') &&
           !isPunct(';'))
      advance();
  F.HasBody |= isPunct('{');
  skipBody();
  F.Error = *Failure;
  F.Body = {};
  Out.Errors.push_back(std::move(*Failure));
  Failure.reset();
  Out.Functions.push_back(std::move(F));
  return true;
}

bool Parser::functionHeader(Function &F) {
  advance();
  while (isDotted("attribute"))
    if (!attribute())
      return false;
  if (!F.IsEntry && isPunct('(') && !parameters(F.Returns))
    return false;
  F.Loc = T.Loc;
  if (!word(F.Name, "the name of a function"))
    return false;
  if (isPunct('(') && !parameters(F.Params))
    return false;
  return functionDirectives(F);
}

bool Parser::functionDirectives(Function &F) {
  SmallVector<Directive, 4> List;
  while (T.Kind == TokenKind::Dotted && !startsItem()) {
    Space In;
    if (space(In)) // Old syntax lets variables start where a ; is missing.
      break;
    if (T.Text == "attribute") {
      if (!attribute())
        return false;
      continue;
    }
    Directive D;
    D.Name = T.Text;
    if (!StringSwitch<bool>(D.Name)
             .Cases("maxntid", "reqntid", "minnctapersm", "maxnctapersm", true)
             .Cases("maxnreg", "noreturn", "unique", "pragma", true)
             .Cases("explicitcluster", "reqnctapercluster", true)
             .Cases("maxclusterrank", "blocksareclusters", true)
             .Cases("abi_preserve", "abi_preserve_control", "language", true)
             .Default(false))
      note(T.Loc, "directive ." + D.Name.take_front(40) + " skipped");
    advance();
    SmallVector<uint64_t, 3> Numbers;
    while (T.Kind == TokenKind::Number || T.Kind == TokenKind::String ||
           T.Kind == TokenKind::Word || isPunct(',')) {
      uint64_t N;
      if (T.Kind == TokenKind::Number) {
        if (!integer(N))
          return false;
        Numbers.push_back(N);
      } else {
        advance();
      }
    }
    if (D.Name == "pragma")
      accept(';');
    D.Numbers = keep(Numbers);
    List.push_back(D);
  }
  F.Directives = keep(List);
  return true;
}

} // namespace reprise::ptx
