//===- Packed.h - The compact form of summaries ---------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For databases of large libraries: loading looks at the tables below only, and
// a kernel is decoded when it is asked for. Numbers are little-endian.
//
//    0  8  magic, "\x7fREPRISE"
//    8  4  major version     12  4  minor version
//   16  8  bytes of the file
//   24  4  K, kernels        28  4  N, strings
//   32  8  T, bytes of all strings
//   40  4  producer          44  4  source     48  4  target    (strings)
//   52  4  zero
//   56  16 K  kernels: 8 begin in the records, 4 bytes, 4 name  (string)
//        8 N  strings: end in the text; each begins where the last one ends
//          T  text
//             records; docs/formats.md has their fields
//
// Nothing is believed: every offset, count and number is checked before it is
// used, and a decoded kernel passes validateKernel like one from JSON.
//
// Thread safety: const functions may run at the same time. May throw
// std::bad_alloc.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_RUNTIME_PACKED_H
#define REPRISE_RUNTIME_PACKED_H

#include "Model.h"

#include <string>
#include <string_view>
#include <vector>

namespace reprise {

inline constexpr uint32_t PackedMajor = 1;
inline constexpr uint32_t PackedMinor = 2;

/// True for what begins like the compact form.
bool isPacked(std::string_view Bytes);

/// \p M in the compact form. The same module gives the same bytes.
std::string writePacked(const Module &M);

/// A file whose kernels are decoded one by one.
class PackedFile {
public:
  /// Checks the tables of \p Bytes, which must outlive the object. REPRISE_OK,
  /// REPRISE_ERROR_FORMAT or REPRISE_ERROR_VERSION with \p Error.
  reprise_status open(std::string_view Bytes, std::string &Error);

  size_t size() const { return Count; }
  /// Of kernel \p I, in the order of the module.
  std::string_view name(size_t I) const;
  /// Decodes kernel \p I; \p K is set only on REPRISE_OK, else \p Error.
  reprise_status kernel(size_t I, Kernel &K, std::string &Error) const;

  /// The same without validateKernel; \p K is changed in any case.
  reprise_status decode(size_t I, Kernel &K, std::string &Error) const;

  /// The string with this number; false if there is none.
  bool text(uint32_t Number, std::string_view &Out) const;

  std::string_view Producer, Source, Target;

private:
  std::string_view Kernels, Strings, Text, Records; ///< Tables of the file.
  size_t Count = 0;
  uint32_t Minor = 0;
};

/// Reads all kernels. \p M is set only on REPRISE_OK.
reprise_status readPacked(std::string_view Bytes, Module &M,
                          std::string &Error);

/// Reads either form, told by its first bytes.
reprise_status readSummary(std::string_view Bytes, Module &M,
                           std::string &Error);

} // namespace reprise

#endif // REPRISE_RUNTIME_PACKED_H
