//===- Operation.h - One piece of work of a stream or a graph -------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a program asks for is described first and done later: by a stream in its
// order, or by a graph each time that it is launched.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_DRIVER_OPERATION_H
#define REPRISE_TOOLS_DRIVER_OPERATION_H

#include "Objects.h"

#include <variant>

namespace reprise::driver {

class Driver;

struct KernelLaunch {
  FunctionRef Function;
  CUkernel Given = nullptr; ///< If the caller named a kernel.
  unsigned Grid[3] = {1, 1, 1}, Block[3] = {1, 1, 1};
  unsigned Shared = 0; ///< Dynamic, bytes.
  std::vector<uint8_t> Params;
  std::vector<void *> Pointers; ///< Into Params, for who asks for them.
  bool Cooperative = false;
};

/// One side of a copy: rows at Address, which lie Pitch apart, in slices that
/// lie Slice apart, all in bytes.
struct Side {
  uint64_t Address = 0, Pitch = 0, Slice = 0;
  bool Device = false; ///< Has to be in known memory.
  bool Pageable = false;
  ArrayRef Array; ///< Kept alive.
};

struct Copy {
  Side From, To;
  uint64_t Width = 0, Height = 1, Depth = 1; ///< Width in bytes.
  /// What pageable memory held when the copy was asked for; empty: not staged.
  std::vector<uint8_t> Staged;
  CUDA_MEMCPY3D Given{}; ///< For a graph's getters.
};

struct Fill {
  CUDA_MEMSET_NODE_PARAMS Given{}; ///< Width in elements.
};

struct HostCall {
  CUhostFn Function = nullptr;
  void *Data = nullptr;
  /// The older form, which is also called after an error.
  CUstreamCallback Callback = nullptr;
  CUstream Stream = nullptr;
};

/// Writes a number of 4 or 8 bytes to memory.
struct ValueAccess {
  uint64_t Address = 0, Value = 0;
  unsigned Bytes = 4;
};

/// Waits until memory holds a number of 4 or 8 bytes.
struct ValueWait {
  uint64_t Address = 0, Value = 0;
  unsigned Bytes = 4;
  CUstreamWaitValue_flags How = CU_STREAM_WAIT_VALUE_GEQ;
};

struct Release {
  uint64_t Address = 0; ///< Freed in order with the stream.
};

struct Acquire {
  CUDA_MEM_ALLOC_NODE_PARAMS Given{};
};

struct RecordEvent {
  EventRef Event;
};
struct WaitEvent {
  EventRef Event;
};
struct ChildGraph {
  GraphRef Graph;
};
struct Nothing {};

using Operation = std::variant<Nothing, KernelLaunch, Copy, Fill, HostCall,
                               ValueAccess, ValueWait, Release, Acquire,
                               RecordEvent, WaitEvent, ChildGraph>;

Engine engineOf(const Operation &What);

/// Does What, on a thread of the scheduler. Errors are those that a device
/// reports after the fact.
CUresult execute(Driver &D, CUctx_st &Context, const Operation &What);

// Of the kinds above, each in its own file.
CUresult runKernel(Driver &D, CUctx_st &Context, const KernelLaunch &Launch);
CUresult runCopy(Driver &D, const Copy &What);
CUresult runFill(Driver &D, const Fill &What);
CUresult runValueAccess(Driver &D, const ValueAccess &What);

/// Does memory hold what is waited for?
bool hasCome(Driver &D, const ValueWait &What);

/// A task that does What behind After.
TaskRef start(Driver &D, const ContextRef &Context,
              const std::shared_ptr<const Operation> &What,
              const std::vector<TaskRef> &After);

/// A marker behind all that the stream has to wait for, and behind After.
/// Driver::Lock is held.
TaskRef mark(Driver &D, CUstream_st &Stream, const TaskRef &After = nullptr);

/// Puts What at the end of Stream, or into the graph that it captures to. Task,
/// if given, gets what to wait for, null in a capture.
CUresult issue(Driver &D, const StreamRef &Stream, Operation What,
               TaskRef *Task = nullptr);

/// As issue(), and waits until it is done.
CUresult issueAndWait(Driver &D, const StreamRef &Stream, Operation What);

/// A node of the graph that Stream captures to, behind what came before.
/// Driver::Lock is held.
CUresult capture(Driver &D, CUstream_st &Stream, Operation What);

} // namespace reprise::driver

#endif // REPRISE_TOOLS_DRIVER_OPERATION_H
