//===- Suite.h - Kernels with the launches that their host code makes -----===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A benchmark of a suite is one file, test/SUITE/NAME.cu, that is compiled
// twice: as CUDA for what is analysed and executed, and as C++ for the table of
// launches.
//
//   #include "Suite.h"
//
//   struct Params { int N; float Alpha; };       // for both
//
//   #if SUITE_DEVICE
//   __global__ void scale(float *Out, const float *In, Params P) { ... }
//   #else
//   static void launches(Host &H) {
//     int N = H.size(1 << 20, 300);
//     auto *In = H.buffer<float>("In", N, [](size_t I) { return I * 0.5f; });
//     auto *Out = H.buffer<float>("Out", N);
//     H.launch("scale", (N + 255) / 256, 256, Out, In, Params{N, 2.0f})
//         .is(Idempotent).times(100);
//   }
//   SUITE(rodinia, scale)
//   #endif
//
// All tables are linked into one program: the types of two files must not have
// the same name.
//
// What .is() says is the truth about the launch, found by hand: does some
// thread read a byte live-in that some thread writes (docs/semantics.md)? The
// oracle confirms it on the small sizes.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_SUITES_SUITE_H
#define REPRISE_TEST_SUITES_SUITE_H

#ifdef __CUDACC__
#define SUITE_DEVICE 1
#else
#define SUITE_DEVICE 0

#include "Host.h"
#include "HostTypes.h"

using namespace reprise::suites;

/// Makes launches() of this file the table of test/SUITE_NAME/NAME.cu.
#define SUITE(SuiteName, Name)                                                 \
  static const reprise::suites::Registration Registered(#SuiteName, #Name,     \
                                                        launches);

#endif

#endif // REPRISE_TEST_SUITES_SUITE_H
