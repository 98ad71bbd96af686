//===- TwinTimes.h - Times of a launch and of its twin --------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Five launches take turns: the original, the original again (what differs
// there is noise), the twin that knows no map of blocks, the other one without
// a map and with one. Launches that are idempotent follow each other until they
// take long enough to be measured; for others, memory is as before the first
// run each time.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_BENCHMARK_GPU_TWINS_TWINTIMES_H
#define REPRISE_TEST_BENCHMARK_GPU_TWINS_TWINTIMES_H

#include "DeviceHost.h"

#include <array>

namespace reprise::twins {

/// What memory is after the twin's run, compared with the original's.
enum class Outcome : uint8_t {
  Same,
  Order,    ///< Runs of the original differ too.
  Different ///< A fault of the twin.
};

struct TwinTimes {
  Outcome Memory = Outcome::Same;
  std::string Problem; ///< Of Outcome::Different.
  // Microseconds of one launch, medians.
  double Original = 0, Again = 0, Mapless = 0, Twin = 0, Mapped = 0;
  unsigned Repeats = 0; ///< Measurements of each.
  unsigned InARow = 0;  ///< Launches in a measurement.
  int Registers = 0, MaplessRegisters = 0, TwinRegisters = 0;
};

/// A kernel and its twins; Mapless is Twin where there is no other.
struct KernelCode {
  CUfunction Kernel = nullptr, Mapless = nullptr, Twin = nullptr;
};

struct TimeOptions {
  unsigned Repeats = 25;
  unsigned WarmUps = 3;
  bool InARow = true; ///< false: each launch is measured alone.
};

class LaunchTimer {
public:
  explicit LaunchTimer(Gpu &G);

  /// Runs L, Kernel's launch, once.
  void run(const suites::HostLaunch &L, CUfunction Kernel);
  /// Compares and measures. Memory of D is as before L, and is so afterwards.
  /// Throws GpuError.
  TwinTimes measure(DeviceHost &D, const suites::HostLaunch &L,
                    const KernelCode &Code, const TimeOptions &Options);

private:
  enum Way : uint8_t { First, Second, Mapless, Plain, Mapped };
  struct Case {
    const suites::HostLaunch &L;
    KernelCode Code;
  };
  void launch(const Case &C, Way W, unsigned Index);
  std::string compare(DeviceHost &D, const Case &C, Outcome &Result);
  double measureOnce(DeviceHost &D, const Case &C, Way W, unsigned InARow);
  void prepare(const Case &C);

  Gpu &G;
  CUfunction Delay = nullptr;
  CUevent Start = nullptr, End = nullptr;
  CUdeviceptr Words = 0; ///< Request and Left, on lines of their own.
  CUdeviceptr Maps = 0;
  uint64_t MapBytes = 0, MapRoom = 0; ///< Of one map, and of all.
};

} // namespace reprise::twins

#endif // REPRISE_TEST_BENCHMARK_GPU_TWINS_TWINTIMES_H
