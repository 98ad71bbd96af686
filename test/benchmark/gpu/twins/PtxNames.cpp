//===- PtxNames.cpp - What a PTX image with twins defines -----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PtxNames.h"
#include "Control.h"

#include <nlohmann/json.hpp>

#include <cstdlib>
#include <cxxabi.h>

namespace reprise::twins {

static std::string demangled(const std::string &Name) {
  int Status = 0;
  char *Text = abi::__cxa_demangle(Name.c_str(), nullptr, nullptr, &Status);
  std::string Result = Status == 0 ? Text : Name;
  std::free(Text);
  return Result;
}

std::string withoutParameters(const std::string &Demangled) {
  // From the back: parameters are in the last pair of parentheses, and a result
  // stands before the last space outside of angles and parentheses.
  size_t End = Demangled.size();
  if (End && Demangled.back() == ')') {
    int Depth = 0;
    do {
      --End;
      Depth += Demangled[End] == ')' ? 1 : Demangled[End] == '(' ? -1 : 0;
    } while (Depth && End);
  }
  size_t Begin = End;
  for (int Depth = 0; Begin; --Begin) {
    char C = Demangled[Begin - 1];
    Depth += C == '>' || C == ')' ? 1 : C == '<' || C == '(' ? -1 : 0;
    if (C == ' ' && Depth == 0)
      break;
  }
  return Demangled.substr(Begin, End - Begin);
}

std::string PtxNames::kernel(const std::string &Name) const {
  std::vector<const std::string *> Exact, Longer;
  for (const std::string &K : Kernels) {
    std::string Short = withoutParameters(demangled(K));
    if (K == Name || Short == Name)
      Exact.push_back(&K);
    else if (Short.starts_with(Name) || K.starts_with(Name))
      Longer.push_back(&K);
  }
  const auto &Found = Exact.empty() ? Longer : Exact;
  return Found.size() == 1 ? *Found.front() : "";
}

/// "{123, 34, 0}" as text.
static std::string text(std::string_view List) {
  std::string Result;
  unsigned Byte = 0;
  bool Digits = false;
  for (char C : List) {
    if (C >= '0' && C <= '9') {
      Byte = Byte * 10 + static_cast<unsigned>(C - '0');
      Digits = true;
    } else if (Digits) {
      Result += static_cast<char>(Byte);
      Byte = 0;
      Digits = false;
    }
  }
  return Result.substr(0, Result.find('\0'));
}

static void readTwins(std::string_view List, PtxNames &To) {
  const auto Document = nlohmann::json::parse(text(List));
  for (const auto &T : Document.at("twins"))
    To.Twins[T.at("kernel").get<std::string>()] = {
        T.value("twin", ""), T.value("mapless", ""), T.value("refusal", ""),
        T.value("inside", "")};
}

PtxNames readPtxNames(std::string_view Text) {
  PtxNames Names;
  while (!Text.empty()) {
    std::string_view Line = Text.substr(0, Text.find('\n'));
    Text.remove_prefix(std::min(Line.size() + 1, Text.size()));
    if (size_t At = Line.find(".entry "); At != Line.npos) {
      std::string_view Rest = Line.substr(At + 7);
      std::string Name(Rest.substr(0, Rest.find('(')));
      if (!Name.starts_with(TwinPrefix))
        Names.Kernels.push_back(Name);
      continue;
    }
    if (!Line.starts_with(".global ") && !Line.starts_with(".visible .global "))
      continue;
    std::string_view Left = Line.substr(0, Line.find_first_of("[=;"));
    while (Left.ends_with(' '))
      Left.remove_suffix(1);
    std::string_view Name = Left.substr(Left.rfind(' ') + 1);
    if (Name.starts_with("__reprise_twins_"))
      readTwins(Line.substr(std::min(Line.find('{'), Line.size())), Names);
    else if (!Name.starts_with("__reprise_"))
      Names.Globals.emplace_back(Name);
  }
  return Names;
}

} // namespace reprise::twins
