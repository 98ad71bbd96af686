//===- Lift.h - PTX syntax to LLVM IR -------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Makes a device module of which the analysis reads the kernels as it reads
// those that clang made.
//
//   registers      integers of their width in allocas; SROA makes SSA of them
//   .global        address space 0, and so are generic addresses
//   .shared        address space 3     .const  4     .local  5
//   parameters     integers, or ptr where the code uses them as addresses; byte
//                  arrays are byval
//   integer ops    LLVM instructions with PTX's semantics (a shift by too much
//                  is clamped, not poison)
//   floats         LLVM's where they round to nearest and keep subnormals
//   warp, block    NVVM intrinsics where LLVM has one
//   all others     calls of external functions, named by the opcode
//
// The calls. <opcode> is the opcode with its modifiers, "fma.rz.ftz.f32"; a
// name that is taken for another shape gets "#2", "#3", ... behind it.
//
//   @reprise.ptx.value.<opcode>(operands)
//       touches no global memory. Values.h has bodies for those that only
//       compute; ldmatrix, mma, barriers, ... are left to who executes the IR.
//   @reprise.ptx.value.<special register>()
//   @reprise.ptx.value.undefined()   a register before it is written
//   @reprise.ptx.value.divisor.b<width>(d)   d, which may be 0: what divides by
//       this is an LLVM division, of which no pass may conclude that d is not 0
//   @reprise.ptx.value.unknown.<opcode>()   operands of an unknown form
//   @reprise.ptx.read.<bytes>.<opcode>(ptr, operands)   also write, atomic:
//       accesses what ptr points to; 0 bytes stand for the whole allocation
//   @reprise.ptx.texture.<opcode> at line <n>(operands)
//   @reprise.ptx.multimem.<opcode> at line <n>(operands)
//   @reprise.ptx.memory.<opcode> at line <n>()   may access anything
//   @reprise.ptx.value.mark.<line>.<column>()   stands before the instruction
//       at this place, if the caller wants that; no pass copies, moves or drops
//       it, so it tells where in the text a block comes from
//
// Operands are those of the instruction in order, without the results: vectors
// element by element, [a+4] as a pointer in the address space that the opcode
// names, registers as integers of their width, literals as integers of the
// instruction's type. The result is an integer, or a struct of them where the
// instruction writes several registers ({d, ...} or d|p; a sink _ counts).
//
// Sound for may-sets: what is not understood yields an unknown value, or an
// access to anything. A function that cannot be lifted, or parsed, is kept with
// one such access as its body.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_ANALYZER_PTX_LIFT_H
#define REPRISE_ANALYZER_PTX_LIFT_H

#include "Syntax.h"

#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace reprise::ptx {

/// Never null, always valid IR. Name tells where the text came from. Entries
/// that Wanted, if given, refuses are declarations without a body; instructions
/// of entries that Marked accepts get a mark.
/// Thread safety: one call at a time for each context; any number for one
/// Syntax.
std::unique_ptr<llvm::Module>
lift(const Module &Syntax, llvm::StringRef Name, llvm::LLVMContext &Context,
     const std::function<bool(const std::string &Entry)> &Wanted = {},
     const std::function<bool(const Instruction &I)> &Marked = {});

/// Bytes of an entry's argument block.
uint64_t parameterBytes(const Function &Entry);

/// The place of the instruction behind Call; none unless Call is a mark.
std::optional<Location> markedPlace(const llvm::Instruction &Call);

/// The opcodes that lift() gives a meaning to, sorted, without modifiers: an
/// opcode stands here if some of its forms are known.
std::vector<std::string> knownOpcodes();

} // namespace reprise::ptx

#endif // REPRISE_ANALYZER_PTX_LIFT_H
