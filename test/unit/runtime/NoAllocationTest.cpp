//===- NoAllocationTest.cpp - The launch path allocates nothing -----------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An executable of its own: it replaces malloc and operator new by counting
// ones, which other tests and the sanitizers would not like.
//
//===----------------------------------------------------------------------===//

#include "CountingMalloc.h"
#include "KernelBuilder.h"

#include <cstdio>
#include <cstdlib>

using namespace reprise;
using namespace reprise::test;

namespace {

int Failures = 0;
void *volatile Sink; ///< Keeps the compiler from dropping an allocation.

void expect(bool Ok, const char *What) {
  if (Ok)
    return;
  std::printf("failed: %s\n", What);
  ++Failures;
}

/// Many accesses of different shapes: needs the large frame.
Kernel largeKernel() {
  KernelBuilder B("large");
  Id P = B.pointer("p"), Q = B.pointer("q"), D = B.threads();
  for (int I = 0; I < 200; ++I) {
    B.read(P, D, B.form(0, {{2, 1024 + I}}), 4);
    B.write(Q, D, B.form(0, {{2, 1024 + I}}), 4);
  }
  B.allPairs();
  return B.K;
}

} // namespace

int main() {
  expect(countAllocations([] { Sink = std::malloc(1); }) == 1,
         "the counter sees malloc");
  std::free(Sink);
  expect(countAllocations([] { Sink = new int; }) == 1, "and new");
  delete static_cast<int *>(Sink);

  constexpr uint64_t X = 0x7000'0000'0000;
  Loaded Small(vectorAdd()), Large(largeKernel());
  Arguments SmallArgs, LargeArgs;
  SmallArgs.pointer(X).pointer(X + 65536).pointer(X + 131072).int32(5000);
  LargeArgs.pointer(X).pointer(X + (uint64_t{1} << 40));
  reprise_launch SmallLaunch = launch(32, 256, SmallArgs);
  reprise_launch LargeLaunch = launch(32, 256, LargeArgs);
  reprise_memo *Memo = nullptr;
  expect(reprise_memo_create(16, &Memo) == REPRISE_OK, "memo");
  reprise_result R;

  expect(countAllocations([&] { reprise_check(Small, &SmallLaunch, &R); }) == 0,
         "check of a small kernel");
  expect(R.verdict == REPRISE_IDEMPOTENT, "its verdict");
  expect(countAllocations([&] { reprise_check(Large, &LargeLaunch, &R); }) == 0,
         "check of a large kernel");
  expect(R.verdict == REPRISE_IDEMPOTENT, "its verdict");
  for (const char *What : {"memo miss", "memo hit"})
    expect(countAllocations(
               [&] { reprise_check_memo(Memo, Small, &SmallLaunch, &R); }) == 0,
           What);
  reprise_memo_free(Memo);
  std::printf(Failures ? "%d failures\n" : "ok\n", Failures);
  return Failures != 0;
}
