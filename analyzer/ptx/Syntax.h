//===- Syntax.h - The shape of a PTX module -------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the parser makes of PTX text. It holds shape, not meaning: an
// instruction is an opcode, its modifiers and its operands, whatever they are,
// so an opcode that nobody has heard of is still an instruction.
//
//   @!%p1 ld.global.v2.u32 {%r1, %r2}, [%rd4+8];
//   guard  opcode + mods   Vector      Address
//
// A body is one flat list: nested blocks are marked by BlockBegin and BlockEnd,
// so nothing that walks a body needs recursion.
//
// Ownership: names are views into the text that was parsed, lists lie in the
// module's arena. Both must outlive every node.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_ANALYZER_PTX_SYNTAX_H
#define REPRISE_ANALYZER_PTX_SYNTAX_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Allocator.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace reprise::ptx {

using llvm::ArrayRef;
using llvm::StringRef;

/// A place in the text, both counted from 1.
struct Location {
  uint32_t Line = 0;
  uint32_t Column = 0;
};

struct Diagnostic {
  Location Loc;
  std::string Text;
  /// "12:3: expected ';'".
  std::string str() const;
};

enum class OperandKind : uint8_t {
  Name,    ///< Register, variable, label or function, perhaps + Value.
  Integer, ///< Value, two's complement.
  Single,  ///< Value holds the 32 bits.
  Double,  ///< Value holds the 64 bits.
  Address, ///< [ Elements ]; one element, or more for tensors and textures.
  Vector,  ///< { Elements }
  Tuple,   ///< ( Elements ), in calls.
  Sink,    ///< _
  Pair,    ///< a|p: two Elements.
};

struct Operand {
  OperandKind Kind = OperandKind::Sink;
  bool Negated = false; ///< !p
  StringRef Name;
  StringRef Suffix;   ///< "x" of %tid.x, "unified" behind an address.
  uint64_t Value = 0; ///< Displacement of a Name, or the literal.
  ArrayRef<Operand> Elements;
};

struct Instruction {
  Location Loc;
  StringRef Guard; ///< Predicate register; empty if there is none.
  bool GuardNegated = false;
  StringRef Opcode;
  ArrayRef<StringRef> Modifiers; ///< Without the dots.
  ArrayRef<Operand> Operands;

  bool has(StringRef Modifier) const {
    return llvm::is_contained(Modifiers, Modifier);
  }
};

enum class Space : uint8_t {
  None,
  Reg,
  Sreg,
  Const,
  Global,
  Local,
  Param,
  Shared,
  Tex,
};

enum class Linkage : uint8_t { None, Visible, Extern, Weak, Common };

/// One element of an initialiser. Nested braces stay as marks.
struct Initializer {
  enum class Kind : uint8_t { Open, Close, Integer, Single, Double, Symbol };
  Kind K = Kind::Integer;
  bool Generic = false; ///< generic(sym): the address as a generic one.
  StringRef Name;
  uint64_t Value = 0; ///< The literal, or what is added to the symbol.
  uint64_t Mask = 0;  ///< 0xff00(sym): the bits that are kept; 0: all.
};

struct Variable {
  Location Loc;
  Space In = Space::None;
  Linkage Link = Linkage::None;
  uint8_t Vector = 1;
  bool IsArray = false;
  uint32_t Align = 0; ///< 0: not given.
  StringRef Type;     ///< "u32", "texref", ...
  StringRef Name;
  StringRef PointerTo; ///< Space named behind .ptr, if any.
  /// %r<100> declares %r0 .. %r99.
  std::optional<uint32_t> Range;
  ArrayRef<uint64_t> Dims; ///< 0 for [].
  ArrayRef<Initializer> Init;
};

/// `.maxntid 256, 1, 1` and its like.
struct Directive {
  StringRef Name;
  ArrayRef<uint64_t> Numbers;
};

/// .loc, with the place that the code was inlined into.
struct SourcePlace {
  uint32_t File = 0, Line = 0, Column = 0;
  StringRef Function; ///< Label of the inlined function's name.
  bool Inlined = false;
  uint32_t AtFile = 0, AtLine = 0, AtColumn = 0;
};

/// `L: .branchtargets a, b;` and `.calltargets`.
struct TargetList {
  StringRef Label;
  ArrayRef<StringRef> Names;
};

/// `P: .callprototype (ret) _ (params);`
struct Prototype {
  StringRef Label;
  ArrayRef<Variable> Returns, Params;
};

struct Statement {
  enum class Kind : uint8_t {
    Instruction,
    Label,
    Variable,
    BlockBegin,
    BlockEnd,
    Place,
    Targets,
    Prototype,
  };
  Kind K;
  Location Loc;
  StringRef Label;
  const void *Node = nullptr;

  const Instruction &instruction() const {
    return *static_cast<const Instruction *>(Node);
  }
  const Variable &variable() const {
    return *static_cast<const Variable *>(Node);
  }
  const SourcePlace &place() const {
    return *static_cast<const SourcePlace *>(Node);
  }
  const TargetList &targets() const {
    return *static_cast<const TargetList *>(Node);
  }
  const Prototype &prototype() const {
    return *static_cast<const Prototype *>(Node);
  }
};

struct Function {
  Location Loc;
  StringRef Name;
  bool IsEntry = false;
  bool HasBody = false;
  Linkage Link = Linkage::None;
  ArrayRef<Variable> Returns, Params;
  ArrayRef<Directive> Directives;
  ArrayRef<Statement> Body;
  /// The first thing in it that could not be parsed; the body is then empty.
  std::optional<Diagnostic> Error;

  const Directive *find(StringRef Directive) const;
};

struct SourceFile {
  uint32_t Index = 0;
  StringRef Name;
};

struct Alias {
  StringRef Name, Of;
};

struct Module {
  uint32_t Major = 0, Minor = 0;
  std::vector<StringRef> Target; ///< "sm_80", "debug", ...
  unsigned AddressSize = 64;
  std::vector<SourceFile> Files;
  std::vector<Variable> Variables;
  std::vector<Function> Functions; ///< Declarations as well.
  std::vector<Alias> Aliases;
  std::vector<Diagnostic> Notes; ///< Directives that were skipped.
  /// Everything that could not be parsed, those of functions included.
  std::vector<Diagnostic> Errors;
  std::unique_ptr<llvm::BumpPtrAllocator> Arena =
      std::make_unique<llvm::BumpPtrAllocator>();
};

} // namespace reprise::ptx

#endif // REPRISE_ANALYZER_PTX_SYNTAX_H
