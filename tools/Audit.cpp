//===- Audit.cpp - `reprise audit` ----------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Audit.h"
#include "Commands.h"
#include "Expectations.h"
#include "Html.h"
#include "Json.h"
#include "Packed.h"
#include "Printable.h"
#include "SourceTree.h"
#include "Table.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Demangle/Demangle.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/GlobPattern.h"
#include "llvm/Support/Path.h"

#include <optional>

#include <nlohmann/json.hpp>

using namespace llvm;

namespace reprise {

size_t AuditResult::failed() const {
  return count_if(Inputs,
                  [](const AuditedInput &Input) { return Input.failed(); });
}

ProofCounts AuditResult::proofs() const {
  ProofCounts All;
  for (const AuditRow &R : Rows) {
    All.Queries += R.Proofs.Queries;
    All.Undecided += R.Proofs.Undecided;
    All.Seconds += R.Proofs.Seconds;
  }
  return All;
}

namespace {

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
      Status = CouldNotRun;
      if (!Request.Recursive) // Else the output has them all together.
        reportError(createStringError(
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
          {K, &Input, Input.IsBinary ? &Input.Report.Origins[I] : nullptr,
           I < Input.Report.Proofs.size() ? Input.Report.Proofs[I]
                                          : ProofCounts()});
      Kept.Kernels.push_back(std::move(K));
    }
    concatenate(All, std::move(Kept));
  };
  if (!Request.Recursive) {
    loadInputs(Request.Inputs, Options, Take);
    return Status;
  }
  auto Tree = findInputs(Request.Inputs, Request.Binaries);
  if (!Tree)
    return reportError(Tree.takeError());
  loadTree(*Tree, Request.Inputs, Options, [&](TreeInput &&Input) {
    if (Request.Verbose)
      errs() << printable(Input.Messages, /*KeepLines=*/true);
    Take(Input.Path, std::move(Input.Kernels), std::move(Input.Report));
    Audit.Inputs.back().Messages = std::move(Input.Messages);
  });
  if (size_t Failed = Audit.failed())
    errs() << "reprise: error: " << Failed << " of " << Audit.Inputs.size()
           << " inputs failed; the output says why\n";
  return Status;
}

/// The page has no place for a comparison, so that goes to stderr.
void write(const AuditResult &Audit, const Comparison *Compared,
           AuditFormat Format, raw_ostream &OS) {
  switch (Format) {
  case AuditFormat::Text:
    printTable(Audit, OS);
    if (Compared)
      printComparison(*Compared, OS);
    break;
  case AuditFormat::Json: {
    nlohmann::ordered_json J = auditJson(Audit);
    if (Compared)
      J["expectations"] = comparisonJson(*Compared);
    print(J, OS);
    break;
  }
  case AuditFormat::Html:
    writeHtml(Audit, OS);
    if (Compared)
      printComparison(*Compared, errs());
    break;
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
  std::vector<Label> Labels;
  if (!Request.Expect.empty()) {
    auto Read = readLabels(Request.Expect);
    if (!Read)
      return reportError(Read.takeError());
    Labels = std::move(*Read);
  }
  AuditResult Audit;
  Module All;
  Audit.OfTree = Request.Recursive;
  Status = collect(Request, Globs, Audit, All);
  if (Audit.OfTree && Audit.Inputs.empty())
    return Status; // There is nothing to print.
  std::optional<Comparison> Compared;
  if (!Request.Expect.empty())
    Compared = compare(Audit, Labels);
  if (Error E = writeFile(Request.Output, [&](raw_ostream &OS) {
        write(Audit, Compared ? &*Compared : nullptr, Request.Format, OS);
      }))
    return reportError(std::move(E));
  if (Request.Statistics)
    printStatistics(Audit, errs());
  if (!Request.Database.empty() && Status == Satisfied)
    if (Error E = writeFile(Request.Database, [&](raw_ostream &OS) {
          if (Request.Compact)
            OS << writePacked(All);
          else
            OS << writeJson(All) << '\n';
        }))
      return reportError(std::move(E));
  if (Status != Satisfied && !Request.Recursive)
    return Status;
  // A gate that looks at nothing would always be open.
  if (Compared && Compared->Agreeing.empty() && Compared->Differing.empty())
    return reportError(createStringError(
        std::errc::invalid_argument,
        "--expect: no kernel of the inputs is in %s; its columns benchmark and "
        "kernel must name some",
        Request.Expect.c_str()));
  if (!Request.Require.empty() && !Globs.empty() && Audit.Rows.empty())
    return reportError(createStringError(
        std::errc::invalid_argument,
        "--require: no kernel of the inputs matches --kernel"));
  // What was seen to be wrong counts for more than what was not seen.
  if (!Request.Require.empty())
    for (const AuditRow &R : Audit.Rows)
      if (!is_contained(Request.Require, reprise_class_name(R.K.Class))) {
        errs() << "reprise: " << printable(shortName(R.K)) << " is "
               << reprise_class_name(R.K.Class) << ", required "
               << join(Request.Require, " or ") << '\n';
        Status = Violated;
      }
  if (Compared && Compared->fails()) {
    errs() << "reprise: some kernel has another class than " << Request.Expect
           << " expects, without a note\n";
    Status = Violated;
  }
  return Status;
}

} // namespace reprise
