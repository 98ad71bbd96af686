//===- Graph.h - Graphs ---------------------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A graph holds operations and which follows which. An executable graph is a
// copy of it; each launch puts its operations into the scheduler, behind what
// the stream did before, and what the stream does next goes behind all of them.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_DRIVER_GRAPH_H
#define REPRISE_TOOLS_DRIVER_GRAPH_H

#include "Operation.h"

namespace reprise::driver {

/// Stream goes behind what Event captured, and captures from now on too.
/// Driver::Lock is held.
CUresult joinCapture(CUstream_st &Stream, CUevent_st &Event);

} // namespace reprise::driver

#endif // REPRISE_TOOLS_DRIVER_GRAPH_H
