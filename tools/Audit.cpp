//===- Audit.cpp - `reprise audit` ----------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Audit.h"
#include "Commands.h"
#include "Html.h"
#include "Json.h"
#include "Packed.h"
#include "Printable.h"
#include "Table.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Demangle/Demangle.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/GlobPattern.h"
#include "llvm/Support/Path.h"

#include <map>

#include <nlohmann/json.hpp>

using namespace llvm;

namespace reprise {

std::vector<std::string> reasonsOf(const Kernel &K) {
  std::vector<std::string> Names;
  auto Add = [&](reprise_reason R) {
    std::string Name = reprise_reason_name(R);
    if (R != REPRISE_REASON_NONE && !is_contained(Names, Name))
      Names.push_back(Name);
  };
  for (const Effect &E : K.Effects)
    Add(E.Reason);
  for (const Pair &P : K.Pairs) {
    if (P.Kind == PairKind::Ordered)
      Add(REPRISE_REASON_ORDER_DEPENDENT);
    for (Id A : {P.Read, P.Write})
      Add(K.Accesses[A].Reason);
  }
  return Names;
}

namespace {

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
/// answers, unless they carry the same summary, and images that nobody can look
/// into.
void printNotAnalysed(const BinaryReport &Report, raw_ostream &OS) {
  std::map<std::string, size_t> Again, Opaque;
  for (const Origin &O : Report.Origins)
    for (size_t I : O.Others)
      if (!is_contained(O.Agreeing, I))
        ++Again[Report.Images[I].label()];
  for (const ImageNote &N : Report.Images)
    if (N.Requested && !N.Kernels)
      ++Opaque[N.label()];
  for (const auto &[Label, N] : Again)
    OS << "no answer for " << Label << ": " << count(N, "kernel") << '\n';
  for (const auto &[Label, N] : Opaque)
    OS << "not looked into: " << count(N, "image") << " " << Label << '\n';
}

void printTable(const AuditResult &Audit, raw_ostream &OS) {
  const std::vector<AuditRow> &Rows = Audit.Rows;
  bool Images = any_of(Rows, [](const AuditRow &R) { return R.From; });
  std::vector<std::string> Header = {"KERNEL", "CLASS", "LOCATION"};
  if (Images)
    Header.push_back("IMAGE");
  Header.push_back("CONDITION OR REASON");
  Table T(Header);
  for (const AuditRow &R : Rows) {
    std::vector<std::string> Cells = {
        shortName(R.K), reprise_class_name(R.K.Class), location(R.K.Loc)};
    if (Images)
      Cells.push_back(R.image());
    Cells.push_back(explanation(R.K));
    T.add(Cells);
  }
  T.print(OS);
  for (const AuditedInput &Input : Audit.Inputs)
    printNotAnalysed(Input.Report, OS);
  size_t Counts[4] = {0, 0, 0, 0};
  for (const AuditRow &R : Rows)
    ++Counts[R.K.Class];
  OS << Rows.size() << (Rows.size() == 1 ? " kernel: " : " kernels: ")
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

void print(const nlohmann::ordered_json &J, raw_ostream &OS) {
  OS << J.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace)
     << '\n';
}

void printJson(const AuditResult &Audit, raw_ostream &OS) {
  nlohmann::ordered_json List = nlohmann::ordered_json::array();
  for (const AuditRow &R : Audit.Rows) {
    nlohmann::ordered_json J;
    J["name"] = R.K.Name;
    J["demangled"] = R.K.Demangled;
    J["class"] = reprise_class_name(R.K.Class);
    J["condition"] = R.K.Condition;
    J["reasons"] = reasonsOf(R.K);
    J["notes"] = R.K.Notes;
    J["file"] = R.K.Loc.File;
    J["line"] = R.K.Loc.Line;
    J["input"] = R.Input->Path;
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
  for (const AuditedInput &Input : Audit.Inputs)
    if (Input.IsBinary)
      Root["binaries"].push_back(binaryJson(Input.Path, Input.Report));
  print(Root, OS);
}

const char *packingName(Packing P) {
  return P == Packing::Lz4 ? "lz4" : P == Packing::Zstd ? "zstd" : "";
}

/// `--list-images`
int runListImages(const AuditRequest &Request, raw_ostream &OS) {
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
  if (Request.Format == AuditFormat::Json)
    print(Root, OS);
  else
    T.print(OS);
  return Status;
}

Error cannotWrite(const std::string &Path, std::error_code EC) {
  return createStringError(EC, "cannot write %s: %s",
                           Path == "-" ? "the output" : Path.c_str(),
                           EC.message().c_str());
}

/// Says before a long audit that Path ("-" is standard output) will not do,
/// where that can be seen without a trace.
Error checkWritable(const std::string &Path) {
  StringRef Place = Path;
  if (Path == "-")
    return Error::success();
  if (!sys::fs::exists(Path)) {
    Place = sys::path::parent_path(Path);
    if (Place.empty())
      Place = ".";
  }
  if (std::error_code EC = sys::fs::access(Place, sys::fs::AccessMode::Write))
    return cannotWrite(Path, EC);
  return Error::success();
}

Error writeFile(const std::string &Path,
                function_ref<void(raw_ostream &)> Write) {
  std::error_code EC;
  raw_fd_ostream OS(Path, EC);
  if (!EC) {
    Write(OS);
    OS.flush();
    EC = OS.error();
    OS.clear_error();
  }
  return EC ? cannotWrite(Path, EC) : Error::success();
}

/// Loads the inputs, the kernels that match Globs (all if it is empty) into
/// Audit and their summaries into All. Gives the exit status; what is wrong is
/// said.
int collect(const AuditRequest &Request, ArrayRef<GlobPattern> Globs,
            AuditResult &Audit, Module &All) {
  auto Matches = [&](const Kernel &K) {
    return Globs.empty() || any_of(Globs, [&](const GlobPattern &G) {
             return G.match(K.Name) || G.match(shortName(K)) ||
                    G.match(K.Demangled);
           });
  };
  InputOptions Options = Request.Options;
  if (!Globs.empty()) // So that no work is done for the others.
    Options.Analysis.Filter = [&](const std::string &Mangled) {
      Kernel K;
      K.Name = Mangled;
      K.Demangled = demangle(Mangled);
      return Matches(K);
    };
  int Status = Satisfied;
  auto Take = [&](const std::string &Path, Expected<Module> M,
                  BinaryReport &&Report) {
    AuditedInput &Input = Audit.Inputs.emplace_back();
    Input.Path = Path;
    Input.Report = std::move(Report);
    if (!M) {
      Input.Failure = toString(M.takeError());
      Status = reportError(createStringError(
          make_error_code(std::errc::invalid_argument), Input.Failure));
      return; // The other inputs go on.
    }
    All.Producer = M->Producer;
    All.Target = M->Target;
    All.Source = Request.Inputs.size() == 1 ? M->Source : "";
    Input.IsBinary =
        !Input.Report.Images.empty() || !Input.Report.Problems.empty();
    if (!Input.Report.Problems.empty())
      Status = CouldNotRun; // Said already; what is there is printed.
    Module Kept;
    Kept.Producer = M->Producer;
    Kept.Source = M->Source;
    Kept.Target = M->Target;
    for (size_t I = 0; I < M->Kernels.size(); ++I) {
      Kernel &K = M->Kernels[I];
      if (!Matches(K)) // Summaries come as they are.
        continue;
      Audit.Rows.push_back(
          {K, &Input, Input.IsBinary ? &Input.Report.Origins[I] : nullptr});
      Kept.Kernels.push_back(std::move(K));
    }
    concatenate(All, std::move(Kept));
  };
  loadInputs(Request.Inputs, Options, Take);
  return Status;
}

void print(const AuditResult &Audit, AuditFormat Format, raw_ostream &OS) {
  switch (Format) {
  case AuditFormat::Text:
    return printTable(Audit, OS);
  case AuditFormat::Json:
    return printJson(Audit, OS);
  case AuditFormat::Html:
    return writeHtml(Audit, OS);
  }
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

  if (Request.ListImages && Request.Format == AuditFormat::Html)
    return reportError(createStringError(
        std::errc::invalid_argument,
        "--list-images prints text or json; without it, the page of --format "
        "html lists the images beside the kernels"));

  if (Error E = checkWritable(Request.Output))
    return reportError(std::move(E));
  int Status = Satisfied;
  if (Request.ListImages) {
    if (Error E = writeFile(Request.Output, [&](raw_ostream &OS) {
          Status = runListImages(Request, OS);
        }))
      return reportError(std::move(E));
    return Status;
  }
  AuditResult Audit;
  Module All;
  Status = collect(Request, Globs, Audit, All);
  if (Error E = writeFile(Request.Output, [&](raw_ostream &OS) {
        print(Audit, Request.Format, OS);
      }))
    return reportError(std::move(E));
  if (!Request.Database.empty() && Status == Satisfied)
    if (Error E = writeFile(Request.Database, [&](raw_ostream &OS) {
          if (Request.Compact)
            OS << writePacked(All);
          else
            OS << writeJson(All) << '\n';
        }))
      return reportError(std::move(E));
  if (Status != Satisfied)
    return Status;
  // A gate that looks at nothing would always be open.
  if (!Request.Require.empty() && !Globs.empty() && Audit.Rows.empty())
    return reportError(createStringError(
        std::errc::invalid_argument,
        "--require: no kernel of the inputs matches --kernel"));
  if (!Request.Require.empty())
    for (const AuditRow &R : Audit.Rows)
      if (!is_contained(Request.Require, reprise_class_name(R.K.Class))) {
        errs() << "reprise: " << printable(shortName(R.K)) << " is "
               << reprise_class_name(R.K.Class) << ", required "
               << join(Request.Require, " or ") << '\n';
        Status = Violated;
      }
  return Status;
}

} // namespace reprise
