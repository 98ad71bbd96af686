// Memory of every kind, its attributes, copies and fills.
//
// REQUIRES: emulated
// RUN: %clangxx_cuda -O1 -I%S/Inputs %s -o %t -L%cuda_path/lib64 \
// RUN:   -L%cuda_path/lib -lcudart
// RUN: env LD_LIBRARY_PATH=%emulated REPRISE_EMULATOR_MEMORY=64 %t

#include "Expect.h"

#include <cstring>
#include <vector>

__device__ int Counter = 5;
__constant__ int Factors[4];

__global__ void scale(int *To, const int *From, int N) {
  int I = blockIdx.x * blockDim.x + threadIdx.x;
  if (I < N)
    To[I] = From[I] * Factors[I % 4];
  if (I == 0)
    Counter += N;
}

static cudaMemoryType typeOf(const void *P) {
  cudaPointerAttributes A;
  OK(cudaPointerGetAttributes(&A, P));
  return A.type;
}

int main() {
  const int N = 100;
  const size_t Bytes = N * sizeof(int);
  size_t Free = 0, Total = 0;
  OK(cudaMemGetInfo(&Free, &Total));
  EXPECT(Total == 64u << 20 && Free == Total);

  // Each kind on both sides of a kernel.
  int Host[4] = {1, 2, 3, 4}, *Device, *Managed, *Pinned, *View;
  OK(cudaMemcpyToSymbol(Factors, Host, sizeof Host));
  OK(cudaMalloc(&Device, Bytes));
  OK(cudaMallocManaged(&Managed, Bytes));
  OK(cudaMallocHost(&Pinned, Bytes));
  std::vector<int> Registered(N);
  OK(cudaHostRegister(Registered.data(), Bytes, cudaHostRegisterMapped));
  OK(cudaHostGetDevicePointer(&View, Registered.data(), 0));
  for (int I = 0; I < N; ++I)
    Managed[I] = I;
  scale<<<2, 64>>>(Device, Managed, N);
  scale<<<2, 64>>>(Pinned, Device, N);
  scale<<<2, 64>>>(View, Pinned, N);
  OK(cudaDeviceSynchronize());
  for (int I = 0; I < N; ++I) {
    int F = I % 4 + 1;
    EXPECT(Pinned[I] == I * F * F && Registered[I] == I * F * F * F);
  }
  int Count = 0;
  OK(cudaMemcpyFromSymbol(&Count, Counter, sizeof Count));
  EXPECT(Count == 5 + 3 * N);
  void *Where;
  size_t Size;
  OK(cudaGetSymbolAddress(&Where, Factors));
  OK(cudaGetSymbolSize(&Size, Factors));
  EXPECT(Size == sizeof Host);
  OK(cudaMemcpy(&Count, static_cast<int *>(Where) + 2, sizeof Count,
                cudaMemcpyDefault));
  EXPECT(Count == 3);

  EXPECT(typeOf(Device + 1) == cudaMemoryTypeDevice);
  EXPECT(typeOf(Managed) == cudaMemoryTypeManaged);
  EXPECT(typeOf(Pinned) == cudaMemoryTypeHost);
  EXPECT(typeOf(Registered.data()) == cudaMemoryTypeHost);
  EXPECT(typeOf(Host) == cudaMemoryTypeUnregistered);
  GIVES(cudaErrorHostMemoryAlreadyRegistered,
        cudaHostRegister(&Registered[1], 4, 0));

  // Fills and copies stay inside of what was allocated.
  OK(cudaMemset(Device, 7, Bytes));
  OK(cudaMemcpy(Host, Device + N - 4, sizeof Host, cudaMemcpyDeviceToHost));
  EXPECT(Host[3] == 0x07070707);
  GIVES(cudaErrorInvalidValue, cudaMemset(Device, 0, Bytes + 1));
  GIVES(cudaErrorInvalidValue,
        cudaMemcpy(Device + 1, Pinned, Bytes, cudaMemcpyHostToDevice));
  GIVES(cudaErrorInvalidValue, cudaFree(Device + 1));
  EXPECT(cudaGetLastError() == cudaErrorInvalidValue);
  EXPECT(cudaGetLastError() == cudaSuccess);

  // Rows with a gap between them.
  char *Pitched, Rows[3][5], Back[3][5] = {};
  size_t Pitch;
  std::memcpy(Rows, "abcdefghijklmno", sizeof Rows);
  OK(cudaMallocPitch(reinterpret_cast<void **>(&Pitched), &Pitch, 5, 3));
  EXPECT(Pitch >= 5 && Pitch % 32 == 0);
  OK(cudaMemset2D(Pitched, Pitch, 'x', 5, 3));
  OK(cudaMemcpy2D(Pitched + Pitch, Pitch, Rows[1], 5, 4, 2,
                  cudaMemcpyHostToDevice));
  OK(cudaMemcpy2D(Back, 5, Pitched, Pitch, 5, 3, cudaMemcpyDeviceToHost));
  EXPECT(!std::memcmp(Back, "xxxxxfghixklmnx", sizeof Back));

  // What was freed last comes again; more than there is does not.
  OK(cudaFree(Device));
  int *Again;
  OK(cudaMalloc(&Again, Bytes));
  EXPECT(Again == Device);
  GIVES(cudaErrorMemoryAllocation, cudaMalloc(&Device, 65u << 20));
  EXPECT(cudaGetLastError() == cudaErrorMemoryAllocation);

  // In the order of a stream.
  cudaStream_t Stream;
  int *Late;
  OK(cudaStreamCreate(&Stream));
  OK(cudaMallocAsync(reinterpret_cast<void **>(&Late), Bytes, Stream));
  OK(cudaMemsetAsync(Late, 1, Bytes, Stream));
  OK(cudaMemcpyAsync(Pinned, Late, Bytes, cudaMemcpyDeviceToHost, Stream));
  OK(cudaFreeAsync(Late, Stream));
  OK(cudaStreamSynchronize(Stream));
  EXPECT(Pinned[N - 1] == 0x01010101);
  EXPECT(typeOf(Late) == cudaMemoryTypeUnregistered);

  OK(cudaHostUnregister(Registered.data()));
  OK(cudaFreeHost(Pinned));
  OK(cudaFree(Managed));
  OK(cudaFree(Again));
  OK(cudaFree(Pitched));
  OK(cudaFree(nullptr));
  OK(cudaMemGetInfo(&Free, &Total));
  EXPECT(Free == Total);
}
