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

constexpr size_t scratch(size_t Values, size_t Vars, size_t Checks,
                         size_t Domains, size_t Groups, size_t Objects,
                         size_t Accesses) {
  return aligned(Values * sizeof(uint64_t)) + aligned(Values) +
         aligned(Vars * sizeof(NumSet)) + aligned(Vars * sizeof(VarState)) +
         aligned(Checks) + aligned(Domains * sizeof(DomainState)) +
         aligned(Groups * sizeof(GroupState)) +
         aligned(Groups * sizeof(HullState)) +
         aligned(Objects * sizeof(HullState)) +
         aligned(Accesses * sizeof(AccessState));
}
static_assert(scratch(MaxExprs, MaxVars, MaxKeptChecks, MaxDomains, MaxAccesses,
                      2 * MaxAccesses, MaxAccesses) <= LargeScratch,
              "a kernel within the limits fits");

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

size_t Frame::scratchBytes(const Program &P) {
  return scratch(P.valueCount(), P.Vars.size(),
                 std::min(P.Checks.size(), MaxKeptChecks), P.Domains.size(),
                 P.Groups.size(), P.Objects.size(), P.Accesses.size());
}

Frame::Frame(const Program &Code, const LaunchInfo &Info, std::byte *Buffer)
    : P(Code), Launch(Info) {
  const size_t Constants = P.Constants.size(), Count = P.valueCount();
  const size_t Kept = std::min(P.Checks.size(), MaxKeptChecks);
  Values = take<uint64_t>(Buffer, Count);
  // These start as zeros, and lie together to be cleared at once.
  std::byte *const Zeros = Buffer;
  Poison = take<uint8_t>(Buffer, Count);
  VarStates = take<VarState>(Buffer, P.Vars.size());
  Checks = take<uint8_t>(Buffer, Kept);
  Domains = take<DomainState>(Buffer, P.Domains.size());
  std::byte *const ZerosEnd = Buffer;
  Vars = take<NumSet>(Buffer, P.Vars.size());
  Groups = take<GroupState>(Buffer, P.Groups.size());
  GroupHulls = take<HullState>(Buffer, P.Groups.size());
  ObjectHulls = take<HullState>(Buffer, P.Objects.size());
  Accesses = take<AccessState>(Buffer, P.Accesses.size());

  static_assert(static_cast<int>(Extent::NotEvaluated) == 0);
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
  for (size_t I = 0; I < P.Groups.size(); ++I)
    Groups[I].Status = Extent::NotEvaluated;
  if (P.UsesHulls) {
    for (size_t I = 0; I < P.Groups.size(); ++I)
      GroupHulls[I].Status = HullState::NotEvaluated;
    for (size_t I = 0; I < P.Objects.size(); ++I)
      ObjectHulls[I].Status = HullState::NotEvaluated;
  }
  for (size_t I = 0; I < P.Accesses.size(); ++I)
    Accesses[I].Status = Extent::NotEvaluated;
}

} // namespace reprise
