//===- Checker.h - Launches of one kernel, through the C interface --------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_SUITES_CHECKER_H
#define REPRISE_TEST_SUITES_CHECKER_H

#include "Host.h"
#include "Model.h"
#include "reprise/reprise.h"

#include "emulator/Emulator.h"

#include "llvm/Support/Error.h"

#include <memory>
#include <vector>

namespace reprise::suites {

/// Thread safety: none.
class Checker {
public:
  /// Symbols are the variables of K's module and where they are.
  static llvm::Expected<std::unique_ptr<Checker>>
  create(const Kernel &K, llvm::ArrayRef<emulator::Symbol> Symbols);
  ~Checker();
  Checker(const Checker &) = delete;
  Checker &operator=(const Checker &) = delete;

  /// The argument block. The error says which argument does not fit.
  llvm::Expected<std::vector<uint8_t>> pack(const HostLaunch &L) const;

  /// The verdict on L with the argument block Block.
  llvm::Expected<reprise_result> check(const HostLaunch &L,
                                       const std::vector<uint8_t> &Block);
  /// Nanoseconds of one check without memo, the least of several tries.
  double time(const HostLaunch &L, const std::vector<uint8_t> &Block);

  /// "read in[4i] at line 12" for an index from a result.
  std::string describe(uint32_t Access) const;

private:
  Checker() = default;
  reprise_launch launch(const HostLaunch &L, const std::vector<uint8_t> &Block);

  std::vector<reprise_symbol> Symbols;
  std::vector<std::string> SymbolNames;
  reprise_db *Db = nullptr;
  const reprise_kernel *Handle = nullptr;
  /// Of the last launch; most have the same.
  std::shared_ptr<const std::vector<DeviceRange>> Known;
  std::shared_ptr<const std::vector<LinearTexture>> KnownTextures;
  std::shared_ptr<const std::vector<SymbolContent>> KnownContents;
  reprise_allocations *Allocations = nullptr;
};

} // namespace reprise::suites

#endif // REPRISE_TEST_SUITES_CHECKER_H
