//===- EmulatorBenchmark.cpp - Thread-instructions per second -------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// items_per_second counts LLVM instructions of all threads, as Result does. The
// argument is the trace level: 0 none, 1 bytes.
//
//===----------------------------------------------------------------------===//

#include "emulator/Emulator.h"

#include "llvm/AsmParser/Parser.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/raw_ostream.h"

#include <benchmark/benchmark.h>

#include <cstdlib>

using namespace reprise::emulator;

namespace {

constexpr char Head[] = R"(
target triple = "nvptx64-nvidia-cuda"
target datalayout = "e-i64:64-i128:128-v16:16-v32:32-n16:32:64"
declare i32 @llvm.nvvm.read.ptx.sreg.tid.x()
declare i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()
declare i32 @llvm.nvvm.read.ptx.sreg.ntid.x()
declare void @llvm.nvvm.barrier0()
@tile = internal addrspace(3) global [256 x float] undef, align 4
!nvvm.annotations = !{!0}
!0 = !{ptr @k, !"kernel", i32 1}
)";

// a[i] = b[i] + c[i]: every access meets a byte for the first time.
constexpr char Add[] = R"(
define void @k(ptr %a, ptr %b, ptr %c) {
  %t = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %d = call i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()
  %n = call i32 @llvm.nvvm.read.ptx.sreg.ntid.x()
  %m = mul i32 %d, %n
  %i = add i32 %m, %t
  %p = getelementptr float, ptr %a, i32 %i
  %q = getelementptr float, ptr %b, i32 %i
  %r = getelementptr float, ptr %c, i32 %i
  %x = load float, ptr %q, align 4
  %y = load float, ptr %r, align 4
  %s = fadd float %x, %y
  store float %s, ptr %p, align 4
  ret void
})";

// a[i] = sum of b[0 .. 256) * c[(i + k) % 256]: accesses are repeated.
constexpr char Dot[] = R"(
define void @k(ptr %a, ptr %b, ptr %c) {
entry:
  %t = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %d = call i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()
  %n = call i32 @llvm.nvvm.read.ptx.sreg.ntid.x()
  %m = mul i32 %d, %n
  %i = add i32 %m, %t
  br label %loop
loop:
  %k = phi i32 [ 0, %entry ], [ %next, %loop ]
  %sum = phi float [ 0.0, %entry ], [ %more, %loop ]
  %q = getelementptr float, ptr %b, i32 %k
  %x = load float, ptr %q, align 4
  %j = add i32 %i, %k
  %l = and i32 %j, 255
  %r = getelementptr float, ptr %c, i32 %l
  %y = load float, ptr %r, align 4
  %z = fmul float %x, %y
  %more = fadd float %sum, %z
  %next = add i32 %k, 1
  %again = icmp ult i32 %next, 256
  br i1 %again, label %loop, label %end
end:
  %p = getelementptr float, ptr %a, i32 %i
  store float %more, ptr %p, align 4
  ret void
})";

// A tree reduction in shared memory: a barrier every few instructions.
constexpr char Reduce[] = R"(
define void @k(ptr %a, ptr %b, ptr %c) {
entry:
  %t = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %d = call i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()
  %m = mul i32 %d, 256
  %i = add i32 %m, %t
  %q = getelementptr float, ptr %b, i32 %i
  %x = load float, ptr %q, align 4
  %s = getelementptr float, ptr addrspace(3) @tile, i32 %t
  store float %x, ptr addrspace(3) %s, align 4
  call void @llvm.nvvm.barrier0()
  br label %loop
loop:
  %half = phi i32 [ 128, %entry ], [ %less, %join ]
  %mine = icmp ult i32 %t, %half
  br i1 %mine, label %add, label %join
add:
  %o = add i32 %t, %half
  %u = getelementptr float, ptr addrspace(3) @tile, i32 %o
  %y = load float, ptr addrspace(3) %u, align 4
  %z = load float, ptr addrspace(3) %s, align 4
  %w = fadd float %y, %z
  store float %w, ptr addrspace(3) %s, align 4
  br label %join
join:
  call void @llvm.nvvm.barrier0()
  %less = lshr i32 %half, 1
  %again = icmp ne i32 %less, 0
  br i1 %again, label %loop, label %end
end:
  %first = icmp eq i32 %t, 0
  br i1 %first, label %write, label %done
write:
  %v = load float, ptr addrspace(3) %s, align 4
  %p = getelementptr float, ptr %a, i32 %d
  store float %v, ptr %p, align 4
  br label %done
done:
  ret void
})";

std::unique_ptr<Program> load(const char *Body) {
  llvm::LLVMContext Context;
  llvm::SMDiagnostic Problem;
  auto M =
      llvm::parseAssemblyString(std::string(Head) + Body, Problem, Context);
  if (!M) {
    Problem.print("benchmark", llvm::errs());
    std::exit(1);
  }
  return llvm::cantFail(Program::load(*M));
}

void run(benchmark::State &State, const char *Body, uint32_t Blocks) {
  auto P = load(Body);
  Kernel *K = llvm::cantFail(P->prepare("k"));
  std::vector<float> Buffers[3];
  Launch L;
  L.Grid.X = Blocks;
  L.Block.X = 256;
  L.Trace = State.range(0) ? TraceLevel::Bytes : TraceLevel::None;
  for (std::vector<float> &B : Buffers) {
    B.assign(size_t(Blocks) * 256, 1.0f);
    auto Address = reinterpret_cast<uint64_t>(B.data());
    const auto *Bytes = reinterpret_cast<const uint8_t *>(&Address);
    L.Params.insert(L.Params.end(), Bytes, Bytes + 8);
    L.Allocations.push_back({Address, B.size() * 4});
  }
  uint64_t Instructions = 0;
  for (auto _ : State) {
    Result R = K->run(L);
    if (R.S != Status::Finished)
      State.SkipWithError(R.Problem.Text.c_str());
    Instructions += R.Instructions;
  }
  State.SetItemsProcessed(static_cast<int64_t>(Instructions));
}

void emulateAdd(benchmark::State &State) { run(State, Add, 1024); }
void emulateDot(benchmark::State &State) { run(State, Dot, 64); }
void emulateReduce(benchmark::State &State) { run(State, Reduce, 256); }

/// From IR to a first result: what a generated kernel costs.
void emulateFirstRun(benchmark::State &State) {
  for (auto _ : State) {
    auto P = load(Dot);
    Launch L;
    L.Trace = State.range(0) ? TraceLevel::Bytes : TraceLevel::None;
    L.Params.resize(24);
    benchmark::DoNotOptimize(llvm::cantFail(P->prepare("k"))->run(L));
  }
}

BENCHMARK(emulateAdd)
    ->Arg(0)
    ->Arg(1)

    ->Unit(benchmark::kMillisecond);
BENCHMARK(emulateDot)
    ->Arg(0)
    ->Arg(1)

    ->Unit(benchmark::kMillisecond);
BENCHMARK(emulateReduce)
    ->Arg(0)
    ->Arg(1)

    ->Unit(benchmark::kMillisecond);
BENCHMARK(emulateFirstRun)
    ->Arg(0)
    ->Arg(1)

    ->Unit(benchmark::kMillisecond);

} // namespace

BENCHMARK_MAIN();
