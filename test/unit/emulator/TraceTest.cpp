//===- TraceTest.cpp - Which bytes a launch touches -----------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Device.h"

using namespace reprise::emulator;

namespace {

using Words = std::vector<uint32_t>;
using Ranges = std::vector<Range>;

// a[i] = b[i + shift]; b[i] is read by nobody else.
const std::string Copy =
    "define void @k(ptr %a, ptr %b, i32 %shift) {" + ThreadNumber + R"(
  %j = add i32 %i, %shift
  %q = getelementptr i32, ptr %b, i32 %j
  %v = load i32, ptr %q, align 4
  %p = getelementptr i32, ptr %a, i32 %i
  store i32 %v, ptr %p, align 4
  ret void
})";

TEST(Trace, ReadsAndWritesOfTwoBuffers) {
  Device D(Copy);
  Words A(64), B(66);
  for (uint32_t I = 0; I < B.size(); ++I)
    B[I] = 1000 + I;
  Result R = D.run(launch(2, 32, {&A, &B}, 2));
  ASSERT_EQ(R.S, Status::Finished) << R.Problem.Text;
  EXPECT_EQ(A[0], 1002u);
  EXPECT_EQ(A[63], 1065u);
  EXPECT_EQ(R.Trace.Read, Ranges{elements(B, 2, 64)});
  EXPECT_EQ(R.Trace.LiveIn, R.Trace.Read);
  EXPECT_EQ(R.Trace.LiveInHere, R.Trace.Read);
  EXPECT_EQ(R.Trace.Written, Ranges{elements(A, 0, 64)});
  EXPECT_TRUE(R.Trace.Clobbered.empty());
  EXPECT_FALSE(R.Trace.First);
}

TEST(Trace, ClobberNamesReaderAndWriter) {
  Device D(Copy);
  Words A(128);
  // Thread i reads element i + 40 and writes element i.
  Launch L = launch(2, 32, {&A}, reinterpret_cast<uint64_t>(A.data()), 40);
  Result R = D.run(L);
  EXPECT_EQ(R.Trace.Clobbered, Ranges{elements(A, 40, 24)});
  ASSERT_TRUE(R.Trace.First);
  EXPECT_EQ(R.Trace.First->Address, elements(A, 40, 1).Begin);
  EXPECT_EQ(R.Trace.First->Reader.Block, (Dim3{0, 0, 0}));
  EXPECT_EQ(R.Trace.First->Reader.Thread, (Dim3{0, 0, 0}));
  EXPECT_EQ(R.Trace.First->Writer.Block, (Dim3{1, 0, 0}));
  EXPECT_EQ(R.Trace.First->Writer.Thread, (Dim3{8, 0, 0}));
}

TEST(Trace, SetsOfEachThread) {
  Device D(Copy);
  Words A(4), B(4);
  Launch L = launch(2, 2, {&A, &B}, 0);
  L.Trace = TraceLevel::Threads;
  Result R = D.run(L);
  ASSERT_EQ(R.Trace.Threads.size(), 4u);
  const ThreadTrace &T = R.Trace.Threads[3];
  EXPECT_EQ(T.Block, (Dim3{1, 0, 0}));
  EXPECT_EQ(T.Thread, (Dim3{1, 0, 0}));
  EXPECT_EQ(T.Read, Ranges{elements(B, 3, 1)});
  EXPECT_EQ(T.Written, Ranges{elements(A, 3, 1)});
  EXPECT_EQ(T.LiveIn, T.Read);
}

// Writes a[own], perhaps waits, then reads a[other] into b.
std::string exchange(bool Barrier, const char *Other) {
  return "define void @k(ptr %a, ptr %b) {" + ThreadNumber + R"(
  %p = getelementptr i32, ptr %a, i32 %i
  store i32 %i, ptr %p, align 4
  )" + (Barrier ? "call void @llvm.nvvm.barrier0()\n" : "") +
         Other + R"(
  %q = getelementptr i32, ptr %a, i32 %j
  %v = load i32, ptr %q, align 4
  %r = getelementptr i32, ptr %b, i32 %i
  store i32 %v, ptr %r, align 4
  ret void
})";
}

TEST(Trace, OwnWriteComesFirst) {
  Device D(exchange(false, "%j = add i32 %i, 0"));
  Words A(64), B(64);
  Result R = D.run(launch(2, 32, {&A, &B}));
  EXPECT_EQ(R.Trace.Read, Ranges{elements(A, 0, 64)});
  EXPECT_TRUE(R.Trace.LiveIn.empty());
}

TEST(Trace, WriteOfTheBlockBeforeABarrierComesFirst) {
  Device D(exchange(true, "%j = xor i32 %i, 31"));
  Words A(128), B(128);
  Result R = D.run(launch(2, 64, {&A, &B}));
  EXPECT_EQ(B[0], 31u);
  EXPECT_TRUE(R.Trace.LiveIn.empty());
}

TEST(Trace, WriteOfAnotherThreadWithoutBarrierProvesNothing) {
  Device D(exchange(false, "%j = xor i32 %i, 31"));
  Words A(64), B(64);
  Result R = D.run(launch(1, 64, {&A, &B}));
  // In order, half of the reads saw a value that was just written, but another
  // order of threads is as good.
  EXPECT_EQ(R.Trace.LiveIn, Ranges{elements(A, 0, 64)});
  EXPECT_EQ(R.Trace.Clobbered, Ranges{elements(A, 0, 64)});
  EXPECT_EQ(R.Trace.LiveInHere,
            (Ranges{elements(A, 16, 16), elements(A, 48, 16)}));
}

TEST(Trace, WriteOfAnotherBlockBeforeABarrierProvesNothing) {
  Device D(exchange(true, "%j = xor i32 %i, 64"));
  Words A(128), B(128);
  Result R = D.run(launch(2, 64, {&A, &B}));
  EXPECT_EQ(R.Trace.LiveIn, Ranges{elements(A, 0, 128)});
}

TEST(Trace, BytesOfOneWordAreApart) {
  Device D(R"(
define void @k(ptr %a) {
  %p = getelementptr i8, ptr %a, i32 1
  %v = load i8, ptr %p, align 1
  %q = getelementptr i8, ptr %a, i32 2
  store i8 %v, ptr %q, align 1
  ret void
})");
  Words A(1);
  uint64_t Base = elements(A, 0, 1).Begin;
  Result R = D.run(launch(1, 1, {&A}));
  EXPECT_EQ(R.Trace.Read, (Ranges{{Base + 1, Base + 2}}));
  EXPECT_EQ(R.Trace.Written, (Ranges{{Base + 2, Base + 3}}));
  EXPECT_TRUE(R.Trace.Clobbered.empty());
}

TEST(Trace, AtomicAdditionClobbersAndUnusedOrDoesNot) {
  auto Atomic = [](const char *Op) {
    return std::string("define void @k(ptr %a) {\n %v = atomicrmw ") + Op +
           " ptr %a, i32 1 monotonic\n ret void\n}";
  };
  Words A(1);
  Device Add(Atomic("add")), Or(Atomic("or"));
  Result R = Add.run(launch(2, 32, {&A}));
  EXPECT_EQ(A[0], 64u);
  EXPECT_EQ(R.Trace.Atomic, Ranges{elements(A, 0, 1)});
  EXPECT_EQ(R.Trace.Clobbered, Ranges{elements(A, 0, 1)});
  R = Or.run(launch(2, 32, {&A}));
  EXPECT_EQ(R.Trace.Atomic, Ranges{elements(A, 0, 1)});
  EXPECT_TRUE(R.Trace.Clobbered.empty());
}

// Thread Storing of two stores to the bytes that the other one's atomic
// touches.
static std::string storeBeside(const char *Op, const char *Storing) {
  return std::string(R"(
define void @k(ptr %a, ptr %b) {
  %t = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %first = icmp eq i32 %t, )") +
         Storing + R"(
  br i1 %first, label %store, label %atomic
store:
  store i32 6, ptr %a, align 4
  ret void
atomic:
  %v = atomicrmw )" +
         Op + R"( ptr %a, i32 1 monotonic
  ret void
})";
}

TEST(Trace, StoresDoNoHarmBesideBitwiseAtomics) {
  // Either order of threads.
  for (const char *Storing : {"0", "1"})
    for (const char *Op : {"or", "and", "min", "umax", "add"}) {
      Device D(storeBeside(Op, Storing));
      Words A(1), B(1);
      Result R = D.run(launch(1, 2, {&A, &B}));
      bool Bitwise =
          llvm::StringRef(Op) == "or" || llvm::StringRef(Op) == "and";
      EXPECT_EQ(R.Trace.Clobbered.empty(), Bitwise) << Op << " " << Storing;
      EXPECT_EQ(R.Trace.Atomic, Ranges{elements(A, 0, 1)});
    }
}

TEST(Trace, ReadBesideStoreAndOrClobbers) {
  // Thread 0 stores, 1 does or, 2 reads: in this order and the other way round.
  for (const char *Order : {"%t", "%back"}) {
    Device D(std::string(R"(
define void @k(ptr %a, ptr %b) {
  %t = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %back = sub i32 2, %t
  switch i32 )") +
             Order +
             R"(, label %end [i32 0, label %store
                              i32 1, label %atomic
                              i32 2, label %read]
store:
  store i32 6, ptr %a, align 4
  ret void
atomic:
  %v = atomicrmw or ptr %a, i32 1 monotonic
  ret void
read:
  %w = load i32, ptr %a, align 4
  store i32 %w, ptr %b, align 4
  ret void
end:
  ret void
})");
    Words A(1), B(1);
    Result R = D.run(launch(1, 3, {&A, &B}));
    EXPECT_EQ(R.Trace.Clobbered, Ranges{elements(A, 0, 1)}) << Order;
  }
}

TEST(Trace, OwnStoreThenOrThenReadClobbersNothing) {
  Device D(R"(
define void @k(ptr %a, ptr %b) {
  store i32 6, ptr %a, align 4
  %v = atomicrmw or ptr %a, i32 1 monotonic
  %w = load i32, ptr %a, align 4
  store i32 %w, ptr %b, align 4
  ret void
})");
  Words A(1), B(1);
  Result R = D.run(launch(1, 1, {&A, &B}));
  EXPECT_EQ(B[0], 7u);
  EXPECT_TRUE(R.Trace.Clobbered.empty());
}

TEST(Trace, OrThenReadClobbers) {
  Device D(R"(
define void @k(ptr %a, ptr %b) {
  %v = atomicrmw or ptr %a, i32 1 monotonic
  %w = load i32, ptr %a, align 4
  store i32 %w, ptr %b, align 4
  ret void
})");
  Words A(1), B(1);
  Result R = D.run(launch(1, 1, {&A, &B}));
  EXPECT_EQ(R.Trace.Clobbered, Ranges{elements(A, 0, 1)});
}

TEST(Trace, CopiesOfRunTimeLength) {
  Device D(R"(
declare void @llvm.memcpy.p1.p1.i64(ptr addrspace(1), ptr addrspace(1), i64, i1)
define void @k(ptr addrspace(1) %a, ptr addrspace(1) %b, i64 %n) {
  call void @llvm.memcpy.p1.p1.i64(ptr addrspace(1) %a, ptr addrspace(1) %b, i64 %n, i1 false)
  ret void
})");
  Words A(8), B(8, 5);
  Result R = D.run(launch(1, 1, {&A, &B}, uint64_t(12)));
  EXPECT_EQ(A, (Words{5, 5, 5, 0, 0, 0, 0, 0}));
  EXPECT_EQ(R.Trace.Read, Ranges{elements(B, 0, 3)});
  EXPECT_EQ(R.Trace.Written, Ranges{elements(A, 0, 3)});
}

TEST(Trace, VariablesOfTheModule) {
  Device D(R"(
@counter = addrspace(1) global i32 7, align 4
define void @k(ptr %a) {
  %v = load i32, ptr addrspace(1) @counter, align 4
  store i32 %v, ptr %a, align 4
  store i32 9, ptr addrspace(1) @counter, align 4
  ret void
})");
  Words A(1);
  Result R = D.run(launch(1, 1, {&A}));
  EXPECT_EQ(A[0], 7u);
  ASSERT_EQ(D.Code->symbols().size(), 1u);
  uint64_t Where = D.Code->symbols()[0].Address;
  EXPECT_EQ(R.Trace.Clobbered, (Ranges{{Where, Where + 4}}));
  D.run(launch(1, 1, {&A}));
  EXPECT_EQ(A[0], 9u);
  D.Code->reset();
  D.run(launch(1, 1, {&A}));
  EXPECT_EQ(A[0], 7u);
}

TEST(Trace, CompareAndSwap) {
  // a[i] becomes i where it was 5.
  Device D(R"(
define void @k(ptr %a) {
  %t = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %p = getelementptr i32, ptr %a, i32 %t
  %r = cmpxchg ptr %p, i32 5, i32 %t monotonic monotonic
  ret void
})");
  Words A = {5, 6, 5, 7};
  Launch L = launch(1, 4, {&A});
  L.Order = {Schedule::Kind::Random, 3};
  Result R = D.run(L);
  ASSERT_EQ(R.S, Status::Finished) << R.Problem.Text;
  EXPECT_EQ(A, (Words{0, 6, 2, 7}));
  EXPECT_EQ(R.Trace.Read, Ranges{elements(A, 0, 4)});
  Ranges Swapped = {elements(A, 0, 1), elements(A, 2, 1)};
  EXPECT_EQ(R.Trace.Written, Swapped);
  EXPECT_EQ(R.Trace.Atomic, Swapped);
  EXPECT_EQ(R.Trace.Clobbered, Swapped);
  EXPECT_EQ(R.Accesses, 4u);
  EXPECT_EQ(R.Stores, 2u);
  // The cut after the second store is behind both swaps.
  A = {5, 6, 5, 7};
  L.Stop = {Cut::Kind::Store, 2};
  EXPECT_EQ(D.run(L).Stores, 2u);
  EXPECT_EQ(A, (Words{0, 6, 2, 7}));
}

} // namespace
