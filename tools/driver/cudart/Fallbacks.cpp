//===- Fallbacks.cpp - Every other function of the runtime ----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Weak definitions, which those of the other files replace (../Generate.cpp).
//
//===----------------------------------------------------------------------===//

#define __CUDA_API_VERSION_INTERNAL
#include "Runtime.h"

#pragma clang diagnostic ignored "-Wdeprecated-declarations"
#pragma clang diagnostic ignored "-Wunused-parameter"

#define EMULATED_WEAK __attribute__((weak, visibility("default")))

using reprise::cudart::PerThreadStreams;
using reprise::cudart::refuse;

#include RUNTIME_FALLBACKS
