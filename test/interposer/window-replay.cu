// What the interposer's windows call restartable can be run again: random
// launches, copies, fills and calls on two streams, which wait for each other
// only where they touch the same memory; now and then everything from the
// restart point of one of them on is made again, and memory has to stay as it
// is.
//
// REQUIRES: nvcc, interposer, emulated
// RUN: rm -rf %t && mkdir %t
// RUN: %nvcc -std=c++17 -cudart shared -I %c_include -gencode arch=compute_90,code=[sm_90,compute_90] %s -o %t/app -ldl
// RUN: %reprise audit %t/app --db %t/app.reprise >%t/audit
// RUN: %reprise run --emulated --db %t/app.reprise --window 6 -- %t/app 1500 1 | FileCheck %s
// RUN: %reprise run --emulated --db %t/app.reprise --window 40 -- %t/app 1500 2 | FileCheck %s
// RUN: %reprise run --emulated --db %t/app.reprise --window 10 -- %t/app 1500 3 null | FileCheck %s
//
// That the answers matter: one operation further back is found to be wrong.
// RUN: not %reprise run --emulated --db %t/app.reprise --window 6 -- %t/app 1500 1 further 2>&1 | FileCheck --check-prefix=FURTHER %s
//
// CHECK: made again: {{[1-9][0-9][0-9]+}} times, {{[1-9][0-9][0-9]+}} operations
// FURTHER: differs

#include "reprise/reprise_interposer.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <cuda_runtime.h>
#include <deque>
#include <dlfcn.h>
#include <functional>
#include <random>
#include <vector>

static constexpr int n = 32, places = 8 * n; ///< One allocation of ints.

__global__ void step(const int *from, int *to, int count) {
  int i = threadIdx.x;
  if (i < count)
    to[i] = from[i] * 3 + 1;
}

/// Memory decides what is written.
__global__ void some(const int *from, int *to) {
  int i = threadIdx.x;
  if (from[i] % 2)
    to[i] = from[i] + 5;
}

/// Reads only what it wrote before.
__global__ void twice(int *to) {
  int i = threadIdx.x;
  to[i] = i;
  to[i] = to[i] + 7;
}

static auto ask = reinterpret_cast<reprise_stream_restart_point_fn *>(
    dlsym(RTLD_DEFAULT, "reprise_stream_restart_point"));

/// One thing that a stream does, on the device and on the host's model, and
/// what it reads and writes.
struct Operation {
  std::function<void()> device, model;
  int from, to, count; ///< From -1: nowhere.
};

static bool overlap(int x, int y, int count) {
  return x >= 0 && y >= 0 && std::abs(x - y) < count;
}
static bool interfere(const Operation &x, const Operation &y) {
  return overlap(x.to, y.to, n) || overlap(x.to, y.from, n) ||
         overlap(x.from, y.to, n);
}

static std::mt19937 random_;
static int below(int end) {
  return static_cast<int>(random_() % static_cast<unsigned>(end));
}

static int *memory;
static std::vector<int> model(places);

static reprise_stream_window window(cudaStream_t stream) {
  reprise_stream_window w = {sizeof w, 0, 0, {}};
  if (!ask || ask(stream, &w) != REPRISE_OK) {
    std::puts("there is no window");
    std::exit(1);
  }
  return w;
}

/// A part of the memory that begins at a multiple of eight.
static int part(int count) { return below((places - count) / 8 + 1) * 8; }

static Operation make(cudaStream_t s) {
  const int from = part(n), to = part(n), count = 1 + below(n);
  switch (below(6)) {
  case 0:
  case 1:
    // Apart, or in place: what lies between is a race.
    if (to != from && std::abs(to - from) < n)
      return make(s);
    return {[=] { step<<<1, n, 0, s>>>(memory + from, memory + to, count); },
            [=] {
              for (int i = 0; i < count; ++i)
                model[to + i] = model[from + i] * 3 + 1;
            },
            from, to, count};
  case 2:
    if (std::abs(to - from) < n)
      return make(s);
    return {[=] { some<<<1, n, 0, s>>>(memory + from, memory + to); },
            [=] {
              for (int i = 0; i < n; ++i)
                if (model[from + i] % 2)
                  model[to + i] = model[from + i] + 5;
            },
            from, to, n};
  case 3:
    return {[=] { twice<<<1, n, 0, s>>>(memory + to); },
            [=] {
              for (int i = 0; i < n; ++i)
                model[to + i] = i + 7;
            },
            -1, to, n};
  case 4:
    if (std::abs(to - from) < n)
      return make(s);
    return {[=] {
              cudaMemcpyAsync(memory + to, memory + from, 4u * count,
                              cudaMemcpyDeviceToDevice, s);
            },
            [=] {
              for (int i = 0; i < count; ++i)
                model[to + i] = model[from + i];
            },
            from, to, count};
  default:
    return {[=] { cudaMemsetAsync(memory + to, 0, 4u * count, s); },
            [=] { std::fill_n(model.begin() + to, count, 0); }, -1, to, count};
  }
}

int main(int argc, char **argv) {
  const int turns = std::atoi(argv[1]);
  random_.seed(static_cast<unsigned>(std::atoi(argv[2])));
  const bool further = argc > 3 && std::strcmp(argv[3], "further") == 0;
  const bool null = argc > 3 && std::strcmp(argv[3], "null") == 0;
  cudaMalloc(&memory, 4 * places);
  // The first launch loads the code, which is a fence.
  step<<<1, n>>>(memory, memory + n, 0);
  some<<<1, n>>>(memory, memory + n);
  twice<<<1, n>>>(memory);
  cudaMemset(memory, 0, 4 * places);
  cudaStream_t streams[2], other;
  for (cudaStream_t &s : streams)
    cudaStreamCreate(&s);
  if (null) // In order with the other one, without a call that says so.
    streams[1] = nullptr;
  cudaEvent_t event;
  cudaEventCreate(&event);
  std::deque<Operation> held[2]; ///< As the windows hold them.
  uint64_t first[2];             ///< The number of the first of each.
  cudaDeviceSynchronize();
  for (int i = 0; i < 2; ++i)
    first[i] = window(streams[i]).end;
  std::vector<Operation> running[2]; ///< Nobody waited for them yet.
  int again = 0, operations = 0;
  auto wait = [&](int which) {
    cudaStreamSynchronize(streams[which]);
    running[which].clear();
  };
  for (int turn = 0; turn < turns; ++turn) {
    const int on = below(3) == 0;
    cudaStream_t s = streams[on];
    if (below(12) == 0) { // What is no operation.
      switch (below(4)) {
      case 0:
        cudaEventRecord(event, s);
        break;
      case 1:
        wait(on);
        break;
      case 2:
        wait(!on);
        model[0] = turn;
        cudaMemcpyAsync(memory, &model[0], 4, cudaMemcpyHostToDevice, s);
        wait(on);
        break;
      default:
        cudaStreamCreate(&other);
        cudaStreamDestroy(other);
      }
    }
    Operation o = make(s);
    for (const Operation &each : running[!on])
      if (!null && interfere(each, o)) {
        wait(!on);
        break;
      }
    const uint64_t number = window(s).end;
    if (number != first[on] + held[on].size()) { // A fence took a number.
      held[on].clear();
      first[on] = number;
    }
    o.device();
    o.model();
    running[on].push_back(o);
    held[on].push_back(std::move(o));
    if (below(4) != 0)
      continue;
    // Of either stream: the other one may have gone on since.
    const int of = below(2);
    const reprise_stream_window w = window(streams[of]);
    if (!w.restart.valid) {
      std::puts("a restart behind everything is not valid");
      return 1;
    }
    uint64_t start = w.restart.first;
    if (further && start > w.begin)
      --start;
    if (start < w.end) {
      ++again;
      if (w.end != first[of] + held[of].size() || start < first[of]) {
        std::puts("the numbers are not what was done");
        return 1;
      }
      std::vector<Operation> repeat(held[of].begin() +
                                        static_cast<long>(start - first[of]),
                                    held[of].end());
      for (Operation &each : repeat) {
        each.device();
        ++operations;
      }
    }
    wait(!on);
    std::vector<int> got(places);
    cudaMemcpyAsync(got.data(), memory, 4 * places, cudaMemcpyDeviceToHost, s);
    wait(on);
    for (int i = 0; i < places; ++i)
      if (got[i] != model[i]) {
        std::printf("turn %d: place %d differs: %d, not %d\n", turn, i, got[i],
                    model[i]);
        return 1;
      }
  }
  std::printf("made again: %d times, %d operations\n", again, operations);
}
