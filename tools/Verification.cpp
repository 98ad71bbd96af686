//===- Verification.cpp - The oracle's answer beside the runtime's --------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Verification.h"

#include <nlohmann/json.hpp>

using namespace llvm;
using Json = nlohmann::ordered_json;

namespace reprise {

const char *nameOf(Agreement A) {
  switch (A) {
  case Agreement::Agrees:
    return "agrees";
  case Agreement::Disagrees:
    return "disagrees";
  case Agreement::Conservative:
    return "conservative";
  case Agreement::NotCompared:
    break;
  }
  return "not-compared";
}

ExitStatus Verification::status() const {
  switch (Agrees) {
  case Agreement::Agrees:
    return Satisfied;
  case Agreement::Disagrees:
    return Violated;
  case Agreement::Conservative:
    return Undecided;
  case Agreement::NotCompared:
    break;
  }
  return Oracle.A == Answer::Faulted ? LaunchFaulted : NotExecuted;
}

static Agreement compare(const Observation &O, reprise_verdict Verdict) {
  if (O.A == Answer::Faulted || O.A == Answer::NotExecuted)
    return Agreement::NotCompared;
  if (!O.isRefuted())
    return Verdict == REPRISE_IDEMPOTENT ? Agreement::Agrees
                                         : Agreement::Conservative;
  return Verdict == REPRISE_IDEMPOTENT ? Agreement::Disagrees
                                       : Agreement::Agrees;
}

/// "A+256" or "table+8".
static std::string describe(uint64_t Address, const Buffers &Memory,
                            const LaunchRecord &L) {
  for (const LaunchRecord::Variable &V : L.Symbols)
    if (Address >= V.Address && Address - V.Address < V.Size)
      return V.Name + "+" + std::to_string(Address - V.Address);
  return Memory.describe(Address);
}

static std::string summarize(const Observation &O, const Buffers &Memory,
                             const LaunchRecord &L) {
  auto Runs = [](unsigned N, const char *What) {
    return std::to_string(N) + " " + What + (N == 1 ? " run" : " runs");
  };
  std::string Text = std::string(nameOf(O.A)) + ": ";
  switch (O.A) {
  case Answer::Idempotent:
    return Text + "no byte is clobbered in " + Runs(O.CleanRuns, "clean") +
           ", and " + Runs(O.Replays, "killed") + " left the same memory";
  case Answer::Clobbers:
    return Text + std::to_string(O.ClobberedBytes) +
           (O.ClobberedBytes == 1 ? " byte is" : " bytes are") +
           " read before the launch wrote them and then written, but " +
           Runs(O.Replays, "killed") + " left the same memory";
  case Answer::NonIdempotent:
    return Text + O.Wrong->str() + ", " +
           (O.Problem.Kind == emulator::FaultKind::None
                ? describe(O.DiffersAt, Memory, L) + " differs"
                : "it ends otherwise: " + O.Problem.Text);
  case Answer::RaceDependent:
    return Text + "clean runs differ at " + describe(*O.RaceAt, Memory, L) +
           ", so the order of threads decides what memory holds";
  case Answer::Faulted:
    if (O.Problem.Address)
      Text += "at " + describe(O.Problem.Address, Memory, L) + ": ";
    return Text + O.Problem.Text;
  case Answer::NotExecuted:
    break;
  }
  return Text + O.Reason;
}

/// Gives the constants of Code the contents of L, and L those of Code: what was
/// not given is what the program starts with.
static Error shareContents(LaunchRecord &L, emulator::Program &Code) {
  for (const LaunchRecord::Content &C : L.Contents) {
    auto S = llvm::find_if(Code.symbols(), [&](const emulator::Symbol &Each) {
      return Each.Name == C.Name && Each.Constant;
    });
    if (S == Code.symbols().end() || C.Offset > S->Size ||
        C.Bytes.size() > S->Size - C.Offset)
      return createStringError(
          std::errc::invalid_argument,
          "the code has no constant variable %s of %llu bytes", C.Name.c_str(),
          static_cast<unsigned long long>(C.Offset + C.Bytes.size()));
    std::copy(C.Bytes.begin(), C.Bytes.end(), memoryAt(S->Address + C.Offset));
  }
  L.Contents.clear();
  for (const emulator::Symbol &S : Code.symbols())
    if (S.Constant && S.Size) {
      const uint8_t *Bytes = memoryAt(S.Address);
      L.Contents.push_back({S.Name, 0, {Bytes, Bytes + S.Size}});
    }
  return Error::success();
}

/// The textures of L as the emulator reads them: single numbers of 32 bits.
static std::vector<emulator::LinearTexture> texturesOf(const LaunchRecord &L) {
  std::vector<emulator::LinearTexture> All;
  for (const LaunchRecord::Binding &B : L.Bindings) {
    if (B.Kind != REPRISE_HANDLE_TEXTURE || B.Size < 4)
      continue;
    emulator::LinearTexture &T = All.emplace_back();
    T.Handle = B.Handle;
    T.Address = B.Address;
    T.Elements = B.Size / 4;
  }
  return All;
}

Expected<Verification> verifyLaunch(DeviceInput &Input,
                                    const DeviceInput::Found &Kernel,
                                    LaunchRecord L, const Buffers &Memory,
                                    const OracleOptions &Options,
                                    bool NoInBounds) {
  Verification V;
  L.Allocations.clear();
  for (const emulator::Allocation &A : Memory.allocations())
    L.Allocations.push_back({A.Address, A.Size});
  L.Symbols.clear();
  auto Code = Input.program(Kernel.Index);
  if (Code)
    for (const emulator::Symbol &S : (*Code)->symbols())
      if (S.Size)
        L.Symbols.push_back({S.Name, S.Address, S.Size});
  if (Code)
    if (Error E = shareContents(L, **Code))
      return std::move(E);
  auto Runtime = Decider::create(*Kernel.Summary);
  auto Decided = Runtime ? Runtime->check(L, NoInBounds) : Runtime.takeError();
  if (!Decided) {
    consumeError(Code.takeError());
    return Decided.takeError();
  }
  V.Runtime = *Decided;
  auto Ready = Code ? (*Code)->prepare(Kernel.Summary->Name) : Code.takeError();
  if (Ready) {
    emulator::Launch E;
    E.Grid = {L.Grid[0], L.Grid[1], L.Grid[2]};
    E.Block = {L.Block[0], L.Block[1], L.Block[2]};
    E.DynamicShared = L.DynamicShared;
    E.Params = L.Arguments;
    E.Allocations = Memory.allocations().vec();
    E.Textures = texturesOf(L);
    V.Oracle = observe(**Code, **Ready, std::move(E), Options);
  } else {
    V.Oracle.Reason = toString(Ready.takeError());
  }
  V.Agrees = compare(V.Oracle, V.Runtime.verdict);
  V.Summary = summarize(V.Oracle, Memory, L);
  if (V.Oracle.First)
    V.Where = describe(V.Oracle.First->Address, Memory, L);
  return V;
}

static Json placeJson(const emulator::Place &P) {
  auto Triple = [](const emulator::Dim3 &D) {
    return Json::array({D.X, D.Y, D.Z});
  };
  return {{"block", Triple(P.Block)},
          {"thread", Triple(P.Thread)},
          {"source", P.Source}};
}

Json toJson(const Verification &V) {
  const Observation &O = V.Oracle;
  Json Oracle = {{"answer", nameOf(O.A)},
                 {"text", V.Summary},
                 {"clean_runs", O.CleanRuns},
                 {"killed_runs", O.Replays},
                 {"clobbered_bytes", O.ClobberedBytes},
                 {"clobber", nullptr},
                 {"killed", nullptr},
                 {"race", nullptr},
                 {"fault", nullptr},
                 {"uninitialised", nullptr}};
  if (O.First)
    Oracle["clobber"] = {{"address", O.First->Address},
                         {"where", V.Where},
                         {"reader", placeJson(O.First->Reader)},
                         {"writer", placeJson(O.First->Writer)}};
  if (O.Wrong)
    Oracle["killed"] = {{"how", O.Wrong->str()}, {"address", O.DiffersAt}};
  if (O.RaceAt)
    Oracle["race"] = {{"address", *O.RaceAt}};
  if (!O.Uninitialised.empty())
    Oracle["uninitialised"] = O.Uninitialised;
  if (O.A == Answer::Faulted)
    Oracle["fault"] = {{"address", O.Problem.Address},
                       {"bytes", O.Problem.Bytes},
                       {"where", placeJson(O.Problem.Where)}};
  const reprise_result &R = V.Runtime;
  return {{"oracle", std::move(Oracle)},
          {"runtime",
           {{"verdict", reprise_verdict_name(R.verdict)},
            {"reason", reprise_reason_name(R.reason)},
            {"assumptions", assumptionNames(R.assumptions)}}},
          {"agreement", nameOf(V.Agrees)}};
}

} // namespace reprise
