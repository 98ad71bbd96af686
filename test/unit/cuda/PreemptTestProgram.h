//===- PreemptTestProgram.h - Random programs on the simulated device -----===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Random operations on three buffers. Nothing in them commutes: what overtakes,
// or runs twice, changes the result.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_UNIT_CUDA_PREEMPTTESTPROGRAM_H
#define REPRISE_TEST_UNIT_CUDA_PREEMPTTESTPROGRAM_H

#include "PreemptStream.h"
#include "SimulatedDevice.h"

#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <random>

namespace reprise::cuda::test {

constexpr uint32_t Blocks = 40, PerBlock = 3, Words = Blocks * PerBlock;

struct Arguments {
  uint32_t *To;
  const uint32_t *From;
  uint32_t Value, Padding;
};

/// to[i] = f(from[i]): idempotent.
inline void mapStep(const unsigned char *Bytes, uint32_t Block, unsigned Step) {
  Arguments A;
  std::memcpy(&A, Bytes, sizeof A);
  const uint32_t I = Block * PerBlock + Step;
  A.To[I] = A.From[I] * 2654435761u + A.Value;
}

/// to[i] = f(to[i]): not.
inline void updateStep(const unsigned char *Bytes, uint32_t Block,
                       unsigned Step) {
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

inline const Kernel Map{mapStep}, Update{updateStep}, Nothing{nullptr};

inline CUfunction function(const SimKernel &Kernel) {
  return reinterpret_cast<CUfunction>(const_cast<SimKernel *>(&Kernel));
}

inline std::shared_ptr<const Twin> twin(const Kernel &Of, bool Spread,
                                        bool Mapless) {
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

inline std::vector<Operation> program(std::mt19937 &Random) {
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

inline void runHere(const std::vector<Operation> &Program, Buffers &B) {
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

inline void pass(uint32_t Steps) {
  reinterpret_cast<SimPass *>(driverFunction(SimPassName))(Steps);
}

inline void look(void *B) { static_cast<Buffers *>(B)->look(); }

/// What the driver refuses is asked for again. False: a launch became something
/// else than it should, where \p AllTwins.
inline bool runThere(const std::vector<Operation> &Program, Buffers &B,
                     PreemptStream &S, bool AllTwins = true) {
  const StopApi &D = stopApi();
  for (const Operation &O : Program) {
    const Arguments A{B.Data[O.To].data(), B.Data[O.From].data(), O.Value, 0};
    const bool IsMap = O.What == Step::Map;
    const Kernel &Its = O.What == Step::Nothing ? Nothing
                        : IsMap                 ? Map
                                                : Update;
    auto Original = [&] {
      size_t Size = sizeof A;
      void *Extra[] = {CU_LAUNCH_PARAM_BUFFER_POINTER,
                       const_cast<Arguments *>(&A), CU_LAUNCH_PARAM_BUFFER_SIZE,
                       &Size, CU_LAUNCH_PARAM_END};
      return D.LaunchKernel(function(Its.Original), Blocks, 1, 1, 1, 1, 1, 0,
                            S.Stream, nullptr, Extra);
    };
    switch (O.What) {
    case Step::Nothing:
    case Step::Map:
    case Step::Update:
    case Step::UpdateSaved:
    case Step::Original: {
      StopLaunch L{};
      // Most programs have twins of one layout.
      L.Its = twin(Its, O.Value % 16 != 0, O.Value / 16 % 2);
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
      while (S.launch(L, Original, What) != CUDA_SUCCESS)
        ;
      if (AllTwins && (What == Launched::Twin) != (L.Kind != REPRISE_STOP_NONE))
        return false;
      break;
    }
    case Step::Copy:
      S.beforeOperation(true);
      while (D.MemcpyAsync(reinterpret_cast<CUdeviceptr>(A.To),
                           reinterpret_cast<CUdeviceptr>(A.From),
                           sizeof(uint32_t) * Words, S.Stream) != CUDA_SUCCESS)
        ;
      break;
    case Step::Host:
      S.beforeOperation(true);
      while (D.LaunchHostFunc(S.Stream, look, &B) != CUDA_SUCCESS)
        ;
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

class PreemptFixture : public testing::Test {
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
    O.backup_bytes = O.backup_bytes ? O.backup_bytes : 4096;
    CUstream Stream = nullptr;
    stopApi().StreamCreateWithPriority(&Stream, CU_STREAM_NON_BLOCKING, 0);
    std::shared_ptr<PreemptStream> S;
    EXPECT_EQ(PreemptStream::make(Stream, nullptr, O, S), REPRISE_PREEMPT_OK);
    return S;
  }
  static reprise_preempt_status drop(PreemptStream &S) {
    const reprise_preempt_status Status = S.end();
    EXPECT_EQ(stopApi().StreamDestroy(S.Stream), CUDA_SUCCESS);
    return Status;
  }
};

inline uint32_t rounds(uint32_t Default) {
  const char *More = std::getenv("REPRISE_PREEMPT_ROUNDS");
  return More ? static_cast<uint32_t>(std::atoi(More)) : Default;
}

} // namespace reprise::cuda::test

#endif // REPRISE_TEST_UNIT_CUDA_PREEMPTTESTPROGRAM_H
