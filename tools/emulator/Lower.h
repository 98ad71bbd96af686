//===- Lower.h - Device intrinsics as host code ---------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   special registers   loads from the thread's context
//   barriers, warps     calls of the runtime
//   atomics, ldg        LLVM's instructions
//   calls by pointers   switches over the functions
//   arithmetic          LLVM's instructions where they mean the same, guarded
//                       where the host traps (division) or differs (shifts)
//
// What has no lowering stays as it is; findRefusals names it. A pass over the
// optimised code asks, so that code which can never run refuses nothing.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_EMULATOR_LOWER_H
#define REPRISE_TOOLS_EMULATOR_LOWER_H

#include "Extract.h"
#include "Runtime.h"

#include "llvm/IR/IRBuilder.h"

#include <string>
#include <vector>

namespace reprise::emulator {

/// Lowers everything that can be. State is the address of the JitState. Returns
/// the bytes of static shared memory; dynamic shared memory begins there.
uint32_t lowerKernel(ExtractedKernel &K, uint64_t State);

/// Metadata of what unpacks arguments.
inline constexpr char UnpackingKind[] = "rt-unpacking";

/// Adds `void rt_entry(ptr Params)`, which unpacks the argument block.
void addEntry(ExtractedKernel &K);

/// Each construct in M that the emulator cannot execute, once: "calls foo at
/// file.cu:3:1".
std::vector<std::string> findRefusals(const llvm::Module &M);

/// "file.cu:12:3" or "".
std::string sourceOf(const llvm::Instruction &I);

//===----------------------------------------------------------------------===//
// Inside
//===----------------------------------------------------------------------===//

/// One call to lower; the builder stands before it.
struct Lowering {
  llvm::IRBuilder<> B;
  llvm::Module &M;
  llvm::CallInst *Call;
  uint64_t State;

  llvm::Value *arg(unsigned I) const { return Call->getArgOperand(I); }
  llvm::Value *runtime(llvm::StringRef Name, llvm::Type *Result,
                       llvm::ArrayRef<llvm::Value *> Arguments);
  llvm::Value *context(size_t Offset, llvm::Type *T);
  llvm::ConstantInt *number(uint64_t V) { return B.getInt32(V); }
  /// The call's result is V and the call goes.
  bool done(llvm::Value *V);
  bool done() { return done(nullptr); }
};

/// Makes switches of calls through pointers, and numbers of functions whose
/// address is taken.
void lowerIndirectCalls(ExtractedKernel &K, uint64_t State);
/// True when Call, through a pointer, may mean F.
bool mayCall(const llvm::CallBase &Call, const llvm::Function &F);

/// Divisions that the host traps on, shifts and conversions that it does
/// otherwise.
void guardArithmetic(llvm::Function &F);

bool lowerRegister(Lowering &L, llvm::StringRef Name); ///< "tid.x"
bool lowerBarrier(Lowering &L, llvm::StringRef Name);
bool lowerWarp(Lowering &L, llvm::StringRef Name);
bool lowerMemory(Lowering &L, llvm::StringRef Name);
bool lowerMath(Lowering &L, llvm::StringRef Name);
/// Calls that the PTX lifter made, less the prefix "reprise.ptx.".
bool lowerPtx(Lowering &L, llvm::StringRef Name);

/// "mma.sync. ..." and "ldmatrix. ..."
bool lowerMatrix(Lowering &L, llvm::StringRef Name);
/// "wmma. ...", as PTX and as LLVM spell it.
bool lowerWmma(Lowering &L, llvm::StringRef Name);
/// "tex.2d.v4.f32.f32 at line 5"
bool lowerTexture(Lowering &L, llvm::StringRef Name);

} // namespace reprise::emulator

#endif // REPRISE_TOOLS_EMULATOR_LOWER_H
