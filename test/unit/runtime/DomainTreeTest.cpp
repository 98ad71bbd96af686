//===- DomainTreeTest.cpp - Domains that begin alike ----------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The steps on the path to a domain are those that it had.
//
//===----------------------------------------------------------------------===//

#include "DomainTree.h"
#include "KernelBuilder.h"
#include "Limits.h"
#include "Reference.h"

#include <gtest/gtest.h>

using namespace reprise;
using namespace reprise::test;

namespace {

using Steps = std::vector<ProgramStep>;

/// A program that has nothing but these domains.
Program withDomains(const std::vector<Steps> &Domains) {
  Program P;
  for (const Steps &D : Domains) {
    const auto Begin = static_cast<uint32_t>(P.Steps.size());
    P.Steps.insert(P.Steps.end(), D.begin(), D.end());
    P.Domains.push_back(
        {Begin, static_cast<uint32_t>(P.Steps.size()), None, false, false});
  }
  return P;
}

Steps own(const Program &P, uint32_t D) {
  return {P.Steps.begin() + P.Domains[D].Begin,
          P.Steps.begin() + P.Domains[D].End};
}

Steps path(const Program &P, uint32_t D) {
  Steps Result;
  if (P.Domains[D].Parent != None)
    Result = path(P, P.Domains[D].Parent);
  const Steps Own = own(P, D);
  Result.insert(Result.end(), Own.begin(), Own.end());
  return Result;
}

unsigned depth(const Program &P, uint32_t D) {
  return P.Domains[D].Parent == None ? 1 : 1 + depth(P, P.Domains[D].Parent);
}

ProgramStep define(uint32_t I) { return {StepKind::Define, I}; }
ProgramStep check(uint32_t I) { return {StepKind::Check, I}; }

TEST(DomainTree, AFirstPartIsTheParent) {
  Program P = withDomains({{define(0), define(1)}, {define(0)}});
  shareSteps(P);
  ASSERT_EQ(P.Domains.size(), 2u);
  EXPECT_EQ(P.Domains[0].Parent, 1u);
  EXPECT_EQ(P.Domains[1].Parent, None);
  EXPECT_EQ(own(P, 0), Steps{define(1)});
  EXPECT_EQ(P.Steps.size(), 2u);
}

TEST(DomainTree, ABranchIsANodeOfItsOwn) {
  Program P =
      withDomains({{define(0), check(0)}, {define(0), define(1)}, {check(1)}});
  shareSteps(P);
  ASSERT_EQ(P.Domains.size(), 4u);
  EXPECT_EQ(P.Domains[0].Parent, 3u);
  EXPECT_EQ(P.Domains[1].Parent, 3u);
  EXPECT_EQ(P.Domains[2].Parent, None);
  EXPECT_EQ(own(P, 3), Steps{define(0)});
}

TEST(DomainTree, StepsOfDifferentKindsDiffer) {
  Program P = withDomains({{define(3)}, {check(3)}});
  shareSteps(P);
  EXPECT_EQ(P.Domains[0].Parent, None);
  EXPECT_EQ(P.Domains[1].Parent, None);
}

TEST(DomainTree, EqualDomainsAreNoChain) {
  // Their flags may differ, so each stays.
  Program P = withDomains(std::vector<Steps>(100, {define(0), check(0)}));
  shareSteps(P);
  EXPECT_EQ(P.Steps.size(), 2u);
  for (uint32_t D = 0; D < 100; ++D) {
    EXPECT_LE(depth(P, D), 2u);
    EXPECT_EQ(path(P, D), (Steps{define(0), check(0)}));
  }
}

TEST(DomainTree, PathsAreTheStepsOfRandomDomains) {
  Random R(7);
  for (unsigned Try = 0; Try < 200 * Effort; ++Try) {
    std::vector<Steps> Domains(static_cast<size_t>(R.in(0, 12)));
    for (Steps &D : Domains)
      for (int64_t I = R.in(0, 6); I > 0; --I)
        D.push_back({R.chance(50) ? StepKind::Define : StepKind::Check,
                     static_cast<uint32_t>(R.in(0, 1))});
    Program P = withDomains(Domains);
    const size_t Before = P.Steps.size();
    shareSteps(P);
    EXPECT_LE(P.Steps.size(), Before);
    EXPECT_LE(P.Domains.size(), 2 * Domains.size());
    for (uint32_t D = 0; D < Domains.size(); ++D) {
      EXPECT_EQ(path(P, D), Domains[D]);
      EXPECT_LE(depth(P, D), MaxSteps + 1);
    }
  }
}

} // namespace
