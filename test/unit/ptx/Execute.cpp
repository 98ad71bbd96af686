//===- Execute.cpp - Runs lifted PTX instructions on the host -------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Execute.h"

#include "ptx/Lift.h"
#include "ptx/Parser.h"
#include "ptx/Values.h"

#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Support/TargetSelect.h"

#include <gtest/gtest.h>

#include <random>

using namespace llvm;

namespace reprise::test {

static std::string number(unsigned N) { return std::to_string(N); }

static std::string kernel(unsigned Index, const std::string &Body) {
  std::string T = ".visible .entry k" + number(Index) +
                  "(.param .u64 in, .param .u64 out)\n{\n.reg .pred %p<30>;\n"
                  ".reg .b16 %h<30>; .reg .b32 %r<30>; .reg .b64 %d<30>;\n"
                  ".reg .f32 %f<30>; .reg .f64 %g<30>;\n"
                  "ld.param.u64 %d1, [in]; ld.param.u64 %d2, [out];\n";
  for (unsigned I = 0; I < 4; ++I) {
    std::string N = number(10 + I), D = "%d" + N;
    T += "ld.global.u64 " + D + ", [%d1+" + number(8 * I) + "];\n";
    T += "cvt.u32.u64 %r" + N + ", " + D + "; cvt.u16.u64 %h" + N + ", " + D +
         "; mov.b32 %f" + N + ", %r" + N + "; mov.b64 %g" + N + ", " + D +
         "; and.b64 %d3, " + D + ", 1; setp.ne.u64 %p" + N + ", %d3, 0;\n";
  }
  T += "mov.u64 %d20, 0; mov.u32 %r20, 0; mov.u32 %r21, 0; mov.u16 %h20, 0;\n"
       "mov.f32 %f20, 0f00000000; mov.f64 %g20, 0d0000000000000000;\n"
       "setp.ne.u32 %p20, 0, 0; setp.ne.u32 %p21, 0, 0;\n" +
       Body +
       "\ncvt.u64.u32 %d4, %r20; xor.b64 %d20, %d20, %d4;\n"
       "cvt.u64.u32 %d4, %r21; shl.b64 %d4, %d4, 32; xor.b64 %d20, %d20, %d4;\n"
       "cvt.u64.u16 %d4, %h20; xor.b64 %d20, %d20, %d4;\n"
       "mov.b32 %r4, %f20; cvt.u64.u32 %d4, %r4; xor.b64 %d20, %d20, %d4;\n"
       "mov.b64 %d4, %g20; xor.b64 %d20, %d20, %d4;\n"
       "selp.u64 %d4, 1, 0, %p20; selp.u64 %d5, 2, 0, %p21; or.b64 %d4, %d4, "
       "%d5; shl.b64 %d4, %d4, 60; xor.b64 %d20, %d20, %d4;\n"
       "st.global.u64 [%d2], %d20; ret;\n}\n";
  return T;
}

/// Makes a module of the host of one for a GPU. Its kernels use global memory
/// only.
static void retarget(llvm::Module &M, const orc::LLJIT &Jit) {
  M.setTargetTriple(Jit.getTargetTriple().str());
  M.setDataLayout(Jit.getDataLayout());
  for (Function &F : M) {
    F.setCallingConv(CallingConv::C);
    F.removeFnAttr("target-cpu");
    for (Instruction &I : make_early_inc_range(instructions(F)))
      if (auto *C = dyn_cast<CallInst>(&I))
        if (C->getCalledFunction()->getName().starts_with(
                "reprise.ptx.value.undefined")) {
          C->replaceAllUsesWith(Constant::getNullValue(C->getType()));
          C->eraseFromParent();
        }
  }
}

static std::vector<Inputs> makeInputs() {
  static constexpr uint64_t Integers[] = {
      0,          1,          2,
      ~0ull,      1ull << 63, (1ull << 63) - 1,
      1ull << 31, 0x7fffffff, 0xffffffff,
      0x8000,     0x7fff,     0xffff8000,
      0xff,       0x80,       0x7f,
      31,         32,         33,
      63,         64,         65,
      255,        256,        0x0123456789abcdef};
  static constexpr float Floats[] = {0,
                                     -0.f,
                                     1,
                                     -1,
                                     0.5f,
                                     -0.5f,
                                     1.5f,
                                     2.5f,
                                     -2.5f,
                                     127.5f,
                                     128,
                                     255.5f,
                                     65504,
                                     65519,
                                     65520,
                                     448,
                                     464,
                                     465,
                                     57344,
                                     3e38f,
                                     -3e38f,
                                     1e-40f,
                                     -1e-40f,
                                     1e-45f,
                                     6.1e-5f,
                                     5.9e-8f,
                                     2.9e-8f,
                                     2147483648.f,
                                     4294967296.f,
                                     1.17549435e-38f,
                                     9.2233720e18f,
                                     1.8446744e19f,
                                     0.33333334f};
  static constexpr double Doubles[] = {0,
                                       -0.0,
                                       1,
                                       -1.5,
                                       2.5,
                                       1e308,
                                       -1e308,
                                       5e-324,
                                       1e-310,
                                       65504,
                                       65520,
                                       3.4028235677973366e38,
                                       0.1,
                                       2147483647.5,
                                       -2147483648.5,
                                       4294967295.5,
                                       9.2233720368547748e18,
                                       1.8446744073709552e19,
                                       1e-40,
                                       7e-46,
                                       1.0000000596046448};
  static constexpr uint32_t Special[] = {0x7f800000, 0xff800000, 0x7fc00000,
                                         0xffffffff, 0x7f800001};
  static constexpr uint16_t Halves[] = {
      0,      0x8000, 0x3c00, 0xbc00, 0x7bff, 0xfbff, 0x7c00, 0xfc00,
      0x7e00, 0xffff, 1,      0x8001, 0x03ff, 0x0400, 0x8400, 0x3555,
      0x3f80, 0x7f80, 0xff80, 0x7f7f, 0x0080, 0x007f, 0x7fc0};
  std::mt19937_64 Random(1);
  auto Any = [&](const auto &From) { return From[Random() % std::size(From)]; };
  auto One = [&]() -> uint64_t {
    uint64_t High = Random() << 32;
    switch (Random() % 8) {
    case 0:
      return Any(Integers);
    case 1:
      return Random();
    case 2:
      return bits(Any(Floats)) | High;
    case 3:
      return bits(Any(Doubles)) + Random() % 3 - 1;
    case 4: {
      uint64_t All = 0;
      for (unsigned I = 0; I < 4; ++I)
        All = All << 16 | Any(Halves);
      return All;
    }
    case 5:
      return Random() % 2 ? Any(Special) | High : uint64_t(Any(Special)) << 32;
    case 6: // Around halfway between numbers of the small formats.
      return ((bits(Any(Floats)) + Random() % 5 - 2) & 0xffffffff) | High;
    default: { // Few bits set.
      uint64_t V = Random();
      V &= Random();
      return V & Random();
    }
    }
  };
  std::vector<Inputs> All(1500);
  for (Inputs &I : All)
    for (uint64_t &V : I)
      V = One();
  return All;
}

static bool isNaN(uint64_t V, unsigned Width) {
  return Width == 64   ? std::isnan(toDouble(V))
         : Width == 32 ? std::isnan(toFloat(V))
                       : (V & 0x7fff) > 0x7c00;
}

void check(const std::vector<Case> &Cases) {
  static const std::vector<Inputs> All = makeInputs();
  InitializeNativeTarget();
  InitializeNativeTargetAsmPrinter();
  std::string Text = ".version 8.8\n.target sm_100\n.address_size 64\n";
  for (unsigned I = 0; I < Cases.size(); ++I)
    Text += kernel(I, Cases[I].Text);
  ptx::Module Syntax = ptx::parse(Text);
  ASSERT_TRUE(Syntax.Errors.empty()) << Syntax.Errors[0].str();
  auto Context = std::make_unique<LLVMContext>();
  auto M = ptx::lift(Syntax, "test", *Context);
  for (const std::string &Left : ptx::defineValues(*M))
    EXPECT_TRUE(StringRef(Left).contains("undefined")) << Left;
  auto Jit = cantFail(orc::LLJITBuilder().create());
  retarget(*M, *Jit);
  std::string Broken;
  raw_string_ostream Stream(Broken);
  ASSERT_FALSE(verifyModule(*M, &Stream)) << Broken;
  cantFail(Jit->addIRModule(
      orc::ThreadSafeModule(std::move(M), std::move(Context))));
  for (unsigned I = 0; I < Cases.size(); ++I) {
    auto Symbol = Jit->lookup("k" + number(I));
    ASSERT_TRUE(bool(Symbol)) << toString(Symbol.takeError());
    auto *Run = Symbol->toPtr<void (*)(const uint64_t *, uint64_t *)>();
    for (const Inputs &In : All) {
      uint64_t Out = 0, Expected = Cases[I].Expected(In);
      Run(In.data(), &Out);
      unsigned F = Cases[I].Float;
      if (Out == Expected || (F && isNaN(Out, F) && isNaN(Expected, F)))
        continue;
      ADD_FAILURE() << Cases[I].Text << std::hex << "\n  of " << In[0] << ' '
                    << In[1] << ' ' << In[2] << ' ' << In[3] << "\n  is " << Out
                    << ", not " << Expected;
      break;
    }
  }
}

} // namespace reprise::test
