//===- ParseBody.cpp - Statements of PTX ----------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ParserImpl.h"

using namespace llvm;

namespace reprise::ptx {

bool Parser::body(Function &F) {
  advance();
  SmallVector<Statement, 0> List;
  List.reserve(256);
  unsigned Depth = 1;
  while (Depth)
    if (!statement(List, Depth))
      return false;
  F.Body = keep(List);
  return true;
}

bool Parser::statement(SmallVectorImpl<Statement> &To, unsigned &Depth) {
  Location Loc = T.Loc;
  auto Mark = [&](Statement::Kind K, StringRef Label = {}) {
    Statement S;
    S.K = K;
    S.Loc = Loc;
    S.Label = Label;
    To.push_back(S);
    return true;
  };
  if (T.Kind == TokenKind::Word) {
    StringRef Word = T.Text;
    advance();
    if (!accept(':'))
      return instruction(To, {}, false, Loc, Word);
    if (isDotted("branchtargets") || isDotted("calltargets"))
      return targets(To, Word);
    if (isDotted("callprototype"))
      return prototype(To, Word);
    return Mark(Statement::Kind::Label, Word);
  }
  if (accept('@')) {
    bool Negated = accept('!');
    StringRef Guard, Opcode;
    return word(Guard, "a predicate") && word(Opcode, "an instruction") &&
           instruction(To, Guard, Negated, Loc, Opcode);
  }
  if (accept('{')) {
    ++Depth;
    return Mark(Statement::Kind::BlockBegin);
  }
  if (accept('}')) {
    --Depth;
    return Depth == 0 || Mark(Statement::Kind::BlockEnd);
  }
  if (accept(';'))
    return true;
  if (T.Kind == TokenKind::Dotted && !startsItem())
    return bodyDirective(To);
  return fail("a statement");
}

bool Parser::bodyDirective(SmallVectorImpl<Statement> &To) {
  if (T.Text == "loc")
    return place(To);
  Space In;
  if (space(In)) {
    SmallVector<Variable, 8> List;
    if (!variables(Linkage::None, List) || !expect(';'))
      return false;
    for (const Variable &V : List) {
      Statement S;
      S.K = Statement::Kind::Variable;
      S.Loc = V.Loc;
      S.Label = V.Name;
      S.Node = keepOne(V);
      To.push_back(S);
    }
    return true;
  }
  if (T.Text != "pragma")
    note(T.Loc, "directive ." + T.Text.take_front(40) + " skipped");
  while (!isPunct(';')) {
    if (T.Kind == TokenKind::End || isPunct('}'))
      return fail("';'");
    advance();
  }
  return expect(';');
}

/// `.loc 1 12 3, function_name $L_s+0, inlined_at 1 20 5`
bool Parser::place(SmallVectorImpl<Statement> &To) {
  Statement S;
  S.K = Statement::Kind::Place;
  S.Loc = T.Loc;
  advance();
  auto Triple = [&](uint32_t &File, uint32_t &Line, uint32_t &Column) {
    for (uint32_t *To : {&File, &Line, &Column}) {
      uint64_t N;
      if (!integer(N))
        return false;
      *To = static_cast<uint32_t>(N);
    }
    return true;
  };
  SourcePlace P;
  if (!Triple(P.File, P.Line, P.Column))
    return false;
  while (accept(',')) {
    StringRef Key;
    if (!word(Key, "function_name or inlined_at"))
      return false;
    if (Key == "function_name") {
      uint64_t Ignored;
      if (!word(P.Function, "a label"))
        return false;
      if (isPunct('+') && !expression(Ignored, 0, 0))
        return false;
    } else if (Key == "inlined_at") {
      P.Inlined = true;
      if (!Triple(P.AtFile, P.AtLine, P.AtColumn))
        return false;
    } else {
      return fail("function_name or inlined_at");
    }
  }
  S.Node = keepOne(P);
  To.push_back(S);
  return true;
}

bool Parser::targets(SmallVectorImpl<Statement> &To, StringRef Label) {
  Statement S;
  S.K = Statement::Kind::Targets;
  S.Loc = T.Loc;
  S.Label = Label;
  SmallVector<StringRef, 8> Names;
  do {
    advance();
    StringRef Name;
    if (!word(Name, "a label"))
      return false;
    Names.push_back(Name);
  } while (isPunct(','));
  S.Node = keepOne(TargetList{Label, keep(Names)});
  To.push_back(S);
  return expect(';');
}

bool Parser::prototype(SmallVectorImpl<Statement> &To, StringRef Label) {
  Statement S;
  S.K = Statement::Kind::Prototype;
  S.Loc = T.Loc;
  S.Label = Label;
  Prototype P;
  P.Label = Label;
  advance();
  StringRef Name;
  if (isPunct('(') && !parameters(P.Returns))
    return false;
  if (!word(Name, "'_'"))
    return false;
  if (isPunct('(') && !parameters(P.Params))
    return false;
  Function Ignored; // .noreturn, .abi_preserve
  if (!functionDirectives(Ignored))
    return false;
  S.Node = keepOne(P);
  To.push_back(S);
  return expect(';');
}

bool Parser::instruction(SmallVectorImpl<Statement> &To, StringRef Guard,
                         bool Negated, Location Loc, StringRef Opcode) {
  Instruction I;
  I.Loc = Loc;
  I.Guard = Guard;
  I.GuardNegated = Negated;
  I.Opcode = Opcode;
  SmallVector<StringRef, 12> Modifiers;
  for (; T.Kind == TokenKind::Dotted; advance())
    Modifiers.push_back(T.Text);
  I.Modifiers = keep(Modifiers);
  bool IsCall = Opcode == "call";
  size_t From = Stack.size();
  if (!isPunct(';')) {
    do {
      Operand O;
      if (!operand(O, IsCall, 0)) {
        Stack.truncate(From);
        return false;
      }
      Stack.push_back(O);
    } while (accept(','));
  }
  I.Operands = keep(Stack, From);
  Stack.truncate(From);
  Statement S;
  S.K = Statement::Kind::Instruction;
  S.Loc = Loc;
  S.Node = keepOne(I);
  To.push_back(S);
  return expect(';');
}

} // namespace reprise::ptx
