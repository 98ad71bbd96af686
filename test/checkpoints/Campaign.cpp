//===- Campaign.cpp - All launches of a benchmark, stopped ----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Campaign.h"
#include "Emulated.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Demangle/Demangle.h"

#include <cstring>
#include <map>

using namespace llvm;

namespace reprise::checkpoints {

namespace {

class Campaign {
public:
  Campaign(const suites::Benchmark &Which, const CampaignOptions &Given)
      : B(Which), Options(Given), Random(Given.Seed) {
    R.Name = B.Suite + "/" + B.Name;
  }
  BenchmarkStops run();

private:
  void launch(const suites::HostLaunch &L);
  void failure(const Twine &What) {
    R.Failures.push_back((R.Name + ": " + What).str());
  }

  const suites::Benchmark &B;
  const CampaignOptions &Options;
  std::mt19937_64 Random;
  std::unique_ptr<Subject> Code;
  std::map<std::string, size_t> Rows;         ///< By the table's names.
  std::map<std::string, uint64_t> LaunchesOf; ///< The same.
  BenchmarkStops R;
};

} // namespace

void Campaign::launch(const suites::HostLaunch &L) {
  auto T = Code->find(L.Kernel);
  if (!T)
    return failure(toString(T.takeError()));
  auto [Row, New] = Rows.try_emplace((*T)->Plan.Kernel, R.Kernels.size());
  if (New) {
    KernelStops &K = R.Kernels.emplace_back();
    K.Name = L.Kernel;
    K.Plan = (*T)->Plan;
  }
  KernelStops &K = R.Kernels[Row->second];
  auto Original = Code->code().prepare((*T)->Plan.Kernel);
  if (!Original) {
    K.NotExecuted = toString(Original.takeError());
    return;
  }
  emulator::Launch Run = suites::emulated(L);
  Run.Params.resize((*Original)->paramBytes());
  auto Places = (*Original)->parameters();
  if (Places.size() != L.Arguments.size())
    return failure(Twine(L.Kernel) + " has " + Twine(Places.size()) +
                   " parameters");
  for (auto [Place, Bytes] : zip(Places, L.Arguments)) {
    if (Place.Size != Bytes.size())
      return failure(Twine(L.Kernel) + ": an argument of " +
                     Twine(Bytes.size()) + " bytes for a parameter of " +
                     Twine(Place.Size));
    std::memcpy(Run.Params.data() + Place.Offset, Bytes.data(), Bytes.size());
  }
  bool Wanted = Options.Kernel.empty() || Options.Kernel == L.Kernel;
  if (Wanted && K.Plan.Refusal.empty()) {
    auto Copy = Code->code().prepare(TwinPrefix + K.Plan.Kernel);
    if (!Copy)
      return failure(toString(Copy.takeError()));
    const std::string &Second = (*T)->Mapless;
    auto Mapless = Code->code().prepare(
        Second.empty() ? TwinPrefix + K.Plan.Kernel : Second);
    if (!Mapless)
      return failure(toString(Mapless.takeError()));
    bool Idempotent = L.Expected == suites::Idempotent;
    ++K.Launches;
    K.Idempotent += Idempotent;
    Stopper S(Code->code(), **Original, {**Copy, **Mapless},
              (*T)->ControlOffset, Run, Idempotent);
    auto Problem = S.clean(K.Cost);
    uint64_t Share = Options.Stops / LaunchesOf[L.Kernel] + 1;
    uint64_t Goal =
        std::min(Options.Stops, K.Counts.Stops + K.Counts.Cuts + Share);
    // Most requests come too late where few blocks can leave at entry alone.
    constexpr uint64_t TriesOfStop = 40;
    for (uint64_t Try = 0; !Problem && Try < TriesOfStop * Share &&
                           K.Counts.Stops + K.Counts.Cuts < Goal;
         ++Try)
      Problem = S.stop(Random, K.Counts);
    if (Problem)
      failure(Twine(L.Kernel) + ", grid " + Twine(L.Grid.X) + "x" +
              Twine(L.Grid.Y) + "x" + Twine(L.Grid.Z) + ": " + *Problem);
  }
  // Later launches work on what this one leaves. Blocks that wait for each
  // other may be more than the emulator has at a time.
  Run.InstructionLimit = uint64_t(1) << 28;
  for (uint64_t I = 0; I < L.Times; ++I)
    if (auto After = (*Original)->run(Run);
        After.S != emulator::Status::Finished) {
      K.NotExecuted = After.Problem.Text;
      return;
    }
}

BenchmarkStops Campaign::run() {
  std::string Path = B.Suite == "examples"
                         ? Options.Root + "/../examples/" + B.Name + ".cu"
                         : Options.Root + "/" + B.Suite + "/" + B.Name + ".cu";
  auto Opened = Subject::open(Path, {"-I" + Options.Root + "/suites"},
                              Options.Plan, Options.By);
  if (!Opened) {
    failure(toString(Opened.takeError()));
    return std::move(R);
  }
  Code = std::move(*Opened);
  suites::Host H(suites::Scale::Reduced);
  B.Launches(H);
  for (const suites::HostStep &S : H.steps())
    if (S.Launch)
      ++LaunchesOf[S.Launch->Kernel];
  auto FindSymbol = [&](const std::string &Name, uint64_t Bytes) -> uint8_t * {
    static std::vector<uint8_t> Nowhere;
    for (const emulator::Symbol &S : Code->code().symbols())
      if (S.Name == Name && S.Size >= Bytes)
        // NOLINTNEXTLINE(performance-no-int-to-ptr)
        return reinterpret_cast<uint8_t *>(S.Address);
    // Optimised away: no kernel reads it.
    Nowhere.resize(Bytes);
    return Nowhere.data();
  };
  for (const suites::HostStep &S : H.steps())
    if (S.Launch)
      launch(*S.Launch);
    else
      S.Memory.carryOut(FindSymbol);
  return std::move(R);
}

BenchmarkStops runBenchmark(const suites::Benchmark &B,
                            const CampaignOptions &Options) {
  return Campaign(B, Options).run();
}

} // namespace reprise::checkpoints
