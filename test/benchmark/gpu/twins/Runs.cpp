//===- Runs.cpp - The kernels of one benchmark on the GPU -----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Runs.h"
#include "Control.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

using namespace reprise::suites;

namespace reprise::twins {

std::string readFile(const std::string &Path) {
  std::ifstream File(Path);
  std::ostringstream Text;
  if (!File || !(Text << File.rdbuf()))
    throw GpuError("cannot read " + Path +
                   "; build the target reprise-twin-cost-programs");
  return Text.str();
}

static uint64_t threads(const HostLaunch &L) {
  return uint64_t(L.Grid.X) * L.Grid.Y * L.Grid.Z * L.Block.X * L.Block.Y *
         L.Block.Z;
}

/// Of each kernel's largest launches the middle one, since the first and the
/// last steps of an iteration may have little to do.
static std::map<std::string, const HostLaunch *> choose(const Host &H) {
  std::map<std::string, std::vector<const HostLaunch *>> Largest;
  for (const HostStep &S : H.steps())
    if (S.Launch) {
      auto &Of = Largest[S.Launch->Kernel];
      if (!Of.empty() && threads(*Of.front()) < threads(*S.Launch))
        Of.clear();
      if (Of.empty() || threads(*Of.front()) == threads(*S.Launch))
        Of.push_back(S.Launch.get());
    }
  std::map<std::string, const HostLaunch *> Chosen;
  for (const auto &[Kernel, Of] : Largest)
    Chosen[Kernel] = Of[Of.size() / 2];
  return Chosen;
}

static std::string shape(const HostLaunch &L) {
  auto Text = [](const Dim3 &D) {
    return std::to_string(D.X) + "x" + std::to_string(D.Y) + "x" +
           std::to_string(D.Z);
  };
  std::string S = Text(L.Grid) + " x " + Text(L.Block);
  return L.DynamicShared ? S + ", " + std::to_string(L.DynamicShared) + " bytes"
                         : S;
}

void runBenchmark(const Benchmark &B, const std::string &PtxFile,
                  const RunOptions &Options,
                  const std::function<void(const Row &)> &Emit) {
  const std::string Ptx = readFile(PtxFile);
  const PtxNames Names = readPtxNames(Ptx);
  Gpu G;
  DeviceHost D(G, B, Options.Sizes, Ptx, Names);
  if (!D.host().emptyBecause().empty())
    throw GpuError("has no contents: " + D.host().emptyBecause());
  LaunchTimer Timer(G);
  const auto Chosen = choose(D.host());
  // Equal launches in a row make no other data.
  constexpr uint64_t MostTimes = 20;
  for (const HostStep &S : D.host().steps()) {
    if (!S.Launch) {
      D.carryOut(S.Memory);
      continue;
    }
    const HostLaunch &L = *S.Launch;
    const std::string Mangled = Names.kernel(L.Kernel);
    CUfunction Kernel = D.function(Mangled);
    if (!Kernel)
      throw GpuError("the image has no kernel " + L.Kernel);
    if (Chosen.at(L.Kernel) == &L) {
      Row R;
      R.Suite = B.Suite;
      R.Benchmark = B.Name;
      R.Kernel = L.Kernel;
      R.Small = Options.Sizes == Scale::Reduced;
      R.Idempotent = L.Expected == Idempotent;
      R.Shape = shape(L);
      auto Note = Names.Twins.find(Mangled);
      if (Note == Names.Twins.end())
        R.Skipped = "the image was compiled without checkpoints";
      else if (Note->second.Twin.empty())
        R.Skipped = "no twin: " + Note->second.Refusal;
      else if (CUfunction Twin = D.function(Note->second.Twin)) {
        R.Inside = Note->second.Inside;
        CUfunction Mapless = D.function(Note->second.Mapless);
        R.Times = Timer.measure(D, L, {Kernel, Mapless ? Mapless : Twin, Twin},
                                Options.Times);
      } else
        throw GpuError("the image has no twin of " + L.Kernel);
      Emit(R);
    }
    for (uint64_t I = 0; I < std::min(L.Times, MostTimes); ++I)
      Timer.run(L, Kernel);
  }
  G.check(G.cuCtxSynchronize(), "runs the launches");
}

} // namespace reprise::twins
