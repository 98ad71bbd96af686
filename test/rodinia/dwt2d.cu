//===- dwt2d.cu - Wavelet transforms of images (Rodinia dwt2d) ------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each thread walks down a column through a window in shared memory, with a
// step that is mirrored at the image's bottom and that goes back and forth
// between two bands. Each block takes one of three specialisations, by its
// distance from the right and bottom edges. The host copies between levels, so
// that each level reads one buffer and writes another.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle rodinia/dwt2d | FileCheck %s

// The reverse transforms' reads are any byte of their buffer, but a check of
// the index, which may go back beyond the first row, still makes them unknown.
// CHECK-DAG: rodinia/dwt2d c_CopySrcToComponents<int> conditional conditional 3 3 0 0 0 1
// CHECK-DAG: rodinia/dwt2d c_CopySrcToComponents<float> conditional conditional 2 2 0 0 0 1
// CHECK-DAG: rodinia/dwt2d c_CopySrcToComponent<int> conditional conditional 1 1 0 0 0 3
// CHECK-DAG: rodinia/dwt2d c_CopySrcToComponent<float> conditional conditional 1 1 0 0 0 2
// CHECK-DAG: rodinia/dwt2d fdwt53Kernel<192, 8> conditional conditional 4 4 0 0 0 1
// CHECK-DAG: rodinia/dwt2d fdwt53Kernel<128, 8> conditional conditional 4 4 0 0 0 1
// CHECK-DAG: rodinia/dwt2d fdwt53Kernel<64, 8> conditional conditional 13 13 0 0 0 13
// CHECK-DAG: rodinia/dwt2d fdwt97Kernel<192, 8> conditional conditional 4 4 0 0 0 1
// CHECK-DAG: rodinia/dwt2d fdwt97Kernel<128, 6> conditional conditional 4 4 0 0 0 1
// CHECK-DAG: rodinia/dwt2d fdwt97Kernel<64, 6> conditional conditional 4 4 0 0 0 10
// CHECK-DAG: rodinia/dwt2d rdwt53Kernel<192, 8> conditional conditional 3 3 0 0 0 1
// CHECK-DAG: rodinia/dwt2d rdwt53Kernel<128, 8> conditional conditional 3 3 0 0 0 1
// CHECK-DAG: rodinia/dwt2d rdwt53Kernel<64, 8> conditional conditional 3 3 0 0 0 1
// CHECK-DAG: rodinia/dwt2d rdwt97Kernel<192, 8> conditional conditional 3 3 0 0 0 1
// CHECK-DAG: rodinia/dwt2d rdwt97Kernel<128, 6> conditional conditional 3 3 0 0 0 1
// CHECK-DAG: rodinia/dwt2d rdwt97Kernel<64, 6> conditional conditional 3 3 0 0 0 1
// CHECK: problems: 0

#include "Suite.h"

constexpr int Threads = 256;

#if SUITE_DEVICE

#include "Inputs/WaveletIO.h"
#include "Inputs/WaveletWindow.h"

__device__ int component(unsigned char c, int *) { return c - 128; }
__device__ float component(unsigned char c, float *) {
  return c / 255.0f - 0.5f;
}

// The source has bytes for all of the grid's threads; four are read at once.
template <class T>
__global__ void c_CopySrcToComponents(T *d_r, T *d_g, T *d_b,
                                      unsigned char *d_src, int pixels) {
  __shared__ unsigned char bytes[Threads * 3];
  int x = threadIdx.x, first = blockDim.x * blockIdx.x;
  if (x * 4 < Threads * 3)
    ((float *)bytes)[x] = ((float *)d_src)[(first * 3 >> 2) + x];
  __syncthreads();
  if (first + x >= pixels)
    return;
  d_r[first + x] = component(bytes[3 * x], d_r);
  d_g[first + x] = component(bytes[3 * x + 1], d_g);
  d_b[first + x] = component(bytes[3 * x + 2], d_b);
}

template <class T>
__global__ void c_CopySrcToComponent(T *d_c, unsigned char *d_src, int pixels) {
  __shared__ unsigned char bytes[Threads];
  int x = threadIdx.x, first = blockDim.x * blockIdx.x;
  if (x * 4 < Threads)
    ((float *)bytes)[x] = ((float *)d_src)[(first >> 2) + x];
  __syncthreads();
  if (first + x < pixels)
    d_c[first + x] = component(bytes[x], d_c);
}

template __global__ void c_CopySrcToComponents(int *, int *, int *,
                                               unsigned char *, int);
template __global__ void c_CopySrcToComponents(float *, float *, float *,
                                               unsigned char *, int);
template __global__ void c_CopySrcToComponent(int *, unsigned char *, int);
template __global__ void c_CopySrcToComponent(float *, unsigned char *, int);

// Even numbers for the first half of the threads, odd ones for the others.
template <int Width> __device__ int byParity() {
  return threadIdx.x * 2 - (Width - 1) * (threadIdx.x / (Width / 2));
}

// From an image to its bands.
template <class L, int Width, int Height> struct Forward {
  using T = typename L::Value;
  static constexpr int Before = L::Steps, Ahead = L::Reach - 1;
  static constexpr int Loaded = Before + 1 + Ahead;
  using Shared = Window<L, Width, Height + Loaded, Before>;

  // Loads the first rows of a column.
  template <class Reader>
  __device__ static void begin(Shared &window, Reader &reader, const T *in,
                               int sizeX, int sizeY, int column, int y) {
    int x = blockIdx.x * Width + column;
    if (blockIdx.y == 0) {
      reader.init(sizeX, sizeY, x, y);
      for (int i = 0; i <= Before; i++) {
        T value = reader.next(in);
        window.at(column, Before - i) = value;
        if (i <= Ahead)
          window.at(column, Before + i) = value;
      }
      reader.init(sizeX, sizeY, x, y + Ahead + 1);
    } else {
      reader.init(sizeX, sizeY, x, y - Before);
      for (int i = 0; i < Loaded; i++)
        window.at(column, i) = reader.next(in);
    }
  }

  template <bool CheckedReads, bool CheckedWrites>
  __device__ static void run(Shared &window, const T *in, T *out, int sizeX,
                             int sizeY, int steps) {
    using Reader = PixelReader<T, CheckedReads>;
    int first = blockIdx.y * Height * steps, own = byParity<Width>();
    int border = threadIdx.x + (threadIdx.x <= Ahead ? Width : -Loaded);
    Reader main, side;
    begin(window, main, in, sizeX, sizeY, threadIdx.x, first);
    side.clear();
    if (threadIdx.x < Loaded)
      begin(window, side, in, sizeX, sizeY, border, first);
    for (int s = 0; s < L::Steps; s++)
      window.liftColumns(s, s % 2 == 0, false, 0, Loaded);
    BandWriter<T, CheckedWrites> writer;
    writer.init(sizeX, sizeY, blockIdx.x * Width + own, first);

    for (int w = 0; w < steps; w++) {
      for (int i = Loaded; i < Loaded + Height; i++)
        window.at(threadIdx.x, i) = main.next(in);
      if (threadIdx.x < Loaded)
        for (int i = Loaded; i < Loaded + Height; i++)
          window.at(border, i) = side.next(in);
      for (int s = 0; s < L::Steps; s++)
        window.liftColumns(s, s % 2 == 0, false, Loaded, Height);
      // These rows begin the next window.
      T kept[Loaded];
      for (int i = 0; i < Loaded; i++)
        kept[i] = window.at(own, Height + i);
      for (int s = 0; s < L::Steps; s++)
        window.liftRows(s, s % 2 == 0, false, own);
      for (int i = Before; i < Before + Height; i += 2) {
        writer.low(out, window.at(own, i));
        writer.high(out, window.at(own, i + 1));
      }
      for (int i = 0; i < Loaded; i++)
        window.at(own, i) = kept[i];
      __syncthreads();
    }
  }
};

// From bands to the image.
template <class L, int Width, int Height> struct Reverse {
  using T = typename L::Value;
  static constexpr int Before = L::Reach, Ahead = L::Reach;
  static constexpr int Loaded = Before + 1 + Ahead;
  using Shared = Window<L, Width, Height + Loaded, L::Steps>;

  template <class Reader>
  __device__ static void begin(Shared &window, Reader &reader, const T *in,
                               int sizeX, int sizeY, int column, int y) {
    int x = blockIdx.x * Width + column;
    if (blockIdx.y == 0) {
      reader.init(sizeX, sizeY, x, y);
      for (int i = 0; i <= Before; i++)
        window.at(column, Before - i) = window.at(column, Before + i) =
            i % 2 == 0 ? reader.low(in) : reader.high(in);
    } else {
      reader.init(sizeX, sizeY, x, y - Before);
      for (int i = 0; i < Loaded; i++)
        window.at(column, i) = i % 2 == 0 ? reader.high(in) : reader.low(in);
    }
  }

  template <bool CheckedReads, bool CheckedWrites>
  __device__ static void run(Shared &window, const T *in, T *out, int sizeX,
                             int sizeY, int steps) {
    using Reader = BandReader<T, CheckedReads>;
    int first = blockIdx.y * Height * steps, read = byParity<Width>();
    int border = threadIdx.x + (threadIdx.x <= Ahead ? Width : -Loaded);
    int own = threadIdx.x;
    Reader main, side;
    side.clear();
    if (threadIdx.x < Loaded)
      begin(window, side, in, sizeX, sizeY, border, first);
    begin(window, main, in, sizeX, sizeY, read, first);
    for (int s = L::Steps - 1; s >= 0; s--)
      window.liftColumns(s, s % 2 == 0, true, 0, Loaded);
    PixelWriter<T, CheckedWrites> writer;
    writer.init(sizeX, sizeY, blockIdx.x * Width + own, first);

    for (int w = 0; w < steps; w++) {
      for (int i = Loaded; i < Loaded + Height; i += 2) {
        window.at(read, i) = main.low(in);
        window.at(read, i + 1) = main.high(in);
      }
      if (threadIdx.x < Loaded)
        for (int i = Loaded; i < Loaded + Height; i += 2) {
          window.at(border, i) = side.low(in);
          window.at(border, i + 1) = side.high(in);
        }
      for (int s = L::Steps - 1; s >= 0; s--)
        window.liftColumns(s, s % 2 == 0, true, Loaded, Height);
      T kept[Loaded];
      for (int i = 0; i < Loaded; i++)
        kept[i] = window.at(own, Height + i);
      for (int s = L::Steps - 1; s >= 0; s--)
        window.liftRows(s, s % 2 != 0, true, own);
      for (int i = Before; i < Before + Height; i++)
        writer.write(out, window.at(own, i));
      for (int i = 0; i < Loaded; i++)
        window.at(own, i) = kept[i];
      __syncthreads();
    }
  }
};

template <class Transform, int Reach, int Width, int Height, class T>
__device__ void transform(const T *in, T *out, int sx, int sy, int steps) {
  __shared__ typename Transform::Shared window;
  int right = (blockIdx.x + 1) * Width + Reach;
  int bottom = (blockIdx.y + 1) * Height * steps + Reach;
  if (bottom >= sy)
    Transform::template run<true, true>(window, in, out, sx, sy, steps);
  else if (right >= sx)
    Transform::template run<false, true>(window, in, out, sx, sy, steps);
  else
    Transform::template run<false, false>(window, in, out, sx, sy, steps);
}

template <int WIN_SX, int WIN_SY>
__global__ void fdwt53Kernel(const int *in, int *out, int sx, int sy,
                             int steps) {
  transform<Forward<Lifting53, WIN_SX, WIN_SY>, 1, WIN_SX, WIN_SY>(in, out, sx,
                                                                   sy, steps);
}
template <int WIN_SX, int WIN_SY>
__global__ void fdwt97Kernel(const float *in, float *out, int sx, int sy,
                             int steps) {
  transform<Forward<Lifting97, WIN_SX, WIN_SY>, 3, WIN_SX, WIN_SY>(in, out, sx,
                                                                   sy, steps);
}
template <int WIN_SX, int WIN_SY>
__global__ void rdwt53Kernel(const int *in, int *out, int sx, int sy,
                             int steps) {
  transform<Reverse<Lifting53, WIN_SX, WIN_SY>, 1, WIN_SX, WIN_SY>(in, out, sx,
                                                                   sy, steps);
}
template <int WIN_SX, int WIN_SY>
__global__ void rdwt97Kernel(const float *in, float *out, int sx, int sy,
                             int steps) {
  transform<Reverse<Lifting97, WIN_SX, WIN_SY>, 3, WIN_SX, WIN_SY>(in, out, sx,
                                                                   sy, steps);
}

template __global__ void fdwt53Kernel<192, 8>(const int *, int *, int, int,
                                              int);
template __global__ void fdwt53Kernel<128, 8>(const int *, int *, int, int,
                                              int);
template __global__ void fdwt53Kernel<64, 8>(const int *, int *, int, int, int);
template __global__ void fdwt97Kernel<192, 8>(const float *, float *, int, int,
                                              int);
template __global__ void fdwt97Kernel<128, 6>(const float *, float *, int, int,
                                              int);
template __global__ void fdwt97Kernel<64, 6>(const float *, float *, int, int,
                                             int);
template __global__ void rdwt53Kernel<192, 8>(const int *, int *, int, int,
                                              int);
template __global__ void rdwt53Kernel<128, 8>(const int *, int *, int, int,
                                              int);
template __global__ void rdwt53Kernel<64, 8>(const int *, int *, int, int, int);
template __global__ void rdwt97Kernel<192, 8>(const float *, float *, int, int,
                                              int);
template __global__ void rdwt97Kernel<128, 6>(const float *, float *, int, int,
                                              int);
template __global__ void rdwt97Kernel<64, 6>(const float *, float *, int, int,
                                             int);

#else

static int divideUp(int A, int B) { return (A + B - 1) / B; }

// One level of a transform, by the kernel for the image's width.
template <class T>
static void launchLevel(Host &H, const char *Kernel, const T *In, T *Out,
                        int Width, int Height) {
  // Small images take wide windows sooner.
  int WindowX = Width >= H.size(960, 200)   ? 192
                : Width >= H.size(480, 100) ? 128
                                            : 64;
  int WindowY = std::is_same_v<T, int> || WindowX == 192 ? 8 : 6;
  int Steps = divideUp(Height, 15 * WindowY);
  std::string Name = std::string(Kernel) + "<" + std::to_string(WindowX) +
                     ", " + std::to_string(WindowY) + ">";
  H.launch(Name.c_str(),
           Dim3(divideUp(Width, WindowX), divideUp(Height, WindowY * Steps)),
           WindowX, In, Out, Width, Height, Steps)
      .is(Idempotent);
}

template <class T>
static void transformLevels(Host &H, bool IsForward, T *In, T *Out, int Width,
                            int Height, int Levels) {
  bool IsInt = std::is_same_v<T, int>;
  int HalfX = divideUp(Width, 2), HalfY = divideUp(Height, 2);
  size_t Half = size_t(HalfX) * HalfY * sizeof(T);
  if (IsForward) {
    launchLevel(H, IsInt ? "fdwt53Kernel" : "fdwt97Kernel", In, Out, Width,
                Height);
    if (Levels > 1) {
      H.copy(In, Out, Half);
      transformLevels(H, IsForward, In, Out, HalfX, HalfY, Levels - 1);
    }
    return;
  }
  if (Levels > 1) {
    transformLevels(H, IsForward, In, Out, HalfX, HalfY, Levels - 1);
    H.copy(In, Out, Half);
  }
  launchLevel(H, IsInt ? "rdwt53Kernel" : "rdwt97Kernel", In, Out, Width,
              Height);
}

// One image of Components components, with three levels.
template <class T>
static void process(Host &H, bool IsForward, int Width, int Height,
                    int Components) {
  int Pixels = Width * Height;
  std::vector<T *> In(Components), Out(Components);
  Out[0] = H.buffer<T>("c_r_out", Pixels);
  auto *Backup = H.buffer<T>("backup", Pixels);
  for (int C = 1; C < Components; ++C)
    Out[C] = H.buffer<T>(C == 1 ? "c_g_out" : "c_b_out", Pixels);
  for (int C = 0; C < Components; ++C)
    In[C] = H.buffer<T>(C == 0 ? "c_r" : C == 1 ? "c_g" : "c_b", Pixels);
  int Blocks = divideUp(Pixels, Threads);
  auto *Source =
      H.buffer<unsigned char>("d_src", size_t(Blocks) * Threads * Components,
                              [](size_t I) { return I * 7 % 251; });
  constexpr bool IsInt = std::is_same_v<T, int>;
  if (Components == 3)
    H.launch(IsInt ? "c_CopySrcToComponents<int>"
                   : "c_CopySrcToComponents<float>",
             Blocks, Threads, In[0], In[1], In[2], Source, Pixels)
        .is(Idempotent);
  else
    H.launch(IsInt ? "c_CopySrcToComponent<int>"
                   : "c_CopySrcToComponent<float>",
             Blocks, Threads, In[0], Source, Pixels)
        .is(Idempotent);
  H.release(Source);
  for (int C = 0; C < Components; ++C) {
    H.copy(Backup, In[C], Pixels * sizeof(T));
    transformLevels(H, IsForward, In[C], Out[C], Width, Height, 3);
  }
  for (int C = 0; C < Components; ++C) {
    H.release(In[C]);
    H.release(Out[C]);
  }
  H.release(Backup);
}

// The usual run is the first. The others go through all that the program has: a
// larger image in each mode, and images that have a single component.
static void launches(Host &H) {
  process<int>(H, true, H.size(192, 80), H.size(192, 40), 3);
  int Width = H.size(1024, 200), Height = H.size(1024, 40);
  for (bool IsForward : {true, false}) {
    process<int>(H, IsForward, Width, Height, H.size(3, 1));
    process<float>(H, IsForward, Width, Height, H.size(3, 1));
  }
  process<int>(H, true, H.size(1024, 80), Height, 1);
  process<float>(H, true, H.size(1024, 80), Height, H.size(1, 3));
}
SUITE(rodinia, dwt2d)

#endif
