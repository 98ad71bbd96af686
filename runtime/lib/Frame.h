//===- Frame.h - The state of evaluating one launch -----------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// All of it lies in one buffer on the stack: the hot path allocates nothing.
// Domains, groups and accesses are evaluated on first use and kept.
//
//   withFrame(Program, Launch, [](Frame &F) { ... })
//
// Thread safety: a frame belongs to one thread.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_RUNTIME_FRAME_H
#define REPRISE_RUNTIME_FRAME_H

#include "Limits.h"
#include "MemoryView.h"
#include "Program.h"
#include "StridedSet.h"

#include <cstddef>
#include <utility>

namespace reprise {

enum class Extent : uint8_t {
  NotEvaluated,
  Empty,   ///< Proved: nothing is executed.
  Set,     ///< A described set, may-superset of what is touched.
  Any,     ///< May touch any byte of global memory.
  Unknown, ///< Could not be evaluated; Reason says why.
};

struct DomainState {
  Extent Status; ///< Never Any.
  uint8_t Reason;
  /// The described executions are exactly the real ones. Of an unknown domain:
  /// as far as they were described, so that some of them fails the check.
  bool Exact;
  /// At least one execution is real.
  bool Inhabited;
  // What the domains below it in the tree go on with.
  bool DeclaredSet, DeclaredRun, Doubtful;
  uint16_t Loose;
};

/// What defining a var does to the domains that it is in.
struct VarState {
  Extent Status; ///< Set: Frame::VarHulls has its ends. Never Any.
  uint8_t Reason;
  uint8_t Loose;    ///< How many times its set became larger than the real one.
  bool DeclaredSet; ///< As in DomainState.
  bool DeclaredRun;
  bool Cuts;     ///< Bounds cut a sum.
  bool Widened;  ///< They left values that are not in the window.
  bool Doubtful; ///< So that perhaps none is in the window.
  // Set only.
  bool Plain;  ///< The dims end where the window does.
  bool Dense;  ///< All integers of the window; then Plain.
  bool Shaped; ///< Frame::Vars has its dims.
};

/// Ends of a set, inclusive.
struct NumHull {
  int64_t Lo, Hi;
};

/// The addresses of a shape, relative to base and constant.
struct ShapeState {
  uint8_t Reason; ///< They overflow or are poison; the rest is not set.
  bool Widened;   ///< DimList::Widened.
  bool Shaped;    ///< Size, Width and Dims are set.
  uint32_t Size;
  int64_t Base, Lo, Hi; ///< Of starts.
  uint64_t Width;       ///< After folding dims into it.
  Dim Dims[MaxDims];
};

/// An interval around all that a group or an object touches.
struct HullState {
  enum : uint8_t {
    NotEvaluated,
    Empty,  ///< Proved: nothing is executed.
    Bytes,  ///< [Lo, Hi], absolute.
    Untold, ///< There is none.
  } Status;
  bool Top;         ///< Some of it by assumption A1.
  bool PartlyEmpty; ///< Of an object: one of its groups may not be executed.
  uint64_t Lo, Hi;
};

struct GroupState {
  Extent Status;
  uint8_t Reason;
  bool Exact;  ///< Must still be asked of the access.
  bool Top;    ///< Absolute bytes [TopLo, TopHi], or Empty, by A1 or Bound.
  bool Bound;  ///< Of a handle, whose bytes need no assumption.
  bool Opaque; ///< Of a handle: bytes of the array Array, without addresses.
  /// 0: absolute addresses. Else 1 + a symbol whose address is not known, and
  /// addresses are offsets from it.
  uint32_t Space;
  uint64_t Address;      ///< What the shape is relative to.
  uint64_t SymbolSize;   ///< Root is a symbol: bytes, 0 when not known.
  uint64_t TopLo, TopHi; ///< Top only.
  uint64_t Array;        ///< Opaque only: reprise_binding::array.
  HullState Hull;
};

struct AccessState {
  Extent Status;
  uint8_t Reason;
  bool Exact;  ///< Bytes are exactly those that are really touched.
  bool Top;    ///< By assumption A1.
  bool Opaque; ///< As in GroupState; Bytes is not set.
  /// Root is a symbol and all bytes lie in it.
  bool WithinSymbol;
  uint32_t Space; ///< As in GroupState.
  uint64_t Array; ///< As in GroupState.
  ByteSet Bytes;
};

/// A checked launch.
struct LaunchInfo {
  LaunchValues Values;
  const MemoryView *Alloc = nullptr;
  bool InBounds = true; ///< A1 may be used.
};

/// Stack bytes for small kernels, and for the largest that Limits.h allows.
inline constexpr size_t SmallScratch = size_t{24} << 10;
inline constexpr size_t LargeScratch = size_t{1536} << 10;

/// Checks whose outcome is kept; the others are made again.
inline constexpr size_t MaxKeptChecks = 8192;

class Frame {
public:
  const Program &P;
  const LaunchInfo &Launch;
  uint64_t *Values;
  uint8_t *Poison; ///< 0, or the reprise_reason why a value is poison.
  VarState *VarStates;
  NumHull *VarHulls;
  NumSet *Vars; ///< See VarState::Shaped, and varSet().
  uint8_t
      *Checks; ///< Of the first MaxKeptChecks: 1 + their reason, 0 not made.
  DomainState *Domains;
  // Has tells which of the others is evaluated.
  bool *HasShape, *HasGroup, *HasAccess;
  ShapeState *Shapes;
  GroupState *Groups;
  AccessState *Accesses;
  HullState *ObjectHulls;
  uint8_t *ObjectPairs; ///< Of Hulls.cpp.

  /// Bytes that a frame for \p P needs.
  static size_t scratchBytes(const Program &P);

  /// Lays the arrays out in \p Buffer, of scratchBytes(Code) bytes aligned to
  /// 16, and evaluates the uniform expressions.
  Frame(const Program &Code, const LaunchInfo &Info, std::byte *Buffer);

  Frame(const Frame &) = delete;
  Frame &operator=(const Frame &) = delete;
};

namespace detail {
template <size_t Bytes, typename Fn>
[[gnu::noinline]] void runInFrame(const Program &P, const LaunchInfo &Launch,
                                  Fn &&Run) {
  alignas(16) std::byte Buffer[Bytes];
  Frame F(P, Launch, Buffer);
  Run(F);
}
} // namespace detail

/// Calls \p Run with a frame for \p P.
template <typename Fn>
void withFrame(const Program &P, const LaunchInfo &Launch, Fn &&Run) {
  if (Frame::scratchBytes(P) <= SmallScratch)
    detail::runInFrame<SmallScratch>(P, Launch, std::forward<Fn>(Run));
  else
    detail::runInFrame<LargeScratch>(P, Launch, std::forward<Fn>(Run));
}

} // namespace reprise

#endif // REPRISE_RUNTIME_FRAME_H
