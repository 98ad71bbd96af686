//===- GridSwitch.h - From one thread of a grid to the next ---------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// In a header because kernels with many barriers spend their time here: after
// a switch the processor mispredicts each return of a function that was entered
// before it, so what waits is inlined into what compiled code calls.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_EMULATOR_GRIDSWITCH_H
#define REPRISE_TOOLS_EMULATOR_GRIDSWITCH_H

#include "Grid.h"

namespace reprise::emulator {

inline ThreadState *Grid::pick() {
  if (Queue.empty())
    return nullptr;
  if (L.Order.K == Schedule::Kind::Random)
    std::swap(Queue.front(), Queue[Random() % Queue.size()]);
  ThreadState *T = Queue.front();
  Queue.pop_front();
  return T;
}

/// What the running thread hands over to; null: run() has to decide.
inline ThreadState *Grid::next() {
  if (Stopping || !Res.Workers.hasSpare() ||
      (Active < Resident && NextBlock != BlockCount))
    return nullptr;
  return pick();
}

/// Makes T the running thread. Returns the worker to switch to, null when there
/// is none.
inline Worker *Grid::enter(ThreadState &T) {
  Running = &T;
  Worker *W = T.On;
  if (!W)
    return takeWorker();
  K.State->Current = &T.Context;
  K.State->StackLow = W->low() + 8192;
  T.S = ThreadState::State::Running;
  return W;
}

/// May be called for the running thread, which then goes on later.
inline void Grid::ready(ThreadState &T) {
  if (T.S == ThreadState::State::Waiting)
    --T.Block->Waiting;
  T.S = ThreadState::State::Ready;
  Queue.push_back(&T);
}

/// Others run until it is T's turn again.
inline void Grid::wait(ThreadState &T) {
  T.CallSite = K.State->CallSite;
  Worker *W = T.On;
  ThreadState *Next = next();
  Worker *To = Next ? enter(*Next) : nullptr;
  if (To != W)
    W->handOver(To);
  K.State->CallSite = T.CallSite;
}

} // namespace reprise::emulator

#endif // REPRISE_TOOLS_EMULATOR_GRIDSWITCH_H
