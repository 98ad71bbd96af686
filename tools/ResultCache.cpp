//===- ResultCache.cpp - Answers of earlier runs --------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ResultCache.h"
#include "Container.h"
#include "Packed.h"
#include "ToolId.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/CachePruning.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <vector>

#include <zstd.h>

using namespace llvm;

namespace reprise {

static constexpr StringRef Magic = "reprise-result 2\n";
static constexpr size_t HashDigits = 64;
static constexpr size_t CountBytes = 4;
/// No summary of an image is larger; the largest of cuBLAS has a tenth of it.
static constexpr uint64_t MaxSummary = uint64_t(1) << 30;

std::unique_ptr<ResultCache> ResultCache::open() {
  SmallString<128> Folder;
  if (!sys::path::cache_directory(Folder))
    return nullptr;
  sys::path::append(Folder, "reprise");
  uint64_t Limit = DefaultLimit;
  if (auto Given = sys::Process::GetEnv("REPRISE_CACHE_BYTES"))
    if (StringRef(*Given).getAsInteger(10, Limit) || Limit == 0)
      return nullptr; // Nothing is kept.
  std::string Tool = toolId();
  if (Tool.empty())
    return nullptr;
  return std::unique_ptr<ResultCache>(
      new ResultCache(Folder.str().str(), std::move(Tool), Limit));
}

ResultCache::ResultCache(std::string F, std::string T, uint64_t L)
    : Folder(std::move(F)), Tool(std::move(T)), Limit(L) {}

ResultCache::~ResultCache() {
  if (!Wrote)
    return;
  CachePruningPolicy Policy;
  Policy.Interval = std::chrono::seconds(0);
  Policy.Expiration = std::chrono::seconds(0); // Old answers stay right.
  Policy.MaxSizePercentageOfAvailableSpace = 50;
  Policy.MaxSizeBytes = Limit;
  (void)pruneCache(Folder, Policy);
}

std::string ResultCache::key(StringRef Hash, ArrayRef<std::string> Kernels,
                             const AnalyzerOptions &Options) const {
  std::vector<std::string> Names(Kernels.begin(), Kernels.end());
  std::sort(Names.begin(), Names.end());
  std::string Text;
  raw_string_ostream OS(Text);
  OS << Magic << Tool << '\n'
     << Hash << '\n'
     << Options.SolverLimit << ' ' << Options.Witness << '\n';
  for (const std::string &Name : Names)
    OS << Name.size() << ' ' << Name << '\n';
  return contentHash(OS.str());
}

/// pruneCache() knows its files by the prefix.
static std::string pathOf(StringRef Folder, StringRef Key) {
  SmallString<256> Path(Folder);
  sys::path::append(Path, "llvmcache-" + Key);
  return Path.str().str();
}

static std::string countsOf(const std::vector<ProofCounts> &Proofs) {
  std::string Bytes((1 + 2 * Proofs.size()) * CountBytes, '\0');
  char *At = Bytes.data();
  auto Put = [&](size_t N) {
    support::endian::write32le(At, static_cast<uint32_t>(N));
    At += CountBytes;
  };
  Put(Proofs.size());
  for (const ProofCounts &C : Proofs) {
    Put(C.Queries);
    Put(C.Undecided);
  }
  return Bytes;
}

/// Takes the counts off the front of Bytes.
static bool takeCounts(StringRef &Bytes, std::vector<ProofCounts> &Proofs) {
  auto Take = [&] {
    uint32_t N = support::endian::read32le(Bytes.data());
    Bytes = Bytes.drop_front(CountBytes);
    return N;
  };
  if (Bytes.size() < CountBytes)
    return false;
  size_t Count = Take();
  if (Bytes.size() / (2 * CountBytes) < Count)
    return false;
  Proofs.resize(Count);
  for (ProofCounts &C : Proofs) {
    C.Queries = Take();
    C.Undecided = Take();
  }
  return true;
}

static bool decode(StringRef Bytes, KeptResult &R) {
  if (!Bytes.consume_front(Magic) || Bytes.size() <= HashDigits ||
      Bytes[HashDigits] != '\n')
    return false;
  StringRef Hash = Bytes.take_front(HashDigits);
  Bytes = Bytes.drop_front(HashDigits + 1);
  if (contentHash(Bytes) != Hash)
    return false;
  unsigned long long Size =
      ZSTD_getFrameContentSize(Bytes.data(), Bytes.size());
  if (Size > MaxSummary) // What is not known is larger than that, too.
    return false;
  std::string Text(Size, '\0');
  if (ZSTD_decompress(Text.data(), Size, Bytes.data(), Bytes.size()) != Size)
    return false;
  StringRef Rest = Text;
  KeptResult Read;
  std::string Message;
  if (!takeCounts(Rest, Read.Proofs) ||
      readPacked({Rest.data(), Rest.size()}, Read.Summary, Message) !=
          REPRISE_OK ||
      Read.Summary.Kernels.size() != Read.Proofs.size())
    return false;
  R = std::move(Read);
  return true;
}

bool ResultCache::load(StringRef Key, KeptResult &R) const {
  // The time of the last use decides what is removed.
  auto File = sys::fs::openNativeFileForRead(pathOf(Folder, Key),
                                             sys::fs::OF_UpdateAtime);
  if (!File) {
    consumeError(File.takeError());
    return false;
  }
  auto Bytes = MemoryBuffer::getOpenFile(*File, Key, /*FileSize=*/-1,
                                         /*RequiresNullTerminator=*/false,
                                         /*IsVolatile=*/true);
  if (sys::fs::closeFile(*File))
    return false;
  return Bytes && decode((*Bytes)->getBuffer(), R);
}

Error ResultCache::write(StringRef Path, StringRef Bytes) {
  // Kernel names may be private: for the user alone.
  if (std::error_code E = sys::fs::create_directories(
          Folder, /*IgnoreExisting=*/true, sys::fs::owner_all))
    return errorCodeToError(E);
  SmallString<256> Model(Folder);
  // The prefix makes pruneCache() remove what a killed process left.
  sys::path::append(Model, "llvmcache-%%%%%%%%%%%%.tmp");
  auto Temp = sys::fs::TempFile::create(Model, sys::fs::owner_read |
                                                   sys::fs::owner_write);
  if (!Temp)
    return Temp.takeError();
  raw_fd_ostream OS(Temp->FD, /*shouldClose=*/false);
  OS << Bytes;
  OS.flush();
  if (std::error_code E = OS.error()) {
    OS.clear_error();
    return joinErrors(errorCodeToError(E), Temp->discard());
  }
  return Temp->keep(Path);
}

void ResultCache::store(StringRef Key, const KeptResult &R) {
  std::string Text = countsOf(R.Proofs) + writePacked(R.Summary);
  std::string Frame(ZSTD_compressBound(Text.size()), '\0');
  size_t Size = ZSTD_compress(Frame.data(), Frame.size(), Text.data(),
                              Text.size(), /*compressionLevel=*/1);
  if (ZSTD_isError(Size) || Text.size() > MaxSummary)
    return;
  Frame.resize(Size);
  std::string Bytes = Magic.str() + contentHash(Frame) + "\n" + Frame;
  if (Error E = write(pathOf(Folder, Key), Bytes)) {
    std::string Why = toString(std::move(E));
    if (!Warned.exchange(true))
      errs() << "reprise: warning: results are not kept in " << Folder << ": "
             << Why << "; --no-cache does without\n";
    return;
  }
  Wrote = true;
}

} // namespace reprise
