// A pointer that a short loop moves on by one of two numbers has a form.

// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s

constexpr int Vectors = 2;

struct Steps {
  long Inner, Next; // In bytes.
};

// As iterators over tiles do: within a tile, and to the next one.
// CHECK-LABEL: tiles
// CHECK: disjoint({{.*}}, in[0 .. {{.*}}S.Inner{{.*}}))
__global__ void tiles(const char *in, float *out, Steps S, int count) {
  const char *P = in;
  float Sum = 0;
  for (int Tile = 0; Tile < count; ++Tile)
#pragma unroll
    for (int I = 0; I < Vectors; ++I) {
      Sum += *reinterpret_cast<const float *>(P);
      P += I + 1 < Vectors ? S.Inner : S.Next;
    }
  out[0] = Sum;
}

// The same by branches, as a member function writes it.
// CHECK-LABEL: branches
// CHECK: disjoint({{.*}}, in[0 .. {{.*}}S.Inner{{.*}}))
__global__ void branches(const char *in, float *out, Steps S, int count) {
  const char *P = in;
  float Sum = 0;
  for (int Tile = 0; Tile < count; ++Tile)
    for (int I = 0; I < Vectors; ++I) {
      Sum += *reinterpret_cast<const float *>(P);
      if (I + 1 < Vectors)
        P += S.Inner;
      else
        P += S.Next;
    }
  out[0] = Sum;
}

// Too many iterations to write them all down.
// CHECK-LABEL: longLoop
// CHECK: disjoint({{.*}}, in[*])
__global__ void longLoop(const char *in, float *out, Steps S, int count) {
  const char *P = in;
  float Sum = 0;
  for (int Tile = 0; Tile < count; ++Tile)
    for (int I = 0; I < 100; ++I) {
      Sum += *reinterpret_cast<const float *>(P);
      P += I + 1 < 100 ? S.Inner : S.Next;
    }
  out[0] = Sum;
}

// What is added follows from data.
// CHECK-LABEL: byData
// CHECK: disjoint({{.*}}, in[*])
__global__ void byData(const char *in, float *out, Steps S, int count) {
  const char *P = in;
  float Sum = 0;
  for (int Tile = 0; Tile < count; ++Tile)
    for (int I = 0; I < Vectors; ++I) {
      float V = *reinterpret_cast<const float *>(P);
      Sum += V;
      P += V > 0 ? S.Inner : S.Next;
    }
  out[0] = Sum;
}
