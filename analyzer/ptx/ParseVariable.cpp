//===- ParseVariable.cpp - Variables and parameters of PTX ----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ParserImpl.h"

#include "llvm/ADT/StringSwitch.h"

using namespace llvm;

namespace reprise::ptx {

unsigned typeBytes(StringRef Type) {
  return StringSwitch<unsigned>(Type)
      .Cases("b8", "u8", "s8", "e4m3", "e5m2", 1)
      .Cases("b16", "u16", "s16", "f16", "bf16", 2)
      .Cases("e4m3x2", "e5m2x2", "ue8m0x2", 2)
      .Cases("b32", "u32", "s32", "f32", "f16x2", "bf16x2", "tf32", 4)
      .Cases("b64", "u64", "s64", "f64", "f32x2", 8)
      .Cases("b128", "u128", "s128", 16)
      .Cases("texref", "surfref", "samplerref", 8)
      .Cases("e2m1x2", "e2m3x2", "e3m2x2", 2)
      .Default(0);
}

bool isTypeName(StringRef Word) {
  return Word == "pred" || typeBytes(Word) != 0;
}

bool Parser::space(Space &In) const {
  if (T.Kind != TokenKind::Dotted)
    return false;
  In = StringSwitch<Space>(T.Text)
           .Case("reg", Space::Reg)
           .Case("sreg", Space::Sreg)
           .Case("const", Space::Const)
           .Case("global", Space::Global)
           .Case("local", Space::Local)
           .Cases("param", "param::entry", "param::func", Space::Param)
           .Cases("shared", "shared::cta", "shared::cluster", Space::Shared)
           .Case("tex", Space::Tex)
           .Default(Space::None);
  return In != Space::None;
}

/// `.attribute(.managed, .unified(1, 2))`
bool Parser::attribute() {
  advance();
  if (!expect('('))
    return false;
  for (unsigned Depth = 1; Depth; advance()) {
    if (T.Kind == TokenKind::End)
      return fail("')'");
    if (isPunct('('))
      ++Depth;
    else if (isPunct(')'))
      --Depth;
  }
  return true;
}

/// Space, alignment, vector, type, pointer attributes, in any order.
bool Parser::specifiers(Variable &V) {
  if (!space(V.In))
    return fail("a state space");
  advance();
  if (accept('[')) { // .const[2]: banks of old versions.
    uint64_t Bank;
    if (!integer(Bank) || !expect(']'))
      return false;
  }
  bool Pointer = false;
  while (T.Kind == TokenKind::Dotted) {
    StringRef Word = T.Text;
    if (Word == "attribute") {
      if (!attribute())
        return false;
      continue;
    }
    Space Target;
    if (Word == "align") {
      advance();
      uint64_t N;
      if (!integer(N))
        return false;
      if (!Pointer)
        V.Align = static_cast<uint32_t>(N);
      continue;
    }
    if (Word == "ptr")
      Pointer = true;
    else if (Pointer && space(Target))
      V.PointerTo = Word;
    else if (Word == "v2" || Word == "v4" || Word == "v8")
      V.Vector = static_cast<uint8_t>(Word[1] - '0');
    else if (isTypeName(Word))
      V.Type = Word;
    else
      return fail("a type");
    advance();
  }
  return !V.Type.empty() || fail("a type");
}

/// Name, register range, dimensions, initialiser.
bool Parser::declarator(Variable &V) {
  V.Loc = T.Loc;
  if (!word(V.Name, "a name"))
    return false;
  if (accept('<')) {
    uint64_t N;
    if (!integer(N) || !expect('>'))
      return false;
    V.Range = static_cast<uint32_t>(std::min<uint64_t>(N, UINT32_MAX));
  }
  SmallVector<uint64_t, 4> Dims;
  while (accept('[')) {
    uint64_t N = 0;
    if (!isPunct(']') && !expression(N, 0, 0))
      return false;
    if (!expect(']'))
      return false;
    Dims.push_back(N);
  }
  V.IsArray = !Dims.empty();
  V.Dims = keep(Dims);
  while (isDotted("attribute"))
    if (!attribute())
      return false;
  return !accept('=') || initializer(V);
}

bool Parser::variables(Linkage Link, SmallVectorImpl<Variable> &To) {
  Variable Common;
  Common.Link = Link;
  if (!specifiers(Common))
    return false;
  do {
    Variable V = Common;
    if (!declarator(V))
      return false;
    To.push_back(V);
  } while (accept(','));
  return true;
}

/// `( .param .u64 a, .reg .f32 %f )`; names may be _ in prototypes.
bool Parser::parameters(ArrayRef<Variable> &To) {
  SmallVector<Variable, 16> List;
  advance();
  while (!isPunct(')')) {
    Variable V;
    if (!specifiers(V) || !declarator(V))
      return false;
    List.push_back(V);
    if (!accept(','))
      break;
  }
  To = keep(List);
  return expect(')');
}

bool Parser::initializer(Variable &V) {
  SmallVector<Initializer, 64> List;
  size_t Depth = 0;
  do {
    Initializer I;
    if (accept('{')) {
      I.K = Initializer::Kind::Open;
      ++Depth;
      List.push_back(I);
      if (!isPunct('}'))
        continue;
    } else if (!isPunct('}')) {
      if (!initializerElement(I))
        return false;
      List.push_back(I);
    }
    while (Depth && accept('}')) {
      I.K = Initializer::Kind::Close;
      List.push_back(I);
      --Depth;
    }
    if (Depth && !accept(','))
      return fail("',' or '}'");
  } while (Depth);
  V.Init = keep(List);
  return true;
}

/// `sym`, `generic(sym)+8`, or a sampler's field `addr_mode_0 = wrap`.
bool Parser::initializerSymbol(Initializer &I) {
  I.K = Initializer::Kind::Symbol;
  if (!word(I.Name, "a variable"))
    return false;
  if (I.Name == "generic" && accept('(')) {
    I.Generic = true;
    if (!word(I.Name, "a variable") || !expect(')'))
      return false;
  } else if (accept('=')) {
    Operand Ignored;
    return simpleOperand(Ignored);
  }
  if (isPunct('+') || isPunct('-'))
    return expression(I.Value, 0, 0);
  return true;
}

bool Parser::initializerElement(Initializer &I) {
  if (T.Kind == TokenKind::Word)
    return initializerSymbol(I);
  Operand Value;
  if (!simpleOperand(Value))
    return false;
  I.Value = Value.Value;
  I.K = Value.Kind == OperandKind::Single   ? Initializer::Kind::Single
        : Value.Kind == OperandKind::Double ? Initializer::Kind::Double
                                            : Initializer::Kind::Integer;
  // 0xff00(sym): part of an address.
  if (I.K == Initializer::Kind::Integer && accept('(')) {
    I.Mask = I.Value;
    I.Value = 0;
    return initializerSymbol(I) && expect(')');
  }
  return true;
}

} // namespace reprise::ptx
