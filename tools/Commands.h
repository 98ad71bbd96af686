//===- Commands.h - The subcommands of `reprise` --------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_COMMANDS_H
#define REPRISE_TOOLS_COMMANDS_H

#include "Input.h"
#include "verify/Oracle.h"

namespace reprise {

/// Exit statuses that scripts can rely on.
enum ExitStatus {
  Satisfied = 0,
  Violated = 1,
  CouldNotRun = 2,
  Undecided = 3,
  NotExecuted = 4,   ///< verify: nothing was seen.
  LaunchFaulted = 5, ///< verify: the launch is not a valid one.
  Differs = 6        ///< check: not the verdict that was recorded.
};

enum class AuditFormat { Text, Json, Html };

struct AuditRequest {
  std::vector<std::string> Inputs;
  std::vector<std::string> Kernels; ///< Glob patterns; empty: all.
  std::vector<std::string> Require; ///< Classes that satisfy the gate.
  std::string Database;             ///< File for the summaries; may be empty.
  std::string Output = "-";         ///< File, or "-" for standard output.
  AuditFormat Format = AuditFormat::Text;
  bool ListImages = false; ///< List the images and stop.
  bool Compact = false;    ///< Database in the compact form, else JSON.
  bool Recursive = false;  ///< Inputs may be folders (SourceTree.h).
  bool Binaries = false;   ///< Recursive: files with device code as well.
  bool Verbose = false;    ///< Recursive: all that clang says, to stderr.
  std::string Expect;      ///< File of labels to compare with; may be empty.
  bool Statistics = false; ///< What Z3 was asked and its time, to stderr.
  InputOptions Options;
};
int runAudit(const AuditRequest &Request);

struct ExplainRequest {
  std::string Input, Kernel;
  bool Json = false;
  InputOptions Options;
};
int runExplain(ExplainRequest Request);
/// Where the kernel can be left (CheckpointPlan.h).
int runExplainCheckpoints(const ExplainRequest &Request);

struct CheckRequest {
  std::string Input, Kernel, Grid, Block;
  uint32_t DynamicShared = 0;
  std::vector<std::string> Arguments, Allocations, Symbols;
  std::vector<std::string> Textures, Surfaces, Contents;
  bool NoInBounds = false;
  std::string Launches; ///< File of recorded launches; empty: the one above.
  bool Json = false;
  InputOptions Options;
};
int runCheck(const CheckRequest &Request);
int runCheckLaunches(const CheckRequest &Request);

struct VerifyRequest {
  std::string Input, Kernel, Grid, Block;
  uint32_t DynamicShared = 0;
  std::vector<std::string> Arguments, Buffers, Textures, Constants;
  bool NoInBounds = false;
  std::string Launches; ///< File of recorded launches; empty: the one above.
  std::string Init;     ///< What the memory of recorded launches holds.
  uint64_t Seed = 1;
  unsigned Schedules = 4, Cuts = 24;
  uint64_t InstructionLimit = 0; ///< Of one run.
  bool Json = false;
  InputOptions Options;

  OracleOptions oracle() const {
    return {Schedules, Cuts, Seed, InstructionLimit};
  }
};
int runVerify(const VerifyRequest &Request);
int runVerifyLaunches(const VerifyRequest &Request);

struct RunRequest {
  std::vector<std::string> Command; ///< The program and its arguments.
  std::string Mode, Policy;         ///< As runtime/cuda/Settings.h has them.
  std::vector<std::string> Databases;
  std::string Log, Output; ///< Output empty: standard error.
  bool Json = false, AutoAudit = false, OtherPtx = false;
  unsigned Window = 0;   ///< Operations of a stream; 0: none are kept.
  bool Shim = false;     ///< LD_LIBRARY_PATH in place of LD_PRELOAD.
  bool Emulated = false; ///< The driver whose device is the emulator.
};
/// Returns only when the program could not be started.
int runProgram(const RunRequest &Request);

struct InstrumentRequest {
  std::string Input, Output;
  std::vector<std::string> Kernels; ///< Glob patterns; empty: all.
  uint32_t PollInstructions = 0;
  AnalyzerOptions Analysis;          ///< Of the summaries.
  std::vector<std::string> Assemble; ///< Architectures for machine code.
  bool DropCubins = false, Summaries = false;
  bool Spread = false; ///< Twins read copies of the request.
  bool Json = false;
};
/// Writes Input with checkpointed twins of its kernels (CheckpointTwin.h).
int runInstrument(const InstrumentRequest &Request);

/// Prints "reprise: error: ..." and gives CouldNotRun.
int reportError(llvm::Error E);

/// "vector_add.cu:12:3", or "" without debug information.
std::string location(const SourceLoc &L);

} // namespace reprise

#endif // REPRISE_TOOLS_COMMANDS_H
