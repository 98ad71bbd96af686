//===- StopReport.h - What the report says of stopping --------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Nothing, where no stream was ever marked (Preempt.h).
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_CUDA_STOPREPORT_H
#define REPRISE_CUDA_STOPREPORT_H

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace reprise::cuda {

/// Field "stops": docs/formats.md.
void addStopReport(nlohmann::json &Report);
/// Lines, with their ends.
std::string stopReportText();

} // namespace reprise::cuda

#endif // REPRISE_CUDA_STOPREPORT_H
