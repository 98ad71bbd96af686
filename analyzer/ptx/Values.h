//===- Values.h - Bodies for what the PTX lifter leaves opaque ------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The analysis learns nothing from floating point, so the lifter makes one call
// of what would be dozens of instructions:
//
//   %d = call i32 @reprise.ptx.value.fma.rz.ftz.f32(i32 %a, i32 %b, i32 %c)
//
// Whoever executes the IR gets the instructions here. The bodies use LLVM's
// arithmetic, its intrinsics for square roots and rounding, and, for the
// opcodes that PTX itself calls approximations (ex2.approx, sin.approx, ...),
// libm's result rounded to the type: within the error that PTX allows, not the
// same bits as a GPU.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_ANALYZER_PTX_VALUES_H
#define REPRISE_ANALYZER_PTX_VALUES_H

#include "llvm/IR/Module.h"

#include <string>
#include <vector>

namespace reprise::ptx {

/// Gives bodies to the declarations @reprise.ptx.value.* in M that only compute
/// a result from their arguments. Returns the names of those that stay without:
/// they need a warp, shared memory, a clock, or are not known. Bodies are
/// internal, and valid for every target.
/// Thread safety: as for M.
std::vector<std::string> defineValues(llvm::Module &M);

} // namespace reprise::ptx

#endif // REPRISE_ANALYZER_PTX_VALUES_H
