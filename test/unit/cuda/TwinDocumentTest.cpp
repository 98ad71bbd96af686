//===- TwinDocumentTest.cpp -----------------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TwinDocument.h"
#include "EmbeddedText.h"

#include <gtest/gtest.h>

using namespace reprise;
using namespace reprise::cuda;

namespace {

std::string document(const std::string &Twins, const char *Major = "1") {
  return R"({"format": "reprise-twins", "version": {"major": )" +
         std::string(Major) + R"(, "minor": 7}, "twins": [)" + Twins + "]}";
}

constexpr char Set[] =
    R"({"kernel": "set", "twin": "__reprise_twin_set", "control_offset": 16,)"
    R"( "control_bytes": 24, "entry": "block", "inside": "warp", "new": []})";

TEST(TwinDocument, ReadsWhatThePluginWrites) {
  std::vector<TwinEntry> Found;
  ASSERT_TRUE(readTwins(
      document(std::string(Set) +
               R"(, {"kernel": "wait", "refusal": "a loop may wait"})"),
      Found));
  ASSERT_EQ(Found.size(), 2u);
  EXPECT_EQ(Found[0],
            (TwinEntry{"set", "__reprise_twin_set", "", "", 16, 24, true}));
  EXPECT_EQ(Found[1],
            (TwinEntry{"wait", "", "", "a loop may wait", 0, 0, false}));
}

TEST(TwinDocument, ReadsTheLongerControlAndTheMaplessTwin) {
  std::vector<TwinEntry> Found;
  std::string Text = Set;
  Text.replace(Text.find("24"), 2, "40");
  Text.insert(1, R"("mapless": "__reprise_twin_mapless_set", )");
  ASSERT_TRUE(readTwins(document(Text), Found));
  EXPECT_EQ(Found.at(0),
            (TwinEntry{"set", "__reprise_twin_set",
                       "__reprise_twin_mapless_set", "", 16, 40, true}));
  Found.clear();
  // The most that parameters may have, and 8 bytes more.
  Text.replace(Text.find(": 16") + 2, 2, "65496");
  EXPECT_TRUE(readTwins(document(Text), Found));
  Text.replace(Text.find("65496"), 5, "65504");
  EXPECT_FALSE(readTwins(document(Text), Found));
}

TEST(TwinDocument, RefusesWhatItCannotRelyOn) {
  std::vector<TwinEntry> Found;
  auto Changed = [](std::string_view What, std::string_view By) {
    std::string Text = Set;
    Text.replace(Text.find(What), What.size(), By);
    return document(Text);
  };
  EXPECT_FALSE(readTwins("", Found));
  EXPECT_FALSE(readTwins("[]", Found));
  EXPECT_FALSE(readTwins(document(Set, "2"), Found));
  EXPECT_FALSE(readTwins(document("17"), Found));
  EXPECT_FALSE(readTwins(Changed("\"set\"", "\"\""), Found));
  EXPECT_FALSE(readTwins(Changed("16", "12"), Found)) << "not aligned";
  EXPECT_FALSE(readTwins(Changed("16", "-8"), Found));
  EXPECT_FALSE(readTwins(Changed("16", "1e99"), Found));
  EXPECT_FALSE(readTwins(Changed("16", "65536"), Found));
  EXPECT_FALSE(readTwins(Changed("24", "32"), Found)) << "another Control";
  EXPECT_FALSE(
      readTwins(Changed("\"control_offset\"", "\"elsewhere\""), Found));
  EXPECT_TRUE(Found.empty());
  ASSERT_TRUE(readTwins(Changed("\"warp\"", "\"none\""), Found));
  EXPECT_FALSE(Found[0].Inside);
}

TEST(TwinDocument, LiesBesideTheSummary) {
  const std::string Ptx =
      ".version 8.0\n"
      ".visible .global .align 1 .b8 __reprise_summary_01[3] = {115, 117, 0};\n"
      ".visible .global .align 1 .b8 __reprise_twins_01[3] = {116, 119, 0};\n";
  std::vector<std::string> Texts;
  std::string Error;
  ASSERT_TRUE(
      appendEmbeddedTexts(ImageKind::Ptx, Ptx, Texts, Error, TwinArrays));
  EXPECT_EQ(Texts, std::vector<std::string>{"tw"});
  ASSERT_TRUE(appendEmbeddedTexts(ImageKind::Ptx, Ptx, Texts, Error));
  EXPECT_EQ(Texts, (std::vector<std::string>{"tw", "su"}));
}

} // namespace
