// Texture objects over arrays, rows with a pitch and linear memory; surfaces.
//
// REQUIRES: emulated, nvcc
// RUN: %nvcc -arch=sm_80 -cudart shared -I%S/Inputs %s -o %t
// RUN: env LD_LIBRARY_PATH=%emulated %t

#include "Expect.h"

#include <vector>

static const int W = 8, H = 4;

__global__ void read2D(float *To, cudaTextureObject_t From) {
  int X = threadIdx.x, Y = threadIdx.y;
  To[Y * W + X] = tex2D<float>(From, X + 0.5f, Y + 0.5f);
}
__global__ void read1D(int *To, cudaTextureObject_t From) {
  To[threadIdx.x] = tex1Dfetch<int>(From, threadIdx.x);
}
__global__ void addOnSurface(cudaSurfaceObject_t S) {
  float Value = surf2Dread<float>(S, threadIdx.x * 4, threadIdx.y);
  surf2Dwrite(Value + 1, S, threadIdx.x * 4, threadIdx.y);
}

int main() {
  std::vector<float> Host(W * H), Back(W * H);
  for (int I = 0; I < W * H; ++I)
    Host[I] = I * 0.5f;
  float *Result;
  OK(cudaMalloc(&Result, W * H * 4));

  cudaArray_t Array;
  cudaChannelFormatDesc Form = cudaCreateChannelDesc<float>();
  OK(cudaMallocArray(&Array, &Form, W, H, cudaArraySurfaceLoadStore));
  OK(cudaMemcpy2DToArray(Array, 0, 0, Host.data(), W * 4, W * 4, H,
                         cudaMemcpyHostToDevice));
  cudaResourceDesc Resource{};
  Resource.resType = cudaResourceTypeArray;
  Resource.res.array.array = Array;
  cudaTextureDesc How{};
  How.readMode = cudaReadModeElementType;
  cudaTextureObject_t Texture;
  cudaSurfaceObject_t Surface;
  OK(cudaCreateTextureObject(&Texture, &Resource, &How, nullptr));
  OK(cudaCreateSurfaceObject(&Surface, &Resource));
  addOnSurface<<<1, dim3(W, H)>>>(Surface);
  read2D<<<1, dim3(W, H)>>>(Result, Texture);
  OK(cudaMemcpy(Back.data(), Result, W * H * 4, cudaMemcpyDeviceToHost));
  for (int I = 0; I < W * H; ++I)
    EXPECT(Back[I] == I * 0.5f + 1);
  OK(cudaDestroyTextureObject(Texture));
  OK(cudaDestroySurfaceObject(Surface));
  GIVES(cudaErrorInvalidValue, cudaDestroyTextureObject(Texture));
  EXPECT(cudaGetLastError() == cudaErrorInvalidValue);
  OK(cudaFreeArray(Array));

  float *Rows;
  size_t Pitch;
  OK(cudaMallocPitch(reinterpret_cast<void **>(&Rows), &Pitch, W * 4, H));
  OK(cudaMemcpy2D(Rows, Pitch, Host.data(), W * 4, W * 4, H,
                  cudaMemcpyHostToDevice));
  Resource = {};
  Resource.resType = cudaResourceTypePitch2D;
  Resource.res.pitch2D.devPtr = Rows;
  Resource.res.pitch2D.desc = Form;
  Resource.res.pitch2D.width = W;
  Resource.res.pitch2D.height = H;
  Resource.res.pitch2D.pitchInBytes = Pitch;
  OK(cudaCreateTextureObject(&Texture, &Resource, &How, nullptr));
  read2D<<<1, dim3(W, H)>>>(Result, Texture);
  OK(cudaMemcpy(Back.data(), Result, W * H * 4, cudaMemcpyDeviceToHost));
  for (int I = 0; I < W * H; ++I)
    EXPECT(Back[I] == Host[I]);
  OK(cudaDestroyTextureObject(Texture));

  std::vector<int> Numbers(16);
  int *Linear, *To;
  OK(cudaMalloc(&Linear, 64));
  OK(cudaMalloc(&To, 64));
  for (int I = 0; I < 16; ++I)
    Numbers[I] = I * I;
  OK(cudaMemcpy(Linear, Numbers.data(), 64, cudaMemcpyHostToDevice));
  Resource = {};
  Resource.resType = cudaResourceTypeLinear;
  Resource.res.linear.devPtr = Linear;
  Resource.res.linear.desc = cudaCreateChannelDesc<int>();
  Resource.res.linear.sizeInBytes = 64;
  OK(cudaCreateTextureObject(&Texture, &Resource, &How, nullptr));
  read1D<<<1, 16>>>(To, Texture);
  OK(cudaMemcpy(Numbers.data(), To, 64, cudaMemcpyDeviceToHost));
  for (int I = 0; I < 16; ++I)
    EXPECT(Numbers[I] == I * I);
}
