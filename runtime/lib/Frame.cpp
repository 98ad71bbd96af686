//===- Frame.cpp - The state of evaluating one launch ---------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Frame.h"

#include "Names.h"

#include <algorithm>
#include <cstring>

namespace reprise {
namespace {

constexpr size_t aligned(size_t Bytes) { return (Bytes + 15) & ~size_t{15}; }

/// How many of each a frame holds.
struct Counts {
  size_t Values, Vars, Checks, Domains, Shapes, Groups, Objects, ObjectPairs,
      Accesses;
};

constexpr size_t scratch(const Counts &N) {
  return aligned(N.Values * sizeof(uint64_t)) + aligned(N.Values) +
         aligned(N.Vars * sizeof(VarState)) +
         aligned(N.Vars * sizeof(NumHull)) + aligned(N.Vars * sizeof(NumSet)) +
         aligned(N.Checks) + aligned(N.Domains * sizeof(DomainState)) +
         aligned(N.Shapes) + aligned(N.Groups) + aligned(N.Accesses) +
         aligned(N.Shapes * sizeof(ShapeState)) +
         aligned(N.Groups * sizeof(GroupState)) +
         aligned(N.Accesses * sizeof(AccessState)) +
         aligned(N.Objects * sizeof(HullState)) + aligned(N.ObjectPairs);
}
// The tree has fewer than twice the domains (DomainTree.h).
static_assert(scratch({MaxExprs, MaxVars, MaxKeptChecks, 2 * MaxDomains,
                       MaxAccesses, MaxAccesses, 2 * MaxAccesses, MaxPairs,
                       MaxAccesses}) <= LargeScratch,
              "a kernel within the limits fits");

Counts countsOf(const Program &P) {
  return {P.valueCount(),
          P.Vars.size(),
          std::min(P.Checks.size(), MaxKeptChecks),
          P.Domains.size(),
          P.Shapes.size(),
          P.Groups.size(),
          P.Objects.size(),
          P.ObjectPairs.size(),
          P.Accesses.size()};
}

template <typename T> T *take(std::byte *&At, size_t Count) {
  auto *Result = reinterpret_cast<T *>(At);
  At += aligned(Count * sizeof(T));
  return Result;
}

/// The bytes of a constant variable, or null where they are not known.
const unsigned char *symbolBytes(const Frame &F, const Insn &I) {
  if (!F.Launch.Alloc)
    return nullptr;
  return F.Launch.Alloc->content(F.P.Symbols[I.A].Hash, F.P.SymbolNames[I.A],
                                 static_cast<uint64_t>(I.Imm), I.Width / 8u);
}

/// Why \p I, which is poison, is: an operand's reason where one has its own.
uint8_t poisonReason(const Frame &F, const Insn &I) {
  const uint32_t Operands[] = {I.A, I.B, I.C};
  for (unsigned N = 0; N < operandCount(I.Opcode); ++N)
    if (F.Poison[Operands[N]] == REPRISE_REASON_UNKNOWN_SYMBOL)
      return REPRISE_REASON_UNKNOWN_SYMBOL;
  return REPRISE_REASON_ARITHMETIC;
}

} // namespace

size_t Frame::scratchBytes(const Program &P) { return scratch(countsOf(P)); }

Frame::Frame(const Program &Code, const LaunchInfo &Info, std::byte *Buffer)
    : P(Code), Launch(Info) {
  const Counts N = countsOf(P);
  const size_t Constants = P.Constants.size(), Count = N.Values;
  Values = take<uint64_t>(Buffer, Count);
  // These start as zeros, and lie together to be cleared at once.
  std::byte *const Zeros = Buffer;
  Poison = take<uint8_t>(Buffer, Count);
  VarStates = take<VarState>(Buffer, N.Vars);
  Checks = take<uint8_t>(Buffer, N.Checks);
  Domains = take<DomainState>(Buffer, N.Domains);
  HasShape = take<bool>(Buffer, N.Shapes);
  HasGroup = take<bool>(Buffer, N.Groups);
  HasAccess = take<bool>(Buffer, N.Accesses);
  ObjectHulls = take<HullState>(Buffer, N.Objects);
  ObjectPairs = take<uint8_t>(Buffer, N.ObjectPairs);
  std::byte *const ZerosEnd = Buffer;
  VarHulls = take<NumHull>(Buffer, N.Vars);
  Groups = take<GroupState>(Buffer, N.Groups);
  Shapes = take<ShapeState>(Buffer, N.Shapes);
  Vars = take<NumSet>(Buffer, N.Vars);
  Accesses = take<AccessState>(Buffer, N.Accesses);

  static_assert(static_cast<int>(Extent::NotEvaluated) == 0);
  static_assert(static_cast<int>(HullState::NotEvaluated) == 0);
  if (ZerosEnd != Zeros)
    std::memset(Zeros, 0, static_cast<size_t>(ZerosEnd - Zeros));
  if (Constants > 0)
    std::memcpy(Values, P.Constants.data(), Constants * sizeof(uint64_t));
  for (size_t I = Constants; I < Count; ++I) {
    const Insn &In = P.Insns[I - Constants];
    if (In.Opcode == Op::SymbolBytes) {
      const unsigned char *Bytes = symbolBytes(*this, In);
      Values[I] = Bytes ? loadLittleEndian(Bytes, In.Width / 8u) : 0;
      Poison[I] = Bytes ? 0 : REPRISE_REASON_UNKNOWN_SYMBOL;
      continue;
    }
    bool IsPoison;
    Values[I] = evaluate(In, Launch.Values, Values, Poison, IsPoison);
    if (IsPoison)
      Poison[I] = poisonReason(*this, In);
  }
}

} // namespace reprise
