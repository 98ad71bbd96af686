//===- Settings.h - What was asked of the interposer --------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// From the environment, as `reprise run` sets it; docs/reprise.1 lists the
// variables. Read once, at the first use.
//
// Thread safety: immutable.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_CUDA_SETTINGS_H
#define REPRISE_CUDA_SETTINGS_H

#include "reprise/reprise_preempt.h"

#include <cstddef>
#include <string>
#include <vector>

namespace reprise::cuda {

enum class Mode { Off, Observe, Record, Enforce };

/// What enforce does with a launch that is not idempotent.
enum class Policy { Allow, Warn, Fail, Abort };

struct Settings {
  Mode Operation = Mode::Observe;     ///< REPRISE_MODE
  Policy OnOthers = Policy::Warn;     ///< REPRISE_POLICY
  std::vector<std::string> Databases; ///< REPRISE_DB, separated by ':'
  std::string Cache;                  ///< Folder; empty: none.
  std::string Auditor;                ///< REPRISE_AUDITOR: the command.
  std::string Log = "reprise.jsonl";  ///< REPRISE_LOG
  std::string Output;                 ///< REPRISE_OUTPUT; empty: stderr.
  bool Json = false;                  ///< REPRISE_FORMAT
  bool OtherArchitectures = false;    ///< REPRISE_OTHER_PTX
  bool Silent = false;                ///< REPRISE_QUIET: no report.
  /// REPRISE_PREEMPT_REQUEST
  reprise_request_place Request = REPRISE_REQUEST_SPREAD;
  reprise_request_place Left = REPRISE_REQUEST_DEVICE; ///< REPRISE_PREEMPT_LEFT
  size_t Window = 0; ///< REPRISE_WINDOW: operations of a stream; 0: none.
};

const Settings &settings();

/// \p File, or with the process's number behind it in processes other than the
/// one that `reprise run` started.
std::string forThisProcess(const std::string &File);

} // namespace reprise::cuda

#endif // REPRISE_CUDA_SETTINGS_H
