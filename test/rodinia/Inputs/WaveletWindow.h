//===- WaveletWindow.h - Lifting steps in shared memory ---------*- C++ -*-===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The filters of Rodinia dwt2d's transforms and the memory that they work in.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_RODINIA_INPUTS_WAVELETWINDOW_H
#define REPRISE_TEST_RODINIA_INPUTS_WAVELETWINDOW_H

/// Lifting steps: what a step adds to a number for its two neighbours. Even
/// steps are for odd numbers, odd steps for even ones. Reach: how far away the
/// numbers are that the last odd one depends on.
struct Lifting53 {
  using Value = int;
  static constexpr int Steps = 2, Reach = 1;
  __device__ static int added(int step, int a, int b) {
    return step == 0 ? -((a + b) / 2) : (a + b + 2) / 4;
  }
};
struct Lifting97 {
  using Value = float;
  static constexpr int Steps = 4, Reach = 3;
  __device__ static float added(int step, float a, float b) {
    constexpr float By[] = {-1.586134f, -0.052980f, 0.882911f, 0.443507f};
    return By[step] * (a + b);
  }
};

/// The part of an image that a block works on, with borders of Border columns.
/// Even and odd columns lie apart, so that neighbours share no bank.
template <class L, int Width, int Height, int Border> struct Window {
  using T = typename L::Value;
  static constexpr int Half = Width / 2 + Border;
  T data[2][Height][Half];

  __device__ T &at(int column, int row) {
    column += Border;
    return data[column & 1][row][column / 2];
  }
  /// One step on odd or even columns of rows [first, first + rows).
  __device__ void liftColumns(int step, bool odd, bool undo, int first,
                              int rows) {
    __syncthreads();
    for (int i = threadIdx.x; i < rows * (Half - 1); i += Width) {
      int row = first + i / (Half - 1), j = i % (Half - 1) + !odd;
      T sum = odd ? L::added(step, data[0][row][j], data[0][row][j + 1])
                  : L::added(step, data[1][row][j - 1], data[1][row][j]);
      data[odd][row][j] += undo ? -sum : sum;
    }
    __syncthreads();
  }
  /// One step on odd or even rows of a column.
  __device__ void liftRows(int step, bool odd, bool undo, int column) {
    for (int row = odd ? 1 : 2; row < Height - 1; row += 2) {
      T sum = L::added(step, at(column, row - 1), at(column, row + 1));
      at(column, row) += undo ? -sum : sum;
    }
  }
};

#endif // REPRISE_TEST_RODINIA_INPUTS_WAVELETWINDOW_H
