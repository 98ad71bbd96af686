//===- Fallbacks.cpp - Every other function of cuda.h ---------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Weak definitions, which those of the other files replace (Generate.cpp).
//
//===----------------------------------------------------------------------===//

#include "Api.h"

#pragma clang diagnostic ignored "-Wdeprecated-declarations"
#pragma clang diagnostic ignored "-Wunused-parameter"

using reprise::driver::PerThreadStreams;
using reprise::driver::refuse;

#include "DriverFallbacks.inc"
