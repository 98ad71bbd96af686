//===- Runtime.cpp - Functions that compiled kernels call -----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Runtime.h"
#include "Grid.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/bit.h"

#include <bit>

using namespace llvm;

namespace reprise::emulator {

static uint32_t widthOf(uint32_t Site);

static void rtCheck(uint32_t Site, uint64_t Address) {
  activeGrid().check(Site, Address);
}
static void rtRead(uint32_t Site, uint64_t Address) {
  activeGrid().read(Site, Address, widthOf(Site));
}
static void rtWrite(uint32_t Site, uint64_t Address) {
  activeGrid().write(Site, Address, widthOf(Site));
}
static void rtAtomic(uint32_t Site, uint64_t Address) {
  activeGrid().atomic(Site, Address);
}
static void rtCompareAndSwap(uint32_t Site, uint64_t Address,
                             const void *Expected) {
  activeGrid().compareAndSwap(Site, Address, Expected);
}
static void rtRange(uint32_t Site, uint64_t Address, uint64_t Bytes) {
  activeGrid().range(Site, Address, Bytes);
}
static void rtLocal(uint32_t Site, uint64_t Address) {
  activeGrid().localFault(Site, Address);
}
static void rtBarrierArrive(uint32_t Id, uint32_t Count) {
  activeGrid().arrive(Id, Count);
}
static void rtSlice() { activeGrid().slice(); }
static void rtYield() { activeGrid().yield(); }
static void rtExit() { activeGrid().exitThread(); }
static uint64_t rtClock() { return activeGrid().clock(); }
static uint32_t rtIsSpace(uint64_t Address, uint32_t Space) {
  return activeGrid().isInSpace(Address, Space);
}
static uint32_t rtPrint(uint64_t Format, uint64_t Arguments) {
  return activeGrid().print(Format, Arguments);
}
static void rtAssert(uint64_t Message, uint64_t File, uint32_t Line,
                     uint64_t Function) {
  activeGrid().assertFailed(Message, File, Line, Function);
}
static void rtFetch(uint64_t Handle, int32_t Index, uint32_t *Out) {
  activeGrid().fetch(Handle, Index, Out);
}
static void rtSample(uint64_t Handle, uint32_t Dims, uint32_t X, uint32_t Y,
                     uint32_t Z, uint32_t *Out) {
  const float Where[3] = {llvm::bit_cast<float>(X), llvm::bit_cast<float>(Y),
                          llvm::bit_cast<float>(Z)};
  activeGrid().sample(Handle, Dims, Where, Out);
}
static void rtSurface(uint32_t Access, uint64_t Handle, int32_t X, int32_t Y,
                      int32_t Z, uint8_t *Data) {
  const int32_t Where[3] = {X, Y, Z};
  activeGrid().surface(std::bit_cast<SurfaceAccess>(Access), Handle, Where,
                       Data);
}
static void rtTrap() {
  Grid &G = activeGrid();
  G.fault(FaultKind::Trap, G.callSite(), 0, 0, "trap");
  G.leave();
}
static void rtLost(uint64_t Address) {
  Grid &G = activeGrid();
  G.fault(FaultKind::Unsupported, G.callSite(), Address, 0,
          "calls 0x" + utohexstr(Address, /*LowerCase=*/true) +
              ", which is no function of the module that takes these "
              "arguments");
  G.leave();
}
static void rtOverflow() {
  Grid &G = activeGrid();
  G.fault(FaultKind::Limit, G.callSite(), 0, 0,
          "the thread's stack is full: calls nest too deeply");
  G.leave();
}

/// PTX prmt.b32 without a mode.
static uint32_t rtPermute(uint32_t A, uint32_t B, uint32_t Selector) {
  uint64_t Bytes = A | uint64_t(B) << 32;
  uint32_t Result = 0;
  for (unsigned I = 0; I < 4; ++I) {
    uint32_t S = Selector >> (4 * I) & 15;
    auto Byte = static_cast<uint32_t>(Bytes >> (8 * (S & 7)) & 255);
    if (S & 8) // The sign, eight times.
      Byte = Byte & 128 ? 255 : 0;
    Result |= Byte << (8 * I);
  }
  return Result;
}

static uint32_t widthOf(uint32_t Site) { return activeGrid().width(Site); }

template <typename F> static void *address(F *Function) {
  return reinterpret_cast<void *>(Function);
}

ArrayRef<RuntimeSymbol> runtimeSymbols() {
  static const RuntimeSymbol Table[] = {
      {"rt_check", address(rtCheck)},
      {"rt_read", address(rtRead)},
      {"rt_write", address(rtWrite)},
      {"rt_atomic", address(rtAtomic)},
      {"rt_cas", address(rtCompareAndSwap)},
      {"rt_range", address(rtRange)},
      {"rt_local", address(rtLocal)},
      {"rt_barrier", address(callBarrier)},
      {"rt_barrier_red", address(callReduce)},
      {"rt_barrier_arrive", address(rtBarrierArrive)},
      {"rt_warp", address(callWarp)},
      {"rt_slice", address(rtSlice)},
      {"rt_yield", address(rtYield)},
      {"rt_exit", address(rtExit)},
      {"rt_clock", address(rtClock)},
      {"rt_isspace", address(rtIsSpace)},
      {"rt_vprintf", address(rtPrint)},
      {"rt_assertfail", address(rtAssert)},
      {"rt_trap", address(rtTrap)},
      {"rt_lost", address(rtLost)},
      {"rt_overflow", address(rtOverflow)},
      {"rt_prmt", address(rtPermute)},
      {"rt_fetch", address(rtFetch)},
      {"rt_sample", address(rtSample)},
      {"rt_surface_read", address(rtSurface)},
      {"rt_surface_write", address(rtSurface)},
  };
  return Table;
}

} // namespace reprise::emulator
