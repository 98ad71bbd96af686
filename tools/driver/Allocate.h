//===- Allocate.h - Memory of every kind ----------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_DRIVER_ALLOCATE_H
#define REPRISE_TOOLS_DRIVER_ALLOCATE_H

#include "Driver.h"

namespace reprise::driver {

/// A block that Context owns, entered in the address map; 0: no memory is left.
uint64_t takeBlock(Driver &D, const ContextRef &Context, uint64_t Bytes,
                   MemoryKind Kind, unsigned Flags, const PoolRef &Pool);

/// Frees what begins at Address: the block and its memory. False when nothing
/// begins there.
bool releaseBlock(Driver &D, uint64_t Address);

} // namespace reprise::driver

#endif // REPRISE_TOOLS_DRIVER_ALLOCATE_H
