//===- Generate.cpp - What a CUDA header declares, as tables --------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   reprise-driver-tables HEADER TYPEDEFS FALLBACKS ENTRIES ERRORS
//
// Reads HEADER, a CUDA header as the preprocessor leaves it, and writes code
// that the emulated driver is built with, so that it has every function of the
// toolkit that is there, whatever its version:
//
//   FALLBACKS  a weak definition of each function, which says that it is not
//              supported; of those for per-thread default streams ("_ptsz",
//              "_ptds") one that calls the function itself
//   ENTRIES    rows of {name, version, per thread, address}, sorted, for
//              cuGetProcAddress; versions come from TYPEDEFS, which may be "-"
//   ERRORS     rows of {number, name}
//
//===----------------------------------------------------------------------===//

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace {

struct Function {
  std::string Result, Parameters;
};

/// A name in three parts: "cuMemcpy2D" "_v2" "_ptds".
struct Variant {
  std::string Base;
  int Number = 1;
  bool PerThread = false;
};

std::optional<std::string> readFile(const std::string &Path) {
  std::ifstream In(Path, std::ios::binary);
  if (!In)
    return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(In), {});
}

bool consumeEnd(std::string &Text, const std::string &End) {
  if (!Text.ends_with(End))
    return false;
  Text.resize(Text.size() - End.size());
  return true;
}

Variant split(std::string Name) {
  Variant V;
  V.PerThread = consumeEnd(Name, "_ptsz") || consumeEnd(Name, "_ptds");
  size_t At = Name.rfind("_v");
  if (At != std::string::npos && At + 3 == Name.size() &&
      std::isdigit(static_cast<unsigned char>(Name.back()))) {
    V.Number = Name.back() - '0';
    Name.resize(At);
  }
  V.Base = Name;
  return V;
}

std::string withoutThread(std::string Name) {
  (void)(consumeEnd(Name, "_ptsz") || consumeEnd(Name, "_ptds"));
  return Name;
}

std::map<std::string, Function> functionsOf(const std::string &Header) {
  // One declaration at a time: a pattern over the whole text would recurse as
  // deep as the text is long.
  static const std::regex Declaration(
      R"((?:^|\s)(CUresult|cudaError_t)\s+(cu[A-Za-z]\w*)\s*\(([^;{]*)\)\s*$)");
  std::map<std::string, Function> Result;
  size_t Begin = 0;
  for (size_t At = 0; At < Header.size(); ++At) {
    char C = Header[At];
    if (C != ';' && C != '{' && C != '}')
      continue;
    std::string One = Header.substr(Begin, At - Begin);
    Begin = At + 1;
    std::smatch Match;
    if (C == ';' && One.size() < 4000 && !One.starts_with("typedef") &&
        std::regex_search(One, Match, Declaration))
      Result[Match[2]] = {Match[1], Match[3]};
  }
  return Result;
}

/// "CUstream hStream, void *p" -> "hStream, p".
std::string namesOf(const std::string &Parameters) {
  static const std::regex Last(R"((\w+)\s*(\[\w*\])?\s*$)");
  std::string Result, One;
  auto Take = [&] {
    std::smatch Match;
    if (std::regex_search(One, Match, Last) && Match[1] != "void")
      Result += (Result.empty() ? "" : ", ") + Match[1].str();
    One.clear();
  };
  for (char C : Parameters)
    if (C == ',')
      Take();
    else
      One += C;
  Take();
  return Result;
}

using Versions = std::map<std::pair<std::string, bool>, std::set<int>>;

Versions versionsOf(const std::string &Typedefs) {
  static const std::regex Name(R"(PFN_(cu\w+?)_v(\d+)(_pt[sd][sz])?\))");
  Versions Result;
  for (std::sregex_iterator It(Typedefs.begin(), Typedefs.end(), Name), End;
       It != End; ++It)
    Result[{(*It)[1], (*It)[3].matched}].insert(std::stoi((*It)[2]));
  return Result;
}

std::string fallbacks(const std::map<std::string, Function> &Functions) {
  std::string Text;
  for (const auto &[Name, F] : Functions) {
    std::string Of = withoutThread(Name);
    Text += "extern \"C\" EMULATED_WEAK " + F.Result + " " + Name + "(" +
            F.Parameters + ") {\n";
    if (Of != Name && Functions.count(Of))
      Text += "  PerThreadStreams Scope;\n  return " + Of + "(" +
              namesOf(F.Parameters) + ");\n}\n";
    else
      Text += "  return static_cast<" + F.Result + ">(refuse(\"" + Name +
              "\"));\n}\n";
  }
  return Text;
}

std::string entries(const std::map<std::string, Function> &Functions,
                    Versions Known) {
  // The Nth variant of a name came with the Nth version of its type.
  std::map<std::pair<std::string, bool>, std::map<int, std::string>> Variants;
  for (const auto &[Name, F] : Functions) {
    Variant V = split(Name);
    Variants[{V.Base, V.PerThread}][V.Number] = Name;
  }
  std::string Text;
  for (const auto &[Key, Numbered] : Variants) {
    const std::set<int> &When = Known[Key];
    auto Version = When.begin();
    for (const auto &[Number, Name] : Numbered) {
      int Since = 0;
      if (Version != When.end())
        Since = *Version++;
      else if (!When.empty())
        Since = *When.rbegin();
      Text += "{\"" + Key.first + "\", " + std::to_string(Since) + ", " +
              (Key.second ? "true" : "false") + ", reinterpret_cast<void *>(&" +
              Name + ")},\n";
    }
  }
  return Text;
}

std::string errors(const std::string &Header) {
  static const std::regex Row(
      R"(\b(CUDA_SUCCESS|CUDA_ERROR_\w+|cudaSuccess|cudaError\w+)\s*=\s*(\d+))");
  std::map<int, std::string> Names;
  for (std::sregex_iterator It(Header.begin(), Header.end(), Row), End;
       It != End; ++It)
    Names.emplace(std::stoi((*It)[2]), (*It)[1]);
  std::string Text;
  for (const auto &[Number, Name] : Names)
    Text += "{" + std::to_string(Number) + ", \"" + Name + "\"},\n";
  return Text;
}

bool writeFile(const char *Path, const std::string &Text) {
  std::ofstream Out(Path, std::ios::binary);
  Out << Text;
  return Out.good();
}

} // namespace

// An exception ends the build, as it should.
// NOLINTNEXTLINE(bugprone-exception-escape)
int main(int Count, char **Arguments) {
  if (Count != 6) {
    std::fprintf(stderr, "usage: reprise-driver-tables HEADER TYPEDEFS "
                         "FALLBACKS ENTRIES ERRORS\n");
    return 2;
  }
  auto Header = readFile(Arguments[1]);
  auto Typedefs =
      std::string(Arguments[2]) == "-" ? std::string() : readFile(Arguments[2]);
  if (!Header || !Typedefs) {
    std::fprintf(stderr, "%s or %s cannot be read\n", Arguments[1],
                 Arguments[2]);
    return 1;
  }
  std::map<std::string, Function> Functions = functionsOf(*Header);
  if (Functions.empty()) {
    std::fprintf(stderr, "%s declares no CUDA function\n", Arguments[1]);
    return 1;
  }
  if (!writeFile(Arguments[3], fallbacks(Functions)) ||
      !writeFile(Arguments[4], entries(Functions, versionsOf(*Typedefs))) ||
      !writeFile(Arguments[5], errors(*Header))) {
    std::fprintf(stderr, "the tables cannot be written\n");
    return 1;
  }
  return 0;
}
