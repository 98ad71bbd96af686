//===- Launch.h - Kernel launches, described ------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_DRIVER_LAUNCH_H
#define REPRISE_TOOLS_DRIVER_LAUNCH_H

#include "Operation.h"

namespace reprise::driver {

/// Completes Launch, whose shape is given, with the function and its arguments,
/// and makes the kernel ready. Driver::Lock is not held.
CUresult describe(Driver &D, const ContextRef &Context, CUfunction Handle,
                  void **Arguments, void **Extra, KernelLaunch &Launch);

} // namespace reprise::driver

#endif // REPRISE_TOOLS_DRIVER_LAUNCH_H
