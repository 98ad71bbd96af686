//===- FuzzTest.cpp - Random kernels against enumeration ------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Small random kernels, launches and aliasings. Every execution is enumerated;
// no set may miss a byte, no verdict may be wrong in either direction, and the
// backup set must cover what is clobbered.
//
//===----------------------------------------------------------------------===//

#include "AccessSets.h"
#include "Decide.h"
#include "Domains.h"
#include "Enumerator.h"
#include "Frame.h"
#include "KernelBuilder.h"
#include "Reference.h"
#include "Validate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>

using namespace reprise;
using namespace reprise::test;

namespace {

constexpr int64_t Heap = 1 << 20;

/// A kernel with parameters a, b (pointers into one small heap) and n, m.
class RandomKernel : public KernelBuilder {
public:
  explicit RandomKernel(Random &R) : R(R) {
    PA = pointer("a");
    PB = pointer("b");
    N = int64("n");
    M = int64("m");
    for (int64_t I = R.in(1, 2); I > 0; --I)
      addDomain();
    for (int64_t I = R.in(2, 4); I > 0; --I)
      addAccess();
    allPairs();
  }

private:
  Random &R;
  Id PA, PB, N, M;
  std::vector<size_t> VarCount; ///< By domain.

  int64_t coef() {
    return R.of(
        std::vector<int64_t>{1, 1, 2, 3, 4, 4, 8, 12, 16, 24, -1, -4, 0});
  }
  Id scalar() {
    switch (R.in(0, 3)) {
    case 0:
      return addConst(N, R.in(-2, 2));
    case 1:
      return addConst(M, R.in(-2, 2));
    default:
      return constant(R.in(-2, 12));
    }
  }
  Form randomForm(size_t Vars, int64_t MaxTerms) {
    std::vector<Id> Order;
    for (size_t I = 0; I < Vars; ++I)
      Order.push_back(static_cast<Id>(I));
    for (size_t I = Vars; I > 1; --I)
      std::swap(
          Order[I - 1],
          Order[static_cast<size_t>(R.in(0, static_cast<int64_t>(I) - 1))]);
    Form F = formOf(R.chance(70) ? constant(R.in(-8, 8)) : scalar());
    auto Terms = static_cast<size_t>(
        R.in(0, std::min<int64_t>(static_cast<int64_t>(Vars), MaxTerms)));
    for (size_t I = 0; I < Terms; ++I)
      F.Terms.push_back({Order[I], R.chance(15) ? add(blockDimX(), constant(0))
                                                : constant(coef())});
    return F;
  }
  Id blockDimX() { return ntid(0); }

  Bound randomBound(size_t Vars) {
    Bound B{R.chance(75) ? formOf(scalar()) : randomForm(Vars, 2), None};
    if (R.chance(20))
      B.Div = constant(R.in(1, 5));
    if (R.in(0, 4) == 0)
      B.Or = constant(R.in(-2, 6));
    return B;
  }

  void addDomain() {
    Id D = domain();
    size_t Vars = 0;
    auto Define = [&](Var V) {
      define(D, std::move(V));
      ++Vars;
    };
    if (R.chance(70)) {
      Define(range(constant(0), addConst(blockDimX(), -1)));
      Define(range(constant(0), addConst(nctaid(0), -1)));
      Var I = sum(formOf(constant(0), {{0, constant(1)}, {1, blockDimX()}}));
      if (R.chance(60))
        I.Hi = {bound(addConst(N, -1))};
      Define(std::move(I));
    }
    if (R.chance(20)) { // A tile, cut where it need not end with a row.
      Id Rows = define(D, constRange(0, R.in(1, 5)));
      Id Columns = define(D, constRange(0, R.in(1, 5)));
      Var V = sum(form(R.in(-3, 3), {{Rows, R.in(7, 20)}, {Columns, 1}}));
      V.Hi.push_back(bound(constant(R.in(0, 60))));
      if (R.chance(50))
        V.Lo.push_back(bound(constant(R.in(-3, 20))));
      define(D, std::move(V));
      Vars += 3;
    }
    for (int64_t I = R.in(0, 3); I > 0; --I) {
      if (R.chance(10))
        require(D, expr(Op::SLt, 1, constant(R.in(0, 3)), M));
      if (Vars > 0 && R.chance(10))
        check(D, randomForm(Vars, 2), R.in(-40, 0), R.in(20, 400));
      if (Vars > 0 && R.chance(40)) {
        Var V = sum(randomForm(Vars, 3));
        if (R.chance(50))
          V.Hi.push_back(randomBound(Vars));
        if (R.chance(25))
          V.Lo.push_back(randomBound(Vars));
        Define(std::move(V));
        continue;
      }
      Var V = range(R.chance(80) ? constant(0) : scalar(), scalar());
      if (R.chance(30))
        V.Hi.push_back(randomBound(Vars));
      if (R.chance(15))
        V.Lo.push_back(randomBound(Vars));
      Define(std::move(V));
    }
    VarCount.push_back(Vars);
  }

  void addAccess() {
    auto D =
        static_cast<Id>(R.in(0, static_cast<int64_t>(K.Domains.size()) - 1));
    const auto Kind = static_cast<reprise_access_kind>(
        R.chance(10) ? REPRISE_ACCESS_ATOMIC : R.in(1, 2));
    Id A = access(Kind, R.chance(50) ? PA : PB, D, randomForm(VarCount[D], 3),
                  static_cast<uint32_t>(R.chance(60) ? 4 : R.in(1, 9)));
    if (R.chance(25) && A > 0) { // Same geometry, shifted: groups.
      Access Copy = K.Accesses[A - 1];
      Copy.Offset.Const = constant(R.in(-16, 16));
      Copy.Kind = Kind;
      K.Accesses[A] = Copy;
    }
    K.Accesses[A].Must = R.chance(85);
  }
};

struct Statistics {
  int Kernels = 0, Idempotent = 0, Clobbers = 0, Unknown = 0;
  int FreeOfClobbers = 0; ///< By enumeration.
  int ExactSets = 0, Sets = 0, EmptySets = 0, Inhabited = 0, Windowed = 0;
  uint64_t BackupBytes = 0, ClobberedBytes = 0;
};

class Fuzz : public testing::Test {
protected:
  using Bytes = Enumerator::Bytes;

  Statistics S;

  static bool holds(const ByteSet &Set, uint64_t Byte) {
    if (Byte < Set.Lo || Byte > Set.Hi)
      return false;
    OwnedSet Owned{Set.Start, Set.Width, {Set.Dims, Set.Dims + Set.Size}};
    return Owned.holds(Byte);
  }

  /// The set of access \p I holds what is really touched.
  void checkSet(Frame &F, const Kernel &K, Id I, const Bytes &Real,
                const Enumerator::Run &Run) {
    const AccessState &A = accessState(F, I);
    const DomainState &D =
        domainState(F, F.P.Groups[F.P.Accesses[I].Group].Domain);
    ++S.Sets;
    if (A.Status == Extent::Empty) {
      ++S.EmptySets;
      ASSERT_EQ(Run.Executions, 0u) << "access " << I;
      return;
    }
    if (Run.Violated) {
      ASSERT_EQ(A.Status, Extent::Unknown) << "access " << I;
    }
    if (A.Status != Extent::Set)
      return;
    if (D.Inhabited) {
      ++S.Inhabited;
      ASSERT_GT(Run.Executions, 0u) << "access " << I;
    }
    S.Windowed += isWindowed(A.Bytes);
    OwnedSet Owned{A.Bytes.Start,
                   A.Bytes.Width,
                   {A.Bytes.Dims, A.Bytes.Dims + A.Bytes.Size}};
    Bytes Described;
    for (uint64_t Start : Owned.starts())
      for (uint64_t J = 0; J < A.Bytes.Width; ++J)
        if (Start + J >= A.Bytes.Lo && Start + J <= A.Bytes.Hi)
          Described.insert(Start + J);
    ASSERT_TRUE(std::includes(Described.begin(), Described.end(), Real.begin(),
                              Real.end()))
        << "access " << I << " touches a byte that its set lacks";
    if (A.Exact) {
      ++S.ExactSets;
      ASSERT_TRUE(K.Accesses[I].Must);
      ASSERT_EQ(Described, Real) << "access " << I;
    }
  }

  /// Runs and spans say what the pairs do.
  static void compareWays(const Program &P, const LaunchInfo &Info) {
    Program Flat = P;
    Flat.UsesHulls = false;
    reprise_result One, Two;
    withFrame(Flat, Info, [&](Frame &F) { One = decide(F); });
    withFrame(P, Info, [&](Frame &F) { Two = decide(F); });
    EXPECT_EQ(One.verdict, Two.verdict);
    EXPECT_EQ(One.reason, Two.reason);
    EXPECT_EQ(One.read, Two.read);
    EXPECT_EQ(One.write, Two.write);
    EXPECT_EQ(One.assumptions, Two.assumptions);
  }

  void one(uint64_t Seed) {
    Random R(Seed);
    RandomKernel B(R);
    const Kernel &K = B.K;
    std::string Error;
    ASSERT_TRUE(validateKernel(K, "kernel", Error)) << Error;
    Arguments Args;
    Args.pointer(Heap + static_cast<uint64_t>(R.in(0, 40) * 4));
    Args.pointer(Heap + static_cast<uint64_t>(R.in(0, 40) * 4));
    Args.add<int64_t>(R.in(-1, 14)).add<int64_t>(R.in(-1, 6));
    reprise_launch L = launch(static_cast<uint32_t>(R.in(1, 3)),
                              static_cast<uint32_t>(R.in(1, 5)), Args);

    LaunchInfo Info;
    Info.Values.Arguments = Args.Bytes.data();
    Info.Values.NTid[0] = L.block[0];
    Info.Values.NCtaId[0] = L.grid[0];
    Enumerator E(K, Info.Values);
    std::vector<Bytes> Real(K.Accesses.size());
    std::vector<Enumerator::Run> Runs;
    for (size_t I = 0; I < K.Accesses.size(); ++I) {
      Runs.push_back(E.bytes(K.Accesses[I], Real[I]));
      if (Runs.back().TooLarge)
        return;
    }
    ++S.Kernels;

    if (!K.Pairs.empty()) {
      Program P = compile(K);
      withFrame(P, Info, [&](Frame &F) {
        for (Id I = 0; I < K.Accesses.size(); ++I)
          if (P.Accesses[I].Group != None)
            checkSet(F, K, I, Real[I], Runs[I]);
      });
      if (HasFatalFailure())
        return;
      compareWays(P, Info);
    }

    Bytes Clobbered;
    bool Clobbers = false, Broken = false;
    for (const Pair &Q : K.Pairs) {
      const Bytes &W = Real[Q.Write], &Rd = Real[Q.Read];
      size_t Before = Clobbered.size();
      std::set_intersection(W.begin(), W.end(), Rd.begin(), Rd.end(),
                            std::inserter(Clobbered, Clobbered.end()));
      Clobbers = Clobbers || Clobbered.size() > Before;
      Broken = Broken || (Runs[Q.Write].Executions && Runs[Q.Read].Executions &&
                          (Runs[Q.Write].Violated || Runs[Q.Read].Violated));
    }
    Clobbers = !Clobbered.empty();
    S.FreeOfClobbers += !Clobbers && !Broken;

    Loaded Db(K);
    reprise_result Result = reprise::test::check(Db, L);
    switch (Result.verdict) {
    case REPRISE_IDEMPOTENT:
      ++S.Idempotent;
      ASSERT_FALSE(Clobbers) << "wrong idempotent";
      ASSERT_FALSE(Broken) << "a failed check was ignored";
      break;
    case REPRISE_CLOBBERS: {
      ++S.Clobbers;
      const Bytes &W = Real[Result.write], &Rd = Real[Result.read];
      Bytes Common;
      std::set_intersection(W.begin(), W.end(), Rd.begin(), Rd.end(),
                            std::inserter(Common, Common.end()));
      ASSERT_FALSE(Common.empty()) << "wrong clobbers";
      ASSERT_TRUE(K.Accesses[Result.write].Must);
      ASSERT_LE(Result.clobbered.address, *Common.begin());
      ASSERT_GE(Result.clobbered.address + Result.clobbered.size - 1,
                *Common.rbegin());
      break;
    }
    case REPRISE_UNKNOWN:
      ++S.Unknown;
      ASSERT_NE(Result.reason, REPRISE_REASON_NONE);
      break;
    }
    checkBackup(Db, L, Result, Clobbered);
  }

  void checkBackup(const reprise_kernel *K, const reprise_launch &L,
                   const reprise_result &Verdict, const Bytes &Clobbered) {
    reprise_result Result;
    int Bounded = -1;
    size_t Count = 0;
    reprise_range None;
    reprise_status Status =
        reprise_backup_set(K, &L, &Result, &Bounded, &None, 0, &Count);
    ASSERT_EQ(Result.verdict, Verdict.verdict);
    ASSERT_EQ(Result.reason, Verdict.reason);
    ASSERT_EQ(Status, Count == 0 ? REPRISE_OK : REPRISE_ERROR_CAPACITY);
    if (!Bounded) {
      ASSERT_EQ(Result.verdict == REPRISE_IDEMPOTENT, false);
      return;
    }
    std::vector<reprise_range> Ranges(Count);
    ASSERT_EQ(reprise_backup_set(K, &L, &Result, &Bounded, Ranges.data(), Count,
                                 &Count),
              REPRISE_OK);
    if (Result.verdict == REPRISE_IDEMPOTENT) {
      ASSERT_EQ(Count, 0u);
    }
    for (size_t I = 0; I < Count; ++I) {
      ASSERT_GT(Ranges[I].size, 0u);
      S.BackupBytes += Ranges[I].size;
      if (I > 0) {
        ASSERT_GT(Ranges[I].address,
                  Ranges[I - 1].address + Ranges[I - 1].size);
      }
    }
    S.ClobberedBytes += Clobbered.size();
    for (uint64_t Byte : Clobbered)
      ASSERT_TRUE(std::any_of(
          Ranges.begin(), Ranges.end(),
          [&](const reprise_range &R) { return Byte - R.address < R.size; }))
          << "byte " << Byte << " is clobbered and not saved";
  }
};

TEST_F(Fuzz, NoVerdictIsWrong) {
  for (uint64_t Seed = 1; Seed <= 1500 * Effort; ++Seed) {
    one(Seed);
    if (HasFatalFailure()) {
      std::cout << "seed " << Seed << "\n";
      return;
    }
  }
  std::cout << S.Kernels << " kernels: " << S.Idempotent << " idempotent (of "
            << S.FreeOfClobbers << " that are), " << S.Clobbers << " clobber, "
            << S.Unknown << " unknown; " << S.Sets << " sets: " << S.ExactSets
            << " exact, " << S.EmptySets << " empty, " << S.Windowed
            << " windowed, " << S.Inhabited << " inhabited; backup "
            << S.BackupBytes << " bytes for " << S.ClobberedBytes << "\n";
  // The generator reaches everything, and the answers are not all "unknown".
  EXPECT_GT(S.Idempotent, S.FreeOfClobbers / 2);
  EXPECT_GT(S.Clobbers, S.Kernels / 20);
  EXPECT_GT(S.Unknown, S.Kernels / 50);
  EXPECT_GT(S.ExactSets, S.Sets / 10);
  EXPECT_GT(S.EmptySets, S.Sets / 100);
  EXPECT_GT(S.Windowed, S.Sets / 400);
  EXPECT_GT(S.Inhabited, S.Sets / 10);
}

} // namespace
