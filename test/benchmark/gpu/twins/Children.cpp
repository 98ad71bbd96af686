//===- Children.cpp - Benchmarks in processes of their own ----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Children.h"
#include "Tables.h"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace reprise::suites;

namespace reprise::twins {

namespace {

struct Child {
  pid_t Id = -1;
  int From = -1; ///< What it writes.
};

} // namespace

/// Do writes to the descriptor it gets. What it throws becomes a line.
static Child fork(const std::function<void(int)> &Do) {
  int Ends[2];
  std::fflush(nullptr);
  if (pipe(Ends)) {
    std::perror("reprise-twin-cost: pipe");
    std::exit(2);
  }
  pid_t Id = ::fork();
  if (Id < 0) {
    std::perror("reprise-twin-cost: fork");
    std::exit(2);
  }
  if (Id) {
    close(Ends[1]);
    return {Id, Ends[0]};
  }
  close(Ends[0]);
  try {
    Do(Ends[1]);
  } catch (const std::exception &E) {
    std::string Line = nlohmann::json{{"problem", E.what()}}.dump() + "\n";
    [[maybe_unused]] ssize_t Written =
        ::write(Ends[1], Line.data(), Line.size());
  }
  // Without the driver's exit handlers, which an error may leave hanging.
  _exit(0);
}

/// All that C writes until it ends, or until Seconds are over. False: they are.
static bool readAll(const Child &C, unsigned Seconds, std::string &Text) {
  using Clock = std::chrono::steady_clock;
  const auto Until = Clock::now() + std::chrono::seconds(Seconds);
  for (;;) {
    auto Left = std::chrono::duration_cast<std::chrono::milliseconds>(
        Until - Clock::now());
    pollfd P{C.From, POLLIN, 0};
    if (Left.count() <= 0 || poll(&P, 1, static_cast<int>(Left.count())) == 0)
      return false;
    char Part[4096];
    ssize_t N = ::read(C.From, Part, sizeof Part);
    if (N < 0 && errno == EINTR)
      continue;
    if (N <= 0)
      return true;
    Text.append(Part, static_cast<size_t>(N));
  }
}

/// How C ended, where that was not as planned.
static std::string finish(const Child &C, bool InTime, unsigned Seconds) {
  close(C.From);
  if (!InTime)
    kill(C.Id, SIGKILL);
  int Status = 0;
  waitpid(C.Id, &Status, 0);
  if (!InTime)
    return "took more than " + std::to_string(Seconds) + " seconds";
  if (WIFSIGNALED(Status))
    return std::string("died: ") + strsignal(WTERMSIG(Status));
  return "";
}

std::string describeDevice() {
  constexpr unsigned Seconds = 60;
  Child C = fork([](int To) {
    std::string Line = Gpu().describe();
    [[maybe_unused]] ssize_t Written = ::write(To, Line.data(), Line.size());
  });
  std::string Text;
  std::string End = finish(C, readAll(C, Seconds, Text), Seconds);
  return End.empty() ? Text : "the device " + End;
}

std::string runApart(const Benchmark &B, const std::string &PtxFile,
                     const RunOptions &Options, unsigned Seconds,
                     std::vector<Row> &Rows) {
  Child C = fork([&](int To) {
    runBenchmark(B, PtxFile, Options, [&](const Row &R) {
      std::string Line = toJson(R).dump() + "\n";
      if (::write(To, Line.data(), Line.size()) < 0)
        _exit(1);
    });
  });
  std::string Text;
  std::string Problem = finish(C, readAll(C, Seconds, Text), Seconds);
  for (size_t At = 0; At < Text.size();) {
    size_t End = std::min(Text.find('\n', At), Text.size());
    auto Line = nlohmann::json::parse(Text.substr(At, End - At), nullptr,
                                      /*allow_exceptions=*/false);
    if (Line.contains("problem"))
      Problem = Line.at("problem");
    else if (!Line.is_discarded()) // Cut off.
      Rows.push_back(rowOf(Line));
    At = End + 1;
  }
  return Problem;
}

void loadAll(const std::vector<Benchmark> &All,
             const std::function<std::string(const Benchmark &)> &PtxFile,
             unsigned AtOnce) {
  std::vector<Child> Running;
  auto WaitForFirst = [&] {
    constexpr unsigned Seconds = 300;
    std::string Text;
    finish(Running.front(), readAll(Running.front(), Seconds, Text), Seconds);
    Running.erase(Running.begin());
  };
  for (const Benchmark &B : All) {
    if (Running.size() >= AtOnce)
      WaitForFirst();
    Running.push_back(fork([&](int) {
      std::string Ptx = readFile(PtxFile(B));
      Gpu G;
      CUmodule M = nullptr;
      G.check(G.cuModuleLoadDataEx(&M, Ptx.c_str(), 0, nullptr, nullptr),
              "loads");
    }));
  }
  while (!Running.empty())
    WaitForFirst();
}

} // namespace reprise::twins
