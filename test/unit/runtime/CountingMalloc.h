//===- CountingMalloc.h - How often is memory asked for? ------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Replaces malloc of the program by one that counts. For one source file of an
// executable of its own: other tests and the sanitizers would not like it.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_COUNTINGMALLOC_H
#define REPRISE_TEST_COUNTINGMALLOC_H

#include <atomic>
#include <cstdlib>
#include <dlfcn.h>

namespace reprise::test {

inline std::atomic<bool> Counting{false};
inline std::atomic<int> Allocations{0};

/// How often \p Body allocates, on all threads.
template <typename Fn> int countAllocations(Fn &&Body) {
  Allocations = 0;
  Counting = true;
  Body();
  Counting = false;
  return Allocations;
}

} // namespace reprise::test

/// Operator new of libstdc++ ends here too.
// NOLINTNEXTLINE(misc-definitions-in-headers): for one file of a program.
extern "C" void *malloc(size_t Size) {
  using Fn = void *(*)(size_t);
  static Fn Real = reinterpret_cast<Fn>(dlsym(RTLD_NEXT, "malloc"));
  if (reprise::test::Counting.load(std::memory_order_relaxed))
    ++reprise::test::Allocations;
  return Real(Size);
}

#endif // REPRISE_TEST_COUNTINGMALLOC_H
