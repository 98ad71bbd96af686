//===- Launches.cpp - Recorded launches, checked and verified -------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Printable.h"
#include "Table.h"
#include "Verification.h"

#include "llvm/Support/MemoryBuffer.h"

#include <nlohmann/json.hpp>

#include <unordered_set>

using namespace llvm;
using Json = nlohmann::ordered_json;

namespace reprise {

namespace {

/// The lines of a file, and the input that has their kernels.
struct Replayed {
  std::vector<LaunchLine> Lines;
  std::unique_ptr<DeviceInput> Input;
};

Expected<Replayed> open(const std::string &File, const std::string &Path,
                        InputOptions Options, bool WithCode) {
  auto Text = MemoryBuffer::getFileOrSTDIN(File);
  if (!Text)
    return createStringError(Text.getError(), "cannot read %s: %s",
                             File.c_str(), Text.getError().message().c_str());
  Replayed R;
  std::string Message;
  StringRef Bytes = (*Text)->getBuffer();
  if (readLaunches({Bytes.data(), Bytes.size()}, R.Lines, Message))
    return createStringError(std::errc::invalid_argument, "%s: %s",
                             File.c_str(), Message.c_str());
  if (R.Lines.empty())
    return createStringError(std::errc::invalid_argument,
                             "%s records no launch", File.c_str());
  std::unordered_set<std::string> Wanted;
  for (const LaunchLine &L : R.Lines)
    Wanted.insert(L.Launch.Kernel);
  Options.Analysis.Filter = [Wanted](const std::string &Name) {
    return Wanted.count(Name) > 0;
  };
  auto Input = DeviceInput::open(Path, "", std::move(Options), WithCode);
  if (!Input)
    return Input.takeError();
  R.Input = std::move(*Input);
  return R;
}

Expected<DeviceInput::Found> find(DeviceInput &Input, const LaunchRecord &L) {
  auto Found = Input.find(L);
  if (!Found)
    return Found;
  const Kernel &K = *Found->Summary;
  if (K.ParamBytes && L.Arguments.size() != K.ParamBytes)
    return createStringError(std::errc::invalid_argument,
                             "the record has %zu bytes of arguments, the "
                             "kernel takes %u",
                             L.Arguments.size(), K.ParamBytes);
  return Found;
}

/// A file has many launches of few kernels.
class Deciders {
public:
  Expected<reprise_result> check(const Kernel &K, const LaunchRecord &L,
                                 bool NoInBounds) {
    auto It = Known.find(&K);
    if (It == Known.end()) {
      auto D = Decider::create(K);
      if (!D)
        return D.takeError();
      It = Known.emplace(&K, std::move(*D)).first;
    }
    return It->second.check(L, NoInBounds);
  }

private:
  std::map<const Kernel *, Decider> Known;
};

std::string dimensions(const std::array<uint32_t, 3> &D) {
  std::string Text = std::to_string(D[0]);
  if (D[1] > 1 || D[2] > 1)
    Text += "," + std::to_string(D[1]);
  if (D[2] > 1)
    Text += "," + std::to_string(D[2]);
  return Text;
}

/// One row and its JSON, and how often each outcome was met.
class Listing {
public:
  explicit Listing(std::vector<std::string> Header) : Rows(std::move(Header)) {}

  void add(const LaunchLine &L, const std::vector<std::string> &Cells,
           const Json &Values, const std::string &Outcome) {
    std::vector<std::string> Row = {std::to_string(L.Number), L.Launch.Kernel,
                                    dimensions(L.Launch.Grid),
                                    dimensions(L.Launch.Block)};
    Row.insert(Row.end(), Cells.begin(), Cells.end());
    Rows.add(std::move(Row));
    Json J = {{"line", L.Number}, {"kernel", L.Launch.Kernel}};
    J.update(Values);
    Launches.push_back(std::move(J));
    ++Counts[Outcome];
    ++Total;
  }

  void print(bool AsJson) const {
    if (AsJson) {
      Json Summary = {{"launches", Total}};
      for (const auto &[Name, Count] : Counts)
        Summary[Name] = Count;
      Json J = {{"launches", Launches}, {"summary", Summary}};
      outs() << J.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
      return;
    }
    Rows.print(outs());
    outs() << '\n' << Total << (Total == 1 ? " launch:" : " launches:");
    const char *Separator = " ";
    for (const auto &[Name, Count] : Counts) {
      outs() << Separator << Count << ' ' << Name;
      Separator = ", ";
    }
    outs() << '\n';
  }

private:
  Table Rows;
  Json Launches = Json::array();
  std::map<std::string, size_t> Counts;
  size_t Total = 0;
};

/// The most telling of several statuses, Order[0] first.
class Worst {
public:
  explicit Worst(std::vector<ExitStatus> MostTellingFirst)
      : Order(std::move(MostTellingFirst)) {}
  void meet(ExitStatus S) {
    Best = std::min<size_t>(Best, llvm::find(Order, S) - Order.begin());
  }
  ExitStatus status() const { return Order[std::min(Best, Order.size() - 1)]; }

private:
  std::vector<ExitStatus> Order;
  size_t Best = ~size_t(0);
};

} // namespace

int runCheckLaunches(const CheckRequest &Request) {
  auto R = open(Request.Launches, Request.Input, Request.Options,
                /*WithCode=*/false);
  if (!R)
    return reportError(R.takeError());
  Listing All({"LINE", "KERNEL", "GRID", "BLOCK", "VERDICT", "WHY"});
  Deciders Known;
  Worst Status({CouldNotRun, Differs, Violated, Undecided, Satisfied});
  for (const LaunchLine &L : R->Lines) {
    auto Found = find(*R->Input, L.Launch);
    Expected<reprise_result> D =
        Found ? Known.check(*Found->Summary, L.Launch, Request.NoInBounds)
              : Found.takeError();
    if (!D) {
      std::string Why = toString(D.takeError());
      All.add(L, {"-", Why}, {{"verdict", nullptr}, {"error", Why}}, "failed");
      Status.meet(CouldNotRun);
      continue;
    }
    reprise_verdict Verdict = D->verdict;
    std::string Name = reprise_verdict_name(Verdict), Why;
    if (Verdict == REPRISE_UNKNOWN)
      Why = reprise_reason_name(D->reason);
    Json Values = {{"verdict", Name},
                   {"reason", reprise_reason_name(D->reason)},
                   {"recorded", nullptr}};
    bool Other = L.Launch.Verdict && *L.Launch.Verdict != Verdict;
    if (L.Launch.Verdict)
      Values["recorded"] = reprise_verdict_name(*L.Launch.Verdict);
    if (Other)
      Why += std::string(Why.empty() ? "" : ", ") + "DIFFERS: recorded as " +
             reprise_verdict_name(*L.Launch.Verdict);
    All.add(L, {Name, Why}, Values,
            Name + (Other ? " other than recorded" : ""));
    Status.meet(Other                           ? Differs
                : Verdict == REPRISE_IDEMPOTENT ? Satisfied
                : Verdict == REPRISE_CLOBBERS   ? Violated
                                                : Undecided);
  }
  All.print(Request.Json);
  return Status.status();
}

int runVerifyLaunches(const VerifyRequest &Request) {
  auto R = open(Request.Launches, Request.Input, Request.Options,
                /*WithCode=*/true);
  if (!R)
    return reportError(R.takeError());
  Listing All(
      {"LINE", "KERNEL", "GRID", "BLOCK", "VERDICT", "AGREEMENT", "ORACLE"});
  Worst Status({Violated, LaunchFaulted, NotExecuted, Undecided, Satisfied});
  for (const LaunchLine &L : R->Lines) {
    auto One = [&]() -> Expected<Verification> {
      auto Found = find(*R->Input, L.Launch);
      if (!Found)
        return Found.takeError();
      std::vector<emulator::Allocation> Where;
      Where.reserve(L.Launch.Allocations.size());
      for (const LaunchRecord::Range &A : L.Launch.Allocations)
        Where.push_back({A.Address, A.Size});
      auto Memory = Buffers::place(Where, Request.Init, Request.Seed);
      if (!Memory)
        return Memory.takeError();
      return verifyLaunch(*R->Input, *Found, L.Launch, *Memory,
                          Request.oracle(), Request.NoInBounds);
    };
    auto V = One();
    if (!V) {
      std::string Why = toString(V.takeError());
      const char *Name = nameOf(Agreement::NotCompared);
      All.add(L, {"-", Name, "not-executed: " + Why},
              {{"oracle", {{"answer", "not-executed"}, {"text", Why}}},
               {"runtime", nullptr},
               {"agreement", Name}},
              Name);
      Status.meet(NotExecuted);
      continue;
    }
    All.add(
        L,
        {reprise_verdict_name(V->Runtime.verdict),
         V->Agrees == Agreement::Disagrees ? "DISAGREES" : nameOf(V->Agrees),
         V->Summary},
        toJson(*V), nameOf(V->Agrees));
    Status.meet(V->status());
  }
  All.print(Request.Json);
  return Status.status();
}

} // namespace reprise
