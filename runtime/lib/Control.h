//===- Control.h - What a checkpointed twin is launched with --------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A twin takes the kernel's parameters and behind them one more: this struct,
// by value. All addresses are of device memory.
//
//      0        8        16       24
//      ┌────────┬────────┬────────┐
//      │Request │  Done  │  Left  │
//      └────────┴────────┴────────┘
//
// By value, because it then lies in constant memory: a thread that is not asked
// to leave loads one word from global memory, the request itself.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_RUNTIME_CONTROL_H
#define REPRISE_RUNTIME_CONTROL_H

#include <cstdint>
#include <type_traits>

namespace reprise {

/// What *Request asks of the launches that poll it. The host writes the word
/// whenever it likes, from 0 upwards; it goes back to Run only when no launch
/// runs that polls it.
enum class StopRequest : uint32_t {
  Run = 0,
  AtEntry = 1,  ///< Blocks that have not begun leave; sound for all launches.
  Anywhere = 2, ///< Also at the checkpoints inside. For idempotent launches,
                ///< and those whose backup set is kept.
};

struct Control {
  /// Of a uint32_t with a StopRequest; never 0. Launches may share it. To run
  /// a twin like its kernel, let it point to a word that stays 0.
  uint64_t Request = 0;
  /// Of doneBytes() bytes, or 0. Bit I % 32 of word I / 32 stands for block
  /// I = x + grid.x * (y + grid.y * z); a block whose bit is set has run and
  /// does nothing, one that ends sets its bit. Zero before the first run; one
  /// map for each launch. A launch that is not idempotent needs it.
  uint64_t Done = 0;
  /// Of a uint32_t, never 0: set to 1 by threads that left. While it is 0 the
  /// launch needs no resume.
  uint64_t Left = 0;
};
static_assert(sizeof(Control) == 24 && std::is_trivially_copyable_v<Control>);

/// The Control of a twin whose document says that it has 40 bytes. All warps
/// that poll one word wait for one line of the cache; here each multiprocessor
/// has a copy of the request. A twin reads *Request only if its copy is not 0,
/// and decides by *Request alone. So the host writes the copies first: a later
/// launch must not go on where an earlier one has left.
struct SpreadControl {
  Control First;
  /// Of Mask + 1 words, each 128 bytes behind the other; the multiprocessor's
  /// number & Mask chooses. To have none, Copies is Request and Mask 0.
  uint64_t Copies = 0;
  uint32_t Mask = 0, Reserved = 0;
};
static_assert(sizeof(SpreadControl) == 40);

/// Bytes of the map of a grid with this many blocks.
constexpr uint64_t doneBytes(uint64_t Blocks) { return (Blocks + 31) / 32 * 4; }

/// In front of the kernel's mangled name.
inline constexpr char TwinPrefix[] = "__reprise_twin_";
/// The same, of a twin that takes no notice of Control::Done.
inline constexpr char MaplessPrefix[] = "__reprise_twin_mapless_";

} // namespace reprise

#endif // REPRISE_RUNTIME_CONTROL_H
