// A managed variable is one for the host and the device.
//
// REQUIRES: emulated, nvcc
// RUN: %nvcc -arch=sm_80 -cudart shared -I%S/Inputs %s -o %t
// RUN: env LD_LIBRARY_PATH=%emulated %t

#include "Expect.h"

__managed__ int Number = 3;
__managed__ int List[4] = {1, 2, 3, 4};

__global__ void change() {
  Number *= 2;
  List[threadIdx.x] += Number;
}

int main() {
  EXPECT(Number == 3);
  Number = 5;
  change<<<1, 1>>>();
  OK(cudaDeviceSynchronize());
  EXPECT(Number == 10 && List[0] == 11 && List[3] == 4);
}
