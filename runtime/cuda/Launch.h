//===- Launch.h - What happens when the program launches a kernel -------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   1. find the kernel by its handle; bind it when it is launched first
//   2. bring the arguments into one block
//   3. decide, through the memo
//   4. count; record; ask the policy or the callback
//
// Thread safety: all functions. After a thread's first launches, a launch takes
// no lock and allocates nothing, but for recording and for sampling backups.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_CUDA_LAUNCH_H
#define REPRISE_CUDA_LAUNCH_H

#include "Counts.h"
#include "Kernels.h"

#include <cstddef>
#include <cuda.h>
#include <string>
#include <vector>

namespace reprise::cuda {

class WindowedCall;
struct Thread;
struct Version;

/// A launch as the driver gets it.
struct LaunchRequest {
  uint64_t Handle; ///< CUfunction or CUkernel.
  uint32_t Grid[3], Block[3], Shared;
  CUstream Stream;
  void *const *Params; ///< kernelParams, or null.
  void *const *Extra;  ///< extra, or null.
  bool PerThread;      ///< The null stream is the thread's own.
  /// It may begin before what its stream did, or be passed by what follows.
  bool Overlaps = false;
};

/// One launch with its arguments in a block.
struct Decision {
  Outcome What = Outcome::NotFollowed;
  reprise_result Result{}; ///< Of the runtime; for idempotent and others.
  bool Hit = false;        ///< The memo had it.
};

/// Steps 1 to 4. CUDA_SUCCESS: go on; anything else is what the program gets.
/// \p Call, if given, is told what the launch does.
CUresult beforeLaunch(const LaunchRequest &Request,
                      WindowedCall *Call = nullptr) noexcept;

/// Steps 1 to 3, of a launch that is not made. False: there was no memory.
bool decideOnly(const LaunchRequest &Request, Decision &D) noexcept;

/// What would have to be saved before it. False: that is not known, or no bytes
/// help. May throw std::bad_alloc.
bool rangesToSave(const LaunchRequest &Request,
                  std::vector<reprise_range> &Ranges);
/// What a stream that can be stopped wants to know of a launch.
struct LaunchFacts {
  Outcome What = Outcome::NotFollowed;
  uint32_t Number = UINT32_MAX;     ///< KernelInfo::Number, once it is known.
  std::string Name;                 ///< Mangled; empty when it is not known.
  bool Readable = false;            ///< Arguments are there.
  std::vector<std::byte> Arguments; ///< The block.
  bool Bounded = false;             ///< The backup set is.
  std::vector<reprise_range> Backup;
};

/// Decides once more, without counting. \p WantBackup: also the backup set,
/// unless the launch is idempotent; it is not bounded where the bytes could be
/// reached by other addresses. False: nothing is known of the kernel. Throws
/// std::bad_alloc.
bool factsOf(const LaunchRequest &Request, bool WantBackup, LaunchFacts &Facts);

/// The driver's answer.
void afterLaunch(CUresult Answer) noexcept;

/// Of a node of a graph that is launched; \p Ready: arguments in a block.
CUresult decideNode(const LaunchRequest &Request, const void *Ready,
                    size_t Size) noexcept;
/// Of a node that cannot be decided.
CUresult countNode(const LaunchRequest &Request, Outcome Why) noexcept;

/// Copies the arguments of \p Request to \p Block, of ArgumentRoom bytes, or
/// finds where they lie. Null: they cannot be read.
const void *readArguments(const KernelInfo &Info, const LaunchRequest &Request,
                          std::byte *Block, size_t &Size);

/// Is what the stream gets recorded into a graph? \p PerThread: the null stream
/// is the thread's own.
bool isCapturing(CUstream Stream, bool PerThread) noexcept;

/// Captures into graphs that are under way, in all threads.
void captureBegins() noexcept;
void captureEnds() noexcept;

/// Launches for which a thread got no record; they are not followed.
uint64_t lostLaunches() noexcept;

} // namespace reprise::cuda

#endif // REPRISE_CUDA_LAUNCH_H
