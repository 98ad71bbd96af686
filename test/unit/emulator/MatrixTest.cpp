//===- MatrixTest.cpp - Matrices that the registers of a warp hold --------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emulator/Matrix.h"
#include "CudaForms.h"
#include "Device.h"

#include <bit>

using namespace reprise::emulator;

namespace {

using Words = std::vector<uint32_t>;

uint32_t bits(float V) { return std::bit_cast<uint32_t>(V); }

/// A half with that value, a multiple of 1/4 below 16.
uint32_t half(float V) {
  uint32_t F = bits(V);
  return V == 0 ? 0
                : (F >> 16 & 0x8000) | ((F >> 23 & 255) - 112) << 10 |
                      (F >> 13 & 0x3ff);
}

/// Small numbers that differ, some negative.
int number(int Seed, int I) { return (I * 37 + Seed * 11) % 23 - 11; }

size_t place(int I) { return static_cast<size_t>(I); }

class Matrices : public testing::TestWithParam<Form> {
protected:
  /// Runs a kernel of one warp on buffers.
  Result run(const char *Name, const std::vector<Words *> &Buffers) {
    if (!P) {
      auto Loaded =
          loadCuda(REPRISE_EMULATOR_INPUTS "/matrices.cu", GetParam());
      if (!Loaded) {
        ADD_FAILURE() << llvm::toString(Loaded.takeError());
        return {};
      }
      P = std::move(*Loaded);
    }
    auto K = P->prepare(Name);
    if (!K) {
      ADD_FAILURE() << llvm::toString(K.takeError());
      return {};
    }
    Launch L = launch(1, 32, Buffers);
    Result R = (*K)->run(L);
    EXPECT_EQ(R.S, Status::Finished) << R.Problem.Text;
    EXPECT_TRUE(R.Uninitialised.empty());
    return R;
  }
  void SetUp() override {
    if (!isAvailable(GetParam()))
      GTEST_SKIP() << "no CUDA toolkit";
  }
  std::unique_ptr<Program> P;
};

TEST_P(Matrices, Halves) {
  Words A(128), B(64), D(128), Want(128);
  auto Put = [](Words &To, int I, float V) {
    To[place(I / 2)] |= half(V) << (I % 2 * 16);
  };
  auto Value = [](int Seed, int I) {
    return static_cast<float>(number(Seed, I)) / 4;
  };
  for (int I = 0; I < 256; ++I)
    Put(A, I, Value(1, I));
  for (int I = 0; I < 128; ++I) {
    Put(B, I, Value(2, I));
    D[place(I)] = bits(Value(3, I));
  }
  for (int R = 0; R < 16; ++R)
    for (int C = 0; C < 8; ++C) {
      float Sum = Value(3, R * 8 + C);
      for (int K = 0; K < 16; ++K)
        Sum += Value(1, R * 16 + K) * Value(2, K * 8 + C);
      Want[place(R * 8 + C)] = bits(Sum);
    }
  Result R = run("_Z6halvesPfPKjS1_", {&D, &A, &B});
  EXPECT_EQ(D, Want);
  EXPECT_EQ(R.Trace.Clobbered, std::vector{elements(D, 0, 128)});
}

TEST_P(Matrices, Bytes) {
  Words A(128), B(64), D(128, 5), Want(128);
  auto Unsigned = [](int I) { return 200 - number(4, I); };
  for (int I = 0; I < 512; ++I)
    A[place(I / 4)] |= (static_cast<uint32_t>(number(5, I)) & 255)
                       << (I % 4 * 8);
  for (int I = 0; I < 256; ++I)
    B[place(I / 4)] |= static_cast<uint32_t>(Unsigned(I)) << (I % 4 * 8);
  D[0] = 0x7fffffff;
  D[1] = 0x80000000;
  for (int R = 0; R < 16; ++R)
    for (int C = 0; C < 8; ++C) {
      size_t At = place(R * 8 + C);
      int64_t Sum = static_cast<int32_t>(D[At]);
      for (int K = 0; K < 32; ++K)
        Sum += number(5, R * 32 + K) * Unsigned(C * 32 + K);
      Sum = std::clamp<int64_t>(Sum, INT32_MIN, INT32_MAX);
      Want[At] = static_cast<uint32_t>(Sum);
    }
  run("_Z5bytesPiPKjS1_", {&D, &A, &B});
  EXPECT_EQ(D, Want);
}

TEST_P(Matrices, Doubles) {
  Words A(64), B(64), D(128), Want(128);
  auto Put = [](Words &To, int I, double V) {
    std::memcpy(&To[place(2 * I)], &V, 8);
  };
  for (int I = 0; I < 32; ++I) {
    Put(A, I, number(6, I));
    Put(B, I, number(7, I));
  }
  for (int R = 0; R < 8; ++R)
    for (int C = 0; C < 8; ++C) {
      double Sum = R - C;
      Put(D, R * 8 + C, Sum);
      for (int K = 0; K < 4; ++K)
        Sum += number(6, R * 4 + K) * number(7, C * 4 + K);
      Put(Want, R * 8 + C, Sum);
    }
  run("_Z7doublesPdPKdS1_", {&D, &A, &B});
  EXPECT_EQ(D, Want);
}

TEST_P(Matrices, FragmentsOfHalves) {
  auto Value = [](int Seed, int I) {
    return static_cast<float>(number(Seed, I) % 4) / 4;
  };
  auto Put = [](Words &To, int I, uint32_t V) {
    To[place(I / 2)] |= V << (I % 2 * 16);
  };
  struct Shape {
    const char *Name;
    int M, N;
    bool Half;
  };
  for (Shape S : {Shape{"_Z6squarePfPK6__halfS2_", 16, 16, false},
                  Shape{"_Z4tallPfPK6__halfS2_", 32, 8, false},
                  Shape{"_Z4wideP6__halfPKS_S2_", 8, 32, true}}) {
    SCOPED_TRACE(S.Name);
    int Rows = S.M + 2, Count = Rows * S.N;
    Words A(place(S.M * 8)), B(place(S.N * 8));
    Words D(place(S.Half ? Count / 2 : Count)), Want(D.size());
    for (int I = 0; I < S.M * 16; ++I)
      Put(A, I, half(Value(1, I)));
    for (int I = 0; I < S.N * 16; ++I)
      Put(B, I, half(Value(2, I)));
    for (int I = 0; I < Count; ++I) {
      int R = I % Rows, C = I / Rows;
      float Sum = Value(3, I), Given = Sum;
      for (int K = 0; R < S.M && K < 16; ++K)
        Sum += 2 * Value(1, R * 16 + K) * Value(2, C * 16 + K);
      if (S.Half) {
        Put(D, I, half(Given));
        Put(Want, I, half(Sum));
      } else {
        D[place(I)] = bits(Given);
        Want[place(I)] = bits(Sum);
      }
    }
    run(S.Name, {&D, &A, &B});
    EXPECT_EQ(D, Want);
  }
}

TEST_P(Matrices, FragmentsOfBytes) {
  Words A(64), B(64), D(256), Want(256);
  for (int I = 0; I < 256; ++I) {
    auto Byte = [&](int Seed) {
      return (static_cast<uint32_t>(number(Seed, I)) & 255) << (I % 4 * 8);
    };
    A[place(I / 4)] |= Byte(8);
    B[place(I / 4)] |= Byte(9);
    int Sum = 0;
    for (int K = 0; K < 16; ++K)
      Sum += number(8, I / 16 * 16 + K) * number(9, K * 16 + I % 16);
    Want[place(I)] = static_cast<uint32_t>(Sum);
  }
  Result R = run("_Z5smallPiPKaS1_", {&D, &A, &B});
  EXPECT_EQ(D, Want);
  EXPECT_TRUE(R.Trace.Clobbered.empty());
  EXPECT_EQ(R.Trace.Written, std::vector{elements(D, 0, 256)});
}

INSTANTIATE_TEST_SUITE_P(All, Matrices,
                         testing::Values(Form::ClangIr, Form::ClangPtx,
                                         Form::NvccPtx),
                         [](const testing::TestParamInfo<Form> &I) {
                           return I.param == Form::ClangIr    ? "ClangIr"
                                  : I.param == Form::ClangPtx ? "ClangPtx"
                                                              : "NvccPtx";
                         });

/// The first word of D when the first ones of A and B are not 0.
uint32_t product(const char *Opcode, uint32_t X, uint32_t Y) {
  auto Op = matrixOpNamed(Opcode);
  if (!Op)
    return ~0u;
  std::vector<Words> Registers(32, Words(Op->words()));
  uint32_t *Lanes[32];
  for (size_t I = 0; I < 32; ++I)
    Lanes[I] = Registers[I].data();
  Lanes[0][0] = X;
  Lanes[0][Op->wordsOfA()] = Y;
  execute(*Op, Lanes);
  return Lanes[0][0];
}

TEST(Matrix, FormatsOfFloats) {
  EXPECT_EQ(product("mma.sync.aligned.m16n8k8.row.col.f32.bf16.bf16.f32",
                    0x4040, 0xc000),
            bits(-6));
  // The bits that a tf32 has not are ignored.
  EXPECT_EQ(product("mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32",
                    bits(3) | 0x1fff, bits(2)),
            bits(6));
  EXPECT_EQ(product("mma.sync.aligned.m16n8k4.row.col.f32.tf32.tf32.f32",
                    bits(0.5f), bits(2)),
            bits(1));
  // Halves that become one half: 2049 is rounded to even.
  EXPECT_EQ(product("mma.sync.aligned.m16n8k16.row.col.f16.f16.f16.f16",
                    half(1) | half(1) << 16, 0x6800 | half(1) << 16),
            0x6800u);
  EXPECT_EQ(
      product("mma.sync.aligned.m16n8k8.row.col.f16.f16.f16.f16", 0x7c00, 0),
      0x7fff7fffu)
      << "infinity times 0";
}

TEST(Matrix, WhatIsNotKnown) {
  for (const char *Name :
       {"mma.sync.aligned.m8n8k4.row.col.f32.f16.f16.f32",
        "mma.sync.aligned.m16n8k16.col.col.f32.f16.f16.f32",
        "mma.sync.aligned.m16n8k16.row.col.f32.f16.bf16.f32",
        "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f16",
        "mma.sync.aligned.m16n8k256.row.col.s32.b1.b1.s32.xor.popc",
        "mma.sync.aligned.m16n8k32.row.col.f32.e4m3.e4m3.f32",
        "mma.sp.sync.aligned.m16n8k32.row.col.f32.f16.f16.f32",
        "ldmatrix.sync.aligned.m8n8.x3.shared.b16",
        "ldmatrix.sync.aligned.m16n16.x1.trans.shared.b8"})
    EXPECT_FALSE(matrixOpNamed(Name)) << Name;
}

TEST(Matrix, LanesThatDoNotExist) {
  auto Op = matrixOpNamed("ldmatrix.sync.aligned.m8n8.x1.shared.b16");
  ASSERT_TRUE(Op);
  Words First = {1 | 2 << 16, 3, 4, 5}, Fifth(4, 7);
  uint32_t *Lanes[32] = {First.data(), nullptr, nullptr, nullptr, Fifth.data()};
  execute(*Op, Lanes);
  EXPECT_EQ(First[0], 1u | 2 << 16);
  EXPECT_EQ(Fifth[0], 0u) << "row 1, which lane 1 would have";
}

} // namespace
