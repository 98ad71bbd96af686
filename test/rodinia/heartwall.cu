//===- heartwall.cu - Tracking of points in a video (Rodinia heartwall) ---===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each block follows one point of the heart's wall from frame to frame. The
// kernel has no parameters: sizes, the frame's number and the pointers of each
// point are in constant memory. Each step fills a scratch buffer of its block,
// and after a barrier other threads of the block read it (R3).
//
// Frame 0 stores what the surroundings of the point look like. Later frames
// look for that, and read the place in the frame before and write the one in
// this. Every tenth frame updates place and looks in place.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle rodinia/heartwall | FileCheck %s

// Twelve tables of 51 pointers in constant memory; behind them, R3.
// CHECK: rodinia/heartwall kernel unknown conditional 20 0 0 20 19 12
// CHECK: problems: 0

#include "Suite.h"

constexpr int Threads = 256, EndoPoints = 20, EpiPoints = 31;
constexpr int Points = EndoPoints + EpiPoints;
// The most that the shared memory has room for.
constexpr int MaxTemplate = 51, MaxConv = 131;

// As the kernel knows them. NOLINTBEGIN(readability-identifier-naming)
// A matrix, stored by columns.
struct Shape {
  int rows, cols, elem;
};

struct Common {
  int sSize, tSize, maxMove;
  float alpha;
  int no_frames;
  Shape frame;
  Shape in;      // What the point looks like,
  Shape in2;     // where it is looked for,
  Shape conv;    // and all places of the one in the other.
  Shape cumv;    // in2 with a border of in on each side, summed up by columns;
  Shape sel;     // the sums' differences,
  Shape cumhSel; // and those of the sums by rows.
  int mask, maskOffset;
};

struct Change {
  float *d_frame;
  int frame_no;
};

struct Unique {
  int *d_Row, *d_Col;
  int *d_tRowLoc, *d_tColLoc; // By point and frame.
  float *d_T;
  int point_no, in_pointer;
  float *d_in2, *d_conv, *d_in2_pad_cumv, *d_in2_pad_cumv_sel, *d_in2_sub_cumh,
      *d_in2_sub_cumh_sel, *d_in2_sub2, *d_in2_sqr, *d_in2_sqr_sub2, *d_in_sqr,
      *d_tMask, *d_mask_conv;
};
// NOLINTEND(readability-identifier-naming)

#if SUITE_DEVICE

__constant__ Common d_common;
__constant__ Change d_common_change;
__constant__ Unique d_unique[Points];

// The block's threads take turns.
template <class F> __device__ void each(int count, F work) {
  for (int i = threadIdx.x; i < count; i += Threads)
    work(i);
}

// A pixel of the frame, near the point.
__device__ int pixelNear(const Unique &u, int row, int col, int distance) {
  row += u.d_Row[u.point_no] - distance - 1;
  col += u.d_Col[u.point_no] - distance - 1;
  return col * d_common.frame.rows + row;
}

// Sums over all windows of in's size: to[i] becomes the sum of the part of
// what[] that the template covers at place i.
__device__ void sumWindows(const Unique &u, const float *what, float *to) {
  const Common &c = d_common;
  float *cumv = u.d_in2_pad_cumv, *cumh = u.d_in2_sub_cumh;
  each(c.cumv.elem, [&](int i) {
    int row = i % c.cumv.rows - c.in.rows, col = i / c.cumv.rows - c.in.cols;
    bool inside = row >= 0 && row < c.in2.rows && col >= 0 && col < c.in2.cols;
    cumv[i] = inside ? what[col * c.in2.rows + row] : 0;
  });
  __syncthreads();
  each(c.cumv.cols, [&](int col) {
    float sum = 0;
    int first = col * c.cumv.rows;
    for (int at = first; at < first + c.cumv.rows; at++) {
      cumv[at] += sum;
      sum = cumv[at];
    }
  });
  __syncthreads();
  each(c.sel.elem, [&](int i) {
    int row = i % c.sel.rows + c.in.rows, col = i / c.sel.rows;
    u.d_in2_pad_cumv_sel[i] = cumv[col * c.cumv.rows + row];
  });
  __syncthreads();
  each(c.sel.elem, [&](int i) {
    int row = i % c.sel.rows, col = i / c.sel.rows;
    cumh[i] = cumv[col * c.cumv.rows + row];
  });
  __syncthreads();
  each(c.sel.elem, [&](int i) { cumh[i] = u.d_in2_pad_cumv_sel[i] - cumh[i]; });
  __syncthreads();
  each(c.sel.rows, [&](int row) {
    float sum = 0;
    for (int at = row; at < row + c.sel.elem; at += c.sel.rows) {
      cumh[at] += sum;
      sum = cumh[at];
    }
  });
  __syncthreads();
  each(c.cumhSel.elem, [&](int i) {
    int row = i % c.cumhSel.rows, col = i / c.cumhSel.rows + c.in.cols;
    u.d_in2_sub_cumh_sel[i] = cumh[col * c.sel.rows + row];
  });
  __syncthreads();
  each(c.cumhSel.elem, [&](int i) {
    int row = i % c.cumhSel.rows, col = i / c.cumhSel.rows;
    to[i] = cumh[col * c.sel.rows + row];
  });
  __syncthreads();
  each(c.cumhSel.elem, [&](int i) { to[i] = u.d_in2_sub_cumh_sel[i] - to[i]; });
  __syncthreads();
}

// Adds up term(a, b) for all 1-based a <= sizeA and b <= sizeB with a + b equal
// to at + 1, in both directions.
template <class F>
__device__ float convolve(int atRow, int atCol, int sizeA, int sizeB, F term) {
  int row = atRow + 1, col = atCol + 1;
  float sum = 0;
  for (int ja = max(1, col - sizeB); ja <= min(sizeA, atCol); ja++)
    for (int ia = max(1, row - sizeB); ia <= min(sizeA, atRow); ia++)
      sum += term(ia - 1, ja - 1, row - ia - 1, col - ja - 1);
  return sum;
}

// Where the template is most likely; the answer is thread 0's.
__device__ int findMaximum(const Unique &u) {
  __shared__ float values[MaxConv];
  __shared__ int places[MaxConv];
  const Shape &conv = d_common.conv;
  float best = 0;
  int where = 0;
  each(conv.rows, [&](int line) {
    for (int i = line * conv.rows; i < line * conv.rows + conv.cols; i++)
      if (float value = fabsf(u.d_mask_conv[i]); value > best) {
        best = value;
        where = i;
      }
    values[line] = best;
    places[line] = where;
  });
  __syncthreads();
  best = 0;
  where = 0;
  for (int i = 0; threadIdx.x == 0 && i < conv.rows; i++)
    if (values[i] > best) {
      best = values[i];
      where = places[i];
    }
  return where;
}

__device__ void findPoint(const Unique &u, float *d_in) {
  __shared__ float turned[MaxTemplate * MaxTemplate];
  __shared__ float sums[MaxTemplate], squares[MaxTemplate];
  __shared__ float sum, square, deviation;
  const Common &c = d_common;
  int frame_no = d_common_change.frame_no;
  each(c.in2.elem, [&](int i) {
    u.d_in2[i] =
        d_common_change
            .d_frame[pixelNear(u, i % c.in2.rows, i / c.in2.rows, c.sSize)];
  });
  __syncthreads();
  each(c.in.elem, [&](int i) {
    int row = c.in.rows - 1 - i % c.in.rows,
        col = c.in.rows - 1 - i / c.in.rows;
    turned[i] = d_in[col * c.in.rows + row];
  });
  __syncthreads();
  each(c.conv.elem, [&](int i) {
    u.d_conv[i] = convolve(i % c.conv.rows + 1, i / c.conv.rows + 1, c.in.rows,
                           c.in2.rows, [&](int ia, int ja, int ib, int jb) {
                             return turned[c.in.rows * ja + ia] *
                                    u.d_in2[c.in2.rows * jb + ib];
                           });
  });
  __syncthreads();
  sumWindows(u, u.d_in2, u.d_in2_sub2);
  each(c.in2.elem, [&](int i) { u.d_in2_sqr[i] = u.d_in2[i] * u.d_in2[i]; });
  __syncthreads();
  sumWindows(u, u.d_in2_sqr, u.d_in2_sqr_sub2);
  each(c.conv.elem, [&](int i) {
    float part = u.d_in2_sub2[i];
    float spread = u.d_in2_sqr_sub2[i] - part * part / c.in.elem;
    u.d_in2_sqr_sub2[i] = sqrtf(spread < 0 ? 0 : spread);
  });
  __syncthreads();

  each(c.in.elem, [&](int i) { u.d_in_sqr[i] = d_in[i] * d_in[i]; });
  __syncthreads();
  each(c.in.cols, [&](int col) {
    sums[col] = 0;
    for (int i = 0; i < c.in.rows; i++)
      sums[col] += d_in[col * c.in.rows + i];
  });
  __syncthreads();
  each(c.in.rows, [&](int row) {
    squares[row] = 0;
    for (int i = 0; i < c.in.cols; i++)
      squares[row] += u.d_in_sqr[row + c.in.rows * i];
  });
  __syncthreads();
  if (threadIdx.x < 2) {
    float total = 0;
    for (int i = 0; i < c.in.cols; i++)
      total += threadIdx.x == 0 ? sums[i] : squares[i];
    (threadIdx.x == 0 ? sum : square) = total;
  }
  __syncthreads();
  if (threadIdx.x == 0) {
    float mean = sum / c.in.elem;
    deviation = sqrtf(float(c.in.elem - 1)) *
                sqrtf(fabsf(square / c.in.elem - mean * mean));
  }
  __syncthreads();
  each(c.conv.elem, [&](int i) { u.d_in2_sqr_sub2[i] *= deviation; });
  __syncthreads();
  each(c.conv.elem,
       [&](int i) { u.d_conv[i] -= u.d_in2_sub2[i] * sum / c.in.elem; });
  __syncthreads();
  each(c.conv.elem,
       [&](int i) { u.d_in2_sqr_sub2[i] = u.d_conv[i] / u.d_in2_sqr_sub2[i]; });
  __syncthreads();

  // Only places near the one in the frame before count.
  int before = u.point_no * c.no_frames + frame_no - 1;
  int center = c.sSize + c.tSize;
  int maskRow = center + u.d_tRowLoc[before] - u.d_Row[u.point_no];
  int maskCol = center + u.d_tColLoc[before] - u.d_Col[u.point_no];
  each(c.conv.elem,
       [&](int i) { u.d_tMask[i] = i == maskCol * c.conv.rows + maskRow; });
  __syncthreads();
  each(c.conv.elem, [&](int i) {
    float near = convolve(i % c.conv.rows + 1 + c.maskOffset,
                          i / c.conv.rows + 1 + c.maskOffset, c.conv.rows,
                          c.mask, [&](int ia, int ja, int, int) {
                            return u.d_tMask[c.conv.rows * ja + ia];
                          });
    u.d_mask_conv[i] = u.d_in2_sqr_sub2[i] * near;
  });
  __syncthreads();
  int where = findMaximum(u);
  if (threadIdx.x == 0) {
    int back = c.in.rows + c.sSize - c.tSize;
    int row = where % c.conv.rows + 1 - back,
        col = where / c.conv.rows + 1 - back;
    u.d_tRowLoc[before + 1] = u.d_Row[u.point_no] + row;
    u.d_tColLoc[before + 1] = u.d_Col[u.point_no] + col;
  }
  __syncthreads();
}

__global__ void kernel() {
  const Unique &u = d_unique[blockIdx.x];
  const Common &c = d_common;
  int frame_no = d_common_change.frame_no;
  int now = u.point_no * c.no_frames + frame_no;
  float *d_in = &u.d_T[u.in_pointer];
  if (frame_no == 0) {
    if (threadIdx.x == 0) {
      u.d_tRowLoc[now] = u.d_Row[u.point_no];
      u.d_tColLoc[now] = u.d_Col[u.point_no];
    }
    each(c.in.elem, [&](int i) {
      d_in[i] =
          d_common_change
              .d_frame[pixelNear(u, i % c.in.rows, i / c.in.rows, c.tSize)];
    });
  }
  if (frame_no != 0)
    findPoint(u, d_in);
  if (frame_no != 0 && frame_no % 10 == 0) {
    u.d_Row[u.point_no] = u.d_tRowLoc[now];
    u.d_Col[u.point_no] = u.d_tColLoc[now];
    each(c.in.elem, [&](int i) {
      int pixel = pixelNear(u, i % c.in.rows, i / c.in.rows, c.tSize);
      d_in[i] =
          c.alpha * d_in[i] + (1 - c.alpha) * d_common_change.d_frame[pixel];
    });
  }
}

#else

static Shape square(int Rows, int Cols) { return {Rows, Cols, Rows * Cols}; }

// The points of one wall of the heart.
static void addWall(Host &H, int Count, const Common &C, float *Templates,
                    int First, std::vector<Unique> &All) {
  // All of what is looked at lies in the frame.
  auto Middle = [&](size_t I) {
    return H.reduced() ? 28 + 3 * I : 300 + 5 * I;
  };
  Unique U = {};
  U.d_Row = H.buffer<int>("d_Row", Count, Middle);
  U.d_Col = H.buffer<int>("d_Col", Count, Middle);
  U.d_tRowLoc = H.buffer<int>("d_tRowLoc", size_t(Count) * C.no_frames);
  U.d_tColLoc = H.buffer<int>("d_tColLoc", size_t(Count) * C.no_frames);
  U.d_T = Templates;
  for (int I = 0; I < Count; ++I) {
    U.point_no = I;
    U.in_pointer = I * C.in.elem;
    All[First + I] = U;
  }
}

static void launches(Host &H) {
  Common C = {};
  C.sSize = H.size(40, 5);
  C.tSize = H.size(25, 3);
  C.maxMove = 10;
  C.alpha = 0.87f;
  C.no_frames = H.size(104, 12);
  C.frame = square(H.size(656, 64), H.size(744, 64));
  int In = 2 * C.tSize + 1, In2 = 2 * C.sSize + 1, Conv = In + In2 - 1;
  C.in = square(In, In);
  C.in2 = square(In2, In2);
  C.conv = C.cumhSel = square(Conv, Conv);
  C.cumv = square(In2 + 2 * In, In2 + 2 * In);
  C.sel = square(Conv, C.cumv.cols);
  C.mask = C.maxMove;
  C.maskOffset = C.maxMove / 2;

  Change Now = {};
  Now.d_frame = H.buffer<float>("d_frame", C.frame.elem);
  int Endo = H.size(EndoPoints, 1), Epi = H.size(EpiPoints, 1);
  int Used = Endo + Epi;
  std::vector<Unique> All(Points);
  addWall(H, Endo, C, nullptr, 0, All);
  addWall(H, Epi, C, nullptr, Endo, All);
  auto *EndoT = H.buffer<float>("d_endoT", size_t(C.in.elem) * Endo);
  auto *EpiT = H.buffer<float>("d_epiT", size_t(C.in.elem) * Epi);
  for (int I = 0; I < Used; ++I)
    All[I].d_T = I < Endo ? EndoT : EpiT;
  struct {
    float *Unique::*Member;
    int Elements;
  } Scratch[] = {{&Unique::d_in2, C.in2.elem},
                 {&Unique::d_conv, C.conv.elem},
                 {&Unique::d_in2_pad_cumv, C.cumv.elem},
                 {&Unique::d_in2_pad_cumv_sel, C.sel.elem},
                 {&Unique::d_in2_sub_cumh, C.sel.elem},
                 {&Unique::d_in2_sub_cumh_sel, C.conv.elem},
                 {&Unique::d_in2_sub2, C.conv.elem},
                 {&Unique::d_in2_sqr, C.in2.elem},
                 {&Unique::d_in2_sqr_sub2, C.conv.elem},
                 {&Unique::d_in_sqr, C.in.elem},
                 {&Unique::d_tMask, C.conv.elem},
                 {&Unique::d_mask_conv, C.conv.elem}};
  for (auto [Member, Elements] : Scratch)
    for (int I = 0; I < Used; ++I)
      All[I].*Member = H.buffer<float>("scratch", Elements);

  H.setSymbol("d_common", C);
  H.setSymbol("d_unique", All);
  for (int Frame = 0; Frame < H.size(20, 12); ++Frame) {
    std::vector<float> Pixels(H.fills() ? C.frame.elem : 0);
    for (size_t I = 0; I < Pixels.size(); ++I)
      Pixels[I] = float((I * 31 + I / 64 * 17 + Frame) % 97) / 97;
    H.write(Now.d_frame, Pixels);
    Now.frame_no = Frame;
    H.setSymbol("d_common_change", Now);
    bool Updates = Frame != 0 && Frame % 10 == 0;
    H.launch("kernel", Used, Threads).is(Updates ? Clobbers : Idempotent);
  }
}
SUITE(rodinia, heartwall)

#endif
