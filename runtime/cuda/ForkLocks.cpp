//===- ForkLocks.cpp - Locks that a forked child finds free ---------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ForkLocks.h"

namespace reprise::cuda {

static constexpr unsigned Count = static_cast<unsigned>(Guarded::Count);

/// Made before main() and never destroyed in effect: they hold nothing.
static std::mutex Locks[Count];

std::mutex &forkLock(Guarded What) {
  return Locks[static_cast<unsigned>(What)];
}

void takeForkLocks() {
  for (std::mutex &Lock : Locks)
    Lock.lock();
}

void giveForkLocks() {
  for (unsigned I = Count; I-- > 0;)
    Locks[I].unlock();
}

} // namespace reprise::cuda
