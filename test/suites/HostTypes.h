//===- HostTypes.h - CUDA's vector types, for tables of launches ----------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Size and alignment are those of the CUDA C++ Programming Guide, table
// "Alignment Requirements".
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_SUITES_HOSTTYPES_H
#define REPRISE_TEST_SUITES_HOSTTYPES_H

#include <cstdint>

// Shared structs may hold these.
// NOLINTBEGIN(readability-identifier-naming)
struct alignas(2) char2 {
  signed char x, y;
};
struct alignas(4) char4 {
  signed char x, y, z, w;
};
struct uchar3 {
  unsigned char x, y, z;
};
struct alignas(4) uchar4 {
  unsigned char x, y, z, w;
};
struct alignas(4) ushort2 {
  unsigned short x, y;
};
struct alignas(8) ushort4 {
  unsigned short x, y, z, w;
};
struct alignas(8) int2 {
  int x, y;
};
struct int3 {
  int x, y, z;
};
struct alignas(16) int4 {
  int x, y, z, w;
};
struct alignas(8) uint2 {
  unsigned x, y;
};
struct uint3 {
  unsigned x, y, z;
};
struct alignas(16) uint4 {
  unsigned x, y, z, w;
};
struct alignas(8) float2 {
  float x, y;
};
struct float3 {
  float x, y, z;
};
struct alignas(16) float4 {
  float x, y, z, w;
};
struct alignas(16) double2 {
  double x, y;
};
/// Half precision: only its bytes count here.
struct alignas(2) half_bits {
  uint16_t bits;
};
// NOLINTEND(readability-identifier-naming)

#endif // REPRISE_TEST_SUITES_HOSTTYPES_H
