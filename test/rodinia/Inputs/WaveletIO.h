//===- WaveletIO.h - Columns of images and of wavelet bands -----*- C++ -*-===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How the kernels of Rodinia dwt2d walk along a column of an image, or of the
// four bands that a transform leaves one after the other. Rows beyond the
// bottom are those above it, mirrored: a reader that arrives there turns round,
// a writer stops. With Checked false the bottom is known to be far away.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_RODINIA_INPUTS_WAVELETIO_H
#define REPRISE_TEST_RODINIA_INPUTS_WAVELETIO_H

__device__ inline int halfUp(int n) { return n / 2 + (n & 1); }

/// Columns left and right of the image are mirrored, too.
__device__ inline int mirrored(int x, int size) {
  return x >= size ? 2 * size - 2 - x : x < 0 ? -x : x;
}

/// Reads the pixels of a column, top to bottom.
template <class T, bool Checked> class PixelReader {
public:
  __device__ void init(int sizeX, int sizeY, int x, int y) {
    x = mirrored(x, sizeX);
    stride = sizeX;
    end = Checked ? sizeY * sizeX + x : 0;
    last = x + sizeX * y - stride;
  }
  __device__ void clear() { last = end = stride = 0; }
  __device__ T next(const T *in) {
    last += stride;
    if (Checked && last == end) {
      last -= 2 * stride;
      stride = -stride;
    }
    return in[last];
  }

private:
  int last, end, stride;
};

/// Writes the pixels of a column. Columns right of the image are not written.
template <class T, bool Checked> class PixelWriter {
public:
  __device__ void init(int sizeX, int sizeY, int x, int y) {
    bool inside = x < sizeX;
    stride = inside ? sizeX : 0;
    end = inside && Checked ? sizeY * sizeX + x : 0;
    at = inside ? x + sizeX * y : 0;
  }
  __device__ void write(T *out, T value) {
    if (Checked && at == end)
      return;
    out[at] = value;
    at += stride;
  }

private:
  int at, end, stride;
};

/// Where a column of the image is in the bands: rows alternate between a low
/// and a high band. Bands lie in the order LL, HL, LH, HH.
template <bool Checked> struct BandColumn {
  int end, lowToHigh, highToLow;

  /// The index of row y.
  __device__ int init(int sizeX, int sizeY, int x, int y) {
    int column = x / 2, row;
    if (x & 1) {
      row = sizeX / 2;
      column += halfUp(sizeX) * halfUp(sizeY);
      lowToHigh = sizeX * sizeY / 2;
    } else {
      row = halfUp(sizeX);
      lowToHigh = halfUp(sizeY) * sizeX;
    }
    highToLow = row - lowToHigh;
    auto index = [&](int y) {
      return column + y / 2 * row + (y & 1) * lowToHigh;
    };
    end = Checked ? index(sizeY) : 0;
    return index(y);
  }
  __device__ void clear() { end = lowToHigh = highToLow = 0; }
};

/// Reads the coefficients of a column; low and high take turns.
template <class T, bool Checked> class BandReader {
public:
  __device__ void init(int sizeX, int sizeY, int x, int y) {
    last = column.init(sizeX, sizeY, mirrored(x, sizeX), y);
    last -= y & 1 ? column.lowToHigh : column.highToLow;
  }
  __device__ void clear() {
    last = 0;
    column.clear();
  }
  __device__ T low(const T *in) { return next(in, column.highToLow); }
  __device__ T high(const T *in) { return next(in, column.lowToHigh); }

private:
  __device__ T next(const T *in, int stride) {
    last += stride;
    if (Checked && last == column.end) {
      last -= column.lowToHigh + column.highToLow;
      int up = -column.highToLow;
      column.highToLow = -column.lowToHigh;
      column.lowToHigh = up;
    }
    return in[last];
  }

  int last;
  BandColumn<Checked> column;
};

/// Writes the coefficients of a column; low and high take turns.
template <class T, bool Checked> class BandWriter {
public:
  __device__ void init(int sizeX, int sizeY, int x, int y) {
    at = 0;
    if (x < sizeX)
      at = column.init(sizeX, sizeY, x, y);
    else
      column.clear();
  }
  __device__ void low(T *out, T value) { write(out, value, column.lowToHigh); }
  __device__ void high(T *out, T value) { write(out, value, column.highToLow); }

private:
  __device__ void write(T *out, T value, int stride) {
    if (Checked && at == column.end)
      return;
    out[at] = value;
    at += stride;
  }

  int at;
  BandColumn<Checked> column;
};

#endif // REPRISE_TEST_RODINIA_INPUTS_WAVELETIO_H
