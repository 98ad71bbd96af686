//===- Guard.h - No exception leaves us ---------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The program calls C functions of a driver; what we do beside must not end it.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_CUDA_GUARD_H
#define REPRISE_CUDA_GUARD_H

namespace reprise::cuda {

/// Runs \p Body; an exception (there is no memory) leaves what it wanted to
/// enter out. What is left out is unknown, so bodies that take something out
/// do not throw: see update() in State.h.
template <typename Function> void guarded(Function &&Body) noexcept {
  try {
    Body();
  } catch (...) { // NOLINT(bugprone-empty-catch): that is its purpose.
  }
}

/// The same; where there is an exception \p Otherwise runs, which must not
/// throw.
template <typename Function, typename Fallback>
void guarded(Function &&Body, Fallback &&Otherwise) noexcept {
  try {
    Body();
  } catch (...) {
    Otherwise();
  }
}

} // namespace reprise::cuda

#endif // REPRISE_CUDA_GUARD_H
