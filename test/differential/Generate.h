//===- Generate.h - Random kernels ----------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_DIFFERENTIAL_GENERATE_H
#define REPRISE_TEST_DIFFERENTIAL_GENERATE_H

#include "Kernel.h"

namespace reprise::differential {

/// A kernel that Seed alone determines. It terminates, unless arguments make a
/// loop long, and divides by positive numbers only; its indices are small for
/// most arguments, so that most launches stay inside of their buffers.
Kernel generate(uint64_t Seed, const std::string &Name);

/// One whose threads wait for each other and run loops of all lengths. Its
/// launches stay inside of their buffers where those do not overlap, and then
/// leave the same memory in any order of threads.
Kernel generateForStops(uint64_t Seed, const std::string &Name);

} // namespace reprise::differential

#endif // REPRISE_TEST_DIFFERENTIAL_GENERATE_H
