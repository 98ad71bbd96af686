//===- Validate.h - Is a summary fit to be evaluated? ---------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A kernel that passes evaluates without reading outside any table, whatever
// the launch: indices are in range, expressions and vars are defined before
// use, widths agree, parameter bytes exist, and the limits of Limits.h hold.
// The JSON reader and the C interface call it on all input; the analyzer may
// call it on what it built before writing it.
//
// It does not judge whether the summary describes the code.
//
// Errors: the message names the JSON path and what is wrong there, for example
// `kernels[0].exprs[3]: operand 5 is not defined earlier`.
// Thread safety: pure functions. May throw std::bad_alloc.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_RUNTIME_VALIDATE_H
#define REPRISE_RUNTIME_VALIDATE_H

#include "Model.h"

#include <string>

namespace reprise {

/// True when \p K is fit; else \p Error gets the message. \p Path names the
/// kernel in the document, for example "kernels[0]".
bool validateKernel(const Kernel &K, const std::string &Path,
                    std::string &Error);

/// All kernels, and that their names are not empty and distinct.
bool validateModule(const Module &M, std::string &Error);

} // namespace reprise

#endif // REPRISE_RUNTIME_VALIDATE_H
