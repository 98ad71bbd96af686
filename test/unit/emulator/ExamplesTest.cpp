//===- ExamplesTest.cpp - examples/ against results of plain C++ ----------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every example in every form: the result is that of the reference, the forms
// agree bit by bit, and a random interleaving computes the same.
//
//===----------------------------------------------------------------------===//

#include "CudaForms.h"
#include "verify/Oracle.h"

#include "llvm/Support/MathExtras.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <functional>
#include <variant>

using namespace reprise::emulator;

namespace {

using Floats = std::vector<float>;

/// Numbers between -1 and 1 that depend only on Seed.
Floats numbers(size_t Count, uint32_t Seed) {
  Floats Result(Count);
  for (float &V : Result) {
    Seed = Seed * 1664525u + 1013904223u;
    V = static_cast<float>(Seed >> 8) / 8388608.0f - 1.0f;
  }
  return Result;
}

Floats fromIntegers(const std::vector<uint32_t> &In) {
  Floats Result(In.size());
  std::memcpy(Result.data(), In.data(), In.size() * 4);
  return Result;
}

/// Also true for equal bits, whatever they mean.
bool near(float A, float B, double Tolerance) {
  return std::bit_cast<uint32_t>(A) == std::bit_cast<uint32_t>(B) ||
         std::fabs(A - B) <= Tolerance;
}

/// An element of a buffer, for pointers.
struct At {
  size_t Buffer, Element = 0;
};

/// A launch and what the buffers hold after it.
struct Case {
  const char *Example, *Kernel;
  Dim3 Grid, Block;
  std::vector<Floats> Buffers;
  std::vector<std::variant<At, int, float>> Arguments;
  std::function<void(std::vector<Floats> &)> Reference;
  double Tolerance = 1e-5;
  bool Idempotent = true;
};

Launch launchOf(const Case &C, std::vector<Floats> &Buffers) {
  Launch L;
  L.Grid = C.Grid;
  L.Block = C.Block;
  auto Append = [&](auto V) {
    L.Params.resize(llvm::alignTo(L.Params.size(), sizeof(V)));
    const auto *P = reinterpret_cast<const uint8_t *>(&V);
    L.Params.insert(L.Params.end(), P, P + sizeof(V));
  };
  for (const auto &A : C.Arguments) {
    if (const At *P = std::get_if<At>(&A))
      Append(
          reinterpret_cast<uint64_t>(Buffers[P->Buffer].data() + P->Element));
    else if (const int *I = std::get_if<int>(&A))
      Append(*I);
    else
      Append(std::get<float>(A));
  }
  for (Floats &B : Buffers)
    L.Allocations.push_back(
        {reinterpret_cast<uint64_t>(B.data()), B.size() * sizeof(float)});
  return L;
}

std::vector<Case> cases() {
  std::vector<Case> All;
  All.push_back({"vector_set",
                 "_Z9vectorSetPffi",
                 {32},
                 {64},
                 {numbers(2000, 1)},
                 {At{0, 100}, 4.0f, 500},
                 [](auto &B) { std::fill_n(B[0].begin() + 100, 500, 4.0f); }});
  All.push_back({"vector_inc",
                 "_Z9vectorIncPfi",
                 {32},
                 {64},
                 {numbers(2000, 1)},
                 {At{0}, 1999},
                 [](auto &B) {
                   for (int I = 0; I < 1999; ++I)
                     B[0][I] += 1.0f;
                 },
                 1e-5,
                 /*Idempotent=*/false});
  All.push_back({"vector_add",
                 "_Z9vectorAddPfPKfS1_i",
                 {32},
                 {64},
                 {Floats(2000), numbers(2000, 1), numbers(2000, 2)},
                 {At{0}, At{1}, At{2}, 2000},
                 [](auto &B) {
                   for (int I = 0; I < 2000; ++I)
                     B[0][I] = B[1][I] + B[2][I];
                 }});
  All.push_back({"activation_inplace",
                 "_Z11geluInPlacePfi",
                 {4},
                 {128},
                 {numbers(5000, 1)},
                 {At{0, 7}, 4990},
                 [](auto &B) {
                   for (int I = 7; I < 4997; ++I)
                     B[0][I] = 0.5f * B[0][I] *
                               (1.0f + std::erf(B[0][I] * 0.70710678f));
                 },
                 1e-5,
                 /*Idempotent=*/false});
  All.push_back({"block_reduce",
                 "_Z11blockReducePfPKfi",
                 {8},
                 {256},
                 {Floats(8), numbers(10000, 1)},
                 {At{0}, At{1}, 10000},
                 [](auto &B) {
                   for (int I = 0; I < 10000; ++I)
                     B[0][I / 256 % 8] += B[1][I];
                 },
                 1e-3});
  std::vector<uint32_t> Rows(64);
  for (uint32_t I = 0; I < 64; ++I)
    Rows[I] = I * 37 % 1000;
  All.push_back({"embedding_gather",
                 "_Z15embeddingGatherPfPKfPKiii",
                 {70},
                 {64},
                 {Floats(64 * 96), numbers(1000 * 96, 1), fromIntegers(Rows)},
                 {At{0}, At{1}, At{2}, 64, 96},
                 [](auto &B) {
                   for (int I = 0; I < 64; ++I)
                     for (int D = 0; D < 96; ++D)
                       B[0][I * 96 + D] = B[1][I * 37 % 1000 * 96 + D];
                 }});
  All.push_back({"gemm_tiled",
                 "_Z9gemmTiledPfPKfS1_iiiiii",
                 {3, 4},
                 {16, 16},
                 {numbers(50 * 60, 3), numbers(23 * 37, 4)},
                 // C in the columns beside A.
                 {At{0, 23}, At{0}, At{1}, 50, 37, 23, 60, 37, 60},
                 [](auto &B) {
                   for (int I = 0; I < 50; ++I)
                     for (int J = 0; J < 37; ++J) {
                       float Sum = 0.0f;
                       for (int K = 0; K < 23; ++K)
                         Sum += B[0][I * 60 + K] * B[1][K * 37 + J];
                       B[0][I * 60 + 23 + J] = Sum;
                     }
                 }});
  std::vector<uint32_t> Bytes(2500), Bins(256);
  auto *Data = reinterpret_cast<uint8_t *>(Bytes.data());
  for (int I = 0; I < 10000; ++I)
    ++Bins[Data[I] = static_cast<uint8_t>(I % 1009 * 7)];
  All.push_back({"histogram",
                 "_Z9histogramPjPKhi",
                 {16},
                 {128},
                 {Floats(256), fromIntegers(Bytes)},
                 {At{0}, At{1}, 10000},
                 [Want = fromIntegers(Bins)](auto &B) { B[0] = Want; },
                 0,
                 /*Idempotent=*/false});
  All.push_back(
      {"layer_norm",
       "_Z9layerNormPfPKfS1_S1_if",
       {16},
       {128},
       {Floats(4800), numbers(4800, 1), numbers(300, 2), numbers(300, 3)},
       {At{0}, At{1}, At{2}, At{3}, 300, 1e-5f},
       [](auto &B) {
         for (int R = 0; R < 16; ++R) {
           const float *Row = &B[1][R * 300];
           float Mean = 0, Variance = 0;
           for (int C = 0; C < 300; ++C)
             Mean += Row[C] / 300;
           for (int C = 0; C < 300; ++C)
             Variance += (Row[C] - Mean) * (Row[C] - Mean) / 300;
           for (int C = 0; C < 300; ++C)
             B[0][R * 300 + C] =
                 (Row[C] - Mean) / std::sqrt(Variance + 1e-5f) * B[2][C] +
                 B[3][C];
         }
       },
       1e-3});
  All.push_back({"scan",
                 "_Z9blockScanPfS_PKfi",
                 {8},
                 {256},
                 {Floats(2000), Floats(8), numbers(2000, 1)},
                 {At{0}, At{1}, At{2}, 2000},
                 [](auto &B) {
                   for (int K = 0; K < 8; ++K) {
                     float Sum = 0;
                     for (int I = K * 256; I < std::min(2000, K * 256 + 256);
                          ++I)
                       B[0][I] = Sum += B[2][I];
                     B[1][K] = Sum;
                   }
                 },
                 1e-3});
  All.push_back({"softmax",
                 "_Z11softmaxRowsPfPKfii",
                 {16},
                 {128},
                 {numbers(16 * 600, 2)},
                 {At{0, 300}, At{0}, 300, 600},
                 [](auto &B) {
                   for (int R = 0; R < 16; ++R) {
                     float *Row = &B[0][R * 600], Max = -INFINITY, Sum = 0;
                     for (int C = 0; C < 300; ++C)
                       Max = std::fmax(Max, Row[C]);
                     for (int C = 0; C < 300; ++C)
                       Sum += std::exp(Row[C] - Max);
                     for (int C = 0; C < 300; ++C)
                       Row[300 + C] = std::exp(Row[C] - Max) / Sum;
                   }
                 }});
  All.push_back({"stencil2d",
                 "_Z9stencil2dPfPKfii",
                 {4, 8},
                 {32, 8},
                 {numbers(6000, 1), numbers(6000, 2)},
                 {At{1}, At{0}, 100, 60},
                 [](auto &B) {
                   for (int Y = 1; Y < 59; ++Y)
                     for (int I = Y * 100 + 1; I < Y * 100 + 99; ++I)
                       B[1][I] = 0.25f * (B[0][I - 1] + B[0][I + 1] +
                                          B[0][I - 100] + B[0][I + 100]);
                 }});
  All.push_back({"stencil3d",
                 "_Z9stencil3dPfPKfiii",
                 {2, 2},
                 {16, 8},
                 {numbers(2310, 3), numbers(2310, 4)},
                 {At{1}, At{0}, 30, 11, 7},
                 [](auto &B) {
                   const Floats &In = B[0];
                   for (int Z = 1; Z < 6; ++Z)
                     for (int Y = 1; Y < 10; ++Y)
                       for (int X = 1; X < 29; ++X) {
                         int I = Z * 330 + Y * 30 + X;
                         B[1][I] =
                             0.4f * In[I] +
                             0.1f * (In[I - 1] + In[I + 1] + In[I - 30] +
                                     In[I + 30] + In[I - 330] + In[I + 330]);
                       }
                 }});
  All.push_back({"transpose",
                 "_Z9transposePfPKfii",
                 {4, 2},
                 {32, 8},
                 {Floats(5000), numbers(5000, 2)},
                 {At{0}, At{1}, 100, 50},
                 [](auto &B) {
                   for (int Y = 0; Y < 50; ++Y)
                     for (int X = 0; X < 100; ++X)
                       B[0][X * 50 + Y] = B[1][Y * 100 + X];
                 },
                 0});
  return All;
}

class Examples : public testing::TestWithParam<Case> {
protected:
  static Kernel *prepare(const Case &C, Form F,
                         std::unique_ptr<Program> &Keep) {
    auto P =
        loadCuda(std::string(REPRISE_EXAMPLES) + "/" + C.Example + ".cu", F);
    if (!P) {
      ADD_FAILURE() << llvm::toString(P.takeError());
      return nullptr;
    }
    Keep = std::move(*P);
    auto K = Keep->prepare(C.Kernel);
    if (!K) {
      ADD_FAILURE() << llvm::toString(K.takeError());
      return nullptr;
    }
    return *K;
  }
};

TEST_P(Examples, ComputeWhatTheyShould) {
  const Case &C = GetParam();
  std::vector<Floats> Want = C.Buffers, First;
  C.Reference(Want);
  for (Form F : {Form::ClangIr, Form::ClangPtx, Form::NvccPtx}) {
    if (!isAvailable(F))
      continue;
    SCOPED_TRACE(nameOf(F));
    std::unique_ptr<Program> Keep;
    Kernel *K = prepare(C, F, Keep);
    ASSERT_NE(K, nullptr);
    using Order = Schedule::Kind;
    for (auto [Level, How] : {std::pair(TraceLevel::None, Order::Sequential),
                              std::pair(TraceLevel::Bytes, Order::Shuffled),
                              std::pair(TraceLevel::None, Order::Random)}) {
      std::vector<Floats> Got = C.Buffers;
      Launch L = launchOf(C, Got);
      L.Trace = Level;
      L.Order = {How, 17};
      Result R = K->run(L);
      ASSERT_EQ(R.S, Status::Finished) << R.Problem.Text;
      EXPECT_TRUE(R.Uninitialised.empty()) << R.Uninitialised[0].Text;
      if (Level == TraceLevel::Bytes) {
        EXPECT_EQ(R.Trace.Clobbered.empty(), C.Idempotent);
      }
      for (size_t B = 0; B < Got.size(); ++B)
        for (size_t I = 0; I < Got[B].size(); ++I)
          ASSERT_TRUE(near(Got[B][I], Want[B][I], C.Tolerance))
              << "buffer " << B << " element " << I << ": " << Got[B][I]
              << ", not " << Want[B][I];
      if (First.empty())
        First = Got;
      for (size_t B = 0; B < Got.size(); ++B)
        EXPECT_EQ(std::memcmp(Got[B].data(), First[B].data(),
                              Got[B].size() * sizeof(float)),
                  0)
            << "buffer " << B << " differs from the first form's";
    }
  }
  if (First.empty())
    GTEST_SKIP() << "no CUDA toolkit";
}

TEST_P(Examples, ReplayAsTheyShould) {
  const Case &C = GetParam();
  if (!isAvailable(Form::ClangIr))
    GTEST_SKIP() << "no CUDA toolkit";
  std::unique_ptr<Program> Keep;
  Kernel *K = prepare(C, Form::ClangIr, Keep);
  ASSERT_NE(K, nullptr);
  std::vector<Floats> Buffers = C.Buffers;
  reprise::Observation O =
      reprise::observe(*Keep, *K, launchOf(C, Buffers), {.Cuts = 12});
  EXPECT_STREQ(nameOf(O.A), C.Idempotent ? "idempotent" : "non-idempotent")
      << O.Reason << O.Problem.Text;
}

INSTANTIATE_TEST_SUITE_P(All, Examples, testing::ValuesIn(cases()),
                         [](const testing::TestParamInfo<Case> &I) {
                           return std::string(I.param.Example);
                         });

} // namespace
