//===- InlinePtx.h - Inline assembly as functions -------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `asm("add.u32 %0, %1, 1;" : "=r"(d) : "r"(a))` becomes a call of a function
// that is made of
//
//   .func (.param .b32 r0) f(.param .b32 p1) {
//     .reg .b32 %reprise0; .reg .b32 %reprise1;
//     ld.param.b32 %reprise1, [p1];
//     add.u32 %reprise0, %reprise1, 1;
//     st.param.b32 [r0], %reprise0;
//     ret;
//   }
//
// by the PTX front end, so that inline assembly and PTX have one meaning.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_EMULATOR_INLINEPTX_H
#define REPRISE_TOOLS_EMULATOR_INLINEPTX_H

#include "llvm/IR/Module.h"

namespace reprise::emulator {

/// Replaces the inline assembly in M. What has operands of a kind that PTX's
/// registers do not hold stays; findRefusals names it.
void liftInlineAssembly(llvm::Module &M);

} // namespace reprise::emulator

#endif // REPRISE_TOOLS_EMULATOR_INLINEPTX_H
