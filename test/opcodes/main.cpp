//===- main.cpp - The same kernels through clang and through nvcc ---------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   reprise-opcodes [--table] [--inputs=N] [--seed=N] [--jobs=N]
//                   [--elsewhere=FILE --root=FOLDER] FILE.cu...
//
// Compares what kernels compute as clang's device IR and as lifted PTX of nvcc,
// and tells which opcodes that covers. Exit status 0 if all is equal and every
// opcode has a test, 1 if not, 77 where nvcc is missing.
//
//===----------------------------------------------------------------------===//

#include "Compare.h"
#include "Coverage.h"
#include "CudaForms.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/ThreadPool.h"

using namespace llvm;
using namespace reprise;
using namespace reprise::opcodes;

static cl::list<std::string> Files(cl::Positional, cl::OneOrMore,
                                   cl::desc("FILE.cu..."));
static cl::opt<bool> Table("table", cl::desc("Print the forms of each opcode"));
static cl::opt<unsigned>
    Threads("inputs", cl::init(4096),
            cl::desc("Threads of each kernel, each with its own"));
static cl::opt<uint64_t> Seed("seed", cl::init(1), cl::desc("For the inputs"));
static cl::opt<unsigned> JobCount("jobs", cl::init(2),
                                  cl::desc("Files at a time"));
static cl::opt<std::string>
    Elsewhere("elsewhere", cl::desc("Opcodes that other tests check; asks for "
                                    "a test of every opcode"));
static cl::opt<std::string> Root("root", cl::init("."),
                                 cl::desc("Folder of the files in it"));

int main(int Count, char **Arguments) {
  cl::ParseCommandLineOptions(
      Count, Arguments,
      "Compares kernels through clang with kernels through "
      "nvcc and the PTX lifter.\n");
  if (!isAvailable(emulator::Form::NvccPtx)) {
    outs() << "skipped: nvcc was not found; install a CUDA toolkit\n";
    return 77;
  }
  std::vector<Comparison> All(Files.size());
  {
    DefaultThreadPool Pool(hardware_concurrency(JobCount));
    for (size_t N = 0; N < Files.size(); ++N)
      Pool.async([&, N] { All[N] = compareFile(Files[N], Threads, Seed + N); });
    Pool.wait();
  }
  bool Good = true;
  Coverage Opcodes;
  unsigned Kernels = 0, Results = 0, Differences = 0;
  for (const Comparison &C : All) {
    if (!C.Problem.empty())
      outs() << C.Problem << "\n";
    for (const std::string &Line : C.Differences)
      outs() << Line << "\n";
    Good &= C.Problem.empty() && C.Differences.empty();
    Kernels += C.Kernels;
    Results += C.Results;
    Differences += static_cast<unsigned>(C.Differences.size());
    if (C.Problem.empty())
      Opcodes.add(C.Ptx);
  }
  if (!Elsewhere.empty()) {
    if (Error E = Opcodes.readElsewhere(Elsewhere, Root)) {
      outs() << toString(std::move(E)) << "\n";
      Good = false;
    }
    for (const std::string &Problem : Opcodes.problems()) {
      outs() << Problem << "\n";
      Good = false;
    }
  }
  if (Table)
    Opcodes.print(outs());
  outs() << Kernels << " kernels, " << Results << " results of each of "
         << All[0].Threads << " threads, " << Opcodes.opcodes()
         << " opcodes in " << Opcodes.forms() << " forms, " << Differences
         << " lines differ\n";
  return Good ? 0 : 1;
}
