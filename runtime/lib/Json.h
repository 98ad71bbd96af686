//===- Json.h - Module to and from JSON -----------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// docs/formats.md gives the format field by field. The writer is
// deterministic: equal modules give equal text. The reader accepts nothing
// that validateModule refuses, so what it returns can be evaluated.
//
// Errors: the reader returns a status and a message that names the JSON path
// and what is wrong there, such as `kernels[0].accesses[2].width: is zero`.
// Both functions may throw std::bad_alloc and nothing else.
// Thread safety: pure functions.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_RUNTIME_JSON_H
#define REPRISE_RUNTIME_JSON_H

#include "Model.h"

#include <string>
#include <string_view>

namespace reprise {

inline constexpr int FormatMajor = 1;
inline constexpr int FormatMinor = 2;

/// \p M as JSON text. With \p Pretty, one line per table entry. Bytes that
/// are not UTF-8 in strings are replaced by U+FFFD.
std::string writeJson(const Module &M, bool Pretty = false);

/// Reads a module. REPRISE_OK, REPRISE_ERROR_FORMAT or REPRISE_ERROR_VERSION;
/// \p M is set only on REPRISE_OK.
reprise_status readJson(std::string_view Text, Module &M, std::string &Error);

/// Appends the kernels of \p From to \p Into. A kernel that \p Into already
/// has under the same name is dropped when it is equal; otherwise neither can
/// be trusted to be the one that runs, and the entry becomes one whose verdict
/// is always unknown (REPRISE_REASON_UNSUPPORTED, the detail says why).
/// \p Into must hold distinct names, and does afterwards.
void concatenate(Module &Into, Module From);

} // namespace reprise

#endif // REPRISE_RUNTIME_JSON_H
