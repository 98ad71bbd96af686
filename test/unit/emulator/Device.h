//===- Device.h - Kernels from text, for tests ----------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_UNIT_EMULATOR_DEVICE_H
#define REPRISE_TEST_UNIT_EMULATOR_DEVICE_H

#include "emulator/Emulator.h"

#include "llvm/AsmParser/Parser.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/raw_ostream.h"

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <string>
#include <vector>

namespace reprise::emulator {

/// %i becomes the thread's number in the grid, of one dimension.
inline const std::string ThreadNumber = R"(
  %t = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %c = call i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()
  %n = call i32 @llvm.nvvm.read.ptx.sreg.ntid.x()
  %m = mul i32 %c, %n
  %i = add i32 %m, %t
)";

/// A kernel that adds 1 to a variable of the module, which starts at 7.
inline const char CountingKernel[] = R"(
@counter = addrspace(1) global i32 7, align 4
define void @k(ptr %a) {
  %v = load i32, ptr addrspace(1) @counter, align 4
  %w = add i32 %v, 1
  store i32 %w, ptr addrspace(1) @counter, align 4
  ret void
})";

/// One module of LLVM IR; its kernel is @k.
class Device {
public:
  explicit Device(const std::string &Body, ProgramOptions Options = {}) {
    llvm::LLVMContext Context;
    llvm::SMDiagnostic Problem;
    std::string Text = "target triple = \"nvptx64-nvidia-cuda\"\n"
                       "target datalayout = "
                       "\"e-i64:64-i128:128-v16:16-v32:32-n16:32:64\"\n" +
                       Body +
                       "\n!nvvm.annotations = !{!0}\n"
                       "!0 = !{ptr @k, !\"kernel\", i32 1}\n"
                       "declare i32 @llvm.nvvm.read.ptx.sreg.tid.x()\n"
                       "declare i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()\n"
                       "declare i32 @llvm.nvvm.read.ptx.sreg.ntid.x()\n"
                       "declare i32 @llvm.nvvm.read.ptx.sreg.laneid()\n"
                       "declare void @llvm.nvvm.barrier0()\n";
    auto M = llvm::parseAssemblyString(Text, Problem, Context);
    if (!M) {
      llvm::raw_string_ostream OS(Refusal);
      Problem.print("test", OS);
      return;
    }
    auto P = Program::load(*M, Options);
    if (!P) {
      Refusal = llvm::toString(P.takeError());
      return;
    }
    Code = std::move(*P);
    auto K = Code->prepare("k");
    if (K)
      Entry = *K;
    else
      Refusal = llvm::toString(K.takeError());
  }

  Result run(const Launch &L) {
    EXPECT_NE(Entry, nullptr) << Refusal;
    return Entry ? Entry->run(L) : Result();
  }

  std::unique_ptr<Program> Code;
  Kernel *Entry = nullptr;
  std::string Refusal;
};

/// A launch whose arguments are pointers to Buffers and then Numbers.
template <typename... Numbers>
Launch launch(uint32_t Grid, uint32_t Block,
              const std::vector<std::vector<uint32_t> *> &Buffers,
              Numbers... Rest) {
  Launch L;
  L.Grid.X = Grid;
  L.Block.X = Block;
  L.Trace = TraceLevel::Bytes;
  auto Append = [&](const void *P, size_t Bytes) {
    const auto *From = static_cast<const uint8_t *>(P);
    L.Params.insert(L.Params.end(), From, From + Bytes);
  };
  for (std::vector<uint32_t> *B : Buffers) {
    auto Address = reinterpret_cast<uint64_t>(B->data());
    Append(&Address, sizeof(Address));
    L.Allocations.push_back({Address, B->size() * sizeof(uint32_t)});
  }
  (Append(&Rest, sizeof(Rest)), ...);
  return L;
}

/// Floats as the words that hold them.
inline std::vector<uint32_t> bits(const std::vector<float> &In) {
  std::vector<uint32_t> Out(In.size());
  std::memcpy(Out.data(), In.data(), In.size() * sizeof(float));
  return Out;
}

/// A range of a buffer, in elements.
inline Range elements(const std::vector<uint32_t> &B, size_t First,
                      size_t Count) {
  auto Address = reinterpret_cast<uint64_t>(B.data());
  return {Address + First * 4, Address + (First + Count) * 4};
}

} // namespace reprise::emulator

#endif // REPRISE_TEST_UNIT_EMULATOR_DEVICE_H
