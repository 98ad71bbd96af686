//===- Normalize.h - The form of device code that the analysis reads ------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Works on a clone; the user's module is never changed.
//
//   0. Copy, through bitcode, into a context of its own.
//   1. Strip what is a claim and no evidence: noalias, readonly, ranges, TBAA,
//      assumptions, and every no-wrap or in-bounds flag (design, section 4).
//   2. Inline all device functions into the kernels.
//   3. Promote memory to registers.
//   4. Pin the accesses that remain (mark them volatile), so that none of the
//      clean-ups below removes an access that the real program performs.
//   5. Drop what pinned stores write, unless they may change a variable on the
//      stack: a summary has the addresses of stores alone.
//   6. Simplify: address spaces, instructions, control flow, loop form.
//   Divisors
//      of PTX, which may be 0, stay hidden from these passes.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_ANALYZER_NORMALIZE_H
#define REPRISE_ANALYZER_NORMALIZE_H

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"

namespace reprise {

/// Marks atomics that are repeatable (OrderDependence.h) and whose result is
/// unused in the program itself, not only after passes.
inline constexpr char ResultUnused[] = "reprise.result.unused";

/// What the source called a kernel's parameters, and whether it has metadata
/// of its own; read before normalisation loses it.
struct KernelEntry {
  std::string Name; ///< Mangled.
  std::vector<std::string> ParamNames;
  /// For each parameter, from debug information: the members of a struct, by
  /// byte offset, as ".ld" or ".in[1]".
  std::vector<std::map<uint32_t, std::string>> Members;
  unsigned ReqNTid[3] = {0, 0, 0};
};

/// Kernels of a device module in the order of their definition. A kernel is a
/// function with the PTX kernel calling convention or an nvvm.annotations
/// entry that says so.
std::vector<KernelEntry> findKernels(const llvm::Module &M);

/// A module with the context that it lives in.
struct OwnedModule {
  std::unique_ptr<llvm::LLVMContext> Context;
  std::unique_ptr<llvm::Module> M; ///< Destroyed before its context.
};

/// A normalised copy of M that holds only Kernels and what they still call. It
/// has a context of its own, so that remarks and diagnostics of the passes
/// that make it do not mix with those of the user's compilation.
/// Thread safety: reads M.
OwnedModule normalizedClone(const llvm::Module &M,
                            const std::vector<KernelEntry> &Kernels);

/// Steps 1 to 6 on M itself.
void normalize(llvm::Module &M, const std::vector<KernelEntry> &Kernels);

} // namespace reprise

#endif // REPRISE_ANALYZER_NORMALIZE_H
