//===- Binary.h - Every kernel of an executable or library ----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One pass over the images of a file, one fatbin at a time:
//
//   1. summaries that the plugin embedded are collected
//   2. the images of the fatbin are ordered (ImageChoice.h); for each kernel
//      the first that has it answers, the others are noted
//   3. kernels of PTX go through the PTX front end, where there is one;
//      kernels of machine code are listed with their parameters, class unknown
//   4. a kernel with an embedded summary gets that
//
// Each kernel of each image that was asked for is accounted for exactly once:
// as the origin of an answer or among the others of one. LTO-IR and kinds that
// are not known cannot be looked into; they are in the list of images.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_BINARY_H
#define REPRISE_TOOLS_BINARY_H

#include "Analyzer.h"
#include "ImageChoice.h"
#include "Model.h"

#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>

namespace reprise {

/// An image of a file, as the listing and the report show it.
struct ImageNote {
  size_t Number = 0; ///< In the file, from 0.
  std::string Path, Kind, Arch, Name;
  uint16_t Major = 0, Minor = 0; ///< Of PTX's language.
  uint64_t StoredSize = 0, Size = 0;
  Packing Pack = Packing::None;
  bool Relocatable = false;
  bool Requested = true;
  /// Absent where the image cannot be looked into.
  std::optional<size_t> Kernels;
  std::string Hash; ///< Of images that answer for a kernel.

  /// "ptx sm_90", or what is known of that.
  std::string label() const;
};

/// Where the answer for one kernel comes from: indices into Images.
struct Origin {
  size_t Image = 0;
  /// Images that have the kernel as well, from which the answer is not.
  std::vector<size_t> Others;
  /// Those of Others that carry the very summary that is the answer.
  std::vector<size_t> Agreeing;
};

struct BinaryReport {
  std::vector<ImageNote> Images;
  std::vector<Origin> Origins; ///< One for each kernel of the module.
  /// Likewise: what Z3 was asked when it was analysed, now or, for results in
  /// the cache, then (without the time). Zeros where its summary was given.
  std::vector<ProofCounts> Proofs;
  std::vector<std::string> Problems;
};

/// One PTX image, what is wanted of it, and what comes of that.
struct PtxJob {
  ImageBytes Bytes;
  std::string Path;
  std::vector<std::string> Entries; ///< All kernels, each once.
  std::vector<std::string> Kernels; ///< Those without an answer yet.
  // The results.
  std::string Hash;
  std::unordered_map<std::string, Kernel> Answers; ///< Some may be left out.
  std::unordered_map<std::string, ProofCounts> Proofs; ///< Likewise.
};

struct BinaryOptions {
  ImageRequest Request;
  std::function<bool(const std::string &Mangled)> Filter; ///< Empty: all.
  /// The PTX front end: fills in the results, now or on another thread before
  /// finish() is called. What it leaves out is added as unknown. May wait, so
  /// that no more images are held than it has room for.
  std::function<void(std::shared_ptr<PtxJob> Job)> StartPtx;
};

class Auditor;

/// The audit of one file, in two steps so that those of several files can
/// share threads.
/// Thread safety: both steps are for one thread.
class BinaryAudit {
public:
  /// File and Report must outlive the object.
  BinaryAudit(llvm::MemoryBufferRef File, BinaryOptions Options,
              BinaryReport &Report);
  ~BinaryAudit();

  /// Goes through the images and starts the analysis of those of PTX. The
  /// error is for files that are no container.
  llvm::Error start();

  /// Kernels in file order, when all that was started is done. Two fatbins may
  /// have kernels of one name: both are there. The error is for summaries that
  /// cannot be read; what is wrong inside is in Report.Problems.
  llvm::Expected<Module> finish();

private:
  llvm::MemoryBufferRef File;
  BinaryOptions Options;
  BinaryReport &Report;
  std::unique_ptr<Auditor> Impl;
};

/// The images alone, with the number of their kernels.
llvm::Error listImages(llvm::MemoryBufferRef File, const ImageRequest &Request,
                       BinaryReport &Report);

} // namespace reprise

#endif // REPRISE_TOOLS_BINARY_H
