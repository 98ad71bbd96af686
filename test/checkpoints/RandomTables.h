//===- RandomTables.h - What stops of random kernels gave -----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_CHECKPOINTS_RANDOMTABLES_H
#define REPRISE_TEST_CHECKPOINTS_RANDOMTABLES_H

#include "RandomStops.h"

#include "llvm/Support/raw_ostream.h"

namespace reprise::checkpoints {

/// For people.
void printRandom(const RandomStops &R, llvm::raw_ostream &OS);

} // namespace reprise::checkpoints

#endif // REPRISE_TEST_CHECKPOINTS_RANDOMTABLES_H
