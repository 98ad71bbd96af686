//===- preempt_latency.cu - How soon a running kernel is gone -------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Keeps a marked stream full of kernels and stops it at random times. Measures,
// by the host's clock,
//
//   asked    from reprise_preempt to its return
//   free     from reprise_preempt to the return of reprise_preempt_wait, which
//            is not asked for a report: nothing of the stream runs
//   running  from reprise_resume to the first store of a kernel that is seen
//
// for kernels of several lengths, three of a kind:
//
//   loop     each thread leaves in its loop; as many blocks as fit at once
//   barrier  blocks leave together, at a barrier of theirs
//   block    overwrites what it reads: stops between blocks, which are short
//
// Launch k reads what launch k - 1 wrote, so that memory in the end tells of
// each of them; it has to be that of as many undisturbed launches.
//
//   reprise run -- preempt_latency --json latency.json
//
// On an emulated device (--small) the times mean nothing.
//
//===----------------------------------------------------------------------===//

#include "../../../examples/support.h"
#include "preempt_latency.h"

#include <atomic>
#include <chrono>
#include <cstring>
#include <random>
#include <thread>

constexpr int Threads = 256;

// Tells the host that a block began; of very many blocks not each.
__device__ void beat(volatile int *running) {
  if (threadIdx.x == 0 && (gridDim.x < 4096 || blockIdx.x % 16 == 0))
    *running = 1;
}

extern "C" __global__ void loop(float *to, const float *from, int steps,
                                volatile int *running) {
  beat(running);
  int i = blockIdx.x * Threads + threadIdx.x;
  float x = from[i];
  for (int s = 0; s < steps; ++s)
    x = x * 0.9995f + 0.0007f;
  to[i] = x;
}

extern "C" __global__ void barrier(float *to, const float *from, int steps,
                                   volatile int *running) {
  __shared__ float tile[Threads];
  beat(running);
  int t = threadIdx.x, i = blockIdx.x * Threads + t;
  tile[t] = from[i];
  __syncthreads();
  for (int s = 0; s < steps; ++s) {
    float left = tile[(t + Threads - 1) % Threads];
    __syncthreads();
    tile[t] = tile[t] * 0.5f + left * 0.5f;
    __syncthreads();
  }
  to[i] = tile[t];
}

// One number a block: very many blocks need little memory.
extern "C" __global__ void block(float *sum, int steps, volatile int *running) {
  beat(running);
  float x = sum[blockIdx.x] + threadIdx.x * 0.001f;
  for (int s = 0; s < steps; ++s)
    x = x * 0.9995f + 0.0007f;
  if (threadIdx.x == 0)
    sum[blockIdx.x] = x;
}

namespace {

using Clock = std::chrono::steady_clock;

double since(Clock::time_point Start) {
  return std::chrono::duration<double, std::micro>(Clock::now() - Start)
      .count();
}

/// The clock of the operating system is too coarse for the end of a wait.
void waitFor(double Microseconds, bool Spin) {
  const auto Start = Clock::now();
  if (Microseconds > 500 && !Spin)
    std::this_thread::sleep_for(
        std::chrono::microseconds(int64_t(Microseconds - 300)));
  while (since(Start) < Microseconds)
    ;
}

reprise_preempt_functions R;

void must(reprise_preempt_status Status, const char *What) {
  if (Status == REPRISE_PREEMPT_OK)
    return;
  std::fprintf(stderr, "%s: %s\n", What, R.status_text(Status));
  std::exit(2);
}

struct Stream {
  Stream() {
    check(cudaStreamCreateWithFlags(&Handle, cudaStreamNonBlocking), "stream");
  }
  ~Stream() { cudaStreamDestroy(Handle); }
  cudaStream_t Handle = nullptr;
};

/// One kernel with its grid, and memory for it.
class Work {
public:
  Work(const std::string &Kernel, int Grid, int Steps)
      : Kernel(Kernel), Grid(Grid), Steps(Steps), A(testData(floats(), 1)),
        B(testData(floats(), 1)) {
    check(cudaHostAlloc(reinterpret_cast<void **>(const_cast<int **>(&Host)),
                        sizeof(int), cudaHostAllocMapped),
          "host memory");
    check(cudaHostGetDevicePointer(reinterpret_cast<void **>(&Device),
                                   const_cast<int *>(Host), 0),
          "mapped memory");
    *Host = 0;
    // Streams of this program do not wait for the copies by themselves.
    check(cudaDeviceSynchronize(), "memory");
  }
  ~Work() { cudaFreeHost(const_cast<int *>(Host)); }

  /// Launch number K.
  void launch(int K, cudaStream_t S) {
    float *To = K % 2 ? A.data() : B.data();
    const float *From = K % 2 ? B.data() : A.data();
    if (Kernel == "loop")
      loop<<<Grid, Threads, 0, S>>>(To, From, Steps, Device);
    else if (Kernel == "barrier")
      barrier<<<Grid, Threads, 0, S>>>(To, From, Steps, Device);
    else
      block<<<Grid, Threads, 0, S>>>(A.data(), Steps, Device);
    check(cudaGetLastError(), "launch");
  }
  /// Microseconds of a launch that nobody disturbs.
  double time() {
    Stream S;
    launch(0, S.Handle);
    check(cudaStreamSynchronize(S.Handle), "kernel");
    const auto Start = Clock::now();
    launch(1, S.Handle);
    check(cudaStreamSynchronize(S.Handle), "kernel");
    return since(Start);
  }
  std::vector<float> memory() const {
    std::vector<float> All = A.read(), More = B.read();
    All.insert(All.end(), More.begin(), More.end());
    return All;
  }
  void clear() { *Host = 0; }
  bool runs() const { return *Host != 0; }

private:
  size_t floats() const {
    return Kernel == "block" ? Grid : size_t(Grid) * Threads;
  }
  std::string Kernel;
  int Grid, Steps;
  Buffer<float> A, B;
  volatile int *Host = nullptr;
  int *Device = nullptr;
};

/// Blocks of the kernel that the device runs at one time.
int resident(const Options &O, const std::string &Kernel) {
  if (O.Small)
    return 4;
  cudaDeviceProp P;
  check(cudaGetDeviceProperties(&P, 0), "device");
  int PerCore = 0;
  const void *F = Kernel == "loop" ? reinterpret_cast<const void *>(loop)
                  : Kernel == "barrier"
                      ? reinterpret_cast<const void *>(barrier)
                      : reinterpret_cast<const void *>(block);
  check(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&PerCore, F, Threads, 0),
        "occupancy");
  return PerCore * P.multiProcessorCount;
}

reprise_request_place place(const std::string &Name) {
  return Name == "host"     ? REPRISE_REQUEST_HOST
         : Name == "copy"   ? REPRISE_REQUEST_COPY
         : Name == "device" ? REPRISE_REQUEST_DEVICE
                            : REPRISE_REQUEST_SPREAD;
}

/// Stops the stream O.Stops times, while another thread puts Depth launches on
/// it, waits for them, and so on. Nothing lies between the launches: a stop has
/// to make all of them leave.
void stopOften(const Options &O, Work &W, cudaStream_t S, Row &Out) {
  std::atomic<bool> Done{false};
  std::thread Feeder([&] {
    while (!Done) {
      for (int I = 0; I < Out.Depth; ++I)
        W.launch(Out.Launches++, S);
      check(cudaStreamSynchronize(S), "launches");
    }
  });
  std::mt19937 Random(O.Seed);
  std::uniform_real_distribution<double> Gap(0, 1500 * Out.Measured);
  for (int I = 0; I < O.Stops; ++I) {
    waitFor(Gap(Random), O.Spin);
    reprise_preempt_report Report{};
    Report.struct_size = sizeof Report;
    auto Start = Clock::now();
    must(R.preempt(S), "preempt");
    Out.Asked.push_back(since(Start));
    must(R.preempt_wait(S, 100'000'000'000, nullptr), "preempt_wait");
    Out.Free.push_back(since(Start));
    // What left is fetched from the device, here or when it is resumed.
    must(R.preempt_wait(S, 0, &Report), "preempt_wait");
    bool Ended = true;
    for (int Kind = 0; Kind < 4; ++Kind) {
      Out.Left[Kind] += Report.left[Kind];
      Ended &= Report.left[Kind] == 0;
    }
    Out.Ended += Ended;
    W.clear();
    Start = Clock::now();
    must(R.resume(S), "resume");
    // The last blocks of a launch may not tell that they began.
    while (!Ended && !W.runs() && since(Start) < 100'000)
      ;
    if (!Ended && W.runs())
      Out.Running.push_back(since(Start));
  }
  Done = true;
  Feeder.join();
}

/// Milliseconds of one of many launches that nobody stops, 32 at once.
double undisturbed(const Options &O, const std::string &Kernel, int Grid,
                   int Steps, const reprise_preempt_options &P, bool Marked) {
  Work W(Kernel, Grid, Steps);
  Stream S;
  if (Marked)
    must(R.stream_preemptible(S.Handle, &P), "stream_preemptible");
  int K = 0;
  double Best = 0;
  for (int Round = 0; Round < 4; ++Round) {
    const int Count = O.Small ? 4 : 32;
    const auto Start = Clock::now();
    for (int I = 0; I < Count; ++I)
      W.launch(K++, S.Handle);
    check(cudaStreamSynchronize(S.Handle), "launches");
    const double Each = since(Start) / 1000 / Count;
    Best = Round == 0 ? Each : std::min(Best, Each);
    if (since(Start) > 500'000)
      break;
  }
  if (Marked)
    must(R.stream_unmark(S.Handle), "stream_unmark");
  return Best;
}

Row measure(const Options &O, const std::string &Kernel, double Length,
            int Depth, const std::string &Request) {
  Row Out;
  Out.Kernel = Kernel;
  Out.Request = Request;
  Out.Length = Length;
  Out.Depth = Depth;
  // Steps for the wished time; of short blocks, the number of them.
  const int AtOnce = resident(O, Kernel);
  const double OfBlock = std::min<double>(1000 * Length, O.BlockMicroseconds);
  const double Wish = Kernel == "block" ? OfBlock : 1000 * Length;
  double Steps = O.Small ? 50 : 1000;
  for (int Round = 0; Round < 10; ++Round) {
    const double Off = Wish / Work(Kernel, AtOnce, int(Steps)).time();
    // One time that is far off must not make the next kernel run for ever.
    Steps = std::clamp(Steps * std::clamp(Off, 0.1, 10.0), 1.0, 5e8);
    if (Off > 0.9 && Off < 1.1)
      break;
  }
  Out.Grid = AtOnce;
  if (Kernel == "block")
    Out.Grid *= std::max(1, int(1000 * Length / OfBlock));
  Out.Measured = Work(Kernel, Out.Grid, int(Steps)).time() / 1000;
  reprise_preempt_options P{};
  P.struct_size = sizeof P;
  P.pool_bytes = uint64_t(O.Small ? 1 : 256) << 20;
  P.no_maps = O.NoMaps;
  P.request = place(Request);
  P.gate_us = O.GateMicroseconds;
  P.spread_warps = O.SpreadWarps;
  Out.Plain = undisturbed(O, Kernel, Out.Grid, int(Steps), P, /*Marked=*/false);
  Out.Marked = undisturbed(O, Kernel, Out.Grid, int(Steps), P, /*Marked=*/true);

  Work W(Kernel, Out.Grid, int(Steps)), Calm(Kernel, Out.Grid, int(Steps));
  Stream S, Undisturbed;
  must(R.stream_preemptible(S.Handle, &P), "stream_preemptible");
  stopOften(O, W, S.Handle, Out);
  must(R.stream_unmark(S.Handle), "stream_unmark");
  for (int K = 0; K < Out.Launches; ++K)
    Calm.launch(K, Undisturbed.Handle);
  check(cudaStreamSynchronize(Undisturbed.Handle), "undisturbed");
  const std::vector<float> X = W.memory(), Y = Calm.memory();
  Out.Same = std::memcmp(X.data(), Y.data(), X.size() * sizeof(float)) == 0;
  std::sort(Out.Asked.begin(), Out.Asked.end());
  std::sort(Out.Free.begin(), Out.Free.end());
  std::sort(Out.Running.begin(), Out.Running.end());
  return Out;
}

} // namespace

int main(int argc, char **argv) {
  Options O;
  if (!parse(argc, argv, O)) {
    usage();
    return 2;
  }
  if (!reprise_preempt_load(&R)) {
    std::fprintf(stderr, "nothing can be stopped here; start the program with "
                         "'reprise run -- preempt_latency'\n");
    return 2;
  }
  cudaDeviceProp Device;
  check(cudaGetDeviceProperties(&Device, 0), "device");
  std::printf("%s\n", Device.name);
  printHead();
  std::vector<Row> Rows;
  bool Same = true;
  for (const std::string &Request : O.Requests)
    for (const std::string &Kernel : O.Kernels)
      for (double Length : O.Lengths)
        for (int Depth : O.Depths) {
          Rows.push_back(measure(O, Kernel, Length, Depth, Request));
          print(Rows.back());
          Same &= Rows.back().Same;
        }
  if (!O.Json.empty() && !write(O.Json, Device.name, Rows)) {
    std::fprintf(stderr, "%s: cannot be written\n", O.Json.c_str());
    return 2;
  }
  return Same ? 0 : 1;
}
