//===- EntryTextTest.cpp - Where the parts of an entry lie in the text ----===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ptx/EntryText.h"
#include "ptx/Parser.h"

#include <gtest/gtest.h>

using namespace reprise::ptx;

namespace {

std::string slice(llvm::StringRef Text, TextRange R) {
  return Text.slice(R.Begin, R.End).str();
}

struct Parsed {
  explicit Parsed(const std::string &Text)
      : Text(Text), Syntax(parse(this->Text)), Lines(this->Text) {}
  std::string Text;
  Module Syntax;
  LineTable Lines;
};

} // namespace

TEST(EntryTextTest, Lines) {
  LineTable L("ab\n\ncd");
  EXPECT_EQ(L.offset({1, 1}), 0u);
  EXPECT_EQ(L.offset({2, 1}), 3u);
  EXPECT_EQ(L.offset({3, 2}), 5u);
  EXPECT_EQ(L.offset({4, 1}), 6u);
  EXPECT_EQ(L.offset({3, 9}), 6u);
}

TEST(EntryTextTest, Parts) {
  Parsed P(".version 7.0\n.target sm_75\n.address_size 64\n"
           ".visible .entry k ( .param .u64 a // )\n ) .maxntid 32\n"
           "{ .reg .b32 %r<2>, %x; /* ; } */\n"
           "  .loc 1 2 3\n"
           "Top: @!%p mov.b64 {%r0, %r1}, %x; .pragma \"a;b\";\n"
           "  { bra Top; }\n"
           "  ts: .branchtargets Top;\n"
           "  ret;}\n");
  ASSERT_EQ(P.Syntax.Functions.size(), 1u);
  const Function &F = P.Syntax.Functions[0];
  EntryText E;
  ASSERT_TRUE(E.find(P.Text, P.Lines, F));
  EXPECT_EQ(slice(P.Text, E.Params), "( .param .u64 a // )\n )");
  EXPECT_EQ(slice(P.Text, E.Directives), " .maxntid 32\n");
  EXPECT_EQ(P.Text[E.Body.Begin - 1], '{');
  EXPECT_EQ(P.Text.substr(E.Body.End), "}\n");
  ASSERT_EQ(E.Statements.size(), F.Body.size());
  std::vector<std::string> Instructions, Labels;
  for (size_t I = 0; I < F.Body.size(); ++I)
    if (F.Body[I].K == Statement::Kind::Instruction)
      Instructions.push_back(slice(P.Text, E.Statements[I]));
    else if (F.Body[I].K == Statement::Kind::Label)
      Labels.push_back(slice(P.Text, E.Statements[I]));
  EXPECT_EQ(Instructions,
            (std::vector<std::string>{"@!%p mov.b64 {%r0, %r1}, %x;",
                                      "bra Top;", "ret;"}));
  EXPECT_EQ(Labels, std::vector<std::string>{"Top:"});
}

TEST(EntryTextTest, OtherText) {
  Parsed P(".version 7.0\n.target sm_75\n.address_size 64\n"
           ".entry k { ret; }\n");
  EntryText E;
  // The syntax of one text and the places of another one.
  EXPECT_FALSE(E.find("// line\n" + P.Text, P.Lines, P.Syntax.Functions[0]));
  EXPECT_TRUE(E.find(P.Text, P.Lines, P.Syntax.Functions[0]));
}

TEST(EntryTextTest, Edits) {
  TextEdits Edits;
  Edits.replace({2, 4}, "XY");
  Edits.replace({3, 4}, "dropped");
  Edits.replace({5, 5}, "+");
  Edits.replace({6, 7}, "first");
  Edits.replace({6, 8}, "second");
  Edits.replace({9, 10}, "outside");
  EXPECT_EQ(Edits.apply("0123456789", {1, 9}), "1XY4+5second8");
}
