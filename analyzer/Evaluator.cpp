//===- Evaluator.cpp - LLVM values as linear forms ------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Evaluator.h"

#include "llvm/IR/Constants.h"
#include "llvm/IR/DataLayout.h"
#include "llvm/IR/DebugInfo.h"
#include "llvm/IR/Operator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/IntrinsicsNVPTX.h"

using namespace llvm;

namespace reprise {

static constexpr unsigned MaxDepth = 200;

static __int128 powerOfTwo(unsigned N) { return static_cast<__int128>(1) << N; }

ParamLayout ParamLayout::of(const Function &F, const KernelEntry &Entry) {
  const std::vector<std::string> &Names = Entry.ParamNames;
  ParamLayout Result;
  const DataLayout &DL = F.getDataLayout();
  uint64_t Offset = 0;
  for (const Argument &A : F.args()) {
    Type *T = A.hasByValAttr() ? A.getParamByValType() : A.getType();
    Align Alignment = DL.getABITypeAlign(T);
    if (A.hasByValAttr())
      if (MaybeAlign Given = A.getParamAlign())
        Alignment = std::max(Alignment, *Given);
    Offset = alignTo(Offset, Alignment);
    Param P;
    P.Name = A.getArgNo() < Names.size() ? Names[A.getArgNo()]
                                         : "arg" + std::to_string(A.getArgNo());
    P.Offset = static_cast<uint32_t>(Offset);
    P.Size = static_cast<uint32_t>(DL.getTypeStoreSize(T));
    P.Kind = A.hasByValAttr()           ? REPRISE_PARAM_BYTES
             : T->isPointerTy()         ? REPRISE_PARAM_POINTER
             : T->isIntegerTy()         ? REPRISE_PARAM_INTEGER
             : T->isFloatingPointTy()   ? REPRISE_PARAM_FLOAT
                                        : REPRISE_PARAM_BYTES;
    if (A.hasByValAttr() && A.getArgNo() < Entry.Members.size())
      for (const auto &[Inside, Name] : Entry.Members[A.getArgNo()])
        Result.Members[P.Offset + Inside] = P.Name + Name;
    Offset += P.Size;
    Result.Params.push_back(std::move(P));
  }
  Result.Bytes = static_cast<uint32_t>(Offset);
  return Result;
}

Evaluator::Evaluator(Function &F, ScalarEvolution &SE, LoopInfo &LI,
                     const ParamLayout &Layout, ExprTable &Exprs,
                     AtomTable &Atoms)
    : F(F), SE(SE), LI(LI), Layout(Layout), Exprs(Exprs), Atoms(Atoms) {}

void Evaluator::setChoices(ArrayRef<std::pair<const void *, unsigned>> C) {
  Choices.clear();
  for (const auto &[Key, Alternative] : C)
    Choices[Key] = Alternative;
  Cache.clear();
  Pending.reset();
}

//===----------------------------------------------------------------------===//
// Atoms
//===----------------------------------------------------------------------===//

AtomId Evaluator::threadAtom(bool Block, unsigned Dim) {
  auto [It, New] = ThreadAtoms.try_emplace({Block, Dim}, 0);
  if (!New)
    return It->second;
  Atom A;
  A.Kind = AtomKind::Thread;
  A.Name = std::string(Block ? "blockIdx." : "threadIdx.") + "xyz"[Dim];
  Poly Count = Poly::leaf(Exprs.unary(
      Op::ZExt, 64, Block ? Exprs.nctaid(Dim) : Exprs.ntid(Dim)));
  A.Lo.push_back({Lin(Poly(0)), {}, {}});
  A.Hi.push_back({Lin(Count - Poly(1)), {}, {}});
  Interval Counts = Count.range(Exprs);
  A.Range = {0, Counts.Hi - 1};
  It->second = Atoms.add(std::move(A));
  return It->second;
}

std::string sourceName(Value *V) {
  SmallVector<DbgValueInst *, 2> Intrinsics;
  SmallVector<DbgVariableRecord *, 2> Records;
  findDbgValues(Intrinsics, V, &Records);
  for (DbgVariableRecord *R : Records)
    return R->getVariable()->getName().str();
  for (DbgValueInst *I : Intrinsics)
    return I->getVariable()->getName().str();
  return V->getName().split('.').first.str();
}

/// The source's name for a loop's counter: the phi that runs 0, 1, 2, ...
static std::string counterName(const Loop *L, ScalarEvolution &SE) {
  for (PHINode &Phi : L->getHeader()->phis()) {
    if (!Phi.getType()->isIntegerTy())
      continue;
    const auto *Rec = dyn_cast<SCEVAddRecExpr>(SE.getSCEV(&Phi));
    if (!Rec || Rec->getLoop() != L || !Rec->getStart()->isZero() ||
        !Rec->getStepRecurrence(SE)->isOne())
      continue;
    std::string Name = sourceName(&Phi);
    if (!Name.empty())
      return Name;
  }
  return "iter" + std::to_string(L->getLoopDepth());
}

AtomId Evaluator::loopAtom(const Loop *L) {
  auto [It, New] = LoopAtoms.try_emplace(L, 0);
  if (!New)
    return It->second;
  Atom A;
  A.Kind = AtomKind::Loop;
  A.Name = counterName(L, SE);
  A.Lo.push_back({Lin(Poly(0)), {}, {}});
  A.Range = {0, powerOfTwo(63) - 1};
  const SCEV *Max = SE.getConstantMaxBackedgeTakenCount(L);
  if (const auto *C = dyn_cast<SCEVConstant>(Max))
    if (C->getAPInt().getActiveBits() < 63)
      A.Range.Hi = static_cast<__int128>(C->getAPInt().getZExtValue());
  It->second = Atoms.add(std::move(A));
  AtomLoops[It->second] = L;
  return It->second;
}

const Loop *Evaluator::loopOf(AtomId A) const {
  auto It = AtomLoops.find(A);
  return It == AtomLoops.end() ? nullptr : It->second;
}

std::optional<AtomId> Evaluator::signedTwin(AtomId A) const {
  for (const auto &[Key, Atom] : OpaqueAtoms)
    if (Atom == A && !Key.second)
      if (auto It = OpaqueAtoms.find({Key.first, true});
          It != OpaqueAtoms.end())
        return It->second;
  return std::nullopt;
}

bool Evaluator::opaqueInvariant(AtomId A, const Loop *L) const {
  auto It = OpaqueValues.find(A);
  return It != OpaqueValues.end() && It->second &&
         L->isLoopInvariant(It->second);
}

AtomId Evaluator::opaqueAtom(const void *Key, unsigned Width, bool Signed,
                             Value *V) {
  auto [It, New] = OpaqueAtoms.try_emplace({Key, Signed}, 0);
  if (!New)
    return It->second;
  Atom A;
  A.Kind = AtomKind::Opaque;
  A.Name = V ? sourceName(V) : "";
  if (A.Name.empty())
    A.Name = "data";
  A.Range = Signed ? Interval{-powerOfTwo(Width - 1), powerOfTwo(Width - 1) - 1}
                   : Interval{0, powerOfTwo(Width) - 1};
  // Facts that hold for the value's bits, whatever memory contains.
  if (V && V->getType()->isIntegerTy()) {
    ConstantRange R = Signed ? SE.getSignedRange(SE.getSCEV(V))
                             : SE.getUnsignedRange(SE.getSCEV(V));
    if (Width < 64 || Signed)
      A.Range = Signed ? Interval{R.getSignedMin().getSExtValue(),
                                  R.getSignedMax().getSExtValue()}
                       : Interval{R.getUnsignedMin().getZExtValue(),
                                  R.getUnsignedMax().getZExtValue()};
  }
  if (A.Range.within(INT64_MIN, INT64_MAX)) {
    A.Lo.push_back({Lin(Poly(static_cast<int64_t>(A.Range.Lo))), {}, {}});
    A.Hi.push_back({Lin(Poly(static_cast<int64_t>(A.Range.Hi))), {}, {}});
  }
  It->second = Atoms.add(std::move(A));
  OpaqueValues[It->second] = V;
  return It->second;
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

Val Evaluator::uniform(Id Exact) {
  Val V;
  V.Exact = Exact;
  V.Width = Exprs[Exact].Width;
  if (auto C = Exprs.constantValue(Exact))
    V.L = Lin(Poly(*C));
  else
    V.L = Lin(Poly::leaf(Exprs.unary(Op::SExt, 64, Exact)));
  return V;
}

Val Evaluator::opaque(const void *Key, unsigned Width, Value *V) {
  Val R;
  R.Width = Width;
  OpaqueSources[Key] = V;
  R.L = Lin::atom(opaqueAtom(Key, Width, /*Signed=*/true, V));
  R.Opaque = Key;
  return R;
}

Lin Evaluator::observe(const Val &V, bool Signed) {
  if (V.isUniform()) {
    // Equal numbers: the polynomial reads better and cancels better.
    Interval R = V.L.Const.range(Exprs);
    bool Fits = Signed ? R.within(-powerOfTwo(V.Width - 1),
                                  powerOfTwo(V.Width - 1) - 1)
                       : R.within(0, powerOfTwo(V.Width) - 1);
    if (Fits && V.L.isUniform() && V.L.isValid())
      return V.L;
    Lin L(Poly::leaf(Exprs.unary(Signed ? Op::SExt : Op::ZExt, 64, V.Exact)));
    // Leaves are read as signed; 64 unsigned bits may be more than that.
    if (!Signed && V.Width >= 64 && L.Const.range(Exprs).Lo < 0)
      L.Checks.insert(Atoms.addCheck(L, 0, INT64_MAX));
    return L;
  }
  if (V.Opaque && !Signed)
    return Lin::atom(
        opaqueAtom(V.Opaque, V.Width, false, OpaqueSources[V.Opaque]));
  if (V.Width >= 64 && Signed)
    return V.L; // Forms that leave int64_t are poison when evaluated.
  __int128 Lo = Signed ? -powerOfTwo(V.Width - 1) : 0;
  __int128 Hi = (Signed || V.Width >= 64 ? powerOfTwo(std::min(V.Width, 64u) - 1)
                                         : powerOfTwo(V.Width)) -
                1;
  // A remainder is small, though its parts are not.
  Lin L = rewriteDigits(V.L);
  if (Atoms.range(L, Exprs).within(Lo, Hi))
    return L;
  L.Checks.insert(Atoms.addCheck(Lin(L), static_cast<int64_t>(Lo),
                                 static_cast<int64_t>(Hi)));
  return L;
}

Lin Evaluator::asSigned(const Val &V) { return observe(V, true); }
Lin Evaluator::asUnsigned(const Val &V) { return observe(V, false); }

Val Evaluator::extend(const Val &V, unsigned Width, bool Signed) {
  if (V.isUniform()) {
    Val R = uniform(Exprs.unary(Signed ? Op::SExt : Op::ZExt, Width, V.Exact));
    R.L = observe(V, Signed);
    return R;
  }
  Val R;
  R.Width = Width;
  R.L = observe(V, Signed);
  return R;
}

Lin Evaluator::quotient(const Lin &Num, const Poly &Den) {
  if (auto C = Den.constant(); C && *C == 1)
    return Num;
  // The atom may stem from another reading of the same form: the checks of
  // this one travel with the result.
  auto Result = [&](AtomId Q) {
    Lin L = Lin::atom(Q);
    L.Checks = Num.Checks;
    return L;
  };
  Lin Base = Num;
  Poly Divisor = Den;
  // floor(floor(x / a) / b) = floor(x / ab): keep the chain of digits.
  for (AtomId Q : Quotients) {
    const Atom &A = Atoms[Q];
    if (A.Num.sameValue(Num) && A.Den == Den)
      return Result(Q);
    if (!A.Num.sameValue(Num))
      continue;
    auto Factor = Den.divideExactly(A.Den);
    if (Factor && Factor->constant().value_or(2) > 1) {
      Base = Lin::atom(Q);
      Base.Checks = Num.Checks;
      Divisor = *Factor;
    }
  }
  for (AtomId Q : Quotients)
    if (Atoms[Q].Num.sameValue(Base) && Atoms[Q].Den == Divisor)
      return Result(Q);
  Atom A;
  A.Kind = AtomKind::Quotient;
  A.Name = "quot";
  A.Num = Base;
  A.Den = Divisor;
  // floor(m / d) = ceil((m - (d - 1)) / d), the rounding that Bound has.
  A.Lo.push_back({Base - Lin(Divisor - Poly(1)), Divisor, {}});
  A.Hi.push_back({Base, Divisor, {}});
  Interval N = Atoms.range(Base, Exprs), D = Divisor.range(Exprs);
  if (N.Lo >= 0)
    A.Range = {0, D.Lo >= 1 ? N.Hi / D.Lo : N.Hi};
  else
    A.Range = N;
  AtomId Q = Atoms.add(std::move(A));
  Quotients.push_back(Q);

  Atom R;
  R.Kind = AtomKind::Digit;
  R.Name = "rem";
  R.Num = Atoms[Q].Num;
  R.Den = Divisor;
  R.Lo.push_back({Lin(Poly(0)), {}, {}});
  // A divisor that is not positive leaves the number open instead of making
  // the range empty: Div is then not positive either, which is poison.
  if (D.Lo < 1)
    R.Hi.push_back({Lin(Divisor - Poly(1)),
                    Poly::leaf(Exprs.binary(Op::CMin, Divisor.emit(Exprs),
                                            Exprs.constant(1))),
                    {}});
  R.Hi.push_back({Lin(Divisor - Poly(1)), {}, {}});
  R.Range = {0, D.Hi - 1};
  Digits[Q] = Atoms.add(std::move(R));
  return Result(Q);
}

Lin Evaluator::rewriteDigits(Lin L) {
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (const auto &[Q, Coef] : L.Terms) {
      const Atom &A = Atoms[Q];
      if (A.Kind != AtomKind::Quotient || A.Num.Terms.empty())
        continue;
      // L = Factor * Num + Coef * q + rest, no atom of Num left in rest.
      const auto &[Lead, LeadCoef] = *A.Num.Terms.begin();
      auto Factor = L.coefficient(Lead).divideExactly(LeadCoef);
      if (!Factor || Factor->isZero())
        continue;
      Lin Rest = L - A.Num * *Factor;
      bool Clean = true;
      for (const auto &[N, NC] : A.Num.Terms)
        Clean &= Rest.coefficient(N).isZero();
      if (!Clean)
        continue;
      // Num = Den * q + r.
      Lin New = Rest + (Lin::atom(Q) * A.Den + Lin::atom(Digits[Q])) * *Factor;
      if (!New.isValid())
        continue;
      New.Checks.insert(A.Num.Checks.begin(), A.Num.Checks.end());
      L = New;
      Changed = true;
      break;
    }
  }
  return L;
}

Val Evaluator::choose(const Choice &C) {
  if (!Pending)
    Pending = C;
  // The result is thrown away: the caller evaluates again with a choice.
  unsigned Width = 64;
  Type *T = C.V ? C.V->getType() : C.MinMax->getType();
  if (T->isIntegerTy())
    Width = T->getIntegerBitWidth();
  return opaque(C.key(), std::min(Width, 64u), nullptr);
}

std::optional<uint32_t> Evaluator::paramBytesLoaded(Value *V) {
  auto *Load = dyn_cast<LoadInst>(V);
  if (!Load)
    return std::nullopt;
  const DataLayout &DL = F.getDataLayout();
  APInt Offset(DL.getIndexTypeSizeInBits(Load->getPointerOperandType()), 0);
  Value *Base = Load->getPointerOperand();
  for (;;) {
    Base = Base->stripAndAccumulateConstantOffsets(DL, Offset, true);
    auto *Cast = dyn_cast<AddrSpaceCastOperator>(Base);
    if (!Cast)
      break;
    Base = Cast->getPointerOperand();
  }
  auto *A = dyn_cast<Argument>(Base);
  if (!A || !A->hasByValAttr())
    return std::nullopt;
  const Param &P = Layout.Params[A->getArgNo()];
  uint64_t Size = DL.getTypeStoreSize(Load->getType());
  if (Offset.isNegative() || Offset.getZExtValue() + Size > P.Size)
    return std::nullopt;
  return P.Offset + static_cast<uint32_t>(Offset.getZExtValue());
}

Val Evaluator::value(Value *V) {
  Type *T = V->getType();
  if (T->isIntegerTy() && T->getIntegerBitWidth() > 64)
    return opaque(V, 64, nullptr);
  unsigned Width = T->isIntegerTy() ? T->getIntegerBitWidth() : 64;
  if (!T->isIntegerTy() && !T->isPointerTy())
    return opaque(V, Width, nullptr);
  if (auto *C = dyn_cast<ConstantInt>(V))
    return uniform(Exprs.constant(C->getSExtValue(), Width));
  if (auto *A = dyn_cast<Argument>(V)) {
    if (A->hasByValAttr())
      return opaque(V, Width, V);
    const Param &P = Layout.Params[A->getArgNo()];
    Id E = Exprs.param(P.Offset, P.Size * 8);
    return uniform(Width < P.Size * 8 ? Exprs.unary(Op::Trunc, Width, E) : E);
  }
  if (auto *Cast = dyn_cast<AddrSpaceCastOperator>(V))
    return value(Cast->getPointerOperand());
  if (auto *I = dyn_cast<Instruction>(V))
    return instruction(I);
  return opaque(V, Width, V);
}

Val Evaluator::instruction(Instruction *I) {
  Type *T = I->getType();
  unsigned Width = T->isIntegerTy() ? T->getIntegerBitWidth() : 64;
  if (auto Offset = paramBytesLoaded(I)) {
    unsigned Bits =
        static_cast<unsigned>(F.getDataLayout().getTypeStoreSizeInBits(T));
    Id E = Exprs.param(*Offset, Bits);
    return uniform(Width < Bits ? Exprs.unary(Op::Trunc, Width, E) : E);
  }
  if (auto *B = dyn_cast<BinaryOperator>(I))
    return binary(B);
  if (auto *C = dyn_cast<CallBase>(I))
    return call(C);
  if (auto *Freeze = dyn_cast<FreezeInst>(I))
    return scev(SE.getSCEV(Freeze->getOperand(0)));
  if (auto *Cmp = dyn_cast<ICmpInst>(I)) {
    Val A = scev(SE.getSCEV(Cmp->getOperand(0)));
    Val B = scev(SE.getSCEV(Cmp->getOperand(1)));
    if (A.isUniform() && B.isUniform() && A.Width == B.Width) {
      Id X = A.Exact, Y = B.Exact;
      switch (Cmp->getPredicate()) {
      case CmpInst::ICMP_EQ:
        return uniform(Exprs.compare(Op::Eq, X, Y));
      case CmpInst::ICMP_NE:
        return uniform(Exprs.compare(Op::Ne, X, Y));
      case CmpInst::ICMP_ULT:
        return uniform(Exprs.compare(Op::ULt, X, Y));
      case CmpInst::ICMP_ULE:
        return uniform(Exprs.compare(Op::ULe, X, Y));
      case CmpInst::ICMP_UGT:
        return uniform(Exprs.compare(Op::ULt, Y, X));
      case CmpInst::ICMP_UGE:
        return uniform(Exprs.compare(Op::ULe, Y, X));
      case CmpInst::ICMP_SLT:
        return uniform(Exprs.compare(Op::SLt, X, Y));
      case CmpInst::ICMP_SLE:
        return uniform(Exprs.compare(Op::SLe, X, Y));
      case CmpInst::ICMP_SGT:
        return uniform(Exprs.compare(Op::SLt, Y, X));
      case CmpInst::ICMP_SGE:
        return uniform(Exprs.compare(Op::SLe, Y, X));
      default:
        break;
      }
    }
    return opaque(I, Width, I);
  }
  if (auto *S = dyn_cast<SelectInst>(I)) {
    Val C = scev(SE.getSCEV(S->getCondition()));
    if (C.isUniform()) {
      Val A = scev(SE.getSCEV(S->getTrueValue()));
      Val B = scev(SE.getSCEV(S->getFalseValue()));
      if (A.isUniform() && B.isUniform())
        return uniform(Exprs.select(C.Exact, A.Exact, B.Exact));
    }
    if (auto It = Choices.find(I); It != Choices.end())
      return scev(SE.getSCEV(It->second == 0 ? S->getTrueValue()
                                             : S->getFalseValue()));
    return choose({I, nullptr, 2});
  }
  if (auto *Phi = dyn_cast<PHINode>(I)) {
    if (LI.isLoopHeader(Phi->getParent()))
      return opaque(I, Width, I);
    if (auto It = Choices.find(I); It != Choices.end())
      return scev(SE.getSCEV(Phi->getIncomingValue(It->second)));
    return choose({I, nullptr, Phi->getNumIncomingValues()});
  }
  return opaque(I, Width, I);
}

/// Machine operator of a uniform binary instruction.
static std::optional<Op> machineOp(Instruction::BinaryOps O) {
  switch (O) {
  case Instruction::Add:
    return Op::Add;
  case Instruction::Sub:
    return Op::Sub;
  case Instruction::Mul:
    return Op::Mul;
  case Instruction::UDiv:
    return Op::UDiv;
  case Instruction::SDiv:
    return Op::SDiv;
  case Instruction::URem:
    return Op::URem;
  case Instruction::SRem:
    return Op::SRem;
  case Instruction::And:
    return Op::And;
  case Instruction::Or:
    return Op::Or;
  case Instruction::Xor:
    return Op::Xor;
  case Instruction::Shl:
    return Op::Shl;
  case Instruction::LShr:
    return Op::LShr;
  case Instruction::AShr:
    return Op::AShr;
  default:
    return std::nullopt;
  }
}

Val Evaluator::binary(BinaryOperator *I) {
  Val A = scev(SE.getSCEV(I->getOperand(0)));
  Val B = scev(SE.getSCEV(I->getOperand(1)));
  auto O = machineOp(I->getOpcode());
  if (O && A.isUniform() && B.isUniform())
    return uniform(Exprs.binary(*O, A.Exact, B.Exact));
  unsigned Width = A.Width;
  Val R;
  R.Width = Width;
  if (B.isUniform()) {
    switch (I->getOpcode()) {
    case Instruction::UDiv:
      R.L = quotient(asUnsigned(A), asUnsigned(B).Const);
      return R;
    case Instruction::URem: {
      Lin N = asUnsigned(A);
      Poly D = asUnsigned(B).Const;
      R.L = N - quotient(N, D) * D;
      return R;
    }
    case Instruction::SDiv:
    case Instruction::SRem: {
      // Truncation and floor agree where the numerator is not negative;
      // a positive divisor is what Bound's Div demands anyway.
      Lin N = asSigned(A);
      if (Atoms.range(N, Exprs).Lo < 0)
        N.Checks.insert(Atoms.addCheck(N, 0, INT64_MAX));
      Poly D = asSigned(B).Const;
      Lin Q = quotient(N, D);
      R.L = I->getOpcode() == Instruction::SDiv ? Q : N - Q * D;
      R.L.Checks.insert(N.Checks.begin(), N.Checks.end());
      return R;
    }
    case Instruction::Shl: {
      Id Power = Exprs.binary(Op::Shl, Exprs.constant(1, Width), B.Exact);
      R.L = A.L * uniform(Power).L.Const;
      return R;
    }
    case Instruction::LShr: {
      Id Power = Exprs.binary(Op::Shl, Exprs.constant(1, Width), B.Exact);
      R.L = quotient(asUnsigned(A),
                     Poly::leaf(Exprs.unary(Op::ZExt, 64, Power)));
      return R;
    }
    case Instruction::AShr:
      if (auto C = Exprs.constantValue(B.Exact); C && *C >= 0 && *C < 62) {
        R.L = quotient(asSigned(A), Poly(static_cast<int64_t>(1) << *C));
        return R;
      }
      break;
    default:
      break;
    }
  }
  return opaque(I, Width, I);
}

Val Evaluator::call(CallBase *C) {
  Type *T = C->getType();
  unsigned Width = T->isIntegerTy() ? T->getIntegerBitWidth() : 64;
  auto Thread = [&](bool Block, unsigned Dim) {
    Val V;
    V.Width = 32;
    V.L = Lin::atom(threadAtom(Block, Dim));
    return V;
  };
  switch (C->getIntrinsicID()) {
  case Intrinsic::nvvm_read_ptx_sreg_tid_x:
    return Thread(false, 0);
  case Intrinsic::nvvm_read_ptx_sreg_tid_y:
    return Thread(false, 1);
  case Intrinsic::nvvm_read_ptx_sreg_tid_z:
    return Thread(false, 2);
  case Intrinsic::nvvm_read_ptx_sreg_ctaid_x:
    return Thread(true, 0);
  case Intrinsic::nvvm_read_ptx_sreg_ctaid_y:
    return Thread(true, 1);
  case Intrinsic::nvvm_read_ptx_sreg_ctaid_z:
    return Thread(true, 2);
  case Intrinsic::nvvm_read_ptx_sreg_ntid_x:
    return uniform(Exprs.ntid(0));
  case Intrinsic::nvvm_read_ptx_sreg_ntid_y:
    return uniform(Exprs.ntid(1));
  case Intrinsic::nvvm_read_ptx_sreg_ntid_z:
    return uniform(Exprs.ntid(2));
  case Intrinsic::nvvm_read_ptx_sreg_nctaid_x:
    return uniform(Exprs.nctaid(0));
  case Intrinsic::nvvm_read_ptx_sreg_nctaid_y:
    return uniform(Exprs.nctaid(1));
  case Intrinsic::nvvm_read_ptx_sreg_nctaid_z:
    return uniform(Exprs.nctaid(2));
  case Intrinsic::nvvm_read_ptx_sreg_warpsize:
    return uniform(Exprs.constant(32, 32));
  case Intrinsic::nvvm_mul24_i:
  case Intrinsic::nvvm_mul24_ui: {
    // The product of the operands' low 24 bits; equal to the plain product
    // where both operands fit.
    bool Signed = C->getIntrinsicID() == Intrinsic::nvvm_mul24_i;
    Val A = scev(SE.getSCEV(C->getArgOperand(0)));
    Val B = scev(SE.getSCEV(C->getArgOperand(1)));
    if (!A.isUniform() && !B.isUniform())
      break;
    int64_t Lo = Signed ? -(1 << 23) : 0;
    int64_t Hi = Signed ? (1 << 23) - 1 : (1 << 24) - 1;
    auto Fit = [&](const Val &V) {
      Lin L = Signed ? asSigned(V) : asUnsigned(V);
      if (!Atoms.range(L, Exprs).within(Lo, Hi))
        L.Checks.insert(Atoms.addCheck(L, Lo, Hi));
      return L;
    };
    Lin X = Fit(A), Y = Fit(B);
    Val R;
    R.Width = 32;
    R.L = Y.isUniform() ? X * Y.Const : Y * X.Const;
    R.L.Checks.insert(X.Checks.begin(), X.Checks.end());
    R.L.Checks.insert(Y.Checks.begin(), Y.Checks.end());
    return R;
  }
  default:
    break;
  }
  return opaque(C, Width, C);
}

//===----------------------------------------------------------------------===//
// SCEV
//===----------------------------------------------------------------------===//

/// `x - umin(x, y)`, which `max(x - y, 0)` becomes, as `umax(x, y)` and `y`.
/// Their difference is the same number, and its range shows that it is not
/// negative.
std::optional<std::pair<const SCEV *, const SCEV *>>
Evaluator::saturatingDifference(const SCEVAddExpr *S) {
  if (S->getNumOperands() != 2)
    return std::nullopt;
  for (unsigned I = 0; I < 2; ++I) {
    const auto *Product = dyn_cast<SCEVMulExpr>(S->getOperand(I));
    if (!Product || Product->getNumOperands() != 2 ||
        !Product->getOperand(0)->isAllOnesValue())
      continue;
    const auto *Min = dyn_cast<SCEVUMinExpr>(Product->getOperand(1));
    if (!Min || Min->getNumOperands() != 2)
      continue;
    const SCEV *X = S->getOperand(1 - I);
    for (unsigned J = 0; J < 2; ++J)
      if (Min->getOperand(J) == X) {
        const SCEV *Y = Min->getOperand(1 - J);
        return std::make_pair(SE.getUMaxExpr(X, Y), Y);
      }
  }
  return std::nullopt;
}

Val Evaluator::scev(const SCEV *S) {
  if (auto It = Cache.find(S); It != Cache.end())
    return It->second;
  unsigned Width = 64;
  if (S->getType()->isIntegerTy())
    Width = S->getType()->getIntegerBitWidth();
  if (Width > 64 || Depth > MaxDepth)
    return opaque(S, std::min(Width, 64u), nullptr);
  ++Depth;
  Val R;
  R.Width = Width;
  switch (S->getSCEVType()) {
  case scConstant:
    R = uniform(Exprs.constant(
        cast<SCEVConstant>(S)->getAPInt().getSExtValue(), Width));
    break;
  case scUnknown:
    R = value(cast<SCEVUnknown>(S)->getValue());
    break;
  case scPtrToInt:
    R = scev(cast<SCEVPtrToIntExpr>(S)->getOperand());
    R.Width = Width;
    break;
  case scAddExpr: {
    if (auto Saturated = saturatingDifference(cast<SCEVAddExpr>(S))) {
      R.L = scev(Saturated->first).L - scev(Saturated->second).L;
      break;
    }
    bool AllUniform = true;
    Id Exact = None;
    for (const SCEV *O : cast<SCEVAddExpr>(S)->operands()) {
      Val V = scev(O);
      R.L = R.L + V.L;
      AllUniform &= V.isUniform();
      if (AllUniform)
        Exact = Exact == None ? V.Exact : Exprs.binary(Op::Add, Exact, V.Exact);
    }
    if (AllUniform)
      R.Exact = Exact;
    break;
  }
  case scMulExpr:
    R = product(cast<SCEVMulExpr>(S));
    break;
  case scUDivExpr: {
    const auto *D = cast<SCEVUDivExpr>(S);
    Val A = scev(D->getLHS()), B = scev(D->getRHS());
    if (A.isUniform() && B.isUniform())
      R = uniform(Exprs.binary(Op::UDiv, A.Exact, B.Exact));
    else if (B.isUniform())
      R.L = quotient(asUnsigned(A), asUnsigned(B).Const);
    else
      R = opaque(S, Width, nullptr);
    break;
  }
  case scTruncate: {
    Val V = scev(cast<SCEVTruncateExpr>(S)->getOperand());
    if (V.isUniform())
      R.Exact = Exprs.unary(Op::Trunc, Width, V.Exact);
    R.L = V.L; // Congruent modulo the smaller power of two, too.
    break;
  }
  case scZeroExtend: {
    const SCEV *Inner = cast<SCEVZeroExtendExpr>(S)->getOperand();
    unsigned Bits = Inner->getType()->getIntegerBitWidth();
    const auto *T = dyn_cast<SCEVTruncateExpr>(Inner);
    if (T && Bits < 31) // A mask, not a conversion between index types.
      R = remainderOfPowerOfTwo(T->getOperand(), Bits, Width);
    else
      R = extend(scev(Inner), Width, false);
    break;
  }
  case scSignExtend:
    R = extend(scev(cast<SCEVSignExtendExpr>(S)->getOperand()), Width, true);
    break;
  case scAddRecExpr:
    R = addRec(cast<SCEVAddRecExpr>(S));
    break;
  case scSMaxExpr:
  case scUMaxExpr:
  case scSMinExpr:
  case scUMinExpr:
    R = minMax(cast<SCEVMinMaxExpr>(S));
    break;
  default:
    R = opaque(S, Width, nullptr);
    break;
  }
  if (!R.L.isValid())
    R = R.isUniform() ? uniform(R.Exact) : opaque(S, Width, nullptr);
  --Depth;
  Cache[S] = R;
  return R;
}

Val Evaluator::remainderOfPowerOfTwo(const SCEV *S, unsigned Bits,
                                     unsigned Width) {
  Val V = scev(S);
  if (V.isUniform())
    return uniform(
        Exprs.unary(Op::ZExt, Width, Exprs.unary(Op::Trunc, Bits, V.Exact)));
  Val R;
  R.Width = Width;
  // Any integer congruent to V modulo 2^Bits has the same remainder, so the
  // form needs no check here.
  Lin N = V.L;
  Poly Den(static_cast<int64_t>(1) << Bits);
  R.L = Atoms.range(N, Exprs).within(0, powerOfTwo(Bits) - 1)
            ? N
            : N - quotient(N, Den) * Den;
  return R;
}

Val Evaluator::product(const SCEVMulExpr *S) {
  Val R;
  R.Width = S->getType()->getIntegerBitWidth();
  bool AllUniform = true;
  Id Exact = None;
  Poly Factor(1);
  std::optional<Lin> Varying;
  for (const SCEV *O : S->operands()) {
    Val V = scev(O);
    AllUniform &= V.isUniform();
    if (AllUniform)
      Exact = Exact == None ? V.Exact : Exprs.binary(Op::Mul, Exact, V.Exact);
    if (V.L.isUniform())
      Factor = Factor * V.L.Const;
    else if (!Varying)
      Varying = V.L;
    else // Two varying factors: no linear form.
      return opaque(S, R.Width, nullptr);
  }
  R.L = Varying ? *Varying * Factor : Lin(Factor);
  if (AllUniform)
    R.Exact = Exact;
  return R;
}

Val Evaluator::addRec(const SCEVAddRecExpr *S) {
  Val R;
  R.Width = S->getType()->isIntegerTy() ? S->getType()->getIntegerBitWidth()
                                        : 64;
  if (!S->isAffine())
    return opaque(S, R.Width, nullptr);
  Val Step = scev(S->getStepRecurrence(SE));
  if (!Step.L.isUniform())
    return opaque(S, R.Width, nullptr);
  Val Start = scev(S->getStart());
  R.L = Start.L + Lin::atom(loopAtom(S->getLoop())) * Step.L.Const;
  return R;
}

Val Evaluator::minMax(const SCEVMinMaxExpr *S) {
  bool Signed = isa<SCEVSMaxExpr>(S) || isa<SCEVSMinExpr>(S);
  bool Max = isa<SCEVSMaxExpr>(S) || isa<SCEVUMaxExpr>(S);
  Op O = Max ? (Signed ? Op::SMax : Op::UMax) : (Signed ? Op::SMin : Op::UMin);
  Val R;
  R.Width = S->getType()->isIntegerTy() ? S->getType()->getIntegerBitWidth()
                                        : 64;
  Id Uniform = None;
  SmallVector<Val, 4> Varying;
  for (const SCEV *Operand : S->operands()) {
    Val V = scev(Operand);
    if (V.isUniform())
      Uniform = Uniform == None ? V.Exact : Exprs.binary(O, Uniform, V.Exact);
    else
      Varying.push_back(V);
  }
  if (Varying.empty())
    return uniform(Uniform);
  if (Varying.size() > 1 || Uniform == None) {
    if (auto It = Choices.find(S); It != Choices.end())
      return scev(S->getOperand(It->second));
    return choose({nullptr, S, static_cast<unsigned>(S->getNumOperands())});
  }
  // max(v, u) is at least both and at most max(max(v), u).
  Val U = uniform(Uniform);
  Lin V = Signed ? asSigned(Varying[0]) : asUnsigned(Varying[0]);
  Lin B = Signed ? asSigned(U) : asUnsigned(U);
  // Under other choices the operands may be other forms.
  std::vector<AtomId> &Known = BoundedAtoms[S];
  auto It = find_if(Known, [&](AtomId K) {
    const Atom &A = Atoms[K];
    return (Max ? A.Lo : A.Hi)[0].F.sameValue(V);
  });
  if (It == Known.end()) {
    Atom A;
    A.Kind = AtomKind::Bounded;
    A.Name = Max ? "max" : "min";
    auto &Near = Max ? A.Lo : A.Hi;
    auto &Far = Max ? A.Hi : A.Lo;
    Near.push_back({V, {}, {}});
    Near.push_back({B, {}, {}});
    Far.push_back({V, {}, B.Const});
    Interval X = Atoms.range(V, Exprs), Y = Atoms.range(B, Exprs);
    A.Range = Max ? Interval{std::max(X.Lo, Y.Lo), std::max(X.Hi, Y.Hi)}
                  : Interval{std::min(X.Lo, Y.Lo), std::min(X.Hi, Y.Hi)};
    It = Known.insert(Known.end(), Atoms.add(std::move(A)));
  }
  R.L = Lin::atom(*It);
  R.L.Checks.insert(V.Checks.begin(), V.Checks.end());
  return R;
}

} // namespace reprise
