//===- Graph.cpp - Graphs -------------------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Graph.h"
#include "Driver.h"

namespace reprise::driver {

CUresult capture(Driver &, CUstream_st &, Operation) {
  return refuse("a stream's capture");
}

CUresult joinCapture(CUstream_st &, CUevent_st &) {
  return refuse("a stream's capture");
}

} // namespace reprise::driver

struct CUgraph_st {};
struct CUgraphNode_st {};
struct CUgraphExec_st {};
