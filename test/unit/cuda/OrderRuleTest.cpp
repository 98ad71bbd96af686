//===- OrderRuleTest.cpp - Classes by name --------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// test/interposer/ordered.test compares the whole table with the headers.
//
//===----------------------------------------------------------------------===//

#include "Ordered.h"

#include <gtest/gtest.h>

using namespace reprise::cuda;

namespace {

constexpr OrderRule Harmless{Ordered::Harmless, OrderRule::OnNull, false};
constexpr OrderRule Everything{Ordered::Everything, OrderRule::OnNull, false};

OrderRule onStream(int Place, bool PerThread = false) {
  return {Ordered::OnStream, static_cast<int8_t>(Place), PerThread};
}

TEST(OrderRule, FollowsFromTheName) {
  EXPECT_EQ(orderRule("cuStreamCreate"), Harmless);
  EXPECT_EQ(orderRule("cuLaunchKernel"), onStream(8));
  EXPECT_EQ(orderRule("cuLaunchKernel_ptsz"), onStream(8, true));
  EXPECT_EQ(orderRule("cuLaunchKernelEx"), onStream(OrderRule::InConfig));
  EXPECT_EQ(orderRule("cuCtxSynchronize"), Everything);
}

TEST(OrderRule, SynchronousCopiesAreOnTheNullStream) {
  EXPECT_EQ(orderRule("cuMemcpyHtoD_v2"), onStream(OrderRule::OnNull));
  EXPECT_EQ(orderRule("cuMemcpyHtoD_v2_ptds"),
            onStream(OrderRule::OnNull, true));
}

TEST(OrderRule, AVersionThatNobodyKnowsIsEverything) {
  EXPECT_EQ(orderRule("cuMemcpyHtoDAsync_v2"), onStream(3));
  EXPECT_EQ(orderRule("cuMemcpyHtoDAsync_v3"), Everything);
  EXPECT_EQ(orderRule("cuCtxCreate_v4"), Harmless);
  EXPECT_EQ(orderRule("cuCtxCreate_v5"), Everything);
  EXPECT_EQ(orderRule("cuMemPrefetchAsync"), onStream(3));
  EXPECT_EQ(orderRule("cuMemPrefetchAsync_v2"), onStream(4));
  EXPECT_EQ(orderRule("cuMemPrefetchAsync_v3"), Everything);
}

TEST(OrderRule, ANameThatNobodyKnowsIsEverything) {
  EXPECT_EQ(orderRule("cuNobodyKnowsThis"), Everything);
  EXPECT_EQ(orderRule("cu"), Everything);
  EXPECT_EQ(orderRule("cuStreamCreateX"), Everything);
  EXPECT_EQ(orderRule("cuStreamCreate_v"), Everything);
  EXPECT_EQ(orderRule("_v2"), Everything);
}

TEST(OrderRule, OfABaseNameWantsOneForAllVersions) {
  EXPECT_EQ(orderRule("cuMemcpyHtoDAsync", 12000, false), onStream(3));
  EXPECT_EQ(orderRule("cuMemcpyHtoDAsync", 12000, true), onStream(3, true));
  EXPECT_EQ(orderRule("cuMemPrefetchAsync", 12000, false), Everything);
  EXPECT_EQ(orderRule("cuMemcpyHtoDAsync", CUDA_VERSION + 10, false),
            Everything);
  EXPECT_EQ(orderRule("cuNobodyKnowsThis", 12000, false), Everything);
}

} // namespace
