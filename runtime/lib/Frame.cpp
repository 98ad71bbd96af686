//===- Frame.cpp - The state of evaluating one launch ---------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Frame.h"

#include <cstring>

namespace reprise {
namespace {

constexpr size_t aligned(size_t Bytes) { return (Bytes + 15) & ~size_t{15}; }

constexpr size_t scratch(size_t Values, size_t Vars, size_t Domains,
                         size_t Groups, size_t Accesses) {
  return aligned(Values * sizeof(uint64_t)) + aligned(Values) +
         aligned(Vars * sizeof(NumSet)) +
         aligned(Domains * sizeof(DomainState)) +
         aligned(Groups * sizeof(GroupState)) +
         aligned(Accesses * sizeof(AccessState));
}
static_assert(scratch(MaxExprs, MaxVars, MaxDomains, MaxAccesses,
                      MaxAccesses) <= LargeScratch,
              "a kernel within the limits fits");

template <typename T> T *take(std::byte *&At, size_t Count) {
  auto *Result = reinterpret_cast<T *>(At);
  At += aligned(Count * sizeof(T));
  return Result;
}

} // namespace

size_t Frame::scratchBytes(const Program &P) {
  return scratch(P.valueCount(), P.Vars.size(), P.Domains.size(),
                 P.Groups.size(), P.Accesses.size());
}

Frame::Frame(const Program &Code, const LaunchInfo &Info, std::byte *Buffer)
    : P(Code), Launch(Info) {
  const size_t Constants = P.Constants.size(), Count = P.valueCount();
  Values = take<uint64_t>(Buffer, Count);
  Poison = take<uint8_t>(Buffer, Count);
  Vars = take<NumSet>(Buffer, P.Vars.size());
  Domains = take<DomainState>(Buffer, P.Domains.size());
  Groups = take<GroupState>(Buffer, P.Groups.size());
  Accesses = take<AccessState>(Buffer, P.Accesses.size());

  if (Constants > 0)
    std::memcpy(Values, P.Constants.data(), Constants * sizeof(uint64_t));
  if (Count > 0)
    std::memset(Poison, 0, Count);
  for (size_t I = Constants; I < Count; ++I) {
    bool IsPoison;
    Values[I] = evaluate(P.Insns[I - Constants], Launch.Values, Values, Poison,
                         IsPoison);
    Poison[I] = IsPoison;
  }
  for (size_t I = 0; I < P.Domains.size(); ++I)
    Domains[I].Status = Extent::NotEvaluated;
  for (size_t I = 0; I < P.Groups.size(); ++I)
    Groups[I].Status = Extent::NotEvaluated;
  for (size_t I = 0; I < P.Accesses.size(); ++I)
    Accesses[I].Status = Extent::NotEvaluated;
}

} // namespace reprise
