//===- ForkLocks.h - Locks that a forked child finds free -----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A child has only the thread that forked: a lock that another one held stays
// taken for ever, and what it guards is half changed. So all of them are taken
// around fork().
//
// Thread safety: all functions.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_CUDA_FORKLOCKS_H
#define REPRISE_CUDA_FORKLOCKS_H

#include <mutex>

namespace reprise::cuda {

/// What they guard, in the order in which a thread may take them. Behind
/// them come those of Parts.h, Modules.h and State.h.
enum class Guarded : unsigned {
  Code,
  Summaries,
  Mappings,
  Arrays,
  Loader, ///< The loader's list of libraries, which has a lock of its own.
  Watchers,
  Windows,
  Count
};

std::mutex &forkLock(Guarded What);

void takeForkLocks();
void giveForkLocks();

} // namespace reprise::cuda

#endif // REPRISE_CUDA_FORKLOCKS_H
