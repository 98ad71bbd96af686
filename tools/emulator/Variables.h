//===- Variables.h - Memory of a program's variables ----------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_EMULATOR_VARIABLES_H
#define REPRISE_TOOLS_EMULATOR_VARIABLES_H

#include "Emulator.h"
#include "Memory.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/IR/Module.h"

namespace reprise::emulator {

/// The `__device__` and `__constant__` variables of a module, with a gap behind
/// each so that an access past the end of one does not meet the next. Functions
/// have addresses as well, at which no access is allowed.
class Variables {
public:
  /// False when there is no memory. A variable whose initial value cannot be
  /// made, for it holds the address of shared memory, has no address; what uses
  /// it is refused.
  bool create(const llvm::Module &M);
  void reset();

  llvm::ArrayRef<Symbol> symbols() const { return Symbols; }
  const llvm::DenseMap<const llvm::GlobalObject *, uint64_t> &
  addresses() const {
    return Addresses;
  }

private:
  bool write(const llvm::DataLayout &DL, const llvm::Constant *C, uint8_t *To);

  Arena Bytes;
  std::vector<uint8_t> Initial;
  std::vector<Symbol> Symbols;
  llvm::DenseMap<const llvm::GlobalObject *, uint64_t> Addresses;
};

} // namespace reprise::emulator

#endif // REPRISE_TOOLS_EMULATOR_VARIABLES_H
