//===- MriGridding.h - Samples onto a grid --------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the variants of Parboil's mri-gridding share. Samples get the number of
// their cell, are sorted by it, and are put into that order. The cells' counts
// are scanned. Then each block of threads goes through the samples of the cells
// around it.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_PARBOIL_INPUTS_MRIGRIDDING_H
#define REPRISE_TEST_PARBOIL_INPUTS_MRIGRIDDING_H

#include "RadixSort.h"

struct ReconstructionSample {
  float real, imag, kX, kY, kZ, sdc;
};
static constexpr int SampleTile = 64;

#if SUITE_DEVICE

__constant__ float cutoff2_c;
__constant__ float cutoff_c;
__constant__ int gridSize_c[3];
__constant__ int size_xy_c;
__constant__ float _1overCutoff2_c;

__device__ inline unsigned cellOf(const ReconstructionSample &S) {
  return unsigned(S.kZ) * size_xy_c + unsigned(S.kY) * gridSize_c[0] +
         unsigned(S.kX);
}

/// The cells that samples for a block may be in, along one axis.
__device__ inline int lowest(int First) {
  int L = First - ceilf(cutoff_c);
  return L < 0 ? 0 : L;
}
__device__ inline int highest(int End, int Size) {
  int H = End + cutoff_c;
  return H >= Size ? Size - 1 : H;
}

/// One point of the grid.
struct Point {
  float2 Sum = {0, 0};
  float Density = 0;
  /// Adds a sample at a square distance.
  __device__ void add(const ReconstructionSample &S, float Distance2,
                      float beta) {
    if (Distance2 >= cutoff2_c)
      return;
    float V = beta * sqrtf(1 - Distance2 * _1overCutoff2_c);
    // The start of the series of the Bessel function I0.
    float Z = V * V / 4, W = (1 + Z * (1 + Z * (0.25f + Z / 36))) * S.sdc;
    Sum.x += W * S.real;
    Sum.y += W * S.imag;
    Density += 1;
  }
};

/// Calls Add for all samples of the cells around the block. Depth is how many
/// planes it has, Load(I) gives sample I.
template <class L, class F>
__device__ inline void forSamples(unsigned *binStartAddr_g, int X0, int Y0,
                                  int Z0, int Depth, L Load, F Add) {
  __shared__ ReconstructionSample Tile[SampleTile];
  const int Flat =
      (threadIdx.z * blockDim.y + threadIdx.y) * blockDim.x + threadIdx.x;
  const int XL = lowest(X0), XH = highest(X0 + blockDim.x, gridSize_c[0]);
  const int YL = lowest(Y0), YH = highest(Y0 + blockDim.y, gridSize_c[1]);
  const int ZL = lowest(Z0), ZH = highest(Z0 + Depth, gridSize_c[2]);
  for (int Z = ZL; Z <= ZH; ++Z)
    for (int Y = YL; Y <= YH; ++Y) {
      const unsigned *Starts =
          binStartAddr_g + Z * size_xy_c + Y * gridSize_c[0];
      const unsigned Start = Starts[XL], Count = Starts[XH + 1] - Start;
      for (unsigned First = 0; First < Count; First += SampleTile) {
        int Size = min(Count - First, unsigned(SampleTile));
        __syncthreads();
        if (Flat < Size)
          Tile[Flat] = Load(Start + First + Flat);
        __syncthreads();
        for (int I = 0; I < Size; ++I)
          if ((Tile[I].real != 0 || Tile[I].imag != 0) && Tile[I].sdc != 0)
            Add(Tile[I]);
      }
    }
}

#else

/// All steps; the variants make the launches that differ. Reorder gets the
/// number of samples, the permutation, the samples and the sorted ones,
/// Gridding the sorted samples, the starts of cells, both outputs and beta.
template <class R, class G>
void regrid(Host &H, int PlanesPerThread, R Reorder, G Gridding) {
  int X = H.size(256, 16), Y = H.size(256, 8), Z = H.size(256, 8);
  unsigned Samples = H.size(2655910u, 1028u), BinSize = H.size(128u, 2u);
  unsigned Cells = X * Y * Z;
  float Cutoff = 2;
  unsigned Padded = (Samples + 63) / 64 * 64, Fours = (Samples + 3) / 4 * 4;
  auto *Sorted = H.buffer<ReconstructionSample>("sortedSample", Padded);
  auto *Starts = H.buffer<unsigned>("binStartAddr", Cells + 1);
  auto *Given =
      H.buffer<ReconstructionSample>("sample", Samples, [=](size_t I) {
        return ReconstructionSample{float(I % 5),
                                    1,
                                    float(I * 7 % unsigned(X)),
                                    float(I * 3 % unsigned(Y)),
                                    float(I / 16 % unsigned(Z)),
                                    1};
      });
  auto *Keys = H.buffer<unsigned>("idxKey", Fours);
  auto *Values = H.buffer<unsigned>("idxValue", Fours);
  H.setSymbol("cutoff2_c", Cutoff * Cutoff);
  H.setSymbol("cutoff_c", Cutoff);
  H.setSymbol("gridSize_c", std::vector<int>{X, Y, Z});
  H.setSymbol("size_xy_c", X * Y);
  H.setSymbol("_1overCutoff2_c", 1 / (Cutoff * Cutoff));
  uint32_t Blocks = (Samples + 511) / 512;
  H.launch("binning_kernel", Blocks, 512, Samples, Given, Keys, Values, Starts,
           BinSize, Cells)
      .is(Clobbers);
  sort(H, int(Samples), Cells + 1, Keys, Values);
  Reorder(Blocks, int(Samples), Values, Given, Sorted, Padded);
  H.release(Keys);
  H.release(Given);
  scanLargeArray(H, Cells + 1, Starts);
  H.release(Values);
  auto *Grid = H.buffer<float2>("gridData", Cells);
  auto *Density = H.buffer<float>("sampleDensity", Cells);
  Gridding(Dim3(X / 8, Y * Z / (PlanesPerThread * 4 * 2)), Dim3(8, 4, 2),
           Sorted, Padded, Starts, Grid, Density, 13.9f);
}

#endif

#endif // REPRISE_TEST_PARBOIL_INPUTS_MRIGRIDDING_H
