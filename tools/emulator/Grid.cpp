//===- Grid.cpp - One launch under way ------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GridSwitch.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>

using namespace llvm;

namespace reprise::emulator {

constinit thread_local Grid *ActiveGrid = nullptr;

/// Instructions until a loop asks for others to run.
static constexpr uint64_t SliceInstructions = 1 << 20;

GridResources::GridResources(size_t StackBytes)
    : Workers(StackBytes, [](Worker &W) { return activeGrid().work(W); }) {}
GridResources::~GridResources() = default;

std::string Place::str() const {
  auto Index = [](const Dim3 &D) {
    return "(" + std::to_string(D.X) + "," + std::to_string(D.Y) + "," +
           std::to_string(D.Z) + ")";
  };
  std::string Text = "block " + Index(Block) + " thread " + Index(Thread);
  return Source.empty() ? Text : Text + " at " + Source;
}

Grid::Grid(const CompiledKernel &Kernel, const Launch &What,
           ArrayRef<Symbol> Variables, GridResources &Resources)
    : K(Kernel), L(What), Symbols(Variables), Res(Resources),
      Mem(Resources.Mem) {}

//===----------------------------------------------------------------------===//
// Running
//===----------------------------------------------------------------------===//

Worker *Grid::takeWorker() {
  Worker *W = Res.Workers.take();
  if (!W) {
    Out.Problem.Kind = FaultKind::Unsupported;
    Out.Problem.Text = "more threads wait at once than there is stack for";
    stop(Status::Faulted);
  }
  return W;
}

/// The sanitizer would look for the type of the function before its first byte,
/// where compiled kernels have nothing, perhaps not even memory.
#if defined(__clang__)
__attribute__((no_sanitize("function")))
#endif
Worker *
Grid::work(Worker &W) {
  while (!Stopping) {
    // Else its code has left: it is done.
    if (Running->S == ThreadState::State::Fresh) {
      ThreadState &T = *Running;
      T.On = &W;
      enter(T);
      K.Entry(L.Params.data());
      finish(*Running);
    }
    ThreadState *T = next();
    if (!T)
      break;
    if (T->S != ThreadState::State::Fresh)
      return enter(*T);
    Running = T;
  }
  return nullptr;
}

void Grid::finish(ThreadState &T) {
  T.S = ThreadState::State::Done;
  T.On = nullptr;
  IdleSlices = 0;
  BlockState &B = *T.Block;
  --B.Live;
  B.Warps[T.Context.Warp].Live &= ~(1u << T.Context.Lane);
  if (StopNext) {
    stop(Status::Stopped);
    return;
  }
  if (B.Live) {
    if (B.Waiting)
      afterExit(T);
    return;
  }
  B.Active = false;
  --Active;
  ++EndedBlocks;
  if (L.Stop.K == Cut::Kind::Block && EndedBlocks >= L.Stop.N)
    stop(Status::Stopped);
  else if (L.Order.K != Schedule::Kind::Random && Active == 0)
    admit(); // Here, so that its threads run on the same worker.
}

void Grid::stop(Status S) {
  if (Stopping)
    return;
  Stopping = true;
  Out.S = S;
}

/// Ends the running thread where it is.
void Grid::leave() {
  Worker *W = Running->On;
  W->leave();
}

void Grid::exitThread() {
  ThreadState &T = *Running;
  Worker *W = T.On;
  finish(T);
  W->leave();
}

bool Grid::chance() { return Random() < SwitchBelow; }

/// A loop has run for long: others may have to run for it to end.
void Grid::slice() {
  if (K.State->Count >= L.InstructionLimit) {
    fault(FaultKind::Limit, K.State->CallSite, 0, 0,
          "the kernel ran for more than " + std::to_string(L.InstructionLimit) +
              " instructions");
    leave();
  }
  K.State->Limit =
      std::min(K.State->Count + SliceInstructions, L.InstructionLimit);
  yield();
}

void Grid::yield() {
  if (StopNext) {
    stop(Status::Stopped);
    leave();
  }
  ThreadState &T = *Running;
  // All that can run spin: perhaps for a block that is not resident.
  if (++IdleSlices > 2 * Queue.size() + 2) {
    IdleSlices = 0;
    admit();
  }
  if (Queue.empty())
    return;
  ready(T);
  wait(T);
}

/// Nothing can run. True when that was not the end of it.
bool Grid::stuck() {
  if (resolveActive())
    return true;
  for (auto &B : Blocks)
    if (B->Active)
      for (ThreadState &T : B->Threads)
        if (T.S == ThreadState::State::Waiting) {
          Out.Problem.Kind = FaultKind::Barrier;
          Out.Problem.Where = place(T, T.CallSite);
          uint64_t Waiting = llvm::count_if(B->Threads, [](ThreadState &Other) {
            return Other.S == ThreadState::State::Waiting;
          });
          Out.Problem.Text = K.Name + ": " + Out.Problem.Where.str() +
                             " waits at a barrier or warp operation that "
                             "others never reach (" +
                             std::to_string(Waiting) + " of " +
                             std::to_string(BlockThreads) +
                             " threads of the block wait)";
          stop(Status::Faulted);
          return false;
        }
  return false;
}

void Grid::abandonAll() {
  for (auto &B : Blocks)
    for (ThreadState &T : B->Threads)
      if (T.On && !T.On->idle()) {
        Worker *W = T.On;
        T.On = nullptr;
        W->abandon();
      }
}

Result Grid::run() {
  auto Refuse = [&](const std::string &Why) {
    Out.S = Status::Faulted;
    Out.Problem.Kind = FaultKind::BadLaunch;
    Out.Problem.Text = K.Name + ": " + Why;
    return std::move(Out);
  };
  if (std::string Why = validate(); !Why.empty())
    return Refuse(Why);
  BlockCount = L.Grid.count();
  BlockThreads = static_cast<uint32_t>(L.Block.count());
  Random.seed(L.Order.Seed);
  uint64_t Room = std::max<uint64_t>(4096 / BlockThreads, 2);
  MostResident = std::min<uint64_t>({BlockCount, Room, 64});
  bool Interleaved = L.Order.K == Schedule::Kind::Random;
  if (Interleaved) {
    Resident = 1 + Random() % std::min<size_t>(MostResident, 8);
    // From "nearly always" to "never but at barriers".
    static constexpr unsigned Shifts[] = {1, 3, 6, 10, 64};
    unsigned Shift = Shifts[Random() % std::size(Shifts)];
    SwitchBelow = Shift == 64 ? 0 : ~uint64_t(0) >> Shift;
  }
  if (L.Order.K != Schedule::Kind::Sequential && BlockCount <= (1 << 24)) {
    for (uint64_t B = 0; B < BlockCount; ++B)
      BlockOrder.push_back(B);
    std::shuffle(BlockOrder.begin(), BlockOrder.end(), Random);
  }
  Stepping = Interleaved || L.Stop.K == Cut::Kind::Access ||
             L.Stop.K == Cut::Kind::Store;
  Caching = !Stepping && L.Trace != TraceLevel::Threads;
  if (std::string Why = Mem.begin(L.Allocations, Symbols, K.Traced);
      !Why.empty())
    return Refuse(Why);
  if (!prepareShared())
    return Refuse("there is no memory for shared memory");
  Mem.ThreadsPerBlock = BlockThreads;
  Region Stacks;
  Stacks.K = Region::Kind::Local;
  Stacks.Begin = Res.Workers.begin();
  Stacks.End = Res.Workers.end();
  Mem.addRegion(Stacks);
  std::fill_n(K.Caches, K.Sites.size(), SiteCache{0, 0, 0});
  *K.State = JitState();
  K.State->Limit = std::min(SliceInstructions, L.InstructionLimit);

  Grid *Outer = ActiveGrid;
  ActiveGrid = this;
  while (!Stopping) {
    while (Active < Resident && admit())
      ;
    ThreadState *T = pick();
    if (T) {
      if (Worker *W = enter(*T)) {
        Res.Workers.makeSpare();
        W->resume();
      }
      Running = nullptr;
    } else if (!Active || !stuck()) {
      break;
    }
  }
  abandonAll();
  ActiveGrid = Outer;

  Out.Instructions = K.State->Count;
  if (K.Traced && L.Trace != TraceLevel::None) {
    collectTrace();
    if (L.Trace == TraceLevel::Threads)
      collectThreads();
  }
  return std::move(Out);
}

//===----------------------------------------------------------------------===//
// Places
//===----------------------------------------------------------------------===//

static Dim3 indexIn(const Dim3 &Size, uint64_t Number) {
  return {static_cast<uint32_t>(Number % Size.X),
          static_cast<uint32_t>(Number / Size.X % Size.Y),
          static_cast<uint32_t>(Number / Size.X / Size.Y)};
}

Dim3 Grid::blockIndex(uint64_t Number) const { return indexIn(L.Grid, Number); }
Dim3 Grid::threadIndex(uint64_t Number) const {
  return indexIn(L.Block, Number);
}

Place Grid::placeOf(uint32_t Thread, uint32_t Site) const {
  Place P;
  P.Block = blockIndex(Thread / BlockThreads);
  P.Thread = threadIndex(Thread % BlockThreads);
  if (Site < K.Sites.size())
    P.Source = K.Sites[Site].Source;
  return P;
}

Place Grid::place(const ThreadState &T, uint32_t Site) const {
  return placeOf(T.Now.Thread, Site);
}

void Grid::fault(FaultKind Kind, uint32_t Site, uint64_t Address,
                 uint32_t Bytes, const std::string &What) {
  Fault &F = Out.Problem;
  F.Kind = Kind;
  F.Where = place(*Running, Site);
  F.Address = Address;
  F.Bytes = Bytes;
  F.Text = K.Name + ": " + F.Where.str() + ": " + What;
  stop(Status::Faulted);
}

} // namespace reprise::emulator
