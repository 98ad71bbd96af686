//===- CheckpointTwin.h - Kernels that can be left ------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   __global__ void k(A a)          stays as it is, to the last byte
//   __global__ void __reprise_twin_k(A a, Control c)
//
//   entry    if c.Done has this block's bit: return
//   ...      the kernel until its first effect
//            leave, if *c.Request asks: for itself, or all that decide together
//   ...      the kernel, with the sites of its plan
//   leave    *c.Left = 1, unless it is; return
//   return   c.Done: count the threads that ended; the last one sets the bit
//
// A block with a map decides before the kernel, unless EntryPlace.h has found a
// barrier for it. A second twin, __reprise_twin_mapless_k, knows of no map.
//
// Threads that end do not wait for each other, so a kernel in which some return
// early and others go on through barriers works as before. The last one to be
// counted is behind the stores of all, by the fence that each of them makes.
//
// A twin has its own copies of functions and of shared variables: what ptxas
// makes of the kernel must not depend on there being a second user of them.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_PASSES_CHECKPOINTTWIN_H
#define REPRISE_PASSES_CHECKPOINTTWIN_H

#include "CheckpointPlan.h"

#include "llvm/IR/Module.h"

#include <functional>
#include <vector>

namespace reprise {

/// A kernel's plan and, unless it refuses, its twin in the same module.
struct Twin {
  CheckpointPlan Plan; ///< Its sites no longer point anywhere.
  llvm::Function *Code = nullptr;
  /// The name of a second one, for launches without a map of blocks, which has
  /// nothing at its end. Empty: there is none.
  std::string Mapless;
  uint32_t ControlOffset = 0; ///< Of the Control in the argument block.
  uint32_t ControlBytes = 24; ///< Of Control or SpreadControl.
};

/// Tells whether LLVM's code generator takes a function for a kernel.
using KernelTest = std::function<bool(llvm::Function &)>;

/// Adds twins of all kernels to the device module M, in the order of
/// definition. Nothing that M has is changed. To be run when M is optimised.
///
/// The code generator keeps what it once read of a function's annotations under
/// the function's address, also when the function is gone: a new one that gets
/// its memory would be no kernel. Where IsKernel is given, a twin is made
/// elsewhere until it is one. Who generates no code needs none.
std::vector<Twin> addTwins(llvm::Module &M, const PlanOptions &Options = {},
                           const KernelTest &IsKernel = nullptr);

/// Makes a copy of Kernel in its module for planning or as a twin: with one
/// more parameter for the Control, or the SpreadControl, its callees inlined,
/// its loops in simplified form. Name must be free.
llvm::Function *copyKernel(llvm::Function &Kernel, const llvm::Twine &Name,
                           const KernelTest &IsKernel = nullptr,
                           bool Spread = false);

/// Takes F out of the module's annotations.
void dropAnnotations(llvm::Function &F);

/// Takes F, which copyKernel made, and its variables out of the module again.
void removeCopy(llvm::Function &F);

/// Rewrites F, a copy that copyKernel made, by a plan for it that does not
/// refuse.
void applyPlan(llvm::Function &F, const CheckpointPlan &Plan, bool WithMap,
               bool Spread = false);

} // namespace reprise

#endif // REPRISE_PASSES_CHECKPOINTTWIN_H
