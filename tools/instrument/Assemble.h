//===- Assemble.h - Machine code of PTX, as an entry of a fatbin ----------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_INSTRUMENT_ASSEMBLE_H
#define REPRISE_TOOLS_INSTRUMENT_ASSEMBLE_H

#include "Image.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>

namespace reprise {

/// A whole fatbin with one entry: what ptxas of the toolkit makes of Text for
/// Target. Options are those that the PTX's own entry names; of them, those
/// that say how code is generated are passed on.
/// Thread safety: no shared state.
llvm::Expected<std::string> assemble(llvm::StringRef Text, Arch Target,
                                     llvm::StringRef Options);

} // namespace reprise

#endif // REPRISE_TOOLS_INSTRUMENT_ASSEMBLE_H
