//===- Saved.cpp - Bytes saved on the device ------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Saved.h"

#include <algorithm>

namespace reprise {

std::vector<PackedRows> pack(const reprise_range *Ranges, size_t Count) {
  std::vector<PackedRows> All;
  uint64_t Offset = 0;
  for (size_t I = 0; I < Count; ++I) {
    const reprise_range &R = Ranges[I];
    if (!All.empty()) {
      PackedRows &Last = All.back();
      const uint64_t Pitch =
          R.address - (Last.Address + (Last.Rows - 1) * Last.Pitch);
      // Copies of rows want a pitch that is not less than the width.
      if (R.size == Last.Width && R.address > Last.Address && Pitch >= R.size &&
          (Last.Rows == 1 || Pitch == Last.Pitch)) {
        Last.Pitch = Pitch;
        ++Last.Rows;
        Offset += R.size;
        continue;
      }
    }
    All.push_back({R.address, R.size, 1, 0, Offset});
    Offset += R.size;
  }
  for (PackedRows &P : All)
    if (P.Rows == 1)
      P.Pitch = P.Width;
  return All;
}

Saved::~Saved() {
  for (const Save &S : Saves)
    Copier.release(Copier.user, S.Buffer);
}

bool Saved::copy(const Save &S, bool Restore, void *Stream) const {
  return std::all_of(S.Rows.begin(), S.Rows.end(), [&](const PackedRows &P) {
    const uint64_t Buffer = S.Buffer + P.Offset;
    return Restore ? Copier.copy(Copier.user, P.Address, P.Pitch, Buffer,
                                 P.Width, P.Width, P.Rows, Stream) == 0
                   : Copier.copy(Copier.user, Buffer, P.Width, P.Address,
                                 P.Pitch, P.Width, P.Rows, Stream) == 0;
  });
}

bool Saved::save(uint64_t Before, const reprise_range *Ranges, size_t Count,
                 void *Stream) {
  Save S{Before, 0, 0, pack(Ranges, Count)};
  for (size_t I = 0; I < Count; ++I)
    S.Bytes += Ranges[I].size;
  if (Count == 0)
    return true;
  Saves.reserve(Saves.size() + 1);
  if (Copier.allocate(Copier.user, S.Bytes, &S.Buffer) != 0)
    return false;
  if (!copy(S, /*Restore=*/false, Stream)) {
    Copier.release(Copier.user, S.Buffer);
    return false;
  }
  Saves.push_back(std::move(S));
  return true;
}

bool Saved::restore(uint64_t From, void *Stream) const {
  std::vector<const Save *> Order;
  for (const Save &S : Saves)
    if (S.Before >= From)
      Order.push_back(&S);
  // Of a byte that was saved twice the older value stays.
  std::sort(Order.begin(), Order.end(), [](const Save *A, const Save *B) {
    return A->Before != B->Before ? A->Before > B->Before : A > B;
  });
  return std::all_of(Order.begin(), Order.end(), [&](const Save *S) {
    return copy(*S, /*Restore=*/true, Stream);
  });
}

void Saved::drop(uint64_t Before) {
  std::erase_if(Saves, [&](const Save &S) {
    if (S.Before >= Before)
      return false;
    Copier.release(Copier.user, S.Buffer);
    return true;
  });
}

uint64_t Saved::bytes() const {
  uint64_t Bytes = 0;
  for (const Save &S : Saves)
    Bytes += S.Bytes;
  return Bytes;
}

} // namespace reprise
