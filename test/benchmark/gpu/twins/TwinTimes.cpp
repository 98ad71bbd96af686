//===- TwinTimes.cpp - Times of a launch and of its twin ------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TwinTimes.h"
#include "Control.h"

#include <algorithm>
#include <bit>

using namespace reprise::suites;

namespace reprise::twins {

static constexpr unsigned MostInARow = 16;
static constexpr uint32_t Copies = 256;
static constexpr uint64_t LeftOffset = 256, CopiesOffset = 512,
                          WordBytes = CopiesOffset + Copies * 128;

// Keeps the device busy while the host queues what is measured: each pass waits
// for a load from memory.
static constexpr char DelayPtx[] = R"(
.version 7.0
.target sm_50
.address_size 64
.visible .entry reprise_delay(.param .u64 Word, .param .u32 Count)
{
  .reg .pred %p;
  .reg .b32 %r<3>;
  .reg .b64 %a;
  ld.param.u64 %a, [Word];
  ld.param.u32 %r0, [Count];
Next:
  ld.volatile.global.u32 %r1, [%a];
  add.u32 %r2, %r1, 1;
  sub.u32 %r0, %r0, %r2;
  setp.gt.s32 %p, %r0, 0;
  @%p bra Next;
  ret;
}
)";

LaunchTimer::LaunchTimer(Gpu &Device) : G(Device) {
  CUmodule M = nullptr;
  G.check(G.cuModuleLoadDataEx(&M, DelayPtx, 0, nullptr, nullptr),
          "loads the delay");
  G.check(G.cuModuleGetFunction(&Delay, M, "reprise_delay"), "finds the delay");
  G.check(G.cuEventCreate(&Start, CU_EVENT_DEFAULT), "makes an event");
  G.check(G.cuEventCreate(&End, CU_EVENT_DEFAULT), "makes an event");
  Words = G.allocate(WordBytes);
  G.check(G.cuMemsetD8_v2(Words, 0, WordBytes), "clears the request");
}

static void start(const Gpu &G, const HostLaunch &L, CUfunction F,
                  const SpreadControl *C) {
  std::vector<void *> Arguments;
  for (const std::vector<uint8_t> &A : L.Arguments)
    Arguments.push_back(const_cast<uint8_t *>(A.data()));
  if (C)
    Arguments.push_back(const_cast<SpreadControl *>(C));
  G.check(G.cuLaunchKernel(F, L.Grid.X, L.Grid.Y, L.Grid.Z, L.Block.X,
                           L.Block.Y, L.Block.Z, L.DynamicShared, nullptr,
                           Arguments.data(), nullptr),
          C ? "launches the twin of " + L.Kernel : "launches " + L.Kernel);
}

static void allowShared(const Gpu &G, CUfunction F, const HostLaunch &L) {
  constexpr uint32_t WithoutAsking = 48 << 10;
  if (L.DynamicShared > WithoutAsking)
    G.check(
        G.cuFuncSetAttribute(F, CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES,
                             static_cast<int>(L.DynamicShared)),
        "takes much dynamic shared memory");
}

void LaunchTimer::run(const HostLaunch &L, CUfunction Kernel) {
  allowShared(G, Kernel, L);
  start(G, L, Kernel, nullptr);
}

void LaunchTimer::launch(const Case &C, Way W, unsigned Index) {
  if (W == First || W == Second)
    return start(G, C.L, C.Code.Kernel, nullptr);
  SpreadControl Given; // Twins without copies take its first part.
  Given.First.Request = Words;
  Given.First.Left = Words + LeftOffset;
  Given.Copies = Words + CopiesOffset;
  Given.Mask = Copies - 1;
  if (W == Mapped)
    Given.First.Done = Maps + Index * MapBytes;
  start(G, C.L, W == Mapless ? C.Code.Mapless : C.Code.Twin, &Given);
}

void LaunchTimer::prepare(const Case &C) {
  for (CUfunction F : {C.Code.Kernel, C.Code.Mapless, C.Code.Twin})
    allowShared(G, F, C.L);
  uint64_t Blocks = uint64_t(C.L.Grid.X) * C.L.Grid.Y * C.L.Grid.Z;
  MapBytes = doneBytes(Blocks);
  if (MapBytes * MostInARow > MapRoom) {
    MapRoom = MapBytes * MostInARow;
    Maps = G.allocate(MapRoom);
  }
}

//===----------------------------------------------------------------------===//
// Results
//===----------------------------------------------------------------------===//

std::string LaunchTimer::compare(DeviceHost &D, const Case &C,
                                 Outcome &Result) {
  auto After = [&](Way W) {
    D.restore();
    if (W == Mapped)
      G.check(G.cuMemsetD8_v2(Maps, 0, MapRoom), "clears the map");
    launch(C, W, 0);
    G.check(G.cuCtxSynchronize(), "runs " + C.L.Kernel);
    return D.content(C.L);
  };
  const std::vector<uint8_t> Clean = After(First);
  Result = After(Second) == Clean ? Outcome::Same : Outcome::Order;
  std::string Problem;
  for (Way W : {Mapless, Plain, Mapped}) {
    if (After(W) != Clean && Result == Outcome::Same && Problem.empty())
      Problem = W == Mapless ? "the twin that knows no map leaves other memory"
                : W == Plain ? "the twin leaves other memory"
                             : "the twin with a map leaves other memory";
    uint32_t Left = 0;
    G.check(G.cuMemcpyDtoH_v2(&Left, Words + LeftOffset, sizeof Left),
            "reads whether the twin left");
    if (Left) {
      Result = Outcome::Different;
      return "the twin leaves, and nobody asked it to";
    }
  }
  // The order of threads explains it if it explains it for the original.
  constexpr unsigned MoreRuns = 6;
  for (unsigned I = 0; !Problem.empty() && I < MoreRuns; ++I)
    if (After(First) != Clean) {
      Result = Outcome::Order;
      Problem.clear();
    }
  std::vector<uint32_t> Map(MapBytes / sizeof(uint32_t));
  G.check(G.cuMemcpyDtoH_v2(Map.data(), Maps, MapBytes), "reads the map");
  uint64_t Done = 0;
  for (uint32_t Word : Map)
    Done += static_cast<uint64_t>(std::popcount(Word));
  uint64_t Blocks = uint64_t(C.L.Grid.X) * C.L.Grid.Y * C.L.Grid.Z;
  if (Problem.empty() && Done != Blocks)
    Problem = "the twin marks " + std::to_string(Done) + " of " +
              std::to_string(Blocks) + " blocks as done";
  if (!Problem.empty())
    Result = Outcome::Different;
  return Problem;
}

//===----------------------------------------------------------------------===//
// Times
//===----------------------------------------------------------------------===//

double LaunchTimer::measureOnce(DeviceHost &D, const Case &C, Way W,
                                unsigned InARow) {
  if (C.L.Expected != Idempotent)
    D.restore();
  if (W == Mapped)
    G.check(G.cuMemsetD8_v2(Maps, 0, MapBytes * InARow), "clears the map");
  // A pass takes about half a microsecond, and queueing a launch two or three.
  uint32_t Passes = 30 + 8 * InARow;
  void *Arguments[] = {&Words, &Passes};
  G.check(
      G.cuLaunchKernel(Delay, 1, 1, 1, 1, 1, 1, 0, nullptr, Arguments, nullptr),
      "launches the delay");
  G.check(G.cuEventRecord(Start, nullptr), "records an event");
  for (unsigned I = 0; I < InARow; ++I)
    launch(C, W, I);
  G.check(G.cuEventRecord(End, nullptr), "records an event");
  G.check(G.cuCtxSynchronize(), "runs " + C.L.Kernel);
  float Milliseconds = 0;
  G.check(G.EventElapsedTime(&Milliseconds, Start, End), "reads a time");
  return static_cast<double>(Milliseconds) * 1e3 / InARow;
}

static double median(std::vector<double> All) {
  auto Middle = All.begin() + static_cast<ptrdiff_t>(All.size() / 2);
  std::nth_element(All.begin(), Middle, All.end());
  return *Middle;
}

TwinTimes LaunchTimer::measure(DeviceHost &D, const HostLaunch &L,
                               const KernelCode &Code,
                               const TimeOptions &Options) {
  Case C{L, Code};
  TwinTimes T;
  prepare(C);
  D.keep();
  T.Problem = compare(D, C, T.Memory);
  D.restore();
  for (auto [F, To] : {std::pair(Code.Kernel, &T.Registers),
                       std::pair(Code.Mapless, &T.MaplessRegisters),
                       std::pair(Code.Twin, &T.TwinRegisters)})
    G.check(G.cuFuncGetAttribute(To, CU_FUNC_ATTRIBUTE_NUM_REGS, F),
            "reads the number of registers");

  std::vector<double> Warm;
  for (unsigned I = 0; I < Options.WarmUps; ++I)
    for (Way W : {First, Mapless, Plain, Mapped})
      Warm.push_back(measureOnce(D, C, W, 1));
  constexpr double EnoughMicroseconds = 100;
  T.InARow = 1;
  if (L.Expected == Idempotent && Options.InARow)
    T.InARow = static_cast<unsigned>(
        std::clamp(EnoughMicroseconds / std::max(median(Warm), 1e-3), 1.0,
                   double(MostInARow)));
  std::array<std::vector<double>, 5> Times;
  T.Repeats = Options.Repeats;
  for (unsigned I = 0; I < T.Repeats; ++I)
    for (unsigned K = 0; K < Times.size(); ++K) {
      unsigned W = (I + K) % Times.size(); // Each is the first one in turn.
      Times[W].push_back(measureOnce(D, C, static_cast<Way>(W), T.InARow));
    }
  T.Original = median(Times[First]);
  T.Again = median(Times[Second]);
  T.Mapless = median(Times[Mapless]);
  T.Twin = median(Times[Plain]);
  T.Mapped = median(Times[Mapped]);
  D.restore();
  return T;
}

} // namespace reprise::twins
