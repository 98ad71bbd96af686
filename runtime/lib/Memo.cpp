//===- Memo.cpp - Verdicts of earlier launches ----------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Memo.h"

#include "Checked.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace reprise {
namespace {

uint64_t mix(uint64_t A, uint64_t B) {
  UInt128 Product = UInt128{A} * B;
  return static_cast<uint64_t>(Product) ^ static_cast<uint64_t>(Product >> 64);
}

uint64_t pack(uint32_t Low, uint32_t High) {
  return Low | uint64_t{High} << 32;
}
uint32_t low(uint64_t Word) { return static_cast<uint32_t>(Word); }
uint32_t high(uint64_t Word) { return static_cast<uint32_t>(Word >> 32); }

/// Larger tables than this do not pay.
constexpr size_t MaxEntries = size_t{1} << 20;

} // namespace

Memo::Memo(size_t Count) {
  Count = std::bit_ceil(std::clamp<size_t>(Count, 2, MaxEntries));
  Entries = std::make_unique<Entry[]>(Count);
  Mask = Count / 2 - 1;
}

bool Memo::makeKey(const Program &P, uint64_t MapId,
                   const reprise_launch &Launch, MemoKey &Key) const {
  if (P.ParamBytes > MaxMemoArguments || Launch.arguments_size < P.ParamBytes ||
      (P.ParamBytes > 0 && !Launch.arguments))
    return false;
  uint64_t *W = Key.Words;
  W[0] = Epoch.load(std::memory_order_relaxed);
  W[1] = P.UniqueId;
  W[2] = MapId;
  W[3] = pack(Launch.grid[0], Launch.grid[1]);
  W[4] = pack(Launch.grid[2], Launch.block[0]);
  W[5] = pack(Launch.block[1], Launch.block[2]);
  W[6] = pack(Launch.dynamic_shared, Launch.flags);
  Key.Size = MemoKey::FixedWords + (P.ParamBytes + 7) / 8;
  if (P.ParamBytes > 0) {
    W[Key.Size - 1] = 0; // The last word may be partly filled.
    std::memcpy(W + MemoKey::FixedWords, Launch.arguments, P.ParamBytes);
  }
  uint64_t Hash = 0x9e3779b97f4a7c15 * Key.Size;
  unsigned I = 0;
  for (; I + 1 < Key.Size; I += 2)
    Hash = std::rotl(Hash, 23) ^
           mix(W[I] + 0xa0761d6478bd642f, W[I + 1] ^ 0xe7037ed1a0b428db);
  if (I < Key.Size)
    Hash = std::rotl(Hash, 23) ^ mix(W[I] + 0x8ebc6af09c88c6e3, Hash | 1);
  Key.Hash = mix(Hash, 0x589965cc75374cc3);
  return true;
}

bool Memo::find(const MemoKey &Key, reprise_result &Result) const {
  const Entry *Pair = &Entries[(Key.Hash & Mask) * 2];
  for (unsigned Way = 0; Way < 2; ++Way) {
    const Entry &E = Pair[Way];
    const uint64_t Sequence = E.Sequence.load(std::memory_order_acquire);
    if (Sequence == 0 || Sequence & 1)
      continue;
    bool Same = true;
    for (unsigned I = 0; I < Key.Size && Same; ++I)
      Same = E.Words[I].load(std::memory_order_acquire) == Key.Words[I];
    if (!Same)
      continue;
    uint64_t R[ResultWords];
    for (unsigned I = 0; I < ResultWords; ++I)
      R[I] = E.Words[Key.Size + I].load(std::memory_order_acquire);
    // The loads above come before this one; had they seen a later fill, it
    // would see that fill's sequence number.
    if (E.Sequence.load(std::memory_order_relaxed) != Sequence)
      continue;
    Result.verdict = static_cast<reprise_verdict>(low(R[0]));
    Result.reason = static_cast<reprise_reason>(high(R[0]));
    Result.assumptions = low(R[1]);
    Result.read = high(R[1]);
    Result.write = low(R[2]);
    Result.clobbered = {R[3], R[4]};
    return true;
  }
  return false;
}

void Memo::store(const MemoKey &Key, const reprise_result &Result) {
  Entry *Pair = &Entries[(Key.Hash & Mask) * 2];
  // Fill an entry that was never used, else one that the hash picks.
  unsigned Way = static_cast<unsigned>(Key.Hash >> 63);
  for (unsigned I = 0; I < 2; ++I)
    if (Pair[I].Sequence.load(std::memory_order_relaxed) == 0) {
      Way = I;
      break;
    }
  Entry &E = Pair[Way];
  uint64_t Sequence = E.Sequence.load(std::memory_order_relaxed);
  if (Sequence & 1 || !E.Sequence.compare_exchange_strong(
                          Sequence, Sequence + 1, std::memory_order_acquire,
                          std::memory_order_relaxed))
    return;
  // Each store releases the odd number above: who sees the word sees it too.
  for (unsigned I = 0; I < Key.Size; ++I)
    E.Words[I].store(Key.Words[I], std::memory_order_release);
  const uint64_t R[ResultWords] = {pack(Result.verdict, Result.reason),
                                   pack(Result.assumptions, Result.read),
                                   Result.write, Result.clobbered.address,
                                   Result.clobbered.size};
  for (unsigned I = 0; I < ResultWords; ++I)
    E.Words[Key.Size + I].store(R[I], std::memory_order_release);
  E.Sequence.store(Sequence + 2, std::memory_order_release);
}

} // namespace reprise
