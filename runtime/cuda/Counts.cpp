//===- Counts.cpp - What one thread saw ---------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Counts.h"

#include <algorithm>
#include <bit>
#include <new>

namespace reprise::cuda {

const char *name(Outcome O) {
  switch (O) {
  case Outcome::Idempotent:
    return "idempotent";
  case Outcome::Clobbers:
    return "clobbers";
  case Outcome::NotFollowed:
    return "not-followed";
  case Outcome::NotAudited:
    return "not-audited";
  case Outcome::OtherLayout:
    return "other-layout";
  case Outcome::NotReadable:
    return "not-readable";
  case Outcome::Aliased:
    return "aliased";
  case Outcome::Changing:
    return "conditional-node";
  case Outcome::Unregistered:
    return "no-memory";
  default:
    return reprise_reason_name(static_cast<reprise_reason>(
        static_cast<unsigned>(O) -
        static_cast<unsigned>(Outcome::FirstReason)));
  }
}

const char *text(Outcome O) {
  switch (O) {
  case Outcome::Idempotent:
    return "It may be killed and run again.";
  case Outcome::Clobbers:
    return "It reads what it overwrites.";
  case Outcome::NotFollowed:
    return "The kernel was loaded in a way that is not followed.";
  case Outcome::NotAudited:
    return "There is no summary of its image; give one with --db, or use "
           "--auto-audit.";
  case Outcome::OtherLayout:
    return "The driver's parameters are not those of the summary.";
  case Outcome::NotReadable:
    return "The arguments could not be read.";
  case Outcome::Aliased:
    return "It is given memory that has a second address.";
  case Outcome::Changing:
    return "It is in a conditional node of a graph.";
  case Outcome::Unregistered:
    return "There was no memory to follow it.";
  default:
    return reprise_reason_text(static_cast<reprise_reason>(
        static_cast<unsigned>(O) -
        static_cast<unsigned>(Outcome::FirstReason)));
  }
}

unsigned Times::bucket(uint64_t Nanoseconds) {
  if (Nanoseconds < Steps)
    return static_cast<unsigned>(Nanoseconds);
  // 2^k * (8 + s) <= Nanoseconds, with s below 8.
  auto Power = static_cast<unsigned>(std::bit_width(Nanoseconds)) - 4;
  auto Step = static_cast<unsigned>(Nanoseconds >> Power) - Steps;
  return std::min((Power + 1) * Steps + Step, Steps * Powers - 1);
}

uint64_t Times::limit(unsigned Bucket) {
  if (Bucket < Steps)
    return Bucket;
  unsigned Power = Bucket / Steps - 1;
  return ((uint64_t{Steps} + Bucket % Steps + 1) << Power) - 1;
}

KernelCounts *ThreadCounts::kernel(uint32_t Number) noexcept {
  auto &Place = Chunks[std::min(Number / ChunkSize, MaxChunks - 1)];
  KernelCounts *Chunk = Place.load(std::memory_order_relaxed);
  if (!Chunk) {
    Chunk = new (std::nothrow) KernelCounts[ChunkSize]();
    if (!Chunk)
      return nullptr;
    Place.store(Chunk, std::memory_order_release);
  }
  return Chunk + Number % ChunkSize;
}

const KernelCounts *ThreadCounts::find(uint32_t Number) const noexcept {
  const KernelCounts *Chunk =
      Chunks[std::min(Number / ChunkSize, MaxChunks - 1)].load(
          std::memory_order_acquire);
  return Chunk ? Chunk + Number % ChunkSize : nullptr;
}

void ThreadCounts::clear() noexcept {
  for (Counter *C : {&Seen, &InGraphs, &Captured, &Failed, &Stopped, &Hits})
    C->store(0, std::memory_order_relaxed);
  for (TransferCounts *T : {&Copies, &Fills})
    for (Counter *C : {&T->Seen, &T->Bytes, &T->Captured, &T->Failed})
      C->store(0, std::memory_order_relaxed);
  for (Times *T : {&WithMemo, &WithoutMemo})
    for (Counter &C : T->Buckets)
      C.store(0, std::memory_order_relaxed);
  for (auto &Place : Chunks) {
    KernelCounts *Chunk = Place.load(std::memory_order_relaxed);
    if (!Chunk)
      continue;
    for (unsigned I = 0; I < ChunkSize; ++I) {
      for (Counter &C : Chunk[I].Outcomes)
        C.store(0, std::memory_order_relaxed);
      for (Counter *C : {&Chunk[I].Samples, &Chunk[I].Unbounded,
                         &Chunk[I].Bytes, &Chunk[I].MostBytes})
        C->store(0, std::memory_order_relaxed);
    }
  }
}

} // namespace reprise::cuda
