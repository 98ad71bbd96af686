//===- Grid.h - One launch under way --------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   Grid.cpp         threads run and end, results are made
//   GridSwitch.h     from one thread to the next
//   GridBlocks.cpp   launches are validated, blocks admitted
//   GridAccess.cpp   accesses: bounds, traces, points to switch and stop at
//   GridSync.cpp     barriers and warp operations
//   GridPrint.cpp    printf, assertions
//   GridTexture.cpp  textures, surfaces
//   GridTrace.cpp    sets of bytes of a run
//
//   fresh ───enter───► running ──► done
//                      │    ▲
//     barrier, warp    ▼    │ enter
//     operation     waiting ──► ready
//
// A thread that waits or ends hands over to the next one directly; run() comes
// in where a block has to be admitted, a stack to be made, or nothing can go
// on.
//
// Functions that may suspend a thread hold nothing that has a destructor: a
// thread that is abandoned is never resumed.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_EMULATOR_GRID_H
#define REPRISE_TOOLS_EMULATOR_GRID_H

#include "Emulator.h"
#include "Fibers.h"
#include "Memory.h"
#include "Runtime.h"

#include <deque>
#include <memory>
#include <random>
#include <vector>

namespace reprise::emulator {

struct BlockState;

struct ThreadState {
  enum class State : uint8_t { Fresh, Ready, Running, Waiting, Done };
  ThreadContext Context = {};
  BlockState *Block = nullptr;
  Worker *On = nullptr;
  State S = State::Fresh;
  Moment Now;
  uint32_t CallSite = 0;
  uint64_t Result = 0; ///< Of what it waited for.
};

struct BarrierState {
  uint32_t Arrived = 0;
  uint32_t Needed = 0; ///< 0: all threads that live.
  uint32_t Trues = 0;
  std::vector<ThreadState *> Waiting;
};

struct WarpSlot {
  bool Waiting = false;
  WarpOp Op = WarpOp::Sync;
  uint32_t Mask = 0, Argument = 0, Clamp = 0;
  uint64_t Value = 0;
  const void *From = nullptr; ///< The call, for active masks.
};

struct WarpState {
  uint32_t Live = 0;
  WarpSlot Slots[32];
};

struct BlockState {
  uint64_t Number = 0;
  std::vector<ThreadState> Threads;
  std::vector<WarpState> Warps;
  BarrierState Barriers[16];
  uint32_t Live = 0;
  uint32_t Waiting = 0; ///< Threads in that state.
  uint32_t Slot = 0;    ///< Which shared arena it has.
  bool Active = false;
};

/// What a compiled kernel needs at run time, made by Program.cpp.
struct CompiledKernel {
  std::string Name;
  void (*Entry)(const void *Params) = nullptr;
  JitState *State = nullptr;
  SiteCache *Caches = nullptr;
  std::vector<SiteInfo> Sites;
  uint32_t StaticShared = 0;
  uint32_t ParamBytes = 0;
  bool Traced = false;
};

/// Stacks and arenas, kept between launches.
struct GridResources {
  explicit GridResources(size_t StackBytes);
  ~GridResources();
  WorkerPool Workers;
  Memory Mem;
  Arena Shared, SharedShadow;
};

class Grid {
public:
  Grid(const CompiledKernel &K, const Launch &L, llvm::ArrayRef<Symbol> Symbols,
       GridResources &Resources);
  Result run();

  // Called from compiled code, on a worker.
  void check(uint32_t Site, uint64_t Address);
  void read(uint32_t Site, uint64_t Address, uint32_t Bytes);
  void write(uint32_t Site, uint64_t Address, uint32_t Bytes);
  void atomic(uint32_t Site, uint64_t Address);
  void compareAndSwap(uint32_t Site, uint64_t Address, const void *Expected);
  void range(uint32_t Site, uint64_t Address, uint64_t Bytes);
  [[noreturn]] void localFault(uint32_t Site, uint64_t Address);
  inline uint32_t reduce(uint32_t Id, uint32_t Count, BarrierOp Op, bool Value);
  void arrive(uint32_t Id, uint32_t Count);
  inline uint64_t warp(WarpOp Op, uint32_t Mask, uint64_t Value,
                       uint32_t Argument, uint32_t Clamp, const void *From);
  void slice();
  void yield();
  [[noreturn]] void exitThread();
  uint32_t isInSpace(uint64_t Address, uint32_t Space) const;
  void fetch(uint64_t Handle, int32_t Index, uint32_t Texel[4]);
  void sample(uint64_t Handle, uint32_t Dims, const float Where[3],
              uint32_t Texel[4]);
  /// Bytes of an element of a surface, from or to Data.
  void surface(const SurfaceAccess &A, uint64_t Handle, const int32_t Where[3],
               uint8_t *Data);
  uint64_t clock() const { return K.State->Count; }
  uint32_t print(uint64_t Format, uint64_t Arguments);
  [[noreturn]] void assertFailed(uint64_t Message, uint64_t File, uint32_t Line,
                                 uint64_t Function);
  /// Notes what is wrong; leave() has to follow, outside of the statement, so
  /// that strings are freed.
  void fault(FaultKind Kind, uint32_t Site, uint64_t Address, uint32_t Bytes,
             const std::string &What);
  [[noreturn]] void leave();
  uint32_t callSite() const { return K.State->CallSite; }
  uint32_t width(uint32_t Site) const { return K.Sites[Site].Width; }

  /// On a worker without a thread: runs fresh threads for as long as that is
  /// what comes next, and returns the worker to go on with; null: run().
  Worker *work(Worker &W);

private:
  // GridBlocks.cpp
  std::string validate() const;
  bool prepareShared();
  bool admit();
  void fill(BlockState &B, uint64_t Number);

  // GridSwitch.h
  inline ThreadState *pick();
  inline ThreadState *next();
  inline Worker *enter(ThreadState &T);
  inline void ready(ThreadState &T);
  inline void wait(ThreadState &T);

  // Grid.cpp
  Worker *takeWorker();
  void finish(ThreadState &T);
  bool stuck();
  void stop(Status S);
  void abandonAll();
  Place place(const ThreadState &T, uint32_t Site) const;
  Place placeOf(uint32_t Thread, uint32_t Site) const;
  Dim3 blockIndex(uint64_t Number) const;
  Dim3 threadIndex(uint64_t Number) const;
  bool chance();

  // GridAccess.cpp
  bool isUnpacking(const SiteInfo &S, uint64_t Address) const;
  const Region &locate(uint32_t Site, uint64_t Address, uint64_t Bytes);
  const Region &enter(uint32_t Site, uint64_t Address, uint64_t Bytes,
                      bool Writes);
  void cache(uint32_t Site, const Region &R);
  void hostActs(uint64_t Address);
  void step(const Region &R, bool Writes);
  void countStore(const Region &R);
  void noteRead(const Region &R, uint32_t Site, uint64_t Address,
                uint32_t Bytes);
  void noteAtomic(const Region &R, uint32_t Site, uint64_t Address);
  void log(const Region &R, uint64_t Address, uint32_t Bytes, AccessKind Kind);
  void uninitialised(uint32_t Site, uint64_t Address, uint32_t Bytes);

  // GridTrace.cpp
  void collectTrace();
  void collectThreads();

  // GridTexture.cpp
  const LinearTexture &texture(uint64_t Handle, uint32_t Dims);
  void element(const LinearTexture &T, const int64_t At[3], uint32_t Texel[4]);

  // GridSync.cpp
  BarrierState &barrierNumber(uint32_t Id);
  bool release(BlockState &B, BarrierState &Bar, ThreadState *Self);
  bool completeWarp(BlockState &B, uint32_t Warp, uint32_t Lane,
                    ThreadState *Self);
  bool resolveActive();
  void afterExit(ThreadState &T);

  const CompiledKernel &K;
  const Launch &L;
  llvm::ArrayRef<Symbol> Symbols;
  GridResources &Res;
  Memory &Mem;
  emulator::Result Out;

  uint32_t BlockThreads = 0;
  uint64_t BlockCount = 0, NextBlock = 0, EndedBlocks = 0;
  uint32_t SharedBytes = 0; ///< Of one block, padded.
  size_t MostResident = 1, Resident = 1;
  std::vector<std::unique_ptr<BlockState>> Blocks;
  std::vector<uint64_t> BlockOrder; ///< Shuffled schedules only.
  std::deque<ThreadState *> Queue;
  size_t Active = 0;
  ThreadState *Running = nullptr;
  std::vector<ThreadState *> Suspended;

  bool Stopping = false, StopNext = false;
  uint32_t BeforeHost = 0; ///< The host's word, until the host wrote it.
  bool Stepping = false;   ///< Each access is a point to switch or stop at.
  bool Caching = true;
  uint32_t IdleSlices = 0;
  std::mt19937_64 Random;
  uint64_t SwitchBelow = 0; ///< Switch where a random number is less.

  struct Event {
    uint32_t Thread;
    uint32_t Bytes;
    uint64_t Address;
    AccessKind Kind;
    bool LiveIn;
  };
  std::vector<Event> Events;
};

/// The grid that runs on this thread of the operating system.
extern constinit thread_local Grid *ActiveGrid;
inline Grid &activeGrid() { return *ActiveGrid; }

// What compiled code calls to wait, one function deep (GridSwitch.h).
void callBarrier(uint32_t Id, uint32_t Count);
uint32_t callReduce(uint32_t Id, uint32_t Count, uint32_t Op, uint32_t Value);
uint64_t callWarp(uint32_t Op, uint32_t Mask, uint64_t Value, uint32_t Argument,
                  uint32_t Clamp);

} // namespace reprise::emulator

#endif // REPRISE_TOOLS_EMULATOR_GRID_H
