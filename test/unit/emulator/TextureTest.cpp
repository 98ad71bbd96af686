//===- TextureTest.cpp - Textures -----------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CudaForms.h"
#include "Device.h"

#include <bit>

using namespace reprise::emulator;

namespace {

using Words = std::vector<uint32_t>;
using Floats = std::vector<float>;
using Mode = LinearTexture::Mode;

const char *Fetch = R"(
define void @k(ptr %a, i64 %h) {
  %t = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %s = call {i32, i32, i32, i32} asm "tex.1d.v4.s32.s32 {$0, $1, $2, $3}, [$4, {$5}];", "=r,=r,=r,=r,l,r"(i64 %h, i32 %t)
  %x = extractvalue {i32, i32, i32, i32} %s, 0
  %y = extractvalue {i32, i32, i32, i32} %s, 1
  %v = add i32 %x, %y
  %p = getelementptr i32, ptr %a, i32 %t
  store i32 %v, ptr %p, align 4
  ret void
})";

TEST(Texture, LinearMemoryOfTwoSmallChannels) {
  Device D(Fetch);
  Words A(4, 1), B = {0xfffe0005, 0x00070001, 0, 0};
  Launch L = launch(1, 4, {&A}, uint64_t(77));
  L.Allocations.push_back({reinterpret_cast<uint64_t>(B.data()), 16});
  LinearTexture T;
  T.Handle = 77;
  T.Address = reinterpret_cast<uint64_t>(B.data());
  T.Elements = 2;
  T.Channels = 2;
  T.Bits = 16;
  T.Signed = true;
  L.Textures.push_back(T);
  Result R = D.run(L);
  ASSERT_EQ(R.S, Status::Finished) << R.Problem.Text;
  EXPECT_EQ(A, (Words{3, 8, 0, 0}));
  EXPECT_EQ(R.Trace.Read, std::vector{elements(B, 0, 2)});
  L.Textures[0].Elements = 100; // More than the allocation has.
  L.Block.X = 5;
  EXPECT_EQ(D.run(L).Problem.Kind, FaultKind::OutOfBounds);
  L.Textures.clear();
  EXPECT_EQ(D.run(L).Problem.Kind, FaultKind::Unsupported);
}

/// A texture of Data, Columns wide.
LinearTexture over(Words &Data, uint64_t Columns) {
  LinearTexture T;
  T.Handle = 77;
  T.Address = reinterpret_cast<uint64_t>(Data.data());
  T.Elements = Columns;
  return T;
}

/// What texture T of Data has at places of one, two or three coordinates.
struct Sampler {
  Sampler(LinearTexture What, Words &Data) : T(What), Data(Data) {}

  Result sample(const std::vector<Floats> &Places) {
    unsigned Dims = T.Slices ? 3 : T.Rows ? 2 : 1;
    std::string Coordinates, Arguments, Loads, Constraints;
    Words X;
    for (const Floats &P : Places)
      for (unsigned D = 0; D < 3; ++D)
        X.push_back(std::bit_cast<uint32_t>(D < P.size() ? P[D] : 0));
    for (unsigned D = 0; D < (Dims == 3 ? 4 : Dims); ++D) {
      std::string N = std::to_string(std::min(D, 2u));
      Coordinates += (D ? ", $" : "$") + std::to_string(5 + D);
      Arguments += ", float %x" + N;
      Constraints += ",f";
      if (D < 3)
        Loads += "%o" + N + " = add i32 %three, " + N + "\n%q" + N +
                 " = getelementptr float, ptr %b, i32 %o" + N + "\n%x" + N +
                 " = load float, ptr %q" + N + ", align 4\n";
    }
    Device D(R"(
define void @k(ptr %a, ptr %b, i64 %h) {
  %t = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %three = mul i32 %t, 3
  )" + Loads +
             R"(
  %s = call {float, float, float, float} asm "tex.)" +
             std::to_string(Dims) + "d.v4.f32.f32 {$0, $1, $2, $3}, [$4, {" +
             Coordinates + R"(}];", "=f,=f,=f,=f,l)" + Constraints +
             "\"(i64 %h" + Arguments + R"()
  %x = extractvalue {float, float, float, float} %s, 0
  %p = getelementptr float, ptr %a, i32 %t
  store float %x, ptr %p, align 4
  ret void
})");
    Words A(Places.size());
    Launch L =
        launch(1, static_cast<uint32_t>(Places.size()), {&A, &X}, uint64_t(77));
    L.Allocations.push_back(
        {reinterpret_cast<uint64_t>(Data.data()), Data.size() * 4});
    L.Textures.push_back(T);
    Result R = D.run(L);
    EXPECT_EQ(R.S, Status::Finished) << R.Problem.Text;
    Read.clear();
    for (Range One : R.Trace.Read)
      if (One.Begin >= L.Allocations[2].Address &&
          One.End <= L.Allocations[2].Address + Data.size() * 4)
        Read.push_back(One);
    Values.clear();
    for (uint32_t Word : A)
      Values.push_back(std::bit_cast<float>(Word));
    return R;
  }

  LinearTexture T;
  Words &Data;
  Floats Values;
  std::vector<Range> Read; ///< The part of the trace in Data.
};

TEST(Texture, RowsWithAPitch) {
  // Three rows of four elements, the fifth of each is none.
  Words Data = bits({0, 1, 2, 3, -1, 10, 11, 12, 13, -1, 20, 21, 22, 23, -1});
  Sampler S(over(Data, 4), Data);
  S.T.Rows = 3;
  S.T.Pitch = 20;
  S.sample({{0, 0}, {1.5f, 2.5f}, {3.99f, 1}, {-5, 1}, {4, 2}, {2, 1e30f}});
  EXPECT_EQ(S.Values, (Floats{0, 21, 13, 10, 23, 22}));
  EXPECT_EQ(S.Read, (std::vector{elements(Data, 0, 1), elements(Data, 5, 1),
                                 elements(Data, 8, 1), elements(Data, 11, 3)}));
  S.T.Outside[0] = Mode::Border;
  S.sample({{-0.1f, 1}, {4, 2}, {3, 7}});
  EXPECT_EQ(S.Values, (Floats{0, 0, 23})) << "y is clamped";
  EXPECT_EQ(S.Read, std::vector{elements(Data, 13, 1)});
}

TEST(Texture, CoordinatesFromZeroToOne) {
  Words Data = bits({1, 2, 3, 4});
  Sampler S(over(Data, 4), Data);
  std::vector<Floats> Places = {{0},     {0.25f}, {0.9999f}, {1.0f},   {1.6f},
                                {-0.1f}, {-1.3f}, {2.3f},    {-1e30f}, {1e30f}};
  S.T.UnitCoordinates = true;
  S.sample(Places);
  EXPECT_EQ(S.Values, (Floats{1, 2, 4, 4, 4, 1, 1, 4, 1, 4}));
  S.T.Outside[0] = Mode::Wrap;
  S.sample({Places.begin(), Places.end() - 2});
  EXPECT_EQ(S.Values, (Floats{1, 2, 4, 1, 3, 4, 3, 2}));
  S.T.Outside[0] = Mode::Mirror;
  S.sample({Places.begin(), Places.end() - 2});
  EXPECT_EQ(S.Values, (Floats{1, 2, 4, 4, 2, 1, 3, 2}));
  // In elements, both modes clamp.
  S.T.UnitCoordinates = false;
  S.sample({{5.5f}, {-2}});
  EXPECT_EQ(S.Values, (Floats{4, 1}));
}

TEST(Texture, BetweenElements) {
  Words Data = bits({0, 8, 16, 100, 108, 116});
  Sampler S(over(Data, 3), Data);
  S.T.Linear = true;
  S.sample({{0.5f}, {1}, {1.25f}, {0}, {-3}, {2.9f}});
  EXPECT_EQ(S.Values, (Floats{0, 4, 6, 0, 0, 16}));
  S.T.Rows = 2;
  S.sample({{0.5f, 0.5f}, {1, 1}, {2, 1.5f}, {1.5f, 0.75f}});
  EXPECT_EQ(S.Values, (Floats{0, 54, 112, 33}));
  // Half of it lies outside.
  S.T.Outside[1] = Mode::Border;
  S.sample({{1.5f, 0}, {1.5f, 2}});
  EXPECT_EQ(S.Values, (Floats{4, 54}));
}

TEST(Texture, Slices) {
  Words Data(24);
  for (uint32_t I = 0; I < 24; ++I)
    Data[I] = std::bit_cast<uint32_t>(static_cast<float>(I));
  Sampler S(over(Data, 2), Data);
  S.T.Rows = 3;
  S.T.Slices = 4;
  S.sample({{1, 2, 3}, {0, 1, 2}, {1, 1, 9}});
  EXPECT_EQ(S.Values, (Floats{23, 14, 21}));
  S.T.Linear = true;
  S.sample({{1, 1, 1}});
  EXPECT_EQ(S.Values, (Floats{4.5f})) << "the middle of eight";
}

TEST(Texture, ChannelsThatBecomeFloats) {
  Words Data = {0xc0003c00}; // 1 and -2 as halves.
  Sampler S(over(Data, 2), Data);
  S.T.Bits = 16;
  S.T.Float = true;
  S.sample({{0}, {1}});
  EXPECT_EQ(S.Values, (Floats{1, -2}));
  Data = {0x80ff00};
  S.T.Bits = 8;
  S.T.Float = false;
  S.T.Normalized = true;
  S.T.Elements = 3;
  S.sample({{0}, {1}, {2}});
  EXPECT_EQ(S.Values, (Floats{0, 1, 128.0f / 255}));
  S.T.Linear = true;
  S.sample({{1}});
  EXPECT_EQ(S.Values, (Floats{0.5f}));
}

TEST(Texture, WhatDoesNotFit) {
  Words Data(4), A(1);
  Sampler S(over(Data, 4), Data);
  S.T.Rows = 1;
  Device D(Fetch);
  Launch L = launch(1, 1, {&A}, uint64_t(77));
  L.Allocations.push_back({S.T.Address, 16});
  L.Textures.push_back(S.T);
  Result R = D.run(L);
  EXPECT_EQ(R.Problem.Kind, FaultKind::Unsupported) << "two dimensions";
  EXPECT_NE(R.Problem.Text.find("no texture of 1 dimension with the handle "
                                "0x4d"),
            std::string::npos)
      << R.Problem.Text;
}

TEST(Texture, AsCompilersWriteThem) {
  if (availableForms().empty())
    GTEST_SKIP() << "no CUDA toolkit";
  for (Form F : availableForms()) {
    SCOPED_TRACE(nameOf(F));
    auto P = loadCuda(REPRISE_EMULATOR_INPUTS "/textures.cu", F);
    ASSERT_TRUE(bool(P)) << llvm::toString(P.takeError());
    auto K = (*P)->prepare("_Z8texturesPfyyy");
    ASSERT_TRUE(bool(K)) << llvm::toString(K.takeError());
    Words A(4), Line = bits({1, 2, 3, 4}),
                Image = bits({1, 5, 2, 6, 3, 7, 4, 8}),
                Volume = bits({1, 2, 3, 4});
    Launch L = launch(1, 4, {&A}, uint64_t(1), uint64_t(2), uint64_t(3));
    for (Words *W : {&Line, &Image, &Volume})
      L.Allocations.push_back(
          {reinterpret_cast<uint64_t>(W->data()), W->size() * 4});
    LinearTexture One = over(Line, 4), Two = over(Image, 2),
                  Three = over(Volume, 2);
    One.Handle = 1;
    Two.Handle = 2;
    Two.Channels = 2;
    Two.Rows = 2;
    Three.Handle = 3;
    Three.Rows = 1;
    Three.Slices = 2;
    L.Textures = {One, Two, Three};
    Result R = (*K)->run(L);
    ASSERT_EQ(R.S, Status::Finished) << R.Problem.Text;
    EXPECT_EQ(A, bits({11371, 21371, 32482, 42482}));
  }
}

TEST(Surface, AsCompilersWriteThem) {
  if (!isAvailable(Form::NvccPtx))
    GTEST_SKIP() << "no CUDA toolkit";
  auto P = loadCuda(REPRISE_EMULATOR_INPUTS "/surfaces.cu", Form::NvccPtx);
  ASSERT_TRUE(bool(P)) << llvm::toString(P.takeError());
  auto K = (*P)->prepare("_Z8surfacesyyy");
  ASSERT_TRUE(bool(K)) << llvm::toString(K.takeError());
  // 4 x 2 pairs of numbers with a fifth pair that is none, 1 x 2 x 2
  // quadruples, four bytes.
  Words Image = {1, 2, 3, 4, 99, 5, 6, 7, 8, 99}, Volume(16),
        Line = {0x04030201};
  for (uint32_t I = 0; I < 16; ++I)
    Volume[I] = 10 + I;
  LinearTexture One = over(Image, 4), Two = over(Volume, 1),
                Three = over(Line, 4);
  One.Handle = 1;
  One.Bits = 16;
  One.Channels = 2;
  One.Rows = 2;
  One.Pitch = 20;
  Two.Handle = 2;
  Two.Channels = 4;
  Two.Rows = 2;
  Two.Slices = 2;
  Three.Handle = 3;
  Three.Bits = 8;
  Launch L = launch(1, 4, {}, uint64_t(1), uint64_t(2), uint64_t(3));
  L.Block.Y = 2;
  for (Words *W : {&Image, &Volume, &Line})
    L.Allocations.push_back(
        {reinterpret_cast<uint64_t>(W->data()), W->size() * 4});
  L.Textures = {One, Two, Three};
  Result R = (*K)->run(L);
  ASSERT_EQ(R.S, Status::Finished) << R.Problem.Text;
  EXPECT_EQ(Image, (Words{1, 1, 2, 3, 99, 5, 5, 6, 7, 99}));
  EXPECT_EQ(Volume, (Words{18, 19, 20, 21, 22, 23, 24, 25, 18, 19, 20, 21, 22,
                           23, 24, 25}));
  EXPECT_EQ(Line, Words{0x05050502}) << "bytes 0, 3, 3 and 3, and 1";
  std::vector<Range> Written;
  for (Range X : R.Trace.Written)
    if (X.Begin >= elements(Image, 0, 1).Begin &&
        X.End <= elements(Image, 0, 10).End)
      Written.push_back(X);
  EXPECT_EQ(Written,
            (std::vector{elements(Image, 1, 3), elements(Image, 6, 3)}));
}

TEST(Surface, Outside) {
  Device D(R"(
define void @k(i64 %h, i32 %x) {
  %v = call i32 asm sideeffect "suld.b.1d.b32.zero $0, [$1, {$2}];", "=r,l,r"(i64 %h, i32 %x)
  %w = add i32 %v, 1
  call void asm sideeffect "sust.b.1d.b32.trap [$0, {$1}], $2;", "l,r,r"(i64 %h, i32 %x, i32 %w)
  ret void
})");
  Words A = {7, 8};
  auto Run = [&](uint32_t X) {
    Launch L = launch(1, 1, {}, uint64_t(77), X);
    L.Allocations.push_back({reinterpret_cast<uint64_t>(A.data()), 8});
    L.Textures.push_back(over(A, 2));
    return D.run(L);
  };
  EXPECT_EQ(Run(4).S, Status::Finished);
  EXPECT_EQ(A, (Words{7, 9}));
  Result R = Run(8);
  EXPECT_EQ(R.Problem.Kind, FaultKind::OutOfBounds);
  EXPECT_NE(R.Problem.Text.find("writes 4 bytes of a surface at byte 8 of row "
                                "0 of slice 0, outside of it"),
            std::string::npos)
      << R.Problem.Text;
  EXPECT_EQ(Run(2).Problem.Kind, FaultKind::Misaligned);
  EXPECT_EQ(A, (Words{7, 9}));
}

} // namespace
