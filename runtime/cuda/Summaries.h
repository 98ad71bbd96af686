//===- Summaries.h - Summaries by the hash of their image ---------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where they come from:
//
//   --db FILE    a summary whose kernels name the images that they hold for
//   the cache    <hash>.reprise in the folder reprise/images of the user's
//                cache: what `reprise audit` said of exactly this PTX
//
// With --auto-audit an image that has none is written beside as <hash>.ptx, and
// another process audits it in the background; the launches after that find it.
// A file that is broken is like one that is not there, and is said once.
//
// Thread safety: all functions. Nothing that they return ever goes away.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_CUDA_SUMMARIES_H
#define REPRISE_CUDA_SUMMARIES_H

#include "reprise/reprise.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace reprise::cuda {

/// The kernel \p Name of the PTX that has \p Hash; null when it is not known.
const reprise_kernel *findSummary(const std::string &Hash,
                                  const std::string &Name);

/// Shall the image be audited, and has nobody offered it yet?
bool wantsImage(const std::string &Hash);

/// Gives the PTX to the background; returns at once.
void offerImage(const std::string &Hash, std::string_view Ptx);

/// Grows when an audit has brought something new.
uint64_t summariesGeneration();

/// The program ends: what waits is audited by a process of its own.
void finishAudits();

/// After fork: the thread that audits is the parent's.
void forgetAudits();

} // namespace reprise::cuda

#endif // REPRISE_CUDA_SUMMARIES_H
