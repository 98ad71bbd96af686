//===- TextSlices.cpp - Loops of PTX that can run in slices ---------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TextSlices.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/StringSwitch.h"

using namespace llvm;

namespace reprise::ptx {

namespace {

class Finder {
public:
  Finder(const Function &F, size_t Branch) : F(F) { S.Branch = Branch; }
  bool run(uint32_t Period);
  TextSlice S;

private:
  const Instruction *at(size_t I) const {
    return F.Body[I].K == Statement::Kind::Instruction
               ? &F.Body[I].instruction()
               : nullptr;
  }
  bool findLabel();
  bool isEnteredAbove() const;
  bool findTest();
  bool findStep();
  bool isWrittenOnlyAt(StringRef Register, size_t Where) const;
  unsigned widthOf(StringRef Register) const;
  bool isFixed(const Operand &O, unsigned Bits) const;
  bool fits(uint32_t Period) const;

  const Function &F;
};

} // namespace

/// Ends a block, or may.
static bool movesOn(const Instruction &I) {
  return is_contained({"bra", "brx", "ret", "exit", "trap", "call"}, I.Opcode);
}

static bool mentions(ArrayRef<Operand> Operands, StringRef Name) {
  return any_of(Operands, [&](const Operand &O) {
    return O.Name == Name || mentions(O.Elements, Name);
  });
}

/// All that I writes is in the first operand, but for calls.
static bool mayWrite(const Instruction &I, StringRef Name) {
  if (I.Operands.empty() || I.Opcode == "bra")
    return false;
  if (I.Opcode == "call")
    return mentions(I.Operands, Name);
  return I.Operands[0].Kind != OperandKind::Address &&
         mentions(I.Operands[0], Name);
}

static bool isRegister(const Operand &O) {
  return O.Kind == OperandKind::Name && O.Suffix.empty() && !O.Value &&
         !O.Negated;
}

//===----------------------------------------------------------------------===//
// The form
//===----------------------------------------------------------------------===//

/// The only label of that name, above the branch; what is in between is
/// balanced.
bool Finder::findLabel() {
  const Instruction *B = at(S.Branch);
  if (!B || B->Opcode != "bra" || B->Guard.empty() || B->Operands.size() != 1)
    return false;
  unsigned Count = 0;
  for (auto [Index, X] : enumerate(F.Body))
    if (X.K == Statement::Kind::Label && X.Label == B->Operands[0].Name) {
      S.Label = Index;
      ++Count;
    }
  if (Count != 1 || S.Label >= S.Branch)
    return false;
  int Depth = 0;
  for (size_t I = S.Label; I < S.Branch; ++I) {
    Depth += F.Body[I].K == Statement::Kind::BlockBegin;
    Depth -= F.Body[I].K == Statement::Kind::BlockEnd;
    if (Depth < 0)
      return false;
  }
  return Depth == 0;
}

/// Nobody jumps to a place between label and branch but from there.
bool Finder::isEnteredAbove() const {
  StringSet<> Inside;
  for (size_t I = S.Label; I < S.Branch; ++I)
    if (F.Body[I].K == Statement::Kind::Label)
      Inside.insert(F.Body[I].Label);
  for (size_t I = 0; I < F.Body.size(); ++I) {
    bool IsInside = I >= S.Label && I <= S.Branch;
    if (F.Body[I].K == Statement::Kind::Label && !IsInside &&
        Inside.count(F.Body[I].Label))
      return false;
    const Instruction *X = at(I);
    if (!X)
      continue;
    if (X->Opcode == "brx")
      return false;
    if (X->Opcode == "bra" && !IsInside &&
        any_of(X->Operands,
               [&](const Operand &O) { return Inside.count(O.Name) > 0; }))
      return false;
  }
  return true;
}

/// Of a register that is declared once, with a type of integers or bits.
unsigned Finder::widthOf(StringRef Register) const {
  unsigned Found = 0, Width = 0;
  for (const Statement &X : F.Body) {
    if (X.K != Statement::Kind::Variable)
      continue;
    const Variable &V = X.variable();
    StringRef Rest = Register;
    bool Is = V.Name == Register;
    if (unsigned N = 0; V.Range && Rest.consume_front(V.Name))
      Is |= !Rest.getAsInteger(10, N) && N < *V.Range;
    if (!Is)
      continue;
    ++Found;
    Width = V.In == Space::Reg && V.Vector == 1
                ? StringSwitch<unsigned>(V.Type)
                      .Cases("b32", "u32", "s32", 32)
                      .Cases("b64", "u64", "s64", 64)
                      .Case("pred", 1)
                      .Default(0)
                : 0;
  }
  return Found == 1 ? Width : 0;
}

bool Finder::isWrittenOnlyAt(StringRef Register, size_t Where) const {
  for (size_t I = S.Label; I <= S.Branch; ++I)
    if (const Instruction *X = at(I); X && I != Where && mayWrite(*X, Register))
      return false;
  return true;
}

/// A literal, or a register that the loop does not write.
bool Finder::isFixed(const Operand &O, unsigned Bits) const {
  return O.Kind == OperandKind::Integer ||
         (isRegister(O) && widthOf(O.Name) == Bits &&
          isWrittenOnlyAt(O.Name, S.Branch));
}

static std::string literal(uint64_t Value, unsigned Bits) {
  return std::to_string(Bits == 32 ? static_cast<int32_t>(Value)
                                   : static_cast<int64_t>(Value));
}

static StringRef inverse(StringRef Compare) {
  return StringSwitch<StringRef>(Compare)
      .Case("eq", "ne")
      .Case("ne", "eq")
      .Case("lt", "ge")
      .Case("ge", "lt")
      .Case("gt", "le")
      .Case("le", "gt")
      .Default("");
}

static StringRef swapped(StringRef Compare) {
  return StringSwitch<StringRef>(Compare)
      .Case("lt", "gt")
      .Case("gt", "lt")
      .Case("le", "ge")
      .Case("ge", "le")
      .Default(Compare);
}

/// setp.<compare>.<type> p, a, b; the last that writes the branch's predicate,
/// and in its block.
bool Finder::findTest() {
  const Instruction &B = *at(S.Branch);
  for (S.Test = S.Branch; S.Test-- > S.Label;) {
    const Instruction *X = at(S.Test);
    if (F.Body[S.Test].K == Statement::Kind::Label || (X && movesOn(*X)))
      return false;
    if (X && mayWrite(*X, B.Guard))
      break;
    // It would see the end of a slice.
    if (X && (X->Guard == B.Guard || mentions(X->Operands, B.Guard)))
      return false;
  }
  const Instruction *T = S.Test > S.Label ? at(S.Test) : nullptr;
  if (!T || T->Opcode != "setp" || !T->Guard.empty() ||
      T->Modifiers.size() != 2 || T->Operands.size() != 3 ||
      !isRegister(T->Operands[0]) || T->Operands[0].Name != B.Guard ||
      widthOf(B.Guard) != 1)
    return false;
  S.Type = T->Modifiers[1];
  S.Bits = StringSwitch<unsigned>(S.Type)
               .Cases("b32", "u32", "s32", 32)
               .Cases("b64", "u64", "s64", 64)
               .Default(0);
  StringRef Compare = StringSwitch<StringRef>(T->Modifiers[0])
                          .Case("lo", "lt")
                          .Case("ls", "le")
                          .Case("hi", "gt")
                          .Case("hs", "ge")
                          .Default(T->Modifiers[0]);
  if (!S.Bits || inverse(Compare).empty())
    return false;
  for (unsigned I : {1u, 2u}) {
    const Operand &Counter = T->Operands[I], &End = T->Operands[3 - I];
    if (!isRegister(Counter) || widthOf(Counter.Name) != S.Bits ||
        !isFixed(End, S.Bits) || isFixed(Counter, S.Bits))
      continue;
    S.Counter = Counter.Name;
    S.EndIsFirst = I == 2;
    S.End = End.Kind == OperandKind::Integer ? literal(End.Value, S.Bits)
                                             : End.Name.str();
    StringRef Is = S.EndIsFirst ? swapped(Compare) : Compare;
    S.GoesOn = B.GuardNegated ? inverse(Is) : Is;
    return true;
  }
  return false;
}

/// add.<type> i, i, s in front of the test, in its block.
bool Finder::findStep() {
  size_t Add = S.Test;
  while (true) {
    --Add; // The label comes first.
    if (F.Body[Add].K == Statement::Kind::Label)
      return false;
    const Instruction *X = at(Add);
    if (X && movesOn(*X))
      return false;
    if (X && mayWrite(*X, S.Counter))
      break;
  }
  const Instruction &A = *at(Add);
  unsigned Bits = A.Modifiers.size() != 1
                      ? 0
                      : StringSwitch<unsigned>(A.Modifiers[0])
                            .Cases("u32", "s32", 32)
                            .Cases("u64", "s64", 64)
                            .Default(0);
  if (A.Opcode != "add" || !A.Guard.empty() || Bits != S.Bits ||
      A.Operands.size() != 3 || !isRegister(A.Operands[0]) ||
      !isWrittenOnlyAt(S.Counter, Add))
    return false;
  unsigned Old =
      isRegister(A.Operands[1]) && A.Operands[1].Name == S.Counter ? 1 : 2;
  const Operand &Step = A.Operands[3 - Old];
  if (!isRegister(A.Operands[Old]) || A.Operands[Old].Name != S.Counter ||
      !isFixed(Step, S.Bits))
    return false;
  if (Step.Kind == OperandKind::Integer)
    S.By = Bits == 32 ? static_cast<int32_t>(Step.Value)
                      : static_cast<int64_t>(Step.Value);
  else
    S.Step = Step.Name;
  return true;
}

static uint64_t most(unsigned Bits) { return (uint64_t(1) << (Bits - 1)) - 1; }

/// As CountedLoop: the test goes in the step's direction, and N steps are a
/// positive number.
bool Finder::fits(uint32_t Period) const {
  bool Up = !S.Step.empty() || S.By > 0;
  bool Below = S.GoesOn == "lt" || S.GoesOn == "le";
  if (S.GoesOn == "eq" || (S.GoesOn != "ne" && Below != Up) || !Period)
    return false;
  if (!S.Step.empty())
    return most(S.Bits) / Period > 1;
  uint64_t Size =
      S.By < 0 ? 0 - static_cast<uint64_t>(S.By) : static_cast<uint64_t>(S.By);
  return Size && Size <= most(S.Bits) / Period;
}

bool Finder::run(uint32_t Period) {
  return findLabel() && isEnteredAbove() && findTest() && findStep() &&
         fits(Period);
}

std::optional<TextSlice> findSlice(const Function &F, size_t Branch,
                                   uint32_t Period) {
  Finder Find(F, Branch);
  return Find.run(Period) ? std::optional(std::move(Find.S)) : std::nullopt;
}

//===----------------------------------------------------------------------===//
// The code
//===----------------------------------------------------------------------===//

std::string TextSlice::sliceEnd(StringRef M, uint32_t Period,
                                StringRef Own) const {
  std::string Width = std::to_string(Bits);
  std::string R = (Own + (Bits == 32 ? "r" : "d")).str();
  std::string R0 = R + "0", R1 = R + "1", R2 = R + "2", P0 = (Own + "p0").str();
  std::string Code;
  auto Line = [&](const std::string &Opcode,
                  std::initializer_list<std::string> Operands) {
    Code += "\t" + Opcode + " " + llvm::join(Operands, ", ") + ";\n";
  };
  bool Up = !Step.empty() || By > 0;
  std::string Far = R1;
  if (Step.empty())
    Far = std::to_string(static_cast<uint64_t>(Up ? By : -By) * Period);
  else
    Line("mul.lo.u" + Width, {R1, Step, std::to_string(Period)});
  if (Up)
    Line("sub.s" + Width, {R0, End, Counter});
  else
    Line("sub.s" + Width, {R0, Counter, End});
  Line("setp.gt.u" + Width, {P0, R0, Far});
  if (GoesOn != "ne")
    Line("setp." + GoesOn + ".and." + Type, {P0, Counter, End, P0});
  if (!Step.empty()) {
    // From 1 to what Period times fits: 0 wraps to the largest number.
    Line("add.s" + Width, {R2, Step, "-1"});
    Line("setp.lt.and.u" + Width,
         {P0, R2, std::to_string(most(Bits) / Period), P0});
  }
  Line((Up ? "add.s" : "sub.s") + Width, {R0, Counter, Far});
  Line("selp.b" + Width, {M.str(), R0, End, P0});
  return Code;
}

std::string TextSlice::test(const Function &F, StringRef M) const {
  const Instruction &T = F.Body[Test].instruction();
  std::string Name = "setp";
  for (StringRef X : T.Modifiers)
    Name += "." + X.str();
  return Name + " " + T.Operands[0].Name.str() + ", " +
         (EndIsFirst ? M.str() + ", " + Counter : Counter + ", " + M.str()) +
         ";";
}

} // namespace reprise::ptx
