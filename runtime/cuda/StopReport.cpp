//===- StopReport.cpp - What the report says of stopping ------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StopReport.h"
#include "Modules.h"
#include "Preempt.h"

#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>

namespace reprise::cuda {

void addStopReport(nlohmann::json &Report) {
  const StopTotals Totals = stopTotals();
  if (Totals.Marked == 0)
    return;
  nlohmann::json J = {{"streams", Totals.Marked},
                      {"preempted", Totals.Preempted},
                      {"resumed", Totals.Resumed},
                      {"launched_again", Totals.LaunchedAgain},
                      {"still_stopped", Totals.StillStopped},
                      {"launches", nlohmann::json::array()}};
  const std::vector<CountedKernel> Kernels = countedKernels();
  for (const StopCount &C : stopCounts())
    J["launches"].push_back(
        {{"kernel", C.Number < Kernels.size() ? Kernels[C.Number].Name : ""},
         {"kind", reprise_stop_kind_name(C.Kind)},
         {"reason", reprise_stop_reason_name(C.Reason)},
         {"detail", C.Detail},
         {"count", C.Launches}});
  Report["stops"] = std::move(J);
}

std::string stopReportText() {
  using Number = unsigned long long;
  const StopTotals Totals = stopTotals();
  if (Totals.Marked == 0)
    return "";
  std::map<std::pair<reprise_stop_kind, reprise_stop_reason>, uint64_t> ByKind;
  uint64_t All = 0;
  for (const StopCount &C : stopCounts()) {
    ByKind[{C.Kind, C.Reason}] += C.Launches;
    All += C.Launches;
  }
  char Line[256];
  std::snprintf(Line, sizeof Line,
                "  %llu streams could be stopped, with %llu launches: stopped "
                "%llu times, %llu kernels launched again%s\n",
                Number{Totals.Marked}, Number{All}, Number{Totals.Preempted},
                Number{Totals.LaunchedAgain},
                Totals.StillStopped ? "; some still are" : "");
  std::string Out = Line;
  for (const auto &[What, Count] : ByKind) {
    const bool Because = What.second != REPRISE_STOP_REASON_NONE;
    std::snprintf(Line, sizeof Line, "  %10llu stop %s%s%s%s\n", Number{Count},
                  reprise_stop_kind_name(What.first), Because ? " (" : "",
                  Because ? reprise_stop_reason_name(What.second) : "",
                  Because ? ")" : "");
    Out += Line;
  }
  return Out;
}

} // namespace reprise::cuda
