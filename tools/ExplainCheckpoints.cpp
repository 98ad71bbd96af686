//===- ExplainCheckpoints.cpp - `reprise explain --checkpoints` -----------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CheckpointTwin.h"
#include "Commands.h"
#include "CudaCompile.h"
#include "KernelNames.h"
#include "Printable.h"
#include "Table.h"
#include "ptx/InstrumentPtx.h"

#include "llvm/Demangle/Demangle.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/IRReader/IRReader.h"
#include "llvm/Support/SourceMgr.h"

#include <nlohmann/json.hpp>

using namespace llvm;

namespace reprise {

/// The kernels of Path with the plans that the plugin would make, or those of
/// `reprise instrument` for PTX.
static Expected<std::vector<Twin>> planFile(const std::string &Path,
                                            const InputOptions &Options) {
  LLVMContext Context;
  std::unique_ptr<MemoryBuffer> Buffer;
  auto Opened = StringRef(Path).ends_with(".cu")
                    ? compileCuda(Path, Options.ClangFlags, nullptr, "-O2")
                    : openInput(Path);
  if (!Opened)
    return Opened.takeError();
  Buffer = std::move(*Opened);
  if (StringRef(Path).ends_with(".ptx"))
    return addPtxTwins(Buffer->getBuffer(), Path).Twins;
  SMDiagnostic Diagnostic;
  if (auto M = parseIR(Buffer->getMemBufferRef(), Diagnostic, Context)) {
    std::vector<Twin> Twins = addTwins(*M);
    for (Twin &T : Twins) // The module goes.
      T.Code = nullptr;
    return Twins;
  }
  return createStringError(
      std::errc::invalid_argument,
      "%s: checkpoints are planned for CUDA source (.cu), LLVM IR for the "
      "device (.ll, .bc) and PTX (.ptx)",
      Path.c_str());
}

static void printPlan(const CheckpointPlan &P) {
  outs() << "kernel     " << printable(demangle(P.Kernel)) << '\n';
  if (!P.Refusal.empty()) {
    outs() << "twin       none: " << printable(P.Refusal) << '\n';
    return;
  }
  outs() << "entry      by a " << nameOf(P.Entry)
         << (P.Entry == Granularity::Block ? "" : "; by a block with a map")
         << '\n';
  outs() << "inside     ";
  if (P.leavesInside())
    outs() << "by a " << nameOf(P.Inside) << '\n';
  else
    outs() << "none"
           << (P.InsideRefusal.empty() ? "" : ": " + printable(P.InsideRefusal))
           << '\n';
  if (P.leavesInside()) {
    outs() << "\nwhere it can be left\n";
    Table T({"PLACE", "LOCATION", "INSTRUCTIONS", "POLLED EVERY"});
    for (const CheckpointSite &S : P.Sites)
      T.add({nameOf(S.Kind), S.Where, S.Body ? std::to_string(S.Body) : "",
             S.Period ? std::to_string(S.Period) : "never, only carries"});
    T.print(outs());
  }
  if (!P.Declined.empty())
    outs() << "\nloops without a checkpoint\n";
  for (const DeclinedLoop &D : P.Declined)
    outs() << printable(D.Where) << ": " << printable(D.Reason) << '\n';
}

static void printPlanJson(const CheckpointPlan &P) {
  nlohmann::ordered_json J;
  J["name"] = P.Kernel;
  J["demangled"] = demangle(P.Kernel);
  J["refusal"] = P.Refusal;
  J["entry"] = nameOf(P.Entry);
  J["inside"] = nameOf(P.leavesInside() ? P.Inside : Granularity::None);
  J["inside_refusal"] = P.InsideRefusal;
  auto &Sites = J["sites"] = nlohmann::ordered_json::array();
  for (const CheckpointSite &S : P.Sites)
    Sites.push_back({{"kind", nameOf(S.Kind)},
                     {"location", S.Where},
                     {"instructions", S.Body},
                     {"period", S.Period}});
  auto &Declined = J["declined"] = nlohmann::ordered_json::array();
  for (const DeclinedLoop &D : P.Declined)
    Declined.push_back({{"location", D.Where}, {"reason", D.Reason}});
  outs() << J.dump(2, ' ', false,
                   nlohmann::ordered_json::error_handler_t::replace)
         << '\n';
}

int runExplainCheckpoints(const ExplainRequest &Request) {
  auto Twins = planFile(Request.Input, Request.Options);
  if (!Twins)
    return reportError(Twins.takeError());
  Module Names;
  for (const Twin &T : *Twins) {
    Kernel &K = Names.Kernels.emplace_back();
    K.Name = T.Plan.Kernel;
    K.Demangled = demangle(T.Plan.Kernel);
  }
  auto Found = findKernel(Names, Request.Kernel);
  if (!Found)
    return reportError(Found.takeError());
  const CheckpointPlan &P =
      (*Twins)[static_cast<size_t>(*Found - Names.Kernels.data())].Plan;
  if (Request.Json)
    printPlanJson(P);
  else
    printPlan(P);
  return Satisfied;
}

} // namespace reprise
