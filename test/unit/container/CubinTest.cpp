//===- CubinTest.cpp - Kernels and parameters of machine code -------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Cubin.h"
#include "Builder.h"

#include <gtest/gtest.h>

#include <memory>

using namespace reprise;
using namespace reprise::test;

namespace {

std::vector<CubinKernel> kernels(const std::string &File) {
  auto K = readCubin(File);
  if (!K) {
    ADD_FAILURE() << llvm::toString(K.takeError());
    return {};
  }
  return *K;
}

TEST(Cubin, GivesKernelsAndNotDeviceFunctions) {
  auto K = kernels(cubin({{"k1", {}}, {"helper", {}, false}, {"k2", {}}}));
  ASSERT_EQ(K.size(), 2u);
  EXPECT_EQ(K[0].Name, "k1");
  EXPECT_EQ(K[1].Name, "k2");
}

TEST(Cubin, GivesParametersInOrder) {
  auto K = kernels(cubin(
      {{"k", {{2, 16, 4}, {0, 0, 8}, {1, 8, 8}, {3, 24, 40}}, true, 64}}));
  ASSERT_EQ(K.size(), 1u);
  ASSERT_TRUE(K[0].Params) << K[0].Problem;
  EXPECT_EQ(*K[0].Params,
            (std::vector<CubinParam>{{0, 8}, {8, 8}, {16, 4}, {24, 40}}));
  EXPECT_EQ(K[0].ParamBytes, 64u);
  EXPECT_EQ(K[0].ParamBase, 0x210u);
}

TEST(Cubin, ReadsTheWideForm) {
  auto K = kernels(cubin(
      {{"k", {{0, 0, 8, true}, {1, 8, 5000, true}, {2, 5008, 4, true}}}}));
  ASSERT_EQ(K.size(), 1u);
  ASSERT_TRUE(K[0].Params) << K[0].Problem;
  EXPECT_EQ(*K[0].Params,
            (std::vector<CubinParam>{{0, 8}, {8, 5000}, {5008, 4}}));
  EXPECT_EQ(K[0].ParamBytes, 5012u);
}

TEST(Cubin, AKernelWithoutParametersHasALayout) {
  auto K = kernels(cubin({{"k", {}}}));
  ASSERT_EQ(K.size(), 1u);
  ASSERT_TRUE(K[0].Params);
  EXPECT_TRUE(K[0].Params->empty());
}

TEST(Cubin, ContradictionsLeaveTheLayoutOut) {
  std::vector<Function> Bad = {
      {"twice", {{0, 0, 8}, {0, 8, 8}}},
      {"gap", {{0, 0, 8}, {2, 8, 8}}},
      {"overlap", {{0, 0, 8}, {1, 4, 8}}},
      {"beyond", {{0, 0, 8}, {1, 8, 8}}, true, 12},
  };
  auto K = kernels(cubin(Bad));
  ASSERT_EQ(K.size(), Bad.size());
  for (const CubinKernel &Kernel : K) {
    EXPECT_FALSE(Kernel.Params) << Kernel.Name;
    EXPECT_FALSE(Kernel.Problem.empty()) << Kernel.Name;
  }
}

TEST(Cubin, WhatIsNoCubinIsAnError) {
  for (const std::string &File :
       {std::string(), std::string("\177ELF"), elf({}), ptx({"k"})}) {
    auto K = readCubin(File);
    EXPECT_FALSE(bool(K));
    llvm::consumeError(K.takeError());
    EXPECT_EQ(cubinArch(File).Sm, 0u);
  }
}

TEST(Cubin, AnyWrongByteAndAnyTruncationIsSurvived) {
  std::string Whole =
      cubin({{"k", {{0, 0, 8}, {1, 8, 4}}, true, 12}, {"d", {}, false}});
  for (size_t I = 0; I <= Whole.size(); ++I) {
    auto Copy = std::make_unique<char[]>(I + 1);
    Whole.copy(Copy.get(), I);
    auto K = readCubin(llvm::StringRef(Copy.get(), I));
    llvm::consumeError(K.takeError());
    for (char Value : {'\0', '\x01', '\x7f', '\xff'}) {
      if (I == Whole.size())
        break;
      std::string File = Whole;
      File[I] = Value;
      auto Broken = readCubin(File);
      llvm::consumeError(Broken.takeError());
      cubinArch(File);
    }
  }
}

} // namespace
