// A program of random operations on one stream ends with the same memory
// whether or not another thread stops the stream all the time: kernels that are
// stopped inside, between blocks and with backups; kernels without twins,
// copies, fills, host functions, queries, and events that another stream waits
// for.
//
// REQUIRES: interposer, emulated
// RUN: rm -rf %t && mkdir %t
// RUN: %clangxx_cuda -O1 -Xclang -load -Xclang %plugin -fpass-plugin=%plugin -mllvm -reprise-checkpoints -I%c_include -I%S/../Inputs %s -o %t/app -L%cuda_path/lib64 -lcudart -ldl
// RUN: %reprise run --emulated --format json --output %t/report.json -- %t/app 30 >%t/out 2>%t/err
// RUN: FileCheck %s <%t/out
// RUN: env REPRISE_PREEMPT_REQUEST=host %reprise run --emulated -- %t/app 5 >%t/out
// RUN: FileCheck %s <%t/out
// RUN: env REPRISE_PREEMPT_LEFT=host REPRISE_PREEMPT_REQUEST=copy %reprise run --emulated -- %t/app 5 >%t/out
// RUN: FileCheck %s <%t/out
//
// CHECK: all equal

#include "stopping.h"

#include <atomic>
#include <chrono>
#include <random>
#include <thread>
#include <vector>

constexpr int Blocks = 24, Threads = 32, Elements = Blocks * Threads;

/// Idempotent.
__global__ void map(unsigned *to, const unsigned *from, unsigned value,
                    int turns) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  unsigned sum = value;
  for (int turn = 0; turn < turns; ++turn)
    sum = sum * 2654435761u + from[(i + turn) % Elements];
  to[i] = sum;
}

/// Overwrites what it reads.
__global__ void update(unsigned *to, unsigned value, int turns) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  for (int turn = 0; turn < turns; ++turn)
    to[i] = to[i] * 40503u + value;
}

/// With barriers and shared memory.
__global__ void reverse(unsigned *to, const unsigned *from, unsigned value,
                        int turns) {
  __shared__ unsigned tile[Threads];
  unsigned sum = 0;
  for (int turn = 0; turn < turns; ++turn) {
    tile[threadIdx.x] = from[blockIdx.x * Threads + threadIdx.x] + sum;
    __syncthreads();
    sum = sum * 31 + tile[Threads - 1 - threadIdx.x] * value;
    __syncthreads();
  }
  to[blockIdx.x * Threads + threadIdx.x] = sum;
}

/// Has no twin: it waits for a word that others write.
__global__ void waits(unsigned *to, volatile int *open, unsigned value) {
  while (*open == 0)
    ;
  to[blockIdx.x * blockDim.x + threadIdx.x] ^= value;
}

struct Log {
  const unsigned *buffer;
  std::vector<unsigned long long> sums;
};

static void look(void *data) {
  Log &log = *static_cast<Log *>(data);
  unsigned long long sum = 0;
  for (int i = 0; i < Elements; ++i)
    sum = sum * 31 + log.buffer[i];
  log.sums.push_back(sum);
}

struct Memory {
  unsigned *buffers[3];
  unsigned *host; ///< Pinned.
  unsigned *other;
  int *open;
  Log log;
  cudaEvent_t event;
};

static void run(std::mt19937 random, Memory &m, cudaStream_t stream,
                cudaStream_t second) {
  m.log.sums.clear();
  for (unsigned b = 0; b < 3; ++b)
    check(cudaMemset(m.buffers[b], int(b + 1), Elements * 4), "set");
  check(cudaMemset(m.other, 0, Elements * 4), "set");
  check(cudaDeviceSynchronize(), "synchronize");
  for (int i = 0; i < 24; ++i) {
    const unsigned place = random() % 3;
    unsigned *to = m.buffers[place], *from = m.buffers[random() % 3],
             *apart = m.buffers[(place + 1 + random() % 2) % 3];
    const unsigned value = random() | 1u;
    const int what = int(random() % 13), turns = 20 + int(random() % 300);
    switch (what) {
    case 0:
    case 1:
    case 2: // In place, its threads would race.
      map<<<Blocks, Threads, 0, stream>>>(to, apart, value, turns);
      break;
    case 3:
    case 4:
      update<<<Blocks, Threads, 0, stream>>>(to, value, turns);
      break;
    case 5:
    case 6: // In place, it is not idempotent.
      reverse<<<Blocks, Threads, 0, stream>>>(to, from, value, turns);
      break;
    case 7:
      waits<<<Blocks, Threads, 0, stream>>>(to, m.open, value);
      break;
    case 8:
      check(cudaMemcpyAsync(to, from, Elements * 4, cudaMemcpyDeviceToDevice,
                            stream),
            "copy");
      break;
    case 9:
      check(cudaMemcpyAsync(m.host, from, Elements * 4, cudaMemcpyDeviceToHost,
                            stream),
            "copy");
      check(cudaLaunchHostFunc(stream, look, &m.log), "function");
      break;
    case 10:
      check(cudaMemsetAsync(to, int(value), Elements * 2, stream), "fill");
      break;
    case 11: // Another stream goes on when this one got here.
      check(cudaEventRecord(m.event, stream), "record");
      check(cudaStreamWaitEvent(second, m.event, 0), "wait");
      update<<<Blocks, Threads, 0, second>>>(m.other, value, turns);
      check(cudaMemcpyAsync(m.other, from, Elements * 2,
                            cudaMemcpyDeviceToDevice, second),
            "copy");
      check(cudaEventRecord(m.event, second), "record");
      check(cudaStreamWaitEvent(stream, m.event, 0), "wait");
      break;
    case 12:
      while (cudaStreamQuery(stream) == cudaErrorNotReady)
        std::this_thread::yield();
      cudaGetLastError(); // "Not ready" is one.
      break;
    }
    check(cudaGetLastError(), "launch");
  }
  check(cudaStreamSynchronize(stream), "synchronize");
  check(cudaStreamSynchronize(second), "synchronize");
}

static std::vector<unsigned> contents(const Memory &m) {
  std::vector<unsigned> all(4 * Elements);
  for (int b = 0; b < 4; ++b)
    check(cudaMemcpy(&all[size_t(b) * Elements], b < 3 ? m.buffers[b] : m.other,
                     Elements * 4, cudaMemcpyDeviceToHost),
          "copy");
  return all;
}

int main(int, char **argv) {
  const Stopping reprise;
  Memory m{};
  for (unsigned *&b : m.buffers)
    b = onDevice<unsigned>(Elements);
  m.other = onDevice<unsigned>(Elements);
  m.open = onDevice<int>(1);
  check(cudaMemset(m.open, 1, 4), "set");
  check(cudaMallocHost(&m.host, Elements * 4), "memory");
  check(cudaEventCreateWithFlags(&m.event, cudaEventDisableTiming), "event");
  m.log.buffer = m.host;
  unsigned long long stops = 0, again = 0, kinds[4] = {};
  for (unsigned round = 0; round < unsigned(std::atoi(argv[1])); ++round) {
    cudaStream_t stream = nonBlocking(), second = nonBlocking();
    run(std::mt19937(round), m, stream, second);
    const auto clean = contents(m);
    const auto cleanLog = m.log.sums;

    reprise_preempt_options options{};
    options.struct_size = sizeof options;
    options.in_flight = 1 + round % 8;
    options.backup_bytes = round % 2 ? 1 << 16 : 0;
    options.most = round % 5 == 4 ? REPRISE_STOP_AT_BLOCKS : REPRISE_STOP_NONE;
    options.no_maps = round % 7 == 3;
    reprise.check(reprise.stream_preemptible(stream, &options), "mark");
    std::atomic<bool> ended{false};
    std::thread stopper([&] {
      std::mt19937 random(round * 31 + 7);
      for (unsigned most = 4000; !ended; most += most / 10) {
        std::this_thread::sleep_for(std::chrono::microseconds(random() % most));
        reprise.check(reprise.preempt(stream), "preempt");
        if (random() % 3) {
          reprise_preempt_report report{};
          report.struct_size = sizeof report;
          reprise.check(reprise.preempt_wait(stream, UINT64_MAX, &report),
                        "wait");
        }
        reprise.check(reprise.resume(stream), "resume");
      }
    });
    run(std::mt19937(round), m, stream, second);
    ended = true;
    stopper.join();
    if (contents(m) != clean || m.log.sums != cleanLog) {
      std::printf("round %u differs\n", round);
      return 1;
    }
    reprise_preempt_info info{};
    info.struct_size = sizeof info;
    reprise.check(reprise.information(stream, &info), "information");
    stops += info.preempted;
    again += info.launched_again;
    for (int kind = 0; kind < 4; ++kind)
      kinds[kind] += info.launches[kind];
    check(cudaStreamDestroy(stream), "destroy");
    check(cudaStreamDestroy(second), "destroy");
  }
  std::printf("all equal: %llu stops, %llu kernels launched again; launches:",
              stops, again);
  for (int kind = 0; kind < 4; ++kind)
    std::printf(" %llu %s", kinds[kind],
                reprise.kind_name(reprise_stop_kind(kind)));
  std::printf("\n");
}
