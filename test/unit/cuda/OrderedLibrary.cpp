//===- OrderedLibrary.cpp - The interposer with its watchers open --------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Ordered.h"

// NOLINTNEXTLINE(readability-identifier-naming)
extern "C" __attribute__((visibility("default"))) void
reprise_test_set_watcher(unsigned Which, reprise::cuda::OrderWatcher Watcher) {
  reprise::cuda::setOrderWatcher(Which, Watcher);
}
