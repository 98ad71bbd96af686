//===- Expectations.cpp - Classes found and expected ----------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Expectations.h"
#include "Input.h"
#include "Printable.h"
#include "Table.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Path.h"

#include <nlohmann/json.hpp>

#include <set>

using namespace llvm;

namespace reprise {

namespace {

/// "scan" for "util::scan<float, 1>".
StringRef bareName(StringRef Name) {
  Name = Name.take_front(Name.find('<'));
  size_t Colon = Name.rfind("::");
  return Colon == StringRef::npos ? Name : Name.drop_front(Colon + 2);
}

/// 0: the label is of another kernel; greater: more of the name is the same.
unsigned closeness(const Label &L, const Kernel &K) {
  StringRef Name = L.Kernel;
  std::string Short = shortName(K);
  if (Name == Short || Name == K.Name)
    return 2;
  // With arguments but without a description of them: one instance.
  if (Name.contains('<') && !Name.contains('='))
    return 0;
  if (Name.take_front(Name.find('<')).contains("::"))
    return Name.take_front(Name.find('<')) ==
           StringRef(Short).take_front(Short.find('<'));
  return bareName(Name) == bareName(Short);
}

bool isBelow(StringRef Path, StringRef Benchmark) {
  if (Benchmark.empty() || sys::path::stem(Path) == Benchmark)
    return true;
  return any_of(make_range(sys::path::begin(Path), sys::path::end(Path)),
                [&](StringRef Part) { return Part == Benchmark; });
}

nlohmann::ordered_json labelJson(const Label &L) {
  return {{"benchmark", L.Benchmark},
          {"kernel", L.Kernel},
          {"class", reprise_class_name(L.Class)},
          {"note", L.Note}};
}

} // namespace

bool speaksOf(const Label &L, const Kernel &K) { return closeness(L, K) > 0; }

bool Comparison::fails() const {
  return any_of(Differing,
                [](const Compared &C) { return C.Expected->Note.empty(); });
}

Comparison compare(const AuditResult &Audit, ArrayRef<Label> Labels) {
  Comparison Result;
  std::set<const Label *> Used;
  for (const AuditRow &R : Audit.Rows) {
    const Label *Best = nullptr;
    unsigned BestScore = 0;
    for (const Label &L : Labels) {
      if (!isBelow(R.Input->Path, L.Benchmark))
        continue;
      unsigned Score = closeness(L, R.K);
      if (Score) // Seen, even where a closer label counts.
        Used.insert(&L);
      if (Score > BestScore) {
        Best = &L;
        BestScore = Score;
      }
    }
    if (!Best)
      Result.Unexpected.push_back(&R);
    else if (Best->Class == R.K.Class)
      Result.Agreeing.push_back({&R, Best});
    else
      Result.Differing.push_back({&R, Best});
  }
  for (const Label &L : Labels) {
    if (Used.count(&L))
      continue;
    auto Failed = find_if(Audit.Inputs, [&](const AuditedInput &I) {
      return I.failed() && !L.Benchmark.empty() && isBelow(I.Path, L.Benchmark);
    });
    Result.Missing.push_back(
        {&L, Failed == Audit.Inputs.end() ? nullptr : &*Failed});
  }
  return Result;
}

void printComparison(const Comparison &C, raw_ostream &OS) {
  if (!C.Differing.empty()) {
    OS << "\nother class than expected\n";
    Table T({"KERNEL", "EXPECTED", "CLASS", "INPUT", "CONDITION OR REASON",
             "NOTE"});
    for (const Compared &D : C.Differing)
      T.add({shortName(D.Row->K), reprise_class_name(D.Expected->Class),
             reprise_class_name(D.Row->K.Class), D.Row->Input->Path,
             explanation(D.Row->K), D.Expected->Note});
    T.print(OS);
  }
  if (!C.Missing.empty()) {
    OS << "\nexpected and not found\n";
    for (const NotFound &N : C.Missing) {
      const Label &L = *N.Expected;
      OS << printable(L.Benchmark.empty() ? L.Kernel
                                          : L.Benchmark + ": " + L.Kernel);
      if (N.Failed)
        OS << " (" << printable(N.Failed->Path) << " could not be analysed)";
      OS << '\n';
    }
  }
  if (!C.Unexpected.empty()) {
    OS << "\nfound and not expected\n";
    for (const AuditRow *R : C.Unexpected)
      OS << printable(R->Input->Path + ": " + shortName(R->K)) << " ("
         << reprise_class_name(R->K.Class) << ")\n";
  }
  size_t Explained = count_if(
      C.Differing, [](const Compared &D) { return !D.Expected->Note.empty(); });
  OS << "\nexpectations: " << C.Agreeing.size() << " agree, "
     << C.Differing.size() << " differ (" << Explained << " with a note), "
     << C.Missing.size() << " not found";
  if (size_t Failed =
          count_if(C.Missing, [](const NotFound &N) { return N.Failed; }))
    OS << " (" << Failed << " where an input could not be analysed)";
  OS << ", " << C.Unexpected.size() << " not expected\n";
}

nlohmann::ordered_json comparisonJson(const Comparison &C) {
  using Json = nlohmann::ordered_json;
  auto Rows = [](const std::vector<Compared> &List) {
    Json Out = Json::array();
    for (const Compared &D : List)
      Out.push_back({{"input", D.Row->Input->Path},
                     {"name", D.Row->K.Name},
                     {"class", reprise_class_name(D.Row->K.Class)},
                     {"reason", explanation(D.Row->K)},
                     {"expected", labelJson(*D.Expected)}});
    return Out;
  };
  Json J;
  J["agreeing"] = Rows(C.Agreeing);
  J["differing"] = Rows(C.Differing);
  J["not_found"] = Json::array();
  for (const NotFound &N : C.Missing) {
    Json Entry = labelJson(*N.Expected);
    if (N.Failed)
      Entry["failed_input"] = N.Failed->Path;
    J["not_found"].push_back(std::move(Entry));
  }
  J["not_expected"] = Json::array();
  for (const AuditRow *R : C.Unexpected)
    J["not_expected"].push_back({{"input", R->Input->Path},
                                 {"name", R->K.Name},
                                 {"class", reprise_class_name(R->K.Class)}});
  return J;
}

} // namespace reprise
