// What the program copies into __constant__ variables decides launches, as long
// as every write to them is one that has been done when its call returns.
//
// REQUIRES: nvcc, interposer, emulated
// RUN: rm -rf %t && mkdir %t
// RUN: %nvcc -cudart shared -gencode arch=compute_90,code=compute_90 %s -o %t/app
// RUN: %reprise audit %t/app --db %t/app.reprise
// RUN: %reprise run --emulated --db %t/app.reprise --mode record --log %t/log -- %t/app >%t/out 2>%t/err
// RUN: FileCheck --check-prefix=OUT-CHECK %s <%t/out
// RUN: FileCheck %s <%t/log
// RUN: FileCheck --check-prefix=REPORT-CHECK %s <%t/err
//
// `check` decides the recorded launches in the same way.
// RUN: not %reprise check %t/app --launches %t/log --format json >%t/check.json
// RUN: %python -c "import json, sys; lines = [json.loads(l) for l in open(sys.argv[1])]; print([l['verdict'] for l in lines] == [l['verdict'] for l in json.load(open(sys.argv[2]))['launches']])" %t/log %t/check.json | FileCheck --check-prefix=SAME-CHECK %s
// SAME-CHECK: True
//
// OUT-CHECK: 0 1 1
// REPORT-CHECK: 9 launches seen, 9 decided: 3 idempotent, 1 clobber, 5 unknown
//
// Not written yet.
// CHECK: "verdict":"unknown"
// Two buffers, then one.
// CHECK: "contents":{{\[\[}}"places",0,"{{[0-9a-f]+}}"{{\]\].*}}"verdict":"idempotent"
// CHECK: "contents":{{\[\[}}"places",0,"{{[0-9a-f]+}}"{{\]\].*}}"verdict":"clobbers"
// A copy that may be done later; and a finished one behind it, since nobody
// knows which comes last.
// CHECK-NOT: "contents"
// CHECK: "verdict":"unknown"
// CHECK-NOT: "contents"
// CHECK: "verdict":"unknown"
// Other variables are as they were.
// CHECK: "contents":{{\[\[}}"others",0,"{{[0-9a-f]+}}"{{\]\].*}}"verdict":"idempotent"
// A part of one is known.
// CHECK: "contents":{{\[\[}}"parts",8,"{{[0-9a-f]+}}"{{\]\].*}}"verdict":"unknown"
// CHECK: "contents":{{\[\[}}"parts",0,"{{[0-9a-f]+}}"{{\]\].*}}"verdict":"idempotent"
// A graph that copies: anywhere, at any time.
// CHECK-NOT: "contents"
// CHECK: "verdict":"unknown"

#include <cstddef>
#include <cstdio>
#include <cuda_runtime.h>

struct Places {
  const int *from;
  int *to;
};
__constant__ Places places, others, parts;

__device__ void add(const Places &p) {
  if (p.from)
    p.to[threadIdx.x] = p.from[threadIdx.x] + 1;
}
__global__ void viaPlaces() { add(places); }
__global__ void viaOthers() { add(others); }
__global__ void viaParts() { add(parts); }

int main() {
  constexpr size_t bytes = 32 * sizeof(int);
  int *a, *b, *c;
  cudaMalloc(&a, bytes);
  cudaMalloc(&b, bytes);
  cudaMalloc(&c, bytes);
  cudaMemset(a, 0, bytes);
  void *where;
  cudaGetSymbolAddress(&where, places);
  viaPlaces<<<1, 32>>>();
  Places p{a, b}, q{b, b}, r{b, c};
  cudaMemcpyToSymbol(places, &p, sizeof p);
  viaPlaces<<<1, 32>>>();
  cudaMemcpyToSymbol(places, &q, sizeof q);
  viaPlaces<<<1, 32>>>();
  cudaMemcpyToSymbol(others, &p, sizeof p);
  cudaMemcpyToSymbolAsync(places, &r, sizeof r, 0, cudaMemcpyHostToDevice, 0);
  viaPlaces<<<1, 32>>>();
  cudaMemcpyToSymbol(places, &r, sizeof r);
  viaPlaces<<<1, 32>>>();
  viaOthers<<<1, 32>>>();
  cudaDeviceSynchronize();
  cudaMemcpyToSymbol(parts, &r.to, sizeof r.to, offsetof(Places, to));
  cudaMemset(b, 0, bytes);
  viaParts<<<1, 32>>>();
  r.from = b;
  cudaMemcpyToSymbol(parts, &r.from, sizeof r.from, 0);
  viaParts<<<1, 32>>>();
  cudaGraph_t graph;
  cudaGraphNode_t node;
  cudaGraphExec_t exec;
  cudaGraphCreate(&graph, 0);
  cudaGraphAddMemcpyNode1D(&node, graph, nullptr, 0, a, b, bytes,
                           cudaMemcpyDeviceToDevice);
  cudaGraphInstantiate(&exec, graph, 0);
  cudaGraphLaunch(exec, 0);
  viaOthers<<<1, 32>>>();
  int x[3];
  cudaMemcpy(&x[0], a, 4, cudaMemcpyDeviceToHost);
  cudaMemcpy(&x[1], b, 4, cudaMemcpyDeviceToHost);
  cudaMemcpy(&x[2], c, 4, cudaMemcpyDeviceToHost);
  std::printf("%d %d %d\n", x[0], x[1], x[2]);
  return cudaGetLastError() != cudaSuccess;
}
