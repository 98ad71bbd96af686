//===- Emulated.h - A launch of a table, for the emulator -----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_SUITES_EMULATED_H
#define REPRISE_TEST_SUITES_EMULATED_H

#include "Host.h"
#include "emulator/Emulator.h"

namespace reprise::suites {

/// Shape, memory and textures of \p L; Params are left to the caller.
/// Allocations are sorted by address.
emulator::Launch emulated(const HostLaunch &L);

} // namespace reprise::suites

#endif // REPRISE_TEST_SUITES_EMULATED_H
