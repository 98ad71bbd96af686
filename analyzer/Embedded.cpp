//===- Embedded.cpp - Read summaries back out of finished programs --------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Embedded.h"
#include "EmbeddedText.h"

using namespace llvm;

namespace reprise {

namespace {

Error broken(const Twine &What) {
  return createStringError(
      std::make_error_code(std::errc::illegal_byte_sequence), What);
}

class Collector : public ImageVisitor {
public:
  void image(const Image &I) override {
    if (I.Kind != ImageKind::Ptx && I.Kind != ImageKind::Cubin)
      return;
    auto Bytes = load(I);
    Error E =
        Bytes ? appendEmbedded(I.Kind, Bytes->get(), Texts) : Bytes.takeError();
    if (E)
      problem({I.path(), toString(std::move(E))});
  }
  void problem(const Problem &P) override {
    if (First.empty())
      First = P.Where + (P.Where.empty() ? "" : ": ") + P.What;
  }

  std::vector<std::string> Texts;
  std::string First;
};

} // namespace

Error appendEmbedded(ImageKind Kind, StringRef Payload,
                     std::vector<std::string> &Texts) {
  std::string Why;
  if (appendEmbeddedTexts(Kind, Payload, Texts, Why))
    return Error::success();
  return broken(Why);
}

bool mayHoldEmbedded(MemoryBufferRef File) {
  return isContainer(File.getBuffer());
}

Expected<std::vector<std::string>> embeddedSummaries(MemoryBufferRef File) {
  Collector C;
  if (Error E = visitImages(File, C))
    return std::move(E);
  if (!C.First.empty())
    return broken(C.First);
  return std::move(C.Texts);
}

} // namespace reprise
