//===- Variables.h - What the host put into constant variables ----------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Summaries ask what a __constant__ variable holds (MemoryView::content). A
// program reaches such a variable by asking the driver for its address, and
// fills it by copies to there:
//
//   cuModuleGetGlobal       the variable is entered, nothing of it is known
//   a copy that has been    its bytes are known
//     done when it returns
//   any other write to it   nothing of it is known from then on: such a write
//                           is done at some later time
//   a call that may write   nothing of any variable is known from then on
//     anywhere
//
// Kernels do not write constant variables: the programming model forbids it.
//
// Soundness: what content() gives is what a launch reads that the program makes
// from now on and orders behind its copies. What a launch reads while a copy to
// it is under way is the program's race, as with any other memory.
// Thread safety: all functions.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_CUDA_VARIABLES_H
#define REPRISE_CUDA_VARIABLES_H

#include "reprise/reprise.h"

#include <cstdint>
#include <vector>

namespace reprise::cuda {

struct Version;

/// Of the largest variable that is followed: the bank of constants.
inline constexpr uint64_t MaxVariable = 65536;

/// A variable whose address the program has; immutable.
struct VariableInfo {
  reprise_range Range;
  uint64_t Owner = 0;  ///< The module or library that it goes with.
  uint64_t Writes = 0; ///< That began; tells what a write may still enter.
  bool Stale = false;  ///< Written in a way that has no known end.
  std::vector<unsigned char> Bytes, Known; ///< Known: 0 or 1 for each.
};

/// The program asked where a variable lies. Larger ones are left alone.
void enterVariable(uint64_t Address, uint64_t Size, uint64_t Owner);
/// All of a module or library, before it is unloaded.
void leaveVariables(uint64_t Owner);

/// The write of [Address, Address + Size) that the driver is about to be asked
/// for. Takes no lock where no variable lies there.
class VariableWrite {
public:
  /// \p AtOnce: it is done when the driver's call returns.
  VariableWrite(uint64_t Address, uint64_t Size, bool AtOnce) noexcept;
  /// It was done, from host memory at \p From.
  void done(const void *From) noexcept;

private:
  uint64_t Address, Size;
  uint64_t Variable = 0; ///< The one that it lies in, alone; 0: none.
  uint64_t Ticket = 0;
};

/// Something may write anywhere at any later time.
void loseVariables() noexcept;

/// Bytes [\p Offset, \p Offset + \p Size) of the variable at \p Range, or null
/// where not all of them are known. Valid as long as \p V is pinned.
const unsigned char *variableContent(const Version &V,
                                     const reprise_range &Range,
                                     uint64_t Offset, uint64_t Size);

/// Calls \p Fn(offset, bytes, size) for each longest part that is known.
template <typename Function>
void forKnownContent(const Version &V, const reprise_range &Range,
                     Function &&Fn) {
  for (uint64_t At = 0; At < Range.size; ++At) {
    const unsigned char *Start = variableContent(V, Range, At, 1);
    uint64_t Size = 1;
    if (!Start)
      continue;
    while (At + Size < Range.size && variableContent(V, Range, At + Size, 1))
      ++Size;
    Fn(At, Start, Size);
    At += Size;
  }
}

} // namespace reprise::cuda

#endif // REPRISE_CUDA_VARIABLES_H
