//===- AddressMap.h - What lies at an address that kernels may use --------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_DRIVER_ADDRESSMAP_H
#define REPRISE_TOOLS_DRIVER_ADDRESSMAP_H

#include "Objects.h"
#include "emulator/Emulator.h"

#include <map>
#include <mutex>
#include <optional>

namespace reprise::driver {

enum class MemoryKind : uint8_t {
  Device,
  Pool,   ///< Device memory that is allocated in a stream's order.
  Mapped, ///< Device memory behind cuMemMap.
  Array,  ///< Of a CUDA array: kernels reach it through textures only.
  Managed,
  Host,       ///< cuMemHostAlloc.
  Registered, ///< cuMemHostRegister.
  Variable,   ///< Of a module.
};

struct Block {
  uint64_t Address = 0, Bytes = 0;
  MemoryKind Kind = MemoryKind::Device;
  CUctx_st *Context = nullptr; ///< Only compared, never followed.
  unsigned Flags = 0;
  unsigned long long Id = 0;
  PoolRef Pool;

  bool onDevice() const {
    return Kind != MemoryKind::Managed && Kind != MemoryKind::Host &&
           Kind != MemoryKind::Registered;
  }
};

/// Thread safety: all functions may be called from any thread.
class AddressMap {
public:
  void add(Block New);
  /// The block that begins at Address, taken out.
  std::optional<Block> remove(uint64_t Address);
  /// The block that holds Address.
  std::optional<Block> find(uint64_t Address) const;
  /// True when Bytes at Address lie in one block.
  bool holds(uint64_t Address, uint64_t Bytes) const;
  template <typename F> std::vector<Block> select(F Wanted) const {
    std::lock_guard Guard(Lock);
    std::vector<Block> Result;
    for (const auto &[Address, B] : Blocks)
      if (Wanted(B))
        Result.push_back(B);
    return Result;
  }
  /// All blocks but the variables of the module that owns Except, in the form
  /// that a launch takes.
  std::vector<emulator::Allocation> allocations(uint64_t ExceptFirst,
                                                uint64_t ExceptEnd) const;

private:
  mutable std::mutex Lock;
  std::map<uint64_t, Block> Blocks;
};

} // namespace reprise::driver

#endif // REPRISE_TOOLS_DRIVER_ADDRESSMAP_H
