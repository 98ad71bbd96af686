//===- WarpTest.cpp - Barriers, shuffles, votes and their like ------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Device.h"

#include <functional>

using namespace reprise::emulator;

namespace {

using Words = std::vector<uint32_t>;

/// a[tid] = the value that Code leaves in %r, for one block of Threads.
Words perThread(const std::string &Declarations, const std::string &Code,
                uint32_t Threads = 32) {
  Device D(Declarations + R"(
define void @k(ptr %a) {
  %t = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
)" + Code + R"(
  %p = getelementptr i32, ptr %a, i32 %t
  store i32 %r, ptr %p, align 4
  ret void
})");
  Words A(Threads);
  Result R = D.run(launch(1, Threads, {&A}));
  EXPECT_EQ(R.S, Status::Finished) << R.Problem.Text;
  return A;
}

Words expected(const std::function<uint32_t(uint32_t)> &F, uint32_t N = 32) {
  Words W(N);
  for (uint32_t I = 0; I < N; ++I)
    W[I] = F(I);
  return W;
}

Words shuffle(const std::string &Mode, int Offset, int Clamp) {
  std::string Name = "@llvm.nvvm.shfl.sync." + Mode + ".i32";
  return perThread("declare i32 " + Name + "(i32, i32, i32, i32)",
                   "%v = mul i32 %t, 10\n%r = call i32 " + Name +
                       "(i32 -1, i32 %v, i32 " + std::to_string(Offset) +
                       ", i32 " + std::to_string(Clamp) + ")");
}

TEST(Warp, Shuffles) {
  EXPECT_EQ(shuffle("down", 16, 31),
            expected([](uint32_t I) { return (I < 16 ? I + 16 : I) * 10; }));
  EXPECT_EQ(shuffle("up", 3, 0),
            expected([](uint32_t I) { return (I >= 3 ? I - 3 : I) * 10; }));
  EXPECT_EQ(shuffle("bfly", 5, 31),
            expected([](uint32_t I) { return (I ^ 5) * 10; }));
  EXPECT_EQ(shuffle("idx", 7, 31), expected([](uint32_t) { return 70; }));
  // Segments of eight lanes: the clamp is 0x181f.
  EXPECT_EQ(shuffle("idx", 3, 0x181f),
            expected([](uint32_t I) { return (I / 8 * 8 + 3) * 10; }));
  EXPECT_EQ(shuffle("down", 6, 0x181f),
            expected([](uint32_t I) { return (I % 8 < 2 ? I + 6 : I) * 10; }));
}

TEST(Warp, ShufflePredicate) {
  EXPECT_EQ(perThread("declare {i32, i1} @llvm.nvvm.shfl.sync.down.i32p"
                      "(i32, i32, i32, i32)",
                      "%s = call {i32, i1} @llvm.nvvm.shfl.sync.down.i32p"
                      "(i32 -1, i32 %t, i32 4, i32 31)\n"
                      "%b = extractvalue {i32, i1} %s, 1\n"
                      "%r = zext i1 %b to i32"),
            expected([](uint32_t I) { return I < 28; }));
}

TEST(Warp, Votes) {
  auto Vote = [](const std::string &Mode) {
    std::string Name = "@llvm.nvvm.vote." + Mode + ".sync";
    return perThread("declare i1 " + Name + "(i32, i1)",
                     "%c = icmp ult i32 %t, 40\n%b = call i1 " + Name +
                         "(i32 -1, i1 %c)\n%r = zext i1 %b to i32",
                     64);
  };
  EXPECT_EQ(Vote("all"), expected([](uint32_t I) { return I < 32; }, 64));
  EXPECT_EQ(Vote("any"), expected([](uint32_t) { return 1; }, 64));
  EXPECT_EQ(Vote("uni"), expected([](uint32_t I) { return I < 32; }, 64));
  EXPECT_EQ(perThread("declare i32 @llvm.nvvm.vote.ballot.sync(i32, i1)",
                      "%c = icmp ugt i32 %t, 29\n"
                      "%r = call i32 @llvm.nvvm.vote.ballot.sync"
                      "(i32 -1, i1 %c)"),
            expected([](uint32_t) { return 0xc0000000u; }));
}

TEST(Warp, Match) {
  EXPECT_EQ(perThread("declare i32 @llvm.nvvm.match.any.sync.i32(i32, i32)",
                      "%v = and i32 %t, 3\n"
                      "%r = call i32 @llvm.nvvm.match.any.sync.i32"
                      "(i32 -1, i32 %v)"),
            expected([](uint32_t I) { return 0x11111111u << (I & 3); }));
}

TEST(Warp, Redux) {
  auto Redux = [](const std::string &Op) {
    std::string Name = "@llvm.nvvm.redux.sync." + Op;
    return perThread("declare i32 " + Name + "(i32, i32)",
                     "%v = sub i32 %t, 5\n%r = call i32 " + Name +
                         "(i32 %v, i32 -1)")[0];
  };
  EXPECT_EQ(Redux("add"), 336u);
  EXPECT_EQ(Redux("min"), uint32_t(-5));
  EXPECT_EQ(Redux("umin"), 0u);
  EXPECT_EQ(Redux("max"), 26u);
  EXPECT_EQ(Redux("umax"), ~0u);
}

TEST(Warp, MasksOfAPart) {
  // Only the lower half takes part; the upper half never comes.
  EXPECT_EQ(perThread("declare i32 @llvm.nvvm.redux.sync.add(i32, i32)",
                      R"(
  %c = icmp ult i32 %t, 16
  br i1 %c, label %low, label %end
low:
  %s = call i32 @llvm.nvvm.redux.sync.add(i32 %t, i32 65535)
  br label %end
end:
  %r = phi i32 [ %s, %low ], [ 1, %0 ])"),
            expected([](uint32_t I) { return I < 16 ? 120 : 1; }));
}

TEST(Warp, LastWarpIsShort) {
  EXPECT_EQ(perThread("declare i32 @llvm.nvvm.redux.sync.add(i32, i32)",
                      "%r = call i32 @llvm.nvvm.redux.sync.add"
                      "(i32 1, i32 -1)",
                      40),
            expected([](uint32_t I) { return I < 32 ? 32 : 8; }, 40));
}

TEST(Barrier, Reductions) {
  auto Reduce = [](const std::string &Op) {
    std::string Name = "@llvm.nvvm.barrier0." + Op;
    return perThread("declare i32 " + Name + "(i32)",
                     "%c = icmp ult i32 %t, 10\n%v = zext i1 %c to i32\n"
                     "%r = call i32 " +
                         Name + "(i32 %v)",
                     64)[40];
  };
  EXPECT_EQ(Reduce("popc"), 10u);
  EXPECT_EQ(Reduce("and"), 0u);
  EXPECT_EQ(Reduce("or"), 1u);
}

TEST(Barrier, NamedBarriersOfHalfABlock) {
  // Each warp meets itself at its own barrier, in different numbers of turns.
  Device D(R"(
declare void @llvm.nvvm.barrier(i32, i32)
define void @k(ptr %a) {
entry:
  %t = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %w = lshr i32 %t, 5
  %id = add i32 %w, 1
  %p = getelementptr i32, ptr %a, i32 %t
  br label %loop
loop:
  %i = phi i32 [ 0, %entry ], [ %j, %loop ]
  call void @llvm.nvvm.barrier(i32 %id, i32 32)
  %j = add i32 %i, 1
  %more = icmp ule i32 %j, %w
  br i1 %more, label %loop, label %end
end:
  store i32 %j, ptr %p, align 4
  ret void
})");
  Words A(64);
  Result R = D.run(launch(1, 64, {&A}));
  EXPECT_EQ(R.S, Status::Finished) << R.Problem.Text;
  EXPECT_EQ(A[0], 1u);
  EXPECT_EQ(A[63], 2u);
  EXPECT_EQ(R.Barriers, 3u);
}

TEST(Barrier, DynamicSharedMemoryIsReversed) {
  Device D(R"(
@s = external addrspace(3) global [0 x i32], align 4
define void @k(ptr %a) {
  %t = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %c = call i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()
  %n = call i32 @llvm.nvvm.read.ptx.sreg.ntid.x()
  %b = mul i32 %c, %n
  %i = add i32 %b, %t
  %p = getelementptr i32, ptr addrspace(3) @s, i32 %t
  store i32 %i, ptr addrspace(3) %p, align 4
  call void @llvm.nvvm.barrier0()
  %m = xor i32 %t, 63
  %q = getelementptr i32, ptr addrspace(3) @s, i32 %m
  %v = load i32, ptr addrspace(3) %q, align 4
  %r = getelementptr i32, ptr %a, i32 %i
  store i32 %v, ptr %r, align 4
  ret void
})");
  Words A(128);
  Launch L = launch(2, 64, {&A});
  L.DynamicShared = 256;
  for (auto Kind : {Schedule::Kind::Sequential, Schedule::Kind::Shuffled,
                    Schedule::Kind::Random}) {
    std::fill(A.begin(), A.end(), 0);
    L.Order = {Kind, 3};
    Result R = D.run(L);
    EXPECT_EQ(R.S, Status::Finished) << R.Problem.Text;
    EXPECT_EQ(
        A,
        expected([](uint32_t I) { return I / 64 * 64 + (63 - I % 64); }, 128));
    EXPECT_TRUE(R.Uninitialised.empty());
  }
  L.DynamicShared = 128; // Too little.
  EXPECT_EQ(D.run(L).Problem.Kind, FaultKind::OutOfBounds);
}

} // namespace
