//===- ParseOperand.cpp - Operands and literals of PTX --------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ParserImpl.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/Support/Error.h"

using namespace llvm;

namespace reprise::ptx {

static constexpr unsigned MaxNesting = 64;

bool Parser::operand(Operand &O, bool IsCall, unsigned Depth) {
  if (Depth > MaxNesting)
    return fail("less nesting");
  if (isPunct('['))
    return operandList(O, OperandKind::Address, ']', IsCall, Depth);
  if (isPunct('{'))
    return operandList(O, OperandKind::Vector, '}', IsCall, Depth);
  if (isPunct('(') && IsCall)
    return operandList(O, OperandKind::Tuple, ')', IsCall, Depth);
  if (!simpleOperand(O))
    return false;
  if (!accept('|'))
    return true;
  Operand Second;
  if (!simpleOperand(Second))
    return false;
  Operand Both[2] = {O, Second};
  O = Operand();
  O.Kind = OperandKind::Pair;
  O.Elements = ArrayRef<Operand>(Both).copy(*Out.Arena);
  return true;
}

bool Parser::operandList(Operand &O, OperandKind Kind, char Close, bool IsCall,
                         unsigned Depth) {
  O.Kind = Kind;
  advance();
  size_t From = Stack.size();
  while (!isPunct(Close)) {
    Operand Element;
    if (!operand(Element, IsCall, Depth + 1))
      return false;
    Stack.push_back(Element);
    if (!accept(','))
      break;
  }
  O.Elements = keep(Stack, From);
  Stack.truncate(From);
  if (!expect(Close))
    return false;
  if (T.Kind == TokenKind::Dotted) { // [a].unified
    O.Suffix = T.Text;
    advance();
  }
  return true;
}

/// A name with suffix or displacement, or a literal.
bool Parser::simpleOperand(Operand &O) {
  if (T.Kind == TokenKind::Word) {
    O.Name = T.Text;
    O.Kind = O.Name == "_" ? OperandKind::Sink : OperandKind::Name;
    advance();
    if (O.Name == "WARP_SZ") {
      O.Kind = OperandKind::Integer;
      O.Value = 32;
      return true;
    }
    if (T.Kind == TokenKind::Dotted) {
      O.Suffix = T.Text;
      advance();
    }
    if (isPunct('+') || isPunct('-'))
      return expression(O.Value, 0, 0);
    if (accept('[')) { // a[3], the address of an element.
      O.Suffix = "[]";
      return expression(O.Value, 0, 0) && expect(']');
    }
    return true;
  }
  if (accept('!')) {
    O.Negated = true;
    O.Kind = OperandKind::Name;
    return word(O.Name, "a predicate");
  }
  if (T.Kind == TokenKind::Number && number(O)) {
    if (O.Kind != OperandKind::Integer)
      return true;
    // `12 + 4`: what follows the first number.
    if (isPunct('+') || isPunct('-')) {
      uint64_t More;
      if (!expression(More, 0, 0))
        return false;
      O.Value += More;
    }
    return true;
  }
  if (isPunct('-')) {
    Lexer Ahead = Lex;
    Token Next = Ahead.next();
    if (Next.Kind == TokenKind::Number) {
      advance();
      if (!number(O))
        return false;
      if (O.Kind == OperandKind::Integer)
        O.Value = 0 - O.Value;
      else
        O.Value ^= O.Kind == OperandKind::Single ? 1ull << 31 : 1ull << 63;
      return true;
    }
  }
  if (isPunct('-') || isPunct('+') || isPunct('~') || isPunct('(')) {
    O.Kind = OperandKind::Integer;
    return expression(O.Value, 0, 0);
  }
  return fail("an operand");
}

/// 12, 0x1fU, 017, 0b11, 0f3F800000, 0d3FF0000000000000, 1.5e3
bool Parser::number(Operand &O) {
  StringRef Text = T.Text;
  char Second = Text.size() > 1 ? Text[1] : '\0';
  bool Bad;
  if (Text[0] == '0' && (Second == 'f' || Second == 'F')) {
    O.Kind = OperandKind::Single;
    Bad = Text.size() != 10 || Text.substr(2).getAsInteger(16, O.Value);
  } else if (Text[0] == '0' && (Second == 'd' || Second == 'D')) {
    O.Kind = OperandKind::Double;
    Bad = Text.size() != 18 || Text.substr(2).getAsInteger(16, O.Value);
  } else if (!Text.starts_with_insensitive("0x") &&
             Text.find_first_of(".eE") != StringRef::npos) {
    O.Kind = OperandKind::Double;
    APFloat F(APFloat::IEEEdouble());
    auto Status = Text.size() > 400
                      ? Expected<APFloat::opStatus>(createStringError("long"))
                      : F.convertFromString(Text, APFloat::rmNearestTiesToEven);
    Bad = !Status;
    if (Status)
      O.Value = F.bitcastToAPInt().getZExtValue();
    else
      consumeError(Status.takeError());
  } else {
    O.Kind = OperandKind::Integer;
    StringRef Digits = Text;
    if (Digits.size() > 1 && (Digits.back() == 'U' || Digits.back() == 'u'))
      Digits = Digits.drop_back();
    Bad = Digits.getAsInteger(0, O.Value);
  }
  if (Bad)
    return fail("a number");
  advance();
  return true;
}

bool Parser::integer(uint64_t &Value) {
  Operand O;
  if (T.Kind != TokenKind::Number)
    return fail("a number");
  if (!number(O))
    return false;
  Value = O.Value;
  return O.Kind == OperandKind::Integer || fail("an integer");
}

//===----------------------------------------------------------------------===//
// Constant expressions
//===----------------------------------------------------------------------===//

bool Parser::unary(uint64_t &Value, unsigned Depth) {
  if (Depth > MaxNesting)
    return fail("less nesting");
  if (accept('+'))
    return unary(Value, Depth + 1);
  if (accept('-')) {
    bool Ok = unary(Value, Depth + 1);
    Value = 0 - Value;
    return Ok;
  }
  if (accept('~')) {
    bool Ok = unary(Value, Depth + 1);
    Value = ~Value;
    return Ok;
  }
  if (accept('!')) {
    bool Ok = unary(Value, Depth + 1);
    Value = !Value;
    return Ok;
  }
  if (accept('(')) {
    if (isDotted("s64") || isDotted("u64")) { // A cast.
      advance();
      return expect(')') && unary(Value, Depth + 1);
    }
    return expression(Value, 0, Depth + 1) && expect(')');
  }
  return integer(Value);
}

namespace {
struct BinaryOperator {
  char Text[3] = {};
  unsigned Precedence = 0; ///< 0: not an operator.
};
} // namespace

static BinaryOperator operatorAt(const Token &First, const Lexer &Lex) {
  static constexpr BinaryOperator Known[] = {
      {"||", 1}, {"&&", 2}, {"==", 6}, {"!=", 6}, {"<=", 7}, {">=", 7},
      {"<<", 8}, {">>", 8}, {"|", 3},  {"^", 4},  {"&", 5},  {"<", 7},
      {">", 7},  {"+", 9},  {"-", 9},  {"*", 10}, {"/", 10}, {"%", 10}};
  if (First.Kind != TokenKind::Punct)
    return {};
  Lexer Ahead = Lex;
  Token Second = Ahead.next();
  bool Adjacent = Second.Kind == TokenKind::Punct &&
                  Second.Loc.Line == First.Loc.Line &&
                  Second.Loc.Column == First.Loc.Column + 1;
  for (const BinaryOperator &B : Known)
    if (B.Text[0] == First.Char &&
        (!B.Text[1] || (Adjacent && Second.Char == B.Text[1])))
      return B;
  return {};
}

static uint64_t apply(StringRef O, uint64_t A, uint64_t B) {
  auto SA = static_cast<int64_t>(A), SB = static_cast<int64_t>(B);
  bool Divides = SB != 0 && !(SB == -1 && SA == INT64_MIN);
  if (O == "<<")
    return B < 64 ? A << B : 0;
  if (O == ">>")
    return static_cast<uint64_t>(SA >> (B < 64 ? B : 63));
  if (O == "==")
    return A == B;
  if (O == "!=")
    return A != B;
  if (O == "<=")
    return SA <= SB;
  if (O == ">=")
    return SA >= SB;
  if (O == "&&")
    return A && B;
  if (O == "||")
    return A || B;
  switch (O[0]) {
  case '+':
    return A + B;
  case '-':
    return A - B;
  case '*':
    return A * B;
  case '/':
    return Divides ? static_cast<uint64_t>(SA / SB) : 0;
  case '%':
    return Divides ? static_cast<uint64_t>(SA % SB) : 0;
  case '&':
    return A & B;
  case '|':
    return A | B;
  case '^':
    return A ^ B;
  case '<':
    return SA < SB;
  default:
    return SA > SB;
  }
}

bool Parser::expression(uint64_t &Value, unsigned Precedence, unsigned Depth) {
  if (!unary(Value, Depth))
    return false;
  for (;;) {
    BinaryOperator O = operatorAt(T, Lex);
    if (O.Precedence == 0 || O.Precedence <= Precedence)
      break;
    advance();
    if (O.Text[1])
      advance();
    uint64_t Right;
    if (Depth > MaxNesting)
      return fail("less nesting");
    if (!expression(Right, O.Precedence, Depth + 1))
      return false;
    Value = apply(O.Text, Value, Right);
  }
  if (Precedence == 0 && accept('?')) {
    uint64_t A, B;
    if (!expression(A, 0, Depth + 1) || !expect(':') ||
        !expression(B, 0, Depth + 1))
      return false;
    Value = Value ? A : B;
  }
  return true;
}

} // namespace reprise::ptx
