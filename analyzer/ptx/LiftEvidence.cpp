//===- LiftEvidence.cpp - Which parameters are pointers -------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// PTX gives a pointer the type of an integer. What a kernel does with the value
// tells them apart:
//
//   1. `.ptr` in the declaration, or cvta of the loaded register itself
//   2. else: of all parameters that reach an address through additions, moves
//      and selections, none has evidence so far, and it is the only one
//
//===----------------------------------------------------------------------===//

#include "LiftImpl.h"

#include "llvm/ADT/SetVector.h"

using namespace llvm;

namespace reprise::ptx {

namespace {

class Finder {
public:
  explicit Finder(const Function &F) : F(F) {}

  PointerEvidence run() {
    for (const Variable &P : F.Params)
      if (!P.PointerTo.empty())
        Result.Params.insert(P.Name);
    for (const Statement &S : F.Body)
      if (S.K == Statement::Kind::Instruction)
        scan(S.instruction());
    if (Loads.empty())
      return std::move(Result);
    for (StringRef R : Direct)
      if (Loads.count(R))
        mark(R);
    // Backwards from each address; registers are followed whatever the order
    // of the instructions.
    for (StringRef R : Addresses)
      follow(R);
    return std::move(Result);
  }

private:
  void scan(const Instruction &I) {
    StringRef Op = I.Opcode;
    ArrayRef<Operand> O = I.Operands;
    for (const Operand &A : O)
      if (A.Kind == OperandKind::Address && !A.Elements.empty() &&
          A.Elements[0].Kind == OperandKind::Name && isVisible(I))
        Addresses.insert(A.Elements[0].Name);
    if (O.size() < 2)
      return;
    if (Op == "ld" && I.has("param") && O[1].Kind == OperandKind::Address &&
        !O[1].Elements.empty()) {
      const Operand &From = O[1].Elements[0];
      if (O[0].Kind == OperandKind::Name)
        Loads[O[0].Name] = From.Name;
      for (const Operand &E : O[0].Elements)
        Loads[E.Name] = {};
      return;
    }
    if (O[0].Kind != OperandKind::Name || O[1].Kind != OperandKind::Name)
      return;
    if (Op == "cvta") {
      if (I.has("global"))
        Direct.insert(O[1].Name);
      Addresses.insert(O[1].Name);
    }
    bool Follows = Op == "cvta" || Op == "mov" || Op == "add" || Op == "sub" ||
                   Op == "selp" || Op == "mad";
    if (!Follows)
      return;
    auto &From = Sources[O[0].Name];
    if (Op == "mad") {
      if (O.size() == 4)
        From.push_back(O[3].Name);
      return;
    }
    From.push_back(O[1].Name);
    if (O.size() > 2 && Op != "sub" && O[2].Kind == OperandKind::Name)
      From.push_back(O[2].Name);
  }

  static bool isVisible(const Instruction &I) {
    Space In = spaceOf(I);
    return In == Space::None || In == Space::Global;
  }

  void mark(StringRef Register) {
    Result.Registers.insert(Register);
    StringRef Param = Loads[Register];
    if (!Param.empty())
      Result.Params.insert(Param);
  }

  void follow(StringRef Address) {
    SmallVector<StringRef, 8> Work{Address}, Found;
    StringSet<> Seen;
    constexpr unsigned Most = 4096;
    bool Known = false;
    while (!Work.empty()) {
      StringRef R = Work.pop_back_val();
      if (!Seen.insert(R).second || Done.count(R))
        continue;
      if (Seen.size() > Most)
        return;
      if (auto It = Loads.find(R); It != Loads.end()) {
        Known |= Result.Registers.count(R) || Result.Params.count(It->second);
        Found.push_back(R);
      }
      if (auto It = Sources.find(R); It != Sources.end())
        Work.append(It->second.begin(), It->second.end());
    }
    if (!Known && Found.size() == 1)
      mark(Found[0]);
    // What reaches this address by way of a known pointer needs no second walk.
    if (Known || Found.empty())
      for (const auto &E : Seen)
        if (!Loads.count(E.getKey()))
          Done.insert(E.getKey());
  }

  const Function &F;
  PointerEvidence Result;
  StringMap<StringRef> Loads; ///< Register to parameter.
  StringMap<SmallVector<StringRef, 2>> Sources;
  SetVector<StringRef> Direct, Addresses;
  StringSet<> Done;
};

} // namespace

PointerEvidence findPointers(const Function &F) { return Finder(F).run(); }

} // namespace reprise::ptx
