//===- Report.cpp - The suites as tables ----------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Report.h"
#include "Table.h"

#include "llvm/Support/Format.h"

#include <algorithm>
#include <nlohmann/json.hpp>

using namespace llvm;
using Json = nlohmann::ordered_json;

namespace reprise::suites {

void SuiteTotals::add(const BenchmarkResult &R) {
  ++Benchmarks;
  Problems += R.Problems.size();
  for (const KernelResult &K : R.Kernels) {
    ++Kernels;
    ++Classes[K.Class];
    Labelled += K.Expected.has_value();
    Agreeing += K.Expected && K.Expected->Class == K.Class;
    Launches += K.Launches;
    TrulyIdempotent += K.TrulyIdempotent;
    Missed += K.Missed;
    Wrong += K.Wrong;
    KernelsMissed += K.Missed != 0;
    KernelsIdempotent += K.TrulyIdempotent != 0;
    Confirmed += K.Confirmed;
    KernelsNotExecuted += !K.NotExecuted.empty();
    Proofs.Queries += K.Proofs.Queries;
    Proofs.Undecided += K.Proofs.Undecided;
    Proofs.Seconds += K.Proofs.Seconds;
    SlowestProofs = std::max(SlowestProofs, K.Proofs.Seconds);
    Nanoseconds.insert(Nanoseconds.end(), K.Nanoseconds.begin(),
                       K.Nanoseconds.end());
  }
}

static double median(std::vector<double> Values) {
  if (Values.empty())
    return 0;
  auto Middle = Values.begin() + static_cast<ptrdiff_t>(Values.size() / 2);
  std::nth_element(Values.begin(), Middle, Values.end());
  return *Middle;
}

static double worst(const std::vector<double> &Values) {
  return Values.empty() ? 0 : *std::max_element(Values.begin(), Values.end());
}

void printKernels(raw_ostream &OS, const std::vector<BenchmarkResult> &All) {
  Table T({"BENCHMARK", "KERNEL", "CLASS", "LABEL", "LAUNCHES", "IDEMPOTENT",
           "CLOBBERS", "UNKNOWN", "MISSED", "ORACLE"});
  for (const BenchmarkResult &R : All)
    for (const KernelResult &K : R.Kernels)
      T.add({R.Suite + "/" + R.Name, K.Name, reprise_class_name(K.Class),
             K.Expected ? reprise_class_name(K.Expected->Class) : "-",
             std::to_string(K.Launches), std::to_string(K.Idempotent),
             std::to_string(K.Clobbers), std::to_string(K.Unknown),
             std::to_string(K.Missed),
             K.NotExecuted.empty() ? std::to_string(K.Confirmed)
                                   : "not executed: " + K.NotExecuted});
  T.print(OS);
  for (const BenchmarkResult &R : All)
    for (const KernelResult &K : R.Kernels)
      if (K.Class == REPRISE_CLASS_CONDITIONAL)
        OS << "condition: " << R.Suite << "/" << R.Name << " " << K.Name << ": "
           << K.Condition << "\n";
  for (const BenchmarkResult &R : All)
    for (const KernelResult &K : R.Kernels)
      for (const auto &[Why, Count] : K.Reasons)
        OS << "missed: " << R.Suite << "/" << R.Name << " " << K.Name << ", "
           << Count << " launches: " << Why << "\n";
  for (const BenchmarkResult &R : All)
    for (const KernelResult &K : R.Kernels)
      if (K.Expected && K.Expected->Class != K.Class &&
          !K.Expected->Note.empty())
        OS << "differs: " << R.Suite << "/" << R.Name << " " << K.Name << ": "
           << K.Expected->Note << "\n";
  for (const BenchmarkResult &R : All)
    for (const std::string &P : R.Problems)
      OS << "problem: " << R.Suite << "/" << R.Name << ": " << P << "\n";
}

static std::map<std::string, SuiteTotals>
totals(const std::vector<BenchmarkResult> &All) {
  std::map<std::string, SuiteTotals> Result;
  for (const BenchmarkResult &R : All)
    Result[R.Suite].add(R);
  return Result;
}

void printTotals(raw_ostream &OS, const std::vector<BenchmarkResult> &All) {
  for (const auto &[Name, S] : totals(All)) {
    OS << Name << ": " << S.Benchmarks << " benchmarks, " << S.Kernels
       << " kernels: " << S.Classes[REPRISE_CLASS_IDEMPOTENT] << " idempotent, "
       << S.Classes[REPRISE_CLASS_NON_IDEMPOTENT] << " non-idempotent, "
       << S.Classes[REPRISE_CLASS_CONDITIONAL] << " conditional, "
       << S.Classes[REPRISE_CLASS_UNKNOWN] << " unknown; " << S.Agreeing
       << " of " << S.Labelled << " as labelled\n";
    OS << "  " << S.Launches << " launches, " << S.TrulyIdempotent
       << " truly idempotent: " << S.Missed << " missed ("
       << format("%.2f", S.missedPercent()) << " %), by kernels "
       << S.KernelsMissed << " of " << S.KernelsIdempotent << "; " << S.Wrong
       << " wrong\n";
    if (S.Confirmed || S.KernelsNotExecuted)
      OS << "  oracle: " << S.Confirmed << " small launches run, "
         << S.KernelsNotExecuted << " kernels cannot be\n";
    if (!S.Nanoseconds.empty())
      OS << "  check: median " << format("%.0f", median(S.Nanoseconds))
         << " ns, worst " << format("%.0f", worst(S.Nanoseconds)) << " ns, of "
         << S.Nanoseconds.size() << " different launches\n";
    OS << "  problems: " << S.Problems << "\n";
  }
}

static Json proofsJson(const ProofCounts &C) {
  return {{"queries", C.Queries},
          {"undecided", C.Undecided},
          {"seconds", C.Seconds}};
}

static Json kernelJson(const KernelResult &K) {
  Json J = {{"kernel", K.Name},
            {"class", reprise_class_name(K.Class)},
            {"condition", K.Condition},
            {"label", nullptr},
            {"note", ""},
            {"launches", K.Launches},
            {"idempotent", K.Idempotent},
            {"clobbers", K.Clobbers},
            {"unknown", K.Unknown},
            {"truly_idempotent", K.TrulyIdempotent},
            {"missed", K.Missed},
            {"wrong", K.Wrong},
            {"reasons", K.Reasons},
            {"confirmed", K.Confirmed},
            {"not_executed", K.NotExecuted},
            {"proofs", proofsJson(K.Proofs)}};
  if (K.Expected) {
    J["label"] = reprise_class_name(K.Expected->Class);
    J["note"] = K.Expected->Note;
  }
  if (!K.Nanoseconds.empty())
    J["check_ns"] = {{"median", median(K.Nanoseconds)},
                     {"worst", worst(K.Nanoseconds)}};
  return J;
}

void printJson(raw_ostream &OS, const std::vector<BenchmarkResult> &All) {
  Json Benchmarks = Json::array();
  for (const BenchmarkResult &R : All) {
    Json Kernels = Json::array();
    for (const KernelResult &K : R.Kernels)
      Kernels.push_back(kernelJson(K));
    Benchmarks.push_back({{"suite", R.Suite},
                          {"benchmark", R.Name},
                          {"kernels", std::move(Kernels)},
                          {"problems", R.Problems}});
  }
  Json Suites = Json::object();
  for (const auto &[Name, S] : totals(All)) {
    Suites[Name] = {{"kernels", S.Kernels},
                    {"labelled", S.Labelled},
                    {"agreeing", S.Agreeing},
                    {"launches", S.Launches},
                    {"truly_idempotent", S.TrulyIdempotent},
                    {"missed", S.Missed},
                    {"missed_percent", S.missedPercent()},
                    {"wrong", S.Wrong},
                    {"problems", S.Problems},
                    {"proofs", proofsJson(S.Proofs)}};
    Suites[Name]["proofs"]["slowest_kernel_seconds"] = S.SlowestProofs;
    if (!S.Nanoseconds.empty())
      Suites[Name]["check_ns"] = {{"median", median(S.Nanoseconds)},
                                  {"worst", worst(S.Nanoseconds)}};
  }
  Json Whole = {{"suites", std::move(Suites)},
                {"benchmarks", std::move(Benchmarks)}};
  OS << Whole.dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
}

} // namespace reprise::suites
