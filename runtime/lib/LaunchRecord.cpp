//===- LaunchRecord.cpp - Launches as lines of JSON -----------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LaunchRecord.h"
#include "JsonNode.h"

#include <algorithm>
#include <initializer_list>
#include <set>

namespace reprise {
namespace {

constexpr std::string_view Digits = "0123456789abcdef";

std::string hex(const std::vector<uint8_t> &Bytes) {
  std::string Text;
  Text.reserve(2 * Bytes.size());
  for (uint8_t B : Bytes) {
    Text += Digits[B >> 4];
    Text += Digits[B & 15];
  }
  return Text;
}

std::vector<uint8_t> readHex(const Node &N) {
  std::string Text = N.text();
  if (Text.size() % 2)
    N.fail("has an odd number of digits");
  std::vector<uint8_t> Bytes(Text.size() / 2);
  for (size_t I = 0; I < Text.size(); ++I) {
    size_t Digit = Digits.find(Text[I]);
    if (Digit == Digits.npos)
      N.fail("is not lower-case hexadecimal");
    Bytes[I / 2] = static_cast<uint8_t>(Bytes[I / 2] << 4 | Digit);
  }
  return Bytes;
}

std::string readHash(const Node &N) {
  std::string Text = N.text();
  if (Text.empty())
    return Text;
  if (Text.size() != 64 || Text.find_first_not_of(Digits) != Text.npos)
    N.fail("is not a SHA-256 of 64 lower-case hexadecimal digits");
  return Text;
}

std::string readName(const Node &N) {
  std::string Text = N.text();
  if (Text.empty())
    N.fail("is empty");
  return Text;
}

std::array<uint32_t, 3> readDimensions(const Node &N) {
  N.needArray(3, 3);
  std::array<uint32_t, 3> Result{};
  for (size_t I = 0; I < 3; ++I) {
    Result[I] = N.element(I).natural32();
    if (!Result[I])
      N.element(I).fail("is zero");
  }
  return Result;
}

/// Elements First and First + 1 of N: an address and a size.
LaunchRecord::Range readRange(const Node &N, size_t First) {
  LaunchRecord::Range R{N.element(First).natural(UINT64_MAX),
                        N.element(First + 1).natural(UINT64_MAX)};
  if (!R.Size)
    N.element(First + 1).fail("is zero");
  if (R.Address + R.Size < R.Address)
    N.fail("passes the end of the address space");
  return R;
}

void refuseOverlaps(const Node &N, std::vector<LaunchRecord::Range> Sorted) {
  std::sort(Sorted.begin(), Sorted.end(),
            [](const auto &A, const auto &B) { return A.Address < B.Address; });
  for (size_t I = 1; I < Sorted.size(); ++I)
    if (Sorted[I].Address - Sorted[I - 1].Address < Sorted[I - 1].Size)
      N.fail("the ranges at " + std::to_string(Sorted[I - 1].Address) +
             " and " + std::to_string(Sorted[I].Address) + " overlap");
}

/// A misspelt field would be a launch that is not the one recorded.
void refuseOthers(const Node &N, std::initializer_list<const char *> Known) {
  for (const auto &Field : N.J.items())
    if (std::find(Known.begin(), Known.end(), Field.key()) == Known.end())
      N.fail("field '" + Field.key() + "' is not known");
}

constexpr const char *HandleKinds[] = {nullptr, "texture", "surface"};

LaunchRecord::Binding readBinding(const Node &N) {
  N.needObject();
  refuseOthers(N, {"handle", "kind", "memory", "array"});
  LaunchRecord::Binding B;
  B.Handle = N.field("handle").natural(UINT64_MAX);
  if (!B.Handle)
    N.field("handle").fail("is zero");
  const std::string Kind = N.field("kind").text();
  if (Kind == HandleKinds[REPRISE_HANDLE_SURFACE])
    B.Kind = REPRISE_HANDLE_SURFACE;
  else if (Kind != HandleKinds[REPRISE_HANDLE_TEXTURE])
    N.field("kind").fail("'" + Kind + "' is neither 'texture' nor 'surface'");
  if (N.has("memory") == N.has("array"))
    N.fail("has not one of the fields 'memory' and 'array'");
  if (N.has("array")) {
    B.Array = N.field("array").natural(UINT64_MAX);
    return B;
  }
  N.field("memory").needArray(2, 2);
  LaunchRecord::Range R = readRange(N.field("memory"), 0);
  B.Address = R.Address;
  B.Size = R.Size;
  return B;
}

LaunchRecord::Content readContent(const Node &N) {
  N.needArray(3, 3);
  LaunchRecord::Content C;
  C.Name = readName(N.element(0));
  C.Offset = N.element(1).natural(UINT64_MAX);
  C.Bytes = readHex(N.element(2));
  if (C.Bytes.empty())
    N.element(2).fail("is empty");
  if (C.Offset + C.Bytes.size() < C.Offset)
    N.fail("passes the end of the address space");
  return C;
}

reprise_verdict readVerdict(const Node &N) {
  std::string Text = N.text();
  for (reprise_verdict V :
       {REPRISE_UNKNOWN, REPRISE_IDEMPOTENT, REPRISE_CLOBBERS})
    if (Text == name(V))
      return V;
  N.fail("'" + Text + "' is not a verdict");
}

reprise_status readRecord(const Json &Document, LaunchRecord &R,
                          std::string &Error) {
  Node N{Document};
  N.needObject();
  if (N.field("format").text() != "reprise-launch")
    N.field("format").fail("is not 'reprise-launch'");
  Node Version = N.field("version");
  Version.needObject();
  uint32_t Major = Version.field("major").natural32();
  uint32_t Minor = Version.field("minor").natural32();
  if (Major == 0)
    Version.field("major").fail("is zero");
  if (Major > LaunchFormatMajor) {
    Error = "version.major: " + std::to_string(Major) +
            " is newer than this reader, which knows " +
            std::to_string(LaunchFormatMajor);
    return REPRISE_ERROR_VERSION;
  }
  // A newer minor version may have fields that need not be understood.
  if (Minor <= LaunchFormatMinor) {
    refuseOthers(N, {"format", "version", "image", "kernel", "grid", "block",
                     "shared", "arguments", "allocations", "symbols",
                     "bindings", "contents", "verdict"});
    refuseOthers(Version, {"major", "minor"});
  }
  LaunchRecord Result;
  Result.Image = readHash(N.field("image"));
  Result.Kernel = readName(N.field("kernel"));
  Result.Grid = readDimensions(N.field("grid"));
  Result.Block = readDimensions(N.field("block"));
  Result.DynamicShared = N.field("shared").natural32();
  Result.Arguments = readHex(N.field("arguments"));
  Node Allocations = N.field("allocations");
  readList(Allocations, Result.Allocations, [](const Node &Each) {
    Each.needArray(2, 2);
    return readRange(Each, 0);
  });
  refuseOverlaps(Allocations, Result.Allocations);
  if (N.has("symbols"))
    readList(N.field("symbols"), Result.Symbols, [](const Node &Each) {
      Each.needArray(3, 3);
      LaunchRecord::Range Where = readRange(Each, 1);
      return LaunchRecord::Variable{readName(Each.element(0)), Where.Address,
                                    Where.Size};
    });
  if (N.has("bindings"))
    readList(N.field("bindings"), Result.Bindings, readBinding);
  if (N.has("contents"))
    readList(N.field("contents"), Result.Contents, readContent);
  if (N.has("verdict"))
    Result.Verdict = readVerdict(N.field("verdict"));
  R = std::move(Result);
  return REPRISE_OK;
}

} // namespace

std::string writeLaunch(const LaunchRecord &R) {
  Json J;
  J["format"] = "reprise-launch";
  J["version"] = {{"major", LaunchFormatMajor}, {"minor", LaunchFormatMinor}};
  J["image"] = R.Image;
  J["kernel"] = R.Kernel;
  J["grid"] = R.Grid;
  J["block"] = R.Block;
  J["shared"] = R.DynamicShared;
  J["arguments"] = hex(R.Arguments);
  Json Allocations = Json::array();
  for (const LaunchRecord::Range &A : R.Allocations)
    Allocations.push_back(Json::array({A.Address, A.Size}));
  J["allocations"] = std::move(Allocations);
  if (!R.Symbols.empty()) {
    Json Symbols = Json::array();
    for (const LaunchRecord::Variable &S : R.Symbols)
      Symbols.push_back(Json::array({S.Name, S.Address, S.Size}));
    J["symbols"] = std::move(Symbols);
  }
  if (!R.Bindings.empty()) {
    Json Bindings = Json::array();
    for (const LaunchRecord::Binding &B : R.Bindings) {
      Json Each = {{"handle", B.Handle}, {"kind", HandleKinds[B.Kind]}};
      if (B.Size != 0)
        Each["memory"] = Json::array({B.Address, B.Size});
      else
        Each["array"] = B.Array;
      Bindings.push_back(std::move(Each));
    }
    J["bindings"] = std::move(Bindings);
  }
  if (!R.Contents.empty()) {
    Json Contents = Json::array();
    for (const LaunchRecord::Content &C : R.Contents)
      Contents.push_back(Json::array({C.Name, C.Offset, hex(C.Bytes)}));
    J["contents"] = std::move(Contents);
  }
  if (R.Verdict)
    J["verdict"] = name(*R.Verdict);
  return J.dump(-1, ' ', false, Json::error_handler_t::replace);
}

reprise_status readLaunch(std::string_view Line, LaunchRecord &R,
                          std::string &Error) {
  try {
    // The parser keeps one of two fields of one name; the line has no meaning.
    std::set<std::string> Seen;
    Json Document =
        Json::parse(Line.begin(), Line.end(),
                    [&](int Depth, Json::parse_event_t Event, Json &Parsed) {
                      if (Depth == 1 && Event == Json::parse_event_t::key &&
                          !Seen.insert(Parsed.get<std::string>()).second)
                        throw Malformed{"field '" + Parsed.get<std::string>() +
                                        "' is there twice"};
                      return true;
                    });
    return readRecord(Document, R, Error);
  } catch (Malformed &E) {
    Error = std::move(E.Message);
  } catch (const nlohmann::json::exception &E) {
    Error = std::string("is not JSON: ") + E.what();
  }
  return REPRISE_ERROR_FORMAT;
}

reprise_status readLaunches(std::string_view Text,
                            std::vector<LaunchLine> &Lines,
                            std::string &Error) {
  std::vector<LaunchLine> Result;
  for (size_t Number = 1; !Text.empty(); ++Number) {
    size_t End = Text.find('\n');
    std::string_view Line = Text.substr(0, End);
    Text.remove_prefix(End == Text.npos ? Text.size() : End + 1);
    if (Line.find_first_not_of(" \t\r") == Line.npos)
      continue;
    LaunchLine L;
    L.Number = Number;
    if (reprise_status S = readLaunch(Line, L.Launch, Error)) {
      Error = "line " + std::to_string(Number) + ": " + Error;
      return S;
    }
    Result.push_back(std::move(L));
  }
  Lines = std::move(Result);
  return REPRISE_OK;
}

} // namespace reprise
