//===- FatbinParts.h - Take a fatbin apart and put it together ------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Fatbin.h draws the layout. An entry that is not changed is copied with all
// that its header holds; one whose payload changes keeps its options and name.
//
// Thread safety: functions without state.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_INSTRUMENT_FATBINPARTS_H
#define REPRISE_TOOLS_INSTRUMENT_FATBINPARTS_H

#include "Image.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <optional>
#include <string>
#include <vector>

namespace reprise {

struct FatbinEntry {
  Image Where;
  llvm::StringRef Header, Payload; ///< In the file; the payload as it is there.
  /// What `ptxas` was to be called with, as the header has it; often empty.
  llvm::StringRef options() const;
};

struct FatbinParts {
  llvm::StringRef Header; ///< Of the fatbin.
  std::vector<FatbinEntry> Entries;
  uint64_t Size = 0; ///< Bytes of all.
};

/// The parts of the fatbin that Bytes begin with; none where anything in it is
/// not as it should be. Place says where it lies.
std::optional<FatbinParts> takeApart(llvm::StringRef Bytes, const Image &Place);

/// E with another text, packed as E is where that is possible (zstd).
std::string withText(const FatbinEntry &E, llvm::StringRef Text);

/// A fatbin of whole entries. Header is that of another fatbin.
std::string putTogether(llvm::StringRef Header,
                        llvm::ArrayRef<std::string> Entries);

} // namespace reprise

#endif // REPRISE_TOOLS_INSTRUMENT_FATBINPARTS_H
