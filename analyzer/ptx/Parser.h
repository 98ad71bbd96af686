//===- Parser.h - PTX text to syntax --------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One pass over the text, by hand. What is not understood is contained:
//
//   a broken body       the function keeps its name and gets an Error; parsing
//                       goes on behind it
//   unknown directive   skipped, with a note
//   anything else       an error of the module; parsing goes on at the next
//                       directive
//
// No input makes it crash, throw or recurse deeper than a fixed limit.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_ANALYZER_PTX_PARSER_H
#define REPRISE_ANALYZER_PTX_PARSER_H

#include "Syntax.h"

namespace reprise::ptx {

/// True when the text starts as PTX does: comments, then .version.
bool looksLikePtx(StringRef Text);

/// The module refers to Text, which must outlive it.
/// Thread safety: no shared state.
Module parse(StringRef Text);

} // namespace reprise::ptx

#endif // REPRISE_ANALYZER_PTX_PARSER_H
