//===- AskWindow.cpp - What a stream's window answers ------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The questions of reprise_interposer.h about windows that the interposer
// keeps.
//
//===----------------------------------------------------------------------===//

#include "Guard.h"
#include "Windows.h"
#include "reprise/reprise_interposer.h"

#include <algorithm>

using namespace reprise::cuda;

// NOLINTBEGIN(readability-identifier-naming): named as in reprise_interposer.h

reprise_status reprise_stream_restart_point(void *stream,
                                            reprise_stream_window *window) {
  if (!window || window->struct_size < sizeof *window)
    return REPRISE_ERROR_ARGUMENT;
  WindowAnswer Answer;
  const reprise_status Status =
      restartPoint(static_cast<CUstream>(stream), Answer);
  if (Status != REPRISE_OK)
    return Status;
  window->begin = Answer.Begin;
  window->end = Answer.End;
  window->restart = Answer.Restart;
  return REPRISE_OK;
}

reprise_status reprise_stream_saves(void *stream, uint64_t first, int *bounded,
                                    reprise_save *saves, size_t capacity,
                                    size_t *count) {
  if (bounded)
    *bounded = 0;
  if (count)
    *count = 0;
  if (!bounded || !count || (!saves && capacity != 0))
    return REPRISE_ERROR_ARGUMENT;
  std::vector<reprise_save> List;
  bool Bounded = false;
  const reprise_status Status =
      savesFor(static_cast<CUstream>(stream), first, Bounded, List);
  if (Status != REPRISE_OK || !Bounded)
    return Status;
  *bounded = 1;
  *count = List.size();
  if (List.size() > capacity)
    return REPRISE_ERROR_CAPACITY;
  std::copy(List.begin(), List.end(), saves);
  return REPRISE_OK;
}

// NOLINTEND(readability-identifier-naming)
