//===- ResultCache.h - Answers of earlier runs ----------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One file for each PTX image and set of kernels, named by a SHA-256 over all
// that the answer depends on. A file is
//
//   "reprise-result 2\n"   what it is
//   64 digits and "\n"     SHA-256 of what follows
//   zstd frame             of
//     4 bytes               the number of kernels, little-endian
//     4, 4 bytes each       Z3's queries, and those that were undecided
//     the rest              a summary in the compact form (docs/formats.md)
//
// Files are written under another name and then renamed: whoever reads, reads
// a whole one or none. A file that is cut, changed or older than the format is
// like one that is not there, and is written again.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_RESULTCACHE_H
#define REPRISE_TOOLS_RESULTCACHE_H

#include "Analyzer.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace reprise {

/// What is kept of an analysis.
struct KeptResult {
  Module Summary;
  std::vector<ProofCounts> Proofs; ///< One for each kernel; no time is kept.
};

/// Thread safety: all functions may run at the same time, in this and in other
/// processes.
class ResultCache {
public:
  /// In the user's cache folder; null when there is none, or when the program
  /// cannot name its own code (ToolId.h). The files may have
  /// REPRISE_CACHE_BYTES together, from the environment, or DefaultLimit.
  static std::unique_ptr<ResultCache> open();
  ~ResultCache(); ///< Removes the files that were not used for longest.

  /// Names the answer for Kernels of the image that has Hash. Their order does
  /// not count.
  std::string key(llvm::StringRef Hash, llvm::ArrayRef<std::string> Kernels,
                  const AnalyzerOptions &Options) const;

  /// True when there was a valid file; R is unchanged otherwise.
  bool load(llvm::StringRef Key, KeptResult &R) const;
  /// Failing is no error: it is said once on stderr.
  void store(llvm::StringRef Key, const KeptResult &R);

  static constexpr uint64_t DefaultLimit = uint64_t(512) << 20;

private:
  ResultCache(std::string Folder, std::string Tool, uint64_t Limit);
  llvm::Error write(llvm::StringRef Path, llvm::StringRef Bytes);

  std::string Folder, Tool;
  uint64_t Limit;
  std::atomic<bool> Wrote{false}, Warned{false};
};

} // namespace reprise

#endif // REPRISE_TOOLS_RESULTCACHE_H
