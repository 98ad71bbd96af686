//===- preempt.cu - Short requests beside long kernels --------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What two processes would do on one device: a batch job keeps a stream full of
// long kernels, and a service gets short requests at random times. Three
// policies:
//
//   none    a request waits for what the device runs
//   block   the batch job is stopped between blocks, and goes on afterwards
//   full    it is stopped inside its blocks where its kernels allow that
//
// Of each, how long requests took from arrival to answer, how much slower the
// batch job got, and how it was stopped. Then the batch job is done again
// undisturbed, and memory has to be the same, bit by bit.
//
//   reprise run -- ./preempt
//
// The kernels of the batch job are of three sorts: `advance` may be left by
// each thread, `relax` has barriers, and `accumulate` overwrites what it reads,
// so it is stopped between blocks, or inside them if --backup-mib lets it save
// that.
//
//===----------------------------------------------------------------------===//

#include "../support.h"

#include "reprise/reprise_preempt.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <random>
#include <string>
#include <thread>

constexpr int Threads = 256;

extern "C" __global__ void advance(float *to, const float *from, int n,
                                   int steps) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n)
    return;
  float x = from[i];
  for (int s = 0; s < steps; ++s)
    x = x * 0.9995f + 0.0007f;
  to[i] = x;
}

extern "C" __global__ void accumulate(float *sum, const float *x, int n,
                                      int steps) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n)
    return;
  float s = sum[i];
  for (int k = 0; k < steps; ++k)
    s = s * 0.9998f + x[i];
  sum[i] = s;
}

// n is a multiple of Threads.
extern "C" __global__ void relax(float *to, const float *from, int steps) {
  __shared__ float tile[Threads];
  int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
  tile[t] = from[i];
  __syncthreads();
  for (int s = 0; s < steps; ++s) {
    float left = tile[(t + Threads - 1) % Threads];
    float right = tile[(t + 1) % Threads];
    __syncthreads();
    tile[t] = tile[t] * 0.5f + (left + right) * 0.25f;
    __syncthreads();
  }
  to[i] = tile[t];
}

__host__ __device__ inline unsigned answerTo(unsigned x) {
  for (int s = 0; s < 64; ++s)
    x = x * 1664525u + 1013904223u;
  return x;
}

extern "C" __global__ void serve(unsigned *answer, const unsigned *question) {
  answer[threadIdx.x] = answerTo(question[threadIdx.x]);
}

namespace {

using Clock = std::chrono::steady_clock;

struct Options {
  std::string Policy = "all";
  int Requests = 200, Floats = 1 << 20, Steps = 200000, Seed = 1;
  int GapMicroseconds = 20000, BackupMiB = 0, Ahead = 2;
};

/// Ends the program where Reprise refuses.
void must(const reprise_preempt_functions &R, reprise_preempt_status Status,
          const char *What) {
  if (Status != REPRISE_PREEMPT_OK) {
    std::fprintf(stderr, "%s: %s\n", What, R.status_text(Status));
    std::exit(2);
  }
}

double microseconds(Clock::duration D) {
  return std::chrono::duration<double, std::micro>(D).count();
}

/// The value that this part of all is not above.
double percentile(std::vector<double> All, double Part) {
  std::sort(All.begin(), All.end());
  return All.empty() ? 0 : All[size_t((All.size() - 1) * Part)];
}

/// Long kernels, round after round, each of which needs what those before left.
class Batch {
public:
  Batch(const Options &O, cudaStream_t Stream)
      : O(O), Stream(Stream), A(testData(O.Floats, 1)), B(size_t(O.Floats)),
        Copy(size_t(O.Floats)), Sum(testData(O.Floats, 2)) {
    for (cudaEvent_t &E : Ends)
      check(cudaEventCreateWithFlags(&E, cudaEventDisableTiming |
                                             cudaEventBlockingSync),
            "event");
    // Streams of this program do not wait for the copies by themselves.
    check(cudaDeviceSynchronize(), "memory");
  }
  ~Batch() {
    for (cudaEvent_t E : Ends)
      cudaEventDestroy(E);
  }

  static constexpr int KernelsOfRound = 3;

  /// Rounds until \p Enough(how many there were), a few ahead of the device.
  /// Returns what it took.
  template <typename Function> Clock::duration run(Function &&Enough) {
    const auto Start = Clock::now();
    for (int Round = 0; !Enough(Round); ++Round) {
      cudaEvent_t &End = Ends[Round % O.Ahead];
      if (Round >= O.Ahead)
        check(cudaEventSynchronize(End), "round");
      round();
      check(cudaEventRecord(End, Stream), "event");
    }
    check(cudaStreamSynchronize(Stream), "batch");
    return Clock::now() - Start;
  }

  /// All that it computed.
  std::vector<float> memory() const {
    std::vector<float> All = A.read();
    for (const Buffer<float> *Each : {&B, &Copy, &Sum}) {
      const std::vector<float> More = Each->read();
      All.insert(All.end(), More.begin(), More.end());
    }
    return All;
  }

private:
  void round() {
    const int Blocks = O.Floats / Threads;
    advance<<<Blocks, Threads, 0, Stream>>>(B.data(), A.data(), O.Floats,
                                            O.Steps);
    check(cudaMemcpyAsync(Copy.data(), B.data(), O.Floats * sizeof(float),
                          cudaMemcpyDeviceToDevice, Stream),
          "copy");
    accumulate<<<Blocks, Threads, 0, Stream>>>(Sum.data(), Copy.data(),
                                               O.Floats, O.Steps);
    relax<<<Blocks, Threads, 0, Stream>>>(A.data(), B.data(), O.Steps / 8);
    check(cudaGetLastError(), "launch");
  }

  const Options &O;
  cudaStream_t Stream;
  Buffer<float> A, B, Copy, Sum;
  cudaEvent_t Ends[8] = {};
};

/// One short kernel and its copies; the answer is known beforehand.
class Service {
public:
  explicit Service(cudaStream_t Stream)
      : Stream(Stream), Question(size_t(Threads)), Answer(size_t(Threads)) {
    check(cudaMallocHost(reinterpret_cast<void **>(&Host),
                         sizeof(unsigned) * Threads),
          "host memory");
  }
  ~Service() { cudaFreeHost(Host); }

  /// False: the answer is wrong.
  bool request(unsigned Number) {
    const size_t Bytes = sizeof(unsigned) * Threads;
    for (unsigned I = 0; I < Threads; ++I)
      Host[I] = Number * Threads + I;
    cudaMemcpyAsync(Question.data(), Host, Bytes, cudaMemcpyHostToDevice,
                    Stream);
    serve<<<1, Threads, 0, Stream>>>(Answer.data(), Question.data());
    cudaMemcpyAsync(Host, Answer.data(), Bytes, cudaMemcpyDeviceToHost, Stream);
    check(cudaStreamSynchronize(Stream), "request");
    unsigned Right = 0;
    while (Right < Threads && Host[Right] == answerTo(Number * Threads + Right))
      ++Right;
    return Right == Threads;
  }

private:
  cudaStream_t Stream;
  unsigned *Host = nullptr;
  Buffer<unsigned> Question, Answer;
};

/// What one policy did.
struct Measured {
  std::vector<double> Latencies, Frees; ///< Microseconds.
  unsigned Stops = 0, Left[4] = {};     ///< Launches to be resumed, by kind.
  bool AnswersRight = true;
  Clock::duration Took{};
  int Rounds = 0;
};

struct Stream {
  /// \p High: before the others where the device has to choose.
  explicit Stream(bool High) {
    int Least = 0, Greatest = 0;
    check(cudaDeviceGetStreamPriorityRange(&Least, &Greatest), "priorities");
    check(cudaStreamCreateWithPriority(&Handle, cudaStreamNonBlocking,
                                       High ? Greatest : Least),
          "stream");
  }
  ~Stream() { cudaStreamDestroy(Handle); }
  cudaStream_t Handle = nullptr;
};

void stop(const reprise_preempt_functions &R, cudaStream_t Low, Measured &M) {
  must(R, R.preempt(Low), "preempt");
  reprise_preempt_report Report{};
  Report.struct_size = sizeof Report;
  must(R, R.preempt_wait(Low, 60'000'000'000, &Report), "preempt_wait");
  ++M.Stops;
  M.Frees.push_back(double(Report.nanoseconds) / 1000);
  for (int Kind = 0; Kind < 4; ++Kind)
    M.Left[Kind] += Report.left[Kind];
}

/// Requests at random times beside the batch job. \p R null: policy none.
Measured disturb(const Options &O, const reprise_preempt_functions *R,
                 cudaStream_t Low, Batch &Job) {
  Measured M;
  Stream High(true);
  Service S(High.Handle);
  S.request(0);                          // Loads the kernel.
  std::vector<Clock::duration> Arrivals; // From the start on.
  std::mt19937 Random(O.Seed);
  std::exponential_distribution<double> Gap(1.0 / O.GapMicroseconds);
  for (double At = 0; Arrivals.size() < size_t(O.Requests);) {
    At += Gap(Random);
    Arrivals.push_back(std::chrono::microseconds(int64_t(At)));
  }
  std::atomic<bool> Done{false};
  std::thread Background([&] {
    M.Took = Job.run([&](int Round) {
      M.Rounds = Round;
      return Done.load() && Round >= O.Ahead;
    });
  });
  const auto Start = Clock::now();
  for (size_t I = 0; I < Arrivals.size();) {
    std::this_thread::sleep_until(Start + Arrivals[I]);
    if (R)
      stop(*R, Low, M);
    // Who arrived meanwhile is served too before the batch job goes on.
    do {
      M.AnswersRight &= S.request(unsigned(I));
      M.Latencies.push_back(microseconds(Clock::now() - Start - Arrivals[I]));
    } while (++I < Arrivals.size() && Clock::now() >= Start + Arrivals[I]);
    if (R)
      must(*R, R->resume(Low), "resume");
  }
  Done = true;
  Background.join();
  return M;
}

/// False: something differs.
bool tryPolicy(const Options &O, const std::string &Policy,
               const reprise_preempt_functions &R) {
  const bool Stops = Policy != "none";
  Stream Low(false);
  if (Stops) {
    reprise_preempt_options P{};
    P.struct_size = sizeof P;
    P.most = Policy == "block" ? REPRISE_STOP_AT_BLOCKS : REPRISE_STOP_INSIDE;
    P.backup_bytes = uint64_t(O.BackupMiB) << 20;
    must(R, R.stream_preemptible(Low.Handle, &P), "stream_preemptible");
  }
  Batch Job(O, Low.Handle);
  const Measured M = disturb(O, Stops ? &R : nullptr, Low.Handle, Job);
  if (Stops)
    must(R, R.stream_unmark(Low.Handle), "stream_unmark");
  // The same rounds with nobody else, on a stream that is not marked.
  Stream Calm(false);
  Batch Undisturbed(O, Calm.Handle);
  const double Alone = microseconds(
      Undisturbed.run([&](int Round) { return Round >= M.Rounds; }));
  const std::vector<float> X = Job.memory(), Y = Undisturbed.memory();
  const bool Same =
      std::memcmp(X.data(), Y.data(), X.size() * sizeof(float)) == 0;
  const double Took = microseconds(M.Took);
  std::printf("%-6s %8zu %9.0f %9.0f %9.0f %7.1f %6u %6u %7u %7u %6u %8.0f "
              "%8.0f  %s\n",
              Policy.c_str(), M.Latencies.size(), percentile(M.Latencies, 0.5),
              percentile(M.Latencies, 0.9), percentile(M.Latencies, 0.99),
              100 * (1 - Alone / Took), M.Stops, M.Left[REPRISE_STOP_INSIDE],
              M.Left[REPRISE_STOP_BACKUP], M.Left[REPRISE_STOP_AT_BLOCKS],
              M.Left[REPRISE_STOP_NONE], percentile(M.Frees, 0.5),
              percentile(M.Frees, 0.99),
              Same && M.AnswersRight ? "equal"
              : Same                 ? "WRONG ANSWERS"
                                     : "DIFFERENT");
  std::printf("       %d rounds of %d kernels, undisturbed %.0f us a kernel\n",
              M.Rounds, Batch::KernelsOfRound,
              Alone / std::max(1, M.Rounds) / Batch::KernelsOfRound);
  std::fflush(stdout);
  return Same && M.AnswersRight;
}

int usage() {
  std::fprintf(
      stderr,
      "usage: preempt [--policy none|block|full|all] [--requests N]\n"
      "  [--gap-us N, the mean time between requests] [--seed N]\n"
      "  [--floats N, of each buffer] [--steps N, of each thread in a kernel]\n"
      "  [--backup-mib N, for kernels that overwrite what they read]\n");
  return 2;
}

bool parse(int argc, char **argv, Options &O) {
  for (int I = 1; I < argc; I += 2) {
    const std::string Name = argv[I];
    if (I + 1 == argc)
      return false;
    if (Name == "--policy")
      O.Policy = argv[I + 1];
    int *Number = Name == "--requests"     ? &O.Requests
                  : Name == "--gap-us"     ? &O.GapMicroseconds
                  : Name == "--seed"       ? &O.Seed
                  : Name == "--floats"     ? &O.Floats
                  : Name == "--steps"      ? &O.Steps
                  : Name == "--backup-mib" ? &O.BackupMiB
                                           : nullptr;
    if (Number)
      *Number = std::atoi(argv[I + 1]);
    else if (Name != "--policy")
      return false;
  }
  O.Floats = std::max(1, O.Floats / Threads) * Threads;
  return O.Requests > 0 && O.GapMicroseconds > 0 && O.Steps >= 8;
}

} // namespace

int main(int argc, char **argv) {
  Options O;
  if (!parse(argc, argv, O))
    return usage();
  reprise_preempt_functions R;
  const bool Loaded = reprise_preempt_load(&R);
  cudaDeviceProp Device;
  check(cudaGetDeviceProperties(&Device, 0), "device");
  std::printf("%s, %d requests, about %d us apart\n", Device.name, O.Requests,
              O.GapMicroseconds);
  std::printf("policy requests    p50 us    p90 us    p99 us  lost %%  stops "
              "inside   saved between  whole free p50 free p99  memory\n");
  {
    Stream Any(false); // Loads the kernels.
    Batch(O, Any.Handle).run([](int Round) { return Round == 1; });
  }
  bool Right = true;
  int Tried = 0;
  for (const char *Policy : {"none", "block", "full"}) {
    if (O.Policy != "all" && O.Policy != Policy)
      continue;
    ++Tried;
    if (!Loaded && std::strcmp(Policy, "none") != 0) {
      std::fprintf(stderr, "nothing can be stopped here; start the program "
                           "with 'reprise run -- preempt'\n");
      return 2;
    }
    Right &= tryPolicy(O, Policy, R);
  }
  if (Tried == 0)
    return usage();
  return Right ? 0 : 1;
}
