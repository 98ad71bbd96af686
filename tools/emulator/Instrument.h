//===- Instrument.h - Checks, records and counts in a kernel's code -------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Before each access of memory:
//
//     offset = address - cache.Low
//     if (rotate_right(offset, log2 alignment) >= cache.Count)     goto slow
//     if (traced && bytes at address + cache.ShadowDelta not final) goto slow
//   slow: rt_read(site, address)          // or rt_write, rt_atomic, rt_check
//
// Accesses of a local variable at a known place need nothing; at a computed
// one they are compared with the variable's size. In each basic block its
// instructions are added to JitState::Count; loops compare it with the limit.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_EMULATOR_INSTRUMENT_H
#define REPRISE_TOOLS_EMULATOR_INSTRUMENT_H

#include "Runtime.h"

#include "llvm/IR/Module.h"

#include <functional>
#include <vector>

namespace reprise::emulator {

struct InstrumentOptions {
  bool Traced = false;
  /// Accesses need the alignment of their width, whatever the code claims.
  bool NaturalAlignment = false;
  uint64_t State = 0; ///< Address of the JitState.
  /// Makes room for so many SiteCaches and gives its address.
  std::function<uint64_t(size_t)> AllocateSites;
};

/// Changes all functions of M; the result is indexed by site.
std::vector<SiteInfo> instrument(llvm::Module &M,
                                 const InstrumentOptions &Options);

} // namespace reprise::emulator

#endif // REPRISE_TOOLS_EMULATOR_INSTRUMENT_H
