//===- SimulatedDevice.cpp - Streams whose order is drawn -----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SimulatedDevice.h"
#include "Control.h"

#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <random>
#include <thread>
#include <utility>
#include <vector>

#define EXPORTED extern "C" __attribute__((visibility("default")))

// NOLINTBEGIN(readability-identifier-naming): named as in cuda.h

struct CUevent_st {
  uint64_t Recorded = 0, Reached = 0;
};

namespace {

std::atomic_ref<uint32_t> word(uint64_t Address) {
  return std::atomic_ref<uint32_t>(*reinterpret_cast<uint32_t *>(Address));
}

/// A kernel under way.
struct Running {
  const SimKernel *Kernel;
  std::vector<unsigned char> Arguments;
  reprise::SpreadControl Stop{};
  std::vector<uint32_t> Waiting; ///< Blocks that have not begun.
  struct OfBlock {
    uint32_t Block, Multiprocessor;
    unsigned Step; ///< The next one.
  };
  std::vector<OfBlock> Begun;

  bool ended() const { return Waiting.empty() && Begun.empty(); }

  /// A twin looks at its multiprocessor's copy first, where it has one.
  bool asked(uint32_t Least, uint32_t Multiprocessor) const {
    if (!Kernel->ControlOffset)
      return false;
    if (Kernel->ControlBytes == sizeof(reprise::SpreadControl) &&
        word(Stop.Copies + 128 * uint64_t{Multiprocessor & Stop.Mask}).load() ==
            0)
      return false;
    return word(Stop.First.Request).load() >= Least;
  }

  bool hasMap() const { return Stop.First.Done && !Kernel->Mapless; }

  void step(std::mt19937 &Random) {
    if (Begun.empty() || (!Waiting.empty() && Random() % 3 == 0)) {
      const size_t At = Random() % Waiting.size();
      const uint32_t Block = Waiting[At];
      Waiting.erase(Waiting.begin() + static_cast<long>(At));
      if (Kernel->Steps == 0)
        return; // Before it looks at the request.
      if (hasMap() &&
          word(Stop.First.Done + Block / 32 * 4).load() >> Block % 32 & 1)
        return;
      const uint32_t Multiprocessor = Random() % 256;
      if (asked(1, Multiprocessor))
        return word(Stop.First.Left).store(1);
      Begun.push_back({Block, Multiprocessor, 0});
      return;
    }
    const size_t At = Random() % Begun.size();
    auto &[Block, Multiprocessor, Step] = Begun[At];
    if (Step < Kernel->Steps) {
      if (Step != 0 && Kernel->Inside && asked(2, Multiprocessor)) {
        word(Stop.First.Left).store(1);
        Begun.erase(Begun.begin() + static_cast<long>(At));
        return;
      }
      Kernel->Step(Arguments.data(), Block, Step++);
      return;
    }
    if (hasMap())
      word(Stop.First.Done + Block / 32 * 4).fetch_or(1u << Block % 32);
    Begun.erase(Begun.begin() + static_cast<long>(At));
  }
};

/// One entry of a stream. It begins when the front of the queue reaches it.
struct Operation {
  std::function<bool()> Ready; ///< Empty: at once.
  std::function<void()> Do;
  bool Early = false; ///< Ready may be asked before what is in front has ended.
  bool Seen = false;  ///< It was, and held.
  std::shared_ptr<Running> Kernel;
  CUhostFn Function = nullptr;
  void *Data = nullptr;
};

} // namespace

struct CUstream_st {
  std::deque<Operation> Queue;
  std::shared_ptr<Running> Kernel; ///< In front of Queue.
  bool InFunction = false;
  bool Capturing = false;
  uint32_t Captured = 0;
  unsigned Still = 0; ///< It stands for so many steps.
  unsigned Flags = 0;
  int Priority = 0;
  bool idle() const { return Queue.empty() && !Kernel && !InFunction; }
};

namespace {

struct Device {
  std::mutex Lock;
  std::condition_variable Changed;
  std::list<CUstream_st> Streams;
  std::deque<std::pair<CUstream_st *, Operation>> Functions;
  std::mt19937 Random{1};
  std::atomic<uint64_t> Steps{0};
  std::atomic<uint32_t> Rests{0}; ///< Looks in succession that moved nothing.

  Device() {
    std::thread([this] { work(); }).detach();
    std::thread([this] { call(); }).detach();
  }

  /// Of the waits in the queue, in their order, those whose time has come.
  static void lookAhead(CUstream_st &S) {
    for (Operation &O : S.Queue) {
      if (O.Early && !O.Seen && !(O.Seen = O.Ready()))
        return;
      if (!O.Early && O.Ready)
        return;
    }
  }

  /// One step of the stream; false: it has to wait.
  bool step(CUstream_st &S) {
    const bool Busy = S.Kernel && !S.Kernel->ended();
    if (!Busy && std::exchange(S.Kernel, nullptr))
      Changed.notify_all();
    if (Random() % 4 == 0)
      lookAhead(S);
    if (!S.Queue.empty() && !S.InFunction && !Busy) {
      Operation &Next = S.Queue.front();
      if (Next.Seen || !Next.Ready || Next.Ready()) {
        Operation Taken = std::move(Next);
        S.Queue.pop_front();
        if (Taken.Function) {
          S.InFunction = true;
          Functions.emplace_back(&S, Taken);
        } else if (Taken.Kernel)
          S.Kernel = Taken.Kernel;
        else if (Taken.Do)
          Taken.Do();
        // Those that go first elsewhere, more often.
        if (Random() % (S.Priority < 0 ? 2 : 6) == 0)
          S.Still = Random() % 300;
        Changed.notify_all();
        return true;
      }
    }
    if (!Busy)
      return false;
    S.Kernel->step(Random);
    return true;
  }

  void work() {
    std::unique_lock Guard(Lock);
    for (;;) {
      std::vector<CUstream_st *> Some;
      bool Stands = false;
      for (CUstream_st &S : Streams)
        if (S.Still) {
          --S.Still;
          Stands = true;
        } else if (!S.idle())
          Some.push_back(&S);
      // None stands still when all others do.
      if (Some.empty())
        for (CUstream_st &S : Streams)
          if (std::exchange(S.Still, 0) && !S.idle())
            Some.push_back(&S);
      bool Moved = false;
      while (!Some.empty() && !Moved) {
        const size_t At = Random() % Some.size();
        Moved = step(*Some[At]);
        Some.erase(Some.begin() + static_cast<long>(At));
      }
      if (!Moved && Stands)
        continue;
      if (!Moved) {
        ++Rests;
        // The host writes words that streams wait for, and tells nobody.
        Changed.wait_for(Guard, std::chrono::microseconds(20));
        continue;
      }
      Rests = 0;
      if (++Steps % 64 == 0) {
        Guard.unlock();
        std::this_thread::yield();
        Guard.lock();
      }
    }
  }

  void call() {
    std::unique_lock Guard(Lock);
    for (;;) {
      Changed.wait(Guard, [&] { return !Functions.empty(); });
      auto [Of, What] = Functions.front();
      Functions.pop_front();
      Guard.unlock();
      What.Function(What.Data);
      Guard.lock();
      Of->InFunction = false;
      Changed.notify_all();
    }
  }

  /// Of what is put on streams, so much passes and so much is refused then.
  uint32_t Passes = 0, Refuses = 0;

  /// \p More: a part of what was not refused.
  CUresult add(CUstream S, Operation What, bool More = false) {
    std::lock_guard Guard(Lock);
    if (!More && Passes)
      --Passes;
    else if (!More && Refuses) {
      --Refuses;
      return CUDA_ERROR_OUT_OF_MEMORY;
    }
    if (S->Capturing) {
      ++S->Captured;
      return CUDA_SUCCESS;
    }
    S->Queue.push_back(std::move(What));
    Changed.notify_all();
    return CUDA_SUCCESS;
  }
  CUresult addDo(CUstream S, std::function<void()> Do, bool More = false) {
    Operation What;
    What.Do = std::move(Do);
    return add(S, std::move(What), More);
  }
};

Device &device() {
  static Device *const D = new Device;
  return *D;
}

char TheContext;

} // namespace

EXPORTED void simulatedSeed(uint32_t Seed) {
  std::lock_guard Guard(device().Lock);
  device().Random.seed(Seed);
}

EXPORTED void simulatedPass(uint32_t Steps) {
  // The host may have enqueued something that the device has not seen yet.
  constexpr uint32_t RestsOfIdle = 10;
  const Device &D = device();
  const uint64_t Until = D.Steps + Steps;
  while (D.Steps < Until && D.Rests < RestsOfIdle)
    std::this_thread::yield();
}

EXPORTED uint32_t simulatedRefuse(uint32_t Passes, uint32_t Refuses) {
  std::lock_guard Guard(device().Lock);
  device().Passes = Passes;
  return std::exchange(device().Refuses, Refuses);
}

EXPORTED uint32_t simulatedCapture(CUstream Stream, bool Begins) {
  std::lock_guard Guard(device().Lock);
  Stream->Capturing = Begins;
  return std::exchange(Stream->Captured, 0);
}

EXPORTED size_t simulatedQueued(CUstream Stream) {
  std::lock_guard Guard(device().Lock);
  return Stream->Queue.size();
}

EXPORTED CUresult cuDriverGetVersion(int *Version) {
  *Version = CUDA_VERSION;
  return CUDA_SUCCESS;
}
EXPORTED CUresult cuCtxGetCurrent(CUcontext *C) {
  *C = reinterpret_cast<CUcontext>(&TheContext);
  return CUDA_SUCCESS;
}
EXPORTED CUresult cuCtxGetDevice(CUdevice *Device) {
  *Device = 0;
  return CUDA_SUCCESS;
}
EXPORTED CUresult cuCtxPushCurrent(CUcontext) { return CUDA_SUCCESS; }
EXPORTED CUresult cuCtxPopCurrent(CUcontext *) { return CUDA_SUCCESS; }
EXPORTED CUresult cuCtxGetStreamPriorityRange(int *Least, int *Greatest) {
  *Least = 0;
  *Greatest = -5;
  return CUDA_SUCCESS;
}
EXPORTED CUresult cuStreamCreateWithPriority(CUstream *S, unsigned Flags,
                                             int Priority) {
  std::lock_guard Guard(device().Lock);
  *S = &device().Streams.emplace_back();
  (*S)->Flags = Flags;
  (*S)->Priority = Priority;
  return CUDA_SUCCESS;
}
EXPORTED CUresult cuStreamDestroy(CUstream S) {
  std::unique_lock Guard(device().Lock);
  device().Changed.wait(Guard, [&] { return S->idle(); });
  device().Streams.remove_if([&](CUstream_st &Each) { return &Each == S; });
  return CUDA_SUCCESS;
}
EXPORTED CUresult cuStreamGetCtx(CUstream, CUcontext *C) {
  return cuCtxGetCurrent(C);
}
EXPORTED CUresult cuStreamGetFlags(CUstream S, unsigned *Flags) {
  *Flags = S->Flags;
  return CUDA_SUCCESS;
}
EXPORTED CUresult cuStreamGetPriority(CUstream S, int *Priority) {
  *Priority = S->Priority;
  return CUDA_SUCCESS;
}
EXPORTED CUresult cuStreamSynchronize(CUstream S) {
  std::unique_lock Guard(device().Lock);
  device().Changed.wait(Guard, [&] { return S->idle(); });
  return CUDA_SUCCESS;
}
EXPORTED CUresult cuStreamQuery(CUstream S) {
  std::lock_guard Guard(device().Lock);
  return S->idle() ? CUDA_SUCCESS : CUDA_ERROR_NOT_READY;
}
EXPORTED CUresult cuStreamIsCapturing(CUstream S,
                                      CUstreamCaptureStatus *Status) {
  std::lock_guard Guard(device().Lock);
  *Status = S->Capturing ? CU_STREAM_CAPTURE_STATUS_ACTIVE
                         : CU_STREAM_CAPTURE_STATUS_NONE;
  return CUDA_SUCCESS;
}
EXPORTED CUresult cuEventCreate(CUevent *E, unsigned) {
  *E = new CUevent_st;
  return CUDA_SUCCESS;
}
EXPORTED CUresult cuEventDestroy(CUevent E) {
  delete E;
  return CUDA_SUCCESS;
}
EXPORTED CUresult cuEventRecord(CUevent E, CUstream S) {
  uint64_t Number;
  {
    std::lock_guard Guard(device().Lock);
    Number = ++E->Recorded;
  }
  return device().addDo(S, [=] { E->Reached = Number; });
}
EXPORTED CUresult cuStreamWaitEvent(CUstream S, CUevent E, unsigned) {
  Operation What;
  {
    std::lock_guard Guard(device().Lock);
    What.Ready = [=, Number = E->Recorded] { return E->Reached >= Number; };
  }
  return device().add(S, std::move(What));
}
EXPORTED CUresult cuMemAlloc(CUdeviceptr *A, size_t Size) {
  *A = reinterpret_cast<CUdeviceptr>(
      std::aligned_alloc(256, (Size + 255) / 256 * 256));
  return CUDA_SUCCESS;
}
EXPORTED CUresult cuMemFree(CUdeviceptr A) {
  std::free(reinterpret_cast<void *>(A));
  return CUDA_SUCCESS;
}
EXPORTED CUresult cuMemHostAlloc(void **A, size_t Size, unsigned) {
  *A = std::aligned_alloc(256, (Size + 255) / 256 * 256);
  return CUDA_SUCCESS;
}
EXPORTED CUresult cuMemFreeHost(void *A) {
  std::free(A);
  return CUDA_SUCCESS;
}
EXPORTED CUresult cuMemHostGetDevicePointer(CUdeviceptr *D, void *H, unsigned) {
  *D = reinterpret_cast<CUdeviceptr>(H);
  return CUDA_SUCCESS;
}
EXPORTED CUresult cuMemsetD8Async(CUdeviceptr A, unsigned char Value,
                                  size_t Count, CUstream S) {
  return device().addDo(
      S, [=] { std::memset(reinterpret_cast<void *>(A), Value, Count); });
}
EXPORTED CUresult cuMemcpyAsync(CUdeviceptr To, CUdeviceptr From, size_t Size,
                                CUstream S) {
  // Of long copies, every eighth line with each step.
  constexpr size_t Line = 128, Parts = 8;
  if (Size >= 32 * Line && Size % Line == 0) {
    CUresult R = CUDA_SUCCESS;
    for (size_t Part = 0; Part < Parts && R == CUDA_SUCCESS; ++Part)
      R = device().addDo(
          S,
          [=] {
            for (size_t At = (Part * 5 + 3) % Parts * Line; At < Size;
                 At += Parts * Line)
              for (size_t I = 0; I < Line; I += sizeof(uint32_t))
                word(To + At + I).store(word(From + At + I).load());
          },
          /*More=*/Part != 0);
    return R;
  }
  return device().addDo(S, [=] {
    if (Size == 4 && To % 4 == 0) // Perhaps a word that kernels look at.
      word(To).store(word(From).load());
    else
      std::memmove(reinterpret_cast<void *>(To), reinterpret_cast<void *>(From),
                   Size);
  });
}
EXPORTED CUresult cuMemcpyHtoDAsync(CUdeviceptr To, const void *From,
                                    size_t Size, CUstream S) {
  return cuMemcpyAsync(To, reinterpret_cast<CUdeviceptr>(From), Size, S);
}
EXPORTED CUresult cuMemcpy2DAsync(const CUDA_MEMCPY2D *C, CUstream S) {
  return device().addDo(S, [C = *C] {
    for (size_t Row = 0; Row < C.Height; ++Row)
      std::memmove(reinterpret_cast<void *>(C.dstDevice + Row * C.dstPitch),
                   reinterpret_cast<void *>(C.srcDevice + Row * C.srcPitch),
                   C.WidthInBytes);
  });
}
EXPORTED CUresult cuStreamWriteValue32(CUstream S, CUdeviceptr A,
                                       cuuint32_t Value, unsigned) {
  return device().addDo(S, [=] { word(A).store(Value); });
}
EXPORTED CUresult cuStreamWaitValue32(CUstream S, CUdeviceptr A,
                                      cuuint32_t Value, unsigned) {
  Operation What;
  What.Early = true;
  What.Ready = [=] {
    return static_cast<int32_t>(word(A).load() - Value) >= 0;
  };
  return device().add(S, std::move(What));
}
EXPORTED CUresult cuLaunchHostFunc(CUstream S, CUhostFn Function, void *Data) {
  Operation What;
  What.Function = Function;
  What.Data = Data;
  return device().add(S, std::move(What));
}
EXPORTED CUresult cuLaunchKernel(CUfunction F, unsigned X, unsigned, unsigned,
                                 unsigned, unsigned, unsigned, unsigned,
                                 CUstream S, void **, void **Extra) {
  auto R = std::make_shared<Running>();
  R->Kernel = reinterpret_cast<const SimKernel *>(F);
  const auto *Bytes = static_cast<const unsigned char *>(Extra[1]);
  R->Arguments.assign(Bytes, Bytes + *static_cast<const size_t *>(Extra[3]));
  if (R->Kernel->ControlOffset)
    std::memcpy(&R->Stop, Bytes + R->Kernel->ControlOffset,
                R->Kernel->ControlBytes);
  for (uint32_t Block = 0; Block < X; ++Block)
    R->Waiting.push_back(Block);
  Operation What;
  What.Kernel = std::move(R);
  return device().add(S, std::move(What));
}

// NOLINTEND(readability-identifier-naming)
