//===- Matrix.cpp - Matrices that the registers of a warp hold ------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Element number e of a lane lies in register e / P, P to a register. With
// g = lane / 4 and t = lane % 4 and 16 rows it is
//
//   A   row g + 8 * (register % 2)   column t * P + e % P + register / 2 * 4P
//   B   column g                     row    t * P + e % P + register * 4P
//   C   row g + 8 * (e / 2)          column 2t + e % 2
//
// With 8 rows A is like B.
//
//===----------------------------------------------------------------------===//

#include "Matrix.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <cmath>
#include <vector>

using namespace llvm;

namespace reprise::emulator {

unsigned bitsOf(Element E) {
  switch (E) {
  case Element::S4:
  case Element::U4:
    return 4;
  case Element::S8:
  case Element::U8:
    return 8;
  case Element::F16:
  case Element::BF16:
    return 16;
  case Element::TF32:
  case Element::F32:
  case Element::S32:
    return 32;
  case Element::F64:
    break;
  }
  return 64;
}

static bool isInteger(Element E) {
  return E == Element::S8 || E == Element::U8 || E == Element::S4 ||
         E == Element::U4 || E == Element::S32;
}

/// Words of each lane for that many elements in the warp.
static unsigned wordsFor(unsigned Elements, Element E) {
  return Elements * bitsOf(E) / (32 * 32);
}
/// Fragments of halves are as large for all shapes.
static bool hasWideFragments(const MatrixOp &Op) {
  return Op.K == MatrixOp::Kind::Fragments && Op.AB[0] == Element::F16;
}
unsigned MatrixOp::wordsOfA() const {
  return hasWideFragments(*this) ? 8 : wordsFor(M * Depth, AB[0]);
}
unsigned MatrixOp::wordsOfB() const {
  return hasWideFragments(*this) ? 8 : wordsFor(N * Depth, AB[1]);
}
unsigned MatrixOp::wordsOfC() const { return wordsFor(M * N, CD); }

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

std::optional<Element> elementNamed(StringRef Name) {
  return StringSwitch<std::optional<Element>>(Name)
      .Case("f16", Element::F16)
      .Case("bf16", Element::BF16)
      .Case("tf32", Element::TF32)
      .Case("f32", Element::F32)
      .Case("f64", Element::F64)
      .Case("s8", Element::S8)
      .Case("u8", Element::U8)
      .Case("s4", Element::S4)
      .Case("u4", Element::U4)
      .Case("s32", Element::S32)
      .Default(std::nullopt);
}

/// The shapes of wmma.
static bool isFragmentShape(const MatrixOp &Op, bool Wide) {
  if (!Wide)
    return Op.M == 16 && Op.N == 16;
  return Op.Depth == 16 && Op.M * Op.N == 256 &&
         (Op.M == 16 || Op.M == 32 || Op.M == 8);
}

bool isKnown(const MatrixOp &Op) {
  bool Fragments = Op.K == MatrixOp::Kind::Fragments;
  bool Rows16 = Op.M == 16 && Op.N == 8, Rows8 = Op.M == 8 && Op.N == 8;
  // Where the layout above is the instruction's, and there is one.
  auto Depths = [&](ArrayRef<unsigned> Of16, ArrayRef<unsigned> Of8) {
    if (Fragments)
      switch (Op.AB[0]) {
      case Element::F64:
        return Op.M == 8 && Op.N == 8 && Op.Depth == 4;
      case Element::TF32:
        return Op.Depth == 8 && isFragmentShape(Op, false);
      default:
        return isFragmentShape(Op, true) && bitsOf(Op.AB[0]) >= 8;
      }
    return (Rows16 && is_contained(Of16, Op.Depth)) ||
           (Rows8 && is_contained(Of8, Op.Depth));
  };
  auto [A, B] = Op.AB;
  if (bitsOf(A) != bitsOf(B) || isInteger(A) != isInteger(B) ||
      (!isInteger(A) && A != B) || (Op.Saturates && !isInteger(A)))
    return false;
  switch (A) {
  case Element::F16:
    return Depths({8, 16}, {}) &&
           (Op.CD == Element::F16 || Op.CD == Element::F32);
  case Element::BF16:
    return Depths({8, 16}, {}) && Op.CD == Element::F32;
  case Element::TF32:
    return Depths({4, 8}, {}) && Op.CD == Element::F32;
  case Element::F64:
    return Depths({4, 8, 16}, {4}) && Op.CD == Element::F64;
  case Element::S8:
  case Element::U8:
    return Depths({16, 32}, {16}) && Op.CD == Element::S32;
  case Element::S4:
  case Element::U4:
    return Depths({32, 64}, {32}) && Op.CD == Element::S32;
  default:
    return false;
  }
}

std::optional<MatrixOp> matrixOpNamed(StringRef Opcode) {
  MatrixOp Op;
  if (Opcode.consume_front("ldmatrix.sync.aligned.m8n8.x")) {
    unsigned Count = 0;
    if (Opcode.consumeInteger(10, Count) || !is_contained({1u, 2u, 4u}, Count))
      return std::nullopt;
    Op.K = Opcode.consume_front(".trans") ? MatrixOp::Kind::LoadTransposed
                                          : MatrixOp::Kind::Load;
    Op.M = static_cast<uint8_t>(Count);
    bool Known = Opcode == ".shared.b16" || Opcode == ".shared::cta.b16" ||
                 Opcode == ".b16";
    return Known ? std::optional(Op) : std::nullopt;
  }
  unsigned M = 0, N = 0, Depth = 0;
  if (!Opcode.consume_front("mma.sync.aligned.m") ||
      Opcode.consumeInteger(10, M) || !Opcode.consume_front("n") ||
      Opcode.consumeInteger(10, N) || !Opcode.consume_front("k") ||
      Opcode.consumeInteger(10, Depth) || !Opcode.consume_front(".row.col.") ||
      std::max({M, N, Depth}) > 64)
    return std::nullopt;
  Op.Saturates = Opcode.consume_front("satfinite.");
  SmallVector<StringRef, 4> Types; // Of D, A, B, C.
  Opcode.split(Types, '.');
  if (Types.size() != 4 || Types[0] != Types[3])
    return std::nullopt;
  auto D = elementNamed(Types[0]), A = elementNamed(Types[1]),
       B = elementNamed(Types[2]);
  if (!A || !B || !D)
    return std::nullopt;
  Op.M = static_cast<uint8_t>(M);
  Op.N = static_cast<uint8_t>(N);
  Op.Depth = static_cast<uint8_t>(Depth);
  Op.AB[0] = *A;
  Op.AB[1] = *B;
  Op.CD = *D;
  return isKnown(Op) ? std::optional(Op) : std::nullopt;
}

//===----------------------------------------------------------------------===//
// Elements
//===----------------------------------------------------------------------===//

/// Element number I of a lane's registers, without its type.
static uint64_t raw(const uint32_t *Words, unsigned I, unsigned Bits) {
  if (Bits == 64)
    return Words[2 * I] | uint64_t(Words[2 * I + 1]) << 32;
  return Words[I * Bits / 32] >> (I * Bits % 32) &
         maskTrailingOnes<uint64_t>(Bits);
}

static double decode(uint64_t Raw, Element E) {
  auto Bits = static_cast<uint32_t>(Raw);
  switch (E) {
  case Element::F16: {
    APFloat V(APFloat::IEEEhalf(), APInt(16, Raw));
    return V.convertToDouble();
  }
  case Element::BF16:
    return llvm::bit_cast<float>(Bits << 16);
  case Element::TF32:
    return llvm::bit_cast<float>(Bits & ~0x1fffu);
  case Element::F32:
    return llvm::bit_cast<float>(Bits);
  default:
    return llvm::bit_cast<double>(Raw);
  }
}

static int64_t decodeInteger(uint64_t Raw, Element E) {
  bool Signed = E == Element::S8 || E == Element::S4 || E == Element::S32;
  return Signed ? SignExtend64(Raw, bitsOf(E)) : static_cast<int64_t>(Raw);
}

static uint64_t encode(double V, Element E) {
  if (E == Element::F64)
    return llvm::bit_cast<uint64_t>(V);
  bool Half = E == Element::F16;
  if (std::isnan(V))
    return Half ? 0x7fff : 0x7fffffff;
  APFloat Rounded(V);
  bool Loses;
  Rounded.convert(Half ? APFloat::IEEEhalf() : APFloat::IEEEsingle(),
                  APFloat::rmNearestTiesToEven, &Loses);
  return Rounded.bitcastToAPInt().getZExtValue();
}

static void put(uint32_t *Words, unsigned I, unsigned Bits, uint64_t Raw) {
  if (Bits == 64) {
    Words[2 * I] = static_cast<uint32_t>(Raw);
    Words[2 * I + 1] = static_cast<uint32_t>(Raw >> 32);
    return;
  }
  unsigned Shift = I * Bits % 32;
  uint32_t &Word = Words[I * Bits / 32];
  auto Mask = static_cast<uint32_t>(maskTrailingOnes<uint64_t>(Bits) << Shift);
  Word = (Word & ~Mask) | (static_cast<uint32_t>(Raw << Shift) & Mask);
}

//===----------------------------------------------------------------------===//
// Operations
//===----------------------------------------------------------------------===//

namespace {

/// Elements without their type, by row and column.
struct Matrix {
  Matrix(unsigned Rows, unsigned Columns)
      : Columns(Columns), All(size_t(Rows) * Columns) {}
  uint64_t &at(unsigned Row, unsigned Column) {
    return All[size_t(Row) * Columns + Column];
  }
  unsigned Columns;
  std::vector<uint64_t> All;
};

} // namespace

/// The result for one element of D, whose C is given.
static uint64_t combine(const MatrixOp &Op, Matrix &A, Matrix &B, uint64_t C,
                        unsigned Row, unsigned Column) {
  if (isInteger(Op.CD)) {
    int64_t Sum = decodeInteger(C, Op.CD);
    for (unsigned K = 0; K < Op.Depth; ++K)
      Sum += decodeInteger(A.at(Row, K), Op.AB[0]) *
             decodeInteger(B.at(K, Column), Op.AB[1]);
    if (Op.Saturates)
      Sum = std::clamp<int64_t>(Sum, INT32_MIN, INT32_MAX);
    return static_cast<uint32_t>(Sum);
  }
  double Sum = decode(C, Op.CD);
  for (unsigned K = 0; K < Op.Depth; ++K)
    Sum = std::fma(decode(A.at(Row, K), Op.AB[0]),
                   decode(B.at(K, Column), Op.AB[1]), Sum);
  return encode(Sum, Op.CD);
}

static void multiply(const MatrixOp &Op, uint32_t *const Lanes[32]) {
  Matrix A(Op.M, Op.Depth), B(Op.Depth, Op.N);
  unsigned Bits = bitsOf(Op.AB[0]), P = std::max(1u, 32 / Bits);
  for (unsigned Lane = 0; Lane < 32; ++Lane) {
    if (!Lanes[Lane])
      continue;
    unsigned Group = Lane / 4, First = Lane % 4 * P;
    const uint32_t *OfA = Lanes[Lane], *OfB = OfA + Op.wordsOfA();
    for (unsigned E = 0; E < Op.M * Op.Depth / 32u; ++E) {
      unsigned Register = E / P, Lower = Op.M == 16 ? Register % 2 : 0;
      unsigned Step = Op.M == 16 ? Register / 2 : Register;
      A.at(Group + 8 * Lower, First + E % P + Step * 4 * P) = raw(OfA, E, Bits);
    }
    for (unsigned E = 0; E < Op.N * Op.Depth / 32u; ++E)
      B.at(First + E % P + E / P * 4 * P, Group) = raw(OfB, E, Bits);
  }
  unsigned Wide = bitsOf(Op.CD);
  for (unsigned Lane = 0; Lane < 32; ++Lane) {
    if (!Lanes[Lane])
      continue;
    const uint32_t *OfC = Lanes[Lane] + Op.wordsOfA() + Op.wordsOfB();
    for (unsigned E = 0; E < Op.M * Op.N / 32u; ++E) {
      uint64_t D = combine(Op, A, B, raw(OfC, E, Wide), Lane / 4 + 8 * (E / 2),
                           Lane % 4 * 2 + E % 2);
      // No element of A or B is needed any more.
      put(Lanes[Lane], E, Wide, D);
    }
  }
}

/// The same with the elements of a lane one after the other, in rows.
static void multiplyFragments(const MatrixOp &Op, uint32_t *const Lanes[32]) {
  Matrix A(Op.M, Op.Depth), B(Op.Depth, Op.N), C(Op.M, Op.N);
  unsigned Bits = bitsOf(Op.AB[0]), Wide = bitsOf(Op.CD);
  auto Gather = [&](Matrix &To, unsigned Word, unsigned Width) {
    size_t Each = To.All.size() / 32;
    for (size_t I = 0; I < To.All.size(); ++I)
      if (const uint32_t *Words = Lanes[I / Each])
        To.All[I] = raw(Words + Word, static_cast<unsigned>(I % Each), Width);
  };
  Gather(A, 0, Bits);
  Gather(B, Op.wordsOfA(), Bits);
  Gather(C, Op.wordsOfA() + Op.wordsOfB(), Wide);
  unsigned Each = Op.M * Op.N / 32u;
  for (unsigned I = 0; I < Each * 32; ++I)
    if (uint32_t *Words = Lanes[I / Each])
      put(Words, I % Each, Wide,
          combine(Op, A, B, C.All[I], I / Op.N, I % Op.N));
}

/// Lane 8m + r holds row r of matrix m.
static void load(const MatrixOp &Op, uint32_t *const Lanes[32]) {
  uint16_t Rows[32][8] = {};
  for (unsigned Lane = 0; Lane < 8u * Op.M; ++Lane)
    for (unsigned I = 0; Lanes[Lane] && I < 8; ++I)
      Rows[Lane][I] = static_cast<uint16_t>(raw(Lanes[Lane], I, 16));
  for (unsigned Lane = 0; Lane < 32; ++Lane)
    for (unsigned N = 0; Lanes[Lane] && N < Op.M; ++N)
      for (unsigned I = 0; I < 2; ++I) {
        unsigned Row = Lane / 4, Column = Lane % 4 * 2 + I;
        if (Op.K == MatrixOp::Kind::LoadTransposed)
          std::swap(Row, Column);
        put(Lanes[Lane], 2 * N + I, 16, Rows[8 * N + Row][Column]);
      }
}

void execute(const MatrixOp &Op, uint32_t *const Lanes[32]) {
  if (Op.K == MatrixOp::Kind::Multiply)
    multiply(Op, Lanes);
  else if (Op.K == MatrixOp::Kind::Fragments)
    multiplyFragments(Op, Lanes);
  else
    load(Op, Lanes);
}

} // namespace reprise::emulator
