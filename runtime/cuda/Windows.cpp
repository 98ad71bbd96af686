//===- Windows.cpp - The rollback windows of a running program -----------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Windows.h"
#include "Driver.h"
#include "ForkLocks.h"
#include "Guard.h"
#include "Launch.h"
#include "LaunchMemory.h"
#include "Ordered.h"
#include "Window.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <tuple>
#include <vector>

namespace reprise::cuda {

namespace {

/// Fences before which every window is looked at; then one in so many.
constexpr uint64_t SampledFirst = 256, SampledEvery = 16;

/// Operations from one look at a full window to the next: a look takes time in
/// proportion to the square of what is held.
uint64_t sampleDistance(size_t Capacity) {
  return Capacity * std::max<uint64_t>(1, Capacity / 64);
}

/// A stream; the default streams are told apart by context and thread.
using StreamKey = std::tuple<uint64_t, CUcontext, uint64_t>;

/// Below, everything is guarded by forkLock(Guarded::Windows).
struct State {
  size_t Capacity = 0;
  std::map<StreamKey, std::unique_ptr<Window>> Windows;
  std::vector<Window *> Live;      ///< Those that hold operations.
  uint64_t UnderWay = 0;           ///< WindowedCalls.
  uint64_t Taints = 0;             ///< Grows when two of them overlap.
  uint64_t Process = 0;            ///< Grows with forks.
  std::optional<FenceCause> Blind; ///< Nothing is held any more, and why.
  uint64_t NextSample = 0;
  WindowCounts Counts;
};

State &state() {
  static State *const S = new State;
  return *S;
}

StreamKey keyOf(CUstream Stream, bool PerThread) {
  static std::atomic<uint64_t> Threads{0};
  thread_local const uint64_t Number = ++Threads;
  const bool Own = Stream == CU_STREAM_PER_THREAD || (!Stream && PerThread);
  if (!Own && Stream && Stream != CU_STREAM_LEGACY)
    return {reinterpret_cast<uint64_t>(Stream), nullptr, 0};
  CUcontext Context = nullptr;
  if (api().CtxGetCurrent)
    api().CtxGetCurrent(&Context);
  return {0, Context, Own ? Number : 0};
}

/// Remembers how far back \p W reaches.
void sample(State &S, const Window &W) {
  guarded([&] {
    const uint64_t Reach = W.end() - W.restartPoint().first;
    S.Counts.Reached.resize(
        std::max<size_t>(S.Counts.Reached.size(), Reach + 1));
    ++S.Counts.Reached[Reach];
  });
}

/// Counts a fence; true: have the windows that it ends looked at.
bool countFence(State &S, FenceCause Why) {
  const uint64_t Count = ++S.Counts.Fences[static_cast<size_t>(Why)];
  return Count <= SampledFirst || Count % SampledEvery == 0;
}

/// For all windows.
void fence(State &S, FenceCause Why) {
  const bool Looked = countFence(S, Why);
  for (Window *W : S.Live) {
    if (Looked)
      sample(S, *W);
    W->appendFence();
  }
  S.Live.clear();
}

/// For those of other streams whose operations \p O meets.
void fenceOthers(State &S, const Window &Own, const Operation &O) {
  std::vector<Window *> Met; // All of them are known before any is changed.
  for (Window *W : S.Live)
    if (W != &Own && W->meets(O))
      Met.push_back(W);
  for (Window *W : Met) {
    if (countFence(S, FenceCause::Stream))
      sample(S, *W);
    W->appendFence();
    std::erase(S.Live, W);
  }
}

/// Makes fences of the calls that nobody described. The calling thread's, but
/// for \p Mine of the last ones, are over; false where another thread's may be
/// under way.
bool settle(State &S, Thread *Own, uint64_t Mine) {
  bool Alone = true;
  for (Thread *T = firstThread(); T; T = T->Next) {
    const bool Gone = !T->Taken.load(std::memory_order_acquire);
    const uint64_t Watched = T->Watched.load(std::memory_order_seq_cst);
    const bool Foreign = T != Own && !Gone;
    if (Watched - T->Described > (T == Own ? Mine : 0)) {
      // A foreign one is met again and again.
      if (!Foreign || !S.Live.empty())
        fence(S, FenceCause::Call);
      Alone = Alone && !Foreign;
    }
    if (!Foreign)
      T->Described = Watched;
  }
  return Alone;
}

Window &windowOf(State &S, const StreamKey &Key) {
  std::unique_ptr<Window> &W = S.Windows[Key];
  if (!W)
    W = std::make_unique<Window>(S.Capacity);
  return *W;
}

void append(State &S, const StreamKey &Key, Operation O) {
  guarded(
      [&] {
        Window &W = windowOf(S, Key);
        S.Live.reserve(S.Windows.size());
        fenceOthers(S, W, O);
        W.append(std::move(O));
        if (std::find(S.Live.begin(), S.Live.end(), &W) == S.Live.end())
          S.Live.push_back(&W);
        ++S.Counts.Operations;
        if (S.Counts.Operations >= S.NextSample) {
          S.NextSample = S.Counts.Operations + sampleDistance(S.Capacity);
          if (W.end() - W.begin() == S.Capacity)
            sample(S, W);
        }
      },
      [&] { fence(S, FenceCause::Memory); });
}

/// Somebody may wait for an event that is recorded later, without a call:
/// another process, or a node of a graph.
std::atomic<bool> EventsTell{false};

/// Is the call no fence?
bool isQuiet(std::string_view Name) {
  if (Name == "cuIpcGetEventHandle" || Name == "cuIpcOpenEventHandle" ||
      Name.starts_with("cuGraphLaunch"))
    EventsTell.store(true);
  return Name.starts_with("cuEventRecord") && !EventsTell.load();
}

/// May work of a stream follow what is put on another one later?
bool waitsForMemory(std::string_view Name) {
  for (std::string_view Start :
       {"cuStreamWaitValue", "cuStreamBatchMemOp", "cuWaitExternalSemaphores",
        "cuGraphAddBatchMemOpNode", "cuGraphAddExternalSemaphoresWaitNode",
        "cuGraphAddNode"})
    if (Name.starts_with(Start))
      return true;
  return false;
}

void watch(const OrderedCall &Call) {
  if (isQuiet(Call.Name))
    return;
  Thread *const T = currentThread();
  if (T) // In one order with the driver's own work and with settle().
    T->Watched.fetch_add(1, std::memory_order_seq_cst);
  if (T && !waitsForMemory(Call.Name))
    return;
  std::scoped_lock Lock(forkLock(Guarded::Windows));
  state().Blind = T ? FenceCause::Waits : FenceCause::Memory;
}

/// Is an argument a pointer to memory that the host may look at by itself?
bool touchesHost(const Version &V, const reprise_launch &Launch) {
  const auto *Bytes = static_cast<const char *>(Launch.arguments);
  for (size_t At = 0; At + 8 <= Launch.arguments_size; At += 8) {
    uint64_t Word;
    std::memcpy(&Word, Bytes + At, sizeof Word);
    const auto I = V.Allocations.floor(Word);
    if (I && Word - I.Key <= I.Data->Range.size &&
        I.Data->From != Source::Device && I.Data->From != Source::Mapped)
      return true;
  }
  return false;
}

/// Does the region lie in one allocation of the device?
bool isOnDevice(const Version &V, const reprise_region &R) {
  const uint64_t Rows = std::max<uint64_t>(R.rows, 1),
                 Slices = std::max<uint64_t>(R.slices, 1);
  const auto I = V.Allocations.floor(R.address);
  if (V.Lost || !I || I.Data->Range.size < R.width ||
      (I.Data->From != Source::Device && I.Data->From != Source::Mapped))
    return false;
  // What is refused below is larger than any memory.
  constexpr uint64_t Most = uint64_t{1} << 48;
  if (Rows > Most || Slices > Most || R.pitch > Most || R.slice_pitch > Most)
    return false;
  const auto Span = static_cast<unsigned __int128>(Rows - 1) * R.pitch +
                    static_cast<unsigned __int128>(Slices - 1) * R.slice_pitch +
                    R.width;
  if (Span > I.Data->Range.size ||
      R.address - I.Key > I.Data->Range.size - static_cast<uint64_t>(Span))
    return false;
  const auto Second =
      V.Aliases.floor(R.address + (static_cast<uint64_t>(Span) - 1));
  return !Second || R.address - Second.Key >= Second.Data->size;
}

} // namespace

const char *name(FenceCause Cause) {
  constexpr const char *Names[] = {
      "call",    "copy", "undecided", "overlaps", "captured", "refused",
      "aliased", "host", "memory",    "stream",   "threads",  "waits"};
  static_assert(std::size(Names) == static_cast<size_t>(FenceCause::Count));
  return Names[static_cast<size_t>(Cause)];
}

void keepWindows(size_t Capacity) {
  {
    std::scoped_lock Lock(forkLock(Guarded::Windows));
    State &S = state();
    S.Counts = {};
    S.Capacity = S.Counts.Capacity = Capacity;
    S.NextSample = Capacity;
    S.Live.clear();
    S.Windows.clear();
  }
  setOrderWatcher(1, Capacity ? watch : nullptr);
  WindowsOn.store(Capacity != 0, std::memory_order_release);
}

WindowedCall::WindowedCall(CUstream Stream, bool PerThread) noexcept
    : Own(currentThread()), Stream(Stream), PerThread(PerThread) {
  std::scoped_lock Lock(forkLock(Guarded::Windows));
  State &S = state();
  // The watcher counted this call, and it is described.
  Alone = settle(S, Own, 1) && S.UnderWay == 0 && Own;
  if (S.UnderWay++ != 0)
    ++S.Taints;
  Taint = S.Taints;
  Process = S.Process;
}

void WindowedCall::launches(Thread &T, const Version &V, const KernelInfo &Info,
                            const reprise_launch &Launch, const Decision &D,
                            bool Symbols) noexcept {
  if (!Info.Kernel || D.What == Outcome::NotReadable)
    return fences(FenceCause::Undecided);
  if (V.Lost)
    return fences(FenceCause::Memory);
  if (!V.Aliases.empty() && touchesAlias(V, Launch))
    return fences(FenceCause::Aliased);
  if (touchesHost(V, Launch))
    return fences(FenceCause::Host);
  guarded(
      [&] {
        LaunchMemory Map(V, Info, Symbols);
        reprise_result Result;
        Known = Operation::launch(*Info.Kernel, Launch, Map, T.Scratch, What,
                                  Result) == REPRISE_OK &&
                !What.Fence;
        Why = FenceCause::Undecided;
      },
      [&] { fences(FenceCause::Memory); });
}

void WindowedCall::copies(const reprise_region &To,
                          const reprise_region &From) noexcept {
  fences(FenceCause::Copy);
  if (!Own)
    return;
  Pin V(*Own);
  if (!isOnDevice(*V, To) ||
      (From.kind != REPRISE_REGION_OUTSIDE && !isOnDevice(*V, From)))
    return;
  guarded(
      [&] {
        static const KernelInfo None{};
        LaunchMemory Map(*V, None, false);
        Known = Operation::copy(To, From, &Map, What);
      },
      [&] { fences(FenceCause::Memory); });
}

void WindowedCall::fences(FenceCause Cause) noexcept {
  Known = false;
  Why = Cause;
}

bool WindowedCall::leave() noexcept {
  if (Over)
    return false;
  Over = true;
  State &S = state();
  if (Process != S.Process)
    return false;
  --S.UnderWay;
  // What its callbacks did, and what others began.
  Alone = settle(S, Own, 0) && Alone && Taint == S.Taints;
  return true;
}

void WindowedCall::drop() noexcept {
  std::scoped_lock Lock(forkLock(Guarded::Windows));
  leave();
}

void WindowedCall::end(CUresult Answer) noexcept {
  if (Over)
    return;
  const StreamKey Key = keyOf(Stream, PerThread);
  std::scoped_lock Lock(forkLock(Guarded::Windows));
  if (!leave())
    return;
  State &S = state();
  if (Answer != CUDA_SUCCESS)
    return fence(S, FenceCause::Refused);
  if (!Known)
    return fence(S, Why);
  if (S.Blind)
    return fence(S, *S.Blind);
  if (!Alone)
    return fence(S, FenceCause::Threads);
  append(S, Key, std::move(What));
}

/// Calls \p Body with the stream's window, unless a call is under way whose
/// place is not known.
template <typename Function>
static reprise_status ask(CUstream Stream, Function &&Body) noexcept {
  if (!windowsOn())
    return REPRISE_ERROR_ARGUMENT;
  reprise_status Status = REPRISE_ERROR_MEMORY;
  guarded([&] {
    Thread *Own = currentThread();
    const StreamKey Key = keyOf(Stream, false);
    std::scoped_lock Lock(forkLock(Guarded::Windows));
    State &S = state();
    const bool Alone = settle(S, Own, 0) && S.UnderWay == 0;
    Status = Body(windowOf(S, Key), Alone);
  });
  return Status;
}

reprise_status restartPoint(CUstream Stream, WindowAnswer &Answer) noexcept {
  return ask(Stream, [&](const Window &W, bool Alone) {
    Answer.Begin = W.begin();
    Answer.End = W.end();
    Answer.Restart = {};
    Answer.Restart.first = W.end();
    Answer.Restart.reader = Answer.Restart.writer = REPRISE_NO_OPERATION;
    if (Alone)
      Answer.Restart = W.restartPoint();
    return REPRISE_OK;
  });
}

reprise_status savesFor(CUstream Stream, uint64_t First, bool &Bounded,
                        std::vector<reprise_save> &Saves) noexcept {
  Bounded = false;
  Saves.clear();
  return ask(Stream, [&](const Window &W, bool Alone) {
    if (First < W.begin() || First > W.end())
      return REPRISE_ERROR_ARGUMENT;
    Bounded = Alone && W.missing(First, Saves);
    return REPRISE_OK;
  });
}

WindowCounts windowCounts() {
  std::scoped_lock Lock(forkLock(Guarded::Windows));
  State &S = state();
  settle(S, currentThread(), 0);
  for (const Window *W : S.Live)
    sample(S, *W);
  return S.Counts;
}

void forgetWindows() noexcept {
  State &S = state();
  ++S.Process;
  S.UnderWay = 0;
  S.Live.clear();
  S.Windows.clear();
  const size_t Capacity = S.Capacity;
  S.Counts = {};
  S.Counts.Capacity = Capacity;
  S.NextSample = Capacity;
}

} // namespace reprise::cuda
