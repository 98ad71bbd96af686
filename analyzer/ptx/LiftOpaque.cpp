//===- LiftOpaque.cpp - Instructions that become calls --------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The forms of these calls are described in Lift.h. Whoever executes the IR
// tells an operation by its name and finds all of its operands.
//
//===----------------------------------------------------------------------===//

#include "Lift.h"
#include "LiftImpl.h"

using namespace llvm;

namespace reprise::ptx {

std::string FunctionLifter::spelling(const Instruction &I) {
  std::string Text = I.Opcode.take_front(40).str();
  for (StringRef M : I.Modifiers.take_front(12))
    Text += "." + M.take_front(40).str();
  return Text;
}

std::string FunctionLifter::atLine(const Instruction &I) {
  return spelling(I) + " at line " + std::to_string(I.Loc.Line);
}

static constexpr char MarkPrefix[] = "reprise.ptx.value.mark.";

void FunctionLifter::mark(const Instruction &I) {
  auto *Call = cast<CallInst>(
      external(MarkPrefix + Twine(I.Loc.Line) + "." + Twine(I.Loc.Column),
               B.getVoidTy()));
  for (Attribute::AttrKind A : {Attribute::Convergent, Attribute::NoDuplicate,
                                Attribute::NoUnwind, Attribute::WillReturn})
    Call->addFnAttr(A);
  Call->setMemoryEffects(MemoryEffects::inaccessibleMemOnly());
}

std::optional<Location> markedPlace(const llvm::Instruction &I) {
  const auto *Call = dyn_cast<CallInst>(&I);
  const llvm::Function *F = Call ? Call->getCalledFunction() : nullptr;
  StringRef Name = F ? F->getName() : StringRef();
  Location Loc;
  if (!Name.consume_front(MarkPrefix) || Name.consumeInteger(10, Loc.Line) ||
      !Name.consume_front(".") || Name.getAsInteger(10, Loc.Column))
    return std::nullopt;
  return Loc;
}

/// Unknown results; an access to anything where an address is in sight.
void FunctionLifter::unknown(const Instruction &I) {
  Space In = spaceOf(I);
  bool HasAddress = any_of(I.Operands, [](const Operand &O) {
    return O.Kind == OperandKind::Address;
  });
  if (HasAddress && (In == Space::None || In == Space::Global))
    external("reprise.ptx.memory." + atLine(I), B.getVoidTy());
  // Arithmetic on registers writes its first operand and nothing else.
  if (!opaque(I, "value." + spelling(I)))
    if (!I.Operands.empty() && I.Operands[0].Kind != OperandKind::Address)
      writeUnknown(I.Operands[0], I);
}

void FunctionLifter::writeUnknown(const Operand &O, const Instruction &I) {
  if (O.Kind == OperandKind::Vector || O.Kind == OperandKind::Pair) {
    for (const Operand &E : O.Elements)
      writeUnknown(E, I);
    return;
  }
  if (unsigned Width = widthOf(O))
    write(O,
          external("reprise.ptx.value.unknown." + spelling(I), intType(Width)));
}

bool FunctionLifter::flatten(const Operand &O, Space In, unsigned LiteralWidth,
                             SmallVectorImpl<Value *> &To) {
  switch (O.Kind) {
  case OperandKind::Address: {
    Value *P = address(O, In);
    if (!P)
      return false;
    To.push_back(P);
    for (const Operand &E : O.Elements.drop_front())
      if (!flatten(E, In, 32, To))
        return false;
    return true;
  }
  case OperandKind::Vector:
    return all_of(O.Elements, [&](const Operand &E) {
      return flatten(E, In, LiteralWidth, To);
    });
  case OperandKind::Sink:
    To.push_back(undefined(LiteralWidth));
    return true;
  default:
    break;
  }
  unsigned Width = widthOf(O);
  if (!Width)
    Width = LiteralWidth;
  Value *V = read(O, Width);
  if (V)
    To.push_back(V);
  return V != nullptr;
}

bool FunctionLifter::opaque(const Instruction &I, const Twine &Name,
                            Value *Pointer) {
  ArrayRef<Operand> O = I.Operands;
  SmallVector<Operand, 8> Results;
  bool HasResult = !O.empty() && O[0].Kind != OperandKind::Address &&
                   I.Opcode != "red" && I.Opcode != "bar" &&
                   I.Opcode != "barrier" && I.Opcode != "nanosleep" &&
                   I.Opcode != "setmaxnreg" && I.Opcode != "pmevent";
  HasResult |= I.Opcode.starts_with("bar") && I.has("red");
  if (HasResult) {
    if (O[0].Kind == OperandKind::Vector || O[0].Kind == OperandKind::Pair)
      for (const Operand &E : O[0].Elements) {
        if (E.Kind == OperandKind::Vector) // {a, b, c, d}|p of a texture.
          append_range(Results, E.Elements);
        else
          Results.push_back(E);
      }
    else
      Results.push_back(O[0]);
    O = O.drop_front();
  }
  SmallVector<llvm::Type *, 8> Parts;
  for (const Operand &R : Results) {
    unsigned Width = R.Kind == OperandKind::Sink ? 32 : widthOf(R);
    if (!Width)
      return false;
    Parts.push_back(intType(Width));
  }
  SmallVector<Value *, 12> Arguments;
  if (Pointer)
    Arguments.push_back(Pointer);
  unsigned LiteralWidth = Types.empty() ? 32 : Types.back().Width;
  if (LiteralWidth < 16)
    LiteralWidth = 32;
  SmallVector<Space, 2> Spaces = spacesOf(I);
  unsigned Address = 0;
  for (const Operand &X : O) {
    Space In = Spaces.empty()            ? Space::None
               : Address < Spaces.size() ? Spaces[Address]
                                         : Spaces.back();
    Address += X.Kind == OperandKind::Address;
    if (!flatten(X, In, LiteralWidth, Arguments))
      return false;
  }
  llvm::Type *T = Parts.empty()       ? B.getVoidTy()
                  : Parts.size() == 1 ? Parts[0]
                                      : StructType::get(C, Parts);
  Value *R = external("reprise.ptx." + Name, T, Arguments);
  if (Parts.size() == 1)
    return write(Results[0], R);
  for (unsigned N = 0; N < Parts.size(); ++N)
    if (!write(Results[N], B.CreateExtractValue(R, N)))
      return false;
  return true;
}

bool FunctionLifter::named(const Instruction &I, unsigned Width) {
  if (I.Operands.empty() || !Width)
    return false;
  SmallVector<Value *, 4> Arguments;
  unsigned Literal = Types.empty() ? 32 : Types.back().Width;
  for (const Operand &O : I.Operands.drop_front())
    if (!flatten(O, Space::None, std::max(Literal, 16u), Arguments))
      return false;
  return write(I.Operands[0], pure(spelling(I), intType(Width), Arguments));
}

/// A value that its name and its arguments tell.
Value *FunctionLifter::pure(const Twine &Name, llvm::Type *Result,
                            ArrayRef<Value *> Arguments) {
  auto *Call =
      cast<CallInst>(external("reprise.ptx.value." + Name, Result, Arguments));
  if (auto *Callee = Call->getCalledFunction()) {
    Callee->setDoesNotAccessMemory();
    Callee->setDoesNotThrow();
    Callee->setWillReturn();
  }
  return Call;
}

Value *FunctionLifter::external(const Twine &Name, llvm::Type *Result,
                                ArrayRef<Value *> Arguments) {
  return B.CreateCall(Parent.external(Name, Result, Arguments), Arguments);
}

Value *FunctionLifter::intrinsic(Intrinsic::ID Id,
                                 ArrayRef<llvm::Type *> Overloads,
                                 ArrayRef<Value *> Arguments) {
  return B.CreateIntrinsic(Id, Overloads, Arguments);
}

} // namespace reprise::ptx
