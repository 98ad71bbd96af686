//===- Report.cpp - What was seen, when the program ends ----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Driver.h"
#include "ForkLocks.h"
#include "Launch.h"
#include "Modules.h"
#include "Parts.h"
#include "Preempt.h"
#include "Record.h"
#include "Settings.h"
#include "State.h"
#include "StopReport.h"
#include "Summaries.h"
#include "Windows.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cxxabi.h>
#include <memory>
#include <nlohmann/json.hpp>
#include <pthread.h>
#include <unistd.h>

namespace reprise::cuda {

namespace {

struct Row {
  CountedKernel Kernel;
  uint64_t Launches = 0, Outcomes[OutcomeCount] = {};
  uint64_t Samples = 0, Unbounded = 0, Bytes = 0, Most = 0;
};

/// Of copies or fills.
struct TransferSums {
  uint64_t Seen = 0, Bytes = 0, Captured = 0, Failed = 0;

  void add(const TransferCounts &C) {
    Seen += get(C.Seen);
    Bytes += get(C.Bytes);
    Captured += get(C.Captured);
    Failed += get(C.Failed);
  }
  bool any() const { return Seen != 0 || Captured != 0; }
};

struct Sums {
  uint64_t Seen = 0, InGraphs = 0, Captured = 0, Failed = 0, Stopped = 0,
           Hits = 0, Decided = 0, Outcomes[OutcomeCount] = {};
  TransferSums Copies, Fills;
  std::vector<Row> Rows;
  std::vector<uint64_t> WithMemo, WithoutMemo;
};

void addTimes(std::vector<uint64_t> &Into, const Times &From) {
  Into.resize(std::size(From.Buckets));
  for (size_t I = 0; I < Into.size(); ++I)
    Into[I] += get(From.Buckets[I]);
}

Sums gather() {
  Sums S;
  for (CountedKernel &K : countedKernels()) {
    S.Rows.emplace_back();
    S.Rows.back().Kernel = std::move(K);
  }
  for (const Thread *T = firstThread(); T; T = T->Next) {
    const ThreadCounts &C = T->Counts;
    S.Seen += get(C.Seen);
    S.InGraphs += get(C.InGraphs);
    S.Captured += get(C.Captured);
    S.Failed += get(C.Failed);
    S.Stopped += get(C.Stopped);
    S.Hits += get(C.Hits);
    S.Copies.add(C.Copies);
    S.Fills.add(C.Fills);
    addTimes(S.WithMemo, C.WithMemo);
    addTimes(S.WithoutMemo, C.WithoutMemo);
    for (uint32_t I = 0; I < S.Rows.size(); ++I) {
      const KernelCounts *K = C.find(I);
      if (!K)
        continue;
      Row &R = S.Rows[I];
      for (unsigned O = 0; O < OutcomeCount; ++O) {
        R.Outcomes[O] += get(K->Outcomes[O]);
        R.Launches += get(K->Outcomes[O]);
        S.Outcomes[O] += get(K->Outcomes[O]);
        S.Decided += get(K->Outcomes[O]);
      }
      R.Samples += get(K->Samples);
      R.Unbounded += get(K->Unbounded);
      R.Bytes += get(K->Bytes);
      R.Most = std::max(R.Most, get(K->MostBytes));
    }
  }
  std::erase_if(S.Rows, [](const Row &R) { return R.Launches == 0; });
  std::sort(S.Rows.begin(), S.Rows.end(), [](const Row &A, const Row &B) {
    return A.Launches != B.Launches ? A.Launches > B.Launches
                                    : A.Kernel.Name < B.Kernel.Name;
  });
  return S;
}

std::string demangled(const std::string &Name) {
  int Status = 0;
  std::unique_ptr<char, void (*)(void *)> Text(
      abi::__cxa_demangle(Name.c_str(), nullptr, nullptr, &Status), std::free);
  if (Name.empty())
    return "(no name)";
  return Status == 0 && Text ? Text.get() : Name;
}

uint64_t countOf(const std::vector<uint64_t> &Buckets) {
  uint64_t Count = 0;
  for (uint64_t Each : Buckets)
    Count += Each;
  return Count;
}

/// Nanoseconds that \p PerMille of the timed checks stay within.
uint64_t percentile(const std::vector<uint64_t> &Buckets, uint64_t PerMille) {
  const uint64_t Wanted = (countOf(Buckets) * PerMille + 999) / 1000;
  uint64_t Count = 0;
  for (size_t I = 0; I < Buckets.size(); ++I)
    if ((Count += Buckets[I]) >= Wanted && Wanted != 0)
      return Times::limit(static_cast<unsigned>(I));
  return 0;
}

uint64_t unknownOf(const uint64_t (&Outcomes)[OutcomeCount]) {
  uint64_t Count = 0;
  for (unsigned O = static_cast<unsigned>(Outcome::FirstReason);
       O < OutcomeCount; ++O)
    Count += Outcomes[O];
  return Count;
}

constexpr auto Idempotent = static_cast<unsigned>(Outcome::Idempotent);
constexpr auto Clobbers = static_cast<unsigned>(Outcome::Clobbers);

nlohmann::json timesJson(const std::vector<uint64_t> &Buckets) {
  return {{"timed", countOf(Buckets)},
          {"median_ns", percentile(Buckets, 500)},
          {"p90_ns", percentile(Buckets, 900)},
          {"p99_ns", percentile(Buckets, 990)},
          {"p999_ns", percentile(Buckets, 999)}};
}

nlohmann::json outcomesJson(const uint64_t (&Outcomes)[OutcomeCount]) {
  nlohmann::json J = nlohmann::json::object();
  for (unsigned O = 0; O < OutcomeCount; ++O)
    if (Outcomes[O])
      J[name(static_cast<Outcome>(O))] = Outcomes[O];
  return J;
}

nlohmann::json transfersJson(const TransferSums &S) {
  return {{"seen", S.Seen},
          {"bytes", S.Bytes},
          {"captured", S.Captured},
          {"refused_by_driver", S.Failed}};
}

/// How many operations back a restart was valid: that of \p PerMille of them.
uint64_t reached(const WindowCounts &C, uint64_t PerMille) {
  const uint64_t Wanted = (countOf(C.Reached) * PerMille + 999) / 1000;
  uint64_t Count = 0;
  for (size_t I = 0; I < C.Reached.size(); ++I)
    if ((Count += C.Reached[I]) >= Wanted && Count != 0)
      return I;
  return 0;
}

nlohmann::json windowsJson(const WindowCounts &C) {
  nlohmann::json Fences = nlohmann::json::object();
  for (unsigned I = 0; I < std::size(C.Fences); ++I)
    if (C.Fences[I])
      Fences[name(static_cast<FenceCause>(I))] = C.Fences[I];
  return {{"size", C.Capacity},
          {"operations", C.Operations},
          {"fences", Fences},
          {"reached",
           {{"samples", countOf(C.Reached)},
            {"least", reached(C, 0)},
            {"median", reached(C, 500)},
            {"most", reached(C, 1000)}}}};
}

std::string writeJsonReport(const Sums &S) {
  nlohmann::json J;
  J["format"] = "reprise-run";
  J["version"] = {{"major", 1}, {"minor", 2}};
  J["process"] = getpid();
  J["driver"] = driverPath();
  J["launches"] = {{"seen", S.Seen},         {"decided", S.Decided},
                   {"lost", lostLaunches()}, {"in_graphs", S.InGraphs},
                   {"captured", S.Captured}, {"refused_by_driver", S.Failed},
                   {"stopped", S.Stopped},   {"memo_hits", S.Hits}};
  if (settings().Window)
    J["windows"] = windowsJson(windowCounts());
  J["copies"] = transfersJson(S.Copies);
  J["fills"] = transfersJson(S.Fills);
  J["outcomes"] = outcomesJson(S.Outcomes);
  J["check_with_memo"] = timesJson(S.WithMemo);
  J["check_without_memo"] = timesJson(S.WithoutMemo);
  if (settings().Operation == Mode::Record)
    J["recorded"] = {{"written", recordCounts().Written},
                     {"left_out", recordCounts().LeftOut}};
  addStopReport(J);
  J["kernels"] = nlohmann::json::array();
  for (const Row &R : S.Rows)
    J["kernels"].push_back(
        {{"name", R.Kernel.Name},
         {"demangled", demangled(R.Kernel.Name)},
         {"image", R.Kernel.Image},
         {"detail", R.Kernel.Detail},
         {"launches", R.Launches},
         {"outcomes", outcomesJson(R.Outcomes)},
         {"backup",
          {{"samples", R.Samples},
           {"unbounded", R.Unbounded},
           {"mean_bytes", R.Samples ? R.Bytes / R.Samples : 0},
           {"most_bytes", R.Most}}}});
  return J.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

template <typename... A>
void print(std::string &Out, const char *Form, A... Values) {
  char Line[512];
  std::snprintf(Line, sizeof Line, Form, Values...);
  Out += Line;
}

void printTimes(std::string &Out, const char *What,
                const std::vector<uint64_t> &Buckets) {
  if (countOf(Buckets))
    print(Out,
          "  %s: median %.2f us, 90 %% %.2f us, 99 %% %.2f us (%llu timed)\n",
          What, static_cast<double>(percentile(Buckets, 500)) / 1000,
          static_cast<double>(percentile(Buckets, 900)) / 1000,
          static_cast<double>(percentile(Buckets, 990)) / 1000,
          static_cast<unsigned long long>(countOf(Buckets)));
}

void printTransfers(std::string &Out, const char *What, const TransferSums &S) {
  using Number = unsigned long long;
  if (!S.any())
    return;
  print(Out, "  %llu %s of %llu bytes in all", Number{S.Seen}, What,
        Number{S.Bytes});
  if (S.Failed)
    print(Out, ", %llu of them refused by the driver", Number{S.Failed});
  if (S.Captured)
    print(Out, ", %llu more captured into graphs", Number{S.Captured});
  Out += "\n";
}

void printWindows(std::string &Out, const WindowCounts &C) {
  using Number = unsigned long long;
  print(Out, "  windows of %llu: %llu operations; fences:", Number{C.Capacity},
        Number{C.Operations});
  const char *Before = "";
  for (unsigned I = 0; I < std::size(C.Fences); ++I)
    if (C.Fences[I]) {
      print(Out, "%s %llu %s", Before, Number{C.Fences[I]},
            name(static_cast<FenceCause>(I)));
      Before = ",";
    }
  Out += *Before ? "\n" : " none\n";
  if (const uint64_t Samples = countOf(C.Reached))
    print(Out,
          "  a restart reached back %llu operations in the median, at least "
          "%llu and at most %llu (%llu times asked)\n",
          Number{reached(C, 500)}, Number{reached(C, 0)},
          Number{reached(C, 1000)}, Number{Samples});
}

std::string writeText(const Sums &S) {
  using Number = unsigned long long;
  std::string Out;
  print(Out,
        "reprise: %llu launches seen, %llu decided: %llu idempotent, %llu "
        "clobber, %llu unknown\n",
        Number{S.Seen}, Number{S.Decided}, Number{S.Outcomes[Idempotent]},
        Number{S.Outcomes[Clobbers]}, Number{unknownOf(S.Outcomes)});
  if (lostLaunches())
    print(Out, "  %llu more were not followed: there was no memory\n",
          Number{lostLaunches()});
  if (S.InGraphs || S.Captured)
    print(Out, "  %llu of them in graphs; %llu were captured into graphs\n",
          Number{S.InGraphs}, Number{S.Captured});
  if (S.Failed)
    print(Out, "  the driver refused %llu\n", Number{S.Failed});
  if (S.Stopped)
    print(Out, "  %llu were not launched, as the policy says\n",
          Number{S.Stopped});
  printTransfers(Out, "copies", S.Copies);
  printTransfers(Out, "fills", S.Fills);
  if (settings().Window)
    printWindows(Out, windowCounts());
  if (settings().Operation == Mode::Record)
    print(Out, "  %llu were recorded, %llu left out\n",
          Number{recordCounts().Written}, Number{recordCounts().LeftOut});
  for (unsigned O = static_cast<unsigned>(Outcome::FirstReason);
       O < OutcomeCount; ++O)
    if (S.Outcomes[O])
      print(Out, "  %10llu %s: %s\n", Number{S.Outcomes[O]},
            name(static_cast<Outcome>(O)), text(static_cast<Outcome>(O)));
  Out += stopReportText();
  printTimes(Out, "check with memo", S.WithMemo);
  printTimes(Out, "check without memo", S.WithoutMemo);
  if (S.Rows.empty())
    return Out;
  print(Out, "%10s %10s %10s %10s %12s  %s\n", "launches", "idempotent",
        "clobbers", "unknown", "bytes saved", "kernel");
  for (const Row &R : S.Rows) {
    std::string Saved = R.Samples     ? std::to_string(R.Bytes / R.Samples)
                        : R.Unbounded ? "unbounded"
                                      : "-";
    print(Out, "%10llu %10llu %10llu %10llu %12s  ", Number{R.Launches},
          Number{R.Outcomes[Idempotent]}, Number{R.Outcomes[Clobbers]},
          Number{unknownOf(R.Outcomes)}, Saved.c_str());
    Out += demangled(R.Kernel.Name);
    std::string Why;
    for (unsigned O = static_cast<unsigned>(Outcome::FirstReason);
         O < OutcomeCount; ++O)
      if (R.Outcomes[O])
        Why += std::string(Why.empty() ? "" : ", ") +
               name(static_cast<Outcome>(O));
    if (!R.Kernel.Detail.empty() && !Why.empty())
      Why += "; " + R.Kernel.Detail;
    Out += Why.empty() ? "\n" : " (" + Why + ")\n";
  }
  return Out;
}

/// The process that counts: a child that only forked has nothing to tell.
std::atomic<bool> Reported{false};

void report() {
  if (settings().Operation == Mode::Off || settings().Silent ||
      Reported.exchange(true))
    return;
  Sums S = gather();
  // Processes that only inherited the environment have nothing to tell.
  if (S.Seen == 0 && S.Captured == 0 && lostLaunches() == 0 &&
      !S.Copies.any() && !S.Fills.any() &&
      (settings().Output.empty() ||
       forThisProcess(settings().Output) != settings().Output))
    return;
  std::string Text = settings().Json ? writeJsonReport(S) : writeText(S);
  std::FILE *File = stderr;
  if (!settings().Output.empty()) {
    std::string Path = forThisProcess(settings().Output);
    File = std::fopen(Path.c_str(), "w");
    if (!File) {
      std::fprintf(stderr, "reprise: error: %s cannot be written\n",
                   Path.c_str());
      File = stderr;
    }
  }
  std::fwrite(Text.data(), 1, Text.size(), File);
  if (File != stderr)
    std::fclose(File);
}

void beforeFork() {
  takeForkLocks();
  Parts::ofProcess().lock();
  lockModules();
  lockState();
}
void afterForkInParent() {
  unlockState();
  unlockModules();
  Parts::ofProcess().unlock();
  giveForkLocks();
}
void afterForkInChild() {
  unlockState();
  unlockModules();
  Parts::ofProcess().unlock();
  giveForkLocks();
  forgetThreads();
  forgetWindows();
  forgetAudits();
  forgetStreams();
  reopenRecord();
  Reported.store(false);
}

__attribute__((constructor)) void begin() {
  if (settings().Operation == Mode::Off)
    return;
  Parts::ofProcess().observe(
      [](void *, reprise_range Part, bool Added) { setPart(Part, Added); },
      nullptr);
  if (settings().Window)
    keepWindows(settings().Window);
  pthread_atfork(beforeFork, afterForkInParent, afterForkInChild);
}

// Behind the handlers of atexit(), which may still launch.
__attribute__((destructor)) void end() {
  try {
    report();
    finishAudits();
  } catch (...) {
    std::fputs("reprise: error: there was no memory for the report\n", stderr);
  }
}

} // namespace

} // namespace reprise::cuda
