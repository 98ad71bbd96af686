// An object whose device image is cut off is refused wherever the cut is.
//
// REQUIRES: cuda
// RUN: %clangxx_cuda -O2 -fpass-plugin=%plugin -c %s -o %t.o
// RUN: %python %S/../tools/Inputs/cut_everywhere.py %reprise %t.o %t.cut.o

__global__ void set(int *x) { x[threadIdx.x] = 1; }
