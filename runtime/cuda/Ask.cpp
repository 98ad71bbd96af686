//===- Ask.cpp - What would be decided of a launch ----------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The questions of reprise_interposer.h, for schedulers that hold launches
// back.
//
//===----------------------------------------------------------------------===//

#include "Decide.h"
#include "Guard.h"
#include "Launch.h"
#include "Settings.h"
#include "Twins.h"
#include "reprise/reprise_interposer.h"

#include <algorithm>
#include <bit>
#include <ctime>

using namespace reprise;
using namespace reprise::cuda;

namespace {

LaunchRequest requestOf(const reprise_cuda_command &C) {
  return {std::bit_cast<uint64_t>(C.function),
          {C.grid[0], C.grid[1], C.grid[2]},
          {C.block[0], C.block[1], C.block[2]},
          C.dynamic_shared,
          static_cast<CUstream>(C.stream),
          C.params,
          C.extra,
          false};
}

uint64_t now() {
  timespec Time;
  clock_gettime(CLOCK_MONOTONIC, &Time);
  return static_cast<uint64_t>(Time.tv_sec) * 1'000'000'000 +
         static_cast<uint64_t>(Time.tv_nsec);
}

bool isReadable(const reprise_cuda_command *C) {
  return C && C->struct_size >= sizeof *C && C->reserved == 0;
}

} // namespace

// NOLINTBEGIN(readability-identifier-naming): named as in reprise_interposer.h

reprise_status reprise_cuda_ask(const reprise_cuda_command *command,
                                reprise_cuda_answer *answer) {
  if (!answer || answer->struct_size < sizeof *answer)
    return REPRISE_ERROR_ARGUMENT;
  Decision D;
  answer->result = nothingKnown();
  answer->outcome = name(D.What);
  answer->text = text(D.What);
  answer->nanoseconds = 0;
  if (!isReadable(command))
    return REPRISE_ERROR_ARGUMENT;
  const uint64_t Start = now();
  if (!decideOnly(requestOf(*command), D))
    return REPRISE_ERROR_MEMORY;
  answer->nanoseconds = now() - Start;
  // What was found without a summary has no result.
  if (D.Result.verdict != REPRISE_UNKNOWN || D.Result.reason)
    answer->result = D.Result;
  answer->outcome = name(D.What);
  answer->text = text(D.What);
  return REPRISE_OK;
}

reprise_status reprise_cuda_backup_set(const reprise_cuda_command *command,
                                       int *bounded, reprise_range *ranges,
                                       size_t capacity, size_t *count) {
  if (bounded)
    *bounded = 0;
  if (count)
    *count = 0;
  if (!isReadable(command) || !bounded || !count || (!ranges && capacity != 0))
    return REPRISE_ERROR_ARGUMENT;
  reprise_status Status = REPRISE_OK;
  guarded(
      [&] {
        std::vector<reprise_range> Set;
        if (!rangesToSave(requestOf(*command), Set))
          return;
        *bounded = 1;
        *count = Set.size();
        if (Set.size() > capacity)
          Status = REPRISE_ERROR_CAPACITY;
        else
          std::copy(Set.begin(), Set.end(), ranges);
      },
      [&] { Status = REPRISE_ERROR_MEMORY; });
  return Status;
}

int reprise_cuda_blocks_independent(const reprise_cuda_command *command) {
  if (!isReadable(command) || settings().Operation == Mode::Off)
    return 0;
  int Independent = 0;
  guarded([&] {
    Independent = twinOf(requestOf(*command).Handle)->Any.Function != nullptr;
  });
  return Independent;
}

// NOLINTEND(readability-identifier-naming)
