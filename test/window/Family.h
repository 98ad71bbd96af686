//===- Family.h - The kernels that sequences are made of ------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Some thirty small kernels with one parameter list, compiled once:
//
//   (int *a, int *b, int *c, int n, int s, int k, int **t)
//
// n bounds the threads that work, s is a stride or the ints of the buffer that
// an index is taken modulo, k is any number, and t a table of pointers.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_WINDOW_FAMILY_H
#define REPRISE_TEST_WINDOW_FAMILY_H

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace reprise::window {

struct Member {
  const char *Name;
  const char *Body; ///< With i, the number of the thread in the grid.
  /// Ints that thread i reaches from each of a, b and c: up to Scale * i * (s
  /// if BySt) + Plus; 0 where the pointer is not used.
  struct Reach {
    uint8_t Scale = 0;
    bool ByStride = false;
    uint8_t Plus = 0;
    bool Whole = false; ///< Index modulo s: s must be the ints behind it.
  };
  std::array<Reach, 3> Pointers;
  /// The order of threads decides what it leaves.
  bool Racing = false;
};

const std::vector<Member> &family();

/// All of it as CUDA, mangled names are the members' names.
std::string familyText();

/// Bytes of the argument block.
inline constexpr size_t ParamBytes = 48;

/// Names of the __constant__ and the __device__ variable, of VariableInts ints.
inline constexpr const char *ConstantName = "fixed";
inline constexpr const char *VariableName = "variable";
inline constexpr size_t VariableInts = 16;

} // namespace reprise::window

#endif // REPRISE_TEST_WINDOW_FAMILY_H
