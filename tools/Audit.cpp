//===- Audit.cpp - `reprise audit` ----------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands.h"
#include "Json.h"
#include "Table.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/GlobPattern.h"

#include <deque>
#include <map>

#include <nlohmann/json.hpp>

using namespace llvm;

namespace reprise {

namespace {

struct Row {
  std::string Input;
  Kernel K;
  /// Of a kernel from a binary; null for others.
  const BinaryReport *Report = nullptr;
  const Origin *From = nullptr;

  std::string image() const {
    return From ? Report->Images[From->Image].label() : "";
  }
};

/// Reasons of the enumeration that stand in the way somewhere in K.
std::vector<std::string> reasonsOf(const Kernel &K) {
  std::vector<std::string> Names;
  auto Add = [&](reprise_reason R) {
    std::string Name = reprise_reason_name(R);
    if (R != REPRISE_REASON_NONE && !is_contained(Names, Name))
      Names.push_back(Name);
  };
  for (const Effect &E : K.Effects)
    Add(E.Reason);
  for (const Pair &P : K.Pairs)
    for (Id A : {P.Read, P.Write})
      Add(K.Accesses[A].Reason);
  return Names;
}

std::string explanation(const Kernel &K) {
  if (!K.Condition.empty())
    return K.Condition;
  std::string Text;
  for (const std::string &N : K.Notes)
    Text += (Text.empty() ? "" : "; ") + N;
  return Text;
}

/// "1 image", "2 images".
std::string count(size_t N, const char *What) {
  return std::to_string(N) + " " + What + (N == 1 ? "" : "s");
}

/// What of a binary has no answer: kernels again in images beside the one that
/// answers, and images that nobody can look into.
void printNotAnalysed(const BinaryReport &Report) {
  std::map<std::string, size_t> Again, Opaque;
  for (const Origin &O : Report.Origins)
    for (size_t I : O.Others)
      ++Again[Report.Images[I].label()];
  for (const ImageNote &N : Report.Images)
    if (N.Requested && !N.Kernels)
      ++Opaque[N.label()];
  for (const auto &[Label, N] : Again)
    outs() << "no answer for " << Label << ": " << count(N, "kernel") << '\n';
  for (const auto &[Label, N] : Opaque)
    outs() << "not looked into: " << count(N, "image") << " " << Label << '\n';
}

void printTable(const std::vector<Row> &Rows,
                const std::deque<BinaryReport> &Reports) {
  bool Images = any_of(Rows, [](const Row &R) { return R.From; });
  std::vector<std::string> Header = {"KERNEL", "CLASS", "LOCATION"};
  if (Images)
    Header.push_back("IMAGE");
  Header.push_back("CONDITION OR REASON");
  Table T(Header);
  for (const Row &R : Rows) {
    std::vector<std::string> Cells = {
        shortName(R.K), reprise_class_name(R.K.Class), location(R.K.Loc)};
    if (Images)
      Cells.push_back(R.image());
    Cells.push_back(explanation(R.K));
    T.add(Cells);
  }
  T.print(outs());
  for (const BinaryReport &Report : Reports)
    printNotAnalysed(Report);
  size_t Counts[4] = {0, 0, 0, 0};
  for (const Row &R : Rows)
    ++Counts[R.K.Class];
  outs() << Rows.size() << (Rows.size() == 1 ? " kernel: " : " kernels: ")
         << Counts[REPRISE_CLASS_IDEMPOTENT] << " idempotent, "
         << Counts[REPRISE_CLASS_NON_IDEMPOTENT] << " non-idempotent, "
         << Counts[REPRISE_CLASS_CONDITIONAL] << " conditional, "
         << Counts[REPRISE_CLASS_UNKNOWN] << " unknown\n";
}

nlohmann::ordered_json binaryJson(const std::string &Input,
                                  const BinaryReport &Report) {
  nlohmann::ordered_json Images = nlohmann::ordered_json::array();
  for (const ImageNote &N : Report.Images) {
    nlohmann::ordered_json J;
    J["number"] = N.Number;
    J["path"] = N.Path;
    J["kind"] = N.Kind;
    J["arch"] = N.Arch;
    if (N.Major)
      J["ptx_version"] =
          std::to_string(N.Major) + "." + std::to_string(N.Minor);
    if (!N.Name.empty())
      J["name"] = N.Name;
    J["stored_size"] = N.StoredSize;
    J["size"] = N.Size;
    J["relocatable"] = N.Relocatable;
    J["requested"] = N.Requested;
    if (N.Kernels)
      J["kernels"] = *N.Kernels;
    if (!N.Hash.empty())
      J["sha256"] = N.Hash;
    Images.push_back(std::move(J));
  }
  nlohmann::ordered_json J;
  J["input"] = Input;
  J["images"] = std::move(Images);
  J["problems"] = Report.Problems;
  return J;
}

void print(const nlohmann::ordered_json &J) {
  outs() << J.dump(2, ' ', false,
                   nlohmann::ordered_json::error_handler_t::replace)
         << '\n';
}

/// Reports[I] belongs to Inputs[I].
void printJson(const std::vector<Row> &Rows,
               const std::vector<std::string> &Inputs,
               const std::deque<BinaryReport> &Reports) {
  nlohmann::ordered_json List = nlohmann::ordered_json::array();
  for (const Row &R : Rows) {
    nlohmann::ordered_json J;
    J["name"] = R.K.Name;
    J["demangled"] = R.K.Demangled;
    J["class"] = reprise_class_name(R.K.Class);
    J["condition"] = R.K.Condition;
    J["reasons"] = reasonsOf(R.K);
    J["notes"] = R.K.Notes;
    J["file"] = R.K.Loc.File;
    J["line"] = R.K.Loc.Line;
    J["input"] = R.Input;
    J["accesses"] = R.K.Accesses.size();
    J["pairs"] = R.K.Pairs.size();
    J["params"] = nlohmann::ordered_json::array();
    for (const Param &P : R.K.Params)
      J["params"].push_back(
          {{"name", P.Name}, {"offset", P.Offset}, {"size", P.Size}});
    if (R.From) {
      J["image"] = R.From->Image;
      J["other_images"] = R.From->Others;
    }
    List.push_back(std::move(J));
  }
  nlohmann::ordered_json Root;
  Root["kernels"] = std::move(List);
  if (!Reports.empty()) {
    Root["binaries"] = nlohmann::ordered_json::array();
    for (size_t I = 0; I < Reports.size(); ++I)
      Root["binaries"].push_back(binaryJson(Inputs[I], Reports[I]));
  }
  print(Root);
}

const char *packingName(Packing P) {
  return P == Packing::Lz4 ? "lz4" : P == Packing::Zstd ? "zstd" : "";
}

/// `--list-images`
int runListImages(const AuditRequest &Request) {
  int Status = Satisfied;
  Table T({"NUMBER", "KIND", "ARCH", "KERNELS", "BYTES", "STORED", "PACKED",
           "LINK", "PATH"});
  nlohmann::ordered_json Root;
  Root["binaries"] = nlohmann::ordered_json::array();
  for (const std::string &Input : Request.Inputs) {
    auto File = openInput(Input);
    if (!File) {
      Status = reportError(File.takeError());
      continue;
    }
    BinaryReport Report;
    if (Error E = listImages((*File)->getMemBufferRef(), Request.Options.Images,
                             Report)) {
      Status = reportError(createStringError(std::errc::invalid_argument,
                                             "%s: %s", Input.c_str(),
                                             toString(std::move(E)).c_str()));
      continue;
    }
    for (const std::string &P : Report.Problems)
      Status =
          reportError(createStringError(std::errc::illegal_byte_sequence,
                                        "%s: %s", Input.c_str(), P.c_str()));
    erase_if(Report.Images, [](const ImageNote &N) { return !N.Requested; });
    Root["binaries"].push_back(binaryJson(Input, Report));
    for (const ImageNote &N : Report.Images)
      T.add({std::to_string(N.Number), N.Kind, N.Arch,
             N.Kernels ? std::to_string(*N.Kernels) : "?",
             std::to_string(N.Size), std::to_string(N.StoredSize),
             packingName(N.Pack), N.Relocatable ? "relocatable" : "",
             Input + (N.Path.empty() ? "" : ":" + N.Path)});
  }
  if (Request.Json)
    print(Root);
  else
    T.print(outs());
  return Status;
}

Error writeDatabase(const std::string &Path, const Module &M) {
  std::error_code EC;
  raw_fd_ostream OS(Path, EC);
  if (!EC) {
    OS << writeJson(M) << '\n';
    OS.close();
    EC = OS.error();
    OS.clear_error();
  }
  if (EC)
    return createStringError(EC, "cannot write %s: %s", Path.c_str(),
                             EC.message().c_str());
  return Error::success();
}

} // namespace

int runAudit(const AuditRequest &Request) {
  std::vector<GlobPattern> Globs;
  for (const std::string &P : Request.Kernels) {
    auto G = GlobPattern::create(P);
    if (!G)
      return reportError(G.takeError());
    Globs.push_back(std::move(*G));
  }
  for (const std::string &C : Request.Require)
    if (C != "idempotent" && C != "non-idempotent" && C != "conditional" &&
        C != "unknown")
      return reportError(createStringError(
          std::errc::invalid_argument,
          "'%s' is no class; --require takes idempotent, non-idempotent, "
          "conditional, unknown, separated by commas",
          C.c_str()));

  if (Request.ListImages)
    return runListImages(Request);

  int Status = Satisfied;
  std::vector<Row> Rows;
  std::deque<BinaryReport> Reports; // Rows point into them.
  std::vector<std::string> Binaries;
  Module All;
  for (const std::string &Input : Request.Inputs) {
    BinaryReport Own;
    auto M = loadInput(Input, Request.Options, &Own);
    if (!M) {
      Status = reportError(M.takeError()); // The other inputs go on.
      continue;
    }
    All.Producer = M->Producer;
    All.Target = M->Target;
    All.Source = Request.Inputs.size() == 1 ? M->Source : "";
    bool Binary = !Own.Images.empty() || !Own.Problems.empty();
    if (!Own.Problems.empty())
      Status = CouldNotRun; // Said already; what is there is printed.
    if (Binary) {
      Reports.push_back(std::move(Own));
      Binaries.push_back(Input);
    }
    Module Kept;
    Kept.Producer = M->Producer;
    Kept.Source = M->Source;
    Kept.Target = M->Target;
    for (size_t I = 0; I < M->Kernels.size(); ++I) {
      Kernel &K = M->Kernels[I];
      if (!Globs.empty() && none_of(Globs, [&](const GlobPattern &G) {
            return G.match(K.Name) || G.match(shortName(K)) ||
                   G.match(K.Demangled);
          }))
        continue;
      Row R{Input, K};
      if (Binary) {
        R.Report = &Reports.back();
        R.From = &R.Report->Origins[I];
      }
      Rows.push_back(std::move(R));
      Kept.Kernels.push_back(std::move(K));
    }
    concatenate(All, std::move(Kept));
  }
  if (Request.Json)
    printJson(Rows, Binaries, Reports);
  else
    printTable(Rows, Reports);
  if (!Request.Database.empty() && Status == Satisfied)
    if (Error E = writeDatabase(Request.Database, All))
      return reportError(std::move(E));
  if (Status != Satisfied)
    return Status;
  // A gate that looks at nothing would always be open.
  if (!Request.Require.empty() && !Globs.empty() && Rows.empty())
    return reportError(createStringError(
        std::errc::invalid_argument,
        "--require: no kernel of the inputs matches --kernel"));
  if (!Request.Require.empty())
    for (const Row &R : Rows)
      if (!is_contained(Request.Require, reprise_class_name(R.K.Class))) {
        errs() << "reprise: " << shortName(R.K) << " is "
               << reprise_class_name(R.K.Class) << ", required "
               << join(Request.Require, " or ") << '\n';
        Status = Violated;
      }
  return Status;
}

} // namespace reprise
