//===- Values.cpp - Bodies for what the PTX lifter leaves opaque ----------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Values.h"
#include "ValuesImpl.h"

#include "llvm/ADT/StringSwitch.h"

using namespace llvm;

namespace reprise::ptx {

static constexpr StringLiteral Prefix = "reprise.ptx.value.";

std::vector<std::string> defineValues(llvm::Module &M) {
  std::vector<std::string> Left;
  for (llvm::Function &F : M)
    if (F.isDeclaration() && F.getName().starts_with(Prefix) &&
        !F.use_empty() && !ValueBuilder(F).run())
      Left.push_back(F.getName().str());
  return Left;
}

ValueBuilder::ValueBuilder(llvm::Function &F) : F(F), B(F.getContext()) {
  // One opcode of several shapes has a number behind its name.
  StringRef Name = F.getName().drop_front(Prefix.size()).split('#').first;
  SmallVector<StringRef, 8> Words;
  Name.split(Words, '.');
  Opcode = Words[0];
  for (StringRef W : ArrayRef(Words).drop_front()) {
    Modifiers.push_back(W);
    if (auto T = typeNamed(W)) {
      TypeNames.push_back(W);
      Types.push_back(*T);
    }
  }
}

bool ValueBuilder::run() {
  if (!F.getReturnType()->isIntegerTy() ||
      !all_of(F.args(),
              [](const Argument &A) { return A.getType()->isIntegerTy(); }))
    return false;
  B.SetInsertPoint(BasicBlock::Create(F.getContext(), "", &F));
  Value *R = result();
  if (!R) {
    while (!F.empty())
      F.back().eraseFromParent();
    return false;
  }
  B.CreateRet(B.CreateZExtOrTrunc(R, F.getReturnType()));
  F.setLinkage(GlobalValue::InternalLinkage);
  return true;
}

Value *ValueBuilder::argument(unsigned N, unsigned Width) {
  if (N >= F.arg_size())
    return nullptr;
  return B.CreateZExtOrTrunc(F.getArg(N), B.getIntNTy(Width));
}

/// The N-th part, Width bits, of an integer.
Value *ValueBuilder::lane(Value *V, unsigned N, unsigned Width) {
  return B.CreateTrunc(B.CreateLShr(V, N * Width), B.getIntNTy(Width));
}

Rounding ValueBuilder::rounding() const {
  return has("rna")                ? Rounding::NearestAway
         : has("rz") || has("rzi") ? Rounding::Zero
         : has("rm") || has("rmi") ? Rounding::Down
         : has("rp") || has("rpi") ? Rounding::Up
                                   : Rounding::NearestEven;
}

Value *ValueBuilder::result() {
  if (Opcode == "fns")
    return findNthSet();
  if (Opcode == "divisor" && F.arg_size() == 1)
    return F.getArg(0);
  if (Opcode == "ftz" && Types.size() == 1) {
    llvm::Type *T = Types[0].Width == 64 ? B.getDoubleTy() : B.getFloatTy();
    Value *V = flush(B.CreateBitCast(argument(0, Types[0].Width), T));
    return B.CreateBitCast(V, B.getIntNTy(Types[0].Width));
  }
  if (Opcode == "cvt")
    return Types.empty() ? nullptr : has("pack") ? pack() : convert();
  if (Opcode == "setp")
    return compareSmall();
  return arithmetic();
}

/// fns.b32 d, mask, base, offset: the place of the offset-th set bit, counted
/// upwards from base, or downwards for negative offsets; offset 0 asks whether
/// the bit at base is set. All ones where there is no such bit.
Value *ValueBuilder::findNthSet() {
  Value *Mask = argument(0, 32), *Base = argument(1, 32),
        *Offset = argument(2, 32);
  if (!Mask || !Base || !Offset)
    return nullptr;
  BasicBlock *Start = B.GetInsertBlock();
  auto Block = [&] { return BasicBlock::Create(F.getContext(), "", &F); };
  BasicBlock *Loop = Block(), *Body = Block(), *Next = Block(), *End = Block();
  llvm::Type *I32 = B.getInt32Ty();
  Value *Down = B.CreateICmpSLT(Offset, constant(32, 0));
  Value *Step = B.CreateSelect(Down, constant(32, ~0u), constant(32, 1));
  Value *Here = B.CreateIsNull(Offset);
  Value *Wanted = B.CreateSelect(
      Here, constant(32, 1), B.CreateSelect(Down, B.CreateNeg(Offset), Offset));
  B.CreateBr(Loop);
  B.SetInsertPoint(Loop);
  PHINode *At = B.CreatePHI(I32, 2), *Found = B.CreatePHI(I32, 2);
  At->addIncoming(Base, Start);
  Found->addIncoming(constant(32, 0), Start);
  // Outside of the word there is nothing more to find.
  B.CreateCondBr(B.CreateICmpULT(At, constant(32, 32)), Body, End);
  B.SetInsertPoint(Body);
  Value *Bit = B.CreateAnd(B.CreateLShr(Mask, At), constant(32, 1));
  Value *Count = B.CreateAdd(Found, Bit);
  Value *Hit =
      B.CreateAnd(B.CreateIsNotNull(Bit), B.CreateICmpEQ(Count, Wanted));
  B.CreateCondBr(Hit, End, Next);
  B.SetInsertPoint(Next);
  // With offset 0 only the bit at base counts.
  Value *To = B.CreateSelect(Here, constant(32, 32), B.CreateAdd(At, Step));
  At->addIncoming(To, Next);
  Found->addIncoming(Count, Next);
  B.CreateBr(Loop);
  B.SetInsertPoint(End);
  PHINode *R = B.CreatePHI(I32, 2);
  R->addIncoming(constant(32, ~0u), Loop);
  R->addIncoming(At, Body);
  return R;
}

} // namespace reprise::ptx
