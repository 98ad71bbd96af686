//===- Compare.cpp - One kernel by two ways -------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Compare.h"
#include "CudaForms.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"

#include <algorithm>
#include <bit>
#include <map>
#include <random>

using namespace llvm;
using namespace reprise::emulator;

namespace reprise::opcodes {

/// As in Opcodes.cuh.
static constexpr unsigned SlotCount = 384;
static constexpr unsigned BlockSize = 128;
/// What memory holds before a run.
static constexpr uint64_t Unused = 0xaaaaaaaaaaaaaaaa;

static constexpr uint64_t Integers[] = {
    0,          1,          2,          3,          ~0ull,
    1ull << 63, ~0ull >> 1, 1ull << 31, 0x7fffffff, 0xffffffff,
    1ull << 32, 0x8000,     0x7fff,     0xffff8000, 0xff,
    0x80,       0x7f,       7,          15,         16,
    31,         32,         33,         63,         64,
    65,         255,        256,        0x01234567, 0x0123456789abcdef};
static constexpr double Reals[] = {0.0,
                                   0.5,
                                   1,
                                   1.5,
                                   2.5,
                                   0.1,
                                   3.14159265358979,
                                   100.25,
                                   127.5,
                                   128,
                                   255.5,
                                   32767.5,
                                   65504,
                                   65520,
                                   2147483647.5,
                                   2147483648.0,
                                   4294967295.5,
                                   9.2233720368547748e18,
                                   1.8446744073709552e19,
                                   1.17549435e-38,
                                   1e-40,
                                   1e-45,
                                   6.1e-5,
                                   5.9e-8,
                                   3e38,
                                   3.4028235677973366e38,
                                   1e308,
                                   5e-324,
                                   1e-310,
                                   __builtin_inf(),
                                   __builtin_nan("")};

/// A number that is at an edge of some type, or any, in all its bits and in the
/// parts that narrower types see.
static uint64_t input(std::mt19937_64 &R) {
  auto Half = [&](float V) { // Good enough for inputs: cut off.
    auto Bits = std::bit_cast<uint32_t>(V);
    uint32_t Exponent = Bits >> 23 & 255;
    uint32_t Out = Exponent < 113   ? 0
                   : Exponent > 142 ? 0x7c00
                                    : (Exponent - 112) << 10;
    return Out | (Bits >> 13 & 0x3ff) | (Bits >> 16 & 0x8000);
  };
  double Sign = R() & 1 ? -1 : 1;
  double Real = Sign * Reals[R() % std::size(Reals)];
  switch (R() % 8) {
  case 0:
    return Integers[R() % std::size(Integers)];
  case 1:
    return ~Integers[R() % std::size(Integers)];
  case 2: // Edges in both words.
    return Integers[R() % std::size(Integers)] << 32 |
           (Integers[R() % std::size(Integers)] & 0xffffffff);
  case 3:
    return std::bit_cast<uint64_t>(Real);
  case 4:
    return R() << 32 | std::bit_cast<uint32_t>(static_cast<float>(Real));
  case 5: {
    uint64_t All = 0;
    for (unsigned N = 0; N < 4; ++N)
      All = All << 16 | Half(static_cast<float>(Reals[R() % std::size(Reals)]) *
                             (R() & 1 ? -1.F : 1.F));
    return All;
  }
  case 6: // Numbers of moderate size, as float and double see them.
    return R() & 1 ? std::bit_cast<uint64_t>(
                         Sign * static_cast<double>(R() >> 20) / 4096)
                   : std::bit_cast<uint32_t>(static_cast<float>(
                         Sign * static_cast<double>(R() >> 40) / 4096));
  default:
    return R();
  }
}

namespace {
/// The memory of one run: what the threads get and what they leave.
struct Run {
  Run(const std::vector<uint64_t> &In, unsigned Threads)
      : In(In), Out(uint64_t(Threads) * SlotCount * 2, Unused) {}

  Result run(Kernel &K, unsigned Threads) {
    Launch L;
    L.Grid = {Threads / BlockSize};
    L.Block = {BlockSize};
    auto Add = [&](std::vector<uint64_t> &Memory) {
      auto Address = reinterpret_cast<uint64_t>(Memory.data());
      for (unsigned N = 0; N < 8; ++N)
        L.Params.push_back(static_cast<uint8_t>(Address >> (8 * N)));
      L.Allocations.push_back({Address, Memory.size() * 8});
    };
    Add(Out);
    Add(In);
    return K.run(L);
  }
  std::vector<uint64_t> In, Out;
};
} // namespace

/// The first difference of each line, and the number of slots in use.
static void compareRuns(Comparison &C, StringRef Name, const Run &Clang,
                        const Run &Nvcc, unsigned Threads) {
  std::map<uint64_t, std::pair<std::string, unsigned>> Lines;
  for (unsigned T = 0; T < Threads; ++T)
    for (unsigned N = 0; N < SlotCount; ++N) {
      size_t At = (size_t(T) * SlotCount + N) * 2;
      uint64_t X = Clang.Out[At], Y = Nvcc.Out[At], Line = Clang.Out[At + 1];
      // Compilers number the lines of a macro's arguments differently.
      bool Used = Line != Unused, UsedByNvcc = Nvcc.Out[At + 1] != Unused;
      if (T == 0)
        C.Results += Used;
      if (X == Y && Used == UsedByNvcc)
        continue;
      auto &[Text, Count] = Lines[Line];
      if (Count++)
        continue;
      raw_string_ostream OS(Text);
      OS << C.File << ":" << Line << ": " << Name << ", result " << N
         << ": clang 0x" << utohexstr(X) << ", nvcc 0x" << utohexstr(Y);
      if (Used != UsedByNvcc)
        OS << (Used ? " (none)" : ", which clang does not have");
      OS << " for";
      for (unsigned I = 0; I < 4; ++I)
        OS << " 0x" << utohexstr(Clang.In[size_t(T) * 4 + I]);
    }
  for (auto &[Line, Found] : Lines)
    C.Differences.push_back(Found.first + " (" + std::to_string(Found.second) +
                            " times)");
}

static Error compareKernels(Comparison &C, Program &Clang, Program &Nvcc,
                            uint64_t Seed) {
  std::vector<std::string> Names = Clang.kernels(), Others = Nvcc.kernels();
  llvm::sort(Names);
  llvm::sort(Others);
  if (Names != Others || Names.empty())
    return createStringError("the two forms have different kernels");
  std::mt19937_64 R(Seed);
  for (const std::string &Name : Names) {
    std::vector<uint64_t> In(size_t(C.Threads) * 4);
    for (uint64_t &V : In)
      V = input(R);
    Run First(In, C.Threads), Second(In, C.Threads);
    for (bool FromNvcc : {false, true}) {
      auto K = (FromNvcc ? Nvcc : Clang).prepare(Name);
      if (!K)
        return K.takeError();
      Result Outcome = (FromNvcc ? Second : First).run(**K, C.Threads);
      if (Outcome.S != Status::Finished)
        return createStringError("%s of %s: %s", Name.c_str(),
                                 FromNvcc ? "nvcc" : "clang",
                                 Outcome.Problem.Text.c_str());
    }
    compareRuns(C, Name, First, Second, C.Threads);
    ++C.Kernels;
  }
  return Error::success();
}

Comparison compareFile(const std::string &File, unsigned Threads,
                       uint64_t Seed) {
  static const char *Architecture = "sm_90";
  Comparison C;
  C.File = sys::path::filename(File).str();
  C.Threads = std::max(1U, Threads / BlockSize) * BlockSize;
  auto Run = [&]() -> Error {
    auto Clang = loadCuda(File, Form::ClangIr, Architecture);
    if (!Clang)
      return Clang.takeError();
    auto Text = makePtx(File, Form::NvccPtx, Architecture);
    if (!Text)
      return Text.takeError();
    C.Ptx = std::move(*Text);
    auto Nvcc = loadPtx(C.Ptx, File);
    if (!Nvcc)
      return Nvcc.takeError();
    return compareKernels(C, **Clang, **Nvcc, Seed);
  };
  if (Error E = Run())
    C.Problem = C.File + ": " + toString(std::move(E));
  return C;
}

} // namespace reprise::opcodes
