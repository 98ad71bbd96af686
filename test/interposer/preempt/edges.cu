// What the functions answer when there is nothing to do or something is wrong;
// and streams that are destroyed, reset, forked or left behind while stopped:
// nobody hangs, and what was launched is done.
//
// REQUIRES: interposer, emulated
// RUN: rm -rf %t && mkdir %t
// RUN: %clangxx_cuda -O1 -Xclang -load -Xclang %plugin -fpass-plugin=%plugin -mllvm -reprise-checkpoints -I%c_include -I%S/../Inputs %s -o %t/app -L%cuda_path/lib64 -lcudart -ldl
// RUN: %reprise run --emulated --format json --output %t/report.json -- %t/app >%t/out 2>%t/err
// RUN: FileCheck %s <%t/out
// RUN: %python -m json.tool %t/report.json | FileCheck --check-prefix=JSON %s
// RUN: %reprise run --emulated -- %t/app exit >%t/out 2>%t/err
// RUN: FileCheck --check-prefix=EXIT %s <%t/out
// RUN: FileCheck --check-prefix=LEFT %s <%t/err
// RUN: not env REPRISE_MODE=off LD_LIBRARY_PATH=%emulated LD_PRELOAD=%c_lib/libreprise_cuda.so %t/app off >%t/out
// RUN: FileCheck --check-prefix=OFF %s <%t/out
// RUN: not env LD_LIBRARY_PATH=%emulated %t/app off >%t/out
// RUN: FileCheck --check-prefix=WITHOUT %s <%t/out
//
// RUN: not env CUDA_LAUNCH_BLOCKING=1 LD_LIBRARY_PATH=%emulated LD_PRELOAD=%c_lib/libreprise_cuda.so %t/app off >%t/out
// RUN: FileCheck --check-prefix=BLOCKING %s <%t/out
// RUN: env CUDA_LAUNCH_BLOCKING=0 LD_LIBRARY_PATH=%emulated LD_PRELOAD=%c_lib/libreprise_cuda.so %t/app off
//
// BLOCKING: mark: {{.*}} CUDA_LAUNCH_BLOCKING is set
// OFF: mark: REPRISE_MODE is off
// WITHOUT: not under libreprise_cuda.so

#include "stopping.h"

#include <cstring>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

constexpr int Blocks = 16, Threads = 32, Elements = Blocks * Threads;

__global__ void fill(unsigned *to, unsigned value, int turns) {
  unsigned sum = value;
  for (int turn = 0; turn < turns; ++turn)
    sum = sum * 40503u + 1;
  to[blockIdx.x * blockDim.x + threadIdx.x] = sum;
}

__global__ void increment(unsigned *to) {
  to[blockIdx.x * blockDim.x + threadIdx.x] += 1;
}

static unsigned after(unsigned value, int turns) {
  for (int turn = 0; turn < turns; ++turn)
    value = value * 40503u + 1;
  return value;
}

static void expect(const unsigned *buffer, unsigned value, const char *what) {
  unsigned all[Elements];
  check(cudaMemcpy(all, buffer, sizeof all, cudaMemcpyDeviceToHost), "copy");
  int wrong = 0;
  for (unsigned each : all)
    wrong += each != value;
  std::printf("%s: %s\n", what, wrong ? "wrong" : "right");
}

static void answers(const Stopping &r) {
  auto tell = [&](const char *what, reprise_preempt_status status) {
    std::printf("%s: %s\n", what, r.status_text(status));
  };
  cudaStream_t blocking, stream = nonBlocking();
  check(cudaStreamCreate(&blocking), "stream");
  reprise_preempt_options wrong{};
  wrong.struct_size = sizeof wrong;
  wrong.in_flight = 1000;
  // CHECK: null stream: the stream is not CU_STREAM_NON_BLOCKING
  tell("null stream", r.stream_preemptible(nullptr, nullptr));
  // CHECK-NEXT: blocking: the stream is not CU_STREAM_NON_BLOCKING
  tell("blocking", r.stream_preemptible(blocking, nullptr));
  // CHECK-NEXT: 1000 in flight: an argument is null or makes no sense
  tell("1000 in flight", r.stream_preemptible(stream, &wrong));
  // CHECK-NEXT: not marked: the stream is not marked
  tell("not marked", r.preempt(stream));
  // CHECK-NEXT: mark: done
  tell("mark", r.stream_preemptible(stream, nullptr));
  // CHECK-NEXT: mark twice: an argument is null or makes no sense
  tell("mark twice", r.stream_preemptible(stream, nullptr));
  // CHECK-NEXT: resume what runs: done
  tell("resume what runs", r.resume(stream));
  // CHECK-NEXT: wait for what runs: an argument is null or makes no sense
  tell("wait for what runs", r.preempt_wait(stream, 0, nullptr));
  // CHECK-NEXT: preempt: done
  tell("preempt", r.preempt(stream));
  // CHECK-NEXT: preempt twice: done
  tell("preempt twice", r.preempt(stream));
  // CHECK-NEXT: wait: done
  tell("wait", r.preempt_wait(stream, UINT64_MAX, nullptr));
  // CHECK-NEXT: resume: done
  tell("resume", r.resume(stream));
  // CHECK-NEXT: unmark: done
  tell("unmark", r.stream_unmark(stream));
  // CHECK-NEXT: unmark twice: the stream is not marked
  tell("unmark twice", r.stream_unmark(stream));
  check(cudaStreamDestroy(stream), "destroy");
}

/// A stream that is stopped with work on it, and more behind.
static cudaStream_t stopped(const Stopping &r, unsigned *buffer) {
  cudaStream_t stream = nonBlocking();
  r.check(r.stream_preemptible(stream, nullptr), "mark");
  for (int i = 0; i < 3; ++i)
    fill<<<Blocks, Threads, 0, stream>>>(buffer, 7, 1000);
  increment<<<Blocks, Threads, 0, stream>>>(buffer);
  r.check(r.preempt(stream), "preempt");
  increment<<<Blocks, Threads, 0, stream>>>(buffer);
  r.check(r.preempt_wait(stream, UINT64_MAX, nullptr), "wait");
  return stream;
}

int main(int count, char **arguments) {
  const Stopping r;
  if (count > 1 && std::strcmp(arguments[1], "off") == 0) {
    r.check(r.stream_preemptible(nonBlocking(), nullptr), "mark");
    return 0;
  }
  unsigned *buffer = onDevice<unsigned>(Elements);
  if (count > 1) {
    stopped(r, buffer);
    // EXIT: the program ends
    std::printf("the program ends\n");
    // LEFT: 1 streams could be stopped, with 5 launches: stopped 1 times
    // LEFT-SAME: some still are
    return 0;
  }
  answers(r);

  // CHECK-NEXT: destroyed: right
  cudaStream_t stream = stopped(r, buffer);
  check(cudaStreamDestroy(stream), "destroy");
  expect(buffer, after(7, 1000) + 2, "destroyed");

  // CHECK-NEXT: unmarked: right
  stream = stopped(r, buffer);
  r.check(r.stream_unmark(stream), "unmark");
  check(cudaStreamSynchronize(stream), "synchronize");
  expect(buffer, after(7, 1000) + 2, "unmarked");
  check(cudaStreamDestroy(stream), "destroy");

  // A graph behind it waits, and is captured without a gate in it.
  stream = stopped(r, buffer);
  cudaGraph_t graph;
  cudaGraphExec_t ready;
  check(cudaStreamBeginCapture(stream, cudaStreamCaptureModeRelaxed),
        "capture");
  increment<<<Blocks, Threads, 0, stream>>>(buffer);
  // CHECK-NEXT: preempt while captured: the stream is being captured
  r.resume(stream);
  std::printf("preempt while captured: %s\n", r.status_text(r.preempt(stream)));
  check(cudaStreamEndCapture(stream, &graph), "capture");
  size_t nodes = 0;
  check(cudaGraphGetNodes(graph, nullptr, &nodes), "graph");
  // CHECK-NEXT: nodes: 1
  std::printf("nodes: %zu\n", nodes);
  check(cudaGraphInstantiate(&ready, graph, 0), "instantiate");
  r.check(r.preempt(stream), "preempt");
  check(cudaGraphLaunch(ready, stream), "graph");
  // CHECK-NEXT: graph is ready: no
  std::printf("graph is ready: %s\n",
              cudaStreamQuery(stream) == cudaErrorNotReady ? "no" : "yes");
  cudaGetLastError();
  r.check(r.resume(stream), "resume");
  check(cudaStreamSynchronize(stream), "synchronize");
  // CHECK-NEXT: graph: right
  expect(buffer, after(7, 1000) + 3, "graph");
  check(cudaStreamDestroy(stream), "destroy");

  // A child has no device and no marked streams.
  stream = stopped(r, buffer);
  std::fflush(stdout);
  const pid_t child = fork();
  if (child == 0)
    _exit(r.resume(stream) == REPRISE_PREEMPT_NOT_MARKED ? 0 : 1);
  int status = -1;
  waitpid(child, &status, 0);
  // CHECK-NEXT: child: 0
  std::printf("child: %d\n", status);

  // Who waits for a stopped stream waits for another thread.
  std::thread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    r.check(r.resume(stream), "resume");
  });
  check(cudaDeviceSynchronize(), "synchronize");
  later.join();
  // CHECK-NEXT: resumed: right
  expect(buffer, after(7, 1000) + 2, "resumed");

  // CHECK-NEXT: reset: no error
  r.check(r.preempt(stream), "preempt");
  std::printf("reset: %s\n", cudaGetErrorString(cudaDeviceReset()));
  // CHECK-NEXT: afterwards: the stream is not marked
  std::printf("afterwards: %s\n", r.status_text(r.preempt(stream)));
}

// JSON: "stops": {
// JSON: "kernel": "_Z4fillPjji",
// JSON-NEXT: "kind": "inside",
// JSON-NEXT: "reason": "none"
// JSON: "kernel": "_Z9incrementPj",
// JSON-NEXT: "kind": "at-blocks",
// JSON-NEXT: "reason": "no-place"
// JSON: "kernel": "",
// JSON-NEXT: "kind": "none",
// JSON-NEXT: "reason": "captured"
// JSON: "preempted": 7,
// JSON-NEXT: "resumed": 7,
// JSON-NEXT: "still_stopped": 0,
// JSON-NEXT: "streams": 5
