//===- Listing.h - Everything that a visit reports ------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_CONTAINER_LISTING_H
#define REPRISE_TEST_CONTAINER_LISTING_H

#include "Container.h"

#include <string>
#include <vector>

namespace reprise::test {

/// Images point into the text that was visited.
struct Listing : ImageVisitor {
  explicit Listing(llvm::StringRef File) {
    if (llvm::Error E = visitImages(llvm::MemoryBufferRef(File, "f"), *this))
      Refusal = llvm::toString(std::move(E));
  }
  void image(const Image &I) override { Images.push_back(I); }
  void problem(const Problem &P) override { Problems.push_back(P); }

  /// Payload of image I, or "error: ...".
  std::string payload(size_t I, uint64_t Limit = MaxImageSize) const {
    auto Bytes = load(Images.at(I), Limit);
    return Bytes ? std::string(Bytes->get())
                 : "error: " + llvm::toString(Bytes.takeError());
  }

  std::vector<Image> Images;
  std::vector<Problem> Problems;
  std::string Refusal;
};

} // namespace reprise::test

#endif // REPRISE_TEST_CONTAINER_LISTING_H
