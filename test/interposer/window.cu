// A window of each stream's operations, fed by the interposer: a program asks
// how far back a restart is valid, and the report tells how far windows
// reached.
//
// REQUIRES: nvcc, interposer, emulated
// RUN: rm -rf %t && mkdir %t
// RUN: %nvcc -std=c++17 -cudart shared -I %c_include -gencode arch=compute_90,code=[sm_90,compute_90] %s -o %t/app -lcuda -ldl -L%emulated
// RUN: %reprise audit %t/app --db %t/app.reprise >%t/audit
// RUN: %reprise run --emulated --db %t/app.reprise --window 8 -- %t/app chain >%t/out 2>%t/err
// RUN: FileCheck --check-prefix=CHAIN-CHECK %s <%t/out
// RUN: FileCheck --check-prefix=CHAIN-REPORT-CHECK %s <%t/err
// RUN: %reprise run --emulated --db %t/app.reprise --window 8 --format json --output %t/chain.json -- %t/app chain >%t/out
// RUN: %python -m json.tool %t/chain.json | FileCheck --check-prefix=CHAIN-JSON-CHECK %s
// RUN: %reprise run --emulated --db %t/app.reprise --window 8 -- %t/app pingpong | FileCheck --check-prefix=PING-CHECK %s
// RUN: %reprise run --emulated --db %t/app.reprise --window 8 -- %t/app cut | FileCheck --check-prefix=CUT-CHECK %s
// RUN: %reprise run --emulated --db %t/app.reprise --window 8 -- %t/app streams | FileCheck --check-prefix=STREAMS-CHECK %s
// RUN: %reprise run --emulated --db %t/app.reprise --window 8 -- %t/app fences | FileCheck --check-prefix=FENCES-CHECK %s
// RUN: %reprise run --emulated --db %t/app.reprise --window 8 -- %t/app threads | FileCheck --check-prefix=THREADS-CHECK %s
// RUN: %reprise run --emulated --db %t/app.reprise --window 8 -- %t/app waits | FileCheck --check-prefix=WAITS-CHECK %s
//
// Without summaries nothing is known, and without --window nothing is kept.
// RUN: env XDG_CACHE_HOME=%t/none %reprise run --emulated --window 8 -- %t/app chain | FileCheck --check-prefix=UNKNOWN-CHECK %s
// RUN: %reprise run --emulated --db %t/app.reprise -- %t/app chain >%t/out 2>%t/err
// RUN: FileCheck --check-prefix=OFF-CHECK %s <%t/out
// RUN: FileCheck --check-prefix=OFF-REPORT-CHECK %s <%t/err
// RUN: not %reprise run --emulated --window 0 -- %t/app chain 2>&1 | FileCheck --check-prefix=ZERO-CHECK %s
//
// Each reads what the one before it wrote, and nobody overwrites it.
// CHAIN-CHECK: after the copy: 0 held, a restart 0 back
// CHAIN-CHECK-NEXT: three launches: 3 held, a restart 3 back
// CHAIN-CHECK-NEXT: a fill and a copy within the device: 5 held, a restart 5 back
// CHAIN-CHECK-NEXT: nine launches: 8 held, a restart 8 back
// CHAIN-REPORT-CHECK: windows of 8: 26 operations; fences: {{.*}} copy
// CHAIN-REPORT-CHECK-NEXT: a restart reached back {{[0-9]+}} operations in the median, at least {{[0-9]+}} and at most 8
// CHAIN-JSON-CHECK: "windows": {
// CHAIN-JSON-CHECK-NEXT: "fences": {
// CHAIN-JSON-CHECK: "operations": 26,
// CHAIN-JSON-CHECK: "most": 8,
// CHAIN-JSON-CHECK: "size": 8
//
// The last one alone may be run again; one more if what it overwrites, which
// the one before it read, is saved before it.
// PING-CHECK: six launches: 6 held, a restart 1 back
// PING-CHECK-NEXT: the reader is 2 back, the writer 1
// PING-CHECK-NEXT: 2 back: 256 bytes at a, before the one 1 back
// PING-CHECK-NEXT: saves for a number that is not held: 1
//
// CUT-CHECK: a copy to the host: 0 held, a restart 0 back
// CUT-CHECK-NEXT: one launch: 1 held, a restart 1 back
// CUT-CHECK-NEXT: a copy to the device: 0 held, a restart 0 back
//
// STREAMS-CHECK: two on the first: 2 held, a restart 2 back
// STREAMS-CHECK-NEXT: the first, behind one that only reads the same: 2 held, a restart 2 back
// STREAMS-CHECK-NEXT: the second: 1 held, a restart 1 back
// STREAMS-CHECK-NEXT: the first, behind one that reads what it wrote: 0 held, a restart 0 back
// STREAMS-CHECK-NEXT: the second: 2 held, a restart 2 back
// STREAMS-CHECK-NEXT: the null stream: 1 held, a restart 1 back
// STREAMS-CHECK-NEXT: the second, whose memory it writes: 0 held, a restart 0 back
//
// FENCES-CHECK: a launch: 1 held, a restart 1 back
// FENCES-CHECK-NEXT: one in place: 2 held, a restart 0 back
// FENCES-CHECK-NEXT: synchronised: 0 held, a restart 0 back
// FENCES-CHECK-NEXT: an event: 1 held, a restart 1 back
// FENCES-CHECK-NEXT: an event that is waited for: 0 held, a restart 0 back
// FENCES-CHECK-NEXT: memory of the host: 0 held, a restart 0 back
// FENCES-CHECK-NEXT: captured: 0 held, a restart 0 back
// FENCES-CHECK-NEXT: a graph: 0 held, a restart 0 back
// FENCES-CHECK-NEXT: refused: 0 held, a restart 0 back
// FENCES-CHECK-NEXT: a dependent launch: 0 held, a restart 0 back
// FENCES-CHECK-NEXT: freed: 0 held, a restart 0 back
// FENCES-CHECK-NEXT: allocated: 1 held, a restart 1 back
// FENCES-CHECK-NEXT: an event behind a graph: 0 held, a restart 0 back
// FENCES-CHECK-NEXT: a launch behind it: 1 held, a restart 1 back
//
// WAITS-CHECK: a launch: 1 held, a restart 1 back
// WAITS-CHECK-NEXT: a wait for a value: 0 held, a restart 0 back
// WAITS-CHECK-NEXT: a launch behind it: 0 held, a restart 0 back
//
// THREADS-CHECK: another thread's call may go on: 0 held, a restart 0 back
// THREADS-CHECK-NEXT: it has launched: 0 held, a restart 0 back
// THREADS-CHECK-NEXT: its thread has ended: 1 held, a restart 1 back
//
// UNKNOWN-CHECK: three launches: 0 held, a restart 0 back
// OFF-CHECK: three launches: no windows
// OFF-REPORT-CHECK-NOT: windows
// ZERO-CHECK: --window is a number of operations from 1 to 65536

#include "reprise/reprise_interposer.h"

#include <cstdio>
#include <cstring>
#include <cuda.h>
#include <cuda_runtime.h>
#include <dlfcn.h>
#include <future>
#include <thread>

static constexpr int n = 64;
static constexpr size_t size = n * sizeof(int);

__global__ void step(const int *from, int *to) {
  to[threadIdx.x] = from[threadIdx.x] + 1;
}

static auto ask = reinterpret_cast<reprise_stream_restart_point_fn *>(
    dlsym(RTLD_DEFAULT, "reprise_stream_restart_point"));
static auto saves = reinterpret_cast<reprise_stream_saves_fn *>(
    dlsym(RTLD_DEFAULT, "reprise_stream_saves"));

static reprise_stream_window tell(const char *what, cudaStream_t stream) {
  reprise_stream_window w = {sizeof w, 0, 0, {}};
  if (!ask || ask(stream, &w) != REPRISE_OK)
    std::printf("%s: no windows\n", what);
  else
    std::printf("%s: %d held, a restart %d back\n", what,
                static_cast<int>(w.end - w.begin),
                static_cast<int>(w.end - w.restart.first));
  return w;
}

static int *buffer() {
  int *address;
  cudaMalloc(&address, size);
  cudaMemset(address, 0, size);
  return address;
}

static void go(const int *from, int *to, cudaStream_t stream) {
  step<<<1, n, 0, stream>>>(from, to);
}

static void chain(cudaStream_t s) {
  int *b[12], host[n] = {};
  for (int *&each : b)
    each = buffer();
  cudaMemcpy(b[0], host, size, cudaMemcpyHostToDevice);
  tell("after the copy", s);
  for (int i = 0; i < 3; ++i)
    go(b[i], b[i + 1], s);
  tell("three launches", s);
  cudaMemsetAsync(b[4], 7, size, s);
  cudaMemcpyAsync(b[5], b[4], size, cudaMemcpyDeviceToDevice, s);
  tell("a fill and a copy within the device", s);
  for (int i = 0; i < 9; ++i)
    go(b[i], b[i + 1], s);
  tell("nine launches", s);
  cudaMemcpy(host, b[9], size, cudaMemcpyDeviceToHost);
}

static void pingPong(cudaStream_t s) {
  int *a = buffer(), *b = buffer();
  for (int i = 0; i < 3; ++i) {
    go(a, b, s);
    go(b, a, s);
  }
  reprise_stream_window w = tell("six launches", s);
  std::printf("the reader is %d back, the writer %d\n",
              static_cast<int>(w.end - w.restart.reader),
              static_cast<int>(w.end - w.restart.writer));
  int bounded = 0;
  reprise_save save = {};
  size_t count = 0;
  saves(s, w.end - 2, &bounded, &save, 1, &count);
  std::printf("2 back: %d bytes at %s, before the one %d back\n",
              static_cast<int>(save.range.size),
              save.range.address == reinterpret_cast<uint64_t>(a)   ? "a"
              : save.range.address == reinterpret_cast<uint64_t>(b) ? "b"
                                                                    : "?",
              static_cast<int>(w.end - save.before));
  std::printf("saves for a number that is not held: %d\n",
              saves(s, w.end + 1, &bounded, &save, 1, &count));
}

static void cut(cudaStream_t s) {
  int *a = buffer(), *b = buffer(), *c = buffer(), host[n];
  go(a, b, s);
  cudaMemcpyAsync(host, b, size, cudaMemcpyDeviceToHost, s);
  tell("a copy to the host", s);
  go(b, c, s);
  tell("one launch", s);
  cudaMemcpyAsync(a, host, size, cudaMemcpyHostToDevice, s);
  tell("a copy to the device", s);
}

static void streams(cudaStream_t s) {
  int *a = buffer(), *b = buffer(), *c = buffer(), *d = buffer(), *e = buffer();
  cudaStream_t second;
  cudaStreamCreate(&second);
  go(a, b, s);
  go(b, c, s);
  tell("two on the first", s);
  go(a, d, second);
  tell("the first, behind one that only reads the same", s);
  tell("the second", second);
  go(c, e, second); // An order is up to the program.
  tell("the first, behind one that reads what it wrote", s);
  tell("the second", second);
  go(a, d, nullptr);
  tell("the null stream", nullptr);
  tell("the second, whose memory it writes", second);
}

static void fences(cudaStream_t s) {
  int *a = buffer(), *b = buffer(), *pinned, *onDevice;
  cudaHostAlloc(&pinned, size, cudaHostAllocMapped);
  cudaHostGetDevicePointer(&onDevice, pinned, 0);
  cudaEvent_t event;
  cudaEventCreate(&event);
  go(a, b, s);
  tell("a launch", s);
  go(a, a, s); // Clobbers what it reads.
  tell("one in place", s);
  cudaStreamSynchronize(s);
  tell("synchronised", s);
  go(a, b, s);
  cudaEventRecord(event, s);
  tell("an event", s);
  cudaStreamWaitEvent(nullptr, event, 0);
  tell("an event that is waited for", s);
  go(a, b, s);
  go(a, onDevice, s);
  tell("memory of the host", s);
  go(a, b, s);
  cudaGraph_t graph;
  cudaStreamBeginCapture(s, cudaStreamCaptureModeRelaxed);
  go(a, b, s);
  cudaStreamEndCapture(s, &graph);
  tell("captured", s);
  cudaGraphExec_t exec;
  cudaGraphInstantiateWithFlags(&exec, graph, 0);
  go(a, b, s);
  cudaGraphLaunch(exec, s);
  tell("a graph", s);
  go(a, b, s);
  step<<<1, 4096, 0, s>>>(a, b);
  tell("refused", s);
  go(a, b, s);
  cudaLaunchConfig_t config = {};
  config.gridDim = 1;
  config.blockDim = n;
  config.stream = s;
  cudaLaunchAttribute attribute = {};
  attribute.id = cudaLaunchAttributeProgrammaticStreamSerialization;
  attribute.val.programmaticStreamSerializationAllowed = 1;
  config.attrs = &attribute;
  config.numAttrs = 1;
  cudaLaunchKernelEx(&config, step, static_cast<const int *>(a), b);
  tell("a dependent launch", s);
  go(a, b, s);
  cudaFree(a);
  tell("freed", s);
  go(b, onDevice, s);
  int *c;
  cudaMalloc(&c, size);
  go(b, c, s);
  tell("allocated", s);
  cudaEventRecord(event, s);
  tell("an event behind a graph", s);
  go(b, c, s);
  tell("a launch behind it", s);
}

static void waits(cudaStream_t s) {
  int *a = buffer(), *b = buffer();
  go(a, b, s);
  tell("a launch", s);
  cuStreamWaitValue32(s, reinterpret_cast<CUdeviceptr>(a), 0,
                      CU_STREAM_WAIT_VALUE_GEQ);
  tell("a wait for a value", s);
  go(a, b, s);
  tell("a launch behind it", s);
}

static void threads(cudaStream_t s) {
  int *a = buffer(), *b = buffer(), *c = buffer();
  std::promise<void> queried, launched, next, end;
  std::thread other([&] {
    cudaStreamQuery(s);
    queried.set_value();
    next.get_future().wait();
    go(a, b, s);
    launched.set_value();
    end.get_future().wait();
  });
  queried.get_future().wait();
  go(a, b, s);
  tell("another thread's call may go on", s);
  next.set_value();
  launched.get_future().wait();
  cudaStreamQuery(s);
  tell("it has launched", s);
  end.set_value();
  other.join();
  go(b, c, s);
  tell("its thread has ended", s);
}

int main(int, char **argv) {
  cudaStream_t s;
  cudaStreamCreate(&s);
  const struct {
    const char *name;
    void (*body)(cudaStream_t);
  } all[] = {{"chain", chain},     {"pingpong", pingPong}, {"cut", cut},
             {"streams", streams}, {"fences", fences},     {"threads", threads},
             {"waits", waits}};
  for (const auto &each : all)
    if (std::strcmp(argv[1], each.name) == 0)
      each.body(s);
}
