//===- texture_fetch_functions.h - Stands in for a removed CUDA header ----===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Clang 19 includes this header in front of every CUDA source. CUDA 11 and 12
// have it; CUDA 13 removed it together with the texture references it served.
// This folder is searched with -idirafter, so that a toolkit's own header is
// always found first.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_CUDA_TEXTURE_FETCH_FUNCTIONS_H
#define REPRISE_CUDA_TEXTURE_FETCH_FUNCTIONS_H
#endif
