//===- Runtime.h - What compiled kernels call and read --------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Compiled code reads these structures by offset and calls functions by name
// ("rt_barrier"). One grid runs at a time on an operating system's thread; the
// functions find it in a thread-local variable.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_EMULATOR_RUNTIME_H
#define REPRISE_TOOLS_EMULATOR_RUNTIME_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace reprise::emulator {

/// What lies at an address of the device: its pointers are ours.
template <typename T> T *atAddress(uint64_t Address) {
  return reinterpret_cast<T *>(Address); // NOLINT(performance-no-int-to-ptr)
}

/// Special registers of a thread, and what else its code reads directly.
struct ThreadContext {
  uint32_t Tid[3];
  uint32_t Ntid[3];
  uint32_t Ctaid[3];
  uint32_t Nctaid[3];
  uint32_t Lane;
  uint32_t Warp;
  uint32_t Warps;
  uint32_t DynamicShared; ///< Bytes.
  uint64_t SharedBase;    ///< The block's arena.
  uint32_t TotalShared;   ///< Bytes.
};

/// Below 4 GiB, so that code reaches it with short addresses.
struct JitState {
  ThreadContext *Current;
  uint64_t Count;    ///< Instructions so far.
  uint64_t Limit;    ///< When Count passes it, loops call rt_slice.
  uint64_t StackLow; ///< Frames of functions must stay above it.
  uint32_t CallSite; ///< The site of the last barrier, trap, ...
};

/// Inline cache of one access: the addresses for which nothing more has to be
/// looked up. The access goes on where
///   rotate_right(address - Low, log2 alignment) < Count
/// and, in traced code, the bytes at address + ShadowDelta are final.
struct SiteCache {
  uint64_t Low;
  uint64_t Count;
  int64_t ShadowDelta;
};

enum class AccessKind : uint8_t { Read, Write, Atomic };

/// What the runtime knows about an access.
struct SiteInfo {
  AccessKind Kind = AccessKind::Read;
  uint32_t Width = 0;     ///< Bytes; 0: known at run time.
  uint32_t Alignment = 1; ///< Bytes, a power of two.
  /// Not 0: an atomic whose old value is unused and which, done twice, does the
  /// same as once; which of and, or, min, max, with RepeatableBitwise for the
  /// first two.
  uint32_t Repeatable = 0;
  std::string Source;
};

/// Each bit of the result depends on that bit of the operands alone.
constexpr uint32_t RepeatableBitwise = 256;

/// State of one byte of traced memory.
enum ShadowBits : uint8_t {
  ShadowRead = 1,
  ShadowWritten = 2,
  ShadowAtomic = 4,
  ShadowLiveIn = 8,      ///< Read, not after a write that is sure to be first.
  ShadowLiveInHere = 16, ///< Read before it was written in this run.
  ShadowReadFinal = 32,  ///< Reads change nothing any more.
  ShadowWriteFinal = 64, ///< Neither do writes.
  ShadowPlain = 128      ///< Touched by more than Memory::repeat tolerates.
};

/// Warp-wide operations (rt_warp).
enum class WarpOp : uint32_t {
  Sync,
  ShflIdx,
  ShflUp,
  ShflDown,
  ShflBfly,
  VoteAll,
  VoteAny,
  VoteUni,
  Ballot,
  MatchAny,
  MatchAll, ///< Second result: all equal.
  RedAdd,
  RedMin,
  RedMax,
  RedUMin,
  RedUMax,
  RedAnd,
  RedOr,
  RedXor,
  ActiveMask,
  Matrix, ///< Value is the address of the registers; the rest a MatrixOp.
};

/// A read or write of a surface, as a number of 32 bits.
struct SurfaceAccess {
  enum class Mode : uint8_t { Trap, Clamp, Zero }; ///< Outside.
  uint8_t Dims = 1;
  uint8_t Bytes = 4;
  Mode Outside = Mode::Trap;
  bool Writes = false;
};
static_assert(sizeof(SurfaceAccess) == 4);

enum class BarrierOp : uint32_t { Sync, Arrive, Popc, And, Or };

/// Names and addresses of the functions, for the linker.
struct RuntimeSymbol {
  const char *Name;
  void *Address;
};
llvm::ArrayRef<RuntimeSymbol> runtimeSymbols();

} // namespace reprise::emulator

#endif // REPRISE_TOOLS_EMULATOR_RUNTIME_H
