//===- CApiTest.cpp - The C interface refuses what it must ----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelBuilder.h"

#include "Names.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

using namespace reprise;
using namespace reprise::test;

/// Compiled as C99 in HeaderIsC99.c; touches each type of the header.
extern "C" int headerIsC99(void);

namespace {

constexpr uint64_t X = 0x7000'0000'0000;

struct CApi : testing::Test {
  Loaded K{vectorAdd()};
  Arguments Args;
  reprise_launch L;
  reprise_result R;

  CApi() {
    Args.pointer(X).pointer(X + 8192).pointer(X + 65536).int32(1000);
    L = launch(4, 256, Args);
  }

  /// The status of checking L; on an error nothing may be claimed.
  reprise_status status() {
    R.verdict = REPRISE_IDEMPOTENT;
    reprise_status S = reprise_check(K, &L, &R);
    if (S != REPRISE_OK) {
      EXPECT_EQ(R.verdict, REPRISE_UNKNOWN);
      EXPECT_EQ(R.assumptions, 0u);
      EXPECT_EQ(R.write, REPRISE_NO_ACCESS);
    }
    return S;
  }
};

TEST_F(CApi, HeaderIsC99) { EXPECT_EQ(headerIsC99(), 0); }

TEST_F(CApi, EnumeratorsOutsideTheirRangeAreInvalid) {
  EXPECT_STREQ(reprise_status_name(static_cast<reprise_status>(10)), "invalid");
  EXPECT_STREQ(reprise_class_name(static_cast<reprise_class>(4)), "invalid");
  EXPECT_STREQ(reprise_verdict_name(static_cast<reprise_verdict>(3)),
               "invalid");
  EXPECT_STREQ(reprise_reason_name(static_cast<reprise_reason>(
                   REPRISE_REASON_ORDER_DEPENDENT + 1)),
               "invalid");
  EXPECT_STREQ(reprise_reason_text(static_cast<reprise_reason>(
                   REPRISE_REASON_ORDER_DEPENDENT + 1)),
               "invalid");
  EXPECT_STREQ(reprise_reason_name(REPRISE_REASON_MAY_OVERLAP), "may-overlap");
  EXPECT_STREQ(reprise_class_name(REPRISE_CLASS_NON_IDEMPOTENT),
               "non-idempotent");
  EXPECT_STREQ(reprise_status_name(REPRISE_ERROR_CAPACITY), "capacity");
  EXPECT_STREQ(reprise_status_name(REPRISE_ERROR_COPY), "copy");
}

TEST_F(CApi, LoadRefusesNull) {
  char Error[64] = "x";
  reprise_db *Db = nullptr;
  EXPECT_EQ(reprise_db_load("{}", 2, nullptr, Error, sizeof Error),
            REPRISE_ERROR_ARGUMENT);
  EXPECT_STREQ(Error, "a null argument");
  EXPECT_EQ(reprise_db_load(nullptr, 2, &Db, Error, sizeof Error),
            REPRISE_ERROR_ARGUMENT);
  EXPECT_EQ(reprise_db_load(nullptr, 0, &Db, nullptr, 0), REPRISE_ERROR_FORMAT);
  EXPECT_EQ(reprise_db_load_file(nullptr, &Db, nullptr, 0),
            REPRISE_ERROR_ARGUMENT);
}

TEST_F(CApi, LoadCutsTheMessageToTheBuffer) {
  char Error[4] = "zzz";
  reprise_db *Db = nullptr;
  EXPECT_EQ(reprise_db_load("{}", 2, &Db, Error, sizeof Error),
            REPRISE_ERROR_FORMAT);
  EXPECT_STREQ(Error, "doc");
  EXPECT_EQ(reprise_db_load("{}", 2, &Db, Error, 0), REPRISE_ERROR_FORMAT);
}

TEST_F(CApi, LoadFileReportsWhatCannotBeRead) {
  reprise_db *Db = nullptr;
  char Error[256];
  EXPECT_EQ(reprise_db_load_file("/no/such/file", &Db, Error, sizeof Error),
            REPRISE_ERROR_IO);
  EXPECT_STREQ(Error, "/no/such/file: cannot be read");
  EXPECT_EQ(reprise_db_load_file("/", &Db, Error, sizeof Error),
            REPRISE_ERROR_IO);
}

TEST_F(CApi, LoadFileReadsAFile) {
  Module M;
  M.Kernels = {vectorAdd()};
  std::string Path = testing::TempDir() + "reprise-capi-test.json";
  std::ofstream(Path) << writeJson(M);
  reprise_db *Db = nullptr;
  EXPECT_EQ(reprise_db_load_file(Path.c_str(), &Db, nullptr, 0), REPRISE_OK);
  EXPECT_EQ(reprise_db_size(Db), 1u);
  reprise_db_free(Db);
  std::remove(Path.c_str());
}

TEST_F(CApi, KernelsAreFoundInNameOrder) {
  Module M;
  for (const char *Name : {"c", "a", "b"})
    M.Kernels.push_back(KernelBuilder(Name).K);
  std::string Text = writeJson(M);
  reprise_db *Db = nullptr;
  ASSERT_EQ(reprise_db_load(Text.data(), Text.size(), &Db, nullptr, 0),
            REPRISE_OK);
  EXPECT_STREQ(reprise_kernel_name(reprise_db_kernel(Db, 0)), "a");
  EXPECT_STREQ(reprise_kernel_name(reprise_db_kernel(Db, 2)), "c");
  EXPECT_EQ(reprise_db_find(Db, "b"), reprise_db_kernel(Db, 1));
  EXPECT_EQ(reprise_db_find(Db, "bb"), nullptr);
  EXPECT_EQ(reprise_db_find(Db, nullptr), nullptr);
  EXPECT_EQ(reprise_db_find(nullptr, "b"), nullptr);
  EXPECT_EQ(reprise_db_kernel(Db, 3), nullptr);
  EXPECT_EQ(reprise_db_kernel(nullptr, 0), nullptr);
  reprise_db_free(Db);
  reprise_db_free(nullptr);
}

TEST_F(CApi, KernelFieldsAreThoseOfTheSummary) {
  EXPECT_EQ(reprise_kernel_class(K), REPRISE_CLASS_CONDITIONAL);
  EXPECT_EQ(reprise_kernel_param_count(K), 4u);
  EXPECT_EQ(reprise_kernel_param_bytes(K), 28u);
  EXPECT_EQ(reprise_kernel_access_count(K), 3u);
  reprise_param_info P;
  EXPECT_EQ(reprise_kernel_param(K, 3, &P), REPRISE_OK);
  EXPECT_STREQ(P.name, "n");
  EXPECT_EQ(P.kind, REPRISE_PARAM_INTEGER);
  EXPECT_EQ(P.offset, 24u);
  EXPECT_EQ(P.size, 4u);
  reprise_access_info A;
  EXPECT_EQ(reprise_kernel_access(K, 2, &A), REPRISE_OK);
  EXPECT_EQ(A.kind, REPRISE_ACCESS_WRITE);
  EXPECT_EQ(A.live_in, 1);
}

TEST_F(CApi, KernelQueriesRefuseNullAndOutOfRange) {
  reprise_param_info P;
  reprise_access_info A;
  EXPECT_EQ(reprise_kernel_param(K, 4, &P), REPRISE_ERROR_ARGUMENT);
  EXPECT_EQ(reprise_kernel_param(K, 0, nullptr), REPRISE_ERROR_ARGUMENT);
  EXPECT_EQ(reprise_kernel_param(nullptr, 0, &P), REPRISE_ERROR_ARGUMENT);
  EXPECT_EQ(reprise_kernel_access(K, 3, &A), REPRISE_ERROR_ARGUMENT);
  EXPECT_EQ(reprise_kernel_access(K, 0, nullptr), REPRISE_ERROR_ARGUMENT);
  EXPECT_EQ(reprise_kernel_access(nullptr, 0, &A), REPRISE_ERROR_ARGUMENT);
  EXPECT_STREQ(reprise_kernel_name(nullptr), "");
  EXPECT_STREQ(reprise_kernel_demangled(nullptr), "");
  EXPECT_STREQ(reprise_kernel_condition(nullptr), "");
  EXPECT_EQ(reprise_kernel_class(nullptr), REPRISE_CLASS_UNKNOWN);
  EXPECT_EQ(reprise_kernel_param_count(nullptr), 0u);
  EXPECT_EQ(reprise_kernel_param_bytes(nullptr), 0u);
  EXPECT_EQ(reprise_kernel_access_count(nullptr), 0u);
  EXPECT_EQ(reprise_db_size(nullptr), 0u);
}

TEST_F(CApi, PackPlacesEachParameter) {
  uint64_t Pointers[3] = {X, X + 8192, X + 65536};
  int32_t N = 1000;
  void *Values[] = {&Pointers[0], &Pointers[1], &Pointers[2], &N};
  std::vector<unsigned char> Block(40, 0xee);
  EXPECT_EQ(reprise_pack_arguments(K, Values, Block.data(), Block.size()),
            REPRISE_OK);
  EXPECT_TRUE(std::equal(Args.Bytes.begin(), Args.Bytes.end(), Block.begin()));
  EXPECT_EQ(Block[39], 0) << "padding is zero";
}

TEST_F(CApi, PackRefusesNullAndShort) {
  uint64_t V = 0;
  void *Values[] = {&V, &V, &V, nullptr};
  unsigned char Block[28];
  EXPECT_EQ(reprise_pack_arguments(K, Values, Block, 28),
            REPRISE_ERROR_ARGUMENT);
  EXPECT_EQ(reprise_pack_arguments(K, nullptr, Block, 28),
            REPRISE_ERROR_ARGUMENT);
  Values[3] = &V;
  EXPECT_EQ(reprise_pack_arguments(nullptr, Values, Block, 28),
            REPRISE_ERROR_ARGUMENT);
  EXPECT_EQ(reprise_pack_arguments(K, Values, nullptr, 28),
            REPRISE_ERROR_ARGUMENT);
  EXPECT_EQ(reprise_pack_arguments(K, Values, Block, 27),
            REPRISE_ERROR_ARGUMENT_BLOCK);
}

TEST_F(CApi, AllocationsRefuseEmptyWrappingAndOverlapping) {
  auto Create = [](std::vector<reprise_range> Ranges) {
    reprise_allocations *A = nullptr;
    reprise_status S = reprise_allocations_create(Ranges.data(), Ranges.size(),
                                                  nullptr, 0, &A);
    EXPECT_EQ(A != nullptr, S == REPRISE_OK);
    reprise_allocations_free(A);
    return S;
  };
  EXPECT_EQ(Create({}), REPRISE_OK);
  EXPECT_EQ(Create({{16, 16}, {0, 16}, {32, 1}}), REPRISE_OK);
  EXPECT_EQ(Create({{UINT64_MAX, 1}}), REPRISE_OK);
  EXPECT_EQ(Create({{16, 0}}), REPRISE_ERROR_ARGUMENT);
  EXPECT_EQ(Create({{UINT64_MAX, 2}}), REPRISE_ERROR_ARGUMENT);
  EXPECT_EQ(Create({{16, 16}, {0, 17}}), REPRISE_ERROR_ARGUMENT);
  EXPECT_EQ(Create({{16, 16}, {16, 16}}), REPRISE_ERROR_ARGUMENT);
  EXPECT_EQ(Create({{0, UINT64_MAX}, {5, 1}}), REPRISE_ERROR_ARGUMENT);
}

TEST_F(CApi, AllocationsRefuseBadSymbolsAndNull) {
  auto Create = [](std::vector<reprise_symbol> Symbols) {
    reprise_allocations *A = nullptr;
    reprise_status S = reprise_allocations_create(nullptr, 0, Symbols.data(),
                                                  Symbols.size(), &A);
    reprise_allocations_free(A);
    return S;
  };
  EXPECT_EQ(Create({{"a", X, 4}, {"b", X, 4}, {"a", X, 4}}), REPRISE_OK);
  EXPECT_EQ(Create({{"a", X, 4}, {"a", X, 8}}), REPRISE_ERROR_ARGUMENT);
  EXPECT_EQ(Create({{nullptr, X, 4}}), REPRISE_ERROR_ARGUMENT);
  EXPECT_EQ(Create({{"", X, 4}}), REPRISE_ERROR_ARGUMENT);
  EXPECT_EQ(Create({{"a", UINT64_MAX, 2}}), REPRISE_ERROR_ARGUMENT);
  reprise_allocations *A = nullptr;
  EXPECT_EQ(reprise_allocations_create(nullptr, 1, nullptr, 0, &A),
            REPRISE_ERROR_ARGUMENT);
  EXPECT_EQ(reprise_allocations_create(nullptr, 0, nullptr, 1, &A),
            REPRISE_ERROR_ARGUMENT);
  EXPECT_EQ(reprise_allocations_create(nullptr, 0, nullptr, 0, nullptr),
            REPRISE_ERROR_ARGUMENT);
  reprise_allocations_free(nullptr);
}

TEST_F(CApi, CheckRefusesNull) {
  EXPECT_EQ(reprise_check(nullptr, &L, &R), REPRISE_ERROR_ARGUMENT);
  EXPECT_EQ(R.verdict, REPRISE_UNKNOWN);
  EXPECT_EQ(reprise_check(K, nullptr, &R), REPRISE_ERROR_ARGUMENT);
  EXPECT_EQ(reprise_check(K, &L, nullptr), REPRISE_ERROR_ARGUMENT);
  L.arguments = nullptr;
  EXPECT_EQ(status(), REPRISE_ERROR_ARGUMENT);
  L.arguments_size = 0;
  EXPECT_EQ(status(), REPRISE_ERROR_ARGUMENT_BLOCK);
}

TEST_F(CApi, CheckRefusesShortBlocks) {
  L.arguments_size = 27;
  EXPECT_EQ(status(), REPRISE_ERROR_ARGUMENT_BLOCK);
  L.arguments_size = 28;
  EXPECT_EQ(status(), REPRISE_OK);
}

TEST_F(CApi, CheckRefusesUnknownFlags) {
  L.flags = 2;
  EXPECT_EQ(status(), REPRISE_ERROR_ARGUMENT);
}

TEST_F(CApi, CheckRefusesWhatNoGpuAccepts) {
  const reprise_launch Good = L;
  EXPECT_EQ(status(), REPRISE_OK);
  auto With = [&](auto Change) {
    L = Good;
    Change();
    return status();
  };
  for (int I = 0; I < 3; ++I) {
    EXPECT_EQ(With([&] { L.grid[I] = 0; }), REPRISE_ERROR_LAUNCH);
    EXPECT_EQ(With([&] { L.block[I] = 0; }), REPRISE_ERROR_LAUNCH);
    EXPECT_EQ(With([&] { L.grid[I] = UINT32_MAX; }), REPRISE_ERROR_LAUNCH);
    EXPECT_EQ(With([&] { L.block[I] = UINT32_MAX; }), REPRISE_ERROR_LAUNCH);
  }
  EXPECT_EQ(With([&] { L.grid[0] = INT32_MAX; }), REPRISE_OK);
  EXPECT_EQ(With([&] { L.grid[0] = 1u << 31; }), REPRISE_ERROR_LAUNCH);
  EXPECT_EQ(With([&] { L.grid[1] = 65535; }), REPRISE_OK);
  EXPECT_EQ(With([&] { L.grid[1] = 65536; }), REPRISE_ERROR_LAUNCH);
  EXPECT_EQ(With([&] { L.grid[2] = 65536; }), REPRISE_ERROR_LAUNCH);
  EXPECT_EQ(With([&] { L.block[0] = 1024; }), REPRISE_OK);
  EXPECT_EQ(With([&] { L.block[0] = 1025; }), REPRISE_ERROR_LAUNCH);
  EXPECT_EQ(With([&] { L.block[2] = 4; }), REPRISE_OK);
  EXPECT_EQ(With([&] { L.block[2] = 5; }), REPRISE_ERROR_LAUNCH);
  EXPECT_EQ(With([&] {
              L.block[0] = 1;
              L.block[2] = 65;
            }),
            REPRISE_ERROR_LAUNCH);
}

TEST_F(CApi, CheckRefusesAnotherBlockThanTheCodeNeeds) {
  Kernel Model = vectorAdd();
  Model.ReqNTid[0] = 256;
  Loaded Strict(Model);
  EXPECT_EQ(reprise_check(Strict, &L, &R), REPRISE_OK);
  L.block[0] = 128;
  EXPECT_EQ(reprise_check(Strict, &L, &R), REPRISE_ERROR_LAUNCH);
}

TEST_F(CApi, CheckMemoRefusesNull) {
  reprise_memo *M = nullptr;
  ASSERT_EQ(reprise_memo_create(8, &M), REPRISE_OK);
  EXPECT_EQ(reprise_check_memo(nullptr, K, &L, &R), REPRISE_ERROR_ARGUMENT);
  EXPECT_EQ(reprise_check_memo(M, nullptr, &L, &R), REPRISE_ERROR_ARGUMENT);
  EXPECT_EQ(reprise_check_memo(M, K, nullptr, &R), REPRISE_ERROR_ARGUMENT);
  EXPECT_EQ(reprise_check_memo(M, K, &L, nullptr), REPRISE_ERROR_ARGUMENT);
  EXPECT_EQ(reprise_memo_create(8, nullptr), REPRISE_ERROR_ARGUMENT);
  reprise_memo *None = nullptr;
  EXPECT_EQ(reprise_memo_create(0, &None), REPRISE_ERROR_ARGUMENT);
  reprise_memo_free(M);
  reprise_memo_free(nullptr);
  reprise_memo_clear(nullptr);
}

TEST_F(CApi, BackupRefusesNullAndReportsErrors) {
  int Bounded = 1;
  size_t Count = 1;
  reprise_range Out;
  EXPECT_EQ(reprise_backup_set(nullptr, &L, &R, &Bounded, &Out, 1, &Count),
            REPRISE_ERROR_ARGUMENT);
  EXPECT_EQ(Bounded, 0);
  EXPECT_EQ(Count, 0u);
  EXPECT_EQ(reprise_backup_set(K, nullptr, &R, &Bounded, &Out, 1, &Count),
            REPRISE_ERROR_ARGUMENT);
  EXPECT_EQ(reprise_backup_set(K, &L, nullptr, &Bounded, &Out, 1, &Count),
            REPRISE_ERROR_ARGUMENT);
  EXPECT_EQ(reprise_backup_set(K, &L, &R, nullptr, &Out, 1, &Count),
            REPRISE_ERROR_ARGUMENT);
  EXPECT_EQ(reprise_backup_set(K, &L, &R, &Bounded, nullptr, 1, &Count),
            REPRISE_ERROR_ARGUMENT);
  EXPECT_EQ(reprise_backup_set(K, &L, &R, &Bounded, &Out, 1, nullptr),
            REPRISE_ERROR_ARGUMENT);
  L.grid[0] = 0;
  EXPECT_EQ(reprise_backup_set(K, &L, &R, &Bounded, &Out, 1, &Count),
            REPRISE_ERROR_LAUNCH);
  EXPECT_EQ(Bounded, 0);
}

TEST_F(CApi, HugeSizesAndAddressesStayDefined) {
  // Every extreme value in every argument; the sanitizers watch.
  const uint64_t Extremes[] = {
      0, 1, 1ull << 31, 1ull << 32, 1ull << 63, UINT64_MAX, UINT64_MAX - 4095};
  for (uint64_t A : Extremes)
    for (uint64_t C : Extremes)
      for (int32_t N : {INT32_MIN, -1, 0, 1, INT32_MAX}) {
        Arguments Block;
        Block.pointer(A).pointer(X).pointer(C).int32(N);
        reprise_launch Wide = launch(INT32_MAX, 1024, Block);
        EXPECT_EQ(reprise_check(K, &Wide, &R), REPRISE_OK);
        EXPECT_NE(R.verdict, REPRISE_IDEMPOTENT) << "the index may wrap";
        Wide.grid[0] = 1u << 20;
        EXPECT_EQ(reprise_check(K, &Wide, &R), REPRISE_OK);
        if (A == C && A != 0 && N > 0 && R.verdict != REPRISE_UNKNOWN) {
          EXPECT_EQ(R.verdict, REPRISE_CLOBBERS);
        }
      }
}

} // namespace
