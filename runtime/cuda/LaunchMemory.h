//===- LaunchMemory.h - The memory map of a launch ----------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One version of what is alive (State.h) and the variables of one kernel, as
// the evaluator asks for them.
//
// Thread safety: belongs to the launch; the version must be pinned.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_CUDA_LAUNCHMEMORY_H
#define REPRISE_CUDA_LAUNCHMEMORY_H

#include "MemoryView.h"
#include "State.h"
#include "Variables.h"

namespace reprise::cuda {

class LaunchMemory final : public MemoryView {
public:
  /// \p UseSymbols: the launch is in the context that the kernel's variables
  /// were looked up in.
  LaunchMemory(const Version &Alive, const KernelInfo &Of, bool UseSymbols)
      : V(Alive), Kernel(Of), Symbols(UseSymbols) {}

  /// An update of the version and the kernel's variables, in one number.
  uint64_t uniqueId() const override {
    return V.Epoch << 24 | (Symbols ? Kernel.SymbolsNumber : 0);
  }

  const reprise_range *find(uint64_t Address) const override {
    // A part that the program named is an object of its own.
    if (const auto P = V.Parts.floor(Address))
      if (Address - P.Key < P.Data->size)
        return P.Data;
    const auto I = V.Allocations.floor(Address);
    return I && Address - I.Key < I.Data->Range.size ? &I.Data->Range : nullptr;
  }

  const reprise_range *findSymbol(uint64_t Hash,
                                  std::string_view Name) const override {
    if (Symbols)
      for (const KnownSymbol &S : Kernel.Symbols)
        if (S.Hash == Hash && S.Name == Name)
          return &S.Range;
    return nullptr;
  }

  const reprise_binding *findBinding(reprise_handle_kind Kind,
                                     uint64_t Handle) const override {
    return (Kind == REPRISE_HANDLE_TEXTURE ? V.Textures : V.Surfaces)
        .find(Handle);
  }

  const unsigned char *content(uint64_t Hash, std::string_view Name,
                               uint64_t Offset, unsigned Size) const override {
    const reprise_range *Where = findSymbol(Hash, Name);
    return Where ? variableContent(V, *Where, Offset, Size) : nullptr;
  }

private:
  const Version &V;
  const KernelInfo &Kernel;
  bool Symbols;
};

/// Is the launch in the context that the kernel's variables were found in?
bool symbolsHold(const KernelInfo &Info, CUstream Stream);

/// Does an argument point into memory that has a second address?
bool touchesAlias(const Version &V, const reprise_launch &Launch);

} // namespace reprise::cuda

#endif // REPRISE_CUDA_LAUNCHMEMORY_H
