//===- EmbeddedText.h - Texts that lie in device images -----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The plugin puts each device module's summary into the image as a global byte
// array named __reprise_summary_<hash>, and what it says of twins as one named
// __reprise_twins_<hash>:
//
//   cubin      the symbol of that name in .nv.global.init
//   PTX        the initialiser of the array
//
// Every size is checked before use: a broken image is an error, never a crash.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_CONTAINER_EMBEDDEDTEXT_H
#define REPRISE_CONTAINER_EMBEDDEDTEXT_H

#include "Image.h"

#include <vector>

namespace reprise {

inline constexpr std::string_view SummaryArrays = "__reprise_summary_",
                                  TwinArrays = "__reprise_twins_";

/// Appends the texts in one unpacked image to Texts, those that are not yet
/// there, of the arrays whose names begin with Prefix. False, and Error says
/// what is broken; what was found counts.
bool appendEmbeddedTexts(ImageKind Kind, std::string_view Payload,
                         std::vector<std::string> &Texts, std::string &Error,
                         std::string_view Prefix = SummaryArrays);

} // namespace reprise

#endif // REPRISE_CONTAINER_EMBEDDEDTEXT_H
