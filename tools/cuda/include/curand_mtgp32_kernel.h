//===- curand_mtgp32_kernel.h - Stands in where cuRAND is not installed ---===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Clang 19 includes this header in front of every CUDA source, only to
// redeclare the launch variables that it mentions. cuRAND is a package of its
// own, so a toolkit may lack it: NVIDIA's wheels do. This folder is searched
// with -idirafter, so that a toolkit's own header is always found first. Code
// that uses cuRAND includes curand_kernel.h and still fails without cuRAND.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_CUDA_CURAND_MTGP32_KERNEL_H
#define REPRISE_CUDA_CURAND_MTGP32_KERNEL_H
#endif
