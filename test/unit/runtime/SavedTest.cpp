//===- SavedTest.cpp - Saved bytes come back ------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Saved.h"

#include "reprise/reprise_cuda.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <numeric>

using namespace reprise;

namespace {

/// Copies at once, in this process.
struct Host {
  int Copies = 0, Buffers = 0, FailAfter = -1;

  static int copy(void *User, uint64_t To, uint64_t ToPitch, uint64_t From,
                  uint64_t FromPitch, uint64_t Width, uint64_t Rows, void *) {
    auto &H = *static_cast<Host *>(User);
    if (H.FailAfter == H.Copies)
      return 1;
    ++H.Copies;
    for (uint64_t I = 0; I < Rows; ++I)
      std::memcpy(reinterpret_cast<void *>(To + I * ToPitch),
                  reinterpret_cast<void *>(From + I * FromPitch), Width);
    return 0;
  }
  static int allocate(void *User, uint64_t Bytes, uint64_t *Address) {
    ++static_cast<Host *>(User)->Buffers;
    *Address = reinterpret_cast<uint64_t>(std::malloc(Bytes));
    return 0;
  }
  static void release(void *User, uint64_t Address) {
    --static_cast<Host *>(User)->Buffers;
    std::free(reinterpret_cast<void *>(Address));
  }
  reprise_copier copier() {
    return {sizeof(reprise_copier), this, copy, allocate, release};
  }
};

struct Memory {
  unsigned char Bytes[256];
  Memory() { std::iota(Bytes, Bytes + 256, 0); }
  uint64_t at(size_t I) { return reinterpret_cast<uint64_t>(Bytes + I); }
};

TEST(Saved, EqualRangesAtEqualDistancesAreOneCopy) {
  const reprise_range Ranges[] = {{1000, 4},  {1100, 4}, {1200, 4},
                                  {5000, 64}, {6000, 4}, {6001, 4}};
  EXPECT_EQ(pack(Ranges, 6), (std::vector<PackedRows>{{1000, 4, 3, 100, 0},
                                                      {5000, 64, 1, 64, 12},
                                                      {6000, 4, 1, 4, 76},
                                                      {6001, 4, 1, 4, 80}}));
}

TEST(Saved, ExactlyTheRangesComeBack) {
  Host H;
  Memory M;
  const reprise_copier C = H.copier();
  reprise_backup *B = nullptr;
  ASSERT_EQ(reprise_backup_create(&C, &B), REPRISE_OK);
  const reprise_range Ranges[] = {
      {M.at(10), 4}, {M.at(30), 4}, {M.at(50), 4}, {M.at(100), 20}};
  ASSERT_EQ(reprise_backup_save(B, 7, Ranges, 4, nullptr), REPRISE_OK);
  EXPECT_EQ(H.Copies, 2);
  EXPECT_EQ(reprise_backup_bytes(B), 32u);
  std::memset(M.Bytes, 0xee, 256);
  ASSERT_EQ(reprise_backup_restore(B, 8, nullptr), REPRISE_OK);
  EXPECT_EQ(M.Bytes[10], 0xee) << "saved before an earlier operation";
  ASSERT_EQ(reprise_backup_restore(B, 7, nullptr), REPRISE_OK);
  for (size_t I = 0; I < 256; ++I) {
    bool In = false;
    for (const reprise_range &R : Ranges)
      In = In || M.at(I) - R.address < R.size;
    EXPECT_EQ(M.Bytes[I], In ? I : 0xee) << I;
  }
  EXPECT_EQ(reprise_backup_drop(B, 8), REPRISE_OK);
  EXPECT_EQ(H.Buffers, 0);
  EXPECT_EQ(reprise_backup_bytes(B), 0u);
  reprise_backup_free(B);
}

TEST(Saved, TheOlderValueStays) {
  Host H;
  Memory M;
  Saved S(H.copier());
  const reprise_range Range{M.at(5), 1};
  ASSERT_TRUE(S.save(3, &Range, 1, nullptr));
  M.Bytes[5] = 50;
  ASSERT_TRUE(S.save(4, &Range, 1, nullptr));
  M.Bytes[5] = 60;
  ASSERT_TRUE(S.restore(4, nullptr));
  EXPECT_EQ(M.Bytes[5], 50);
  ASSERT_TRUE(S.restore(0, nullptr));
  EXPECT_EQ(M.Bytes[5], 5);
}

TEST(Saved, NothingIsKeptWhenACopyFails) {
  Host H;
  Memory M;
  const reprise_copier C = H.copier();
  reprise_backup *B = nullptr;
  ASSERT_EQ(reprise_backup_create(&C, &B), REPRISE_OK);
  H.FailAfter = 1;
  const reprise_range Ranges[] = {{M.at(0), 4}, {M.at(100), 8}};
  EXPECT_EQ(reprise_backup_save(B, 0, Ranges, 2, nullptr), REPRISE_ERROR_COPY);
  EXPECT_EQ(H.Buffers, 0);
  EXPECT_EQ(reprise_backup_bytes(B), 0u);
  const reprise_range Empty{M.at(0), 0};
  EXPECT_EQ(reprise_backup_save(B, 0, &Empty, 1, nullptr),
            REPRISE_ERROR_ARGUMENT);
  reprise_backup_free(B);
  reprise_copier Lacking = C;
  Lacking.release = nullptr;
  EXPECT_EQ(reprise_backup_create(&Lacking, &B), REPRISE_ERROR_ARGUMENT);
}

//===----------------------------------------------------------------------===//
// The callbacks for CUDA, on a driver that copies at once
//===----------------------------------------------------------------------===//

int Copies2D, FailCopies2D;

int fakeCopy(unsigned long long To, unsigned long long From, size_t Bytes,
             void *) {
  std::memcpy(reinterpret_cast<void *>(To), reinterpret_cast<void *>(From),
              Bytes);
  return 0;
}

int fakeCopy2D(const reprise_cuda_memcpy_2d *C, void *) {
  ++Copies2D;
  if (FailCopies2D)
    return 1;
  for (size_t I = 0; I < C->height; ++I)
    fakeCopy(C->destination_device + I * C->destination_pitch,
             C->source_device + I * C->source_pitch, C->width, nullptr);
  return 0;
}

int fakeAlloc(unsigned long long *Address, size_t Bytes) {
  *Address = reinterpret_cast<unsigned long long>(std::malloc(Bytes));
  return 0;
}

int fakeFree(unsigned long long Address) {
  std::free(reinterpret_cast<void *>(Address));
  return 0;
}

TEST(Saved, RowsByTheDriver) {
  static_assert(sizeof(reprise_cuda_memcpy_2d) == 128);
  for (int Fails : {0, 1}) { // Then row by row.
    Copies2D = 0;
    FailCopies2D = Fails;
    reprise_cuda Cuda = {fakeCopy, fakeCopy2D, fakeAlloc, fakeFree};
    reprise_copier C;
    reprise_cuda_copier(&Cuda, &C);
    Memory M;
    Saved S(C);
    const reprise_range Ranges[] = {
        {M.at(10), 4}, {M.at(30), 4}, {M.at(50), 4}, {M.at(100), 20}};
    ASSERT_TRUE(S.save(0, Ranges, 4, nullptr));
    std::memset(M.Bytes, 0xee, 256);
    ASSERT_TRUE(S.restore(0, nullptr));
    EXPECT_EQ(M.Bytes[9], 0xee);
    EXPECT_EQ(M.Bytes[33], 33);
    EXPECT_EQ(M.Bytes[34], 0xee);
    EXPECT_EQ(M.Bytes[119], 119);
    EXPECT_EQ(Copies2D, 2);
  }
}

} // namespace
