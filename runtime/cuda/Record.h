//===- Record.h - Writes launches as they happen ------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_CUDA_RECORD_H
#define REPRISE_CUDA_RECORD_H

#include "Launch.h"
#include "State.h"

namespace reprise::cuda {

/// Appends a line to the log (runtime/lib/LaunchRecord.h). Takes a lock. A
/// launch whose kernel has no name or whose arguments were not read is not
/// written, and counted.
void recordLaunch(const Version &V, const KernelInfo &Info,
                  const reprise_launch &Launch, const Decision &D);

struct RecordCounts {
  uint64_t Written, LeftOut;
};
RecordCounts recordCounts();

/// After fork: the child writes to a file of its own.
void reopenRecord();

} // namespace reprise::cuda

#endif // REPRISE_CUDA_RECORD_H
