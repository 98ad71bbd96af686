//===- Footprint.cpp - What one operation reads and writes ----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Footprint.h"

#include "AccessSets.h"
#include "Backup.h"
#include "Decide.h"
#include "Handles.h"
#include "Weaken.h"

#include <algorithm>
#include <optional>

namespace reprise {

Operation Operation::fence(reprise_reason Why) {
  Operation O;
  O.Fence = true;
  O.Reason = static_cast<uint8_t>(Why);
  return O;
}

void Operation::add(const ByteSet &Bytes, Space In, unsigned Roles) {
  Box &B = Boxes.emplace_back();
  B.Bytes = Bytes;
  std::copy(Bytes.Dims, Bytes.Dims + Bytes.Size, B.Dims);
  B.In = In;
  B.Roles = static_cast<uint8_t>(Roles);
}

/// One byte of the space of arrays, or all of it: any array.
static ByteSet arrayBytes(uint64_t Array) {
  ByteSet B{};
  B.Start = B.Lo = Array;
  B.Hi = Array ? Array : UINT64_MAX;
  B.Width = Array ? 1 : UINT64_MAX;
  return B;
}

//===----------------------------------------------------------------------===//
// Launches
//===----------------------------------------------------------------------===//

/// A set that is larger than what is touched ends where the object ends that
/// it lies in (A1). True when that changed it.
static bool confine(const Frame &F, uint32_t Access, const AccessState &S,
                    ByteSet &Bytes) {
  if (!F.Launch.InBounds || S.Exact || S.Top)
    return false;
  const std::optional<reprise_range> O = objectOf(F, Access);
  if (!O)
    return false;
  const uint64_t Last = O->address + (O->size - 1);
  if (Bytes.Lo > Last || Bytes.Hi < O->address ||
      (Bytes.Lo >= O->address && Bytes.Hi <= Last))
    return false;
  Bytes.Lo = std::max(Bytes.Lo, O->address);
  Bytes.Hi = std::min(Bytes.Hi, Last);
  return true;
}

void Operation::addAccess(Frame &F, uint32_t Index) {
  const ProgramAccess &A = F.P.Accesses[Index];
  const AccessState &S = accessState(F, Index);
  InBounds = InBounds || S.Top;
  const bool Read = A.Kind != REPRISE_ACCESS_WRITE && A.LiveIn;
  const bool Write = A.Kind != REPRISE_ACCESS_READ;
  if (S.Status == Extent::Empty || (!Read && !Write))
    return;
  unsigned Roles = Read ? Reads : 0;
  if (Write) {
    // An atomic may find a reason not to write.
    const bool Steady = S.Status == Extent::Set && S.Exact;
    Roles |= Writes | (Steady ? 0 : Unsteady) |
             (Steady && A.Kind == REPRISE_ACCESS_WRITE ? Surely : 0) |
             (A.Kind == REPRISE_ACCESS_ATOMIC ? Atomic : 0);
    if (weakened(Rule::WindowMayAsMust))
      Roles |= Surely;
  }
  if (S.Status != Extent::Set || S.Space != 0) {
    ReadsAny = ReadsAny || Read;
    WritesAny = WritesAny || Write;
    UnsteadyAny = UnsteadyAny || Write;
    AtomicAny = AtomicAny || A.Kind == REPRISE_ACCESS_ATOMIC;
    if (Reason == REPRISE_REASON_NONE)
      Reason = S.Reason ? S.Reason : static_cast<uint8_t>(A.Reason);
    return;
  }
  if (S.Opaque)
    return add(arrayBytes(S.Array), Space::Arrays, Roles & ~Surely);
  ByteSet Bytes = S.Bytes;
  if (confine(F, Index, S, Bytes))
    InBounds = true;
  add(Bytes, Space::Memory, Roles);
}

/// What a launch does, whose frame is \p F.
void Operation::take(Frame &F, reprise_result &Result) {
  const Program &P = F.P;
  *this = Operation();
  Computes = true;
  Result = decide(F);
  InBounds = Result.assumptions & REPRISE_ASSUME_IN_BOUNDS;
  Reason = static_cast<uint8_t>(Result.reason);
  for (const ProgramEffect &E : P.Effects)
    if (mayHappen(F, E)) {
      *this = fence(E.Reason);
      return;
    }
  if (P.Unexplained) {
    *this = fence(REPRISE_REASON_UNSUPPORTED);
    return;
  }
  if (Result.verdict != REPRISE_IDEMPOTENT) {
    std::vector<reprise_range> Ranges;
    Unbounded = !backupSet(F, Ranges);
    for (const reprise_range &R : Ranges)
      Clobbers.push_back({R.address, R.address + (R.size - 1)});
    InBounds = InBounds || F.Launch.InBounds; // It does not tell.
  }
  for (uint32_t I = 0; I < P.Accesses.size(); ++I)
    addAccess(F, I);
}

reprise_status Operation::launch(const reprise_kernel &Kernel,
                                 const reprise_launch &Launch, Operation &Out,
                                 reprise_result &Result) {
  const Program &P = Kernel.whole();
  LaunchInfo Info;
  if (reprise_status Status = checkLaunch(P, Launch, Info))
    return Status;
  withFrame(P, Info, [&](Frame &F) { Out.take(F, Result); });
  return REPRISE_OK;
}

reprise_status Operation::launch(const reprise_kernel &Kernel,
                                 const reprise_launch &Launch,
                                 const MemoryView &Map, std::byte *Scratch,
                                 Operation &Out, reprise_result &Result) {
  const Program &P = Kernel.whole();
  LaunchInfo Info;
  if (reprise_status Status = checkLaunch(P, Launch, Info))
    return Status;
  Info.Alloc = &Map;
  Frame F(P, Info, Scratch);
  Out.take(F, Result);
  return REPRISE_OK;
}

//===----------------------------------------------------------------------===//
// Copies
//===----------------------------------------------------------------------===//

/// The bytes of \p R, whose dims go to \p Dims. False: it makes no sense.
static bool regionBytes(const reprise_region &R, DimList &Dims, ByteSet &B) {
  const uint64_t Rows = std::max<uint64_t>(R.rows, 1),
                 Slices = std::max<uint64_t>(R.slices, 1);
  if (R.width == 0)
    return false;
  UInt128 Span = 0;
  for (const auto &[Count, Pitch] :
       {std::pair(Rows, R.pitch), std::pair(Slices, R.slice_pitch)}) {
    if (Count == 1)
      continue;
    if (Pitch == 0 || Pitch > INT64_MAX || Count > INT64_MAX)
      return false;
    Span += UInt128{Pitch} * (Count - 1);
    if (Span >= INT64_MAX)
      return false;
    Dims.add(static_cast<int64_t>(Pitch), static_cast<int64_t>(Count));
  }
  if (Span + R.width - 1 > UINT64_MAX - R.address)
    return false;
  Dims.normalize();
  B.Start = B.Lo = R.address;
  B.Hi = R.address + static_cast<uint64_t>(Span) + (R.width - 1);
  B.Width = R.width;
  B.Size = Dims.Size;
  foldIntoWidth(Dims.D, B.Size, B.Width);
  B.Dims = Dims.D;
  return true;
}

bool Operation::addRegion(const reprise_region &R, unsigned Roles,
                          bool Constants) {
  if (R.kind == REPRISE_REGION_OUTSIDE)
    return true;
  if (R.kind == REPRISE_REGION_ARRAY) {
    add(arrayBytes(R.array), Space::Arrays, Roles & ~Surely);
    return true;
  }
  ByteSet Bytes;
  DimList Dims;
  if ((R.kind != REPRISE_REGION_DEVICE && R.kind != REPRISE_REGION_HOST) ||
      !regionBytes(R, Dims, Bytes))
    return false;
  add(Bytes, Space::Memory, Roles);
  if (Constants)
    add(Bytes, Space::Constants, Roles);
  return true;
}

bool Operation::copy(const reprise_region &To, const reprise_region &From,
                     const MemoryView *Map, Operation &Out) {
  Out = Operation();
  if (!weakened(Rule::WindowCopyReads) && !Out.addRegion(From, Reads, false))
    return false;
  bool Constants = To.kind == REPRISE_REGION_DEVICE;
  if (Constants && Map) {
    // A constant variable lies in no allocation.
    DimList Dims;
    ByteSet Bytes;
    const reprise_range *A = Map->find(To.address);
    Constants =
        !A || !regionBytes(To, Dims, Bytes) || Bytes.Hi - A->address >= A->size;
  }
  if (!Out.addRegion(To, Writes | Surely, Constants))
    return false;
  // A copy within itself; nobody should, and nobody could do it again.
  const ByteSets &S = Out.sets();
  intersect(S.LiveIn[0], S.Written[0], Out.Clobbers);
  Out.Listed.reset();
  return true;
}

//===----------------------------------------------------------------------===//
// Lists
//===----------------------------------------------------------------------===//

const ByteSets &Operation::sets() const {
  if (Listed)
    return *Listed;
  auto S = std::make_unique<ByteSets>();
  Intervals Rows;
  for (const Box &B : Boxes) {
    ByteSet Bytes = B.Bytes;
    Bytes.Dims = B.Dims;
    const size_t In = static_cast<size_t>(B.In);
    const bool Exact = listRows(Bytes, 0, UINT64_MAX, MaxWindowRows, Rows);
    auto AddTo = [&](Role R, SpaceSets &Set) {
      if (B.Roles & R)
        Set[In].insert(Set[In].end(), Rows.begin(), Rows.end());
    };
    AddTo(Reads, S->LiveIn);
    AddTo(Writes, S->Written);
    AddTo(Unsteady, S->Unsteady);
    if (B.Roles & Atomic)
      S->Atomic.insert(S->Atomic.end(), Rows.begin(), Rows.end());
    if (Exact) // Must-sets are narrowed instead.
      AddTo(Surely, S->Must);
  }
  if (ReadsAny)
    S->LiveIn[0].push_back({0, UINT64_MAX});
  if (Computes)
    S->LiveIn[static_cast<size_t>(Space::Constants)].push_back({0, UINT64_MAX});
  if (AtomicAny)
    S->Atomic.push_back({0, UINT64_MAX});
  join(S->Atomic);
  fillGaps(S->Atomic, MaxWindowRanges);
  for (SpaceSets *Sets : {&S->LiveIn, &S->Written, &S->Must, &S->Unsteady})
    for (Intervals &List : *Sets)
      join(List);
  for (SpaceSets *Sets : {&S->LiveIn, &S->Written, &S->Unsteady})
    for (Intervals &List : *Sets)
      fillGaps(List, MaxWindowRanges);
  for (Intervals &List : S->Must)
    if (List.size() > MaxWindowRanges)
      List.clear();
  // Both are supersets of the bytes in question.
  if (WritesAny)
    S->Clobbered[0] = Clobbers;
  else
    intersect(Clobbers, S->Written[0], S->Clobbered[0]);
  Listed = std::move(S);
  return *Listed;
}

//===----------------------------------------------------------------------===//
// Two of them
//===----------------------------------------------------------------------===//

bool interfere(const Operation &A, const Operation &B) {
  if (A.Fence || B.Fence || A.WritesAny || B.WritesAny)
    return true;
  const ByteSets &OfA = A.sets(), &OfB = B.sets();
  for (size_t In = 0; In < Spaces; ++In)
    if (meet(OfA.Written[In], OfB.LiveIn[In]) ||
        meet(OfA.Written[In], OfB.Written[In]) ||
        meet(OfA.LiveIn[In], OfB.Written[In]))
      return true;
  return false;
}

} // namespace reprise
