//===- preempt_latency.h - Options and tables of preempt_latency.cu -------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Host code only: what to measure, and what was measured as a table and as
// JSON.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_BENCHMARK_PREEMPT_LATENCY_H
#define REPRISE_BENCHMARK_PREEMPT_LATENCY_H

#include "reprise/reprise_preempt.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

struct Options {
  bool Small = false, NoMaps = false;
  bool Spin = false; ///< The thread that stops does not sleep between stops.
  int Stops = 200, Seed = 1, BlockMicroseconds = 100, GateMicroseconds = 0;
  std::vector<double> Lengths = {0.1, 1, 10, 100}; ///< Milliseconds.
  std::vector<int> Depths = {1, 32};
  std::vector<std::string> Kernels = {"loop", "barrier", "block"};
  int SpreadWarps = 0;
  std::vector<std::string> Requests = {"spread"};
  std::string Json;
};

struct Row {
  std::string Kernel, Request;
  double Length = 0, Measured = 0; ///< Milliseconds: wished, of a launch.
  /// Milliseconds of one of many launches that nobody stops.
  double Plain = 0, Marked = 0;
  int Depth = 0, Grid = 0, Launches = 0;
  int Ended = 0;         ///< Stops that left nothing to resume: it had ended.
  uint64_t Left[4] = {}; ///< Launches to be resumed, by kind.
  std::vector<double> Asked, Free, Running; ///< Microseconds, sorted.
  bool Same = false;
};

/// The value that this part of all is not above; 0 where there is none.
inline double percentile(const std::vector<double> &Sorted, double Part) {
  return Sorted.empty() ? 0
                        : Sorted[std::min(Sorted.size() - 1,
                                          size_t(Sorted.size() * Part))];
}

inline void printHead() {
  std::printf("                 a launch ms                               "
              "stops, left in- bet-  free us                asked running us\n"
              "kernel   length    plain   marked depth request stops ended  "
              "side  ween    p50    p90    p99    max   p50    p50     p99  "
              "memory\n");
}

inline void print(const Row &R) {
  std::printf(
      "%-8s %6g %8.4f %8.4f %5d %-7s %5zu %5d %5llu %5llu %6.1f %6.1f %6.1f "
      "%6.1f %5.1f %6.1f %7.1f  %s\n",
      R.Kernel.c_str(), R.Length, R.Plain, R.Marked, R.Depth, R.Request.c_str(),
      R.Free.size(), R.Ended,
      static_cast<unsigned long long>(R.Left[REPRISE_STOP_INSIDE]),
      static_cast<unsigned long long>(R.Left[REPRISE_STOP_AT_BLOCKS]),
      percentile(R.Free, 0.5), percentile(R.Free, 0.9),
      percentile(R.Free, 0.99), percentile(R.Free, 1), percentile(R.Asked, 0.5),
      percentile(R.Running, 0.5), percentile(R.Running, 0.99),
      R.Same ? "equal" : "DIFFERENT");
  std::fflush(stdout);
}

/// False: the file cannot be written.
inline bool write(const std::string &File, const std::string &Device,
                  const std::vector<Row> &Rows) {
  std::FILE *To = std::fopen(File.c_str(), "w");
  if (!To)
    return false;
  std::fprintf(To, "{\"device\": \"%s\", \"rows\": [", Device.c_str());
  const char *Separator = "\n";
  for (const Row &R : Rows) {
    std::fprintf(
        To,
        "%s  {\"kernel\": \"%s\", \"length_ms\": %g, \"measured_ms\": %.4f, "
        "\"blocks\": %d, \"depth\": %d, \"request\": \"%s\", \"stops\": %zu, "
        "\"ended\": %d, \"launches\": %d, \"plain_ms\": %.5f, "
        "\"marked_ms\": %.5f, \"asked_us\": %.2f, \"free_us\": {\"p50\": %.2f, "
        "\"p90\": "
        "%.2f, \"p99\": %.2f, \"max\": %.2f}, \"running_us\": {\"p50\": %.2f, "
        "\"p99\": %.2f, \"seen\": %zu}, \"equal\": %s}",
        Separator, R.Kernel.c_str(), R.Length, R.Measured, R.Grid, R.Depth,
        R.Request.c_str(), R.Free.size(), R.Ended, R.Launches, R.Plain,
        R.Marked, percentile(R.Asked, 0.5), percentile(R.Free, 0.5),
        percentile(R.Free, 0.9), percentile(R.Free, 0.99),
        percentile(R.Free, 1), percentile(R.Running, 0.5),
        percentile(R.Running, 0.99), R.Running.size(),
        R.Same ? "true" : "false");
    Separator = ",\n";
  }
  std::fprintf(To, "\n]}\n");
  return std::fclose(To) == 0;
}

/// Of a text with commas.
template <typename T> std::vector<T> list(const std::string &Text) {
  std::vector<T> All;
  std::istringstream In(Text);
  for (std::string Part; std::getline(In, Part, ',');) {
    T Value{};
    std::istringstream(Part) >> Value;
    All.push_back(Value);
  }
  return All;
}

/// False: an option is not known, or lacks its value.
inline bool parse(int argc, char **argv, Options &O) {
  for (int I = 1; I < argc; ++I) {
    const std::string Name = argv[I];
    if (Name == "--small") {
      O.Small = true;
      O.Stops = 4;
      O.Lengths = {10};
      O.Depths = {1, 4};
      continue;
    }
    if (Name == "--no-maps") {
      O.NoMaps = true;
      continue;
    }
    if (Name == "--spin") {
      O.Spin = true;
      continue;
    }
    if (++I == argc)
      return false;
    if (Name == "--stops")
      O.Stops = std::atoi(argv[I]);
    else if (Name == "--seed")
      O.Seed = std::atoi(argv[I]);
    else if (Name == "--block-us")
      O.BlockMicroseconds = std::atoi(argv[I]);
    else if (Name == "--gate-us")
      O.GateMicroseconds = std::atoi(argv[I]);
    else if (Name == "--spread-warps")
      O.SpreadWarps = std::atoi(argv[I]);
    else if (Name == "--lengths")
      O.Lengths = list<double>(argv[I]);
    else if (Name == "--depths")
      O.Depths = list<int>(argv[I]);
    else if (Name == "--kernels")
      O.Kernels = list<std::string>(argv[I]);
    else if (Name == "--request")
      O.Requests = list<std::string>(argv[I]);
    else if (Name == "--json")
      O.Json = argv[I];
    else
      return false;
  }
  return O.Stops > 0 && O.BlockMicroseconds > 0;
}

inline void usage() {
  std::fprintf(stderr,
               "usage: preempt_latency [--small] [--stops N] [--seed N] "
               "[--lengths MS,...] [--depths N,...]\n"
               "  [--kernels loop,barrier,block] [--request "
               "device,host,copy,spread] [--no-maps] [--block-us N]\n"
               "  [--gate-us N] [--spread-warps N] [--spin] [--json FILE]\n");
}

#endif // REPRISE_BENCHMARK_PREEMPT_LATENCY_H
