//===- ParserImpl.h - The parser's state, shared by its files -------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   Parser.cpp          modules: directives, linkage, functions, recovery
//   ParseVariable.cpp   variables, parameters, initialisers
//   ParseBody.cpp       statements
//   ParseOperand.cpp    operands, literals, constant expressions
//
// Each member returns false when the text is not what it expects; the first
// such place is in Failure. One token is looked ahead.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_ANALYZER_PTX_PARSERIMPL_H
#define REPRISE_ANALYZER_PTX_PARSERIMPL_H

#include "Lexer.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/Twine.h"

namespace reprise::ptx {

/// Type names, without the dot: "u32", "b8", "f16x2", "pred", "texref", ...
bool isTypeName(StringRef Word);
/// Bytes of a scalar type, 8 for handles, 0 for what has no size.
unsigned typeBytes(StringRef Type);

class Parser {
public:
  Parser(StringRef Text, Module &Out) : Lex(Text), Out(Out) { advance(); }

  void run();

private:
  // Parser.cpp
  void directive();
  void item();
  bool function(Linkage Link);
  bool functionHeader(Function &F);
  bool functionDirectives(Function &F);
  void file();
  bool target();
  bool alias();
  void section();
  void resynchronize();
  void skipGroup();
  void skipBody();
  bool startsItem() const;
  void note(Location Loc, const llvm::Twine &Text);

  // ParseVariable.cpp
  bool space(Space &In) const;
  bool variables(Linkage Link, llvm::SmallVectorImpl<Variable> &To);
  bool specifiers(Variable &V);
  bool declarator(Variable &V);
  bool parameters(ArrayRef<Variable> &To);
  bool initializer(Variable &V);
  bool initializerSymbol(Initializer &I);
  bool initializerElement(Initializer &I);
  bool attribute();

  // ParseBody.cpp
  bool body(Function &F);
  bool statement(llvm::SmallVectorImpl<Statement> &To, unsigned &Depth);
  bool bodyDirective(llvm::SmallVectorImpl<Statement> &To);
  bool place(llvm::SmallVectorImpl<Statement> &To);
  bool targets(llvm::SmallVectorImpl<Statement> &To, StringRef Label);
  bool prototype(llvm::SmallVectorImpl<Statement> &To, StringRef Label);
  bool instruction(llvm::SmallVectorImpl<Statement> &To, StringRef Guard,
                   bool Negated, Location Loc, StringRef Opcode);

  // ParseOperand.cpp
  bool operand(Operand &O, bool IsCall, unsigned Depth);
  bool operandList(Operand &O, OperandKind Kind, char Close, bool IsCall,
                   unsigned Depth);
  bool simpleOperand(Operand &O);
  bool number(Operand &O);
  bool expression(uint64_t &Value, unsigned Precedence, unsigned Depth);
  bool unary(uint64_t &Value, unsigned Depth);
  bool integer(uint64_t &Value);

  void advance() { T = Lex.next(); }
  bool isPunct(char C) const {
    return T.Kind == TokenKind::Punct && T.Char == C;
  }
  bool isDotted(StringRef Text) const {
    return T.Kind == TokenKind::Dotted && T.Text == Text;
  }
  bool accept(char C) {
    if (!isPunct(C))
      return false;
    advance();
    return true;
  }
  bool expect(char C);
  bool word(StringRef &Text, const char *What);
  bool fail(const llvm::Twine &Expected);

  /// Copies a finished list into the arena.
  template <typename Item>
  ArrayRef<Item> keep(const llvm::SmallVectorImpl<Item> &List,
                      size_t From = 0) {
    ArrayRef<Item> Part = ArrayRef<Item>(List).drop_front(From);
    return Part.empty() ? Part : Part.copy(*Out.Arena);
  }
  template <typename Item> const Item *keepOne(const Item &I) {
    return new (Out.Arena->Allocate<Item>()) Item(I);
  }

  Lexer Lex;
  Token T;
  Module &Out;
  std::optional<Diagnostic> Failure;
  /// Operands under construction; what a list needs lies on top.
  llvm::SmallVector<Operand, 32> Stack;
};

} // namespace reprise::ptx

#endif // REPRISE_ANALYZER_PTX_PARSERIMPL_H
