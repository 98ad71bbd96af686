//===- DatabaseTest.cpp - Loading summaries of both forms -----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EveryField.h"

#include "Json.h"
#include "Packed.h"

#include <gtest/gtest.h>

#include <thread>

using namespace reprise;
using namespace reprise::test;

namespace {

Module manyKernels(unsigned Count) {
  Module M;
  for (unsigned I = 0; I < Count; ++I) {
    M.Kernels.push_back(I % 2 ? vectorAdd() : everyField());
    M.Kernels.back().Name = "k" + std::to_string(Count - I);
  }
  return M;
}

std::unique_ptr<reprise_db, DbFree> load(const std::string &Bytes) {
  reprise_db *Db = nullptr;
  char Error[256];
  EXPECT_EQ(
      reprise_db_load(Bytes.data(), Bytes.size(), &Db, Error, sizeof Error),
      REPRISE_OK)
      << Error;
  return std::unique_ptr<reprise_db, DbFree>(Db);
}

TEST(Database, BothFormsHaveTheSameKernels) {
  Module M = manyKernels(20);
  auto Json = load(writeJson(M)), Compact = load(writePacked(M));
  ASSERT_EQ(reprise_db_size(Json.get()), 20u);
  ASSERT_EQ(reprise_db_size(Compact.get()), 20u);
  for (size_t I = 0; I < 20; ++I) {
    const reprise_kernel *A = reprise_db_kernel(Json.get(), I);
    const reprise_kernel *B = reprise_db_kernel(Compact.get(), I);
    ASSERT_TRUE(A && B);
    EXPECT_TRUE(A->Model == B->Model);
    EXPECT_EQ(reprise_db_find(Compact.get(), B->Model.Name.c_str()), B)
        << "a kernel has one address";
  }
  EXPECT_EQ(reprise_db_kernel(Compact.get(), 20), nullptr);
  EXPECT_EQ(reprise_db_find(Compact.get(), "k"), nullptr);
}

TEST(Database, CompactFormIsCopied) {
  std::string Bytes = writePacked(manyKernels(3));
  auto Db = load(Bytes);
  Bytes.assign(Bytes.size(), 'x');
  EXPECT_NE(reprise_db_find(Db.get(), "k2"), nullptr);
}

TEST(Database, ThreadsThatAskAtOnceGetOneHandle) {
  constexpr size_t Kernels = 64, Threads = 4;
  auto Db = load(writePacked(manyKernels(Kernels)));
  std::vector<std::vector<const reprise_kernel *>> Seen(Threads);
  {
    std::vector<std::jthread> Running;
    for (size_t T = 0; T < Threads; ++T)
      Running.emplace_back([&, T] {
        for (size_t I = 0; I < Kernels; ++I)
          Seen[T].push_back(reprise_db_kernel(Db.get(), I));
      });
  }
  for (size_t T = 0; T < Threads; ++T)
    EXPECT_EQ(Seen[T], Seen[0]);
  for (const reprise_kernel *K : Seen[0])
    EXPECT_NE(K, nullptr);
}

TEST(Database, BrokenRecordIsReportedOthersAreThere) {
  Module M = manyKernels(3);
  M.Kernels[1].Accesses[0].Domain = 77; // k2
  auto Db = load(writePacked(M));
  const reprise_kernel *K = nullptr;
  char Error[256];
  EXPECT_EQ(reprise_db_lookup(Db.get(), "k2", &K, Error, sizeof Error),
            REPRISE_ERROR_FORMAT);
  EXPECT_EQ(K, nullptr);
  EXPECT_NE(std::string(Error).find("accesses[0]"), std::string::npos) << Error;
  EXPECT_EQ(reprise_db_find(Db.get(), "k2"), nullptr);
  EXPECT_EQ(reprise_db_lookup(Db.get(), "k1", &K, Error, sizeof Error),
            REPRISE_OK);
  EXPECT_NE(K, nullptr);
  EXPECT_EQ(reprise_db_lookup(Db.get(), "other", &K, Error, sizeof Error),
            REPRISE_OK);
  EXPECT_EQ(K, nullptr);
  EXPECT_STREQ(Error, "");
  EXPECT_EQ(reprise_db_lookup(nullptr, "k1", &K, Error, sizeof Error),
            REPRISE_ERROR_ARGUMENT);
}

TEST(Database, EqualNamesAreRefused) {
  Module M = manyKernels(3);
  M.Kernels[0].Name = "k1";
  std::string Bytes = writePacked(M);
  reprise_db *Db = nullptr;
  char Error[256];
  EXPECT_EQ(
      reprise_db_load(Bytes.data(), Bytes.size(), &Db, Error, sizeof Error),
      REPRISE_ERROR_FORMAT);
  EXPECT_EQ(Db, nullptr);
  EXPECT_NE(std::string(Error).find("twice"), std::string::npos) << Error;
}

} // namespace
