//===- Enforce.cpp - What happens to a launch that is not idempotent ----===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Enforce.h"
#include "Settings.h"
#include "reprise/reprise_interposer.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstdio>
#include <cstdlib>

namespace reprise::cuda {

namespace {

struct Callback {
  reprise_cuda_callback *Function;
  void *User;
};

/// Replaced as a whole. Old ones are kept: a launch may be on its way to one.
std::atomic<const Callback *> Current{nullptr};

void say(const KernelInfo &Info, const Decision &D, const char *Consequence) {
  std::fprintf(stderr, "reprise: %s: %s: %s%s\n",
               Info.Name.empty() ? "a kernel without a name"
                                 : Info.Name.c_str(),
               name(D.What), text(D.What), Consequence);
}

} // namespace

bool hasCallback() noexcept {
  return Current.load(std::memory_order_acquire) != nullptr;
}

CUresult enforce(const KernelInfo &Info, const reprise_launch &Launch,
                 const LaunchRequest &Request, const Decision &D) {
  const bool Enforced = settings().Operation == Mode::Enforce;
  if (const Callback *C = Current.load(std::memory_order_acquire)) {
    if (Enforced && D.What == Outcome::Idempotent)
      return CUDA_SUCCESS;
    reprise_cuda_launch L{};
    L.struct_size = sizeof L;
    L.kernel = Info.Name.c_str();
    L.function = std::bit_cast<void *>(Request.Handle);
    L.stream = Request.Stream;
    std::copy(Launch.grid, Launch.grid + 3, L.grid);
    std::copy(Launch.block, Launch.block + 3, L.block);
    L.dynamic_shared = Launch.dynamic_shared;
    L.arguments = Launch.arguments;
    L.arguments_size = Launch.arguments_size;
    L.summary = Info.Kernel;
    L.result = D.Result;
    L.outcome = name(D.What);
    return static_cast<CUresult>(C->Function(&L, C->User));
  }
  if (!Enforced || D.What == Outcome::Idempotent)
    return CUDA_SUCCESS;
  switch (settings().OnOthers) {
  case Policy::Allow:
    break;
  case Policy::Warn:
    say(Info, D, "");
    break;
  case Policy::Fail:
    say(Info, D, " It is not launched.");
    return CUDA_ERROR_NOT_PERMITTED;
  case Policy::Abort:
    say(Info, D, " The program ends.");
    std::abort();
  }
  return CUDA_SUCCESS;
}

} // namespace reprise::cuda

using namespace reprise;
using namespace reprise::cuda;

// NOLINTBEGIN(readability-identifier-naming): named as in reprise_interposer.h

void reprise_cuda_set_callback(reprise_cuda_callback *callback, void *user) {
  const Callback *New = nullptr;
  if (callback) {
    New = new (std::nothrow) Callback{callback, user};
    if (!New)
      return;
  }
  Current.store(New, std::memory_order_release);
}

// NOLINTEND(readability-identifier-naming)
