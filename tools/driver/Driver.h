//===- Driver.h - The state of the emulated driver ------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One device, whose processor is tools/emulator. The environment chooses:
//
//   REPRISE_EMULATOR_ARCH    its architecture, "sm_90" or "9.0"; sm_90
//   REPRISE_EMULATOR_MEMORY  its memory in MiB; 8192
//   REPRISE_EMULATOR_QUIET   1: says nothing on stderr
//
// The state is never torn down: exit handlers of the program may still call.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_DRIVER_DRIVER_H
#define REPRISE_TOOLS_DRIVER_DRIVER_H

#include "AddressMap.h"
#include "Container.h"
#include "Heap.h"
#include "Objects.h"

#include <new>
#include <string_view>

namespace reprise::driver {

struct Texture;

class Driver {
public:
  /// Null before initialise(), in a child process, and when the program ends.
  static Driver *get();
  /// What calls give while there is none.
  static CUresult absence();
  static CUresult initialise();
  /// Has the driver end before what was made so far does. LLVM makes things
  /// when it compiles, and must not be at work once they are gone.
  static void endFirst();
  /// One line on stderr with the emulator's name before it.
  static void say(std::string_view Text);
  /// The same, once for each Key.
  static void sayOnce(const std::string &Key, std::string_view Text);

  Arch Target{90, 'a'};
  Heap Memory;
  AddressMap Addresses;
  Scheduler Queue;

  /// Protects all tables below and what Objects.h says. Never held while
  /// something is waited for.
  std::mutex Lock;
  Handles<CUctx_st> Contexts;
  Handles<CUstream_st> Streams;
  Handles<CUevent_st> Events;
  Handles<CUmod_st> Modules;
  Handles<CUfunc_st> Functions;
  Handles<CUlib_st> Libraries;
  Handles<CUkern_st> Kernels;
  Handles<CUarray_st> Arrays;
  Handles<CUmemPoolHandle_st> Pools;
  Handles<CUgraph_st> Graphs;
  Handles<CUgraphNode_st> GraphNodes;
  Handles<CUgraphExec_st> GraphExecs;
  std::map<unsigned long long, std::shared_ptr<Texture>> Textures;
  ContextRef PrimaryContext; ///< Null while nobody retains it.
  unsigned PrimaryFlags = 0;
  PoolRef DefaultPool, CurrentPool;

  unsigned long long nextId() { return ++Ids; }

private:
  explicit Driver(uint64_t Bytes) : Memory(Bytes) {}
  std::atomic<unsigned long long> Ids{0};
};

/// The contexts of this thread, the current one last.
std::vector<ContextRef> &contextStack();
ContextRef currentContext();

/// Shows what kernels printed; where the host synchronises.
void flushOutput(CUctx_st &Context);

/// The handle of a stream as callers give it, 0 included. Driver::Lock is held.
StreamRef findStream(Driver &D, const ContextRef &Context, CUstream Handle);

/// Waits for all work of all contexts.
void waitForAll(Driver &D);
void waitFor(Driver &D, CUctx_st &Context);

/// Runs the body of a function that needs cuInit() only.
template <typename F> CUresult withDriver(F Body) noexcept {
  Driver *D = Driver::get();
  if (!D)
    return Driver::absence();
  try {
    return Body(*D);
  } catch (const std::bad_alloc &) {
    return CUDA_ERROR_OUT_OF_MEMORY;
  }
}

/// Runs the body of a function that needs a current context, unless work of
/// that context has failed.
template <typename F> CUresult inContext(F Body) noexcept {
  return withDriver([&](Driver &D) -> CUresult {
    ContextRef Context = currentContext();
    if (!Context)
      return CUDA_ERROR_INVALID_CONTEXT;
    if (!Context->Alive)
      return CUDA_ERROR_CONTEXT_IS_DESTROYED;
    if (CUresult Failed = Context->Sticky)
      return Failed;
    return Body(D, Context);
  });
}

/// The same for a function that works on a stream.
template <typename F> CUresult onStream(CUstream Handle, F Body) noexcept {
  return inContext([&](Driver &D, const ContextRef &Context) -> CUresult {
    StreamRef Stream;
    {
      std::lock_guard Guard(D.Lock);
      Stream = findStream(D, Context, Handle);
    }
    if (!Stream)
      return CUDA_ERROR_INVALID_HANDLE;
    return Body(D, Stream);
  });
}

} // namespace reprise::driver

#endif // REPRISE_TOOLS_DRIVER_DRIVER_H
