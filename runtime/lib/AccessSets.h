//===- AccessSets.h - Which bytes does an access touch? -------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Evaluates accesses to sets of bytes. A group (same base, domain, strides and
// width) is evaluated once, relative to the constant of the offset.
//
//   not executed                          Empty
//   root unknown; Top without A1          Any
//   Top                                   the allocation that holds Base (A1),
//                                         or the symbol
//   offset form                           Base + Offset, Width bytes each
//   through a handle                      what it is bound to; of an array
//                                         Opaque: a number tells which
//   overflow, failed check                Unknown, with the reason, where the
//                                         values that fail are really taken;
//                                         else as Top, with the reason
//   null base, no allocation known,
//   handle not bound                      Unknown, with the reason
//
// A symbol whose address is not known is a space of its own; its addresses are
// offsets.
//
// Soundness: a Set holds at least the bytes really touched; Exact claims the
// converse. Thread safety: as Frame.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_RUNTIME_ACCESSSETS_H
#define REPRISE_RUNTIME_ACCESSSETS_H

#include "Frame.h"

namespace reprise {

/// Evaluates group \p Index on its first use.
const GroupState &groupState(Frame &F, uint32_t Index);

/// The bytes [\p Lo, \p Hi] around shape \p Index at \p Address, with the
/// constants [\p Consts, \p ConstsEnd) of Program::GroupConsts. The shape's
/// vars are Set. False where accesses with them may be evaluated to something
/// else than the form's addresses.
bool shapeHull(Frame &F, uint32_t Index, uint64_t Address, uint32_t Consts,
               uint32_t ConstsEnd, uint64_t &Lo, uint64_t &Hi);

/// Evaluates access \p Index, which some pair uses, on its first use.
const AccessState &accessState(Frame &F, uint32_t Index);

} // namespace reprise

#endif // REPRISE_RUNTIME_ACCESSSETS_H
