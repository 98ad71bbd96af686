//===- LiftVideo.cpp - Video instructions of PTX as IR --------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   vadd.s32.u32.s32.sat.max  d, a.b0, b.h1, c     one operation on parts
//   vadd.s32.u32.s32          d.h1, a, b, c        result put into a part of c
//   vadd4.u32.u32.u32.sat     d.b310, a.b3210, b.b7654, c   four lanes
//
// Everything is computed in 128 bits, which hold every intermediate result, and
// then clamped or cut.
//
// For some scalar forms ptxas makes code that does not do what the manual says:
// .sat, .min and .max behind the operation, results put into .h1, and a vmad
// that shifts. These stay opaque, which is right for both.
//
//===----------------------------------------------------------------------===//

#include "LiftImpl.h"

#include "llvm/ADT/StringSwitch.h"

using namespace llvm;

namespace reprise::ptx {

static constexpr unsigned Wide = 128;

namespace {
/// b2 is {16, 8}, h1 is {16, 16}, no selection {0, 32}.
struct Part {
  unsigned Shift = 0, Width = 32;
};
} // namespace

static Part partOf(const Operand &O) {
  if (O.Suffix.size() != 2)
    return {};
  unsigned N = static_cast<unsigned>(O.Suffix[1] - '0');
  if (O.Suffix[0] == 'b' && N < 4)
    return {8 * N, 8};
  if (O.Suffix[0] == 'h' && N < 2)
    return {16 * N, 16};
  return {};
}

static Operand whole(Operand O) {
  O.Suffix = {};
  return O;
}

Value *FunctionLifter::videoOperand(const Operand &O, bool Signed) {
  Value *V = read(whole(O), 32);
  if (!V)
    return nullptr;
  Part P = partOf(O);
  V = B.CreateTrunc(B.CreateLShr(V, P.Shift), intType(P.Width));
  return resize(V, Wide, Signed);
}

/// V, of which the low Width bits are wanted, clamped to what they can hold.
static Value *clampTo(IRBuilder<> &B, Value *V, unsigned Width, bool Signed) {
  llvm::Type *T = V->getType();
  APInt Lo =
      Signed ? APInt::getSignedMinValue(Width).sext(Wide) : APInt(Wide, 0);
  APInt Hi = Signed ? APInt::getSignedMaxValue(Width).sext(Wide)
                    : APInt::getMaxValue(Width).zext(Wide);
  V = B.CreateBinaryIntrinsic(Intrinsic::smax, V, ConstantInt::get(T, Lo));
  return B.CreateBinaryIntrinsic(Intrinsic::smin, V, ConstantInt::get(T, Hi));
}

static CmpInst::Predicate comparisonOf(const Instruction &I) {
  using P = CmpInst::Predicate;
  for (StringRef M : I.Modifiers) {
    auto Found = StringSwitch<P>(M)
                     .Case("eq", CmpInst::ICMP_EQ)
                     .Case("ne", CmpInst::ICMP_NE)
                     .Case("lt", CmpInst::ICMP_SLT)
                     .Case("le", CmpInst::ICMP_SLE)
                     .Case("gt", CmpInst::ICMP_SGT)
                     .Case("ge", CmpInst::ICMP_SGE)
                     .Default(CmpInst::BAD_ICMP_PREDICATE);
    if (Found != CmpInst::BAD_ICMP_PREDICATE)
      return Found;
  }
  return CmpInst::BAD_ICMP_PREDICATE;
}

/// What the opcode, without the number of lanes, makes of two numbers.
static Value *operation(IRBuilder<> &B, const Instruction &I, StringRef Op,
                        Value *X, Value *Y) {
  if (Op == "vadd")
    return B.CreateAdd(X, Y);
  if (Op == "vsub")
    return B.CreateSub(X, Y);
  if (Op == "vmin")
    return B.CreateBinaryIntrinsic(Intrinsic::smin, X, Y);
  if (Op == "vmax")
    return B.CreateBinaryIntrinsic(Intrinsic::smax, X, Y);
  if (Op == "vabsdiff")
    return B.CreateBinaryIntrinsic(Intrinsic::abs, B.CreateSub(X, Y),
                                   B.getFalse());
  if (Op == "vavrg") { // Half of the sum, halves away from zero.
    Value *Sum = B.CreateAdd(X, Y);
    Value *Up = B.CreateICmpSGE(Sum, ConstantInt::get(Sum->getType(), 0));
    return B.CreateAShr(B.CreateAdd(Sum, B.CreateZExt(Up, Sum->getType())), 1);
  }
  if (Op == "vset")
    if (auto P = comparisonOf(I); P != CmpInst::BAD_ICMP_PREDICATE)
      return B.CreateZExt(B.CreateICmp(P, X, Y), X->getType());
  return nullptr;
}

/// R, with c added, or put into a part of c.
bool FunctionLifter::videoResult(const Instruction &I, Value *R) {
  ArrayRef<Operand> O = I.Operands;
  Part To = partOf(O[0]);
  R = B.CreateTrunc(R, intType(32));
  if (O.size() < 4)
    return write(whole(O[0]), R);
  Value *Third = read(whole(O[3]), 32);
  if (!Third)
    return false;
  if (To.Width == 32)
    return write(whole(O[0]), B.CreateAdd(R, Third));
  uint64_t Mask = maskTrailingOnes<uint64_t>(To.Width) << To.Shift;
  R = B.CreateOr(B.CreateAnd(B.CreateShl(R, To.Shift), constant(32, Mask)),
                 B.CreateAnd(Third, constant(32, ~Mask & 0xffffffff)));
  return write(whole(O[0]), R);
}

/// True for the forms whose meaning is in doubt, see above.
static bool isDoubtful(const Instruction &I) {
  StringRef Last = I.Modifiers.empty() ? StringRef() : I.Modifiers.back();
  return I.has("sat") || Last == "min" || Last == "max" ||
         I.Operands[0].Suffix == "h1" || I.has("shr7") || I.has("shr15");
}

bool FunctionLifter::video(const Instruction &I) {
  ArrayRef<Operand> O = I.Operands;
  StringRef Op = I.Opcode;
  if (Op.ends_with("2") || Op.ends_with("4"))
    return videoLanes(I, static_cast<unsigned>(Op.back() - '0'));
  bool Set = Op == "vset";
  if (O.size() < 3 || O.size() > 4 || Types.size() != (Set ? 2u : 3u) ||
      isDoubtful(I))
    return false;
  Value *X = videoOperand(O[1], Types[Set ? 0 : 1].isSigned());
  Value *Y = videoOperand(O[2], Types[Set ? 1 : 2].isSigned());
  if (!X || !Y)
    return false;
  if (Op == "vshl" || Op == "vshr") {
    Value *By = I.has("wrap") ? B.CreateAnd(Y, 31)
                              : B.CreateBinaryIntrinsic(Intrinsic::umin, Y,
                                                        constant(Wide, 32));
    Value *R = Op == "vshl" ? B.CreateShl(X, By) : B.CreateAShr(X, By);
    return videoResult(I, R);
  }
  if (Op == "vmad") {
    Value *Third = O.size() == 4 ? read(O[3], 32) : nullptr;
    if (!Third)
      return false;
    // The low 32 bits are the same whatever the signs.
    Value *R = B.CreateAdd(B.CreateMul(X, Y), resize(Third, Wide, false));
    if (I.has("po"))
      R = B.CreateAdd(R, constant(Wide, 1));
    return write(O[0], B.CreateTrunc(R, intType(32)));
  }
  Value *R = operation(B, I, Op, X, Y);
  return R && videoResult(I, R);
}

/// Digits of .b7610 or .h32, the last one for lane 0; Default where there are
/// none.
static bool selectLanes(const Operand &O, unsigned Count, unsigned Default,
                        unsigned (&To)[4]) {
  for (unsigned N = 0; N < Count; ++N)
    To[N] = Default + N;
  if (O.Suffix.empty())
    return true;
  StringRef Digits = O.Suffix.substr(1);
  if (Digits.size() != Count)
    return false;
  for (unsigned N = 0; N < Count; ++N) {
    To[N] = static_cast<unsigned>(Digits[Count - 1 - N] - '0');
    if (To[N] >= 2 * Count)
      return false;
  }
  return true;
}

bool FunctionLifter::videoLanes(const Instruction &I, unsigned Count) {
  ArrayRef<Operand> O = I.Operands;
  StringRef Op = I.Opcode.drop_back();
  bool Set = Op == "vset";
  if (O.size() != 4 || Types.size() != (Set ? 2u : 3u))
    return false;
  bool Signed = !Set && Types[0].isSigned();
  bool FirstSigned = Types[Set ? 0 : 1].isSigned();
  bool SecondSigned = Types[Set ? 1 : 2].isSigned();
  unsigned Width = 32 / Count, First[4], Second[4];
  Value *A = read(whole(O[1]), 32), *Next = read(whole(O[2]), 32);
  Value *Third = read(whole(O[3]), 32);
  if (!A || !Next || !Third || !selectLanes(O[1], Count, 0, First) ||
      !selectLanes(O[2], Count, Count, Second))
    return false;
  Value *Both = B.CreateOr(B.CreateShl(resize(Next, 64, false), 32),
                           resize(A, 64, false));
  auto Lane = [&](unsigned N, bool IsSigned) {
    return resize(B.CreateTrunc(B.CreateLShr(Both, N * Width), intType(Width)),
                  Wide, IsSigned);
  };
  bool Sum = I.has("add");
  Value *Result = Third;
  for (unsigned N = 0; N < Count; ++N) {
    if (!O[0].Suffix.empty() &&
        !O[0].Suffix.substr(1).contains(static_cast<char>('0' + N)))
      continue;
    Value *R = operation(B, I, Op, Lane(First[N], FirstSigned),
                         Lane(Second[N], SecondSigned));
    if (!R)
      return false;
    if (I.has("sat"))
      R = clampTo(B, R, Width, Signed);
    R = B.CreateTrunc(R, intType(32));
    if (Sum) { // Whole results, not cut to the lane.
      Result = B.CreateAdd(Result, R);
      continue;
    }
    uint64_t Mask = maskTrailingOnes<uint64_t>(Width) << (N * Width);
    R = B.CreateShl(R, N * Width);
    Result = B.CreateOr(B.CreateAnd(R, constant(32, Mask)),
                        B.CreateAnd(Result, constant(32, ~Mask & 0xffffffff)));
  }
  return write(whole(O[0]), Result);
}

} // namespace reprise::ptx
