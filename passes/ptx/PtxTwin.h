//===- PtxTwin.h - Twins of entries, as PTX -------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The twin of CheckpointTwin.h, written as text:
//
//   .entry __reprise_twin_k ( params of k, .param .align 8 .b8 control[40] )
//   directives of k
//   {
//     entry    done already? asked to leave?
//     { body of k: labels with names of their own, `ret` and `exit` become
//       branches to the end, sites of the plan }
//     end      count the threads that ended; the last one marks the block
//     leave    *Left = 1
//   }
//
// A second one, __reprise_twin_mapless_k, knows of no map: it asks and leaves,
// and has nothing at its end.
//
// Nothing of the body is generated anew, so the twin computes what the kernel
// computes, whatever the lifter makes of an instruction.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_PASSES_PTX_PTXTWIN_H
#define REPRISE_PASSES_PTX_PTXTWIN_H

#include "EntryText.h"
#include "PtxPlan.h"

namespace reprise::ptx {

/// The twin's text. P has no refusal; it gets one, and the text is empty, where
/// the entry's text has a form that cannot be copied. Text is what the syntax
/// was parsed from. A twin that is not to have a map takes no notice of
/// Control::Done.
/// Thread safety: no shared state.
std::string writeTwin(StringRef Text, const LineTable &Lines, PtxPlan &P,
                      const PlanOptions &Options, bool WithMap);

} // namespace reprise::ptx

#endif // REPRISE_PASSES_PTX_PTXTWIN_H
