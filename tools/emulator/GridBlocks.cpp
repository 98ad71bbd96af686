//===- GridBlocks.cpp - Blocks that take part in a run --------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Grid.h"

#include "llvm/Support/MathExtras.h"

#include <algorithm>

using namespace llvm;

namespace reprise::emulator {

/// Of shared memory on any device.
static constexpr uint32_t MostShared = 1 << 20;
static constexpr uint64_t MostThreads = uint64_t(1) << 32;

std::string Grid::validate() const {
  if (!L.Grid.count() || !L.Block.count())
    return "a dimension of the grid or the block is 0";
  if (L.Block.count() > 1024)
    return "a block has " + std::to_string(L.Block.count()) +
           " threads; the most is 1024";
  if (L.Grid.count() > MostThreads / L.Block.count())
    return "the grid has more than 2^32 threads";
  if (L.Params.size() < K.ParamBytes)
    return "the argument block has " + std::to_string(L.Params.size()) +
           " bytes; " + K.Name + " needs " + std::to_string(K.ParamBytes);
  if (L.DynamicShared > MostShared)
    return "dynamic shared memory is larger than " +
           std::to_string(MostShared) + " bytes";
  return "";
}

bool Grid::prepareShared() {
  uint64_t Bytes = uint64_t(K.StaticShared) + L.DynamicShared;
  SharedBytes =
      static_cast<uint32_t>(alignTo(std::max<uint64_t>(Bytes, 1), 256));
  if (!Res.Shared.reset(SharedBytes * MostResident, /*Low32=*/true))
    return false;
  return !K.Traced || Res.SharedShadow.reset(SharedBytes * MostResident + 16);
}

void Grid::fill(BlockState &B, uint64_t Number) {
  bool New = B.Threads.empty();
  if (New) {
    B.Threads.resize(BlockThreads);
    B.Warps.resize(divideCeil(BlockThreads, 32));
    if (uint64_t Bytes = uint64_t(K.StaticShared) + L.DynamicShared) {
      Region R;
      R.K = Region::Kind::Shared;
      R.Begin = reinterpret_cast<uint64_t>(Res.Shared.data()) +
                uint64_t(SharedBytes) * B.Slot;
      R.End = R.Begin + Bytes;
      if (K.Traced)
        R.ShadowDelta = static_cast<int64_t>(
            reinterpret_cast<uint64_t>(Res.SharedShadow.data()) -
            reinterpret_cast<uint64_t>(Res.Shared.data()));
      Mem.addRegion(R);
    }
  } else {
    std::fill_n(Res.Shared.data() + size_t(SharedBytes) * B.Slot, SharedBytes,
                0);
    if (K.Traced)
      std::fill_n(Res.SharedShadow.data() + size_t(SharedBytes) * B.Slot,
                  SharedBytes, 0);
  }
  B.Number = Number;
  B.Live = BlockThreads;
  B.Waiting = 0;
  B.Active = true;
  for (BarrierState &Bar : B.Barriers)
    Bar = BarrierState();
  Dim3 Index = blockIndex(Number);
  for (uint32_t I = 0; I < BlockThreads; ++I) {
    ThreadState &T = B.Threads[I];
    ThreadContext &C = T.Context;
    if (New) {
      Dim3 Tid = threadIndex(I);
      C.Tid[0] = Tid.X, C.Tid[1] = Tid.Y, C.Tid[2] = Tid.Z;
      C.Ntid[0] = L.Block.X, C.Ntid[1] = L.Block.Y, C.Ntid[2] = L.Block.Z;
      C.Nctaid[0] = L.Grid.X, C.Nctaid[1] = L.Grid.Y, C.Nctaid[2] = L.Grid.Z;
      C.Lane = I % 32;
      C.Warp = I / 32;
      C.Warps = static_cast<uint32_t>(B.Warps.size());
      C.DynamicShared = L.DynamicShared;
      C.TotalShared = K.StaticShared + L.DynamicShared;
      C.SharedBase = reinterpret_cast<uint64_t>(Res.Shared.data()) +
                     uint64_t(SharedBytes) * B.Slot;
      T.Block = &B;
    }
    C.Ctaid[0] = Index.X, C.Ctaid[1] = Index.Y, C.Ctaid[2] = Index.Z;
    T.S = ThreadState::State::Fresh;
    T.On = nullptr;
    T.Now = {static_cast<uint32_t>(Number * BlockThreads + I), 0, 0};
  }
  for (uint32_t W = 0; W < B.Warps.size(); ++W) {
    uint32_t Lanes = std::min(BlockThreads - W * 32, 32u);
    B.Warps[W] = WarpState();
    B.Warps[W].Live = maskTrailingOnes<uint32_t>(Lanes);
  }
}

/// Makes one more block resident. False when there is none, or no room.
bool Grid::admit() {
  if (NextBlock == BlockCount)
    return false;
  BlockState *Free = nullptr;
  for (auto &B : Blocks)
    if (!B->Active)
      Free = B.get();
  if (!Free) {
    if (Blocks.size() == MostResident)
      return false;
    Blocks.push_back(std::make_unique<BlockState>());
    Free = Blocks.back().get();
    Free->Slot = static_cast<uint32_t>(Blocks.size() - 1);
  }
  fill(*Free, BlockOrder.empty() ? NextBlock : BlockOrder[NextBlock]);
  ++NextBlock;
  ++Active;
  size_t First = Queue.size();
  for (ThreadState &T : Free->Threads)
    Queue.push_back(&T);
  if (L.Order.K == Schedule::Kind::Shuffled)
    std::shuffle(Queue.begin() + static_cast<ptrdiff_t>(First), Queue.end(),
                 Random);
  return true;
}

} // namespace reprise::emulator
