//===- launch_bound.cu - Programs that do nothing but launch --------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// usage: launch_bound [LAUNCHES [THREADS [ALLOCATIONS]]]
//
// Each thread of the host launches two tiny kernels in turn on a stream of its
// own: one whose arguments repeat, one that gets new arguments each time. The
// device is never the bottleneck, so the time of a launch is the host's. Other
// allocations lie around the buffers, as in a real program.
//
// Prints the nanoseconds of one launch as `time NAME VALUE`, everything else is
// a result that does not change from run to run.
//
//===----------------------------------------------------------------------===//

#include "../../../examples/support.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <thread>

__global__ void scale(float *Out, const float *In, float Factor, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    Out[i] = In[i] * Factor;
}

static constexpr int Elements = 256;
static constexpr int Slices = 1024;

/// Launches of one host thread. Returns the median over batches of the
/// nanoseconds of one launch.
static double launchAll(float *Out, const float *In, long Launches,
                        bool NewArguments) {
  cudaStream_t Stream;
  check(cudaStreamCreate(&Stream), "stream");
  constexpr long Batch = 500;
  std::vector<double> Times;
  for (long Done = 0; Done < Launches; Done += Batch) {
    auto Start = std::chrono::steady_clock::now();
    for (long I = 0; I < Batch; ++I) {
      long Slice = NewArguments ? (Done + I) % Slices : 0;
      scale<<<1, Elements, 0, Stream>>>(Out + Slice * Elements, In, 2.0f,
                                        Elements);
    }
    std::chrono::duration<double, std::nano> Elapsed =
        std::chrono::steady_clock::now() - Start;
    Times.push_back(Elapsed.count() / Batch);
    // A full queue would make the host wait for the device.
    check(cudaStreamSynchronize(Stream), "synchronize");
  }
  check(cudaStreamDestroy(Stream), "stream");
  std::nth_element(Times.begin(), Times.begin() + Times.size() / 2,
                   Times.end());
  return Times[Times.size() / 2];
}

static void measure(const char *Name, long Launches, int Threads,
                    bool NewArguments) {
  std::vector<double> Medians(Threads);
  std::vector<std::thread> Hosts;
  for (int T = 0; T < Threads; ++T)
    Hosts.emplace_back([&, T] {
      std::vector<float> Data = testData(Elements, T + 1);
      Buffer<float> In(Data), Out(Elements * Slices);
      Medians[T] = launchAll(Out.data(), In.data(), Launches, NewArguments);
      for (float &Value : Data)
        Value *= 2;
      std::vector<float> Result = Out.read();
      Result.resize(Elements);
      expectNear(Name, Result, Data);
    });
  for (std::thread &Host : Hosts)
    Host.join();
  std::sort(Medians.begin(), Medians.end());
  std::printf("time %s %.1f\n", Name, Medians[Medians.size() / 2]);
}

int main(int Count, char **Arguments) {
  long Launches = Count > 1 ? std::stol(Arguments[1]) : 100000;
  int Threads = Count > 2 ? std::stoi(Arguments[2]) : 1;
  long Allocations = Count > 3 ? std::stol(Arguments[3]) : 100;

  std::vector<void *> Others(Allocations);
  for (void *&Other : Others)
    check(cudaMalloc(&Other, 4096), "cudaMalloc");
  measure("warm-up", 1000, Threads, true);
  measure("same-arguments", Launches, Threads, false);
  measure("new-arguments", Launches, Threads, true);
  for (void *Other : Others)
    cudaFree(Other);
}
