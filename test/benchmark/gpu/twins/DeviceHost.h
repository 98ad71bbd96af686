//===- DeviceHost.h - A benchmark's memory on the GPU ---------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A table of launches runs twice: once to see how large its buffers are, and
// once with the addresses of device memory of that size, so that pointers in
// arguments, structs and buffers need no translation.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_BENCHMARK_GPU_TWINS_DEVICEHOST_H
#define REPRISE_TEST_BENCHMARK_GPU_TWINS_DEVICEHOST_H

#include "Gpu.h"
#include "Host.h"
#include "PtxNames.h"

#include <memory>
#include <optional>

namespace reprise::twins {

class DeviceHost {
public:
  /// Loads Ptx, with Names, and gives the buffers of B's table their contents.
  /// Throws GpuError.
  DeviceHost(Gpu &G, const suites::Benchmark &B, suites::Scale S,
             const std::string &Ptx, const PtxNames &Names);

  const suites::Host &host() const { return *Table; }
  /// Does what the host does between launches.
  void carryOut(const suites::MemoryStep &M);
  /// Null if the image has none of this name.
  CUfunction function(const std::string &Mangled) const;

  /// Keeps what buffers and variables hold now; restore() puts it back, without
  /// waiting for the device.
  void keep();
  void restore();
  /// What buffers alive at L and all variables hold.
  std::vector<uint8_t> content(const suites::HostLaunch &L) const;

private:
  struct Range {
    CUdeviceptr Address = 0;
    uint64_t Bytes = 0;
    CUdeviceptr Copy = 0; ///< Memory of the same size, or 0.
  };
  uint64_t texture(const suites::LinearTexture &T,
                   std::span<const uint8_t> Content);
  CUarray array(const suites::LinearTexture &T, CUarray_format Format,
                std::span<const uint8_t> Content);

  Gpu &G;
  CUmodule Module = nullptr;
  std::optional<suites::Host> Table;
  Range Buffers;
  std::vector<Range> Variables;
};

} // namespace reprise::twins

#endif // REPRISE_TEST_BENCHMARK_GPU_TWINS_DEVICEHOST_H
