//===- Memory.h - Which addresses a grid may use, and what became of them -===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Traced memory has for each byte a byte of state (ShadowBits) and a ByteInfo,
// in two arenas of address space that the system fills where they are touched.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_EMULATOR_MEMORY_H
#define REPRISE_TOOLS_EMULATOR_MEMORY_H

#include "Emulator.h"
#include "Runtime.h"

#include <unordered_map>
#include <vector>

namespace reprise::emulator {

/// How far a thread had come, for the order of accesses.
struct Moment {
  uint32_t Thread = 0; ///< Number in the grid.
  uint16_t Block = 0;  ///< Barriers of the whole block that it passed.
  uint16_t Warp = 0;   ///< The same for its warp.
  bool operator==(const Moment &) const = default;
};

/// Who touched a byte first.
struct ByteInfo {
  uint32_t Reader = 0, ReaderSite = 0; ///< Of the first live-in read.
  Moment Writer;
  uint32_t WriterSite = 0;
  uint32_t Repeatable = 0; ///< SiteInfo::Repeatable of what touched it.
};

/// Address space that reads as zero and can be cleared.
class Arena {
public:
  Arena() = default;
  Arena(const Arena &) = delete;
  Arena &operator=(const Arena &) = delete;
  ~Arena();
  /// Forgets the content and makes room. False when there is none.
  bool reset(size_t Bytes, bool Low32 = false);
  uint8_t *data() const { return Data; }

private:
  uint8_t *Data = nullptr;
  size_t Capacity = 0, Used = 0;
};

struct Region {
  enum class Kind : uint8_t { Global, Symbol, Constant, Shared, Local };
  Kind K = Kind::Global;
  uint64_t Begin = 0, End = 0;
  /// Shadow of the byte at address A is at A + ShadowDelta; 0: not traced.
  int64_t ShadowDelta = 0;
  ByteInfo *Infos = nullptr; ///< Of the byte at Begin, and those after it.
  std::string Name;

  uint8_t *shadow(uint64_t Address) const {
    return atAddress<uint8_t>(Address + static_cast<uint64_t>(ShadowDelta));
  }
};

class Memory {
public:
  /// Regions of global memory, which must not overlap. Empty: all is well.
  std::string begin(llvm::ArrayRef<Allocation> Allocations,
                    llvm::ArrayRef<Symbol> Symbols, bool Traced);
  /// Regions of one arena each, anew for each launch.
  void addRegion(const Region &R);

  /// The region that holds Address, or null.
  const Region *find(uint64_t Address) const;
  /// The nearest region of global memory, for messages.
  const Region *nearest(uint64_t Address) const;

  // The rules that Trace documents.
  void read(const Region &R, uint64_t Address, uint32_t Bytes, Moment Now,
            uint32_t Site);
  void write(const Region &R, uint64_t Address, uint32_t Bytes, Moment Now,
             uint32_t Site);
  /// An atomic that may be done again: no harm as long as only others of its
  /// Kind, and stores if it is bitwise, touch the bytes.
  void repeat(const Region &R, uint64_t Address, uint32_t Bytes, Moment Now,
              uint32_t Site, uint32_t Kind);
  /// Marks atomics, on top of read() and write().
  void mark(const Region &R, uint64_t Address, uint32_t Bytes, uint8_t Bits);
  /// True when the byte at Address cannot be read live-in by a thread at Now.
  bool isWrittenBefore(const Region &R, uint64_t Address, Moment Now) const;

  const std::vector<Region> &regions() const { return Regions; }

  uint32_t ThreadsPerBlock = 1; ///< For the order of accesses.

private:
  bool ordered(Moment Write, Moment Now) const;

  std::vector<Region> Regions; ///< Sorted by address.
  mutable const Region *Last = nullptr;
  Arena States, Infos;
  /// Further writers of bytes that several threads write.
  std::unordered_map<uint64_t, std::vector<Moment>> Others;
};

} // namespace reprise::emulator

#endif // REPRISE_TOOLS_EMULATOR_MEMORY_H
