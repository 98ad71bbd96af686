//===- Elf.h - The parts of an ELF file that device code has ------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A reader of 64-bit little-endian ELF files that is enough for cubins. Every
// offset is checked before it is used; what does not fit is left out.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_CONTAINER_ELF_H
#define REPRISE_CONTAINER_ELF_H

#include <cstdint>
#include <cstring>
#include <functional>
#include <string_view>

namespace reprise {

inline uint16_t read16le(const char *P) {
  uint16_t Value;
  std::memcpy(&Value, P, sizeof Value);
  return Value;
}
inline uint32_t read32le(const char *P) {
  uint32_t Value;
  std::memcpy(&Value, P, sizeof Value);
  return Value;
}
inline uint64_t read64le(const char *P) {
  uint64_t Value;
  std::memcpy(&Value, P, sizeof Value);
  return Value;
}

/// True for a cubin that is input of the device linker.
bool isRelocatableCubin(std::string_view Bytes);

/// Bytes that the ELF file at \p Start has by its own tables, 0 when it is
/// none. Reads the header and the section table only: for images whose size
/// nobody tells.
uint64_t elfSize(const char *Start);

/// Calls \p Fn with the name and the content of each symbol that lies in a
/// section of the file. False when a table is broken; what came before counts.
bool forEachSymbol(std::string_view Bytes,
                   const std::function<void(std::string_view Name,
                                            std::string_view Content)> &Fn);

} // namespace reprise

#endif // REPRISE_CONTAINER_ELF_H
