//===- LaunchRecord.h - Launches as lines of JSON -------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a launch looked like when it happened, one line of text each, so that a
// program can append while it runs and lines of several programs can be put
// together. docs/formats.md gives the format field by field.
//
//   {"format": "reprise-launch", "version": {"major": 1, "minor": 0}, ...}
//
// Errors: the reader returns a status and a message that names the place, such
// as `line 3: grid[0]: is zero`. All functions may throw std::bad_alloc and
// nothing else.
// Thread safety: pure functions.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_RUNTIME_LAUNCHRECORD_H
#define REPRISE_RUNTIME_LAUNCHRECORD_H

#include "reprise/reprise.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reprise {

inline constexpr int LaunchFormatMajor = 1;
inline constexpr int LaunchFormatMinor = 1;

/// One launch. Addresses are those of the device.
struct LaunchRecord {
  /// A __device__ variable and where the driver put it.
  struct Variable {
    std::string Name; ///< Mangled.
    uint64_t Address = 0, Size = 0;
    bool operator==(const Variable &) const = default;
  };
  /// What a texture or surface object is bound to.
  struct Binding {
    uint64_t Handle = 0;
    reprise_handle_kind Kind = REPRISE_HANDLE_TEXTURE;
    /// Linear memory; a size of 0 says that it is a CUDA array.
    uint64_t Address = 0, Size = 0;
    uint64_t Array = 0; ///< As reprise_binding::array.
    bool operator==(const Binding &) const = default;
  };
  /// What a __constant__ variable held from byte Offset on.
  struct Content {
    std::string Name; ///< Mangled.
    uint64_t Offset = 0;
    std::vector<uint8_t> Bytes;
    bool operator==(const Content &) const = default;
  };
  struct Range {
    uint64_t Address = 0, Size = 0; ///< Bytes.
    bool operator==(const Range &) const = default;
  };

  /// SHA-256 of the device image, 64 lower-case hexadecimal digits; empty when
  /// it is not known.
  std::string Image;
  std::string Kernel; ///< Mangled.
  std::array<uint32_t, 3> Grid = {1, 1, 1}, Block = {1, 1, 1};
  uint32_t DynamicShared = 0;     ///< Bytes.
  std::vector<uint8_t> Arguments; ///< The argument block.
  std::vector<Range> Allocations; ///< Alive at launch.
  std::vector<Variable> Symbols;
  std::vector<Binding> Bindings;
  std::vector<Content> Contents;
  /// What the runtime answered when the launch was recorded.
  std::optional<reprise_verdict> Verdict;

  bool operator==(const LaunchRecord &) const = default;
};

/// \p R as one line, without its end. Bytes of names that are not UTF-8 are
/// replaced by U+FFFD.
std::string writeLaunch(const LaunchRecord &R);

/// Reads one line. REPRISE_OK, REPRISE_ERROR_FORMAT or REPRISE_ERROR_VERSION;
/// \p R is set only on REPRISE_OK. What it accepts is a launch in form: sizes
/// are not zero, allocations neither overlap nor wrap.
reprise_status readLaunch(std::string_view Line, LaunchRecord &R,
                          std::string &Error);

/// A record and where it was.
struct LaunchLine {
  size_t Number = 0; ///< From 1.
  LaunchRecord Launch;
};

/// Reads all lines; blank ones are passed over. The first that is not a record
/// ends it, and \p Lines is left alone.
reprise_status readLaunches(std::string_view Text,
                            std::vector<LaunchLine> &Lines, std::string &Error);

} // namespace reprise

#endif // REPRISE_RUNTIME_LAUNCHRECORD_H
