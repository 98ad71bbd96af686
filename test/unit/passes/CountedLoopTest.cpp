//===- CountedLoopTest.cpp - Loops that can run in slices -----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// All loops over numbers of 4 bits: every start, end and step, every comparison
// that goes in the step's direction.
//
//===----------------------------------------------------------------------===//

#include "CountedLoop.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/LLVMContext.h"

#include <gtest/gtest.h>

#include <memory>

using namespace llvm;
using reprise::CountedLoop;

namespace {

/// More than any loop runs that ends.
unsigned endless(unsigned Width) { return 1u << (Width + 1); }

struct Case {
  CmpInst::Predicate GoesOn;
  APInt Start, End, Step;
  unsigned width() const { return Start.getBitWidth(); }
  bool goesOn(const APInt &I, const APInt &Bound) const {
    return ICmpInst::compare(I, Bound, GoesOn);
  }
};

unsigned whole(const Case &C) {
  APInt I = C.Start;
  unsigned Runs = 0;
  do {
    I += C.Step;
    ++Runs;
  } while (Runs < endless(C.width()) && C.goesOn(I, C.End));
  return Runs;
}

/// The code that computes the ends of slices, of one comparison and size.
class SliceCode {
public:
  /// A null Step is an argument of the code.
  SliceCode(LLVMContext &Context, unsigned Width, CmpInst::Predicate P,
            uint32_t N, const APInt *Step) {
    Type *T = IntegerType::get(Context, Width);
    F.reset(Function::Create(
        FunctionType::get(Type::getVoidTy(Context), {T, T, T}, false),
        GlobalValue::ExternalLinkage));
    IRBuilder<> B(BasicBlock::Create(Context, "", F.get()));
    Loop.Test = cast<ICmpInst>(B.CreateICmp(P, F->getArg(0), F->getArg(1)));
    Loop.GoesOn = P;
    Loop.Step = Step ? cast<Value>(ConstantInt::get(T, *Step)) : F->getArg(2);
    Fits = Loop.fits(N);
    if (Fits)
      End = Loop.sliceEnd(B, F->getArg(0), N);
  }

  bool Fits = false;

  APInt end(const APInt &From, const Case &C) const {
    DenseMap<const Value *, APInt> Known;
    Known[F->getArg(0)] = From;
    Known[F->getArg(1)] = C.End;
    Known[F->getArg(2)] = C.Step;
    auto Get = [&](const Value *V) {
      auto *K = dyn_cast<ConstantInt>(V);
      return K ? K->getValue() : Known.at(V);
    };
    for (const Instruction &I : F->getEntryBlock()) {
      const Value *X = I.getOperand(0), *Y = I.getOperand(1);
      APInt &To = Known[&I];
      switch (I.getOpcode()) {
      case Instruction::Add:
        To = Get(X) + Get(Y);
        break;
      case Instruction::Sub:
        To = Get(X) - Get(Y);
        break;
      case Instruction::Mul:
        To = Get(X) * Get(Y);
        break;
      case Instruction::And:
        To = Get(X) & Get(Y);
        break;
      case Instruction::ICmp:
        To = APInt(1, ICmpInst::compare(Get(X), Get(Y),
                                        cast<ICmpInst>(I).getPredicate()));
        break;
      case Instruction::Select:
        To = Get(X).isOne() ? Get(Y) : Get(I.getOperand(2));
        break;
      default:
        ADD_FAILURE() << I.getOpcodeName();
      }
    }
    return Get(End);
  }

private:
  std::unique_ptr<Function> F;
  CountedLoop Loop;
  Value *End = nullptr;
};

/// Iterations in slices; Longest gets the most between two polls.
unsigned sliced(const Case &C, const SliceCode &Code, unsigned &Longest) {
  APInt I = C.Start, Slice = Code.end(I, C);
  unsigned Since = 0;
  for (unsigned Runs = 1;; ++Runs) {
    I += C.Step;
    Longest = std::max(Longest, ++Since);
    if (Runs >= endless(C.width()))
      return Runs;
    if (C.goesOn(I, Slice))
      continue;
    if (!C.goesOn(I, C.End))
      return Runs;
    Slice = Code.end(I, C);
    Since = 0;
  }
}

/// All starts and ends of numbers of 4 bits.
unsigned compareAll(const SliceCode &Code, CmpInst::Predicate P,
                    uint64_t Step) {
  constexpr unsigned Width = 4;
  unsigned Ended = 0;
  for (uint64_t Start = 0; Start < 1u << Width; ++Start)
    for (uint64_t End = 0; End < 1u << Width; ++End) {
      Case C{P, APInt(Width, Start), APInt(Width, End), APInt(Width, Step)};
      unsigned Expected = whole(C), Longest = 0;
      EXPECT_EQ(sliced(C, Code, Longest), Expected)
          << CmpInst::getPredicateName(P).str() << " from " << Start << " to "
          << End << " by " << Step;
      Ended += Expected < endless(Width);
    }
  return Ended;
}

constexpr CmpInst::Predicate Up[] = {CmpInst::ICMP_NE, CmpInst::ICMP_SLT,
                                     CmpInst::ICMP_SLE, CmpInst::ICMP_ULT,
                                     CmpInst::ICMP_ULE};
constexpr CmpInst::Predicate Down[] = {CmpInst::ICMP_NE, CmpInst::ICMP_SGT,
                                       CmpInst::ICMP_SGE, CmpInst::ICMP_UGT,
                                       CmpInst::ICMP_UGE};

} // namespace

TEST(CountedLoopTest, SlicesOfConstantSteps) {
  LLVMContext Context;
  unsigned Ended = 0;
  for (uint64_t Step = 1; Step < 16; ++Step) {
    APInt Number(4, Step);
    for (CmpInst::Predicate P : Number.isNegative() ? Down : Up)
      for (uint32_t N : {1u, 2u, 4u}) {
        SliceCode Code(Context, 4, P, N, &Number);
        if (Code.Fits)
          Ended += compareAll(Code, P, Step);
      }
  }
  EXPECT_GT(Ended, 5000u);
}

// Of which only the launch knows the sign.
TEST(CountedLoopTest, SlicesOfOtherSteps) {
  LLVMContext Context;
  unsigned Ended = 0;
  for (CmpInst::Predicate P : Up)
    for (uint32_t N : {1u, 2u, 4u}) {
      SliceCode Code(Context, 4, P, N, nullptr);
      ASSERT_TRUE(Code.Fits);
      for (uint64_t Step = 0; Step < 16; ++Step)
        Ended += compareAll(Code, P, Step);
    }
  EXPECT_GT(Ended, 5000u);
}

TEST(CountedLoopTest, SlicesEnd) {
  LLVMContext Context;
  for (bool Constant : {false, true}) {
    APInt One(8, 1);
    SliceCode Code(Context, 8, CmpInst::ICMP_SLT, 4, Constant ? &One : nullptr);
    unsigned Longest = 0;
    Case C{CmpInst::ICMP_SLT, APInt(8, 0), APInt(8, 100), One};
    EXPECT_EQ(sliced(C, Code, Longest), 100u);
    EXPECT_EQ(Longest, 4u);
  }
}

// More iterations than the counter can have are no slice.
TEST(CountedLoopTest, TooLongSlices) {
  LLVMContext Context;
  APInt Three(8, 3);
  EXPECT_TRUE(SliceCode(Context, 8, CmpInst::ICMP_SLT, 64, &Three).Fits);
  EXPECT_FALSE(SliceCode(Context, 8, CmpInst::ICMP_SLT, 100, &Three).Fits);
  EXPECT_FALSE(SliceCode(Context, 8, CmpInst::ICMP_SLT, 128, nullptr).Fits);
  EXPECT_FALSE(SliceCode(Context, 8, CmpInst::ICMP_SLT, 512, nullptr).Fits);
}
