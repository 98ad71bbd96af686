//===- Rewrite.cpp - Twins for the kernels of a file ----------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Rewrite.h"
#include "PtxText.h"
#include "ptx/InstrumentPtx.h"

using namespace llvm;

namespace reprise {

/// A file of PTX: the text, then the twins.
static Rewritten rewritePtx(StringRef Text, const std::string &Name,
                            const RewriteOptions &Options) {
  Rewritten R;
  Text = Text.rtrim('\0');
  PtxTwins T = addPtxTwins(Text, Name, Options.Plan, Options.Wanted);
  R.Bytes = (Text + T.Added).str();
  for (std::string &P : T.Problems)
    R.Problems.push_back({"", std::move(P)});
  R.Images.push_back({"", readPtxHeader(Text).Target, std::move(T.Twins)});
  return R;
}

Expected<Rewritten> rewriteFile(MemoryBufferRef File,
                                const RewriteOptions &Options) {
  StringRef Bytes = File.getBuffer();
  if (isPtxText(Bytes))
    return rewritePtx(Bytes, File.getBufferIdentifier().str(), Options);
  return createStringError(std::errc::invalid_argument,
                           "%s is no PTX; twins are made of PTX (.ptx)",
                           File.getBufferIdentifier().str().c_str());
}

} // namespace reprise
