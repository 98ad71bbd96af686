//===- Buffers.h - Device memory for launches that are made up ------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   --buffer A=float[1024]:random     1024 floats in [0, 1)
//   --arg A+256                       the address of its byte 256
//
// Buffers lie at the same addresses in every run where the system allows it,
// so that output can be compared; the emulator works on them in place.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_VERIFY_BUFFERS_H
#define REPRISE_TOOLS_VERIFY_BUFFERS_H

#include "emulator/Emulator.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <string>
#include <vector>

namespace reprise {

/// Device addresses are those of this process.
inline uint8_t *memoryAt(uint64_t Address) {
  // NOLINTNEXTLINE(performance-no-int-to-ptr)
  return reinterpret_cast<uint8_t *>(Address);
}

/// Memory of this process from Address on, given back at the end.
class Mapping {
public:
  Mapping() = default;
  Mapping(const Mapping &) = delete;
  Mapping &operator=(const Mapping &) = delete;
  Mapping(Mapping &&Other) noexcept;
  Mapping &operator=(Mapping &&Other) noexcept;
  ~Mapping();
  /// Bytes of zeros at Address, which is a multiple of the page size. False
  /// when something is there already or there is no memory.
  bool mapAt(uint64_t Address, uint64_t Bytes);
  /// Anywhere.
  bool map(uint64_t Bytes);
  uint64_t address() const { return Begin; }

private:
  uint64_t Begin = 0, Size = 0;
};

/// Thread safety: const functions may run at the same time.
class Buffers {
public:
  /// One buffer for each of Specs, "NAME=TYPE[COUNT][:INIT]" (Fill.h). Errors
  /// say what is wrong with which.
  static llvm::Expected<Buffers> create(llvm::ArrayRef<std::string> Specs,
                                        uint64_t Seed);
  /// Memory at given addresses, all filled with Init: "CONTENT" for bytes, or
  /// "TYPE:CONTENT" for as many elements as fit. Fails when something else of
  /// this process lies there.
  static llvm::Expected<Buffers>
  place(llvm::ArrayRef<emulator::Allocation> Where, llvm::StringRef Init,
        uint64_t Seed);

  llvm::ArrayRef<emulator::Allocation> allocations() const {
    return Allocations;
  }

  /// The buffer with this name, or null.
  const emulator::Allocation *find(llvm::StringRef Name) const;

  /// A value of --arg without names: NAME, NAME+BYTES and NAME-BYTES become
  /// the eight bytes of an address behind hex:, and so does {NAME+BYTES} inside
  /// of hex:. What has no name of a buffer stays as it is.
  llvm::Expected<std::string> resolve(llvm::StringRef Value) const;

  /// "A+256", which may lie a little past the end of A, or the number where
  /// there is no buffer at all.
  std::string describe(uint64_t Address) const;

private:
  llvm::Expected<uint64_t> reference(llvm::StringRef Text) const;

  std::vector<Mapping> Maps;
  std::vector<emulator::Allocation> Allocations;
  std::vector<std::string> Names; ///< Of Allocations.
};

} // namespace reprise

#endif // REPRISE_TOOLS_VERIFY_BUFFERS_H
