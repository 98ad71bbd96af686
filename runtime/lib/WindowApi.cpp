//===- WindowApi.cpp - The C interface of the rollback window -------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Checks arguments, and makes a fence of what could not be appended.
//
//===----------------------------------------------------------------------===//

#include "Decide.h"
#include "Handles.h"
#include "Window.h"

#include <algorithm>
#include <memory>

using namespace reprise;

struct reprise_window {
  explicit reprise_window(size_t Capacity) : Ops(Capacity) {}
  Window Ops;
};

namespace {

/// Appends what \p Make makes, or a fence where it fails.
template <typename Fn>
reprise_status append(reprise_window &W, uint64_t *Number, Fn &&Make) noexcept {
  if (Number)
    *Number = W.Ops.end();
  const uint64_t Expected = W.Ops.end();
  try {
    Operation O;
    if (reprise_status Status = Make(O)) {
      W.Ops.appendFence();
      return Status;
    }
    W.Ops.append(std::move(O));
    return REPRISE_OK;
  } catch (...) { // bad_alloc and length_error are all that can come.
    if (W.Ops.end() == Expected)
      W.Ops.appendFence();
    return REPRISE_ERROR_MEMORY;
  }
}

template <typename Fn> reprise_status ask(Fn &&Body) noexcept {
  try {
    return Body();
  } catch (...) {
    return REPRISE_ERROR_MEMORY;
  }
}

bool holds(const reprise_window &W, uint64_t Number) {
  return Number >= W.Ops.begin() && Number <= W.Ops.end();
}

reprise_restart notValid(uint64_t First) {
  reprise_restart R{};
  R.first = First;
  R.reader = R.writer = REPRISE_NO_OPERATION;
  return R;
}

} // namespace

// NOLINTBEGIN(readability-identifier-naming): named as in reprise.h

reprise_status reprise_window_create(size_t capacity, reprise_window **window) {
  if (!window || capacity == 0)
    return REPRISE_ERROR_ARGUMENT;
  return ask([&] {
    *window = new reprise_window(capacity);
    return REPRISE_OK;
  });
}

void reprise_window_free(reprise_window *window) { delete window; }

reprise_status reprise_window_launch(reprise_window *window,
                                     const reprise_kernel *kernel,
                                     const reprise_launch *launch,
                                     uint64_t *number, reprise_result *result) {
  reprise_result Unused;
  reprise_result &Result = result ? *result : Unused;
  Result = nothingKnown();
  if (!window)
    return REPRISE_ERROR_ARGUMENT;
  return append(*window, number, [&](Operation &O) {
    if (kernel && !launch)
      return REPRISE_ERROR_ARGUMENT;
    if (kernel)
      return Operation::launch(*kernel, *launch, O, Result);
    O = Operation::fence(REPRISE_REASON_UNRESOLVED_CALL);
    return REPRISE_OK;
  });
}

reprise_status reprise_window_copy(reprise_window *window,
                                   const reprise_region *destination,
                                   const reprise_region *source,
                                   const reprise_allocations *allocations,
                                   uint64_t *number) {
  if (!window)
    return REPRISE_ERROR_ARGUMENT;
  return append(*window, number, [&](Operation &O) {
    constexpr reprise_region Outside{};
    return Operation::copy(destination ? *destination : Outside,
                           source ? *source : Outside,
                           allocations ? &allocations->Map : nullptr, O)
               ? REPRISE_OK
               : REPRISE_ERROR_ARGUMENT;
  });
}

reprise_status reprise_window_fence(reprise_window *window, uint64_t *number) {
  if (!window)
    return REPRISE_ERROR_ARGUMENT;
  if (number)
    *number = window->Ops.end();
  window->Ops.appendFence();
  return REPRISE_OK;
}

reprise_status reprise_window_retire(reprise_window *window, uint64_t before) {
  if (!window || before > window->Ops.end())
    return REPRISE_ERROR_ARGUMENT;
  return ask([&] {
    window->Ops.retire(before);
    return REPRISE_OK;
  });
}

uint64_t reprise_window_begin(const reprise_window *window) {
  return window ? window->Ops.begin() : 0;
}

uint64_t reprise_window_end(const reprise_window *window) {
  return window ? window->Ops.end() : 0;
}

reprise_status reprise_window_check(const reprise_window *window,
                                    uint64_t first, reprise_restart *restart) {
  if (!restart)
    return REPRISE_ERROR_ARGUMENT;
  *restart = notValid(first);
  if (!window || !holds(*window, first))
    return REPRISE_ERROR_ARGUMENT;
  return ask([&] {
    *restart = window->Ops.check(first);
    return REPRISE_OK;
  });
}

reprise_status reprise_window_restart_point(const reprise_window *window,
                                            reprise_restart *restart) {
  if (!restart)
    return REPRISE_ERROR_ARGUMENT;
  *restart = notValid(REPRISE_NO_OPERATION);
  if (!window)
    return REPRISE_ERROR_ARGUMENT;
  return ask([&] {
    *restart = window->Ops.restartPoint();
    return REPRISE_OK;
  });
}

reprise_status reprise_window_saves(const reprise_window *window,
                                    uint64_t first, int *bounded,
                                    reprise_save *saves, size_t capacity,
                                    size_t *count) {
  if (bounded)
    *bounded = 0;
  if (count)
    *count = 0;
  if (!window || !bounded || !count || (!saves && capacity != 0) ||
      !holds(*window, first))
    return REPRISE_ERROR_ARGUMENT;
  return ask([&] {
    std::vector<reprise_save> List;
    if (!window->Ops.missing(first, List))
      return REPRISE_OK;
    *bounded = 1;
    *count = List.size();
    if (List.size() > capacity)
      return REPRISE_ERROR_CAPACITY;
    std::copy(List.begin(), List.end(), saves);
    return REPRISE_OK;
  });
}

reprise_status reprise_window_saved(reprise_window *window, uint64_t before,
                                    const reprise_range *ranges, size_t count) {
  if (!window || (!ranges && count != 0) || !holds(*window, before))
    return REPRISE_ERROR_ARGUMENT;
  return ask([&] {
    Intervals List;
    for (size_t I = 0; I < count; ++I) {
      const reprise_range &R = ranges[I];
      if (R.size == 0 || R.address > UINT64_MAX - (R.size - 1))
        return REPRISE_ERROR_ARGUMENT;
      List.push_back({R.address, R.address + (R.size - 1)});
    }
    window->Ops.addSaved(before, std::move(List));
    return REPRISE_OK;
  });
}

// NOLINTEND(readability-identifier-naming)
