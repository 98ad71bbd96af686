//===- Jobs.cpp - Work on several threads ---------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Jobs.h"

#include <pthread.h>

using namespace llvm;

namespace reprise {

/// A job that was started, and how many of its pieces are left.
struct Jobs::Running {
  Job J;
  std::atomic<size_t> Left{0};
};

Jobs::Jobs(unsigned Wanted)
    : Threads(Wanted ? Wanted : hardware_concurrency().compute_thread_count()) {
  if (Threads == 1)
    return;
  // Where the main thread's stack has no limit, glibc gives others 2 MiB.
  constexpr size_t Stack = size_t(8) << 20;
  pthread_attr_t Attributes;
  size_t Size = 0;
  if (pthread_getattr_default_np(&Attributes) == 0) {
    if (pthread_attr_getstacksize(&Attributes, &Size) == 0 && Size < Stack &&
        pthread_attr_setstacksize(&Attributes, Stack) == 0)
      pthread_setattr_default_np(&Attributes);
    pthread_attr_destroy(&Attributes);
  }
  Pool = std::make_unique<DefaultThreadPool>(hardware_concurrency(Threads));
}

Jobs::~Jobs() {
  wait();
  // The threads may still be on their way out of the jobs' functions: they use
  // this object, and one that is inside Pool->async() would wait for a lock
  // that the pool's destructor holds while it waits for the thread.
  if (Pool)
    Pool->wait();
}

void Jobs::finish(Running &R) {
  if (R.J.End)
    R.J.End();
  R.J = {}; // What it held is gone before there is room for another.
  ++Done;
  {
    std::lock_guard Hold(Lock);
    --InFlight;
  }
  Room.notify_all();
}

void Jobs::start(Job J) {
  auto R = std::make_shared<Running>();
  R->J = std::move(J);
  {
    std::unique_lock Hold(Lock);
    Room.wait(Hold, [&] { return InFlight < Threads; });
    ++InFlight;
  }
  if (!Pool) {
    for (const Job::Work &Piece : R->J.Begin())
      Piece();
    finish(*R);
    return;
  }
  Pool->async([this, R] {
    std::vector<Job::Work> Pieces = R->J.Begin();
    if (Pieces.empty())
      return finish(*R);
    R->Left = Pieces.size();
    for (Job::Work &Piece : Pieces)
      Pool->async([this, R, Own = std::move(Piece)]() mutable {
        Own();
        Own = nullptr;
        if (--R->Left == 0)
          finish(*R);
      });
  });
}

void Jobs::wait() {
  std::unique_lock Hold(Lock);
  Room.wait(Hold, [&] { return InFlight == 0; });
}

} // namespace reprise
