//===- AddressMap.cpp - What lies at an address that kernels may use ------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AddressMap.h"

namespace reprise::driver {

void AddressMap::add(Block New) {
  std::lock_guard Guard(Lock);
  uint64_t Address = New.Address;
  Blocks[Address] = std::move(New);
}

std::optional<Block> AddressMap::remove(uint64_t Address) {
  std::lock_guard Guard(Lock);
  auto It = Blocks.find(Address);
  if (It == Blocks.end())
    return std::nullopt;
  Block Found = std::move(It->second);
  Blocks.erase(It);
  return Found;
}

std::optional<Block> AddressMap::find(uint64_t Address) const {
  std::lock_guard Guard(Lock);
  auto It = Blocks.upper_bound(Address);
  if (It == Blocks.begin())
    return std::nullopt;
  const Block &B = std::prev(It)->second;
  if (Address - B.Address >= B.Bytes)
    return std::nullopt;
  return B;
}

bool AddressMap::holds(uint64_t Address, uint64_t Bytes) const {
  auto B = find(Address);
  return B && Bytes <= B->Bytes - (Address - B->Address);
}

std::vector<emulator::Allocation>
AddressMap::allocations(uint64_t ExceptFirst, uint64_t ExceptEnd) const {
  std::lock_guard Guard(Lock);
  std::vector<emulator::Allocation> Result;
  Result.reserve(Blocks.size());
  for (const auto &[Address, B] : Blocks)
    if (Address < ExceptFirst || Address >= ExceptEnd)
      Result.push_back({Address, B.Bytes});
  return Result;
}

} // namespace reprise::driver
