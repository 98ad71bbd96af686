//===- Driver.cpp - The state of the emulated driver ----------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Driver.h"
#include "ImageChoice.h"

#include <cstdio>
#include <cstdlib>
#include <pthread.h>

namespace reprise::driver {

static std::atomic<Driver *> Instance{nullptr};
/// In a child process there is no device, as on a machine with one.
static std::atomic<bool> Forked{false};
/// The program ends: nothing runs any more, and LLVM may be gone.
static std::atomic<bool> Ended{false};

static thread_local bool PerThread = false;
PerThreadStreams::PerThreadStreams() : Before(PerThread) { PerThread = true; }
PerThreadStreams::~PerThreadStreams() { PerThread = Before; }
bool PerThreadStreams::active() { return PerThread; }

Driver *Driver::get() {
  return Forked.load(std::memory_order_relaxed) ||
                 Ended.load(std::memory_order_relaxed)
             ? nullptr
             : Instance.load(std::memory_order_acquire);
}

CUresult Driver::absence() {
  return Ended ? CUDA_ERROR_DEINITIALIZED : CUDA_ERROR_NOT_INITIALIZED;
}

static bool isQuiet() {
  const char *Quiet = std::getenv("REPRISE_EMULATOR_QUIET");
  return Quiet && *Quiet && std::string_view(Quiet) != "0";
}

void Driver::say(std::string_view Text) {
  static const bool Quiet = isQuiet();
  if (!Quiet)
    std::fprintf(stderr, "reprise emulator: %.*s\n",
                 static_cast<int>(Text.size()), Text.data());
}

void Driver::sayOnce(const std::string &Key, std::string_view Text) {
  // Never destroyed: exit handlers may call.
  static auto &Lock = *new std::mutex;
  static auto &Said = *new std::set<std::string>;
  std::lock_guard Guard(Lock);
  if (Said.insert(Key).second)
    say(Text);
}

CUresult refuse(const char *Function) {
  Driver::sayOnce(Function, std::string(Function) + " is not supported");
  return CUDA_ERROR_NOT_SUPPORTED;
}

static Arch chosenTarget() {
  Arch Result{90, 'a'};
  const char *Text = std::getenv("REPRISE_EMULATOR_ARCH");
  if (!Text || !*Text)
    return Result;
  // "9.0" and "sm_90" are the same.
  std::string Number;
  for (const char *At = Text; *At; ++At)
    if (*At != '.')
      Number += *At;
  auto Parsed = parseArch(Number);
  if (Parsed) {
    Result = *Parsed;
    // A device runs what was made for it alone.
    Result.Variant = 'a';
    return Result;
  }
  Driver::say("REPRISE_EMULATOR_ARCH: " + llvm::toString(Parsed.takeError()) +
              "; sm_90 is taken");
  return Result;
}

static uint64_t chosenMemory() {
  constexpr uint64_t Mebi = uint64_t(1) << 20;
  const char *Text = std::getenv("REPRISE_EMULATOR_MEMORY");
  if (!Text || !*Text)
    return 8192 * Mebi;
  char *End = nullptr;
  uint64_t Number = std::strtoull(Text, &End, 10);
  if (!*End && Number && Number < (uint64_t(1) << 24))
    return Number * Mebi;
  Driver::say("REPRISE_EMULATOR_MEMORY: '" + std::string(Text) +
              "' is no number of MiB; 8192 is taken");
  return 8192 * Mebi;
}

void Driver::endFirst() {
  std::atexit([] {
    if (Driver *Running = get()) {
      Ended = true;
      Running->Queue.shutDown(std::chrono::seconds(2));
    }
  });
}

CUresult Driver::initialise() {
  if (Forked || Ended)
    return absence();
  static auto &Lock = *new std::mutex;
  std::lock_guard Guard(Lock);
  if (Instance.load())
    return CUDA_SUCCESS;
  Driver *D = new Driver(chosenMemory());
  if (!D->Memory.capacity()) {
    say("there is no address space for the device's memory; set "
        "REPRISE_EMULATOR_MEMORY to less");
    delete D;
    return CUDA_ERROR_OUT_OF_MEMORY;
  }
  D->Target = chosenTarget();
  auto Pool = std::make_shared<CUmemPoolHandle_st>();
  Pool->Properties.allocType = CU_MEM_ALLOCATION_TYPE_PINNED;
  Pool->Properties.location.type = CU_MEM_LOCATION_TYPE_DEVICE;
  D->Pools.add(Pool);
  D->DefaultPool = D->CurrentPool = Pool;
  pthread_atfork(nullptr, nullptr, [] { Forked = true; });
  endFirst();
  say("kernels run on the CPU, as sm_" + std::to_string(D->Target.Sm) +
      "; this is not a GPU");
  Instance.store(D, std::memory_order_release);
  return CUDA_SUCCESS;
}

} // namespace reprise::driver

using namespace reprise::driver;

EMULATED_API cuInit(unsigned int Flags) {
  return Flags ? CUDA_ERROR_INVALID_VALUE : Driver::initialise();
}

EMULATED_API cuDriverGetVersion(int *Version) {
  if (!Version)
    return CUDA_ERROR_INVALID_VALUE;
  *Version = CUDA_VERSION;
  return CUDA_SUCCESS;
}
