//===- Objects.h - What the driver's handles point to ---------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// cuda.h leaves its structures open, and here they are. A handle is looked up
// before it is followed, so one that is stale is refused; work under way keeps
// what it uses alive.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_DRIVER_OBJECTS_H
#define REPRISE_TOOLS_DRIVER_OBJECTS_H

#include "Api.h"
#include "Scheduler.h"

#include <atomic>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

namespace reprise::driver {

using ContextRef = std::shared_ptr<CUctx_st>;
using StreamRef = std::shared_ptr<CUstream_st>;
using EventRef = std::shared_ptr<CUevent_st>;
using ModuleRef = std::shared_ptr<CUmod_st>;
using FunctionRef = std::shared_ptr<CUfunc_st>;
using LibraryRef = std::shared_ptr<CUlib_st>;
using KernelRef = std::shared_ptr<CUkern_st>;
using ArrayRef = std::shared_ptr<CUarray_st>;
using PoolRef = std::shared_ptr<CUmemPoolHandle_st>;
using GraphRef = std::shared_ptr<CUgraph_st>;
using GraphNodeRef = std::shared_ptr<CUgraphNode_st>;

/// Handles that are valid. Not synchronised: Driver::Lock.
template <typename T> class Handles {
public:
  T *add(std::shared_ptr<T> Object) {
    T *Raw = Object.get();
    Valid[Raw] = std::move(Object);
    return Raw;
  }
  std::shared_ptr<T> find(const T *Handle) const {
    auto It = Valid.find(Handle);
    return It == Valid.end() ? nullptr : It->second;
  }
  /// The object, for it to go with what is left of the caller's work.
  std::shared_ptr<T> remove(const T *Handle) {
    auto It = Valid.find(Handle);
    if (It == Valid.end())
      return nullptr;
    std::shared_ptr<T> Object = std::move(It->second);
    Valid.erase(It);
    return Object;
  }
  template <typename F> void removeIf(F Wanted) {
    for (auto It = Valid.begin(); It != Valid.end();)
      It = Wanted(*It->second) ? Valid.erase(It) : std::next(It);
  }
  template <typename F> void each(F Body) const {
    for (const auto &[Handle, Object] : Valid)
      Body(*Object);
  }

private:
  std::unordered_map<const T *, std::shared_ptr<T>> Valid;
};

/// A stream capture under way. Streams that wait for one of its events join it.
struct Capture {
  GraphRef Graph;
  unsigned long long Id = 0;
  CUstream_st *Origin = nullptr;
  CUstreamCaptureMode Mode = CU_STREAM_CAPTURE_MODE_GLOBAL;
  std::thread::id Thread;
  bool Invalid = false;
  bool Given = false; ///< The graph is the caller's.
  std::set<CUstream_st *> Streams;
};

} // namespace reprise::driver

struct CUctx_st {
  unsigned Flags = 0;
  bool Primary = false;
  unsigned long long Id = 0;
  std::atomic<bool> Alive{true};
  /// The first thing that went wrong in work of this context. It stays: every
  /// later call gives it, as after a fault on a device.
  std::atomic<CUresult> Sticky{CUDA_SUCCESS};

  // Driver::Lock.
  reprise::driver::StreamRef Legacy;
  std::unordered_map<std::thread::id, reprise::driver::StreamRef> PerThread;
  std::set<reprise::driver::StreamRef> Streams; ///< Legacy is not among them.
  std::map<CUlimit, size_t> Limits;
  unsigned References = 0; ///< Of the primary context.

  std::mutex OutputLock;
  std::string Output; ///< Of printf, until the host synchronises.

  void fail(CUresult Error) {
    CUresult None = CUDA_SUCCESS;
    Sticky.compare_exchange_strong(None, Error);
  }
};

struct CUstream_st {
  std::weak_ptr<CUctx_st> Context;
  unsigned long long Id = 0;
  unsigned Flags = 0;
  int Priority = 0;
  bool Blocking = true; ///< In order with the legacy stream.

  // Driver::Lock.
  reprise::driver::TaskRef Last;
  std::shared_ptr<reprise::driver::Capture> Capturing;
  std::vector<reprise::driver::GraphNodeRef> CaptureTail;
};

struct CUevent_st {
  std::weak_ptr<CUctx_st> Context;
  unsigned Flags = 0;

  // Driver::Lock.
  bool Recorded = false;
  reprise::driver::TaskRef Marker;
  std::shared_ptr<reprise::driver::Capture> Capturing;
  std::vector<reprise::driver::GraphNodeRef> CaptureTail;
};

struct CUarray_st {
  CUDA_ARRAY3D_DESCRIPTOR Form{};
  uint64_t Address = 0, Bytes = 0;
  uint64_t elementBytes() const;
  uint64_t pitch() const { return Form.Width * elementBytes(); }
  uint64_t rows() const { return Form.Height ? Form.Height : 1; }
  uint64_t slices() const { return Form.Depth ? Form.Depth : 1; }
};

struct CUmemPoolHandle_st {
  CUmemPoolProps Properties{};
  uint64_t Threshold = 0;
  std::atomic<uint64_t> Used{0}, UsedHigh{0};
};

#endif // REPRISE_TOOLS_DRIVER_OBJECTS_H
