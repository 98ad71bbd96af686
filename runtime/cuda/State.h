//===- State.h - What is alive in the program ---------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Allocations, kernels that were launched, texture and surface objects. All of
// it is published as one immutable Version, so that a check sees one moment:
//
//   Current ──► Version ──► trees (Tree.h), shared with older versions
//
//   a launch  pins, loads Current, asks, unpins: no lock, no allocation
//   an update copies the version and the paths that it changes: O(log n)
//
// Reclaim: an update stamps what it replaced with the clock and advances it. A
// pin stores the clock that it saw; what was replaced is deleted when every pin
// is newer.
//
// A free is entered before the driver gets to know of it and an allocation
// after, so that an address which the driver gives out again is never found
// with the old size.
//
// Soundness: when an update cannot be made for lack of memory, the version is
// marked lost and every later answer is "not known".
// Thread safety: all functions.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_CUDA_STATE_H
#define REPRISE_CUDA_STATE_H

#include "Kernels.h"
#include "Thread.h"
#include "Tree.h"
#include "reprise/reprise.h"

#include <cuda.h>
#include <functional>
#include <type_traits>

namespace reprise::cuda {

struct GraphInfo;
struct VariableInfo;

/// How memory came to be; what frees it must be of the same kind.
enum class Source : uint8_t {
  Device,     ///< cuMemAlloc and its kin
  Host,       ///< cuMemHostAlloc, cuMemAllocHost
  Registered, ///< cuMemHostRegister
  Mapped,     ///< cuMemMap
  Imported    ///< Of another process, or of this one by another name.
};

struct Allocation {
  reprise_range Range;
  CUcontext Context;
  Source From;
};

struct Version {
  /// Grows with every update; never 0. Names the version in memo keys.
  uint64_t Epoch = 1;
  bool Lost = false; ///< Nothing below may be believed.
  Tree<Allocation> Allocations;
  Tree<const KernelInfo *> Kernels; ///< By CUfunction or CUkernel.
  Tree<const GraphInfo *> Graphs;   ///< By CUgraphExec.
  Tree<reprise_binding> Textures, Surfaces;
  /// Parts of allocations that the program named, by their start.
  Tree<reprise_range> Parts;
  /// Memory that is reached through other addresses too, by its start.
  Tree<reprise_range> Aliases;
  Tree<const VariableInfo *> Variables; ///< By their address (Variables.h).
  bool ContentsLost = false; ///< What Variables hold may not be believed.
};

/// While it lives, what was current when it was made stays.
class Pin {
public:
  explicit Pin(Thread &T);
  ~Pin();
  Pin(const Pin &) = delete;
  Pin &operator=(const Pin &) = delete;
  const Version &operator*() const { return *V; }
  const Version *operator->() const { return V; }

private:
  Thread &Owner;
  const Version *V;
};

bool updateWith(void (*Change)(void *, Version &, std::vector<Retired> &),
                void *Body);

/// Makes a new version: \p Change(Version &, std::vector<Retired> &) alters a
/// copy of the current one and appends what it replaced. Returns false when
/// that failed for lack of memory; never throws.
template <typename Function> bool update(Function &&Change) {
  auto Call = [](void *Body, Version &V, std::vector<Retired> &Old) {
    (*static_cast<std::remove_reference_t<Function> *>(Body))(V, Old);
  };
  return updateWith(Call, &Change);
}

/// Memory [\p Address, \p Address + \p Size) came into being. Whatever was
/// believed to be there is gone.
void addAllocation(uint64_t Address, uint64_t Size, CUcontext Context,
                   Source From);
/// It goes; true and \p Gone when it was known. Call it before the driver.
bool removeAllocation(uint64_t Address, Allocation &Gone);
/// All that lies in [\p Address, \p Address + \p Size) goes.
void removeRange(uint64_t Address, uint64_t Size);
/// All that belonged to the context goes.
void removeContext(CUcontext Context);

void publishKernel(uint64_t Handle, const KernelInfo *Info);
void forgetKernel(uint64_t Handle);
/// Those that \p Gone holds for.
void removeKernels(const std::function<bool(const KernelInfo &)> &Gone);

void setBinding(const reprise_binding &Binding);
void removeBinding(reprise_handle_kind Kind, uint64_t Handle);

/// The program named a part of an allocation, or takes that back.
void setPart(reprise_range Part, bool Added);

/// The range has a second address from now on.
void addAlias(uint64_t Address, uint64_t Size);

/// Deletes \p Object when no pin can hold it.
void retire(Retired Object);

/// Around fork().
void lockState();
void unlockState();

} // namespace reprise::cuda

#endif // REPRISE_CUDA_STATE_H
