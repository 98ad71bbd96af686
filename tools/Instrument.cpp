//===- Instrument.cpp - `reprise instrument` ------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands.h"
#include "Printable.h"
#include "Table.h"
#include "instrument/Rewrite.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Demangle/Demangle.h"
#include "llvm/Support/FileOutputBuffer.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/GlobPattern.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

#include <nlohmann/json.hpp>

using namespace llvm;

namespace reprise {

static std::string imageName(const RewrittenImage &I) {
  return (I.Path.empty() ? "" : I.Path + " ") + "ptx " + I.Target.str();
}

static void printText(const Rewritten &R) {
  for (const RewrittenImage &I : R.Images) {
    outs() << printable(imageName(I)) << '\n';
    Table T({"KERNEL", "TWIN", "ENTRY", "INSIDE", "SITES", "WHY NOT"});
    for (const Twin &K : I.Twins) {
      const CheckpointPlan &P = K.Plan;
      std::string Name = demangle(P.Kernel);
      Name = Name.substr(0, Name.find('('));
      if (!P.Refusal.empty()) {
        T.add({Name, "none", "", "", "", P.Refusal});
        continue;
      }
      std::string Why = P.InsideRefusal;
      if (Why.empty() && !P.leavesInside() && !P.Declined.empty())
        Why = P.Declined[0].Where + ": " + P.Declined[0].Reason;
      T.add({Name, "yes", nameOf(P.Entry),
             nameOf(P.leavesInside() ? P.Inside : Granularity::None),
             std::to_string(P.Sites.size()), Why});
    }
    T.print(outs());
  }
  if (R.Uses.empty())
    return;
  outs() << "\nwhich image a driver takes\n";
  Table T({"FATBIN", "IMAGE", "TWINS", "ON"});
  for (const ImageUse &U : R.Uses) {
    std::string On;
    for (Arch A : U.On)
      On += (On.empty() ? "" : ", ") + A.str();
    T.add({U.Fatbin.empty() ? "-" : U.Fatbin, U.Image, U.Twins ? "yes" : "no",
           On});
  }
  T.print(outs());
}

static nlohmann::ordered_json describe(const Twin &T) {
  const CheckpointPlan &P = T.Plan;
  nlohmann::ordered_json K;
  K["name"] = P.Kernel;
  K["demangled"] = demangle(P.Kernel);
  K["refusal"] = P.Refusal;
  if (P.Refusal.empty()) {
    K["control_offset"] = T.ControlOffset;
    K["control_bytes"] = T.ControlBytes;
  }
  K["entry"] = nameOf(P.Entry);
  K["inside"] = nameOf(P.leavesInside() ? P.Inside : Granularity::None);
  K["inside_refusal"] = P.InsideRefusal;
  auto &Sites = K["sites"] = nlohmann::ordered_json::array();
  for (const CheckpointSite &S : P.Sites)
    Sites.push_back({{"kind", nameOf(S.Kind)},
                     {"location", S.Where},
                     {"instructions", S.Body},
                     {"period", S.Period}});
  auto &Declined = K["declined"] = nlohmann::ordered_json::array();
  for (const DeclinedLoop &D : P.Declined)
    Declined.push_back({{"location", D.Where}, {"reason", D.Reason}});
  return K;
}

static void printJson(const Rewritten &R) {
  nlohmann::ordered_json J;
  J["format"] = "reprise-instrument";
  J["version"] = {{"major", 1}, {"minor", 0}};
  auto &Images = J["images"] = nlohmann::ordered_json::array();
  for (const RewrittenImage &I : R.Images) {
    nlohmann::ordered_json O;
    O["path"] = I.Path;
    O["arch"] = I.Target.str();
    auto &Kernels = O["kernels"] = nlohmann::ordered_json::array();
    for (const Twin &T : I.Twins)
      Kernels.push_back(describe(T));
    Images.push_back(std::move(O));
  }
  auto &Uses = J["uses"] = nlohmann::ordered_json::array();
  for (const ImageUse &U : R.Uses) {
    auto On = nlohmann::ordered_json::array();
    for (Arch A : U.On)
      On.push_back(A.str());
    Uses.push_back({{"fatbin", U.Fatbin},
                    {"image", U.Image},
                    {"twins", U.Twins},
                    {"on", std::move(On)}});
  }
  auto &Problems = J["problems"] = nlohmann::ordered_json::array();
  for (const Problem &P : R.Problems)
    Problems.push_back(P.Where.empty() ? P.What : P.Where + ": " + P.What);
  outs() << J.dump(2, ' ', false,
                   nlohmann::ordered_json::error_handler_t::replace)
         << '\n';
}

/// The new file, with the rights of the old one; all of it or nothing.
static Error writeLike(const std::string &Path, StringRef Bytes,
                       const std::string &Model) {
  auto Failed = [&](Error E) {
    return createStringError(std::errc::io_error, "cannot write %s: %s",
                             Path.c_str(), toString(std::move(E)).c_str());
  };
  sys::fs::file_status Status;
  unsigned Flags = 0;
  if (!sys::fs::status(Model, Status) &&
      (Status.permissions() & sys::fs::owner_exe))
    Flags = FileOutputBuffer::F_executable;
  auto Out = FileOutputBuffer::create(Path, Bytes.size(), Flags);
  if (!Out)
    return Failed(Out.takeError());
  llvm::copy(Bytes, (*Out)->getBufferStart());
  if (Error E = (*Out)->commit())
    return Failed(std::move(E));
  return Error::success();
}

int runInstrument(const InstrumentRequest &Request) {
  std::vector<GlobPattern> Globs;
  for (const std::string &P : Request.Kernels) {
    auto G = GlobPattern::create(P);
    if (!G)
      return reportError(G.takeError());
    Globs.push_back(std::move(*G));
  }
  RewriteOptions Options;
  Options.Plan.PollInstructions = Request.PollInstructions;
  Options.Plan.Spread = Request.Spread;
  Options.DropCubins = Request.DropCubins;
  if (Request.Summaries)
    Options.Summaries = &Request.Analysis;
  for (const std::string &Text : Request.Assemble) {
    auto Target = parseArch(Text);
    if (!Target)
      return reportError(Target.takeError());
    Options.Assemble.push_back(*Target);
  }
  if (!Globs.empty())
    Options.Wanted = [&](const std::string &Mangled) {
      std::string Whole = demangle(Mangled);
      return any_of(Globs, [&](const GlobPattern &G) {
        return G.match(Mangled) || G.match(Whole) ||
               G.match(StringRef(Whole).split('(').first);
      });
    };
  auto File = openInput(Request.Input);
  if (!File)
    return reportError(File.takeError());
  auto R = rewriteFile((*File)->getMemBufferRef(), Options);
  if (!R)
    return reportError(R.takeError());
  if (none_of(R->Images,
              [](const RewrittenImage &I) { return !I.Twins.empty(); }))
    return reportError(createStringError(
        std::errc::invalid_argument, "%s: %s", Request.Input.c_str(),
        Globs.empty() ? "no kernel as PTX is without a twin; there is nothing "
                        "to add"
                      : "no kernel as PTX that is without a twin matches "
                        "--kernel"));
  if (R->Bytes.empty()) {
    printText(*R);
    outs().flush();
    return reportError(
        createStringError(std::errc::invalid_argument,
                          "%s: no kernel can have a twin; nothing is written",
                          Request.Input.c_str()));
  }
  if (Error E = writeLike(Request.Output, R->Bytes, Request.Input))
    return reportError(std::move(E));
  if (Request.Json)
    printJson(*R);
  else
    printText(*R);
  for (const Problem &P : R->Problems)
    errs() << "reprise: " << printable(Request.Input) << ": "
           << (P.Where.empty() ? "" : printable(P.Where) + ": ")
           << printable(P.What) << '\n';
  return R->Problems.empty() ? Satisfied : CouldNotRun;
}

} // namespace reprise
