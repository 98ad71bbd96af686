//===- TwinDocument.h - What an image says of its twins -------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The array __reprise_twins_<hash> that the plugin adds: docs/formats.md,
// "Twins". It may have been written by anybody: what does not fit is left out,
// and who launches a twin compares with the driver (Twins.h).
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_CUDA_TWINDOCUMENT_H
#define REPRISE_CUDA_TWINDOCUMENT_H

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace reprise::cuda {

struct TwinEntry {
  std::string Kernel;
  std::string Twin;    ///< Empty: it has none.
  std::string Mapless; ///< The one that knows no map; empty: it has none.
  std::string Refusal; ///< Why; for people.
  uint32_t ControlOffset = 0;
  uint32_t ControlBytes = 0; ///< Of Control or SpreadControl.
  bool Inside = false;       ///< It has checkpoints inside its blocks.
  bool operator==(const TwinEntry &) const = default;
};

/// Appends the twins of \p Text. False: it is of another major version or
/// broken, and nothing was appended. Throws std::bad_alloc.
bool readTwins(std::string_view Text, std::vector<TwinEntry> &Entries);

} // namespace reprise::cuda

#endif // REPRISE_CUDA_TWINDOCUMENT_H
