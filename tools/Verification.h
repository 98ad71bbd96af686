//===- Verification.h - The oracle's answer beside the runtime's ----------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_VERIFICATION_H
#define REPRISE_TOOLS_VERIFICATION_H

#include "Commands.h"
#include "Decision.h"
#include "DeviceInput.h"
#include "verify/Buffers.h"
#include "verify/Oracle.h"

#include <nlohmann/json_fwd.hpp>

namespace reprise {

/// Does what was seen fit the verdict?
enum class Agreement : uint8_t {
  Agrees,
  Disagrees,    ///< Verdict idempotent, and the run shows that it is not.
  Conservative, ///< Another verdict, and no run shows why.
  NotCompared   ///< Nothing was seen, or the launch is not a valid one.
};
/// "yes", "NO", ...; and "agrees", "disagrees", ... for programs.
const char *nameOf(Agreement A);

/// One launch, run and decided.
struct Verification {
  Observation Oracle;
  reprise_result Runtime;
  Agreement Agrees = Agreement::NotCompared;
  ExitStatus status() const;
  /// The oracle's answer in a few words: "non-idempotent: ...".
  std::string Summary;
  /// Where the first clobbered byte is, "A+256"; empty without one.
  std::string Where;
};

/// Runs the launch L of a kernel of Input in Memory, and decides it. Where the
/// code cannot be executed, the verification says so; errors are for launches
/// that the runtime refuses. L's allocations and symbols are replaced by those
/// of the run.
llvm::Expected<Verification> verifyLaunch(DeviceInput &Input,
                                          const DeviceInput::Found &Kernel,
                                          LaunchRecord L, const Buffers &Memory,
                                          const OracleOptions &Options,
                                          bool NoInBounds);

nlohmann::ordered_json toJson(const Verification &V);

} // namespace reprise

#endif // REPRISE_TOOLS_VERIFICATION_H
