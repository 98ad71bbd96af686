//===- InlineAsm.cpp - Memory accesses of inline PTX ----------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// CUDA's headers reach cache operators, cp.async and the like through inline
// assembly. Only the shape `op.modifiers operands;` with addresses in square
// brackets is read (PTX ISA, chapter 4); anything that is not certain becomes
// an access to any byte.
//
//===----------------------------------------------------------------------===//

#include "MemoryOps.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/InlineAsm.h"

using namespace llvm;

namespace reprise {

namespace {

/// A comment ends before the instructions behind it do.
std::string withoutComments(StringRef Text) {
  std::string Result;
  while (!Text.empty()) {
    size_t Start = std::min(Text.find("//"), Text.find("/*"));
    Result += Text.take_front(Start);
    Text = Text.substr(Start);
    bool Line = Text.starts_with("//");
    size_t End = Text.find(Line ? "\n" : "*/", 2);
    Text = End == StringRef::npos ? "" : Text.substr(End + (Line ? 0 : 2));
    Result += ' ';
  }
  return Result;
}

/// Up to the first character that no opcode has: a blank, or an operand.
StringRef opcodeOf(StringRef Line) {
  return Line.take_while([](char C) {
    return isAlnum(C) || C == '.' || C == '_' || C == ':' || C == '%';
  });
}

/// A label, with or without an instruction behind it.
bool hasLabel(StringRef Opcode) {
  for (size_t At = Opcode.find(':'); At != StringRef::npos;
       At = Opcode.find(':', At + 2))
    if (!Opcode.substr(At).starts_with("::"))
      return true;
  return false;
}

/// The address operands `[...]` of an instruction, brackets removed.
SmallVector<StringRef, 2> addresses(StringRef Text) {
  SmallVector<StringRef, 2> Result;
  for (size_t Open = Text.find('['); Open != StringRef::npos;
       Open = Text.find('[', Open + 1)) {
    size_t Close = Text.find(']', Open);
    if (Close == StringRef::npos)
      break;
    Result.push_back(Text.slice(Open + 1, Close).trim());
  }
  return Result;
}

/// Bytes that a load, store or atomic with these modifiers moves; 0: unknown.
uint64_t widthOf(ArrayRef<StringRef> Parts) {
  uint64_t Count = 1, Element = 0;
  for (StringRef P : Parts) {
    if (P == "v2" || P == "v4" || P == "v8")
      Count = static_cast<uint64_t>(P[1] - '0');
    uint64_t Bits = StringSwitch<uint64_t>(P)
                        .Cases("b8", "u8", "s8", 8)
                        .Cases("b16", "u16", "s16", "f16", "bf16", 16)
                        .Cases("b32", "u32", "s32", "f32", 32)
                        .Cases("f16x2", "bf16x2", 32)
                        .Cases("b64", "u64", "s64", "f64", 64)
                        .Case("b128", 128)
                        .Default(0);
    if (Bits)
      Element = Bits;
  }
  return Count * Element / 8;
}

class Reader {
public:
  explicit Reader(CallBase &Call) {
    auto *Asm = cast<InlineAsm>(Call.getCalledOperand());
    unsigned Argument = 0;
    for (const auto &C : Asm->ParseConstraints()) {
      if (C.Type == InlineAsm::isClobber)
        continue;
      bool FromArgument = C.Type == InlineAsm::isInput ||
                          (C.Type == InlineAsm::isOutput && C.isIndirect);
      Operands.push_back(FromArgument && Argument < Call.arg_size()
                             ? Call.getArgOperand(Argument++)
                             : nullptr);
    }
    Text = withoutComments(Asm->getAsmString());
  }

  InstructionEffects run() {
    SmallVector<StringRef, 8> Lines;
    StringRef(Text).split(Lines, ';', -1, /*KeepEmpty=*/false);
    for (StringRef L : Lines)
      instruction(L.trim(" \t\n\r{}"));
    return Out;
  }

private:
  /// `$1`, `${1}`, `$1+16`: the operand and the bytes added to it.
  bool operand(StringRef A, Value *&V, int64_t &Displacement) {
    Displacement = 0;
    if (!A.consume_front("$"))
      return false;
    bool Braced = A.consume_front("{");
    unsigned Index;
    if (A.consumeInteger(10, Index) || Index >= Operands.size())
      return false;
    if (Braced && !A.consume_front("}"))
      return false;
    A = A.trim();
    if (!A.empty() &&
        (!A.consume_front("+") || A.trim().getAsInteger(0, Displacement)))
      return false;
    V = Operands[Index];
    return V != nullptr;
  }

  void access(reprise_access_kind Kind, StringRef Address, uint64_t Width,
              bool MayNotHappen) {
    MemOp Op;
    Op.Kind = Kind;
    Op.Width = Width;
    Op.MayNotHappen = MayNotHappen;
    if (!Width || !operand(Address, Op.Address, Op.Displacement))
      return unknown(Kind, Address);
    Out.Memory.push_back(Op);
  }

  void unknown(reprise_access_kind Kind, StringRef What) {
    MemOp Op;
    Op.Kind = Kind;
    Op.Reason = REPRISE_REASON_INLINE_ASM;
    Op.Detail = What.str();
    Op.MayNotHappen = true;
    Out.Memory.push_back(Op);
  }

  void instruction(StringRef Line) {
    if (Line.empty() || Line.starts_with(".reg"))
      return;
    bool Predicated = Line.consume_front("@");
    if (Predicated)
      Line = Line.drop_until([](char C) { return isSpace(C); }).trim();
    const StringRef Opcode = opcodeOf(Line), Rest = Line.substr(Opcode.size());
    SmallVector<StringRef, 8> Parts;
    Opcode.split(Parts, '.');
    StringRef Name = Parts.front();
    auto Has = [&](StringRef P) { return is_contained(Parts, P); };
    auto Where = addresses(Rest);

    // `$(` is one of several texts, which the target chooses.
    if (Opcode.empty() || hasLabel(Opcode) || Line.contains("$("))
      return unknown(REPRISE_ACCESS_ATOMIC, Line);
    if (Name == "call" || Name == "bra" || Name == "brx" ||
        Name == "multimem" || Name == "applypriority" || Name == "discard" ||
        Name == "wgmma" || Name == "tcgen05")
      return unknown(REPRISE_ACCESS_ATOMIC, Opcode);
    if (Where.empty()) // Registers only; cp.async groups; barriers; traps.
      return;
    if (Name == "prefetch" || Name == "prefetchu" || Name == "isspacep")
      return;
    if (Name == "tex" || Name == "tld4" || Name == "suld" || Name == "sust" ||
        Name == "sured") {
      // [handle, {coordinates}], or [handle, sampler, {coordinates}].
      MemOp Op = throughHandle(nullptr, Opcode);
      int64_t Displacement;
      if (!operand(Where[0].split(',').first.trim(), Op.Address,
                   Displacement) ||
          Displacement)
        Op.Address = nullptr;
      Out.Memory.push_back(Op);
      return;
    }
    if (Name == "cp") {
      // cp.async.{ca,cg}.shared.global [dst], [src], bytes {, src-bytes};
      if (Has("bulk") || !Has("global") || Where.size() != 2)
        return unknown(REPRISE_ACCESS_ATOMIC, Opcode);
      SmallVector<StringRef, 4> Fields;
      Rest.substr(Rest.rfind(']') + 1).split(Fields, ',', -1, false);
      uint64_t Width = 0;
      for (StringRef F : Fields)
        if (!F.trim().empty()) {
          if (F.trim().getAsInteger(0, Width))
            Width = constantOperand(F.trim());
          break;
        }
      Out.Private.Writes = true;
      return access(REPRISE_ACCESS_READ, Where[1], Width,
                    Predicated || Fields.size() > 1);
    }
    // An instruction may name two state spaces.
    if (!Has("global") && (Has("shared") || Has("shared::cta") ||
                           Has("local") || Has("const") || Has("param"))) {
      if (Name == "ld" || Name == "ldu" || Name == "ldmatrix") {
        Out.Private.Reads = true;
        Out.Private.Ordered |=
            Has("volatile") || Has("relaxed") || Has("acquire") || Has("mmio");
        return;
      }
      if (Name == "st" || Name == "stmatrix") {
        Out.Private.Writes = true;
        return;
      }
      if (Name == "atom" || Name == "red" || Name == "mbarrier") {
        Out.Private = {true, true, true};
        return;
      }
    }
    uint64_t Width = widthOf(Parts);
    // A generic address may be one of shared memory, where loads may race then.
    if (Name == "ld" && !Has("global") && (Has("relaxed") || Has("acquire")))
      Out.Private.Reads = Out.Private.Ordered = true;
    if (Name == "ld" || Name == "ldu")
      return access(REPRISE_ACCESS_READ, Where[0], Width, Predicated);
    if (Name == "st")
      return access(REPRISE_ACCESS_WRITE, Where[0], Width, Predicated);
    if (Name == "atom" || Name == "red")
      return access(REPRISE_ACCESS_ATOMIC, Where[0], Width, Predicated);
    unknown(REPRISE_ACCESS_ATOMIC, Opcode);
  }

  /// The value of an operand that is an immediate ("n" constraint).
  uint64_t constantOperand(StringRef Immediate) {
    Value *V;
    int64_t Displacement;
    if (!operand(Immediate, V, Displacement) || Displacement)
      return 0;
    auto *C = dyn_cast<ConstantInt>(V);
    return C ? C->getZExtValue() : 0;
  }

  std::string Text;
  SmallVector<Value *, 8> Operands;
  InstructionEffects Out;
};

} // namespace

InstructionEffects effectsOfAsm(CallBase &Call) { return Reader(Call).run(); }

} // namespace reprise
