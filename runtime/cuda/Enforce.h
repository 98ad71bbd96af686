//===- Enforce.h - What happens to a launch that is not idempotent ------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_CUDA_ENFORCE_H
#define REPRISE_CUDA_ENFORCE_H

#include "Launch.h"

namespace reprise::cuda {

/// Has the program set one (reprise_interposer.h)?
bool hasCallback() noexcept;

/// Asks the callback, else the policy. CUDA_SUCCESS: go on.
CUresult enforce(const KernelInfo &Info, const reprise_launch &Launch,
                 const LaunchRequest &Request, const Decision &D);

} // namespace reprise::cuda

#endif // REPRISE_CUDA_ENFORCE_H
