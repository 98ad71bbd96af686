// Copies and fills of a program are counted, with their bytes; those that are
// captured are not done. The program gets what it would get without us.
//
// REQUIRES: nvcc, interposer, emulated
// RUN: rm -rf %t && mkdir %t
// RUN: %nvcc -cudart shared -gencode arch=compute_90,code=[sm_90,compute_90] %s -o %t/app
// RUN: %reprise run --emulated -- %t/app >%t/out 2>%t/err
// RUN: FileCheck --check-prefix=OUT-CHECK %s <%t/out
// RUN: FileCheck --check-prefix=REPORT-CHECK %s <%t/err
// RUN: %reprise run --emulated --format json --output %t/report.json -- %t/app
// RUN: %python -m json.tool %t/report.json | FileCheck --check-prefix=JSON-CHECK %s
//
// A program that launches nothing has copies to tell of, and each thread's own
// null stream is followed as well.
// RUN: %nvcc -cudart shared --default-stream per-thread -DCOPIES_ONLY -gencode arch=compute_90,code=[sm_90,compute_90] %s -o %t/own
// RUN: %reprise run --emulated -- %t/own >%t/out 2>%t/err
// RUN: FileCheck --check-prefix=OUT-CHECK %s <%t/out
// RUN: FileCheck --check-prefix=OWN-CHECK %s <%t/err
// OWN-CHECK: 0 launches seen
// OWN-CHECK-NEXT: 4 copies of 9216 bytes
// OWN-CHECK-NEXT: 2 fills of 4608 bytes
//
// OUT-CHECK: 7 7 0
//
// 4096 to the device, 64 rows of 16 within it, 4096 back, and one refused.
// REPORT-CHECK: 1 launches seen
// REPORT-CHECK: 4 copies of 9216 bytes in all, 1 of them refused by the driver, 1 more captured into graphs
// REPORT-CHECK-NEXT: 2 fills of 4608 bytes in all, 1 more captured into graphs
//
// JSON-CHECK: "copies": {
// JSON-CHECK-NEXT: "bytes": 9216,
// JSON-CHECK-NEXT: "captured": 1,
// JSON-CHECK-NEXT: "refused_by_driver": 1,
// JSON-CHECK-NEXT: "seen": 4
// JSON-CHECK: "fills": {
// JSON-CHECK-NEXT: "bytes": 4608,
// JSON-CHECK-NEXT: "captured": 1,
// JSON-CHECK-NEXT: "refused_by_driver": 0,
// JSON-CHECK-NEXT: "seen": 2
// JSON-CHECK: "version": {
// JSON-CHECK-NEXT: "major": 1,
// JSON-CHECK-NEXT: "minor": {{[0-9]+}}

#include <cstdio>
#include <cuda_runtime.h>
#include <vector>

__global__ void nothing(int *) {}

int main() {
  constexpr size_t size = 4096;
  std::vector<unsigned char> host(size, 7);
  unsigned char *to, *from;
  cudaMalloc(&to, size);
  cudaMalloc(&from, size);
  cudaMemset(to, 0, size);
  cudaMemcpy(from, host.data(), size, cudaMemcpyHostToDevice);
  cudaMemset2D(to, 64, 7, 8, 64);
  cudaMemcpy2D(to, 64, from, 64, 16, 64, cudaMemcpyDeviceToDevice);
#ifndef COPIES_ONLY
  nothing<<<1, 1>>>(nullptr);
#endif

  cudaStream_t stream;
  cudaStreamCreate(&stream);
  cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal);
  cudaMemcpyAsync(to, from, size, cudaMemcpyDeviceToDevice, stream);
  cudaMemsetAsync(to, 1, size, stream);
  cudaGraph_t graph;
  cudaStreamEndCapture(stream, &graph);

  cudaMemcpy(to, reinterpret_cast<void *>(64), 4, cudaMemcpyDeviceToDevice);
  cudaMemcpy(host.data(), to, size, cudaMemcpyDeviceToHost);
  std::printf("%d %d %d\n", host[0], host[15], host[16]);
}
