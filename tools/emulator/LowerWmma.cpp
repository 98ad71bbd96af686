//===- LowerWmma.cpp - Matrices in fragments ------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which elements a lane's fragment holds is left open by PTX. Here lane l has
// those from number l * E on, E to a lane, counted row after row; where there
// are more registers than elements they are repeated. So loads and stores need
// no other lane.
//
//===----------------------------------------------------------------------===//

#include "MatrixRegisters.h"

#include "llvm/ADT/StringSwitch.h"

#include <bit>

using namespace llvm;

namespace reprise::emulator {

namespace {

/// "wmma.load.a.sync.aligned.row.m16n16k16.global.f16" and, of LLVM,
/// "wmma.m16n16k16.load.a.row.stride.f16.p0", read word by word.
struct Wmma {
  StringRef Verb;  ///< "load", "store", "mma".
  char Matrix = 0; ///< 'a' to 'd', of loads and stores.
  unsigned M = 0, N = 0, K = 0;
  bool Columns = false; ///< How memory holds it.
  bool Saturates = false;
  SmallVector<Element, 4> Types;

  static std::optional<Wmma> parse(StringRef Name);
  unsigned rows() const { return Matrix == 'b' ? K : M; }
  unsigned columns() const { return Matrix == 'a' ? K : N; }
};

bool readShape(StringRef Word, Wmma &To) {
  return Word.consume_front("m") && !Word.consumeInteger(10, To.M) &&
         Word.consume_front("n") && !Word.consumeInteger(10, To.N) &&
         Word.consume_front("k") && !Word.consumeInteger(10, To.K) &&
         Word.empty() && To.M && To.N && To.K &&
         std::max({To.M, To.N, To.K}) <= 32;
}

std::optional<Wmma> Wmma::parse(StringRef Name) {
  Wmma Result;
  SmallVector<StringRef, 12> Words;
  Name.split(Words, '.');
  unsigned Layouts = 0;
  for (StringRef Word : ArrayRef(Words).drop_front()) {
    if (auto E = elementNamed(Word)) {
      Result.Types.push_back(*E);
    } else if (Word == "load" || Word == "store" || Word == "mma") {
      Result.Verb = Word;
    } else if (Word.size() == 1 && Word[0] >= 'a' && Word[0] <= 'd') {
      Result.Matrix = Word[0];
    } else if (Word == "row" || Word == "col") {
      Result.Columns = Word == "col";
      ++Layouts;
    } else if (Word == "satfinite") {
      Result.Saturates = true;
    } else if (!readShape(Word, Result) &&
               !StringSwitch<bool>(Word)
                    .Cases("sync", "aligned", "stride", "rn", true)
                    .Cases("global", "shared", "shared::cta", true)
                    .Cases("p0", "p1", "p3", true)
                    .Default(false)) {
      return std::nullopt;
    }
  }
  bool Multiplies = Result.Verb == "mma";
  if (Words[0] != "wmma" || Result.Verb.empty() || !Result.M ||
      Layouts != (Multiplies ? 2u : 1u) || (Result.Matrix == 0) != Multiplies)
    return std::nullopt;
  return Result;
}

/// Types as mma.sync has them: D, A, B, C.
std::optional<MatrixOp> product(const Wmma &W) {
  MatrixOp Op;
  Op.K = MatrixOp::Kind::Fragments;
  Op.M = static_cast<uint8_t>(W.M);
  Op.N = static_cast<uint8_t>(W.N);
  Op.Depth = static_cast<uint8_t>(W.K);
  Op.Saturates = W.Saturates;
  ArrayRef<Element> T = W.Types;
  if (T.size() == 2 && T[0] == T[1]) {
    Op.AB[0] = Op.AB[1] = Element::F16;
    Op.CD = T[0];
  } else if (T.size() == 4 && T[0] == T[3]) {
    Op.AB[0] = T[1];
    Op.AB[1] = T[2];
    Op.CD = T[0];
  } else if (T.size() == 1) { // LLVM names no more than it needs.
    Op.AB[0] = Op.AB[1] = T[0];
    Op.CD = T[0] == Element::F64                         ? Element::F64
            : T[0] == Element::S8 || T[0] == Element::U8 ? Element::S32
                                                         : Element::F32;
  } else {
    return std::nullopt;
  }
  return isKnown(Op) ? std::optional(Op) : std::nullopt;
}

/// One lane's elements in memory and in its buffer.
struct Transfer {
  const Wmma &W;
  MatrixRegisters &R;
  Value *Base, *Stride; ///< Null: rows or columns without a gap.

  unsigned bits() const { return bitsOf(W.Types[0]); }
  unsigned each() const { return W.rows() * W.columns() / 32; }

  /// Where the lane's element number E is in memory.
  Value *element(unsigned E) const {
    IRBuilder<> &B = R.L.B;
    Value *Lane = R.L.context(offsetof(ThreadContext, Lane), B.getInt32Ty());
    Value *Number =
        B.CreateAdd(B.CreateMul(Lane, B.getInt32(each())), B.getInt32(E));
    Value *Row = B.CreateUDiv(Number, B.getInt32(W.columns()));
    Value *Column = B.CreateURem(Number, B.getInt32(W.columns()));
    if (W.Columns)
      std::swap(Row, Column);
    Value *Gap = Stride ? B.CreateZExtOrTrunc(Stride, B.getInt64Ty())
                        : B.getInt64(W.Columns ? W.rows() : W.columns());
    Value *At = B.CreateAdd(B.CreateMul(B.CreateZExt(Row, B.getInt64Ty()), Gap),
                            B.CreateZExt(Column, B.getInt64Ty()));
    return B.CreateGEP(B.getIntNTy(bits()), Base, At);
  }
  Align alignment() const { return Align(bits() / 8); }

  void load(unsigned Bytes) const {
    IRBuilder<> &B = R.L.B;
    for (unsigned E = 0; E < each(); ++E) {
      Value *V =
          B.CreateAlignedLoad(B.getIntNTy(bits()), element(E), alignment());
      for (unsigned At = E * bits() / 8; At < Bytes; At += each() * bits() / 8)
        B.CreateAlignedStore(V, R.at(At), alignment());
    }
  }
  void store() const {
    IRBuilder<> &B = R.L.B;
    for (unsigned E = 0; E < each(); ++E)
      B.CreateAlignedStore(B.CreateAlignedLoad(B.getIntNTy(bits()),
                                               R.at(E * bits() / 8),
                                               alignment()),
                           element(E), alignment());
  }
};

} // namespace

bool lowerWmma(Lowering &L, StringRef Name) {
  auto W = Wmma::parse(Name);
  if (!W)
    return false;
  SmallVector<Value *, 32> Arguments(L.Call->args());
  unsigned Results = registerBytes(L.Call->getType());
  if (W->Verb == "mma") {
    auto Op = product(*W);
    if (!Op || Results != 4 * Op->wordsOfC() ||
        registerBytes(Arguments) != 4 * Op->words())
      return false;
    MatrixRegisters R(L, Op->words());
    R.fill(Arguments);
    R.exchange(WarpOp::Matrix, std::bit_cast<uint64_t>(*Op));
    return L.done(R.results());
  }
  // Pointers (PTX's lifter gives two), registers, stride.
  Value *Base = L.arg(0);
  while (!Arguments.empty() && Arguments[0]->getType()->isPointerTy())
    Arguments.erase(Arguments.begin());
  unsigned Elements = W->rows() * W->columns();
  if (!Base->getType()->isPointerTy() || W->Types.size() != 1 ||
      bitsOf(W->Types[0]) < 8 || Elements % 32)
    return false;
  unsigned Least = Elements / 32 * bitsOf(W->Types[0]) / 8;
  if (W->Verb == "load") {
    if (Arguments.size() > 1 || Results < Least || Results % Least)
      return false;
    MatrixRegisters R(L, Results / 4);
    // As for ldmatrix, all lanes arrive before the first one reads.
    R.exchange(WarpOp::Sync, 0);
    Transfer{*W, R, Base, Arguments.empty() ? nullptr : Arguments[0]}.load(
        Results);
    return L.done(R.results());
  }
  Value *Stride = nullptr;
  if (registerBytes(Arguments) == Least + 4 &&
      Arguments.back()->getType()->isIntegerTy(32))
    Stride = Arguments.pop_back_val();
  if (registerBytes(Arguments) != Least)
    return false;
  MatrixRegisters R(L, Least / 4);
  R.fill(Arguments);
  Transfer{*W, R, Base, Stride}.store();
  R.exchange(WarpOp::Sync, 0);
  return L.done();
}

} // namespace reprise::emulator
