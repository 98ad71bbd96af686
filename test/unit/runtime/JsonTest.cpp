//===- JsonTest.cpp - The JSON form of summaries --------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EveryField.h"

#include "Names.h"
#include "Reference.h"
#include "Validate.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

using namespace reprise;
using namespace reprise::test;

namespace {

using Json = nlohmann::ordered_json;

/// Reads back what \p M is written as.
Module trip(const Module &M, bool Pretty) {
  Module Back;
  std::string Error;
  EXPECT_EQ(readJson(writeJson(M, Pretty), Back, Error), REPRISE_OK) << Error;
  return Back;
}

TEST(Json, RoundTripKeepsEveryField) {
  Module M = moduleOf(everyField());
  EXPECT_TRUE(trip(M, false) == M);
  EXPECT_TRUE(trip(M, true) == M);
  EXPECT_EQ(writeJson(trip(M, false)), writeJson(M)) << "deterministic";
}

TEST(Json, EveryNameParsesBack) {
  for (int I = 0; I <= static_cast<int>(Op::SymbolBytes); ++I) {
    Op Out = Op::Const;
    EXPECT_TRUE(parseName(name(static_cast<Op>(I)), Out));
    EXPECT_EQ(static_cast<int>(Out), I);
  }
  for (int I = 0; I <= REPRISE_REASON_ORDER_DEPENDENT; ++I) {
    reprise_reason Out = REPRISE_REASON_NONE;
    EXPECT_TRUE(parseName(name(static_cast<reprise_reason>(I)), Out));
    EXPECT_EQ(static_cast<int>(Out), I);
  }
}

TEST(Json, BytesThatAreNotUtf8AreReplaced) {
  Module M = moduleOf(vectorAdd());
  M.Kernels[0].Notes = {"\xff"};
  EXPECT_EQ(trip(M, false).Kernels[0].Notes[0], "\xef\xbf\xbd");
}

TEST(Json, UnknownFieldsAreIgnored) {
  Json J = Json::parse(writeJson(moduleOf(vectorAdd())));
  J["version"]["minor"] = 7;
  J["later"] = {1, 2};
  J["kernels"][0]["later"] = "x";
  J["kernels"][0]["accesses"][0]["later"] = nullptr;
  Module M;
  std::string Error;
  EXPECT_EQ(readJson(J.dump(), M, Error), REPRISE_OK) << Error;
}

TEST(Json, NewerMajorIsRefusedAsSuch) {
  Json J = Json::parse(writeJson(moduleOf(vectorAdd())));
  J["version"]["major"] = FormatMajor + 1;
  J["kernels"] = "of another shape";
  Module M;
  std::string Error;
  EXPECT_EQ(readJson(J.dump(), M, Error), REPRISE_ERROR_VERSION);
  EXPECT_EQ(Error.rfind("version.major: ", 0), 0u) << Error;
}

//===----------------------------------------------------------------------===//
// Malformed documents
//===----------------------------------------------------------------------===//

struct Malformation {
  const char *Name;
  /// Where the document is changed, and to what; "" removes it.
  const char *Pointer, *Value;
  const char *Message; ///< A part of it.
};

// In vectorAdd: exprs 0 A, 1 B, 2 C (param), 3 n (param), 4 sext; domain 0 has
// three vars; accesses 0 and 1 read, 2 writes.
const Malformation Malformations[] = {
    {"NoFormat", "/format", "", "document: field 'format' is missing"},
    {"OtherFormat", "/format", "\"elf\"", "format: is not 'reprise-summary'"},
    {"NoVersion", "/version", "", "document: field 'version' is missing"},
    {"VersionIsText", "/version", "\"1.0\"", "version: is not an object"},
    {"MajorZero", "/version/major", "0", "version.major: is zero"},
    {"MajorNegative", "/version/major", "-1",
     "version.major: is not a natural number"},
    {"KernelsIsObject", "/kernels", "{}", "kernels: is not an array"},
    {"KernelIsNull", "/kernels/0", "null", "kernels[0]: is not an object"},
    {"NameMissing", "/kernels/0/name", "",
     "kernels[0]: field 'name' is missing"},
    {"NameEmpty", "/kernels/0/name", "\"\"", "kernels[0].name: is empty"},
    {"NameIsNumber", "/kernels/0/name", "1",
     "kernels[0].name: is not a string"},
    {"ClassUnheardOf", "/kernels/0/class", "\"maybe\"",
     "kernels[0].class: 'maybe' is not a class"},
    {"ParamOutside", "/kernels/0/params/3/offset", "28",
     "kernels[0].params[3]: ends at byte 32, the argument block has 28"},
    {"ParamBytesHuge", "/kernels/0/param_bytes", "65537",
     "kernels[0].param_bytes: exceeds the limit of 65536"},
    {"ParamKind", "/kernels/0/params/0/kind", "\"handle\"",
     "kernels[0].params[0].kind: 'handle' is not a parameter kind"},
    {"ExprEmpty", "/kernels/0/exprs/0", "[]",
     "kernels[0].exprs[0]: has 0 elements"},
    {"ExprOperator", "/kernels/0/exprs/0", "[\"pow\",64,0]",
     "kernels[0].exprs[0][0]: 'pow' is not an operator"},
    {"ExprWidthZero", "/kernels/0/exprs/0", "[\"const\",0,0]",
     "kernels[0].exprs[0]: width 0 is not in 1 to 64"},
    {"ExprWidthLarge", "/kernels/0/exprs/0", "[\"const\",65,0]",
     "kernels[0].exprs[0][1]: 65 is too large"},
    {"ExprForward", "/kernels/0/exprs/4", "[\"sext\",64,4]",
     "kernels[0].exprs[4]: operand 4 is not defined earlier"},
    {"ExprTooFewOperands", "/kernels/0/exprs/4", "[\"add\",64,0]",
     "kernels[0].exprs[4]: has 3 elements, not 4"},
    {"ExprWidthsDiffer", "/kernels/0/exprs/4", "[\"add\",64,0,3]",
     "kernels[0].exprs[4]: add: operands differ in width from the result"},
    {"ExprNarrowExtension", "/kernels/0/exprs/4", "[\"sext\",16,3]",
     "kernels[0].exprs[4]: sext: operand is wider than the result"},
    {"ExprCheckedNarrow", "/kernels/0/exprs/4", "[\"cadd\",32,3,3]",
     "kernels[0].exprs[4]: cadd: width is not 64"},
    {"ExprParamOutside", "/kernels/0/exprs/0", "[\"param\",64,21]",
     "kernels[0].exprs[0]: param: reads outside the argument block"},
    {"ExprParamNegative", "/kernels/0/exprs/0", "[\"param\",64,-1]",
     "kernels[0].exprs[0]: param: reads outside the argument block"},
    {"ExprParamBits", "/kernels/0/exprs/0", "[\"param\",63,0]",
     "kernels[0].exprs[0]: param: width is not a whole number of bytes"},
    {"ExprAxis", "/kernels/0/exprs/0", "[\"ntid\",32,3]",
     "kernels[0].exprs[0]: ntid: axis is not 0, 1 or 2"},
    {"ExprImmTooLarge", "/kernels/0/exprs/0",
     "[\"const\",64,9223372036854775808]",
     "kernels[0].exprs[0][2]: does not fit in 64 bits"},
    {"ExprIndexNone", "/kernels/0/exprs/4", "[\"sext\",64,4294967295]",
     "kernels[0].exprs[4][2]: 4294967295 is too large"},
    {"VarKind", "/kernels/0/domains/0/vars/0/kind", "\"set\"",
     "kernels[0].domains[0].vars[0].kind: 'set' is not a var kind"},
    {"VarWithoutBound", "/kernels/0/domains/0/vars/0/lo", "[]",
     "kernels[0].domains[0].vars[0].lo: a range needs a lower bound"},
    {"VarOfItself", "/kernels/0/domains/0/vars/2/f", "[0,[[2,0]]]",
     "kernels[0].domains[0].vars[2].f: var 2 is not defined earlier"},
    {"VarTwice", "/kernels/0/domains/0/vars/2/f", "[0,[[1,0],[1,0]]]",
     "kernels[0].domains[0].vars[2].f: var 1 occurs twice"},
    {"BoundForward", "/kernels/0/domains/0/vars/0/hi", "[[0,[[1,0]]]]",
     "kernels[0].domains[0].vars[0].hi[0]: var 1 is not defined earlier"},
    {"BoundNarrow", "/kernels/0/domains/0/vars/0/hi", "[[3,[]]]",
     "kernels[0].domains[0].vars[0].hi[0]: expression 3 has 32 bits, 64 are "
     "needed"},
    {"BoundDivisor", "/kernels/0/domains/0/vars/0/hi", "[[0,[],999]]",
     "kernels[0].domains[0].vars[0].hi[0]: expression 999 is out of range"},
    {"CheckUsesLaterVar", "/kernels/0/domains/0/checks/0/f", "[0,[[2,0]]]",
     "kernels[0].domains[0].checks[0].f: var 2 is not defined earlier"},
    {"CheckInverted", "/kernels/0/domains/0/checks/0/lo", "2147483648",
     "kernels[0].domains[0].checks[0]: lo is above hi"},
    {"CheckNeverMade", "/kernels/0/domains/0/steps/2", "[\"require\",0]",
     "kernels[0].domains[0].checks[0]: no step makes this check"},
    {"StepKind", "/kernels/0/domains/0/steps/0", "[\"skip\",0]",
     "kernels[0].domains[0].steps[0][0]: 'skip' is not a step kind"},
    {"StepOutOfOrder", "/kernels/0/domains/0/steps/0", "[\"define\",1]",
     "kernels[0].domains[0].steps[0]: defines var 1, the next one is 0"},
    {"StepMissing", "/kernels/0/domains/0/steps/3", "",
     "kernels[0].domains[0].steps: define 2 vars of 3"},
    {"StepRequireOutside", "/kernels/0/domains/0/steps/0", "[\"require\",999]",
     "kernels[0].domains[0].steps[0]: expression 999 is out of range"},
    {"AccessDomain", "/kernels/0/accesses/0/domain", "1",
     "kernels[0].accesses[0].domain: domain 1 is out of range, there are 1"},
    {"AccessKind", "/kernels/0/accesses/0/kind", "\"prefetch\"",
     "kernels[0].accesses[0].kind: 'prefetch' is not an access kind"},
    {"AccessWithoutBase", "/kernels/0/accesses/0/base", "",
     "kernels[0].accesses[0].base: expression is missing"},
    {"AccessBaseNarrow", "/kernels/0/accesses/0/base", "3",
     "kernels[0].accesses[0].base: expression 3 has 32 bits"},
    {"AccessWidthZero", "/kernels/0/accesses/0/width", "0",
     "kernels[0].accesses[0].width: is zero"},
    {"AccessWithoutOffset", "/kernels/0/accesses/0/offset", "",
     "kernels[0].accesses[0].offset: expression is missing"},
    {"AccessOffsetVar", "/kernels/0/accesses/0/offset", "[0,[[3,0]]]",
     "kernels[0].accesses[0].offset: var 3 is not defined earlier"},
    {"AccessSymbol", "/kernels/0/accesses/0/root", "\"symbol\"",
     "kernels[0].accesses[0].symbol: symbol is missing"},
    {"AccessParam", "/kernels/0/accesses/0/param", "4",
     "kernels[0].accesses[0].param: parameter 4 is out of range"},
    {"AccessReason", "/kernels/0/accesses/0/reason", "\"tired\"",
     "kernels[0].accesses[0].reason: 'tired' is not a reason"},
    {"PairSwapped", "/kernels/0/pairs/0", "[\"test\",2,0]",
     "kernels[0].pairs[0]: access 2 does not read"},
    {"PairWithoutWrite", "/kernels/0/pairs/0", "[\"test\",0,1]",
     "kernels[0].pairs[0]: access 1 does not write"},
    {"PairOutside", "/kernels/0/pairs/0", "[\"test\",0,3]",
     "kernels[0].pairs[0]: write 3 is out of range, there are 3"},
    {"PairAfterRead", "/kernels/0/pairs/0", "[\"test\",0,2,[1]]",
     "kernels[0].pairs[0]: access 1 does not write"},
    {"PairAfterOutside", "/kernels/0/pairs/0", "[\"test\",0,2,[9]]",
     "kernels[0].pairs[0]: earlier write 9 is out of range"},
    {"EffectWithoutReason", "/kernels/0/effects/0",
     "{\"reason\":\"none\",\"domain\":0}",
     "kernels[0].effects[0].reason: an effect needs a reason"},
    {"EffectDomain", "/kernels/0/effects/0",
     "{\"reason\":\"texture\",\"domain\":7}",
     "kernels[0].effects[0].domain: domain 7 is out of range"},
    {"SymbolWithoutName", "/kernels/0/symbols/0", "{\"name\":\"\",\"size\":1}",
     "kernels[0].symbols[0].name: is empty"},
    {"ReqNTidShort", "/kernels/0/req_ntid", "[1,2]",
     "kernels[0].req_ntid: has 2 elements, not 3"},
    {"LocIsText", "/kernels/0/loc", "\"a.cu:1\"",
     "kernels[0].loc: is not an array"},
};

class JsonMalformed : public testing::TestWithParam<Malformation> {};

TEST_P(JsonMalformed, IsRefusedWithItsPath) {
  const Malformation &C = GetParam();
  Json J = Json::parse(writeJson(moduleOf(vectorAdd())));
  const Json::json_pointer At(C.Pointer);
  if (*C.Value) {
    J[At] = Json::parse(C.Value);
  } else {
    Json &Parent = J[At.parent_pointer()];
    if (Parent.is_array())
      Parent.erase(static_cast<size_t>(std::stoul(At.back())));
    else
      Parent.erase(At.back());
  }
  std::string Text = J.dump();
  reprise_db *Db = nullptr;
  char Error[256];
  EXPECT_EQ(reprise_db_load(Text.data(), Text.size(), &Db, Error, sizeof Error),
            REPRISE_ERROR_FORMAT);
  EXPECT_EQ(Db, nullptr);
  EXPECT_EQ(std::string(Error).rfind(C.Message, 0), 0u) << Error;
  reprise_db_free(Db);
}

INSTANTIATE_TEST_SUITE_P(All, JsonMalformed, testing::ValuesIn(Malformations),
                         [](const auto &Info) { return Info.param.Name; });

TEST(Json, TextThatIsNotJsonIsRefused) {
  const std::string Deep(200000, '[');
  for (std::string Text : {std::string(), std::string("{"), std::string("nul"),
                           std::string("\xff"), std::string("[]"), Deep}) {
    Module M;
    std::string Error;
    EXPECT_EQ(readJson(Text, M, Error), REPRISE_ERROR_FORMAT);
    EXPECT_EQ(Error.rfind("document: ", 0), 0u) << Error;
  }
}

TEST(Json, TruncatedDocumentsAreRefused) {
  std::string Text = writeJson(moduleOf(everyField()));
  for (size_t I = 0; I < Text.size(); I += 7) {
    Module M;
    std::string Error;
    EXPECT_EQ(readJson(std::string_view(Text).substr(0, I), M, Error),
              REPRISE_ERROR_FORMAT);
  }
}

/// Numbers all over the document are replaced: it is refused, or evaluates
/// without leaving its tables (which the sanitizers watch).
TEST(Json, HostileNumbersAreRefusedOrHarmless) {
  const Json Original = Json::parse(writeJson(moduleOf(everyField())));
  const Json Flat = Original.flatten();
  std::vector<std::string> Numbers;
  for (const auto &[Key, Value] : Flat.items())
    if (Value.is_number())
      Numbers.push_back(Key);
  Random R(5);
  int Accepted = 0;
  for (int I = 0; I < 100 * Effort; ++I) {
    Json J = Original;
    for (int64_t N = R.in(1, 2); N > 0; --N)
      J[Json::json_pointer(R.of(Numbers))] = R.of(
          std::vector<int64_t>{0, 1, 2, 3, 5, 8, 17, 40, 63, 64, 255, -1,
                               INT64_MAX, INT64_MIN, UINT32_MAX, INT32_MAX});
    std::string Text = J.dump();
    reprise_db *Db = nullptr;
    if (reprise_db_load(Text.data(), Text.size(), &Db, nullptr, 0))
      continue;
    ++Accepted;
    std::vector<unsigned char> Block(65536, 0x11);
    reprise_launch L = launch(4, 64, Arguments());
    L.arguments = Block.data();
    L.arguments_size = Block.size();
    reprise_result Result;
    int Bounded;
    size_t Count;
    reprise_backup_set(reprise_db_kernel(Db, 0), &L, &Result, &Bounded, nullptr,
                       0, &Count);
    reprise_db_free(Db);
  }
  EXPECT_GT(Accepted, 5 * Effort) << "the test would show little";
}

TEST(Json, TooManyEntriesAreRefused) {
  Kernel K = vectorAdd();
  K.Exprs.resize(20000, K.Exprs[0]);
  std::string Error;
  EXPECT_FALSE(validateKernel(K, "k", Error));
  EXPECT_EQ(Error, "k.exprs: has 20000 entries, more than the limit of 16384");
}

TEST(Json, SameNameTwiceIsRefused) {
  Module M = moduleOf(vectorAdd());
  M.Kernels.push_back(M.Kernels[0]);
  std::string Error;
  EXPECT_EQ(readJson(writeJson(M), M, Error), REPRISE_ERROR_FORMAT);
  EXPECT_EQ(Error, "kernels[1].name: 'vectorAdd' occurs twice");
}

//===----------------------------------------------------------------------===//
// Concatenation
//===----------------------------------------------------------------------===//

TEST(Json, ConcatenationKeepsDistinctAndEqualKernels) {
  Module A = moduleOf(vectorAdd()), B = moduleOf(vectorAdd());
  B.Kernels.push_back(everyField());
  concatenate(A, B);
  ASSERT_EQ(A.Kernels.size(), 2u);
  EXPECT_TRUE(A.Kernels[0] == vectorAdd());
  EXPECT_TRUE(A.Kernels[1] == everyField());
  EXPECT_EQ(A.Target, "sm_80");
}

TEST(Json, ConcatenationDistrustsKernelsThatDiffer) {
  Module A = moduleOf(vectorAdd()), B = A;
  B.Kernels[0].Accesses[2].Offset.Const = 0;
  concatenate(A, B);
  ASSERT_EQ(A.Kernels.size(), 1u);
  std::string Error;
  EXPECT_TRUE(validateModule(A, Error)) << Error;
  Loaded K(A.Kernels[0]);
  Arguments Args;
  Args.pointer(4096).pointer(8192).pointer(65536).int32(0);
  reprise_result R = reprise::test::check(K, launch(1, 1, Args));
  EXPECT_EQ(R.verdict, REPRISE_UNKNOWN);
  EXPECT_EQ(R.reason, REPRISE_REASON_UNSUPPORTED);
}

} // namespace
