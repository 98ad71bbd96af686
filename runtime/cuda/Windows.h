//===- Windows.h - The rollback windows of a running program -------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// With REPRISE_WINDOW=N each stream has a window (Window.h) of its last N
// operations. Followers of launches, copies and fills tell what they are about
// to do; the order watcher (Ordered.h) tells of every call, so that those which
// nobody describes are fences:
//
//   cuLaunchKernel   watched ──► WindowedCall ─ launches() ─ driver ─ end()
//   cuCtxSynchronize watched ──► (nobody)  = a fence, found when next looked
//
// What the host does may show it what the device made: a fence for all windows.
// An operation of one stream is a fence for the others whose operations touch
// the same memory, unless both only read it. Calls of two threads that overlap
// have no order: they are fences too. A call that nobody describes has no end
// that is seen; it counts as under way until its thread makes another one.
//
// An event tells others that work is done, and is no fence: who waits for it
// makes a call that is one. Where streams wait for values in memory
// (cuStreamWaitValue32), work that was put on a stream before may follow work
// that comes later on another; such programs have no windows.
//
// Soundness: what is not described is a fence.
// Cost: nothing while windows are off; else microseconds for each launch.
// Thread safety: all functions; a WindowedCall belongs to its thread.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_CUDA_WINDOWS_H
#define REPRISE_CUDA_WINDOWS_H

#include "Footprint.h"

#include <atomic>
#include <cuda.h>
#include <vector>

namespace reprise::cuda {

struct Decision;
struct KernelInfo;
struct Thread;
struct Version;

/// Why nothing before may be run again. Closed enumeration.
enum class FenceCause : uint8_t {
  Call,      ///< One that waits, asks, frees, or is not described.
  Copy,      ///< One with the host, an array or memory that is not known.
  Undecided, ///< A launch of which nothing is known.
  Overlaps,  ///< A launch that does not keep to the order of its stream.
  Captured,  ///< What is recorded into a graph.
  Refused,   ///< The driver did not do it.
  Aliased,   ///< A launch that is given memory with a second address.
  Host,      ///< A launch that is given memory of the host.
  Memory,    ///< There was no memory to remember it.
  Stream,    ///< An operation on another stream, that uses the same memory.
  Threads,   ///< Another thread's call was under way.
  Waits,     ///< Streams of the program wait for values in memory.
  Count
};
const char *name(FenceCause Cause);

/// Is a window kept?
inline std::atomic<bool> WindowsOn{false};
inline bool windowsOn() noexcept {
  return WindowsOn.load(std::memory_order_relaxed);
}

/// Keeps windows of \p Capacity operations from now on; 0: none.
void keepWindows(size_t Capacity);

/// One call that may become an operation, from before the driver gets it. A
/// fence unless it is described.
class WindowedCall {
public:
  /// \p PerThread: the null stream is the thread's own.
  WindowedCall(CUstream Stream, bool PerThread) noexcept;
  ~WindowedCall() { end(CUDA_ERROR_UNKNOWN); }
  WindowedCall(const WindowedCall &) = delete;
  WindowedCall &operator=(const WindowedCall &) = delete;

  /// It is a launch, decided as \p D; \p V is pinned.
  void launches(Thread &T, const Version &V, const KernelInfo &Info,
                const reprise_launch &Launch, const Decision &D,
                bool Symbols) noexcept;
  /// It is a copy from \p From to \p To, or a fill where \p From is outside.
  void copies(const reprise_region &To, const reprise_region &From) noexcept;
  /// It is a fence, and why.
  void fences(FenceCause Why) noexcept;

  /// The driver's answer.
  void end(CUresult Answer) noexcept;
  /// The driver does not get it.
  void drop() noexcept;

private:
  /// False: it is over, or not of this process.
  bool leave() noexcept;

  Thread *const Own;
  const CUstream Stream;
  const bool PerThread;
  uint64_t Taint, Process;
  bool Alone, Over = false;
  FenceCause Why = FenceCause::Undecided;
  bool Known = false;
  Operation What;
};

/// What the window of \p Stream holds; null is the legacy stream of the current
/// context, CU_STREAM_PER_THREAD the thread's own.
struct WindowAnswer {
  uint64_t Begin, End; ///< Numbers that are held.
  reprise_restart Restart;
};

/// How far back a restart of the stream is valid. Other threads' calls that are
/// under way make it invalid. REPRISE_ERROR_ARGUMENT: no windows are kept.
reprise_status restartPoint(CUstream Stream, WindowAnswer &Answer) noexcept;

/// What has to be saved for a restart at \p First. False: no bytes help. \p
/// First is one of the numbers that are held, or their end; else
/// REPRISE_ERROR_ARGUMENT.
reprise_status savesFor(CUstream Stream, uint64_t First, bool &Bounded,
                        std::vector<reprise_save> &Saves) noexcept;

/// For the report.
struct WindowCounts {
  size_t Capacity = 0; ///< 0: none were kept.
  uint64_t Operations = 0;
  uint64_t Fences[static_cast<size_t>(FenceCause::Count)] = {};
  /// How many operations back a restart was valid, so often; looked at before
  /// fences, and now and then while a window is full.
  std::vector<uint64_t> Reached;
};
WindowCounts windowCounts();

/// After fork: nothing that was done is this process's.
void forgetWindows() noexcept;

} // namespace reprise::cuda

#endif // REPRISE_CUDA_WINDOWS_H
