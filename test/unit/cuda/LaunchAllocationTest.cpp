//===- LaunchAllocationTest.cpp - A followed launch allocates nothing ---===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An executable of its own: it replaces malloc by a counting one, which other
// tests and the sanitizers would not like.
//
//===----------------------------------------------------------------------===//

#include "CountingMalloc.h"
#include "KernelBuilder.h"
#include "Launch.h"
#include "Packed.h"
#include "State.h"
#include "Transfers.h"

#include <cstdio>
#include <cstdlib>
#include <memory>

using namespace reprise;
using namespace reprise::cuda;
using namespace reprise::test;

namespace {

constexpr uint64_t Handle = 1, Home = 0x7000000000;

void publish() {
  Module M;
  M.Kernels.push_back(copyKernel("copy", true));
  const std::string Bytes = writePacked(M);
  reprise_db *Db = nullptr; // Kept: the launches use it.
  if (reprise_db_load(Bytes.data(), Bytes.size(), &Db, nullptr, 0))
    std::abort();
  auto Info = std::make_unique<KernelInfo>();
  Info->Name = "copy";
  Info->Kernel = reprise_db_kernel(Db, 0);
  Info->LayoutKnown = true;
  Info->Params = {{0, 8}, {8, 8}, {16, 4}};
  Info->ArgumentBytes = 20;
  publishKernel(Handle, Info.release());
}

/// Launches \p Count times, each as no launch before, and counts allocations.
int launches(int Count, uint64_t Base) {
  return countAllocations([&] {
    for (int I = 0; I < Count; ++I) {
      uint64_t From = Base + static_cast<uint64_t>(I) * 4, To = Home;
      int N = 64;
      void *Params[] = {&From, &To, &N};
      LaunchRequest Request{Handle,  {1, 1, 1}, {64, 1, 1}, 0,
                            nullptr, Params,    nullptr,    false};
      if (beforeLaunch(Request) != CUDA_SUCCESS)
        std::abort();
    }
  });
}

/// The same of copies and fills.
int transfers(int Count) {
  return countAllocations([&] {
    for (int I = 0; I < Count; ++I)
      for (auto Kind : {Transfer::Copy, Transfer::Fill}) {
        const Transfer T{Kind, 16, true, nullptr, false};
        countTransfer(T, isRecorded(T), CUDA_SUCCESS);
      }
  });
}

int Failures = 0;

void expect(bool Ok, const char *What) {
  if (Ok)
    return;
  std::printf("failed: %s\n", What);
  ++Failures;
}

} // namespace

int main() {
  setenv("REPRISE_MODE", "observe", 1);
  publish();
  addAllocation(Home, 4096, nullptr, Source::Device);
  addAllocation(Home + 0x10000, 0x10000, nullptr, Source::Device);
  // The count works, and the first launch of a thread makes its record.
  expect(launches(1, Home + 0x10000) > 0, "the first launch is counted");
  expect(launches(1000, Home + 0x10000) == 0, "launches that are decided");
  expect(launches(1000, Home + 0x10000) == 0, "launches that repeat");
  expect(get(currentThread()->Counts.Seen) == 2001, "all are seen");
  const KernelCounts *C = currentThread()->Counts.find(0);
  expect(C && get(C->Outcomes[0]) == 2001, "all are idempotent");
  expect(get(currentThread()->Counts.Hits) > 900, "the memo answers");
  expect(transfers(1000) == 0, "copies and fills");
  expect(get(currentThread()->Counts.Copies.Bytes) == 16000, "all are counted");
  if (Failures == 0)
    std::puts("ok");
  return Failures != 0;
}
