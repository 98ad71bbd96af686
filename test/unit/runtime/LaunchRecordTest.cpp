//===- LaunchRecordTest.cpp - Launches as lines of JSON -------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LaunchRecord.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

using namespace reprise;

namespace {

LaunchRecord everyField() {
  LaunchRecord R;
  R.Image = std::string(60, '0') + "af09";
  R.Kernel = "_Z3addPfi";
  R.Grid = {32, 2, 1};
  R.Block = {64, 1, 4294967295u};
  R.DynamicShared = 4096;
  R.Arguments = {0x00, 0x7f, 0xff, 0x10};
  R.Allocations = {{0x7f0000002000, 8192}, {0x7f0000000000, 8192}};
  R.Symbols = {{"table", 0x7f0000100000, UINT64_C(1) << 40}};
  R.Bindings = {{7, REPRISE_HANDLE_TEXTURE, 0x7f0000002000, 4096, 0},
                {7, REPRISE_HANDLE_SURFACE, 0, 0, 12},
                {8, REPRISE_HANDLE_TEXTURE, 0, 0, 0}};
  R.Contents = {{"filter", 16, {0x01, 0xff}}};
  R.Verdict = REPRISE_CLOBBERS;
  return R;
}

/// everyField() with one field replaced, or removed when Value is "".
std::string with(const std::string &Field, const std::string &Value) {
  auto J = nlohmann::ordered_json::parse(writeLaunch(everyField()));
  if (Value.empty())
    J.erase(Field);
  else
    J[Field] = nlohmann::ordered_json::parse(Value);
  return J.dump();
}

std::string errorOf(const std::string &Line) {
  LaunchRecord R;
  R.Kernel = "untouched";
  std::string Error;
  EXPECT_NE(readLaunch(Line, R, Error), REPRISE_OK) << Line;
  EXPECT_EQ(R.Kernel, "untouched");
  return Error;
}

TEST(LaunchRecord, RoundTrip) {
  std::string Line = writeLaunch(everyField());
  EXPECT_EQ(Line.find('\n'), Line.npos);
  LaunchRecord R;
  std::string Error;
  ASSERT_EQ(readLaunch(Line, R, Error), REPRISE_OK) << Error;
  EXPECT_EQ(R, everyField());
  EXPECT_EQ(writeLaunch(R), Line);
}

TEST(LaunchRecord, OptionalFieldsMayBeMissing) {
  LaunchRecord Least;
  Least.Kernel = "k";
  LaunchRecord R = everyField();
  std::string Error;
  ASSERT_EQ(readLaunch(writeLaunch(Least), R, Error), REPRISE_OK) << Error;
  EXPECT_EQ(R, Least);
}

TEST(LaunchRecord, EveryOtherFieldMustBeThere) {
  for (const char *Field : {"format", "version", "image", "kernel", "grid",
                            "block", "shared", "arguments", "allocations"})
    EXPECT_EQ(errorOf(with(Field, "")),
              "document: field '" + std::string(Field) + "' is missing");
}

TEST(LaunchRecord, MessagesNameThePlace) {
  struct {
    const char *Field, *Value, *Error;
  } Cases[] = {
      {"format", "\"reprise-summary\"", "format: is not 'reprise-launch'"},
      {"version", "{\"major\": 0, \"minor\": 0}", "version.major: is zero"},
      {"image", "\"00\"",
       "image: is not a SHA-256 of 64 lower-case hexadecimal digits"},
      {"kernel", "\"\"", "kernel: is empty"},
      {"grid", "[1, 0, 1]", "grid[1]: is zero"},
      {"grid", "[1, 1]", "grid: has 2 elements, not 3"},
      {"block", "[1, 1, 4294967296]", "block[2]: 4294967296 is too large"},
      {"shared", "-1", "shared: is not a natural number"},
      {"shared", "1.5", "shared: is not a natural number"},
      {"arguments", "\"0\"", "arguments: has an odd number of digits"},
      {"arguments", "\"0G\"", "arguments: is not lower-case hexadecimal"},
      {"arguments", "\"0A\"", "arguments: is not lower-case hexadecimal"},
      {"allocations", "[[4096]]", "allocations[0]: has 1 elements, not 2"},
      {"allocations", "[[4096, 0]]", "allocations[0][1]: is zero"},
      {"allocations", "[[18446744073709551615, 1]]",
       "allocations[0]: passes the end of the address space"},
      {"allocations", "[[4196, 8], [4096, 101]]",
       "allocations: the ranges at 4096 and 4196 overlap"},
      {"symbols", "[[\"\", 1, 1]]", "symbols[0][0]: is empty"},
      {"bindings", "[{\"handle\": 0}]", "bindings[0].handle: is zero"},
      {"bindings", "[{\"handle\": 1, \"kind\": \"map\", \"array\": 0}]",
       "bindings[0].kind: 'map' is neither 'texture' nor 'surface'"},
      {"bindings", "[{\"handle\": 1, \"kind\": \"texture\"}]",
       "bindings[0]: has not one of the fields 'memory' and 'array'"},
      {"bindings",
       "[{\"handle\": 1, \"kind\": \"surface\", \"memory\": [4, 0]}]",
       "bindings[0].memory[1]: is zero"},
      {"bindings", "[{\"handle\": 1, \"size\": 4}]",
       "bindings[0]: field 'size' is not known"},
      {"contents", "[[\"a\", 0, \"\"]]", "contents[0][2]: is empty"},
      {"contents", "[[\"a\", 18446744073709551615, \"0000\"]]",
       "contents[0]: passes the end of the address space"},
      {"verdict", "\"fine\"", "verdict: 'fine' is not a verdict"},
      {"girth", "1", "document: field 'girth' is not known"},
  };
  for (const auto &C : Cases)
    EXPECT_EQ(errorOf(with(C.Field, C.Value)), C.Error);
}

TEST(LaunchRecord, NeighboursDoNotOverlap) {
  LaunchRecord R;
  std::string Error;
  EXPECT_EQ(
      readLaunch(with("allocations", "[[4196, 8], [4096, 100]]"), R, Error),
      REPRISE_OK)
      << Error;
}

TEST(LaunchRecord, FieldTwiceIsRefused) {
  std::string Line = writeLaunch(everyField());
  Line.insert(Line.size() - 1, ",\"shared\":0");
  EXPECT_EQ(errorOf(Line), "field 'shared' is there twice");
}

TEST(LaunchRecord, CutLineIsRefused) {
  std::string Line = writeLaunch(everyField());
  for (size_t Length = 0; Length < Line.size(); ++Length)
    EXPECT_EQ(errorOf(Line.substr(0, Length)).rfind("is not JSON: ", 0), 0u);
}

TEST(LaunchRecord, Versions) {
  LaunchRecord R;
  std::string Error;
  EXPECT_EQ(
      readLaunch(with("version", "{\"major\": 2, \"minor\": 0}"), R, Error),
      REPRISE_ERROR_VERSION);
  // Of the same major version, what is new need not be understood.
  auto J = nlohmann::ordered_json::parse(writeLaunch(everyField()));
  J["version"]["minor"] = LaunchFormatMinor + 1;
  J["clusters"] = 2;
  EXPECT_EQ(readLaunch(J.dump(), R, Error), REPRISE_OK) << Error;
  EXPECT_EQ(R, everyField());
}

TEST(LaunchRecord, LinesAreCountedWithBlankOnes) {
  std::string Line = writeLaunch(everyField());
  std::vector<LaunchLine> Lines;
  std::string Error;
  ASSERT_EQ(readLaunches(Line + "\n\n  \r\n" + Line, Lines, Error), REPRISE_OK)
      << Error;
  ASSERT_EQ(Lines.size(), 2u);
  EXPECT_EQ(Lines[0].Number, 1u);
  EXPECT_EQ(Lines[1].Number, 4u);
  EXPECT_EQ(Lines[1].Launch, everyField());
  EXPECT_EQ(
      readLaunches(Line + "\n" + with("kernel", "7") + "\n", Lines, Error),
      REPRISE_ERROR_FORMAT);
  EXPECT_EQ(Error, "line 2: kernel: is not a string");
  EXPECT_EQ(Lines.size(), 2u);
}

TEST(LaunchRecord, NamesThatAreNoTextAreReplaced) {
  LaunchRecord R;
  R.Kernel = "k\xff";
  LaunchRecord Read;
  std::string Error;
  ASSERT_EQ(readLaunch(writeLaunch(R), Read, Error), REPRISE_OK) << Error;
  EXPECT_EQ(Read.Kernel, "k\xef\xbf\xbd");
}

} // namespace
