//===- Fill.h - What a buffer holds ---------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   zero              the default
//   iota              0, 1, 2, ...
//   random            floats in [0, 1); integers of any value
//   random=LOW,HIGH   from LOW to HIGH, which integers may reach
//   const=V           V everywhere
//   list=V,V,...      these, then zeros
//   file=PATH         the bytes of a file, then zeros
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_VERIFY_FILL_H
#define REPRISE_TOOLS_VERIFY_FILL_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <string>

namespace reprise {

struct ElementType {
  enum class Kind : uint8_t { Signed, Unsigned, Float, Pointer };
  Kind K = Kind::Unsigned;
  unsigned Bytes = 1;
};

/// "float", "int", "uint8", "ptr", ...; the error lists what there is.
llvm::Expected<ElementType> parseElementType(llvm::StringRef Name);

/// Writes all of Out; what is too short for an element at its end is zero.
/// Pointers call Resolve for what is no number. Equal seeds give equal bytes on
/// every machine.
llvm::Error
fill(llvm::MutableArrayRef<uint8_t> Out, ElementType T, llvm::StringRef Init,
     uint64_t Seed,
     llvm::function_ref<llvm::Expected<uint64_t>(llvm::StringRef)> Resolve);

} // namespace reprise

#endif // REPRISE_TOOLS_VERIFY_FILL_H
