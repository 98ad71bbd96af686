//===- PtxNames.h - What a PTX image with twins defines -------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads what clang writes, line by line: enough to find kernels, variables and
// the document of the twins without LLVM.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_BENCHMARK_GPU_TWINS_PTXNAMES_H
#define REPRISE_TEST_BENCHMARK_GPU_TWINS_PTXNAMES_H

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace reprise::twins {

/// What the document says of a kernel (docs/formats.md, "Twins").
struct TwinNote {
  std::string Twin;    ///< Empty: there is none.
  std::string Mapless; ///< Likewise.
  std::string Refusal; ///< Then, why.
  std::string Inside;
};

struct PtxNames {
  std::vector<std::string> Kernels; ///< Mangled; no twins.
  std::vector<std::string> Globals; ///< `.global` variables, no arrays of ours.
  std::map<std::string, TwinNote> Twins; ///< By kernel.

  /// The kernel that a table of launches means by Name: all of its name without
  /// parameters, or the only one that begins so. Empty: none, or several.
  std::string kernel(const std::string &Name) const;
};

/// An image without a document has no Twins. Throws nlohmann::json::exception
/// if the document is broken.
PtxNames readPtxNames(std::string_view Text);

/// "reduce<float>" of "void reduce<float>(float*, int)".
std::string withoutParameters(const std::string &Demangled);

} // namespace reprise::twins

#endif // REPRISE_TEST_BENCHMARK_GPU_TWINS_PTXNAMES_H
