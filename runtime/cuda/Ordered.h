//===- Ordered.h - The driver's functions that matter for order ----------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Who holds work back, or remembers what a stream did, has to hear of every
// call that appends work, waits for it, asks whether it is done, or destroys
// what it uses. Ordered.inc has the class of each function:
//
//   cuStreamCreate        Harmless
//   cuLaunchKernel        OnStream, the ninth argument
//   cuMemcpyHtoD_v2       OnStream, the null stream
//   cuCtxSynchronize      Everything
//   cuNobodyKnowsThis     Everything
//
// While a watcher is set, the entries of functions that are not harmless lead
// through it (Stubs.S); while none is, they cost what they cost before.
//
// Not seen: functions of tables without names (cuGetExportTable).
//
// Soundness: what is not known is Everything.
// Thread safety: all functions.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_CUDA_ORDERED_H
#define REPRISE_CUDA_ORDERED_H

#include <cstdint>
#include <cuda.h>

namespace reprise::cuda {

/// What a function of the driver means for the order of the device's work.
enum class Ordered : uint8_t {
  /// Asks or sets something; no work waits for it and it waits for none.
  Harmless,
  /// Appends work to one stream, waits for that stream, asks whether it is
  /// done, begins or ends its capture, or destroys it (cuStreamDestroy).
  OnStream,
  /// Waits for, destroys or may touch work of any stream, or nobody knows.
  Everything
};

struct OrderedCall {
  Ordered Kind;     ///< Not Harmless.
  const char *Name; ///< As the driver exports it, or what was asked for.
  /// OnStream only. Null: the legacy default stream, with which all blocking
  /// streams of the context are in order, or, PerThread, the thread's own.
  CUstream Stream;
  bool PerThread; ///< A variant of a name with _ptsz or _ptds.
};

/// The arguments of a call on x86-64, as Stubs.S saves them.
struct SavedCall {
  unsigned char Vectors[8][16];
  uint64_t Registers[6]; ///< The last argument first.
  uint64_t Index, Return;

  /// The integer argument of number \p Place, from 0.
  uint64_t argument(unsigned Place) const {
    // Behind this lies what the caller put on its stack.
    return Place < 6 ? Registers[5 - Place]
                     : reinterpret_cast<const uint64_t *>(this + 1)[Place - 6];
  }
};

/// A function's class, and where its stream is found; a plain value.
struct alignas(4) OrderRule {
  /// Places that are not an argument's.
  enum : int8_t { OnNull = -1, InConfig = -2 };

  Ordered Kind = Ordered::Everything;
  int8_t Place = OnNull;  ///< OnStream only.
  bool PerThread = false; ///< By the name.

  bool operator==(const OrderRule &) const = default;
};

/// Of an exported name.
OrderRule orderRule(const char *Name);

/// Of a function that the driver answered for \p Base (a name without version)
/// and \p Version of CUDA and exports under no name: the rule of all versions
/// of \p Base that are known, if there is one for all.
OrderRule orderRule(const char *Base, int Version, bool PerThread);

/// Called on the program's thread before the driver's function, followed or
/// not, kernel launches too, for all functions that are not Harmless. Calls
/// that it makes, through the real driver's addresses or not, are not watched.
/// It may wait, and it must not throw.
using OrderWatcher = void (*)(const OrderedCall &);

/// Sets a watcher; null: none. \p Which: 0 for preemption, 1 for the window,
/// 2 for what constants hold; they are called in this order. On return, calls
/// that begin lead through it. One that was taken off may still run in other
/// threads for a while.
void setOrderWatcher(unsigned Which, OrderWatcher Watcher);

/// Calls the watchers with a call of the function \p Name.
void watchCall(const char *Name, const OrderRule &Rule,
               const SavedCall &Saved) noexcept;

} // namespace reprise::cuda

#endif // REPRISE_CUDA_ORDERED_H
