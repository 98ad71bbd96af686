//===- CheckOnce.cpp - A check, with and without a memo -----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CheckOnce.h"
#include "Decide.h"

namespace reprise {

namespace {

/// Passes questions on, and notes that there was one.
class NotingMap final : public MemoryView {
public:
  explicit NotingMap(const MemoryView *Asked) : Map(Asked) {}

  uint64_t uniqueId() const override { return Map ? Map->uniqueId() : 0; }
  const reprise_range *find(uint64_t Address) const override {
    WasAsked = true;
    return Map ? Map->find(Address) : nullptr;
  }
  const reprise_range *findSymbol(uint64_t Hash,
                                  std::string_view Name) const override {
    WasAsked = true;
    return Map ? Map->findSymbol(Hash, Name) : nullptr;
  }
  const reprise_binding *findBinding(reprise_handle_kind Kind,
                                     uint64_t Handle) const override {
    WasAsked = true;
    return Map ? Map->findBinding(Kind, Handle) : nullptr;
  }
  const unsigned char *content(uint64_t Hash, std::string_view Name,
                               uint64_t Offset, unsigned Size) const override {
    WasAsked = true;
    return Map ? Map->content(Hash, Name, Offset, Size) : nullptr;
  }

  mutable bool WasAsked = false;

private:
  const MemoryView *Map;
};

} // namespace

reprise_status checkOnce(const Program &P, const reprise_launch &Launch,
                         const MemoryView *Map, std::byte *Scratch,
                         reprise_result &Result) {
  LaunchInfo Info;
  reprise_status Status = checkLaunch(P, Launch, Info);
  if (Status != REPRISE_OK) {
    Result = nothingKnown();
    return Status;
  }
  Info.Alloc = Map;
  if (Scratch) {
    Frame F(P, Info, Scratch);
    Result = decide(F);
  } else {
    withFrame(P, Info, [&](Frame &F) { Result = decide(F); });
  }
  return REPRISE_OK;
}

MemoAnswer checkThroughMemo(Memo &Table, const Program &P,
                            const reprise_launch &Launch, const MemoryView *Map,
                            std::byte *Scratch, reprise_result &Result) {
  // Without a map the answer to every question is "not known"; that map is
  // named by a number that no other has.
  constexpr uint64_t NoMap = UINT64_MAX;
  MemoKey Independent, Dependent;
  if (!Table.makeKey(P, 0, Launch, Independent))
    return {checkOnce(P, Launch, Map, Scratch, Result), false};
  if (Table.find(Independent, Result))
    return {REPRISE_OK, true};
  if (Table.makeKey(P, Map ? Map->uniqueId() : NoMap, Launch, Dependent) &&
      Table.find(Dependent, Result))
    return {REPRISE_OK, true};
  NotingMap Noting(Map);
  reprise_status Status = checkOnce(P, Launch, &Noting, Scratch, Result);
  if (Status == REPRISE_OK)
    Table.store(Noting.WasAsked ? Dependent : Independent, Result);
  return {Status, false};
}

} // namespace reprise
