//===- PreemptTest.cpp - Streams that are stopped at random times ---------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A program of random operations on three buffers, on the device of
// SimulatedDevice.h, while another thread stops and resumes the stream. Nothing
// in it commutes: what overtakes, or runs twice, changes the result.
//
//===----------------------------------------------------------------------===//

#include "PreemptStream.h"
#include "SimulatedDevice.h"
#include "Weaken.h"

#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <random>
#include <thread>

using namespace reprise;
using namespace reprise::cuda;

namespace {

constexpr uint32_t Blocks = 40, PerBlock = 3, Words = Blocks * PerBlock;

struct Arguments {
  uint32_t *To;
  const uint32_t *From;
  uint32_t Value, Padding;
};

/// to[i] = f(from[i]): idempotent.
void mapStep(const unsigned char *Bytes, uint32_t Block, unsigned Step) {
  Arguments A;
  std::memcpy(&A, Bytes, sizeof A);
  const uint32_t I = Block * PerBlock + Step;
  A.To[I] = A.From[I] * 2654435761u + A.Value;
}

/// to[i] = f(to[i]): not.
void updateStep(const unsigned char *Bytes, uint32_t Block, unsigned Step) {
  Arguments A;
  std::memcpy(&A, Bytes, sizeof A);
  const uint32_t I = Block * PerBlock + Step;
  A.To[I] = A.To[I] * 40503u + A.Value;
}

/// A kernel with its twins, of either layout. Without a function, one in which
/// no thread has anything to do.
struct Kernel {
  SimKernel Original, Twin, Mapless, Spread, SpreadMapless;

  explicit constexpr Kernel(decltype(SimKernel::Step) Step)
      : Original{Step ? PerBlock : 0, 0, 0, false, false, Step},
        Twin(twin(Step, sizeof(Control), false)),
        Mapless(twin(Step, sizeof(Control), true)),
        Spread(twin(Step, sizeof(SpreadControl), false)),
        SpreadMapless(twin(Step, sizeof(SpreadControl), true)) {}

private:
  static constexpr SimKernel twin(decltype(SimKernel::Step) Step,
                                  uint32_t Bytes, bool Mapless) {
    return {Step ? PerBlock : 0, sizeof(Arguments), Bytes, Mapless, true, Step};
  }
};

const Kernel Map{mapStep}, Update{updateStep}, Nothing{nullptr};

CUfunction function(const SimKernel &Kernel) {
  return reinterpret_cast<CUfunction>(const_cast<SimKernel *>(&Kernel));
}

std::shared_ptr<const Twin> twin(const Kernel &Of, bool Spread, bool Mapless) {
  auto T = std::make_shared<Twin>();
  T->Any.Function = function(Spread ? Of.Spread : Of.Twin);
  if (Mapless)
    T->Mapless.Function = function(Spread ? Of.SpreadMapless : Of.Mapless);
  T->ControlOffset = sizeof(Arguments);
  T->ControlBytes = Spread ? sizeof(SpreadControl) : sizeof(Control);
  T->Inside = true;
  return T;
}

struct Buffers {
  std::vector<uint32_t> Data[3];
  std::vector<uint64_t> Log; ///< Of host functions.
  Buffers() {
    for (uint32_t B = 0; B < 3; ++B)
      for (uint32_t I = 0; I < Words; ++I)
        Data[B].push_back(B * 1000 + I);
  }
  void look() {
    uint64_t Sum = 0;
    for (const std::vector<uint32_t> &D : Data)
      for (uint32_t V : D)
        Sum = Sum * 31 + V;
    Log.push_back(Sum);
  }
  bool operator==(const Buffers &) const = default;
};

enum class Step {
  Map,
  Update,
  UpdateSaved,
  Original,
  Copy,
  Host,
  Query,
  Nothing
};

struct Operation {
  Step What;
  uint32_t To, From, Value;
  bool WithMap;
};

std::vector<Operation> program(std::mt19937 &Random) {
  std::vector<Operation> P;
  // Runs of one kind, so that segments have several launches, and changes.
  for (unsigned I = 10 + Random() % 30; I-- > 0;) {
    const auto What = static_cast<Step>(Random() % 8);
    for (unsigned N = 1 + Random() % 3; N-- > 0;) {
      const uint32_t To = Random() % 3;
      P.push_back({What, To, (To + 1 + static_cast<uint32_t>(Random() % 2)) % 3,
                   static_cast<uint32_t>(Random()), Random() % 2 == 0});
    }
  }
  return P;
}

void runHere(const std::vector<Operation> &Program, Buffers &B) {
  for (const Operation &O : Program) {
    const Arguments A{B.Data[O.To].data(), B.Data[O.From].data(), O.Value, 0};
    unsigned char Bytes[sizeof A];
    std::memcpy(Bytes, &A, sizeof A);
    const bool IsMap = O.What == Step::Map;
    if (O.What == Step::Copy)
      B.Data[O.To] = B.Data[O.From];
    else if (O.What == Step::Host)
      B.look();
    else if (O.What != Step::Query && O.What != Step::Nothing)
      for (uint32_t Block = 0; Block < Blocks; ++Block)
        for (unsigned S = 0; S < PerBlock; ++S)
          (IsMap ? mapStep : updateStep)(Bytes, Block, S);
  }
}

void pass(uint32_t Steps) {
  reinterpret_cast<SimPass *>(driverFunction(SimPassName))(Steps);
}

void look(void *B) { static_cast<Buffers *>(B)->look(); }

/// False: a launch became something else than it should.
bool runThere(const std::vector<Operation> &Program, Buffers &B,
              PreemptStream &S) {
  const StopApi &D = stopApi();
  for (const Operation &O : Program) {
    const Arguments A{B.Data[O.To].data(), B.Data[O.From].data(), O.Value, 0};
    const bool IsMap = O.What == Step::Map;
    auto Original = [&] {
      size_t Size = sizeof A;
      void *Extra[] = {CU_LAUNCH_PARAM_BUFFER_POINTER,
                       const_cast<Arguments *>(&A), CU_LAUNCH_PARAM_BUFFER_SIZE,
                       &Size, CU_LAUNCH_PARAM_END};
      return D.LaunchKernel(function((IsMap ? Map : Update).Original), Blocks,
                            1, 1, 1, 1, 1, 0, S.Stream, nullptr, Extra);
    };
    switch (O.What) {
    case Step::Nothing:
    case Step::Map:
    case Step::Update:
    case Step::UpdateSaved:
    case Step::Original: {
      StopLaunch L{};
      // Most programs have twins of one layout.
      L.Its = twin(O.What == Step::Nothing ? Nothing
                   : IsMap                 ? Map
                                           : Update,
                   O.Value % 16 != 0, O.Value / 16 % 2);
      std::fill_n(L.Grid, 3, 1);
      std::fill_n(L.Block, 3, 1);
      L.Grid[0] = Blocks;
      L.Arguments.resize(sizeof A);
      std::memcpy(L.Arguments.data(), &A, sizeof A);
      if (IsMap)
        L.Kind = O.WithMap     ? REPRISE_STOP_INSIDE
                 : O.Value % 2 ? REPRISE_STOP_AT_BLOCKS
                               : REPRISE_STOP_INSIDE;
      if (O.What == Step::Nothing)
        L.Kind = REPRISE_STOP_INSIDE;
      if (O.What == Step::Update)
        L.Kind = REPRISE_STOP_AT_BLOCKS;
      if (O.What == Step::Update || (IsMap && O.WithMap))
        L.MapBytes = doneBytes(Blocks);
      if (O.What == Step::UpdateSaved) {
        L.Kind = REPRISE_STOP_BACKUP;
        const reprise_range All{reinterpret_cast<uint64_t>(A.To),
                                sizeof(uint32_t) * Words};
        L.Backup = pack(&All, 1);
        L.BackupBytes = All.size;
      }
      Launched What;
      if (S.launch(L, Original, What) != CUDA_SUCCESS ||
          (What == Launched::Twin) != (L.Kind != REPRISE_STOP_NONE))
        return false;
      break;
    }
    case Step::Copy:
      S.beforeOperation(true);
      D.MemcpyAsync(reinterpret_cast<CUdeviceptr>(A.To),
                    reinterpret_cast<CUdeviceptr>(A.From),
                    sizeof(uint32_t) * Words, S.Stream);
      break;
    case Step::Host:
      S.beforeOperation(true);
      D.LaunchHostFunc(S.Stream, look, &B);
      break;
    case Step::Query:
      S.beforeOperation(false);
      D.StreamQuery(S.Stream);
      break;
    }
    if (O.Value % 5 == 0)
      pass(O.Value % 500);
  }
  return true;
}

struct Outcome {
  bool Good = true; ///< It ended as if nobody had stopped it.
  uint64_t Stops = 0, Again = 0;
};

class PreemptTest : public testing::Test {
protected:
  static void SetUpTestSuite() {
    setenv("REPRISE_REAL_LIBCUDA", REPRISE_SIMULATED_DEVICE, 1);
    ASSERT_TRUE(canStop());
  }
  static void seed(uint32_t Seed) {
    reinterpret_cast<SimSeed *>(driverFunction(SimSeedName))(Seed);
  }
  static std::shared_ptr<PreemptStream>
  make(const reprise_preempt_options &Given = {}) {
    reprise_preempt_options O = Given;
    O.most = O.most ? O.most : REPRISE_STOP_INSIDE;
    O.in_flight = O.in_flight ? O.in_flight : 8;
    O.pool_bytes = O.pool_bytes ? O.pool_bytes : 4096;
    O.backup_bytes = 4096;
    CUstream Stream = nullptr;
    stopApi().StreamCreateWithPriority(&Stream, CU_STREAM_NON_BLOCKING, 0);
    std::shared_ptr<PreemptStream> S;
    EXPECT_EQ(PreemptStream::make(Stream, nullptr, O, S), REPRISE_PREEMPT_OK);
    return S;
  }
  static void drop(PreemptStream &S) {
    S.end();
    EXPECT_EQ(stopApi().StreamDestroy(S.Stream), CUDA_SUCCESS);
  }

  /// Stops and resumes until \p Ended. False: something was not done.
  static bool stopNowAndThen(PreemptStream &S, uint32_t Seed,
                             const std::atomic<bool> &Ended) {
    std::mt19937 Random(Seed);
    // Longer and longer between stops, and not for ever: a launch without a map
    // that is stopped sooner than it ends begins anew.
    unsigned Left = 25;
    for (uint32_t Most = 300; !Ended && Left-- > 0; Most += Most / 5) {
      pass(Random() % Most);
      if (S.preempt() != REPRISE_PREEMPT_OK)
        return false;
      if (Random() % 2) {
        reprise_preempt_report R{};
        const reprise_preempt_status Free =
            S.wait(Random() % 3 ? UINT64_MAX : 1000, &R);
        if (Free != REPRISE_PREEMPT_OK && Free != REPRISE_PREEMPT_TIMEOUT)
          return false;
        pass(Random() % 100);
      }
      if (S.resume() != REPRISE_PREEMPT_OK)
        return false;
    }
    return true;
  }

  static Outcome round(uint32_t Seed, Rule Off = Rule::None) {
    Outcome O;
    std::mt19937 Random(Seed);
    seed(Seed);
    reprise_preempt_options Options{};
    Options.request = static_cast<reprise_request_place>(1 + Seed % 4);
    Options.left = Seed % 2 ? REPRISE_REQUEST_HOST : REPRISE_REQUEST_DEVICE;
    Options.in_flight = 1 + Random() % 12;
    constexpr uint32_t GateEvery[] = {UINT32_MAX, UINT32_MAX, 1000, 1};
    Options.gate_us = GateEvery[Random() % 4];
    constexpr uint32_t FewWarps[] = {1, 1, 0, Blocks + 1};
    Options.spread_warps = FewWarps[Random() % 4];
    const std::vector<Operation> Program = program(Random);
    Buffers Here, There;
    runHere(Program, Here);
    auto S = make(Options);
    std::atomic<bool> Ended{false}, Stopped{false};
    weaken(Off);
    std::thread Stopper([&] {
      weaken(Off);
      if (!stopNowAndThen(*S, Seed * 7919, Ended))
        O.Good = false;
      Stopped = !O.Good;
    });
    const bool AllTwins = runThere(Program, There, *S);
    S->beforeOperation(false);
    while (!Stopped && stopApi().StreamQuery(S->Stream) == CUDA_ERROR_NOT_READY)
      std::this_thread::sleep_for(std::chrono::microseconds(100));
    Ended = true;
    Stopper.join();
    reprise_preempt_info Info{};
    S->information(Info);
    O.Stops = Info.preempted;
    O.Again = Info.launched_again;
    drop(*S);
    weaken(Rule::None);
    O.Good &= AllTwins && Here == There;
    return O;
  }

  static void weaken([[maybe_unused]] Rule Off) {
#ifdef REPRISE_WEAKENINGS
    Weakening = Off;
#endif
  }
};

uint32_t rounds(uint32_t Default) {
  const char *More = std::getenv("REPRISE_PREEMPT_ROUNDS");
  return More ? static_cast<uint32_t>(std::atoi(More)) : Default;
}

#ifdef REPRISE_WEAKENINGS
// A test that cannot fail shows nothing: each rule that is broken is noticed.
TEST_F(PreemptTest, EachRuleIsNeeded) {
  for (Rule Off : {Rule::StopGates, Rule::StopGateLooks, Rule::StopCloseLate,
                   Rule::StopWords, Rule::StopOneWord, Rule::StopBackupGate,
                   Rule::StopMaps, Rule::StopUndrained, Rule::StopCopies}) {
    uint32_t Round = 1;
    while (Round <= rounds(3000) && round(Round, Off).Good)
      ++Round;
    EXPECT_LE(Round, rounds(3000))
        << "nobody notices that rule " << static_cast<int>(Off) << " is off";
    std::printf("rule %d: noticed in round %u\n", static_cast<int>(Off), Round);
    std::fflush(stdout);
  }
}
#else
TEST_F(PreemptTest, RandomProgramsEndAsIfNobodyStoppedThem) {
  uint64_t Stops = 0, Again = 0;
  for (uint32_t Round = 1; Round <= rounds(400); ++Round) {
    const Outcome O = round(Round);
    ASSERT_TRUE(O.Good) << "round " << Round;
    Stops += O.Stops;
    Again += O.Again;
  }
  std::printf("%llu stops, %llu kernels launched again\n",
              static_cast<unsigned long long>(Stops),
              static_cast<unsigned long long>(Again));
  EXPECT_GT(Again, rounds(400)) << "the test stopped next to nothing";
}
#endif

} // namespace
