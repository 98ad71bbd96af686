//===- ImageChoice.h - Which image answers for a kernel -------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A fatbin offers the same kernels several times: PTX of one or more versions
// and machine code for several architectures. One image answers for a kernel:
// the first in the order below that has it. By default
//
//   1. PTX before anything else: only it can be analysed
//   2. the highest architecture; at equal number the narrower one ('a', 'f')
//   3. the highest version of PTX
//   4. machine code, highest architecture first: it names kernels at least
//
// so a fatbin with cubins for sm_80 and sm_90, PTX for sm_90 and a cubin for
// sm_120 is ordered  PTX sm_90, cubin sm_120, cubin sm_90, cubin sm_80.
//
// With an architecture, only what runs on it is left. PTX that was made for it
// comes first, then PTX of lower ones.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_ANALYZER_IMAGECHOICE_H
#define REPRISE_ANALYZER_IMAGECHOICE_H

#include "Container.h"

#include "llvm/ADT/ArrayRef.h"

#include <vector>

namespace reprise {

/// What the user asked for; empty: the order above over all images.
struct ImageRequest {
  Arch Target;                     ///< --arch; Sm 0: any.
  std::vector<std::string> Images; ///< --image: numbers and globs over paths.
};

/// "sm_90a", "compute_90a" or "90a"; f likewise.
llvm::Expected<Arch> parseArch(llvm::StringRef Text);

/// An error for an image that is neither a number nor a valid glob.
llvm::Error checkRequest(const ImageRequest &R);

/// True when R asks for the image that has this number in the listing.
bool isRequested(const Image &I, size_t Number, const ImageRequest &R);

/// Indices into the images of one fatbin, best first. Images that cannot be
/// looked into (LTO-IR, unknown kinds) are not among them.
std::vector<size_t> orderImages(llvm::ArrayRef<Image> Fatbin);

} // namespace reprise

#endif // REPRISE_ANALYZER_IMAGECHOICE_H
