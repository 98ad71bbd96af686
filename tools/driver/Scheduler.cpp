//===- Scheduler.cpp - Work of the device, in order and at the same time --===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Scheduler.h"

#include <algorithm>
#include <signal.h>
#include <thread>
#include <utility>

namespace reprise::driver {

class Task {
public:
  Engine On = Engine::None;
  std::function<void()> Work;
  std::function<bool()> Come; ///< Of Engine::Wait, in place of Work.
  unsigned Waiting = 0;       ///< For so many others.
  bool Done = false;
  std::vector<TaskRef> Next;
  Scheduler::Clock::time_point Finished{};
};

TaskRef Scheduler::add(Engine On, std::function<void()> Work,
                       const std::vector<TaskRef> &After) {
  auto T = std::make_shared<Task>();
  T->On = On;
  T->Work = std::move(Work);
  return add(T, After);
}

TaskRef Scheduler::addWait(std::function<bool()> Come,
                           const std::vector<TaskRef> &After) {
  auto T = std::make_shared<Task>();
  T->On = Engine::Wait;
  T->Come = std::move(Come);
  return add(T, After);
}

TaskRef Scheduler::add(const TaskRef &T, const std::vector<TaskRef> &After) {
  std::unique_lock Guard(Lock);
  for (const TaskRef &Before : After)
    if (Before && !Before->Done) {
      ++T->Waiting;
      Before->Next.push_back(T);
    }
  if (!T->Waiting)
    enqueue(Guard, T);
  return T;
}

void Scheduler::enqueue(std::unique_lock<std::mutex> &Guard, const TaskRef &T) {
  if (T->On == Engine::None) {
    finish(Guard, T);
    return;
  }
  auto Index = static_cast<size_t>(T->On);
  if (!Started[Index] && !Ending) {
    Started[Index] = true;
    // The program's signals are not for these threads.
    sigset_t All, Before;
    sigfillset(&All);
    for (int Fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT})
      sigdelset(&All, Fault);
    pthread_sigmask(SIG_SETMASK, &All, &Before);
    std::thread([this, On = T->On] {
      On == Engine::Wait ? look() : work(On);
    }).detach();
    pthread_sigmask(SIG_SETMASK, &Before, nullptr);
  }
  Ready[Index].push_back(T);
  Wake[Index].notify_one();
}

void Scheduler::finish(std::unique_lock<std::mutex> &Guard, const TaskRef &T) {
  // Markers in a row would recurse as deep as there are.
  std::vector<TaskRef> Finished{T};
  while (!Finished.empty()) {
    TaskRef One = std::move(Finished.back());
    Finished.pop_back();
    if (One->On == Engine::None && One->Work)
      One->Work();
    One->Work = nullptr;
    One->Finished = Clock::now();
    One->Done = true;
    for (const TaskRef &Next : std::exchange(One->Next, {})) {
      if (--Next->Waiting)
        continue;
      if (Next->On == Engine::None)
        Finished.push_back(Next);
      else
        enqueue(Guard, Next);
    }
  }
  Changed.notify_all();
}

void Scheduler::work(Engine On) {
  auto Index = static_cast<size_t>(On);
  std::unique_lock Guard(Lock);
  for (;;) {
    Wake[Index].wait(Guard, [&] { return !Ready[Index].empty() && !Ending; });
    TaskRef T = std::move(Ready[Index].front());
    Ready[Index].pop_front();
    Busy[Index] = true;
    std::function<void()> Work = std::move(T->Work);
    T->Work = nullptr;
    Guard.unlock();
    Work();
    // What it holds may take locks when it goes.
    Work = nullptr;
    Guard.lock();
    Busy[Index] = false;
    finish(Guard, T);
  }
}

/// The thread of Engine::Wait.
void Scheduler::look() {
  constexpr auto Index = static_cast<size_t>(Engine::Wait);
  // Between two looks: short while something happens, longer while nothing
  // does.
  constexpr std::chrono::microseconds Least(20), Most(100);
  auto Pause = Least;
  std::unique_lock Guard(Lock);
  for (;;) {
    Wake[Index].wait(Guard, [&] { return !Ready[Index].empty() && !Ending; });
    const std::deque<TaskRef> Waiting = Ready[Index];
    Busy[Index] = true;
    Guard.unlock();
    std::vector<TaskRef> Came;
    for (const TaskRef &T : Waiting)
      if (T->Come()) { // Nobody else touches it.
        T->Come = nullptr;
        Came.push_back(T);
      }
    Guard.lock();
    Busy[Index] = false;
    for (const TaskRef &T : Came) {
      std::erase(Ready[Index], T);
      finish(Guard, T);
    }
    if (Ending)
      Changed.notify_all();
    Pause = Came.empty() ? std::min(Pause * 2, Most) : Least;
    Wake[Index].wait_for(Guard, Pause, [&] { return Ending; });
  }
}

bool Scheduler::done(const TaskRef &T) const {
  if (!T)
    return true;
  std::lock_guard Guard(Lock);
  return T->Done;
}

void Scheduler::wait(const TaskRef &T) const {
  if (!T)
    return;
  std::unique_lock Guard(Lock);
  Changed.wait(Guard, [&] { return T->Done || Ending; });
}

Scheduler::Clock::time_point Scheduler::finished(const TaskRef &T) const {
  std::lock_guard Guard(Lock);
  return T ? T->Finished : Clock::time_point();
}

void Scheduler::shutDown(Clock::duration Most) {
  std::unique_lock Guard(Lock);
  Ending = true;
  Changed.notify_all();
  Changed.wait_for(Guard, Most,
                   [&] { return std::ranges::count(Busy, true) == 0; });
}

} // namespace reprise::driver
